"""What is kept: the tables of the practice's book, and the one door to their rows.

models      columns and constraints, nothing else
book        the door: every read asks who is looking, every write adds evidence and its ledger entry
"""
