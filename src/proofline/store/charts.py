"""The chart of enrollments: all rows of evidence that can bear on what is decided for them.

What bears on an enrollment bears on its patient; with the patient come their devices, and whoever
else had them. Of those who worked for the patient comes what they did for others at the same time,
since nobody works for two at once; and what was done at the same time as that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

from proofline.evidence import TABLES
from proofline.store.rows import Shelf

Cells: TypeAlias = dict[str, str | None]
Chart = dict[str, list[Cells]]
"""The rows of each table of the contract, by its name."""

_SOME_ZONE = timedelta(hours=15)
"""How far an instant without its offset can be from the same hour in UTC, and to spare."""

_FIRST, _LAST = (datetime.fromisoformat(f"{year}-01-01T00:00") for year in (1900, 9000))
"""Where an entry is put whose instants cannot be read: it may lie on any minute."""

_ENTRIES = 1 << 15
"""Of so many entries it is remembered when they were: whoever works for many is met with each."""


def chart(shelf: Shelf, patients: Collection[str]) -> Chart:
    """Give the rows that bear on these patients' enrollments."""
    enrolled = shelf.ids("enrollments", "enrollment_id", patient_id=patients)
    worn = shelf.ids("assignments", "device_id", patient_id=patients)
    found: Chart = {
        "readings": _once(
            shelf.rows("readings", patient_id=patients) + shelf.rows("readings", device_id=worn)
        ),
        "time_entries": _work(shelf, enrolled),
        "interactions": shelf.rows("interactions", enrollment_id=enrolled),
        "sign_offs": shelf.rows("sign_offs", enrollment_id=enrolled),
    }
    for name in ("consents", "other_services", "stays", "coverages"):
        found[name] = shelf.rows(name, patient_id=patients)
    devices = worn | {cell for row in found["readings"] if (cell := row["device_id"])}
    found["devices"] = shelf.rows("devices", device_id=devices)
    found["assignments"] = shelf.rows("assignments", device_id=devices)
    others = {cell for row in found["time_entries"] if (cell := row["enrollment_id"])}
    found["enrollments"] = shelf.rows("enrollments", enrollment_id=enrolled | others)
    named = {cell for rows in found.values() for row in rows if (cell := row.get("patient_id"))}
    found["patients"] = shelf.rows("patients", patient_id=named | set(patients))
    found["performers"] = shelf.rows("performers")
    found["practices"] = shelf.rows("practices")
    return {table.name: found[table.name] for table in TABLES}


def _work(shelf: Shelf, enrolled: Collection[str]) -> list[Cells]:
    """Give the work on enrollments, and of the same people what may lie on the same minutes."""
    own = shelf.rows("time_entries", enrollment_id=enrolled)
    by_worker: dict[str, list[tuple[datetime, datetime]]] = {}
    for row in own:
        if worker := row["performer_id"]:
            by_worker.setdefault(worker, []).append(_span(row))
    wanted: set[str] = set()
    for worker, spans in by_worker.items():
        wanted |= _beside(shelf, worker, spans)
    ids = wanted - {str(row["entry_id"]) for row in own}
    return _once(own + shelf.rows("time_entries", entry_id=ids)) if ids else own


def beside(shelf: Shelf, work: Iterable[Cells]) -> set[str]:
    """Give the ids of entries of the same people that lie on the same minutes as some of these.

    Each is looked for by itself, so the cost follows the work and not the time it spreads over.
    """
    found: set[str] = set()
    for worker, *span in {(row["performer_id"] or "", *_span(row)) for row in work}:
        found |= _beside(shelf, worker, [(span[0], span[1])]) if worker else set()
    return found


def _beside(shelf: Shelf, worker: str, spans: list[tuple[datetime, datetime]]) -> set[str]:
    """Give the entries of somebody that touch these spans, or touch one that does, and so on."""
    first = (min(begin for begin, _ in spans) - timedelta(days=2)).date().isoformat()
    last = (max(end for _, end in spans) + timedelta(days=2)).date().isoformat()
    done = [
        (*_lasted(str(begun), str(ended)), entry)
        for entry, begun, ended in shelf.work_of(worker, first, last)
    ]
    done += [(begin, end, "") for begin, end in spans]
    found: set[str] = set()
    cluster: list[str] = []
    until, touches = _FIRST, False
    for begin, end, entry in sorted(done):
        if begin >= until:
            found |= set(cluster) if touches else set()
            cluster, until, touches = [], end, False
        cluster.append(entry)
        until, touches = max(until, end), touches or not entry
    found |= set(cluster) if touches else set()
    return found - {""}


def _span(row: Cells) -> tuple[datetime, datetime]:
    return _lasted(str(row["started_at"]), str(row["ended_at"]))


@lru_cache(_ENTRIES)
def _lasted(started_at: str, ended_at: str) -> tuple[datetime, datetime]:
    """Give from when until when an entry can have lasted, by UTC; as long as can be if unclear."""
    try:
        begin, end = map(datetime.fromisoformat, (started_at, ended_at))
    except ValueError:
        return _FIRST, _LAST
    return _by_utc(begin, -_SOME_ZONE), max(
        _by_utc(end, _SOME_ZONE), _by_utc(begin, _SOME_ZONE * 0)
    )


def _by_utc(moment: datetime, doubt: timedelta) -> datetime:
    offset = moment.utcoffset()
    return moment + doubt if offset is None else moment.replace(tzinfo=None) - offset


def _once(rows: list[Cells]) -> list[Cells]:
    return list({tuple(row.values()): row for row in rows}.values())
