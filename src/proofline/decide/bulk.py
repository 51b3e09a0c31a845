"""Decisions by the million, as three Parquet tables beside each other.

    decisions      one row for each enrollment, period and code; `unmet` and `unproven` are bits
    facts          one row for each line asked for, a column for each fact; joined by `line_no`
    requirements   what each bit means: page, code, bit, requirement, fact, bound, level, words

A finding is a bit, its requirement and the fact beside it: nothing is lost, and no sentence is
written a million times. `evidence_digest` is printed by the other formats only; hashing all
evidence costs more than deciding it. DuckDB writes decisions in the order of the other formats,
and the same bytes each time, unless they are so many that sorting them would be felt.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from proofline.decide.asked import values
from proofline.decide.bounds import bits_of
from proofline.decide.decision import ORDER
from proofline.decide.engines import Writer
from proofline.decide.outcomes import OUTCOMES
from proofline.errors import WrongUse
from proofline.facts import catalog

if TYPE_CHECKING:
    from proofline.decide.asked import Value
    from proofline.decide.run import Run

_SORTED_LINES = 200_000
"""Up to so many decisions are written in order; to sort millions costs more than to decide them."""

_SORTS = "duckdb"
"""Spark writes parts under names of its own, so that its bytes are others each time anyway."""

_DAY = "CAST(CAST('1970-01-01' AS DATE) + {} AS DATE)"
_BY_LINE = f"\nORDER BY {ORDER}"
_BY_PERIOD = "\nORDER BY c.enrollment_id, f.kind, f.number, f.line_no"


def write_tables(run: Run, folder: Path) -> None:
    """Write decisions, facts and requirements of a run into a folder.

    Raises `WrongUse` where the engine of the run is none for many rows.
    """
    engine = run.engine
    if not isinstance(engine, Writer):
        remedy = "Decide all enrollments, on duckdb or spark."
        raise WrongUse("use.engine_writes", f"{engine.name} writes no tables.", remedy)
    folder.mkdir(parents=True, exist_ok=True)
    engine.write(_requirements(run), folder / "requirements.parquet")
    if run.pages:
        in_order = engine.name.startswith(_SORTS) and _count(engine) <= _SORTED_LINES
        engine.write(_decisions() + _BY_LINE * in_order, folder / "decisions.parquet")
        engine.write(_facts() + _BY_PERIOD * in_order, folder / "facts.parquet")


def _count(engine: Writer) -> int:
    (counted,) = engine.rows("SELECT count(*) AS lines FROM decided")
    return int(counted["lines"])


def _decisions() -> str:
    outcome = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(OUTCOMES))
    return f"""
SELECT c.enrollment_id, c.patient_id, c.program, p.kind AS period_kind,
    {_DAY.format("p.first_day")} AS period_start, {_DAY.format("p.last_day")} AS period_end,
    p.number AS period_number, d.code,
    CASE WHEN d.outcome = 2 THEN 0 ELSE d.earned_units END AS units,
    CASE d.outcome {outcome} END AS outcome,
    {_DAY.format("d.service_day")} AS service_date,
    d.page AS pack, d.line_no, d.unmet, d.unproven, d.taken_by, d.month_taken, d.units_unsettled
FROM decided AS d
JOIN charts AS c ON c.chart_no = d.chart_no
JOIN periods AS p ON p.period_no = d.period_no"""


def _facts() -> str:
    columns = dict.fromkeys(
        column for fact in catalog().values() for column in (fact.name, fact.highest)
    )
    names = ", ".join(f"f.{column}" for column in columns)
    return f"""
SELECT f.line_no, c.enrollment_id, f.kind AS period_kind, f.number AS period_number, f.page AS pack,
    f.day_bits, {names}
FROM facts AS f
JOIN charts AS c ON c.chart_no = f.chart_no"""


def _requirements(run: Run) -> str:
    columns = (
        "pack",
        "pack_digest",
        "code",
        "bit",
        "requirement",
        "fact",
        "needs",
        "level",
        "text",
        "cure",
        "cite",
    )
    return values(columns, _requirement_rows(run))


def _requirement_rows(run: Run) -> Iterator[tuple[Value, ...]]:
    for page in run.pages.values():
        bits = bits_of(page, run.asked.clock)
        for code in page.codes.values():
            for name in bits.asked_of(code):
                r = page.requirements[name]
                bit = bits.mask([name]).bit_length() - 1
                yield (
                    page.name,
                    page.digest,
                    code.code,
                    bit,
                    name,
                    r.fact,
                    r.needs,
                    r.level,
                    r.text,
                    r.cure,
                    r.cite,
                )
