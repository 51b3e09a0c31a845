"""The book of lines: where every line stands, who brought it there, when and why.

log      one append-only file of entries, each chained to the one before
steps    which state may follow which, as data (steps.toml)
acting   what every act has to say
basis    what lines are drawn from: the day of the decisions, and a digest of each
standing where a line stands, replayed from the entries
book     the door: draw, hold, release, make ready, submit, record answers, take one off, correct
"""

from __future__ import annotations

from proofline.claims.book.basis import Basis, Decided, decided
from proofline.claims.book.book import Book
from proofline.claims.book.log import Act, Change, Entry
from proofline.claims.book.standing import Standing

__all__ = ["Act", "Basis", "Book", "Change", "Decided", "Entry", "Standing", "decided"]
