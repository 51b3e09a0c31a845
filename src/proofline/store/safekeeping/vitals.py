"""Whether the book can take work now: what /readyz asks and /metrics shows."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from proofline.errors import ProoflineError
from proofline.store import jobs
from proofline.store.safekeeping.heads import Keyring
from proofline.store.vouching import ledger

BEAT = "worker.beat"
"""The file whose time the worker moves on after each round."""

BACKED_UP = "backup.done"
"""The file whose time `proofline backup` moves on when one is written and proved."""

SILENT = timedelta(minutes=3)
"""A worker that left no sign of life for so long is not at work; a long round takes one minute."""

FREE = 0.05
"""With less of its disk free than this share, the book is in danger of standing still."""

_current: list[bool] = []
"""That the tables are up to date is looked at until it is so: it cannot change back meanwhile."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What holds now; None where it was not looked at, because something before it failed."""

    database: bool
    migrations: bool | None = None
    ledger: bool | None = None
    worker: bool | None = None
    disk: bool | None = None

    @property
    def well(self) -> bool:
        """Whether nothing fails."""
        told = (self.database, self.migrations, self.ledger, self.worker, self.disk)
        return False not in told


def look(home: Path, checkpoints: Path, now: datetime, *, frozen: bool) -> Vitals:
    """Look at everything once; in a freeze no worker is expected."""
    disk = disk_free(home) >= FREE
    try:
        migrations = up_to_date()
        led = migrations and _as_long_as_signed(checkpoints)
    except DatabaseError:
        return Vitals(database=False, disk=disk)
    working = None if frozen else silence(home, now) <= SILENT
    return Vitals(database=True, migrations=migrations, ledger=led, worker=working, disk=disk)


def disk_free(home: Path) -> float:
    """Give the free share of the disk that the home folder is on."""
    usage = shutil.disk_usage(home)
    return usage.free / usage.total


def silence(home: Path, now: datetime) -> timedelta:
    """Give how long ago the worker's last round ended; as long as can be if there was none."""
    try:
        last = (home / BEAT).stat().st_mtime
    except FileNotFoundError:
        return timedelta.max
    return timedelta(seconds=max(0.0, now.timestamp() - last))


def backed_up(home: Path) -> datetime | None:
    """Give when the last backup was made on this machine; None if none is known."""
    try:
        return datetime.fromtimestamp((home / BACKED_UP).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def figures(home: Path, now: datetime) -> dict[str, float]:
    """Give what is counted: entries of the ledger, jobs by state, silence, free disk."""
    waiting = jobs.waiting(now)
    oldest = [one.oldest for one in waiting if one.oldest is not None]
    quiet = silence(home, now)
    return {
        "ledger_entries": float(ledger().size()),
        "jobs_due": float(sum(one.due for one in waiting)),
        "jobs_parked": float(sum(one.parked for one in waiting)),
        "jobs_oldest_seconds": (now - min(oldest)).total_seconds() if oldest else 0.0,
        "worker_silent_seconds": -1.0 if quiet == timedelta.max else quiet.total_seconds(),
        "disk_free_ratio": disk_free(home),
    }


def up_to_date() -> bool:
    """Whether the tables are those of this version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _current:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()) or is_of_a_later_version():
            return False
        _current.append(True)
    return True


def is_of_a_later_version() -> bool:
    """Whether a step brought the tables on that this version does not know."""
    loader = MigrationExecutor(connection).loader
    taken = {name for app, name in loader.applied_migrations if app == _APP}
    return not taken <= {name for app, name in loader.disk_migrations if app == _APP}


_APP = "store"


def _as_long_as_signed(checkpoints: Path) -> bool:
    try:
        Keyring(checkpoints).refuse_an_older_book()
    except ProoflineError:
        return False
    return True
