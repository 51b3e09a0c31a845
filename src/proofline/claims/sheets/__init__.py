"""What a claim takes from outside of the decision: people, the practice's charges, its directory.

people      names, addresses and numbers, from the tables of evidence
charges     what the practice asks for each code, from its charge list
directory   what evidence has no room for: payers' names and numbers, taxonomies, telephone
ends        who sends files of claims, and who receives them
"""
