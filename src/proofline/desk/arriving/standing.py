"""The devices and patients that a book knows, kept at hand and brought up to date by what is new.

Going through all devices for each message would cost the more the larger the practice. So what was
read stays in memory, and only rows added since are read. Where a row changes or takes back an
earlier one, and where a transaction did not come to its end, all is read anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from proofline.intake.identity import Known, is_serial, known
from proofline.store.feeding.versions import Row, added_since

_BOOKS: dict[str, Standing] = {}
_MOST_BOOKS = 200


@dataclass(slots=True)
class Standing:
    """What one book knows: `serials` says whether a device has one, `zones` where one lives."""

    known: Known = field(default_factory=Known)
    serials: dict[str, bool] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    patients: set[str] = field(default_factory=set)
    read: tuple[int, int] = (0, 0)
    unsure: bool = False


def standing(tenant_id: str) -> Standing:
    """Give what the book of a tenant knows now; to be asked within the transaction that uses it."""
    found = _BOOKS.get(tenant_id)
    if found is None or found.unsure or not _follows(found, tenant_id):
        found = Standing()
        _follows(found, tenant_id)
    if len(_BOOKS) >= _MOST_BOOKS:
        _BOOKS.clear()
    _BOOKS[tenant_id] = found
    found.unsure = True
    transaction.on_commit(lambda: _is_sure(found))
    return found


def at_hand(tenant_id: str) -> Standing | None:
    """Give what is in memory of a book, for looking only; None if nobody asked for it yet."""
    return _BOOKS.get(tenant_id)


def _is_sure(one: Standing) -> None:
    one.unsure = False


def _follows(one: Standing, tenant_id: str) -> bool:
    """Take in what is new; False if some of it is no addition to what is known."""
    last_device, devices = added_since(tenant_id, "devices", one.read[0])
    last_patient, patients = added_since(tenant_id, "patients", one.read[1])
    if one.read == (0, 0):
        _begin(one, _holding(devices, "device_id"), _holding(patients, "patient_id"))
    elif any(gone for _, gone in [*devices, *patients]) or any(
        row["device_id"] in one.serials and not _same(one, row) for row, _ in devices
    ):
        return False
    else:
        for row, _ in devices:
            _enter(one, row)
        one.zones |= {row["patient_id"]: row["time_zone"] for row, _ in patients}
        if patients:
            one.patients |= {row["patient_id"] for row, _ in patients}
            one.known.patients = frozenset(one.patients)
    one.read = (last_device, last_patient)
    return True


def _begin(one: Standing, devices: list[Row], patients: list[Row]) -> None:
    one.known = known(devices, patients)
    one.serials = {row["device_id"]: _has_serial(row) for row in devices}
    one.zones = {row["patient_id"]: row["time_zone"] for row in patients}
    one.patients = set(one.zones)


def _enter(one: Standing, row: Row) -> None:
    one.serials[row["device_id"]] = _has_serial(row)
    fresh = known([row], ())
    for name, ids in fresh.devices.items():
        there = one.known.devices.get(name, [])
        one.known.devices[name] = sorted({*there, *ids})


def _same(one: Standing, row: Row) -> bool:
    """Whether a row of a device that is known carries only identifiers that are known as its."""
    fresh = known([row], ())
    return all(ids == one.known.devices.get(name) for name, ids in fresh.devices.items()) and (
        one.serials[row["device_id"]] == _has_serial(row)
    )


def _has_serial(row: Row) -> bool:
    return is_serial(row.get("serial") or "")


def _holding(rows: Iterable[tuple[Row, bool]], key: str) -> list[Row]:
    """The last row of each id, unless it withdraws."""
    last = {row[key]: (row, gone) for row, gone in rows}
    return [row for row, gone in last.values() if not gone]
