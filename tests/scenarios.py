"""Scenarios: an evidence folder, the day and clock to decide it on, and what must come out.

A scenario is a Markdown page, `scenarios/given/G001.md`: what it is, a table of right answers, and
the evidence as CSV. Scenarios of our own are rows of tables, `scenarios/own/days.md`; `storybook`
makes their evidence from a few words.

A line names an enrollment, a code and a period: the first day of a cycle (`2026-03-01`), a calendar
month (`2026-04`) or `any`, all periods taken together. A row that does not come out counts as
`not_billable`. `billable x2` means two units, `billable x1 on 2026-03-18` the service date too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from storybook import Clock, Story, as_csv, tell

Decision = dict[str, Any]

SHELF = Path(__file__).parent / "scenarios"
LADDERS = [("99454", "99445"), ("99457", "99470")]
SET_UP = {"99453", "98975"}
SUPPLY = {"99454", "99445", "98976", "98977", "98978", "98984", "98985", "98986"}
SHORT = {"no": "not_billable", "held": "held", "open": "open"}
STANDING = {"billable", "held"}
RANK = ["billable", "held", "open", "not_billable"]


@dataclass(frozen=True)
class Line:
    """One line that must come out, with every answer that is right."""

    enrollment_id: str
    period: str
    code: str
    right: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """Evidence by file name, and what must come out of it; of each group in `one_of`, one line."""

    name: str
    what: str
    as_of: date
    clock: Clock
    lines: tuple[Line, ...]
    one_of: tuple[tuple[Line, ...], ...]
    evidence: dict[str, str] = field(hash=False)

    def owns(self, made: Decision) -> bool:
        """Say whether a decision is about one of this scenario's enrollments."""
        return str(made["enrollment_id"]).startswith(f"{self.name}-")


def write(evidence: dict[str, str], folder: Path) -> Path:
    """Write evidence as CSV files and give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in evidence.items():
        (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
    return folder


@cache
def given() -> tuple[Scenario, ...]:
    """Read the scenarios that came with the contract."""
    return tuple(read_page(path) for path in sorted((SHELF / "given").glob("*.md")))


@cache
def own() -> tuple[Scenario, ...]:
    """Read our own scenarios, one for each row of the tables."""
    pages = sorted((SHELF / "own").glob("*.md"))
    rows = (row for path in pages for row in table(path.read_text(encoding="utf-8")))
    return tuple(map(read_row, rows))


def read_row(row: dict[str, str]) -> Scenario:
    """Read one row: id, what, the story, what must come out and the rule it rests on."""
    story = tell(row["story"])
    expected = [part.strip() for part in row["must come out"].split(";")]
    return Scenario(
        name=row["id"],
        what=f"{row['what']} ({row['rule']})",
        as_of=story.day_of_knowledge(),
        clock=story.clock,
        lines=tuple(expect(part, story, row["id"]) for part in expected),
        one_of=(),
        evidence={
            name: as_csv(named_for(row["id"], rows))
            for name, rows in story.tables().items()
            if rows
        },
    )


def named_for(name: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Begin every id with the name of the scenario, so that many can lie in one folder."""
    return [
        {key: f"{name}-{value}" if is_id(key) and value else value for key, value in row.items()}
        for row in rows
    ]


@cache
def is_id(column: str) -> bool:
    """Say whether a column holds an id of ours."""
    return column.endswith("_id") and column not in {"payer_id", "member_id", "source_message_id"}


def together(several: Sequence[Scenario]) -> dict[str, str]:
    """Give the evidence of scenarios with the same day and clock as that of one folder."""
    tables: dict[str, list[dict[str, str]]] = {}
    for scenario in several:
        for name, rows in scenario.evidence.items():
            tables.setdefault(name, []).extend(csv.DictReader(io.StringIO(rows)))
    return {name: as_csv(rows) for name, rows in tables.items()}


def expect(words: str, story: Story, name: str) -> Line:
    """Read `99454 x1`, `99454 x1 on 2026-03-18`, `ENR-2 99457 2026-05 held or no`.

    Without a period it is the first cycle, the month of the first work, or any for set-up.
    """
    match = re.fullmatch(r"(?:(ENR-\d) )?(\w{5}) (?:(\d{4}-\d\d\S*) )?(.*)", words)
    assert match, f"cannot read: {words}"
    enrollment, code, period, cell = match.groups()
    first_work = (story.stretches or story.calls or [{"started_at": f"{story.anchor}"}])[0]
    first = "any" if code in SET_UP else f"{story.anchor}"
    if code not in SUPPLY | SET_UP and story.clock == "month":
        first = first_work["started_at"][:7]
    spelled = [SHORT.get(said, said.replace("x", "billable x", 1)) for said in answers(cell)]
    return Line(f"{name}-{enrollment or 'ENR-1'}", period or first, code, tuple(spelled))


