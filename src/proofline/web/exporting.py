"""Lists as CSV files that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import TypeAlias

from django.http import HttpResponse

Cell: TypeAlias = str | int | Decimal | date | datetime | None

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
