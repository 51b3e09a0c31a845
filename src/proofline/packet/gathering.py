"""From a finished run to packets: a block of enrollments is read at once, lines come one by one.

However many are asked for, one block is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from proofline.decide.asked import day_of
from proofline.decide.chart import charts
from proofline.decide.records import Record, recorded
from proofline.decide.snapshots import taken
from proofline.explain.explanation import Explanation, explain, periods
from proofline.packet.archive import Grounds
from proofline.packet.making import Beside, packet_of
from proofline.packet.papers import Papers, papers

if TYPE_CHECKING:
    from proofline.decide.chart import Chart
    from proofline.decide.run import Run
    from proofline.explain.explanation import Decision, Period
    from proofline.packet.packet import Packet

Wanted = Callable[[dict[str, Any]], bool]
Known = Callable[[dict[str, Any]], Beside]
BLOCK = 100
"""Enrollments that are read together: enough to share the cost, few enough to stay small."""


def nothing_beside(decision: Decision) -> Beside:
    """Know nothing of a line beyond the evidence: there is no book."""
    del decision
    return Beside()


@dataclass(frozen=True, slots=True)
class Gathered:
    """A packet with what its decision stands on."""

    packet: Packet
    grounds: Grounds


def gathered(
    run: Run,
    enrollment_ids: Iterable[str],
    wanted: Wanted,
    *,
    known: Known = nothing_beside,
) -> Iterator[Gathered]:
    """Yield a packet for every wanted line of some enrollments, in their order, period and code."""
    ids = iter(enrollment_ids)
    while block := list(islice(ids, BLOCK)):
        yield from _Block(run, block).packets(wanted, known)


class _Block:
    """Some enrollments with all that their packets need."""

    def __init__(self, run: Run, ids: Sequence[str]) -> None:
        self._run = run
        self._papers = papers(run, ids)
        self._charts = list(charts(run, ids))
        self._records = _records(run, (one.patient_id for one in self._charts))
        self._periods = _period_numbers(run, ids)

    def packets(self, wanted: Wanted, known: Known) -> Iterator[Gathered]:
        """Yield the packets of the block; each explanation is made once for all its lines."""
        asked = [
            (chart, period, [one["code"] for one in lines if wanted(one)])
            for chart in self._charts
            for period, lines in periods(chart).items()
        ]
        asked = [one for one in asked if one[2]]
        numbers = {self._periods[_key(chart, period)] for chart, period, _ in asked}
        evidence = dict(taken(self._run.engine, sorted(numbers)))
        for chart, period, codes in asked:
            explained = explain(chart, period, as_of=self._run.asked.as_of)
            own = self._papers[chart.enrollment_id]
            snapshot = evidence[self._periods[_key(chart, period)]].text
            for code in sorted(codes):
                yield self._one(explained, own, (code, snapshot), known)

    def _one(
        self, explained: Explanation, own: Papers, of: tuple[str, bytes], known: Known
    ) -> Gathered:
        code, snapshot = of
        decision = next(one for one in explained.lines if one["code"] == code)
        clock = self._run.asked.clock
        made = packet_of(explained, code, own, clock=clock, beside=known(decision))
        record, facts = self._records[_line_key(decision)]
        return Gathered(made, Grounds(record.content, facts, snapshot))


def _key(chart: Chart, period: Period) -> tuple[str, str, object]:
    return chart.enrollment_id, period.kind, period.start


def _line_key(decision: Decision) -> tuple[str, str, str, str]:
    period = decision["period"]
    return decision["enrollment_id"], period["kind"], period["start"], decision["code"]


def _records(
    run: Run, patients: Iterable[str]
) -> dict[tuple[str, str, str, str], tuple[Record, bytes]]:
    """Wrap every decision of the patients of a block, with the content of its sheet of facts."""
    return {
        record.key: (record, sheet.content)
        for sheet, records in recorded(run, *sorted(set(patients)))
        for record in records
    }


def _period_numbers(run: Run, ids: Sequence[str]) -> dict[tuple[str, str, object], int]:
    rows = run.engine.rows(
        "SELECT c.enrollment_id, p.kind, p.first_day, p.period_no FROM periods AS p"
        f" JOIN charts AS c ON c.chart_no = p.chart_no WHERE c.enrollment_id IN ({_quoted(ids)})"
    )
    return {
        (row["enrollment_id"], row["kind"], day_of(row["first_day"])): row["period_no"]
        for row in rows
    }


def _quoted(ids: Iterable[str]) -> str:
    return ", ".join("'" + one.replace("'", "''") + "'" for one in ids)
