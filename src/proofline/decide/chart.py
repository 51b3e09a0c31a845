"""One enrollment opened up: its decisions, with everything that counted or did not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from proofline.decide.asked import day_of
from proofline.decide.decision import Decision, decisions

if TYPE_CHECKING:
    from proofline.decide.run import Run


class Reading(Struct, frozen=True):
    """A reading: on which local day it falls, and what keeps it from counting, if anything.

    The last four fields say where it came from and what vouches for it, as in the evidence.
    """

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
    time_quality: str | None = None
    source: str | None = None
    source_message_id: str | None = None
    authenticity: str | None = None


class Work(Struct, frozen=True):
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


class Call(Struct, frozen=True):
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


class Contested(Struct, frozen=True):
    """Seconds claimed twice: by two programs (`patient`) or one `performer` for two patients."""

    kind: str
    started_at: datetime
    ended_at: datetime


class Month(Struct, frozen=True):
    """A calendar month of the program: certain minutes and calls, and what they could become."""

    first_day: date
    minutes: int
    possible_minutes: int
    live_calls: int


class Beside(Struct, frozen=True):
    """A service that is reported for the patient, or a stay, beside which a period has to stand.

    `what` is the code or the kind of stay, `certain` is false where a service may yet come to
    nothing. `ours` says whether it is the practice's own, and is None where nobody knows.
    """

    row_id: str
    what: str
    first_day: date
    last_day: date | None
    certain: bool
    ours: bool | None


class Chart(Struct, frozen=True):
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
    beside: tuple[Beside, ...] = ()


def chart(run: Run, enrollment_id: str) -> Chart | None:
    """Open the chart of an enrollment in a finished run; None when the run did not decide it."""
    return next(charts(run, [enrollment_id]), None)


def charts(run: Run, enrollment_ids: Iterable[str]) -> Iterator[Chart]:
    """Open the charts of some enrollments at once, by id; those that were not decided are left out.

    Asking for many together costs little more than asking for one.
    """
    keys = ", ".join("'" + one.replace("'", "''") + "'" for one in enrollment_ids)
    if not keys:
        return
    sql = f"SELECT * FROM charts WHERE enrollment_id IN ({keys}) ORDER BY enrollment_id"
    found = list(run.engine.rows(sql))
    if not found:
        return
    opened = _Opened(run, found)
    for row in found:
        yield opened.chart(row)


class _Opened:
    """The rows of some charts, each in its patient's own time."""

    def __init__(self, run: Run, found: list[dict[str, Any]]) -> None:
        self._run = run
        self._numbers = [row["chart_no"] for row in found]
        self._patients = sorted({row["patient_no"] for row in found})

    def chart(self, row: dict[str, Any]) -> Chart:
        """Put one chart together."""
        number, at = row["chart_no"], _Clock(row["time_zone"])
        return Chart(
            enrollment_id=row["enrollment_id"],
            patient_id=row["patient_id"],
            program=row["program"],
            time_zone=row["time_zone"],
            anchor=day_of(row["anchor_day"]),
            decisions=tuple(self._decisions.get(row["enrollment_id"], ())),
            readings=tuple(_reading(r, at) for r in self._readings.get(number, ())),
            work=tuple(_work(r, at) for r in self._work.get(number, ())),
            calls=tuple(_call(r, at) for r in self._calls.get(number, ())),
            contested=tuple(_contested(r, at) for r in self._contested.get(row["patient_no"], ())),
            months=tuple(_month(r) for r in self._months.get(number, ())),
            beside=tuple(_beside(r) for r in self._beside.get(number, ())),
        )

    def _rows(self, columns: str, relation: str, order: str) -> dict[int, list[dict[str, Any]]]:
        chart_nos = ", ".join(map(str, self._numbers))
        return _by(
            "chart_no",
            self._run.engine.rows(
                f"SELECT DISTINCT chart_no, {columns} FROM {relation}"
                f" WHERE chart_no IN ({chart_nos}) ORDER BY chart_no, {order}"
            ),
        )

    @cached_property
    def _decisions(self) -> dict[str, list[Decision]]:
        return _by("enrollment_id", decisions(self._run, chart_nos=self._numbers))

    @cached_property
    def _readings(self) -> dict[int, list[dict[str, Any]]]:
        columns = (
            "reading_id, device_id, metric, value, value_2, unit, entry, measured_at, received_at,"
            " local_day, utc_day, refused, unsettled, time_quality, source, source_message_id,"
            " authenticity"
        )
        order = (
            "measured_at, reading_id, received_at NULLS LAST, refused NULLS LAST,"
            " source_message_id NULLS LAST"
        )
        return self._rows(columns, "judged_readings", order)

    @cached_property
    def _work(self) -> dict[int, list[dict[str, Any]]]:
        columns = "entry_id, performer_id, role, activity, day, from_us, to_us, refused, unsettled"
        return self._rows(columns, "judged_time", "from_us, entry_id, to_us")

    @cached_property
    def _calls(self) -> dict[int, list[dict[str, Any]]]:
        columns = (
            "interaction_id, performer_id, channel, reached, call_record_id, day, started_at,"
            " refused, unsettled"
        )
        return self._rows(columns, "judged_calls", "started_at, interaction_id")

    @cached_property
    def _contested(self) -> dict[int, list[dict[str, Any]]]:
        return _by(
            "patient_no",
            self._run.engine.rows(
                "SELECT DISTINCT patient_no, kind, from_us, to_us FROM contested"
                f" WHERE patient_no IN ({', '.join(map(str, self._patients))})"
                " ORDER BY patient_no, from_us, kind, to_us"
            ),
        )

    @cached_property
    def _months(self) -> dict[int, list[dict[str, Any]]]:
        return _by(
            "chart_no",
            self._run.engine.rows(
                "SELECT m.first_day, w.* FROM month_work AS w JOIN months AS m ON m.month = w.month"
                f" WHERE w.chart_no IN ({', '.join(map(str, self._numbers))})"
                " ORDER BY w.chart_no, w.month"
            ),
        )

    @cached_property
    def _beside(self) -> dict[int, list[dict[str, Any]]]:
        columns = "row_id, what, first_day, last_day, certain, whose"
        return self._rows(columns, f"({_BESIDE}) AS b", "first_day, row_id, what")


