"""How the service does: what it is set to, whether it is well, its last proof and last backup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.store.safekeeping import vitals
from proofline.store.safekeeping.heads import Keyring
from proofline.store.safekeeping.vitals import Vitals


@dataclass(frozen=True, slots=True)
class Places:
    """Where the service keeps things, and whether it is frozen; `told` are its settings in words.

    Each of `told` is a name, a meaning and a value; a secret's value says only that it is set.
    """

    home: Path
    checkpoints: Path
    frozen: bool
    told: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class RunningPage:
    """What holds now. `signed` counts the entries under the last signed head; None without one.

    `backed_up` is when the last backup was made on this machine; None if none is known.
    """

    vitals: Vitals
    entries: int
    signed: int | None
    jobs_due: int
    jobs_parked: int
    disk_free: float
    backed_up: datetime | None
    told: tuple[tuple[str, str, str], ...]
    frozen: bool


def service_page(book: Book, places: Places, at: datetime) -> RunningPage:
    """Look at the service once. Errors: NotAllowed."""
    permit(book, "person.manage")
    figures = vitals.figures(places.home, at)
    last = Keyring(places.checkpoints).last()
    return RunningPage(
        vitals=vitals.look(places.home, places.checkpoints, at, frozen=places.frozen),
        entries=int(figures["ledger_entries"]),
        signed=last.size if last else None,
        jobs_due=int(figures["jobs_due"]),
        jobs_parked=int(figures["jobs_parked"]),
        disk_free=figures["disk_free_ratio"],
        backed_up=vitals.backed_up(places.home),
        told=tuple(places.told),
        frozen=places.frozen,
    )
