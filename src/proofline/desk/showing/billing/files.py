"""The files that went out: each submission, when, with how many claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.store.counting.lines import submissions

MOST = 50


@dataclass(frozen=True, slots=True)
class FileSent:
    """One submission: its number in the book of lines, its instant, and how many lines went."""

    number: int
    at: datetime
    lines: int


def sent(book: Book) -> tuple[FileSent, ...]:
    """Give the last submissions, the latest first. Errors: NotAllowed."""
    permit(book, "line.see")
    return tuple(FileSent(*one) for one in submissions(book.tenant_id, MOST))
