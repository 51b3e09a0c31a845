"""What OpenFisca must be told, counted with pyarrow and numpy: days, minutes, calls, papers.

This is the favourable way: batches of arrays and one yes-or-no matrix of patients and cycle days,
not a loop in Python. Corrected readings, contested minutes and minutes on either side of midnight
are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

Array = np.ndarray[Any, np.dtype[Any]]
HOUR, DAY = 3_600_000_000, 86_400_000_000
CYCLE = 30
FIRST_HOUR = int(datetime(2025, 12, 1, tzinfo=UTC).timestamp()) // 3600
HOURS = 24 * 500
NEVER = np.iinfo(np.int64).max
COUNTED = pa.array(["review", "care_plan", "communication", "coordination", "documentation"])
TEAM = pa.array(["physician", "npp", "clinical_staff"])


@dataclass(frozen=True)
class Charts:
    """The patients as columns: row number is identity, days and instants are integers (UTC)."""

    patients: pa.Array
    enrollments: pa.Table
    zone: Array
    offsets: Array
    start: Array
    given: Array
    revoked: Array
    away: Array

    def cycle_days(self, rows: Array, instants: Array) -> tuple[Array, Array]:
        """Give the day of the cycle on the patient's clock and whether it counts at all."""
        hour = instants // HOUR - FIRST_HOUR
        day = (instants + self.offsets[self.zone[rows], hour]) // DAY - self.start[rows]
        fits = (rows >= 0) & (day >= 0) & (day < CYCLE)
        fits &= (instants >= self.given[rows]) & (instants < self.revoked[rows])
        return day, fits & ~self.away[rows, day.clip(0, CYCLE - 1)]


def table(folder: Path, name: str, *columns: str) -> pa.Table:
    """Read the named columns of one table, all of them if none is named."""
    return pq.read_table(folder / f"{name}.parquet", columns=list(columns) or None)


def numbers(column: pa.ChunkedArray, *, blank: int = 0) -> Array:
    """Give days or microseconds since 1970 as integers."""
    whole = pa.int32() if pa.types.is_date32(column.type) else pa.int64()
    return np.asarray(column.cast(whole).cast(pa.int64()).fill_null(blank))


def rows_of(keys: pa.ChunkedArray | pa.Array, among: pa.ChunkedArray | pa.Array) -> Array:
    """Give the row of each key among others, -1 where it is not there."""
    found = pc.index_in(keys, value_set=among).fill_null(-1)
    return np.asarray(found)


def zone_offsets(zones: list[str]) -> Array:
    """Give the offset from UTC in microseconds of each zone in each hour."""
    hours = [datetime.fromtimestamp((FIRST_HOUR + h) * 3600, tz=UTC) for h in range(HOURS)]
    return np.array(
        [[(at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds() * 1_000_000
          for at in hours] for zone in zones]
    ).astype(np.int64)  # fmt: skip


def read_charts(folder: Path) -> Charts:
    """Read patients, cycles, consents and stays."""
    patients = table(folder, "patients", "patient_id", "time_zone", "death_date")
    keys = patients["patient_id"].combine_chunks()
    enrollments = table(folder, "enrollments")
    zones = patients["time_zone"].unique().to_pylist()
    start = np.empty(len(keys), np.int64)
    start[rows_of(enrollments["patient_id"], keys)] = numbers(enrollments["setup_date"])
    given, revoked = np.full(len(keys), NEVER), np.full(len(keys), NEVER)
    consents = table(folder, "consents", "patient_id", "given_at", "revoked_at")
    holders = rows_of(consents["patient_id"], keys)
    given[holders] = numbers(consents["given_at"])
    revoked[holders] = numbers(consents["revoked_at"], blank=NEVER)
    zone = rows_of(patients["time_zone"], pa.array(zones))
    away = days_away(folder, keys, start)
    away |= np.arange(CYCLE) > (numbers(patients["death_date"], blank=NEVER) - start)[:, None]
    return Charts(keys, enrollments, zone, zone_offsets(zones), start, given, revoked, away)


def days_away(folder: Path, keys: pa.Array, start: Array) -> Array:
    """Mark the cycle days that each patient spent in hospital or in a nursing facility."""
    away = np.zeros((len(keys), CYCLE), bool)
    stays = table(folder, "stays", "patient_id", "kind", "from_date", "to_date")
    stays = stays.filter(pc.is_in(stays["kind"], value_set=pa.array(["inpatient", "snf"])))
    rows = rows_of(stays["patient_id"], keys)
    spans = (numbers(stays["from_date"]), numbers(stays["to_date"], blank=NEVER))
    for row, first, last in zip(rows, *spans, strict=True):
        away[row, max(first - start[row], 0) : max(last - start[row] + 1, 0)] = True
    return away


def transmission_days(folder: Path, charts: Charts, known: int) -> Array:
    """Count the days with a reading that counts, batch by batch."""
    devices = table(folder, "devices", "device_id", "fda_basis")
    medical = devices.filter(
        pc.fill_null(pc.not_equal(devices["fda_basis"], "none"), fill_value=True)
    )
    worn = table(folder, "assignments", "device_id", "patient_id")
    worn = worn.filter(pc.is_in(worn["device_id"], value_set=medical["device_id"]))
    worn_ids = worn["device_id"].combine_chunks()
    wearer = np.append(rows_of(worn["patient_id"], charts.patients), -1)
    seen = np.zeros((len(charts.patients), CYCLE), bool)
    columns = ["device_id", "value", "measured_at", "received_at", "entry"]
    columns += ["ambiguous_person", "test"]
    readings = pq.ParquetFile(folder / "readings.parquet")
    for batch in readings.iter_batches(1 << 20, columns=columns):
        fits = pc.is_in(batch["entry"], value_set=pa.array(["automatic", "memory"]))
        for never in (pc.is_null(batch["value"]), batch["ambiguous_person"], batch["test"]):
            fits = pc.and_not(fits, never)
        batch = batch.filter(fits)  # noqa: PLW2901 - the rest of the batch is of no use
        rows = wearer[rows_of(batch["device_id"], worn_ids)]
        day, fits = charts.cycle_days(rows, numbers(batch["measured_at"]))
        fits &= numbers(batch["received_at"]) < known
        seen[rows[fits], day[fits]] = True
    return np.asarray(seen.sum(1))


def worked_seconds(folder: Path, charts: Charts, known: int) -> tuple[Array, Array, Array]:
    """Give patient, month of the year and seconds of each counted stretch, overlaps taken off."""
    entries = table(folder, "time_entries")
    performers = table(folder, "performers", "performer_id", "role")
    team = performers.filter(pc.is_in(performers["role"], value_set=TEAM))["performer_id"]
    counts = pc.and_(
        pc.is_in(entries["activity"], value_set=COUNTED),
        pc.is_in(entries["performer_id"], value_set=team),
    )
    entries = entries.filter(counts)
    rows = rows_of(entries["enrollment_id"], charts.enrollments["enrollment_id"])
    rows = rows_of(charts.enrollments["patient_id"], charts.patients)[rows]
    start, end = numbers(entries["started_at"]), numbers(entries["ended_at"])
    _, fits = charts.cycle_days(rows, start)
    fits &= numbers(entries["entered_at"]) < known
    rows, start, end = rows[fits], start[fits] // 1_000_000, end[fits] // 1_000_000
    order = np.lexsort((start, rows))
    rows, start, end = rows[order], start[order], end[order]
    apart = rows.astype(np.int64) << 34  # more seconds than any instant: patients never overlap
    reached = np.maximum.accumulate(apart + end)
    before = np.concatenate([[0], reached[:-1]]) - apart
    seconds = np.maximum(0, end - np.maximum(start, before))
    return rows, months(start), seconds


def months(seconds: Array) -> Array:
    """Give the calendar month of each instant as an integer (in UTC, near enough here)."""
    return np.asarray(seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64))


