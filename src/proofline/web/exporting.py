"""Lists as CSV files that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import chain
from typing import TypeAlias

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from proofline.errors import ProoflineError
from proofline.web.templatetags.sentences import told

Cell: TypeAlias = str | int | Decimal | date | datetime | None

Row: TypeAlias = Sequence[Cell]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula or a command (OWASP: CSV injection)."""


def as_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Give a list as a file in UTF-8; `name` is free of PHI, blank cells are unknown.

    A text that a spreadsheet would take for a formula comes with an apostrophe before it.
    """
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    answer = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


UNREADABLE = "what was decided cannot be read"
"""What a row says of a decision whose bytes were damaged."""

MOST = 10_000
"""Rows of one file; a list that is longer says so in its last row."""


def streamed(name: str, head: Sequence[str], rows: Iterable[Row]) -> StreamingHttpResponse:
    """Give a whole list as `as_csv` does, row by row as it is read; cut after `MOST` rows, told.

    What breaks off half-way ends in a row that says why, so that nobody takes a part for all.
    """
    lines = _written(chain((head,), _told(rows)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _told(rows: Iterable[Row]) -> Iterator[Row]:
    try:
        for number, row in enumerate(rows):
            if number == MOST:
                yield (_("Cut after %(most)s rows: narrow the list.") % {"most": MOST},)
                return
            yield row
    except ProoflineError as error:
        why = f"{told(error.message)} {told(error.remedy)}"
        yield (_("Broken off: %(why)s") % {"why": why},)


def _written(rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(echo := _Echo())
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        yield echo.line


class _Echo:
    """A file that keeps the last line written to it."""

    line = ""

    def write(self, line: str) -> None:
        """Take a line."""
        self.line = line


def harmless(cell: Cell) -> str | int | Decimal:
    """Write a cell so that it is only read; numbers stay numbers."""
    if cell is None:
        return ""
    if isinstance(cell, int | Decimal):
        return cell
    text = cell if isinstance(cell, str) else cell.isoformat()
    return f"'{text}" if text.startswith(_FORMULA) else text


def amount(cents: int | None) -> Decimal | None:
    """Give cents as dollars for a cell; None stays unknown."""
    return None if cents is None else Decimal(cents) / 100
