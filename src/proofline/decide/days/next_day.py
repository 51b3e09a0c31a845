"""The first day on which the calendar alone can turn what is decided for a patient.

Five things turn by the calendar: a period ends, and the next begins on the same day; something is
dated later than it is known now, such as a reading that was received or a consent that is revoked
tomorrow; a death that lies ahead comes; an enrollment whose first day does; and a device that will
be with the patient. Nothing else in the
models asks what day it is; the days that are left only count down (`left`). Where the day cannot be
told exactly, an earlier one is given: to decide once more than needed changes nothing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from proofline.decide.asked import day_number, day_of
from proofline.evidence import TABLES

if TYPE_CHECKING:
    from proofline.decide.run import Run

_DAY, _WEST = 86_400_000_000, 43_200_000_000
"""A day and the twelve hours by which the westernmost zone is behind UTC, in microseconds."""

_ENDS = """
SELECT c.patient_id, min(p.last_day) + 1 AS day
FROM periods AS p
JOIN charts AS c ON c.chart_no = p.chart_no
WHERE NOT p.closed
GROUP BY c.patient_id
"""
_DATED = (
    ("patients", "death_date"),
    ("enrollments", "anchor_date"),
    ("enrollments", "setup_date"),
    ("enrollments", "order_date"),
    ("assignments", "from_date"),
)
"""Days that are compared with the as-of day itself: a death, and what can be a first day, of an
episode or of an instrument of therapy."""

_INSTANTS = tuple(
    (table.name, column.name)
    for table in TABLES
    for column in table.columns
    if column.kind == "instant"
)
"""Whatever may lie after the as-of day, and is not known until then."""


def next_days(run: Run) -> dict[str, date | None]:
    """Say for each patient of a run how long what it decided holds, if nothing is added.

    It is the next day on which anything of the patient can turn; None where none can.
    """
    today = day_number(run.asked.as_of)
    days: dict[str, list[int]] = {
        row["patient_id"]: [] for row in run.engine.rows("SELECT patient_id FROM enrollments")
    }
    for row in [*run.engine.rows(_ENDS), *run.engine.rows(_dated(today))]:
        if row["patient_id"] in days:
            days[row["patient_id"]].append(row["day"])
    known = _known_on(run, today)
    return {patient: _first(found, known, today) for patient, found in days.items()}


def _first(days: list[int], known: int | None, today: int) -> date | None:
    ahead = [day for day in (*days, *([known] if known else ())) if day > today]
    return day_of(min(ahead)) if ahead else None


def _dated(today: int) -> str:
    selects = (
        f"SELECT patient_id, min({column}) AS day FROM {table} WHERE {column} > {today}"
        " GROUP BY patient_id"
        for table, column in _DATED
    )
    return "\nUNION ALL\n".join(selects)


def _known_on(run: Run, today: int) -> int | None:
    """Give the day on which the first thing that is not yet known may be; it may bear on anyone."""
    (now,) = run.engine.rows("SELECT min(known_until_us) AS us FROM knowledge")
    if now["us"] is None:
        return None
    selects = (
        f"SELECT min({column}) AS us FROM {table} WHERE {column} >= {now['us']}"
        for table, column in _INSTANTS
    )
    union = " UNION ALL ".join(selects)
    (found,) = run.engine.rows(f"SELECT min(us) AS us FROM ({union}) AS later")
    return None if found["us"] is None else max(today + 1, (found["us"] - _WEST) // _DAY)
