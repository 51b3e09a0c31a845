"""People's work: one function for each act, used alike by the pages, the API and the command line.

Every function takes an open `Book`, which says who acts for which tenant, and the instant.
"""
