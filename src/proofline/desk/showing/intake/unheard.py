"""Devices that say nothing any more, and readings that nobody has: what waits for an assignment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from proofline.desk.arriving.silence import SILENT, silent_devices
from proofline.desk.deciding import as_folder
from proofline.desk.roles import permit
from proofline.desk.showing.intake.feeding import MOST
from proofline.explain.waiting import Waiting, waiting
from proofline.store.book import Book
from proofline.store.feeding import nobodys
from proofline.store.work.silence import Worn


@dataclass(frozen=True, slots=True)
class Quiet:
    """A silent device and what it is. A page never says whose it is."""

    silent: Worn
    kind: str
    serial: str


@dataclass(frozen=True, slots=True)
class DevicesPage:
    """Silent devices, the longest silent first, and readings that wait for somebody to have them.

    `days` is how long a device may say nothing before it is listed.
    """

    quiet: tuple[Quiet, ...]
    more_quiet: bool
    days: int
    nobodys: tuple[Waiting, ...]
    more_nobodys: bool


def devices_page(book: Book, at: datetime) -> DevicesPage:
    """Lay out both lists. Errors: NotAllowed."""
    permit(book, "message.release")
    silent = sorted(silent_devices(book, at), key=_longest_first)
    lost = nobodys.devices(book.tenant_id, MOST + 1)
    return DevicesPage(
        tuple(_quiet(book, silent[:MOST])),
        len(silent) > MOST,
        SILENT.days,
        tuple(_waiting(book, lost[:MOST], at)) if lost else (),
        len(lost) > MOST,
    )


def _longest_first(one: Worn) -> tuple[bool, str, str]:
    """Put those that never sent anything first."""
    return (one.last is not None, one.last.isoformat() if one.last else "", one.device_id)


def _quiet(book: Book, silent: list[Worn]) -> Iterable[Quiet]:
    ids = {one.device_id for one in silent}
    if not ids:
        return
    kinds = {row["device_id"]: row for row in book.shelf.rows("devices", device_id=ids)}
    for one in silent:
        told = kinds.get(one.device_id, {})
        yield Quiet(
            one,
            told.get("kind") or "",
            told.get("serial") or "",
        )


def _waiting(book: Book, devices: list[str], at: datetime) -> list[Waiting]:
    """Ask the engine of the readings of these devices, as it is asked of a folder."""
    names = ("readings", "devices", "assignments")
    rows = {name: book.shelf.rows(name, device_id=set(devices)) for name in names}
    patients = {row["patient_id"] or "" for row in rows["assignments"]}
    rows |= {
        name: book.shelf.rows(name, patient_id=patients) if patients else []
        for name in ("patients", "enrollments", "consents")
    }
    with as_folder(rows) as folder:
        return waiting(folder, at.date(), few=True)