def live_calls(folder: Path, charts: Charts) -> Array:
    """Count the live conversations of each cycle."""
    calls = table(folder, "interactions", "enrollment_id", "channel", "started_at", "reached")
    live = pc.and_(
        pc.is_in(calls["channel"], value_set=pa.array(["phone", "video", "in_person"])),
        pc.is_in(calls["reached"], value_set=pa.array(["patient", "caregiver"])),
    )
    calls = calls.filter(live)
    rows = rows_of(calls["enrollment_id"], charts.enrollments["enrollment_id"])
    rows = rows_of(charts.enrollments["patient_id"], charts.patients)[rows]
    _, fits = charts.cycle_days(rows, numbers(calls["started_at"]))
    return np.bincount(rows[fits], minlength=len(charts.patients))


def papers(folder: Path, charts: Charts) -> dict[str, Array]:
    """Say of each patient which papers are there."""
    keys, enrollments = charts.patients, charts.enrollments
    order = rows_of(keys, enrollments["patient_id"])
    devices = table(folder, "devices", "device_id", "fda_basis", "fda_reference")
    worn = table(folder, "assignments", "device_id", "patient_id", "owner")
    devices = devices.join(worn, "device_id")
    cleared = pc.equal(devices["fda_basis"], "cleared")
    lacking = pc.and_(cleared, pc.is_null(devices["fda_reference"]))
    signed = table(folder, "sign_offs", "enrollment_id")["enrollment_id"]
    others = table(folder, "other_services", "patient_id", "code", "status")
    others = others.filter(pc.is_in(others["code"], value_set=pa.array(["99454", "98977"])))
    sure = pc.is_in(others["status"], value_set=pa.array(["billed", "paid"]))
    planned = pc.equal(others["status"], "planned")

    def free_of(table: pa.Table, mask: pa.Array) -> Array:
        return rows_of(keys, table.filter(mask)["patient_id"]) < 0

    return {
        "agreed": charts.given < NEVER,
        "device_is_medical": free_of(devices, pc.equal(devices["fda_basis"], "none")),
        "biller_eligible": np.ones(len(keys), bool),
        "nothing_billed_by_others": free_of(others, sure),
        "ordered": np.asarray(enrollments["order_date"].is_valid())[order],
        "visited": np.asarray(enrollments["established_on"].is_valid())[order],
        "signed": (rows_of(enrollments["enrollment_id"], signed) >= 0)[order],
        "nothing_planned_by_others": free_of(others, planned),
        "device_papers": free_of(devices, lacking),
        "device_lent": free_of(devices, pc.equal(devices["owner"], "patient")),
    }


def count(folder: Path, as_of: date) -> tuple[pa.Array, dict[str, Array]]:
    """Give the patients and, for each, every input variable of the system (law.py)."""
    known = (as_of - date(1970, 1, 1)).days * DAY + DAY
    charts = read_charts(folder)
    rows, month, seconds = worked_seconds(folder, charts, known)
    size = len(charts.patients)
    minutes = np.bincount(rows, seconds, size).astype(np.int64) // 60
    by_month = [np.bincount(rows, seconds * (month == one), size) for one in np.unique(month)]
    month_minutes = np.max(by_month, axis=0, initial=0).astype(np.int64) // 60
    calls = live_calls(folder, charts)
    return charts.patients, {
        "transmission_days": transmission_days(folder, charts, known),
        "treatment_minutes": minutes,
        "live_calls": calls,
        "month_minutes": month_minutes,
        "month_calls": calls,
        **papers(folder, charts),
    }
