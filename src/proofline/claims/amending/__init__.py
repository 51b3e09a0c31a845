"""Amendments: what was billed, held against what is known today; a person decides.

kept       the decision that a line was drawn from, kept before it leaves
looking    a run over today's evidence, made ready to be compared
comparing  one line against today's decisions of its period
rows       the rows of evidence that changed, by what is counted from them
finding    all lines of a book: the amendments that there are
register   what was proposed and decided, in an append-only log beside the book
cases      overpayments and their days; related finds the paid lines that share the cause
ways       what accepting leads to
"""
