"""Decisions as they go out: one for each enrollment, period and code, with facts and findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from proofline import __version__
from proofline.decide.asked import day_of
from proofline.decide.findings import findings
from proofline.decide.held import bounds_of
from proofline.decide.outcomes import NOT_BILLABLE, OUTCOMES
from proofline.decide.run import digest_periods
from proofline.evidence.tables import BY_DEVICE
from proofline.facts import catalog

if TYPE_CHECKING:
    from proofline.decide.findings import Row
    from proofline.decide.run import Run
    from proofline.packs.page import Page

Decision = dict[str, Any]
ALWAYS = ("treatment_minutes", "live_calls")
"""Facts that every decision prints, whether or not its requirements ask for them."""
WITH_DEVICES = ("transmission_days", "utc_days", *ALWAYS)
"""The same for the programs that monitor by device."""

ORDER = "c.enrollment_id, p.first_day, d.code, p.kind"
MONTHS_TOLD = """
SELECT
    period_no,
    string_agg(
        concat(
            lpad(CAST(month // 12 AS VARCHAR), 4, '0'), '-',
            lpad(CAST(month % 12 + 1 AS VARCHAR), 2, '0'),
            ': ', CAST(month_minutes AS VARCHAR), ' minutes'
        ), ', ' ORDER BY month
    ) AS months_told
FROM bounded
WHERE kind = 'cycle' AND work_day IS NOT NULL
GROUP BY period_no
"""
"""Which minutes of a cycle lie in which calendar month."""

DECIDED = """
SELECT f.*, d.service_day, c.enrollment_id, c.patient_id, c.program, c.as_of_day, d.code, d.outcome,
    d.standing, d.earned_units, d.units_unsettled, d.unmet, d.unproven, d.taken_by, d.base_standing,
    d.month_taken, m.months_told, d.supported, g.evidence_digest
FROM facts_told AS f
{} decided AS d ON d.line_no = f.line_no
JOIN charts AS c ON c.chart_no = f.chart_no
JOIN periods AS p ON p.period_no = f.period_no
LEFT JOIN period_digests AS g ON g.period_no = f.period_no
LEFT JOIN ({}) AS m ON m.period_no = f.period_no
ORDER BY {}
"""
"""Every decided line with its facts; joined by LEFT JOIN also the lines on which no code stands."""


def decisions(run: Run, *, chart_nos: Iterable[int] | None = None) -> Iterator[Decision]:
    """Yield the decisions of a run, or of some charts, by enrollment, period start and code."""
    if not run.pages:
        return
    numbers = None if chart_nos is None else ", ".join(map(str, chart_nos))
    of_charts = "" if numbers is None else f"WHERE chart_no IN ({numbers})"
    lay_out(run, of_charts)
    yield from laid_out(run)


def lay_out(run: Run, of_charts: str) -> None:
    """Keep the facts and the evidence digests of charts, from which decisions are then told."""
    digest_periods(run.engine, of_charts)
    run.engine.keep("facts_told", f"SELECT * FROM facts {of_charts}")


def laid_out(run: Run) -> Iterator[Decision]:
    """Yield the decisions on what was laid out."""
    for row in run.engine.rows(DECIDED.format("JOIN", MONTHS_TOLD, ORDER)):
        yield decision(row, run)


def decision(row: Row, run: Run) -> Decision:
    """Put one decided line into the form of the output contract."""
    page = run.pages[row["page"]]
    found = list(findings(row, page, run.asked.clock))
    refused = row["outcome"] == NOT_BILLABLE
    return {
        "enrollment_id": row["enrollment_id"],
        "patient_id": row["patient_id"],
        "program": row["program"],
        "period": {
            "kind": row["kind"],
            "start": day_of(row["first_day"]).isoformat(),
            "end": day_of(row["last_day"]).isoformat(),
            "number": row["number"],
        },
        "code": row["code"],
        "units": 0 if refused else row["earned_units"],
        "outcome": OUTCOMES[row["outcome"]],
        "service_date": day_of(row["service_day"]).isoformat(),
        "facts": _facts(row, page, run),
        "findings": [asdict(finding) for finding in found],
        "evidence_digest": row["evidence_digest"],
        "pack": page.name,
        "pack_digest": page.digest,
        "engine": f"proofline-{__version__}",
    }


def _facts(row: Row, page: Page, run: Run) -> dict[str, object]:
    known = row["code"] in page.codes
    own, on_month = bounds_of(page, run.asked.clock, row["code"]) if known else ((), ())
    always = WITH_DEVICES if row["program"] in BY_DEVICE else ALWAYS
    asked = {name: catalog()[name].highest for name in always}
    asked |= {bound.fact.name: bound.highest for bound in (*own, *on_month)}
    facts: dict[str, object] = {}
    for name, highest in asked.items():
        facts[name] = row[name]
        if row[highest] != row[name]:
            facts[highest] = row[highest]
    return facts
