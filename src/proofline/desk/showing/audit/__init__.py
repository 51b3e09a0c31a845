"""The pages of an audit: a line found, walked from its readings to its money, proven and replayed.

finding    lines by what is known of them
bearing    the rows, decisions and acts that bear on one line, each with its entry in the ledger
journey    one line as a walk: readings, days, decisions, claim, answers, what came since
proving    the same rows and entries held against the ledger
replaying  its decision made again: as it was then, and as it would be today
looking    who saw a patient and who changed what, by patient and by person
"""
