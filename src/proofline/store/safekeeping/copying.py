"""The whole book as one stream of bytes, taken while people work, and put into an empty place.

The stream begins with a line that tells of it: which database, which migrations, how long the
ledger and its root. A book on SQLite follows as its file, one on PostgreSQL as the rows of each
table by COPY, of walled tables tenant by tenant. What is copied is proved first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from proofline.ledger.audit.verifying import Verification
from proofline.ledger.kept.connection import SQLITE
from proofline.store.book import one_instant
from proofline.store.safekeeping import postgres
from proofline.store.safekeeping.stream import Stream
from proofline.store.trouble import StoreError

PART = 1 << 20
FORM = "proofline.book/1"


class Told(msgspec.Struct, frozen=True):
    """What a copy tells of itself before anything else."""

    form: str
    database: str
    migrations: list[str]
    size: int
    root: str


def copied(workplace: Path) -> Iterator[bytes]:
    """Give the bytes of a copy of the book as of one instant; writers go on meanwhile.

    On SQLite the copy lies in `workplace` until it is through. Errors: StoreError if the ledger in
    the copy does not prove what it holds; then nothing of it may be used.
    """
    if connection.vendor == "postgresql":
        with one_instant():
            connection.ensure_connection()
            told = _proved(connection.connection, postgres.DIALECT)
            yield _line(told)
            yield from postgres.tables_out()
        return
    part = workplace / f"backup-{os.getpid()}.part"
    part.touch(mode=0o600)
    try:
        with closing(_sqlite_copy(part)) as copy:
            told = _proved(copy, SQLITE)
        yield _line(told)
        with part.open("rb") as file:
            while data := file.read(PART):
                yield data
    finally:
        for path in workplace.glob(f"{part.name}*"):
            path.unlink()


def put_back(stream: Stream, migrate: Any) -> Told:  # noqa: ANN401 - a function of the door
    """Put a copy into an empty place; `migrate` makes the tables where the copy holds rows only.

    Errors: StoreError if there is a book already, or the copy is of another database or version.
    """
    try:
        told = msgspec.json.decode(stream.line(), type=Told)
    except msgspec.DecodeError as error:
        raise _unfit("it does not tell what it is") from error
    if told.form != FORM or told.database != connection.vendor:
        raise _unfit(f"it is of {told.database} in the form {told.form}")
    if connection.vendor == "postgresql":
        _refuse_unless(postgres.is_empty())
        migrate()
        if _migrations() != told.migrations:
            raise _unfit("it was made by another version of the tables")
        postgres.tables_in(stream)
    else:
        path = Path(str(connection.settings_dict["NAME"]))
        _refuse_unless(not path.exists())
        _file_in(stream, path)
        migrate()
    return told


def _sqlite_copy(part: Path) -> Any:  # noqa: ANN401 - of a library without types
    from pysqlite3 import dbapi2  # noqa: PLC0415 - on SQLite only

    connection.ensure_connection()
    copy = dbapi2.connect(str(part), isolation_level=None)
    connection.connection.backup(copy)
    (state,) = copy.execute("PRAGMA integrity_check").fetchone()
    if state != "ok":
        copy.close()
        raise _unsound("the database file is damaged")
    return copy


def _proved(database: Any, dialect: Any) -> Told:  # noqa: ANN401 - a connection of either
    looking = Verification(database, dialect)
    for fault in looking.faults():
        raise _unsound(fault.what if fault.seq is None else f"entry {fault.seq}: {fault.what}")
    return Told(FORM, connection.vendor, _migrations(), looking.size, looking.root.hex())


def _migrations() -> list[str]:
    return sorted(
        f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
    )


def _line(told: Told) -> bytes:
    return msgspec.json.encode(told) + b"\n"


def _file_in(stream: Stream, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for data in stream.rest():
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    connection.close()
    part.rename(path)


def _refuse_unless(empty: bool) -> None:  # noqa: FBT001 - it is the state of the place
    if not empty:
        raise StoreError(
            "store.not_empty",
            "There is a book here already, and a copy never goes over one.",
            "Name another PROOFLINE_HOME or PROOFLINE_DATABASE, or put the book aside first.",
        )


def _unfit(why: str) -> StoreError:
    return StoreError(
        "store.backup_unfit",
        f"The backup cannot be put back here: {why}.",
        "Use the kind of database and the version of Proofline that made it, then upgrade.",
    )


def _unsound(why: str) -> StoreError:
    return StoreError(
        "store.backup_unsound",
        f"The book cannot be copied, because it is not sound: {why}.",
        "Run proofline verify, keep the book as it is, and go by the newest sound backup.",
    )
