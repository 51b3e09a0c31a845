"""One enrollment opened up: its decisions, with everything that counted or did not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from proofline.decide.asked import day_of
from proofline.decide.decision import Decision, decisions

if TYPE_CHECKING:
    from proofline.decide.run import Run


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading: on which local day it falls, and what keeps it from counting, if anything."""

    reading_id: str
    device_id: str
    metric: str
    value: str | None
    value_2: str | None
    unit: str | None
    entry: str
    measured_at: datetime
    received_at: datetime | None
    day: date
    utc_day: date
    refused: str | None
    unsettled: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work within one day, in the patient's time, and what keeps it from counting."""

    entry_id: str
    performer_id: str
    role: str | None
    activity: str | None
    day: date
    started_at: datetime
    ended_at: datetime
    refused: str | None
    unsettled: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """An attempt to communicate, and what keeps it from being a live conversation."""

    interaction_id: str
    performer_id: str | None
    channel: str
    reached: str | None
    call_record_id: str | None
    day: date
    started_at: datetime
    refused: str | None
    unsettled: str | None


@dataclass(frozen=True, slots=True)
class Contested:
    """Seconds claimed twice: by two programs (`patient`) or one `performer` for two patients."""

    kind: str
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the program: certain minutes and calls, and what they could become."""

    first_day: date
    minutes: int
    possible_minutes: int
    live_calls: int
    possible_live_calls: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that an explanation of one enrollment needs."""

    enrollment_id: str
    patient_id: str
    program: str
    time_zone: str
    anchor: date
    decisions: tuple[Decision, ...]
    readings: tuple[Reading, ...]
    work: tuple[Work, ...]
    calls: tuple[Call, ...]
    contested: tuple[Contested, ...]
    months: tuple[Month, ...]


def chart(run: Run, enrollment_id: str) -> Chart | None:
    """Open the chart of an enrollment in a finished run; None when the run did not decide it."""
    key = enrollment_id.replace("'", "''")
    found = list(run.engine.rows(f"SELECT * FROM charts WHERE enrollment_id = '{key}'"))
    if not found:
        return None
    opened = _Opened(run, found[0])
    return Chart(
        enrollment_id=enrollment_id,
        patient_id=opened.row["patient_id"],
        program=opened.row["program"],
        time_zone=opened.row["time_zone"],
        anchor=day_of(opened.row["anchor_day"]),
        decisions=tuple(decisions(run, chart_no=opened.row["chart_no"])),
        readings=tuple(opened.readings()),
        work=tuple(opened.work()),
        calls=tuple(opened.calls()),
        contested=tuple(opened.contested()),
        months=tuple(opened.months()),
    )


class _Opened:
    """The rows of one chart, in the patient's own time."""

    def __init__(self, run: Run, row: dict[str, Any]) -> None:
        self.row = row
        self._engine = run.engine
        self._zone = ZoneInfo(row["time_zone"])

    def _rows(self, columns: str, relation: str, order: str) -> Iterator[dict[str, Any]]:
        yield from self._engine.rows(
            f"SELECT DISTINCT {columns} FROM {relation}"
            f" WHERE chart_no = {self.row['chart_no']} ORDER BY {order}"
        )

    def _at(self, microseconds: int) -> datetime:
        seconds, rest = divmod(microseconds, 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest).astimezone(self._zone)

    def readings(self) -> Iterator[Reading]:
        """Yield the readings in the order of their instants, each with what stands against it."""
        columns = (
            "reading_id, device_id, metric, value, value_2, unit, entry, measured_at, received_at,"
            " local_day, utc_day, refused, unsettled"
        )
        order = "measured_at, reading_id, received_at NULLS LAST, refused NULLS LAST"
        for r in self._rows(columns, "judged_readings", order):
            received = r["received_at"]
            yield Reading(
                r["reading_id"],
                r["device_id"],
                r["metric"],
                r["value"],
                r["value_2"],
                r["unit"],
                r["entry"],
                self._at(r["measured_at"]),
                None if received is None else self._at(received),
                day_of(r["local_day"]),
                day_of(r["utc_day"]),
                r["refused"],
                r["unsettled"],
            )

    def work(self) -> Iterator[Work]:
        """Yield the pieces of work in the order of their beginnings."""
        columns = "entry_id, performer_id, role, activity, day, from_s, to_s, refused, unsettled"
        for r in self._rows(columns, "judged_time", "from_s, entry_id, to_s"):
            yield Work(
                r["entry_id"],
                r["performer_id"],
                r["role"],
                r["activity"],
                day_of(r["day"]),
                self._at(r["from_s"] * 1_000_000),
                self._at(r["to_s"] * 1_000_000),
                r["refused"],
                r["unsettled"],
            )

    def calls(self) -> Iterator[Call]:
        """Yield the attempts to communicate in the order of their beginnings."""
        columns = (
            "interaction_id, performer_id, channel, reached, call_record_id, day, started_at,"
            " refused, unsettled"
        )
        for r in self._rows(columns, "judged_calls", "started_at, interaction_id"):
            yield Call(
                r["interaction_id"],
                r["performer_id"],
                r["channel"],
                r["reached"],
                r["call_record_id"],
                day_of(r["day"]),
                self._at(r["started_at"]),
                r["refused"],
                r["unsettled"],
            )

    def contested(self) -> Iterator[Contested]:
        """Yield the seconds that somebody else claims too."""
        rows = self._engine.rows(
            "SELECT DISTINCT kind, from_s, to_s FROM contested"
            f" WHERE patient_no = {self.row['patient_no']} ORDER BY from_s, kind, to_s"
        )
        for r in rows:
            yield Contested(
                r["kind"], self._at(r["from_s"] * 1_000_000), self._at(r["to_s"] * 1_000_000)
            )

    def months(self) -> Iterator[Month]:
        """Yield the calendar months in which the program was worked."""
        rows = self._engine.rows(
            "SELECT m.first_day, w.* FROM month_work AS w JOIN months AS m ON m.month = w.month"
            f" WHERE w.chart_no = {self.row['chart_no']} ORDER BY w.month"
        )
        for r in rows:
            yield Month(
                day_of(r["first_day"]),
                r["month_minutes"],
                r["month_minutes_possible"],
                r["month_live_calls"],
                r["month_live_calls_possible"],
            )
