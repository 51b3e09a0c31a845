"""The empty book of the service's tests on SQLite, kept between runs and copied for each process.

To make it, Django goes through every migration there is, its own and others', which takes as long
as fifty tests. What is kept is found again only by the same migrations.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class EmptyBook:
    """Where the empty book is kept, and the turn of the process that makes it."""

    kept: Path
    turn: ExitStack

    def lay(self) -> bool:
        """Lay a copy where the tests of this process want it; say whether there is one."""
        if not self.kept.exists():
            return False
        shutil.copyfile(self.kept, str(connection.settings_dict["TEST"]["NAME"]))
        self.turn.close()
        return True

    def keep(self) -> None:
        """Keep the book of this process, to which nothing has been added yet, and no older one."""
        for older in self.kept.parent.glob("*.sqlite3"):
            older.unlink()
        made = self.kept.with_suffix(f".{os.getpid()}")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(made)])
        made.replace(self.kept)
        self.turn.close()


def _made_from() -> str:
    """Name what the book is made from: our code of the store, others' packages, this Python."""
    files = [*(ROOT / "src/proofline/store").rglob("*.py"), *(ROOT / "requirements").glob("*.txt")]
    files += (ROOT / "src/proofline/ledger/kept").rglob("*.py")
    told = hashlib.sha256(sys.version.encode())
    for file in sorted(files):
        told.update(file.read_bytes())
    return told.hexdigest()[:16]


@pytest.fixture(scope="session")
def empty_book(request: pytest.FixtureRequest) -> Iterator[EmptyBook | None]:
    """Give where the empty book is kept; nothing on PostgreSQL, or where pytest keeps nothing."""
    cache = getattr(request.config, "cache", None)
    if cache is None or connection.vendor != "sqlite":
        yield None
        return
    folder = cache.mkdir("empty-book")
    with ExitStack() as turn:
        fcntl.flock(turn.enter_context((folder / "turn").open("w")), fcntl.LOCK_EX)
        yield EmptyBook(folder / f"{_made_from()}.sqlite3", turn)


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_modify_db_settings: None,  # noqa: ARG001 - it gives each process a place of its own
    empty_book: EmptyBook | None,
) -> bool:
    """Say whether the book lies there already."""
    return empty_book is not None and empty_book.lay()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 - the book itself
    django_db_keepdb: bool,
    django_db_blocker: DjangoDbBlocker,
    empty_book: EmptyBook | None,
) -> Iterator[None]:
    """Keep the book where it was made anew."""
    with django_db_blocker.unblock():
        if empty_book is not None and not django_db_keepdb:
            empty_book.keep()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
