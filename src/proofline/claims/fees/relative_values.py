"""The relative value file (PPRRVU) of any year: units and conversion factor, without descriptors.

Source of the layout: the headings of the CMS files themselves. That of 2026 has a column more than
that of 2025 (PRIC IND, between TEAM SURG and ENDO BASE) and comes twice, with the conversion factor
of qualifying APM participants (QPP) and of all others (nonQPP).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from proofline.claims.fees.facts import RelativeValue
from proofline.claims.fees.tables import PREAMBLE, Heading, Row, Text, upper

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_PAIR = 2026
"""From this year on there are two conversion factors (section 1848(d)(1)(A) of the Act)."""

_TITLE = re.compile(
    r"(20\d\d) NATIONAL PHYSICIAN FEE SCHEDULE RELATIVE VALUE FILE(?: ([A-Z]+) RELEASE)?"
)
_NAME = re.compile(r"PPRRVU(?:20)?(\d\d)[_ -]?(JAN|APR|JUL|OCT)", re.IGNORECASE)
_QUARTERS = {"JAN": 1, "APR": 4, "JUL": 7, "OCT": 10}
_COLUMNS = {
    "code": ("HCPCS", r"\bHCPCS$"),
    "modifier": ("MOD", r"\bMOD$"),
    "status": ("STATUS CODE", r"\bSTATUS( CODE)?$"),
    "work": ("WORK RVU", r"\bWORK( RVUS?)?$"),
    "office": ("NON-FAC PE RVU", r"\bNON-?FAC(ILITY)? PE( RVUS?)?$"),
    "no_office": ("NON-FAC NA INDICATOR", r"\bNON-?FAC(ILITY)? NA INDICATOR$"),
    "facility": ("FACILITY PE RVU", r"(?<!NON-)\bFACILITY PE( RVUS?)?$"),
    "no_facility": ("FACILITY NA INDICATOR", r"(?<!NON-)\bFACILITY NA INDICATOR$"),
    "malpractice": ("MP RVU", r"\bMP( RVUS?)?$"),
    "office_total": ("NON-FACILITY TOTAL", r"\bNON-?FAC(ILITY)? TOTAL$"),
    "facility_total": ("FACILITY TOTAL", r"(?<!NON-)\bFACILITY TOTAL$"),
    "factor": ("CONV FACTOR", r"\bCONV(ERSION)? FACTOR$"),
}


class RelativeValues(NamedTuple):
    """What a file holds: its facts, its one conversion factor, the first day of its quarter.

    `quarter` is None where neither title nor name tells it; `qp` is None before 2026.
    """

    facts: list[RelativeValue]
    conversion_factor: Decimal
    year: int
    quarter: date | None
    qp: bool | None


class _Columns:
    def __init__(self, heading: Heading) -> None:
        self.heading = heading
        self.at = {key: heading.find(*column) for key, column in _COLUMNS.items()}

    def fact(self, row: Row) -> RelativeValue:
        """Read one row; its totals must be the sums of their parts."""
        cells, number, at = row.cells, self.heading.number, self.at
        work, malpractice = number(row, at["work"]), number(row, at["malpractice"])
        practice = {}
        for place in ("office", "facility"):
            expense = number(row, at[place])
            if work + expense + malpractice != number(row, at[f"{place}_total"]):
                title = self.heading.titles[at[f"{place}_total"]]
                raise self.heading.text.bad("it is not the sum.", line=row.line, column=title)
            practice[place] = None if self._na(row, at[f"no_{place}"]) else expense
        return RelativeValue(
            code=cells[at["code"]],
            status=self._status(row),
            work=work,
            malpractice=malpractice,
            modifier=cells[at["modifier"]],
            **practice,
        )

    def _na(self, row: Row, at: int) -> bool:
        if row.cells[at] not in {"", "NA"}:
            raise self.heading.text.bad(
                "there is neither NA nor nothing.", line=row.line, column=self.heading.titles[at]
            )
        return row.cells[at] == "NA"

    def _status(self, row: Row) -> str:
        status = row.cells[self.at["status"]]
        if not re.fullmatch(r"[A-Z]", status):
            column = _COLUMNS["status"][0]
            raise self.heading.text.bad("there is no status.", line=row.line, column=column)
        return status


def read(text: Text, codes: frozenset[str]) -> RelativeValues:
    """Read the rows of the codes asked for.

    Errors: FeesError with line and column, also where a total is not the sum of its parts, a code
    stands twice, or more than one conversion factor is named.
    """
    rows = text.rows()
    preamble = _preamble(text, rows)
    year, quarter = _when(text, preamble)
    heading = Heading(text, preamble)
    columns = _Columns(heading)
    facts, factors = {}, set()
    for row in heading.checked(rows):
        code = heading.code(row, columns.at["code"])
        if code not in codes:
            continue
        fact = columns.fact(row)
        if (code, fact.modifier) in facts:
            raise text.bad("the code stands there twice.", line=row.line, column="HCPCS")
        facts[code, fact.modifier] = fact
        factors.add(heading.number(row, columns.at["factor"]))
    if len(factors) != 1:
        why = "it has none of the codes looked for." if not facts else "the factors differ."
        raise text.bad(why, column="CONV FACTOR")
    qp = _qualifying(text.name) if year >= FIRST_PAIR else None
    return RelativeValues(list(facts.values()), factors.pop(), year, quarter, qp)


def is_heading(row: Row) -> bool:
    """Say whether this is the lowest line of the heading of a relative value file."""
    return "HCPCS" in row.cells and "MOD" in row.cells


def _preamble(text: Text, rows: Iterator[Row]) -> list[Row]:
    before = []
    for row in rows:
        before.append(row)
        if is_heading(row):
            return before
        if len(before) > PREAMBLE:
            break
    raise text.bad("it has no line with HCPCS and MOD.")


def _when(text: Text, preamble: list[Row]) -> tuple[int, date | None]:
    title = next(
        (found for row in preamble for cell in row.cells if (found := _TITLE.search(upper(cell)))),
        None,
    )
    name = _NAME.search(text.name)
    if title is None and name is None:
        raise text.bad("neither its title nor its name says of which year it is.")
    year = int(title[1]) if title else 2000 + int(name[1]) if name else 0
    told = title[2] if title and title[2] else name[2] if name else ""
    month = _QUARTERS.get(told[:3].upper())
    if title and name:
        named = _QUARTERS[name[2].upper()]
        if int(title[1]) != 2000 + int(name[1]) or (month and month != named):
            raise text.bad("its title and its name speak of different releases.")
    return year, date(year, month, 1) if month else None


def _qualifying(name: str) -> bool | None:
    if re.search(r"non[_ -]?qpp?", name, re.IGNORECASE):
        return False
    return True if re.search(r"qpp?", name, re.IGNORECASE) else None
