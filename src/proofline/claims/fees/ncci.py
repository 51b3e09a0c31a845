"""NCCI's tables: unit limits (MUE), code pairs (PTP) and add-on codes (AOC) of practitioners.

Source of the layouts: the headings of the tables. The pairs are millions of rows, also of edits
long deleted, and are read as they stream by; a pair is kept if either code is one of those looked
for. An edit without effect (modifier indicator 9) is dropped.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from proofline.claims.fees.facts import AddOn, CodePair, UnitLimit
from proofline.claims.fees.tables import CODE_LENGTH, PREAMBLE, Heading, Row, Text, is_code, upper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from proofline.claims.fees.facts import Kind

CONTRACTOR_DEFINED = "CCCCC"
"""Stands where a code should be when the contractor says which primaries there are."""

Days = tuple[date, date]

_MUE = re.compile(r"Eff_(\d\d)-(\d\d)-(20\d\d)", re.IGNORECASE)
_PTP = re.compile(r"ccipra-v(\d\d)([0-3])r\d+-f(\d)(?!\d)", re.IGNORECASE)
_ADD_ON = re.compile(r"AOC_V(20\d\d)Q([1-4])", re.IGNORECASE)
_PTP_YEAR_ZERO = 1994
"""Version 313 is of the fourth quarter of 2025: two digits count years, the third quarters."""
_PRACTITIONER = r"^PRACTITIONER SERVICES MUE VALUES?$"


def is_limits(row: Row) -> bool:
    """Say whether this is the heading of a table of unit limits, of whatever provider."""
    return any(re.search(r"MUE VALUES?$", upper(cell)) for cell in row.cells)


def is_pairs(row: Row) -> bool:
    """Say whether this is the first line of the heading of a table of code pairs."""
    return [upper(cell) for cell in row.cells[:2]] == ["COLUMN 1", "COLUMN 2"]


def is_add_ons(row: Row) -> bool:
    """Say whether this is the heading of a table of add-on codes."""
    titles = {_plain(cell) for cell in row.cells}
    return {"ADDONCODE", "PRIMARYCODE"} <= titles


def read_limits(text: Text, codes: frozenset[str]) -> list[UnitLimit]:
    """Read the limits of the codes looked for.

    Errors: FeesError with line and column, also for the table of hospitals or suppliers.
    """
    rows = text.rows()
    heading = Heading(text, [_until(text, rows, is_limits)])
    code_at = heading.find("HCPCS/CPT Code", r"^HCPCS ?/ ?CPT CODE$")
    units_at = heading.find("Practitioner Services MUE Values", _PRACTITIONER)
    indicator_at = heading.find("MUE Adjudication Indicator", r"ADJUDICATION INDICATOR$")
    found: dict[str, UnitLimit] = {}
    for row in heading.checked(rows):
        code = heading.code(row, code_at)
        if code not in codes:
            continue
        told = re.match(r"([123])\b", row.cells[indicator_at])
        if (
            told is None
            or not re.fullmatch(r"\d{1,5}", row.cells[units_at], re.ASCII)
            or code in found
        ):
            raise text.bad("no limit can be read, or it stands twice.", line=row.line)
        found[code] = UnitLimit(code, int(row.cells[units_at]), int(told[1]))
    return list(found.values())


def read_pairs(text: Text, codes: frozenset[str]) -> list[CodePair]:
    """Read the pairs in which one of the codes looked for stands.

    Errors: FeesError with line and column, also if there is no pair at all.
    """
    rows = text.rows()
    stacked = [_until(text, rows, is_pairs)]
    first = next(rows, None)
    while first is not None and not is_code(first.cells[0] if first.cells else ""):
        stacked.append(first)
        if len(stacked) > PREAMBLE or any(first.cells[:2]):
            raise text.bad("there is no code.", line=first.line, column="COLUMN 1")
        first = next(rows, None)
    if first is None:
        raise text.bad("it ends after its heading.")
    heading = Heading(text, stacked)
    columns = [
        heading.find("Column 1", r"^COLUMN 1$"),
        heading.find("Column 2", r"^COLUMN 2$"),
        heading.find("Effective Date", r"^EFFECTIVE DATE"),
        heading.find("Deletion Date", r"^DELETION DATE"),
        heading.find("Modifier", r"^MODIFIER"),
    ]
    every = (_pair(heading, row, columns, codes) for row in heading.checked(chain([first], rows)))
    return [pair for pair in every if pair is not None]


def _pair(heading: Heading, row: Row, columns: list[int], codes: frozenset[str]) -> CodePair | None:
    paid_at, denied_at, first_at, last_at, modifier_at = columns
    cells = row.cells
    ours = cells[paid_at] in codes or cells[denied_at] in codes
    if not ours and len(cells[paid_at]) == len(cells[denied_at]) == CODE_LENGTH:
        return None
    paid, denied = heading.code(row, paid_at), heading.code(row, denied_at)
    modifier = cells[modifier_at]
    if modifier not in {"0", "1", "9"}:
        column = "Modifier"
        raise heading.text.bad("there is no 0, 1 or 9.", line=row.line, column=column)
    if modifier == "9":
        return None
    first = _day(heading, row, first_at)
    if first is None:
        raise heading.text.bad("there is no date.", line=row.line, column="Effective Date")
    return CodePair(paid, denied, first, modifier == "1", _day(heading, row, last_at))


def read_add_ons(text: Text, codes: frozenset[str]) -> list[AddOn]:
    """Read the rows of the add-on codes looked for. Errors: FeesError with line and column."""
    rows = text.rows()
    top = _until(text, rows, is_add_ons)
    heading = Heading(text, [Row(top.line, [_plain(cell) for cell in top.cells])])
    find = heading.find
    type_at, code_at = find("AOC_Edit_Type", r"EDITTYPE"), find("Add-On_Code", r"^ADDONCODE$")
    primary_at, first_at = find("Primary_Code", r"^PRIMARYCODE$"), find("EffDT", r"^AOCEDITEFF")
    deleted = heading.all(r"^(AOC|PRIMARYCODE|AOCEDIT)DEL")
    if len(deleted) != 3:  # noqa: PLR2004 - of the add-on code, the primary code, and the edit
        raise text.bad("it has not the three columns of deletion.", line=heading.line)
    found = []
    for row in heading.checked(rows):
        if (code := heading.code(row, code_at)) not in codes:
            continue
        first = _day(heading, row, first_at)
        primary = row.cells[primary_at]
        if first is None or row.cells[type_at] not in {"1", "2", "3"}:
            raise text.bad("no edit can be read.", line=row.line)
        if primary != CONTRACTOR_DEFINED:
            heading.code(row, primary_at)
        last = min(filter(None, (_day(heading, row, at) for at in deleted)), default=None)
        named = "" if primary == CONTRACTOR_DEFINED else primary
        found.append(AddOn(code, named, int(row.cells[type_at]), first, last))
    return found


def _until(text: Text, rows: Iterable[Row], is_it: Callable[[Row], bool]) -> Row:
    for at, row in enumerate(rows):
        if is_it(row):
            return row
        if at > PREAMBLE:
            break
    raise text.bad("it has no heading of that kind.")


def _plain(title: str) -> str:
    """Give a title in capitals, letters only: Add-On_Code and Add-on Code are the same."""
    return re.sub(r"[^A-Z]", "", re.sub(r"\(.*\)", "", title.upper()))


def _day(heading: Heading, row: Row, at: int) -> date | None:
    """Read YYYYMMDD, or year and day of the year as YYYYDDD; nothing and * are no date."""
    told = row.cells[at]
    if told in {"", "*"}:
        return None
    try:
        if re.fullmatch(r"\d{8}", told, re.ASCII):
            return date(int(told[:4]), int(told[4:6]), int(told[6:]))
        if re.fullmatch(r"\d{7}", told, re.ASCII) and 1 <= int(told[4:]) <= 366:  # noqa: PLR2004
            return date(int(told[:4]), 1, 1) + timedelta(days=int(told[4:]) - 1)
    except (ValueError, OverflowError):
        pass
    raise heading.text.bad("there is no date.", line=row.line, column=heading.titles[at])


def quarter_of(kind: Kind, name: str) -> tuple[Days | None, int | None]:
    """Give the first and last day, and for code pairs which part it is; None where unnamed."""
    if kind == "mue" and (found := _MUE.search(name)):
        month, day, year = map(int, found.groups())
        if day == 1 and month in {1, 4, 7, 10}:
            return quarter(year, (month + 2) // 3), None
    if kind == "ptp" and (found := _PTP.search(name)):
        return quarter(_PTP_YEAR_ZERO + int(found[1]), int(found[2]) + 1), int(found[3])
    if kind == "add_on" and (found := _ADD_ON.search(name)):
        return quarter(int(found[1]), int(found[2])), None
    return None, None


def quarter(year: int, number: int) -> Days:
    """Give the first and the last day of a quarter, 1 to 4, of a year."""
    after = date(year + number // 4, number % 4 * 3 + 1, 1)
    return date(year, number * 3 - 2, 1), after - timedelta(days=1)
