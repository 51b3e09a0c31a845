"""Every worked example beside a page comes out of the engine as the page's own table says.

An example tells facts, not evidence: they are laid before the engine as `facts` would be, each
example as a closed period of a patient of its own, and the bounds of its page are held against
them. What the evidence shows is for the scenarios to test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from proofline.decide.asked import Asked, day_number
from proofline.decide.decision import MONTHS_TOLD
from proofline.decide.engines.duckdb import DuckDBEngine
from proofline.decide.findings import Finding, findings
from proofline.decide.outcomes import BILLABLE, HELD, OUTCOMES, SERVICE_DAY
from proofline.decide.run import hold_bounds
from proofline.facts import catalog
from proofline.packs import examples, shelf
from proofline.packs.examples import Between, Bill, Clock, Example
from proofline.packs.page import Page

COLUMN = {"count": pa.int64(), "flag": pa.bool_(), "text": pa.string()}
FACTS = pa.schema(
    [(name, pa.int32()) for name in ("chart_no", "number", "month", "first_month", "last_month")]
    + [(f"{name}_day", pa.int32()) for name in ("first", "last", "end", "work", "setup")]
    + [(name, pa.int64()) for name in ("period_no", "line_no")]
    + [("closed", pa.bool_()), ("page", pa.string()), ("kind", pa.string())]
    + [
        (column, COLUMN[fact.kind])
        for fact in catalog().values()
        for column in dict.fromkeys((fact.name, fact.highest))
    ]
)
DECIDED = f"""
SELECT d.*, m.months_told, f.* EXCLUDE (chart_no, period_no, line_no, month, page)
FROM decided AS d JOIN facts AS f USING (line_no)
LEFT JOIN ({MONTHS_TOLD}) AS m ON m.period_no = d.period_no
ORDER BY d.chart_no, code
"""

Row = dict[str, Any]
PAGES = [(pack, day) for pack in shelf.packs() for day in shelf.effective_dates(pack)]
IN_FORCE = {(pack, shelf.effective_dates(pack)[-1]) for pack in shelf.packs()}
"""The last page of each pack: the quick round asks these, for the others are frozen."""


def of_page(pack: str, effective: date) -> tuple[Page, tuple[Example, ...]]:
    """Read a page and the examples beside it."""
    page = shelf.load(pack, effective)
    return page, examples.read(shelf.ROOT / f"{page.name}.md", page)


@pytest.mark.parametrize(
    ("pack", "effective"),
    [pytest.param(*page, marks=[pytest.mark.slow] * (page not in IN_FORCE)) for page in PAGES],
    ids=[f"{pack}/{day}" for pack, day in PAGES],
)
def test_every_example_of_the_page_comes_out(pack: str, effective: date) -> None:
    page, rows = of_page(pack, effective)
    assert len(rows) >= len(page.requirements)
    trouble = disagreements(page, rows)
    assert trouble == [], "\n".join(["", *trouble])


def test_an_example_that_is_wrong_is_named_by_file_line_and_name() -> None:
    page, rows = of_page("medicare-rpm", date(2026, 1, 1))
    good = next(row for row in rows if row.name == "exactly sixteen days")
    wrong = [
        replace(good, bills={**good.bills, "99458": Bill(1, held=False)}),
        replace(good, bills={**good.bills, "99457": Bill(2, held=False)}),
        replace(good, bills={**good.bills, "99457": Bill(1, held=True)}),
        replace(good, because=(("99454", "days_16_to_30"),)),
    ]
    named = f"{good.place}: exactly sixteen days: "
    assert disagreements(page, [good, *wrong]) == [
        f"{named}99458 is -, not 99458",
        f"{named}99457 is 99457, not 99457x2",
        f"{named}99457 is 99457, not [99457]",
        f"{named}99454 does not say days_16_to_30",
    ]


def disagreements(page: Page, rows: Sequence[Example]) -> list[str]:
    """Decide examples on the clock that each names, and say where engine and example differ."""
    by_clock: dict[Clock, list[Example]] = defaultdict(list)
    for row in rows:
        by_clock[row.clock].append(row)
    trouble: list[str] = []
    for clock, told in by_clock.items():
        came = decided(page, told, clock=clock)
        for number, row in enumerate(told, 1):
            trouble += [f"{row.place}: {row.name}: {it}" for it in differs(row, came[number], page)]
    return trouble


def decided(page: Page, rows: Sequence[Example], *, clock: Clock) -> Mapping[int, list[Row]]:
    """Give the decided lines of each example, by its number from one."""
    with duckdb.connect() as connection:
        connection.register("told", pa.Table.from_pylist(told_facts(page, rows), schema=FACTS))
        engine = DuckDBEngine(connection)
        engine.keep("facts", "SELECT * FROM told")
        engine.keep(
            "periods",
            "SELECT chart_no, period_no, first_day, last_day, first_month, last_month FROM facts",
        )
        engine.keep(
            "charts",
            "SELECT DISTINCT chart_no, chart_no AS patient_no,"
            f" '{page.program}' AS program FROM facts",
        )
        hold_bounds(engine, Asked(page.effective + timedelta(days=60), clock), [page])
        lines: dict[int, list[Row]] = defaultdict(list)
        for line in engine.rows(DECIDED):
            lines[line["chart_no"]].append(line)
    return lines


def told_facts(page: Page, rows: Sequence[Example]) -> list[Row]:
    """Lay each example down as a closed cycle and a closed month that can carry every code."""
    first = day_number(page.effective)
    month = page.effective.year * 12 + page.effective.month - 1
    last = first + 29
    days = {"first_day": first, "last_day": last, **dict.fromkeys(SERVICE_DAY.values(), last)}
    months = {"month": month, "first_month": month, "last_month": month}
    period = {"number": 1, "closed": True, "page": page.name, **days, **months}
    return [
        {
            "chart_no": number,
            "period_no": line,
            "line_no": line,
            "kind": kind,
            **period,
            **columns(row),
        }
        for number, row in enumerate(rows, 1)
        for line, kind in ((2 * number, "cycle"), (2 * number + 1, "month"))
    ]


def columns(row: Example) -> Row:
    """Give the facts of an example as columns, with the highest each could become."""
    cells: Row = {}
    for name, value in row.facts.items():
        fact = catalog()[name]
        low, high = (value.proven, value.possible) if isinstance(value, Between) else (value, value)
        assert low == high or not fact.settled, f"{row.place}: {name} is settled, not {value}"
        cells |= {fact.highest: high, name: low}
    return cells


def differs(row: Example, lines: Sequence[Row], page: Page) -> list[str]:
    """Say which codes of an example are not as told, and which reasons were not given."""
    assert {line["code"] for line in lines} == page.codes.keys() | page.absents.keys()
    assert len(lines) == len(page.codes) + len(page.absents)
    came = {line["code"]: written(line["code"], bill_of(line)) for line in lines}
    told = {code: written(code, row.bills.get(code)) for code in came}
    found = {line["code"]: list(findings(line, page, row.clock)) for line in lines}
    said = {(code, it.requirement) for code in found for it in found[code] if it.status != "met"}
    return (
        [f"{code} is {came[code]}, not {told[code]}" for code in came if came[code] != told[code]]
        + [f"{code} does not say {name}" for code, name in row.because if (code, name) not in said]
        + [
            f"{line['code']} is {OUTCOMES[line['outcome']]}, its findings are not"
            for line in lines
            if OUTCOMES[line["outcome"]] != concluded(found[line["code"]])
        ]
    )


def concluded(found: Sequence[Finding]) -> str:
    """Conclude from findings alone what a line comes to."""
    against = {(it.level, it.status) for it in found if it.stands_against}
    if ("gate", "unmet") in against:
        return "not_billable"
    return "held" if against else "billable"


def bill_of(line: Row) -> Bill | None:
    """Give what a decided line bills."""
    if line["outcome"] not in {BILLABLE, HELD}:
        return None
    return Bill(line["earned_units"], held=line["outcome"] == HELD)


def written(code: str, bill: Bill | None) -> str:
    """Write a bill as the tables do; the units of a held line say nothing."""
    if bill is None:
        return "-"
    if bill.held:
        return f"[{code}]"
    return code if bill.units == 1 else f"{code}x{bill.units}"
