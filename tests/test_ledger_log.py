"""The kept log on both databases: whole, gap-free, only growing, in the caller's transaction."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2

import made_up_ledger as made_up
from made_up_ledger import AT, Made
from proofline.ledger import proof, tree
from proofline.ledger.entry import Link, canonical, payload_hash
from proofline.ledger.kept import log, sqlite
from proofline.ledger.kept.connection import SQLITE, transaction
from proofline.ledger.kept.log import LedgerTrouble, Log, Record
from proofline.ledger.note import note_from
from test_ledger_proofs import mth as mth_of_numbers

Make = Callable[..., Made]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Give what makes a ledger on SQLite, and on a real PostgreSQL server."""
    opened: list[Made] = []

    def ledger(count: int = 0) -> Made:
        if request.param == "sqlite":
            opened.append(made_up.on_sqlite(tmp_path / "ledger.db", count))
        else:
            opened.append(made_up.on_postgres(request.getfixturevalue("postgres"), count))
        return opened[-1]

    yield ledger
    for one in opened:
        one.connection.close()


def definition(leaves: list[bytes]) -> bytes:
    """Compute the root as RFC 9162 (2.1.1) defines it."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else tree.EMPTY_ROOT
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return tree.node_hash(definition(leaves[:k]), definition(leaves[k:]))


def test_the_two_definitions_of_this_suite_agree() -> None:
    leaves = [tree.leaf_hash(str(n).encode()) for n in range(11)]
    assert definition(leaves) == mth_of_numbers(0, 11)


def test_batches_of_any_size_make_one_whole_tree(make: Make) -> None:
    made = make()
    for count in (1, 2, 3, 5, 8, 64, 1):
        made.append(count)
    kept = made.log
    leaves = [tree.leaf_hash(kept.kept(seq).data) for seq in range(kept.size())]
    assert kept.size() == 1 + 84  # entry 0 opens the ledger
    for size in (0, 1, 7, 64, 85):
        root = definition(leaves[:size])
        assert kept.head(size).root == root
        for seq in range(0, size, 5):
            assert proof.inclusion_holds(kept.inclusion(seq, size), leaves[seq], root)
        between = kept.consistency(size)
        assert proof.consistency_holds(between, root, kept.head().root)
    assert made.faults() == []


def test_what_was_recorded_comes_back_and_its_hashes_follow(make: Make) -> None:
    made = make(3)
    kept = made.log.kept(2)
    entry = kept.entry
    assert kept.nonce is not None
    assert kept.payload == b'{"reading_id":"r-2","systolic":"102"}'
    assert entry.payload_hash == payload_hash(kept.nonce, kept.payload)
    assert (entry.seq, entry.kind, entry.actor) == (2, "readings", "intake")
    assert entry.occurred_at == AT - timedelta(minutes=2)
    # Nobody can read from an entry whose reading it was, nor which.
    assert b"p-2" not in kept.data
    assert b"r-2" not in kept.data
    assert entry.subject == made.log.subject("p-2")
    assert made.log.of_items(["readings/r-2", "readings/none"]) == {
        "readings/r-2": [(2, kept.payload)],
        "readings/none": [],
    }


def test_a_transaction_that_is_rolled_back_leaves_nothing(make: Make) -> None:
    made = make(3)
    before = made.log.head()
    with contextlib.suppress(ZeroDivisionError), made.writing() as kept:
        kept.append(made_up.records(50, 9), AT)
        raise ZeroDivisionError
    assert made.log.head() == before
    made.append(1)
    assert made.log.kept(4).entry.seq == 4
    assert made.faults() == []


def test_the_time_of_the_ledger_never_runs_backwards(make: Make) -> None:
    made = make()
    made.append(1, AT + timedelta(hours=2))
    made.append(1, AT)
    times = [made.log.kept(seq).entry.recorded_at for seq in range(3)]
    assert times == [AT, AT + timedelta(hours=2), AT + timedelta(hours=2)]


def test_two_writers_make_one_log_without_gaps(make: Make, tmp_path: Path) -> None:
    first = make()
    troubles: list[BaseException] = []

    def write(actor: str) -> None:
        try:
            connection = _second(first, tmp_path)
            kept = Log(connection, first.dialect, os.urandom)
            for n in range(20):
                with transaction(connection, first.dialect):
                    kept.append([Record("readings", b"{}", actor)] * (1 + n % 3), AT)
            connection.close()
        except BaseException as problem:  # noqa: BLE001 - told by the main thread
            troubles.append(problem)

    writers = [threading.Thread(target=write, args=(name,)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert troubles == []
    actors = [first.log.kept(seq).entry.actor for seq in range(first.log.size())]
    assert len(actors) == 1 + 2 * (7 + 14 + 18)  # n % 3: seven of 1, seven of 2, six of 3
    assert actors.count("a") == actors.count("b")
    assert first.faults() == []


def _second(made: Made, folder: Path) -> Any:  # noqa: ANN401 - a connection of either library
    if made.dialect.name == "sqlite":
        return sqlite.open_file(folder / "ledger.db")
    import psycopg  # noqa: PLC0415

    return psycopg.connect(made.connection.info.dsn, autocommit=True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET entry = entry WHERE seq = 1",
        "UPDATE ledger_entry SET nonce = NULL, payload = NULL WHERE seq = 1",
        "UPDATE ledger_entry SET item = leaf WHERE seq = 1",
        "DELETE FROM ledger_entry WHERE seq = 1",
        "UPDATE ledger_node SET hash = hash",
        "DELETE FROM ledger_node",
        "UPDATE ledger_head SET size = size - 1",
        "DELETE FROM ledger_head",
        "UPDATE ledger_about SET value = value",
        "DELETE FROM ledger_about",
        "UPDATE ledger_checkpoint SET size = 1",
        "DELETE FROM ledger_checkpoint",
        "UPDATE ledger_destroyed SET seq = 1",
        "DELETE FROM ledger_destroyed",
    ],
)
def test_the_database_refuses_every_change(make: Make, statement: str) -> None:
    made = make(4)
    with made.writing() as kept:
        kept.see(note_from(made_up.checkpoint(made)))
        kept.destroy([2], "made-up order 7", "officer", AT)
    with pytest.raises(Exception, match="the ledger only grows"):
        made.sql(statement)
    assert made.faults() == []


def test_replacing_is_refused_too(make: Make) -> None:
    made = make(2)
    if made.dialect.name == "sqlite":
        with pytest.raises(Exception, match="the ledger only grows"):
            made.sql("REPLACE INTO ledger_entry VALUES (1, x'00', x'00', x'00', NULL, NULL)")
    else:
        with pytest.raises(Exception, match="the ledger only grows"):
            made.sql("TRUNCATE ledger_entry")
    assert made.faults() == []


def test_a_destroyed_payload_is_gone_and_the_tree_is_whole(make: Make) -> None:
    made = make(9)
    head, held = made.log.head(), made.log.kept(4)
    before = made.log.inclusion(4)
    with made.writing() as kept:
        by = kept.destroy([4, 6], "made-up order 7", "officer", AT)
    assert made.log.kept(4) == log.Kept(held.data, None, None)
    said = made.log.kept(by)
    assert said.entry.links == (Link("destroys", 4), Link("destroys", 6))
    assert said.payload == canonical({"authority": "made-up order 7", "destroyed": [4, 6]})
    leaf = tree.leaf_hash(held.data)
    assert proof.inclusion_holds(before, leaf, head.root)
    assert proof.inclusion_holds(made.log.inclusion(4), leaf, made.log.head().root)
    looked = made.verification()
    assert (list(looked.faults()), looked.destroyed) == ([], 2)
    with pytest.raises(LedgerTrouble, match="destroyed before"), made.writing() as kept:
        kept.destroy([4], "made-up order 8", "officer", AT)


def test_the_bytes_of_a_destroyed_payload_leave_the_file(tmp_path: Path) -> None:
    made = made_up.on_sqlite(tmp_path / "ledger.db", 40)
    made.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    file = tmp_path / "ledger.db"
    assert b'"r-17"' in file.read_bytes()
    with made.writing() as kept:
        kept.destroy([17], "made-up order 7", "officer", AT)
    sqlite.wipe(made.connection)
    assert b'"r-17"' not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_what_cannot_be_asked_for_is_told(make: Make) -> None:
    made = make(2)
    kept = made.log
    for ask in (
        lambda: kept.inclusion(3),
        lambda: kept.kept(3),
        lambda: kept.head(4),
        lambda: kept.consistency(3, 2),
        lambda: kept.destroy([1], " ", "officer", AT),
        lambda: kept.destroy([], "made-up order 7", "officer", AT),
        lambda: log.create(
            made.connection, made.dialect, log.Opening("a b", made_up.SECRET, "x", AT), os.urandom
        ),
        lambda: log.create(
            made.connection, made.dialect, log.Opening("a", made_up.SECRET, "x", AT), os.urandom
        ),
    ):
        with pytest.raises(LedgerTrouble):
            ask()


def test_a_database_without_a_ledger_is_told(tmp_path: Path) -> None:
    connection = sqlite.open_file(tmp_path / "empty.db")
    with pytest.raises(LedgerTrouble, match="holds no ledger"):
        Log(connection, SQLITE, os.urandom)


@pytest.mark.parametrize(
    ("version", "sound"),
    [((3, 40, 1), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True)],
)
def test_a_sqlite_that_can_corrupt_is_refused(version: tuple[int, ...], sound: bool) -> None:
    with contextlib.nullcontext() if sound else pytest.raises(LedgerTrouble, match="two writers"):
        sqlite.check_version(version)


def test_durability_is_read_back(tmp_path: Path) -> None:
    made = made_up.on_sqlite(tmp_path / "ledger.db")
    assert made.sql("PRAGMA synchronous") == [(2,)]
    assert made.sql("PRAGMA journal_mode") == [("wal",)]
    memory = dbapi2.connect(":memory:", isolation_level=None)
    with pytest.raises(LedgerTrouble, match="journal_mode"):
        sqlite.make_durable(memory)
