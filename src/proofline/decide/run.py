"""One run over the evidence: the facts in their order, then the pages' bounds against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from proofline.decide import asked as asking
from proofline.decide import bounds, outcomes
from proofline.facts import STORY, sql
from proofline.packs import shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from proofline.decide.asked import Asked
    from proofline.decide.engines import Engine
    from proofline.packs.page import Page

_MONTH_CHOICE = (Path(__file__).parent / "month_choice.sql").read_text(encoding="utf-8")
_PINNED = """
SELECT p.chart_no, p.period_no, p.first_day, p.last_day
FROM periods AS p
JOIN (SELECT DISTINCT period_no FROM standing_sign_offs WHERE evidence_digest IS NOT NULL) AS s
    ON s.period_no = p.period_no
"""
_ANY_PINNED = "SELECT 1 FROM standing_sign_offs WHERE evidence_digest IS NOT NULL LIMIT 1"
_NONE_PINNED = "SELECT period_no, evidence_digest FROM standing_sign_offs WHERE 1 = 0"
DIGESTED_AT_ONCE = 20_000
"""Periods whose rows are put in order together: an engine must hold them, it cannot spill them."""
_ALL_PERIODS = "SELECT chart_no, period_no, first_day, last_day FROM periods"


@dataclass(frozen=True, slots=True)
class Run:
    """A run whose `decided` relation stands ready in its engine.

    `pages` are the pages that rule at least one line, by name; `unpaged` counts the lines whose
    service date no page rules: they are refused, not decided.
    """

    engine: Engine
    asked: Asked
    pages: Mapping[str, Page] = field(default_factory=dict)
    unpaged: int = 0


def run(engine: Engine, asked: Asked, told: Callable[[str], None] | None = None) -> Run:
    """Decide everything that the engine's evidence holds, and leave `decided` in the engine.

    `told` is called with the name of each model before it runs, so that long work can show it.
    """
    programs = [
        row["program"] for row in engine.rows("SELECT DISTINCT program FROM enrollments ORDER BY 1")
    ]
    for name, text in asking.relations(asked, programs):
        engine.keep(name, text)
    for model in STORY:
        if told:
            told(model.name)
        if model.name == "pinned_digests":
            pin_digests(engine)
        else:
            (engine.keep if model.kept else engine.define)(model.name, sql(model.name))
    pages = pages_in_use(engine, asked)
    if told:
        told("bounds")
    if pages:
        hold_bounds(engine, asked, pages)
    unpaged = next(engine.rows("SELECT count(*) AS n FROM lines WHERE page IS NULL"))["n"]
    return Run(engine, asked, {page.name: page for page in pages}, unpaged)


def pin_digests(engine: Engine) -> None:
    """Keep the digests of those periods for which a sign-off names one; most name none."""
    if not any(engine.rows(_ANY_PINNED)):
        engine.keep("pinned_digests", _NONE_PINNED)
        return
    ask_evidence(engine, _PINNED)
    engine.keep("pinned_digests", sql("digests"))


def digest_periods(engine: Engine, of_charts: str) -> None:
    """Keep the digest of the evidence of every period (of some charts), to be printed or signed."""
    asked = f"{_ALL_PERIODS} {of_charts}"
    (found,) = engine.rows(f"SELECT count(*) AS n FROM ({asked}) AS p")
    batches = found["n"] // DIGESTED_AT_ONCE + 1
    for batch in range(batches):
        ask_evidence(engine, f"SELECT * FROM ({asked}) AS p WHERE chart_no % {batches} = {batch}")
        engine.keep(f"period_digests_{batch}", sql("digests"))
    kept = (f"SELECT * FROM period_digests_{batch}" for batch in range(batches))
    engine.keep("period_digests", _union(kept))


def ask_evidence(engine: Engine, periods: str) -> None:
    """Define `evidence_rows`: the rows of evidence that bear on the periods which a query gives."""
    engine.define("periods_asked", periods)
    engine.define("evidence_rows", sql("evidence_rows"))


def pages_in_use(engine: Engine, asked: Asked) -> list[Page]:
    """Load, from the law that is asked of, every page that rules one of the `lines`."""
    names = [
        r["page"]
        for r in engine.rows("SELECT DISTINCT page FROM lines WHERE page IS NOT NULL ORDER BY 1")
    ]
    parts = (name.split("/") for name in names)
    return [shelf.load(pack, date.fromisoformat(day), root=asked.law) for pack, day in parts]


def hold_bounds(engine: Engine, asked: Asked, pages: list[Page]) -> None:
    """Hold the pages' bounds against `facts` and keep the outcome of every code as `decided`."""
    columns = bounds.unit_facts(pages)
    engine.keep("bounded", _union(bounds.bounded(page, columns) for page in pages))
    clocked = [page for page in pages if any(c.period == "clock" for c in page.codes.values())]
    if asked.clock == "cycle" and clocked:
        engine.keep("candidates", _union(outcomes.candidates(page) for page in clocked))
        engine.keep("month_choice", _MONTH_CHOICE)
    lines = (line for page in pages for line in outcomes.decided(page, asked))
    engine.keep("decided", _union(lines))


def _union(selects: Iterable[str]) -> str:
    return "\nUNION ALL\n".join(selects)
