"""ICD-10-CM by date of service, from the official order files; none is shipped with the product.

CDC and CMS publish one order file for each fiscal year (from 1 October) and, in some years, one for
an update in April. Fixed columns: 1-5 order number, 7-13 code without a dot, 15 whether it is valid
for submission (1) or a heading (0), 17-76 a short title, from 78 the long one. CMS names them
`icd10cm_order_YYYY.txt`, CDC `icd10cm-order-YYYY.txt`. The shorter files of codes alone
(`icd10cm_codes_YYYY.txt`) have no headings, so a heading would look like a code that there is not:
they are refused, with the name of the file to take.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proofline.evidence.database import Database

Standing = Literal["billable", "heading", "unknown", "no_list"]
"""A code that may be submitted; one that must be said more exactly; none of that day's list; or
there is no list for the day."""

_LINE = re.compile(r"\d{5} ([A-Z][0-9A-Z]{2,6}) *([01]) ", re.ASCII)
_YEAR = re.compile(r"(20\d\d)", re.ASCII)
_OCTOBER, _APRIL = 10, 4
_EPOCH = date(1970, 1, 1)
_WORDS: dict[Standing, str] = {
    "heading": "a heading, to be said more exactly",
    "unknown": "not in the ICD-10-CM of that day",
    "no_list": "no ICD-10-CM of that day was given",
}


class CodeList(Struct, frozen=True):
    """The codes in force from a day on, until the next list's: code without dot -> billable."""

    effective: date
    codes: dict[str, bool]


class CodeBook(Struct):
    """The lists that were loaded, in the order of their days."""

    lists: list[CodeList] = field(default_factory=list)

    def load(self, path: Path) -> CodeList:
        """Load an order file; its fiscal year, and whether it is April's, stand in its name.

        Errors: IntakeError if it cannot be read, is no order file, or names no year.
        """
        effective = _effective(path.name)
        try:
            text = path.read_text("utf-8", errors="replace")
        except OSError as error:
            raise IntakeError(
                "icd10cm.unreadable", f"{path.name} cannot be read ({error.strerror}).", "Check it."
            ) from error
        matches = map(_LINE.match, text.splitlines())
        codes = {match[1]: match[2] == "1" for match in matches if match}
        if not codes:
            raise IntakeError(
                "icd10cm.not_an_order_file",
                f"{path.name} is not an order file of ICD-10-CM.",
                "Take icd10cm-order-YYYY.txt out of the archive that CDC or CMS publishes.",
            )
        one = CodeList(effective, codes)
        self.lists = sorted([*self.lists, one], key=lambda known: known.effective)
        return one

    def standing(self, code: str, day: date) -> Standing:
        """Say how a code, with its dot or without, stands on a date of service.

        A list is good until the end of its fiscal year; after that there is no list.
        """
        known = [one for one in self.lists if one.effective <= day < _year_end(one.effective)]
        if not known:
            return "no_list"
        billable = known[-1].codes.get(code.replace(".", "").strip().upper())
        return "unknown" if billable is None else "billable" if billable else "heading"


def not_billable(connection: Database, book: CodeBook) -> Iterator[str]:
    """Say which diagnoses of staged evidence cannot be submitted, by code and reason.

    A diagnosis is held against the list of the day on which the enrollment began.
    """
    sent = connection.execute(
        "SELECT diagnoses, coalesce(anchor_date, setup_date, order_date) FROM enrollments"
    ).fetchall()
    found = Counter(
        (code.strip(), book.standing(code, _EPOCH + timedelta(days=day)))
        for codes, day in sent
        if codes and day is not None
        for code in codes.split("|")
    )
    for (code, standing), count in sorted(found.items()):
        if standing in _WORDS:
            yield f"enrollments: {count} with the diagnosis {code}: {_WORDS[standing]}"


def _effective(name: str) -> date:
    match = _YEAR.search(name)
    if not match:
        raise IntakeError(
            "icd10cm.no_year",
            f"{name} does not say of which fiscal year it is.",
            "Leave the file the name under which it is published, such as icd10cm-order-2027.txt.",
        )
    year = int(match[1])
    return date(year, _APRIL, 1) if "apr" in name.lower() else date(year - 1, _OCTOBER, 1)


def _year_end(effective: date) -> date:
    """The first day of the fiscal year after the one that holds this day."""
    return date(effective.year + (effective.month >= _OCTOBER), _OCTOBER, 1)
