"""The practice as its owner looks at it: money, census, hours, payers; every number with its list.

Nothing is decided here: outcomes are those of the decisions, amounts those of the book of lines.
"""
