"""All facts of one patient in one program, line by line: what bounds are held against.

Lines bear on each other (a calendar month holds one management line, a set-up stands in one cycle),
within a patient and a program and no further. So the sheet is what a decision needs to be replayed,
and a decision names its sheet by digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import msgspec

from proofline.decide.records.canonical import canonical, digest_of
from proofline.facts import catalog

Cell: TypeAlias = str | int | bool | None
FORM = "proofline-facts/1"
TYPES: Mapping[str, str] = {
    **dict.fromkeys(("enrollment_id", "evidence_digest", "kind", "page"), "VARCHAR"),
    **dict.fromkeys(("chart_no", "period_no", "line_no", "number", "month"), "BIGINT"),
    **dict.fromkeys(("first_day", "last_day", "first_month", "last_month"), "INTEGER"),
    **dict.fromkeys(("end_day", "work_day", "setup_day"), "INTEGER"),
    **dict.fromkeys(("day_bits", "possible_bits"), "BIGINT"),
    "closed": "BOOLEAN",
}
"""The SQL types of the columns that are no facts: which line it is, its days, and its page."""
_OF_KIND = {"count": "INTEGER", "flag": "BOOLEAN", "text": "VARCHAR"}
_NUMBERS = ("chart_no", "period_no", "line_no")


@dataclass(frozen=True)
class Sheet:
    """The facts of a patient in a program: `lines` of cells in the order of `columns`.

    Columns are the facts of catalog.toml, NAME_possible beside those that are not settled, and
    `TYPES`. Charts, periods and lines are numbered from 0 within the sheet.
    """

    patient_id: str
    program: str
    columns: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]

    def facts(self, line: int) -> dict[str, Cell]:
        """Give the facts of one line by name."""
        return dict(zip(self.columns, self.lines[line], strict=True))

    @cached_property
    def content(self) -> bytes:
        """Write the sheet as canonical JSON."""
        return canonical(self.written())

    @property
    def digest(self) -> str:
        """Give the digest of its canonical JSON."""
        return digest_of(self.content)

    def written(self) -> dict[str, object]:
        """Give the sheet as its JSON holds it."""
        return {
            "facts": FORM,
            "patient_id": self.patient_id,
            "program": self.program,
            "columns": self.columns,
            "lines": self.lines,
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Sheet:
        """Read what `written` gave; raises ValueError where it is not of that form."""
        said = msgspec.convert(written, _WrittenSheet)
        if not TYPES.keys() <= set(said.columns) or len(set(said.columns)) < len(said.columns):
            raise ValueError("a sheet lacks columns, or has one twice")
        numbers = [said.columns.index(name) for name in _NUMBERS]
        for line in said.lines:
            if len(line) != len(said.columns):
                raise ValueError("a line has other columns than its sheet")
            if any(type(line[place]) is not int for place in numbers):
                raise ValueError("a line has no number")
        return cls(said.patient_id, said.program, said.columns, said.lines)


class _WrittenSheet(msgspec.Struct):
    """A sheet as its JSON holds it."""

    patient_id: str
    program: str
    columns: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]


def column_types() -> dict[str, str]:
    """Give the SQL type of every column a sheet can have."""
    types = dict(TYPES)
    for fact in catalog().values():
        types |= dict.fromkeys((fact.name, fact.highest), _OF_KIND[fact.kind])
    return types


def sheet_of(
    rows: Sequence[Mapping[str, Any]], known: Iterable[str]
) -> tuple[Sheet, dict[int, int]]:
    """Make the sheet of a patient's rows in a program, and tell where each `line_no` stands in it.

    Of a row's columns those that are `known` are taken. A row may come more than once, with another
    code; the order of rows does not matter.
    """
    by_line = {row["line_no"]: row for row in rows}
    order = sorted(by_line)
    numbers = {name: _numbered(row[name] for row in rows) for name in _NUMBERS}
    columns = tuple(sorted(rows[0].keys() & set(known)))
    lines = tuple(
        tuple(
            numbers[name][row[name]] if name in numbers else row[name]
            for row in (by_line[line_no],)
            for name in columns
        )
        for line_no in order
    )
    sheet = Sheet(rows[0]["patient_id"], rows[0]["program"], columns, lines)
    return sheet, {line_no: place for place, line_no in enumerate(order)}


def _numbered(numbers: Iterable[int]) -> dict[int, int]:
    """Number anew from 0 in the same order: what a whole practice counted, one patient cannot."""
    return {number: place for place, number in enumerate(sorted(set(numbers)))}