def read_page(path: Path) -> Scenario:
    """Read one page; the table's column `group` numbers the lines of which one must hold."""
    page = path.read_text(encoding="utf-8")
    what = re.search(r"^# \S+: (.*)$", page, re.MULTILINE)
    when = re.search(r"^As of (\S+), by (\w+)\.$", page, re.MULTILINE)
    assert what, path
    assert when, path
    grouped: dict[str, list[Line]] = {}
    for row in table(page):
        line = Line(row["enrollment"], row["period"], row["code"], answers(row["right answers"]))
        grouped.setdefault(row["one of"], []).append(line)
    return Scenario(
        name=path.stem,
        what=what[1],
        as_of=date.fromisoformat(when[1]),
        clock="cycle" if when[2] == "cycle" else "month",
        lines=tuple(grouped.pop("", [])),
        one_of=tuple(tuple(lines) for lines in grouped.values()),
        evidence=dict(re.findall(r"^## (\w+)\n+```csv\n(.*?)```", page, re.MULTILINE | re.DOTALL)),
    )


def table(page: str) -> list[dict[str, str]]:
    """Read every row of the Markdown tables of a page, each by the heads of its own table."""
    found: list[dict[str, str]] = []
    heads: list[str] = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            heads = []
        elif not heads:
            heads = cells
        elif not set(line) <= set("|-: "):
            found.append(dict(zip(heads, cells, strict=True)))
    return found


def answers(cell: str) -> tuple[str, ...]:
    """Read `billable x1 or held`."""
    return tuple(answer.strip() for answer in cell.split(" or "))


def answer(line: Line, decisions: list[Decision]) -> str:
    """Say what came out for a line."""
    found = [made for made in decisions if _is_about(line, made)]
    if line.period == "any":
        found = sorted(found, key=lambda made: RANK.index(made["outcome"]))[:1]
    dated = any(" on " in right for right in line.right)
    said = {outcome(made, dated=dated) for made in found}
    assert len(said) <= 1, f"{line} came out more than once"
    return said.pop() if said else "not_billable"


def outcome(made: Decision, *, dated: bool) -> str:
    """Say what came out in the words of the right answers, with the service date if asked for."""
    if made["outcome"] != "billable":
        return str(made["outcome"])
    return f"billable x{made['units']}" + (f" on {made['service_date']}" if dated else "")


def wrong(scenario: Scenario, decisions: list[Decision]) -> list[str]:
    """Say what does not hold: right answers first, then what holds for every scenario."""
    trouble = [
        f"{line.enrollment_id} {line.period} {line.code}: {came} is not {' or '.join(line.right)}"
        for line in scenario.lines
        if (came := answer(line, decisions)) not in line.right
    ]
    trouble += [
        f"none of {group}"
        for group in scenario.one_of
        if not any(answer(line, decisions) in line.right for line in group)
    ]
    trouble += [
        f"{line.code} is billable more than once"
        for line in scenario.lines
        if line.period == "any" and _times_billable(line, decisions) > 1
    ]
    return trouble + broken(decisions)


def broken(decisions: list[Decision]) -> list[str]:
    """Say which decisions break what holds for all: ladders, add-ons, and reasons."""
    by_place = {place(made): made for made in decisions}
    trouble = []
    for (enrollment, start, kind, code), made in by_place.items():
        others = {
            other: by_place.get((enrollment, start, kind, other), {}).get("outcome")
            for other in ("99454", "99445", "99457", "99470")
        }
        higher = [high for high, low in LADDERS if low == code]
        taken = any(others[name] in STANDING for pair in LADDERS if code in pair for name in pair)
        if made["outcome"] in STANDING and any(others[high] in STANDING for high in higher):
            trouble.append(f"{enrollment} {start}: {code} beside {higher}")
        if code == "99458" and made["outcome"] == "billable" and others["99457"] != "billable":
            trouble.append(f"{enrollment} {start}: 99458 without 99457")
        reasons = [said for said in made["findings"] if said["status"] != "met"]
        if made["outcome"] in {"held", "not_billable"} and not reasons and not taken:
            trouble.append(f"{enrollment} {start}: {code} {made['outcome']} without a reason")
    return trouble


def place(made: Decision) -> tuple[str, str, str, str]:
    """Give enrollment, period and code of a decision."""
    period = made["period"]
    return made["enrollment_id"], period["start"], period["kind"], made["code"]


def _is_about(line: Line, made: Decision) -> bool:
    period = made["period"]
    start = period["start"][:7] if period["kind"] == "month" else period["start"]
    same = (line.enrollment_id, line.code) == (made["enrollment_id"], made["code"])
    return same and line.period in {start, "any"}


def _times_billable(line: Line, decisions: list[Decision]) -> int:
    about = [made for made in decisions if _is_about(line, made)]
    return len([made for made in about if made["outcome"] == "billable"])
