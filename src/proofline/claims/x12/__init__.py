"""The envelope that both ways share: X12 005010 interchanges, read strictly and written exactly.

`reading` makes checked segments and interchanges of bytes (tokens > structure), `writing` makes
segments of values, `envelope` wraps them. Segments are never counted by hand: counts are taken
when a file is written and checked when it is read.
"""
