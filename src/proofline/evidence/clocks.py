"""Instants without an offset: read on the clock on the patient's wall.

An hour that the clock shows twice is taken for the first of the two, and one that it skips is read
with the offset before the change, as Python does with `fold=0`. A stretch of work is never an hour
longer for it: a start in such an hour is taken for the second of the two, if that lies before the
end. Without a patient whose zone is known there is no instant; such a row is set aside by the check
that follows. *Rule:* E15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.evidence.database import insert_rows
from proofline.evidence.zones import zone_spans

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from proofline.evidence.contract import Table
    from proofline.evidence.database import Connection
    from proofline.evidence.sources import Source

_LOCAL_SPANS = """
CREATE VIEW parsed.local_spans AS
SELECT time_zone, offset_us,
    from_us + greatest(offset_us, coalesce(lag(offset_us) OVER turns, offset_us)) AS from_us,
    to_us + greatest(offset_us, coalesce(lead(offset_us) OVER turns, offset_us)) AS to_us
FROM main.zone_spans WINDOW turns AS (PARTITION BY time_zone ORDER BY from_us)
"""

_REPEATED = """
CREATE VIEW parsed.repeated_hours AS
SELECT time_zone, offset_us, from_us + offset_us AS from_us, from_us + before_us AS to_us
FROM (SELECT *, lag(offset_us) OVER (PARTITION BY time_zone ORDER BY from_us) AS before_us
    FROM main.zone_spans)
WHERE before_us > offset_us
"""
"""What a clock shows for the second time after it was put back, with the offset of then."""

_WEARERS = """
CREATE TABLE parsed.wearers AS
WITH worn AS (
    SELECT device_id, from_date AS from_day, coalesce(to_date, 99999999) AS to_day, time_zone
    FROM main.assignments JOIN main.patients USING (patient_id)
), edges AS (
    SELECT DISTINCT device_id, unnest([from_day, to_day + 1]) AS day FROM worn
), stretches AS (
    SELECT device_id, day AS from_day,
        lead(day) OVER (PARTITION BY device_id ORDER BY day) - 1 AS to_day
    FROM edges
)
SELECT s.device_id, s.from_day, s.to_day, min(w.time_zone) AS time_zone
FROM stretches s JOIN worn w
    ON w.device_id = s.device_id AND w.from_day <= s.from_day AND w.to_day >= s.to_day
GROUP BY s.device_id, s.from_day, s.to_day HAVING count(DISTINCT w.time_zone) = 1
"""
"""In whose zone each device was: stretches of days on which there is one answer."""


def make_zone_spans(connection: Connection) -> None:
    """Make `zone_spans` for the zones of the patients, in UTC, and the same on local clocks."""
    used = connection.execute("SELECT DISTINCT time_zone FROM main.patients ORDER BY 1").fetchall()
    spans = [(name, *map(str, span)) for (name,) in used for span in zone_spans(name)]
    connection.execute(
        "CREATE TABLE main.zone_spans("
        "time_zone VARCHAR, from_us BIGINT, to_us BIGINT, offset_us BIGINT)"
    )
    insert_rows(connection, "main.zone_spans", spans)
    connection.execute(_LOCAL_SPANS)
    connection.execute(_REPEATED)


def make_wearers(connection: Connection) -> None:
    """Make `parsed.wearers`, for readings that name no patient and have no offset."""
    connection.execute(_WEARERS)


def on_the_wall(source: Source, typed: str, naive: Mapping[str, tuple[int, int]]) -> str:
    """The SELECT `typed` with its `naive` instants resolved by the zone of each row's patient.

    `naive` gives for each such column the first and the last microsecond that it shows; the fewer
    changes of the clock lie in between, the faster it goes.
    """
    table = source.table
    zone = "coalesce(k.time_zone, w.time_zone)" if table.clock == "assignment" else "k.time_zone"
    ends = {one.earlier: one.later for one in table.orders if one.strict and one.earlier in naive}
    resolved = {
        name: f'coalesce(t."{name}", {instant})' for name, instant in _read(naive, ends).items()
    }
    if table.clock == "assignment" and "measured_at" in naive:
        resolved["time_quality"] = (
            "CASE WHEN t._local_measured_at IS NULL THEN t.time_quality ELSE 'local-clock' END"
        )
    names = (*source.numbers, *table.names, *(f"_local_{name}" for name in naive))
    columns = ", ".join(f"""{resolved.get(name, f't."{name}"')} AS "{name}\"""" for name in names)
    spans = "".join(
        " LEFT JOIN (SELECT * FROM parsed.local_spans"
        f" WHERE from_us <= {last} AND to_us > {first}) z_{name}"
        f" ON z_{name}.time_zone = {zone}"
        f' AND t."_local_{name}" >= z_{name}.from_us AND t."_local_{name}" < z_{name}.to_us'
        for name, (first, last) in naive.items()
    )
    spans += "".join(
        f" LEFT JOIN parsed.repeated_hours r_{name} ON r_{name}.time_zone = {zone}"
        f' AND t."_local_{name}" >= r_{name}.from_us AND t."_local_{name}" < r_{name}.to_us'
        for name in ends
    )
    return f"SELECT {columns} FROM ({typed}) t {_whose(table, naive)}{spans}"


def _read(naive: Iterable[str], ends: Mapping[str, str]) -> dict[str, str]:
    """The instants that local times show; of those with an end, the second of two where it can."""
    read = {name: f't."_local_{name}" - z_{name}.offset_us' for name in naive}
    for name, later in ends.items():
        end = f'coalesce(t."{later}", {read[later]})' if later in read else f't."{later}"'
        second = f't."_local_{name}" - r_{name}.offset_us'
        read[name] = f"CASE WHEN {second} < {end} THEN {second} ELSE {read[name]} END"
    return read


def _whose(table: Table, naive: Container[str]) -> str:
    """The joins that find whose clock it was."""
    if table.clock == "enrollment_id":
        return (
            "LEFT JOIN (SELECT enrollment_id, time_zone FROM main.enrollments JOIN main.patients"
            " USING (patient_id)) k ON k.enrollment_id = t.enrollment_id"
        )
    patient = "LEFT JOIN main.patients k ON k.patient_id = t.patient_id"
    if table.clock == "patient_id":
        return patient
    shown = (
        "coalesce(t._local_measured_at, t.measured_at)"
        if "measured_at" in naive
        else "t.measured_at"
    )
    return (
        f"{patient} LEFT JOIN parsed.wearers w ON t.patient_id IS NULL"
        f" AND w.device_id = t.device_id AND {shown} // 86400000000 BETWEEN w.from_day AND w.to_day"
    )
