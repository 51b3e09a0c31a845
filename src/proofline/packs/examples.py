"""The worked examples beside a page: Markdown tables of facts and of what they must bill.

A table with the columns `fact` and `value` is the good month that every example of the page starts
from. Every other table has the columns `example`, some facts, `bills` and `because`. An empty fact
cell takes the value of the table's first row, and what that leaves out takes the good month's.
`parse` reads the text; what an example must come to is for the tests to run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from proofline.packs.errors import PackError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from proofline.packs.page import Page

Clock: TypeAlias = Literal["month", "cycle"]


@dataclass(frozen=True, slots=True)
class Between:
    """A count of which `proven` is certain and `possible` the most that it could become."""

    proven: int
    possible: int


# None is a fact that nobody knows.
Value: TypeAlias = int | bool | str | Between | None


@dataclass(frozen=True, slots=True)
class Bill:
    """What an example bills of one code; the units of a held line say nothing."""

    units: int
    held: bool


@dataclass(frozen=True, slots=True)
class Example:
    """One row: what the evidence shows, what must be billed or held, and why the rest is not.

    `because` pairs a code with a finding of it that must not be met. `place` is file and line.
    """

    name: str
    clock: Clock
    facts: Mapping[str, Value]
    bills: Mapping[str, Bill]
    because: tuple[tuple[str, str], ...]
    place: str


@dataclass(frozen=True, slots=True)
class _Row:
    place: str
    clock: Clock
    cells: Mapping[str, str]


_BILL = re.compile(r"(?P<open>\[)?(?P<code>[A-Z0-9]{5})(?:x(?P<units>[1-9]\d*))?(?P<shut>\])?")
_REASON = re.compile(r"(?P<codes>[A-Z0-9]{5}(?: [A-Z0-9]{5})*): (?P<finding>[\w.]+)")
_RULE = re.compile(r"[\s|:-]+")


def read(path: Path, page: Page) -> tuple[Example, ...]:
    """Read the examples of a page from their file; raise `PackError` if it is not there."""
    file = f"{path.parent.name}/{path.name}"
    if not path.exists():
        remedy = "Write it: every bound of a page has an example on each side."
        raise PackError("pack.examples_missing", f"{file} does not exist.", remedy)
    return parse(path.read_text("utf-8"), page, file=file)


def parse(text: str, page: Page, *, file: str) -> tuple[Example, ...]:
    """Read every example of a page from Markdown, in order.

    Raises `PackError` with file and line where a table does not have the form told above.
    """
    words = {r.fact for r in page.requirements.values() if r.one_of}
    good: dict[str, str] = {}
    examples: list[Example] = []
    for table in _tables(text, file):
        if {"fact", "value"} <= table[0].cells.keys():
            good |= {row.cells["fact"]: row.cells["value"] for row in table}
            continue
        first = good | _facts(table[0])
        examples += [_example(row, first | _facts(row), words=words) for row in table]
    return tuple(examples)


def _tables(text: str, file: str) -> Iterator[list[_Row]]:
    """Give the rows of each table, each with the clock that was last named before it."""
    clock: Clock = "month"
    heads: list[str] = []
    table: list[_Row] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        place = f"{file}:{number}"
        if line.startswith("|"):
            cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
            if not heads:
                heads = cells
            elif not _RULE.fullmatch(line):
                table.append(_row(_Row(place, clock, {}), heads, cells=cells))
            continue
        if table:
            yield table
        heads, table = [], []
        if line.startswith("Clock:"):
            clock = _clock(line, place)


def _clock(line: str, place: str) -> Clock:
    name = line.removeprefix("Clock:").strip().rstrip(".")
    if name == "month":
        return "month"
    if name == "cycle":
        return "cycle"
    raise PackError("pack.example_broken", f"{place}: no clock {name}.", "Write month or cycle.")


def _row(empty: _Row, heads: list[str], *, cells: list[str]) -> _Row:
    if len(cells) != len(heads):
        message = f"{empty.place}: {len(cells)} cells under {len(heads)} heads."
        raise PackError("pack.example_broken", message, "Give each head one cell.")
    return replace(empty, cells=dict(zip(heads, cells, strict=True)))


def _facts(row: _Row) -> dict[str, str]:
    told = {"example", "bills", "because"}
    return {head: cell for head, cell in row.cells.items() if cell and head not in told}


def _example(row: _Row, facts: Mapping[str, str], *, words: set[str]) -> Example:
    missing = [head for head in ("example", "bills") if not row.cells.get(head)]
    if missing or "because" not in row.cells:
        message = f"{row.place}: no {' and no '.join(missing) or 'because'}."
        raise PackError("pack.example_broken", message, "Write - where nothing is billed.")
    return Example(
        name=row.cells["example"],
        clock=row.clock,
        facts={
            f: cell if f in words and cell != "?" else _value(cell) for f, cell in facts.items()
        },
        bills=_bills(row),
        because=_because(row),
        place=row.place,
    )


def _value(cell: str) -> Value:
    if cell in {"yes", "no"}:
        return cell == "yes"
    if re.fullmatch(r"\d+", cell):
        return int(cell)
    if re.fullmatch(r"\d+\.\.\d+", cell):
        low, high = cell.split("..")
        return Between(int(low), int(high))
    return None if cell == "?" else cell


def _bills(row: _Row) -> dict[str, Bill]:
    bills: dict[str, Bill] = {}
    for word in row.cells["bills"].replace("-", "").split():
        found = _BILL.fullmatch(word)
        if found is None or bool(found["open"]) != bool(found["shut"]):
            message = f"{row.place}: bills {word}."
            remedy = "Write codes such as 99454 or 99458x2, held ones in brackets."
            raise PackError("pack.example_broken", message, remedy)
        bills[found["code"]] = Bill(units=int(found["units"] or 1), held=bool(found["open"]))
    return bills


def _because(row: _Row) -> tuple[tuple[str, str], ...]:
    reasons = [part.strip() for part in row.cells["because"].split(";") if part.strip()]
    found = [_REASON.fullmatch(reason) for reason in reasons]
    if None in found:
        message = f"{row.place}: because {row.cells['because']}."
        raise PackError("pack.example_broken", message, "Write CODE CODE: finding; CODE: finding.")
    matches = [match for match in found if match is not None]
    return tuple((code, match["finding"]) for match in matches for code in match["codes"].split())
