"""Answers that lead somewhere: from what a payer wrote back to what it questions here.

matching      which of our lines an adjudicated one speaks of, and by what it was known
weighing      whether an answer may be added to what was posted before, or waits
provider      money of a PLB, which is of no line
posting       a remittance into the book, each answer once; what waits, a person settles
acknowledged  999, TA1 and 277CA into the book: accepted or rejected
kept          files that came and went, as they were, by their digest
reasons       reason and remark codes as causes, from carc.toml beside it
explaining    one line: cause, questioned requirements as they were decided, evidence, deadline
prior         what a first payer made of lines, for the claim to the next one
lists         underpaid, earned but not billed, and how old what is open is
"""
