"""What a finished run shows beside its decisions: days of periods, weak days, work, late minutes.

Five questions to relations that the run has kept; no rule is decided here. What counts is what
`judged_readings`, `judged_time`, `work_days` and `period_facts` say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from proofline.decide.asked import day_of

if TYPE_CHECKING:
    from proofline.decide.run import Run

Place = tuple[str, str, date]
"""Enrollment, kind of period and its first day."""
Worked = tuple[int, int]
"""Counted seconds and live calls of a day."""
LATE_DAYS = 7
"""A time entry typed in so many days after the work is told of; our choice, no source found."""

_PERIODS = """
SELECT c.enrollment_id, c.patient_id, c.program, c.anchor_day, c.as_of_day, p.kind, p.number,
    p.first_day, p.last_day, p.closed, p.day_bits, p.paused_days
FROM period_facts AS p
JOIN charts AS c ON c.chart_no = p.chart_no
ORDER BY c.enrollment_id, p.first_day, p.kind
"""
# A reading says that it is weak; one of which nobody said anything is not.
_WEAK = """
SELECT c.enrollment_id, r.local_day,
    max(CASE WHEN r.authenticity = 'manual' THEN 'typed_in'
             WHEN r.entry = 'memory' THEN 'from_memory'
             WHEN r.time_quality = 'estimated' THEN 'time_estimated'
             WHEN r.time_quality = 'local-clock' THEN 'clock_of_the_wall' END) AS why
FROM judged_readings AS r
JOIN charts AS c ON c.chart_no = r.chart_no
JOIN (
    SELECT chart_no, min(first_day) AS first_day FROM periods WHERE NOT closed GROUP BY chart_no
) AS p ON p.chart_no = r.chart_no AND r.local_day >= p.first_day
WHERE r.refused IS NULL AND r.unsettled IS NULL
GROUP BY c.enrollment_id, r.local_day
HAVING count(*) = 1
    AND max(CASE WHEN r.authenticity = 'manual' OR r.entry = 'memory'
                   OR r.time_quality IN ('estimated', 'local-clock') THEN 1 ELSE 0 END) = 1
ORDER BY c.enrollment_id, r.local_day
"""
_MONTH = """
SELECT c.enrollment_id, w.month_minutes, w.month_live_calls
FROM month_work AS w
JOIN charts AS c ON c.chart_no = w.chart_no
JOIN calendar AS k ON k.month = w.month AND k.day = c.as_of_day
"""
_WORK = """
SELECT c.enrollment_id, w.day, w.worked_us // 1000000 AS seconds, w.calls
FROM work_days AS w
JOIN charts AS c ON c.chart_no = w.chart_no
WHERE w.worked_us > 0 OR w.calls > 0
ORDER BY c.enrollment_id, w.day
"""
_TYPED = f"""
SELECT c.enrollment_id, j.day, sum(j.to_us - j.from_us) // 1000000 AS seconds
FROM judged_time AS j
JOIN charts AS c ON c.chart_no = j.chart_no
JOIN time_entries AS t ON t.entry_id = j.entry_id
JOIN (
    SELECT chart_no, min(first_day) AS first_day FROM periods WHERE NOT closed GROUP BY chart_no
) AS p ON p.chart_no = j.chart_no AND j.day >= p.first_day
WHERE j.refused IS NULL AND j.unsettled IS NULL AND t.method = 'typed'
    AND t.entered_at - t.ended_at > {LATE_DAYS} * 86400000000
GROUP BY c.enrollment_id, j.day
ORDER BY c.enrollment_id, j.day
"""


@dataclass(frozen=True, slots=True)
class Span:
    """A period: which of its days count so far, and on how many of them it was paused."""

    enrollment_id: str
    patient_id: str
    program: str
    kind: str
    number: int
    anchor: date
    start: date
    end: date
    as_of: date
    closed: bool
    bits: int
    paused_days: int

    @property
    def place(self) -> Place:
        """Enrollment, kind and first day."""
        return self.enrollment_id, self.kind, self.start

    @property
    def first(self) -> bool:
        """Tell the first period of the enrollment."""
        return self.number == 1

    def counts_on(self, day: date) -> bool:
        """Tell whether a day of the period counts."""
        return bool(self.bits >> (day - self.start).days & 1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the run shows of all enrollments; `months` are minutes and calls of the as-of month.

    `running` are the open periods and `over` the closed ones. `weak` are the days that rest on one
    doubtful reading each, `worked` the counted seconds and live calls, `typed_late` the seconds
    typed in long after the work, all by enrollment and day.
    """

    running: tuple[Span, ...]
    over: tuple[Span, ...] = ()
    weak: dict[str, dict[date, str]] = field(default_factory=dict)
    months: dict[str, tuple[int, int]] = field(default_factory=dict)
    typed_late: dict[str, dict[date, int]] = field(default_factory=dict)
    worked: dict[str, dict[date, Worked]] = field(default_factory=dict)


def seen(run: Run) -> Seen:
    """Ask a finished run."""
    if not run.pages:
        return Seen(())
    rows = run.engine.rows
    spans = [_span(row) for row in rows(_PERIODS)]
    return Seen(
        tuple(one for one in spans if not one.closed),
        tuple(one for one in spans if one.closed),
        _by_day(rows(_WEAK), "local_day", lambda row: str(row["why"])),
        {
            row["enrollment_id"]: (row["month_minutes"], row["month_live_calls"])
            for row in rows(_MONTH)
        },
        _by_day(rows(_TYPED), "day", lambda row: int(row["seconds"])),
        _by_day(rows(_WORK), "day", lambda row: (int(row["seconds"]), int(row["calls"]))),
    )


def following(month: date) -> date:
    """Give the first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _span(row: dict[str, Any]) -> Span:
    return Span(
        row["enrollment_id"],
        row["patient_id"],
        row["program"],
        row["kind"],
        row["number"],
        day_of(row["anchor_day"]),
        day_of(row["first_day"]),
        day_of(row["last_day"]),
        day_of(row["as_of_day"]),
        bool(row["closed"]),
        row["day_bits"],
        row["paused_days"],
    )


def _by_day(rows: Iterator[dict[str, Any]], day: str, what: Any) -> dict[str, dict[date, Any]]:  # noqa: ANN401 - as the row has it
    found: dict[str, dict[date, Any]] = {}
    for row in rows:
        found.setdefault(row["enrollment_id"], {})[day_of(row[day])] = what(row)
    return found
