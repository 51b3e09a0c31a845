"""Answers that lead somewhere: from what a payer wrote back to what it questions here.

matching      which of our lines an adjudicated one speaks of, and by what it was known
posting       a remittance into the book, each answer once; what matches nothing waits
acknowledged  999, TA1 and 277CA into the book: accepted or rejected
kept          files that came and went, as they were, by their digest
reasons       reason and remark codes as causes, from carc.toml beside it
deadlines     how long an answer may be given, by kind of payer, from deadlines.toml
explaining    one line: cause, questioned requirements as they were decided, evidence, deadline
lists         underpaid, earned but not billed, and how old what is open is
"""
