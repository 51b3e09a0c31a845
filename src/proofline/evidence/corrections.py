"""Corrections: readings of one id that came more than once with different content.

The version received last holds, as far as it is known at the end of the day asked for. Of several
received at that same moment nobody can say which one holds, nor of one whose receipt nobody wrote
down beside any other: where they would count alike the greatest by content does, so that the order
of rows is nothing; where not they contradict each other and all of them wait for a person. One that
came last and holds no value takes back what nobody dated. The others are superseded. Both kinds
stand in `superseded_readings` and stay in `readings`, where they are seen. *Rule:* E3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.evidence.repeats import repeated

if TYPE_CHECKING:
    from datetime import date

    from proofline.evidence.database import Connection

_CONTENT = (
    "measured_at",
    "device_id",
    "entry",
    "value",
    "value_2",
    "test",
    "ambiguous_person",
    "patient_id",
)
"""What a correction can change so that days are counted differently."""

_COUNTED = (
    "measured_at",
    "device_id",
    "entry",
    "value IS NULL",
    "coalesce(test, FALSE)",
    "coalesce(ambiguous_person, FALSE)",
    "patient_id",
)
"""What of it decides whether and where a reading counts; which value was measured does not."""

_DAY_US = 86_400_000_000


def make_superseded(connection: Connection, ids: tuple[str, str], as_of: date) -> None:
    """Make `superseded_readings`: the versions that a later one, known on `as_of`, replaces.

    It holds their `row_no`, and `contradicted` for the last ones that contradict each other. `ids`
    names a relation with the `reading_id` of every reading, and the column that numbers its rows as
    `row_no` does those of `readings`.
    """
    relation, number = ids
    several = repeated(connection, relation, ("reading_id",), number)
    if not several:
        connection.execute(_NONE_SUPERSEDED)
        return
    days = as_of.toordinal() - _EPOCH + 1
    connection.execute(_KNOWN.format(repeated=several, midnight=days * _DAY_US))
    connection.execute(_SUPERSEDED)


def _differs(cells: tuple[str, ...]) -> str:
    """Write that one of these cells is another than in the version that holds."""
    return " OR ".join(f"{one} IS DISTINCT FROM first_value({one}) OVER latest" for one in cells)


_EPOCH = 719_163
"""The ordinal of 1970-01-01, day 0 of the staged dates."""

_KNOWN = f"""
CREATE TABLE parsed.known_versions AS
WITH sent AS MATERIALIZED (
    SELECT row_no, reading_id, received_at, {", ".join(_CONTENT)}, hash({", ".join(_CONTENT)}) AS h
    FROM main.readings JOIN {{repeated}} USING (row_no)
), versions AS (
    SELECT row_no, reading_id, received_at, {", ".join(_CONTENT)} FROM sent WHERE reading_id IN (
        SELECT reading_id FROM sent GROUP BY reading_id HAVING min(h) <> max(h))
), midnights AS (
    SELECT time_zone, {{midnight}} - offset_us AS end_us FROM parsed.local_spans
    WHERE from_us <= {{midnight}} AND to_us > {{midnight}}
), worn AS (
    SELECT a.device_id, a.from_date, a.to_date, p.time_zone, m.end_us
    FROM main.assignments a JOIN main.patients p USING (patient_id)
    JOIN midnights m USING (time_zone)
)
SELECT v.*
FROM versions v
LEFT JOIN main.patients p ON p.patient_id = v.patient_id
LEFT JOIN midnights m ON m.time_zone = p.time_zone
LEFT JOIN (
    SELECT o.row_no, max(w.end_us) AS end_us
    FROM versions o JOIN worn w ON o.patient_id IS NULL AND w.device_id = o.device_id
    JOIN main.zone_spans z
        ON z.time_zone = w.time_zone AND o.measured_at >= z.from_us AND o.measured_at < z.to_us
    WHERE (o.measured_at + z.offset_us) // 86400000000
        BETWEEN w.from_date AND coalesce(w.to_date, 99999999)
    GROUP BY o.row_no
) d ON d.row_no = v.row_no
WHERE coalesce(v.received_at, v.measured_at) < coalesce(m.end_us, d.end_us, {{midnight}})
"""
"""The versions known at the end of the day of the patient, or of whoever wore the device; where
there is nobody, of the day in UTC."""

_NONE_SUPERSEDED = "CREATE TABLE main.superseded_readings(row_no BIGINT, contradicted BOOLEAN)"

_SUPERSEDED = f"""
CREATE TABLE main.superseded_readings AS
WITH ranked AS (
    SELECT row_no, reading_id, {_differs(_CONTENT)} AS differs, {_differs(_COUNTED)} AS is_another,
        received_at, value,
        rank() OVER (PARTITION BY reading_id ORDER BY received_at DESC NULLS LAST) = 1 AS came_last
    FROM parsed.known_versions
    WINDOW latest AS (PARTITION BY reading_id ORDER BY received_at DESC NULLS LAST,
        {", ".join(f"{name} DESC NULLS LAST" for name in _CONTENT)})
), judged AS (
    SELECT row_no, reading_id, differs, is_another,
        came_last OR received_at IS NULL AND bool_or(came_last AND value IS NOT NULL) OVER (
            PARTITION BY reading_id) AS is_last
    FROM ranked
), told AS (
    SELECT row_no, differs, is_last,
        bool_or(is_last AND is_another) OVER (PARTITION BY reading_id) AS at_odds
    FROM judged
)
SELECT row_no, is_last AND at_odds AS contradicted FROM told WHERE differs OR at_odds
"""
