"""Localities: their geographic indices (GPCI) and the counties that belong to them (LOCCO).

Source of the layouts: the headings of the CMS files. Contractor and locality numbers are text with
leading zeros, which the list of counties has lost; a number means a locality only together with its
contractor or state.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from proofline.claims.fees.facts import Area, Locality
from proofline.claims.fees.tables import PREAMBLE, Heading, Row, Text, upper

if TYPE_CHECKING:
    from collections.abc import Iterator

_YEAR = re.compile(r"\b(20\d\d)\b")
_FLOOR = r"PW GPCI( \(WITH 1\.0 FLOOR\))?$"
_NO_FLOOR = r"PW GPCI \(WITHOUT 1\.0 FLOOR\)$"
_CONTRACTOR = r"MEDICARE ADMIN\w* CONTRACTOR"
_Place = TypeVar("_Place", Area, Locality)


def is_gpci(row: Row) -> bool:
    """Say whether this is the heading of a GPCI file."""
    return any(re.fullmatch(r"20\d\d P[WE] GPCI.*", upper(cell)) for cell in row.cells)


def is_counties(row: Row) -> bool:
    """Say whether this is the heading of a list of localities and counties."""
    return {"COUNTIES", "FEE SCHEDULE AREA"} <= {upper(cell) for cell in row.cells}


def read_gpci(text: Text) -> tuple[list[Locality], int]:
    """Read every locality, and the year of the indices. Errors: FeesError with line and column."""
    rows = text.rows()
    heading = _heading(text, rows, gpci=True)
    years = {found[1] for title in heading.titles if (found := _YEAR.match(title))}
    if len(years) != 1:
        raise text.bad("its columns are not of one year.", line=heading.line)
    find = heading.find
    mac, state = find("MAC", _CONTRACTOR), find("State", r"^STATE$")
    number, name = find("Locality Number", r"^LOCALITY NUM"), find("Locality Name", "^LOCALITY NAM")
    practice, malpractice = find("PE GPCI", r"\bPE GPCI"), find("MP GPCI", r"\bMP GPCI")
    floors = [heading.all(_FLOOR), heading.all(_NO_FLOOR)]
    if not any(floors) or any(len(found) > 1 for found in floors):
        raise text.bad("it has no one such column.", line=heading.line, column="PW GPCI")
    localities: dict[tuple[str, str, str], Locality] = {}
    for row in _contractors(heading, rows, mac):
        work, bare = (heading.number(row, at[0]) if at else None for at in floors)
        one = Locality(
            mac=row.cells[mac].zfill(5),
            state=row.cells[state],
            number=_locality(heading, row, number),
            name=row.cells[name].rstrip("* "),
            practice=heading.number(row, practice),
            malpractice=heading.number(row, malpractice),
            work=work,
            work_without_floor=bare,
        )
        if (key := (one.mac, one.state, one.number)) in localities:
            raise text.bad("the locality stands there twice.", line=row.line)
        localities[key] = one
    return _some(text, list(localities.values())), int(years.pop())


def read_counties(text: Text) -> tuple[list[Area], int]:
    """Read the list of localities and counties, and its year. Errors: FeesError."""
    rows = text.rows()
    heading = _heading(text, rows, gpci=False)
    year = next((found[1] for title in heading.titles if (found := _YEAR.search(title))), None)
    if year is None:
        raise text.bad("its title does not say of which year it is.")
    find = heading.find
    mac, number = find("MAC", f"{_CONTRACTOR}$"), find("Locality Number", r"\bLOCALITY NUM\w*$")
    state, name = find("State", r"\bSTATE$"), find("Fee Schedule Area", r"\bFEE SCHEDULE AREA$")
    counties = find("Counties", r"\bCOUNTIES$")
    areas: list[Area] = []
    for row in _contractors(heading, rows, mac):
        said = row.cells[state].rstrip("* ") or (areas[-1].state if areas else "")
        if not said:
            raise text.bad("no state was named yet.", line=row.line, column="State")
        area = Area(
            mac=row.cells[mac].zfill(5),
            number=_locality(heading, row, number),
            state=upper(said),
            name=row.cells[name].rstrip("* "),
            counties=upper(row.cells[counties]),
        )
        if area not in areas:
            areas.append(area)
    return _some(text, areas), int(year)


def _heading(text: Text, rows: Iterator[Row], *, gpci: bool) -> Heading:
    """Find the heading: one line for GPCI, with the title above it for the counties."""
    before = []
    for row in rows:
        before.append(row)
        if is_gpci(row) if gpci else is_counties(row):
            return Heading(text, [row] if gpci else before)
        if len(before) > PREAMBLE:
            break
    raise text.bad("it has no heading of that kind.")


def _contractors(heading: Heading, rows: Iterator[Row], mac: int) -> Iterator[Row]:
    """Give the rows of localities; what stands alone in its row is a note."""
    for row in heading.checked(rows):
        if sum(map(bool, row.cells)) == 1:
            continue
        if not re.fullmatch(r"\d{4,5}", row.cells[mac], re.ASCII):
            raise heading.text.bad("there is no contractor number.", line=row.line, column="MAC")
        yield row


def _locality(heading: Heading, row: Row, at: int) -> str:
    if not re.fullmatch(r"\d{1,2}", row.cells[at], re.ASCII):
        column = heading.titles[at]
        raise heading.text.bad("there is no locality number.", line=row.line, column=column)
    return row.cells[at].zfill(2)


def _some(text: Text, found: list[_Place]) -> list[_Place]:
    if not found:
        raise text.bad("it has no locality.")
    return found
