"""The papers of some enrollments as they are on file, read at once from the staged evidence.

Only what was known on the as-of day is given: consents and sign-offs of later are left out, as the
facts leave them out. *Rule:* E1, E7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from proofline.decide.asked import day_of
from proofline.evidence.tables import TABLE

if TYPE_CHECKING:
    from proofline.decide.run import Run
    from proofline.packet.packet import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OF_PATIENT = "patient_id IN ({patients})"
_QUERIES = {
    "enrollments": "enrollment_id IN ({enrollments})",
    "patients": _OF_PATIENT,
    "consents": f"given_at IS NOT NULL AND {_OF_PATIENT}",  # forms in doubt are no paper
    "other_services": _OF_PATIENT,
    "stays": _OF_PATIENT,
    "coverages": _OF_PATIENT,
    "assignments": _OF_PATIENT,
    "devices": "device_id IN (SELECT device_id FROM assignments WHERE patient_id IN ({patients}))",
    "time_entries": "enrollment_id IN ({enrollments})",
    "interactions": "enrollment_id IN ({enrollments})",
    "sign_offs": "enrollment_id IN ({enrollments})",
}
_WHOLE = ("performers", "practices")
_KEY = {
    "devices": "device_id",
    **dict.fromkeys(("enrollments", "time_entries", "interactions", "sign_offs"), "enrollment_id"),
}
"""By what the rows of a table are found; the patient unless said otherwise."""
_LEARNT = {"consents": ("given_at", "captured_at"), "sign_offs": ("signed_at",)}
"""The instants of a paper that must lie before the end of the as-of day, where they are known."""


@dataclass(frozen=True, slots=True)
class Papers:
    """The rows on file of one enrollment and its patient, by table."""

    rows: Mapping[str, tuple[Row, ...]]

    def by(self, table: str, column: str) -> dict[str, Row]:
        """Give the rows of a table by one of its columns."""
        return {row[column]: row for row in self.rows[table]}


def papers(run: Run, enrollment_ids: Iterable[str]) -> dict[str, Papers]:
    """Read the papers of some decided enrollments, by enrollment."""
    charts = _charts(run, enrollment_ids)
    if not charts:
        return {}
    ids = {
        "enrollments": _list(charts),
        "patients": _list({row["patient_id"] for row in charts.values()}),
    }
    found = {
        table: _grouped(table, _rows(run, table, where.format(**ids)))
        for table, where in _QUERIES.items()
    }
    whole = {table: tuple(_rows(run, table, "TRUE")) for table in _WHOLE}
    return {key: Papers(_own(chart, found) | whole) for key, chart in charts.items()}


def _charts(run: Run, enrollment_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    keys = _list(enrollment_ids)
    if not keys:
        return {}
    columns = "enrollment_id, patient_id, known_until_us"
    rows = run.engine.rows(f"SELECT {columns} FROM charts WHERE enrollment_id IN ({keys})")
    return {row["enrollment_id"]: row for row in rows}


def _rows(run: Run, table: str, where: str) -> Iterator[Row]:
    columns = ", ".join(f'"{column.name}"' for column in TABLE[table].columns)
    order = ", ".join(
        f"{place} NULLS LAST" for place, _ in enumerate(TABLE[table].columns, start=1)
    )
    sql = f"SELECT DISTINCT {columns} FROM {table} WHERE {where} ORDER BY {order}"
    kinds = {column.name: column.kind for column in TABLE[table].columns}
    for row in run.engine.rows(sql):
        yield {name: _told(kinds[name], value) for name, value in row.items()}


def _told(kind: str, value: Any) -> Any:  # noqa: ANN401 - a cell is what its column holds
    if value is None:
        return None
    if kind == "date":
        return day_of(value)
    if kind == "instant":
        return _EPOCH + timedelta(microseconds=value)
    return str(value) if kind == "number" else value


def _grouped(table: str, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Put rows under the id of the enrollment, patient or device that they belong to."""
    column = _KEY.get(table, "patient_id")
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def _own(
    chart: Mapping[str, Any], found: Mapping[str, Mapping[str, list[Row]]]
) -> dict[str, tuple[Row, ...]]:
    """Pick what belongs to one enrollment, and was known."""
    until = _EPOCH + timedelta(microseconds=chart["known_until_us"])
    worn = found["assignments"].get(chart["patient_id"], [])
    own: dict[str, tuple[Row, ...]] = {}
    for table, rows in found.items():
        column = _KEY.get(table, "patient_id")
        if column == "device_id":
            keys = sorted({row["device_id"] for row in worn})
        else:
            keys = [chart[column]]
        own[table] = tuple(
            row
            for key in keys
            for row in rows.get(key, ())
            if all((row[name] or _EPOCH) < until for name in _LEARNT.get(table, ()))
        )
    return own


def _list(ids: Iterable[str]) -> str:
    return ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(ids))