_BESIDE = """
SELECT chart_no, service_id AS row_id, code AS what, from_day AS first_day, to_day AS last_day,
    certain, CASE ours WHEN TRUE THEN 1 WHEN FALSE THEN 0 END AS whose
FROM reported
UNION ALL
SELECT c.chart_no, s.stay_id, s.kind, s.from_date, s.to_date, 1,
    CASE WHEN s.performer_id = c.billing_performer_id OR f.practice_id = c.practice_id THEN 1
         WHEN f.practice_id <> c.practice_id THEN 0 END
FROM stays AS s
JOIN charts AS c ON c.patient_id = s.patient_id
LEFT JOIN performers AS f ON f.performer_id = s.performer_id
"""


class _Clock:
    """The clock on a patient's wall."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def __call__(self, microseconds: int) -> datetime:
        seconds, rest = divmod(microseconds, 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest).astimezone(self._zone)


def _by(key: str, rows: Iterable[dict[str, Any]]) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _reading(r: dict[str, Any], at: _Clock) -> Reading:
    received = r["received_at"]
    return Reading(
        r["reading_id"],
        r["device_id"],
        r["metric"],
        r["value"],
        r["value_2"],
        r["unit"],
        r["entry"],
        at(r["measured_at"]),
        None if received is None else at(received),
        day_of(r["local_day"]),
        day_of(r["utc_day"]),
        r["refused"],
        r["unsettled"],
        r["time_quality"],
        r["source"],
        r["source_message_id"],
        r["authenticity"],
    )


def _work(r: dict[str, Any], at: _Clock) -> Work:
    return Work(
        r["entry_id"],
        r["performer_id"],
        r["role"],
        r["activity"],
        day_of(r["day"]),
        at(r["from_us"]),
        at(r["to_us"]),
        r["refused"],
        r["unsettled"],
    )


def _call(r: dict[str, Any], at: _Clock) -> Call:
    return Call(
        r["interaction_id"],
        r["performer_id"],
        r["channel"],
        r["reached"],
        r["call_record_id"],
        day_of(r["day"]),
        at(r["started_at"]),
        r["refused"],
        r["unsettled"],
    )


def _contested(r: dict[str, Any], at: _Clock) -> Contested:
    return Contested(r["kind"], at(r["from_us"]), at(r["to_us"]))


def _beside(r: dict[str, Any]) -> Beside:
    return Beside(
        r["row_id"],
        r["what"],
        day_of(r["first_day"]),
        None if r["last_day"] is None else day_of(r["last_day"]),
        bool(r["certain"]),
        None if r["whose"] is None else bool(r["whose"]),
    )


def _month(r: dict[str, Any]) -> Month:
    return Month(
        day_of(r["first_day"]),
        r["month_minutes"],
        r["month_minutes_possible"],
        r["month_live_calls"],
    )
