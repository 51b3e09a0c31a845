"""The empty book of the service's tests, made once and copied for each process.

To make it, Django goes through every migration there is, its own and others', which takes as long
as fifty tests. On SQLite it is kept between runs, and found again only by the same migrations; on
PostgreSQL one process of a run makes it for all.
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

from made_by_one import in_turn

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


TEMPLATE = "empty_book"


@dataclass(frozen=True)
class EmptyDatabase:
    """The same on PostgreSQL, for as long as its server runs: a database that others copy."""

    made: Path
    turn: ExitStack

    def lay(self) -> bool:
        """Make this process's database as a copy; say whether there is one to copy."""
        if not self.made.exists():
            return False
        _copy(TEMPLATE, str(connection.settings_dict["TEST"]["NAME"]))
        self.turn.close()
        return True

    def keep(self) -> None:
        """Copy this process's database for the others; nobody may be connected to it meanwhile."""
        connections.close_all()
        _copy(str(connection.settings_dict["TEST"]["NAME"]), TEMPLATE)
        self.made.touch()
        self.turn.close()


def _copy(old: str, new: str) -> None:
    import psycopg  # noqa: PLC0415 - on PostgreSQL only

    with psycopg.connect(os.environ["PROOFLINE_DATABASE"], autocommit=True) as server:
        server.execute(f"CREATE DATABASE {new} TEMPLATE {old}")


def _made_from() -> str:
    """Name what the book is made from: our code of the store, others' packages, this Python."""
    files = [*(ROOT / "src/proofline/store").rglob("*.py"), *(ROOT / "requirements").glob("*.txt")]
    files += (ROOT / "src/proofline/ledger/kept").rglob("*.py")
    told = hashlib.sha256(sys.version.encode())
    for file in sorted(files):
        told.update(file.read_bytes())
    return told.hexdigest()[:16]


@pytest.fixture(scope="session")
def empty_book(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[EmptyBook | EmptyDatabase | None]:
    """Give where the empty book is; nothing for one process alone, or where nothing is kept."""
    cache = getattr(request.config, "cache", None)
    with ExitStack() as turn:
        if connection.vendor != "sqlite":
            if "PYTEST_XDIST_WORKER" not in os.environ:
                yield None
                return
            made = turn.enter_context(in_turn(tmp_path_factory, "empty-book")) / "made"
            yield EmptyDatabase(made, turn)
        elif cache is None:
            yield None
        else:
            folder = cache.mkdir("empty-book")
            fcntl.flock(turn.enter_context((folder / "turn").open("w")), fcntl.LOCK_EX)
            yield EmptyBook(folder / f"{_made_from()}.sqlite3", turn)


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_modify_db_settings: None,  # noqa: ARG001 - it gives each process a place of its own
    empty_book: EmptyBook | EmptyDatabase | None,
) -> bool:
    """Say whether the book lies there already."""
    return empty_book is not None and empty_book.lay()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 - the book itself
    django_db_keepdb: bool,
    django_db_blocker: DjangoDbBlocker,
    empty_book: EmptyBook | EmptyDatabase | None,
) -> Iterator[None]:
    """Keep the book where it was made anew."""
    with django_db_blocker.unblock():
        if empty_book is not None and not django_db_keepdb:
            empty_book.keep()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
