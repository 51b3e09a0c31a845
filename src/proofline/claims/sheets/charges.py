"""The charge list of a practice: what one unit of a code is charged, from a day on.

A CSV file with the columns `code`, `charge` (dollars, such as 120.00) and, if charges change,
`from_date`. A code that is not on the list has no charge; it is never taken as nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from proofline.claims.claim import Cents
from proofline.claims.trouble import ClaimsError

_DOLLARS = re.compile(r"(\d{1,6})(?:\.(\d{2}))?", re.ASCII)
_NEEDED = ("code", "charge")


class Charges(Struct, frozen=True):
    """Charges by code: for each the days from which they hold, the latest first, in cents."""

    by_code: dict[str, tuple[tuple[date, Cents], ...]]

    def of(self, code: str, on: date) -> Cents | None:
        """Give the charge for one unit of a code on a day, or None if the list has none."""
        listed = self.by_code.get(code, ())
        return next((cents for begun, cents in listed if begun <= on), None)


def read_charges(path: Path) -> Charges:
    """Read a charge list.

    Errors: ClaimsError if it cannot be read, lacks a column, or a line is no charge above nothing;
    the whole list is refused then.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(path, "is no text in UTF-8: save it as CSV UTF-8") from error
    except OSError as error:
        raise _bad(path, f"cannot be read ({error.strerror})") from error
    rows = csv.DictReader(io.StringIO(text), strict=True)
    try:
        _refuse_heading(path, rows.fieldnames or ())
        listed: dict[str, dict[date, Cents]] = {}
        for row in rows:
            code, begun, cents = _charge(row, path, rows.line_num)
            if begun in listed.setdefault(code, {}):
                raise _bad(path, f"line {rows.line_num}: {code} has two charges from one day")
            listed[code][begun] = cents
    except csv.Error as error:
        raise _bad(path, f"line {rows.line_num} is no line of CSV") from error
    return Charges(
        {code: tuple(sorted(days.items(), reverse=True)) for code, days in listed.items()}
    )


def _refuse_heading(path: Path, names: Sequence[str]) -> None:
    missing = next((name for name in _NEEDED if name not in names), None)
    if not names:
        raise _bad(path, "is empty")
    if missing and ";" in names[0]:
        raise _bad(path, "has semicolons between its columns: save it with commas")
    if missing:
        raise _bad(path, f"lacks the column {missing}")


def _charge(row: dict[str, str], path: Path, line: int) -> tuple[str, date, Cents]:
    code, sent = (row["code"] or "").strip().upper(), (row["charge"] or "").strip()
    dollars = _DOLLARS.fullmatch(sent)
    cents = int(dollars[1]) * 100 + int(dollars[2] or 0) if dollars else 0
    if not code or cents <= 0:
        raise _bad(path, f"line {line}: code or charge is missing, or no amount like 120.00")
    try:
        begun = date.fromisoformat((row.get("from_date") or "").strip() or date.min.isoformat())
    except ValueError as error:
        raise _bad(path, f"line {line}: from_date is no day like 2026-01-01") from error
    return code, begun, cents


def _bad(path: Path, what: str) -> ClaimsError:
    of_line = what.startswith("line ")
    return ClaimsError(
        "claims.charges",
        f"{path.name}, {what}." if of_line else f"The charge list {path.name}: it {what}.",
        "Give a CSV file with the columns code, charge (such as 120.00) and perhaps from_date.",
    )
