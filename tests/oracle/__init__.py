"""A slow, obvious second reading of the contract, to hold the engine to.

Written from the evidence contract and the rules alone, without looking at the engine: plain Python
over rows of text, one function per fact, stretches and sets of days. `book` asks the evidence,
`span` knows when a program runs, `days`, `minutes`, `papers` and `others` are the facts, `law` the
pages and their bounds, `verdict` the lines.
"""

from __future__ import annotations

from .book import Book, read
from .verdict import decide, decide_book

__all__ = ["Book", "decide", "decide_book", "read"]
