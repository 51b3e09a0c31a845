"""Whatever is changed in a ledger is told: which entry, and which checkpoint vouched for it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from pysqlite3 import dbapi2

import made_up_ledger as made_up
from made_up_ledger import AT, KEY, PUBLIC, Made
from probes.edits import cut
from proofline.ledger import tree
from proofline.ledger.audit import verifying
from proofline.ledger.audit.examining import KeptRow
from proofline.ledger.audit.vouching import Heads
from proofline.ledger.checkpoint import SignedCheckpoint, open_checkpoint, sign
from proofline.ledger.kept import log, sqlite
from proofline.ledger.kept.connection import SQLITE, transaction
from proofline.ledger.kept.log import Log, Opening
from proofline.ledger.note import SigningKey, note_from
from sampling import tried

COUNT = 9
FLIPS = tried("PROBE_FLIPS", 600, 2_500)
"""Bits of the file that are turned, one after another."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Made]:
    """Give a ledger whose triggers somebody with the password dropped."""
    if request.param == "sqlite":
        one = made_up.on_sqlite(tmp_path / "ledger.db", COUNT)
    else:
        one = made_up.on_postgres(request.getfixturevalue("postgres"), COUNT)
    with one.writing() as kept:
        kept.see(note_from(made_up.checkpoint(one)))
        kept.destroy([3], "made-up order 7", "officer", AT)
    assert one.faults() == []
    one.without_triggers()
    yield one
    one.connection.close()


def seen(made: Made, heads: Heads | None = None) -> list[str]:
    """Tell the faults of a ledger whose triggers are known to be gone."""
    return [fault.what for fault in made.faults(heads) if "trigger" not in fault.what]


@pytest.mark.slow
@pytest.mark.parametrize("entries", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_every_bit_of_every_entry_and_payload_moves_a_hash(tmp_path: Path, entries: int) -> None:
    made = made_up.on_sqlite(tmp_path / "ledger.db", entries)
    tried = 0
    for row in made.verification()._rows(1, entries + 1):  # noqa: SLF001 - the row as it is read
        assert row.entry is not None
        assert row.payload is not None
        assert row.nonce is not None
        for name in ("entry", "nonce", "payload"):
            data = getattr(row, name)
            for bit in range(8 * len(data)):
                forged = bytearray(data)
                forged[bit // 8] ^= 1 << bit % 8
                assert moved(row, name, bytes(forged))
                tried += 1
    assert tried > entries * 3_000


def moved(row: KeptRow, name: str, forged: bytes) -> bool:
    """Tell whether a changed cell no longer leads to the leaf, or to the hash in the entry."""
    if name == "entry":
        return tree.leaf_hash(forged) != row.leaf
    entry = row.read()
    assert entry is not None
    nonce, payload = (forged, row.payload) if name == "nonce" else (row.nonce, forged)
    return verifying_payload(nonce or b"", payload or b"") != entry.payload_hash


def verifying_payload(nonce: bytes, payload: bytes) -> bytes:
    from hashlib import sha256  # noqa: PLC0415 - the definition once more, not ours

    return sha256(nonce + payload).digest()


# The attacks of somebody inside, and who notices (reliability: rows alone, or a head outside).


def outside(made: Made) -> Heads:
    """Keep a checkpoint elsewhere, as it is now."""
    signed = open_checkpoint(made_up.checkpoint(made, AT + timedelta(hours=1)), PUBLIC)
    return Heads(outside=[signed])


def rebuild(made: Made, key: SigningKey | None = None) -> None:
    """Write another history from the first entry on, all hashes in order."""
    for table in ("entry", "node", "checkpoint", "destroyed", "head", "about"):
        made.sql(f"DROP TABLE ledger_{table}")
    if made.dialect.name == "postgresql":
        for name in ("ledger_refuse", "ledger_refuse_but_destroying", "ledger_refuse_but_growing"):
            made.sql(f"DROP FUNCTION {name}")
    opening = Opening(made_up.ORIGIN, made_up.SECRET, "test", AT)
    with made.writing():
        made.log = log.create(made.connection, made.dialect, opening, made_up.Chance())
    made.append(COUNT + 3, AT + timedelta(hours=1))
    if key is not None:
        with made.writing() as kept:
            kept.see(sign(made.log.head(), key, AT))


def test_an_edited_row_is_told_with_the_checkpoint_that_vouched_for_it(made: Made) -> None:
    made.sql("UPDATE ledger_entry SET payload = ? WHERE seq = 5", b'{"systolic":"180"}')
    faults = [f for f in made.faults(Heads(key=PUBLIC)) if "trigger" not in f.what]
    assert [(f.seq, f.what) for f in faults] == [
        (5, "the payload is not the one that was recorded")
    ]
    assert faults[0].vouched is not None
    assert (faults[0].vouched.size, faults[0].vouched.at) == (10, AT)


def forge(made: Made, seq: int, **said: object) -> None:
    """Let an entry say something else, and make every hash over it follow from that."""
    entry = made.log.kept(seq).entry
    forged = structs.replace(entry, **said).to_bytes()
    made.sql("UPDATE ledger_entry SET entry = ? WHERE seq = ?", forged, seq)
    edge = tree.Edge(0)
    for at, (data,) in enumerate(made.sql("SELECT entry FROM ledger_entry ORDER BY seq")):
        leaf = tree.leaf_hash(bytes(data))
        made.sql("UPDATE ledger_entry SET leaf = ? WHERE seq = ?", leaf, at)
        for (level, index), joined in edge.add(leaf):
            where = "WHERE level = ? AND idx = ?"
            made.sql(f"UPDATE ledger_node SET hash = ? {where}", joined, level, index)


def test_an_edit_made_consistent_to_the_top_is_told_by_the_checkpoint(made: Made) -> None:
    nonce, payload = made.log.kept(4).nonce, b'{"reading_id":"r-4","systolic":"180"}'
    made.sql("UPDATE ledger_entry SET payload = ? WHERE seq = 4", payload)
    forge(made, 4, payload_hash=verifying_payload(nonce or b"", payload))
    assert seen(made) == [
        "the first 10 entries are not those of the checkpoint at 10, in the database"
    ]
    made.sql("DELETE FROM ledger_checkpoint")
    assert seen(made) == []


def test_an_entry_dated_back_is_told_though_all_hashes_follow(made: Made) -> None:
    made.sql("DELETE FROM ledger_checkpoint")
    forge(made, 4, recorded_at=AT - timedelta(seconds=1))
    assert seen(made) == ["the entry was recorded before the one in front of it"]


def test_a_destroyed_payload_that_is_back_is_told(made: Made) -> None:
    chance = made_up.Chance()
    chance(16)  # for entry 0; then those of all nine at once
    nonce = chance(16 * COUNT)[32:48]
    payload = made_up.records(3, 1)[0].payload
    made.sql("UPDATE ledger_entry SET nonce = ?, payload = ? WHERE seq = 3", nonce, payload)
    assert seen(made) == ["the payload was destroyed, and is there again"]


@pytest.mark.parametrize("size", [9, 12])
def test_a_head_that_says_another_number_is_told(made: Made, size: int) -> None:
    made.sql("UPDATE ledger_head SET size = ?", size)  # of 11: the opening, 9 rows, the order
    assert f"the head says {size}, and the last entry makes it 11" in seen(made)


def test_a_deleted_row_and_swapped_rows_are_told(made: Made) -> None:
    made.sql("UPDATE ledger_entry SET seq = 100 WHERE seq = 5")
    made.sql("UPDATE ledger_entry SET seq = 5 WHERE seq = 6")
    made.sql("UPDATE ledger_entry SET seq = 6 WHERE seq = 100")
    assert "the entry says of itself that it is number 6" in seen(made)
    made.sql("DELETE FROM ledger_entry WHERE seq = 6")
    assert "the entry is gone" in seen(made)


def test_a_cut_tail_is_told_by_a_head_outside_and_only_there(made: Made) -> None:
    heads = outside(made)
    cut(made, 3)
    assert seen(made) == []
    [what] = seen(made, heads)
    assert what.startswith("the tail is cut: 3 entries are there")


def test_a_rebuilt_history_is_told_by_a_head_outside_and_only_there(made: Made) -> None:
    heads = outside(made)
    rebuild(made)
    assert seen(made) == []
    [what] = seen(made, heads)
    assert what.startswith(
        "the first 11 entries are not those of the checkpoint at 11 of 2026-03-01"
    )


def test_a_history_rebuilt_without_the_key_cannot_show_a_signed_head(made: Made) -> None:
    rebuild(made, SigningKey(made_up.ORIGIN, b"x" * 32))
    [what] = seen(made, Heads(key=PUBLIC))
    assert "no signature of ledger.example/made-up" in what


def test_one_rebuilt_with_the_key_is_told_by_a_head_outside(made: Made) -> None:
    heads = outside(made)
    rebuild(made, KEY)
    assert seen(made, Heads(key=PUBLIC)) == []
    assert len(seen(made, Heads(heads.outside, PUBLIC))) == 1


def test_a_payload_taken_away_in_silence_is_told(made: Made) -> None:
    made.sql("UPDATE ledger_entry SET nonce = NULL, payload = NULL WHERE seq = 5")
    assert seen(made) == ["the payload is gone, and no entry says by whose authority"]
    made.sql("INSERT INTO ledger_destroyed VALUES (5, 10)")
    assert len(seen(made)) == 2  # entry 10 names 3, and not 5


def test_each_missing_trigger_is_named(tmp_path: Path) -> None:
    made = made_up.on_sqlite(tmp_path / "ledger.db", 1)
    made.sql("DROP TRIGGER ledger_node_delete")
    [fault] = made.faults()
    assert fault.what == "the trigger ledger_node_delete is gone, off or not as it was made"


@pytest.mark.slow
def test_a_trigger_of_postgres_that_does_nothing_is_named(postgres: str) -> None:
    made = made_up.on_postgres(postgres, 1)
    made.sql(
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS $$BEGIN RETURN NEW; END$$"
    )
    assert len(made.faults()) == 18  # three for each of six tables
    made.connection.close()


@pytest.mark.slow
def test_flips_anywhere_in_the_file_are_told_or_change_no_evidence(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    made = made_up.on_sqlite(path, 300)
    made.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    before = evidence(made)
    made.connection.close()
    whole, die = path.read_bytes(), random.Random(FLIPS)  # noqa: S311 - a seed, to see it again
    missed = changed = 0
    for _ in range(FLIPS):
        bit = die.randrange(8 * len(whole))
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        found, now = look(path)
        changed += now != before
        missed += now != before and not found
    assert missed == 0
    assert changed > FLIPS // 3


def evidence(made: Made) -> list[Any]:
    query = "SELECT seq, entry, nonce, payload FROM ledger_entry ORDER BY seq"
    return [tuple(row) for row in made.sql(query)]


def look(path: Path) -> tuple[bool, list[Any] | None]:
    """Verify a file that may be damaged; give whether that was told, and what it now holds."""
    connection: Any = dbapi2.connect(str(path), isolation_level=None)
    errors = (dbapi2.Error, dbapi2.Warning, log.LedgerTrouble, UnicodeDecodeError)
    try:
        looked = verifying.Verification(connection, SQLITE, unreadable=errors)
        found = bool(list(looked.faults()))
        try:
            now = evidence(Made(connection, SQLITE, None))  # type: ignore[arg-type]
        except errors:
            now = None
        return found, now
    finally:
        connection.close()


def test_a_sound_checkpoint_outside_changes_nothing(made: Made) -> None:
    heads = outside(made)
    assert seen(made, heads) == []
    assert heads.compared == 2
    assert isinstance(heads.outside[0], SignedCheckpoint)


Telling = Callable[[int, int], None]


@pytest.mark.slow
@pytest.mark.parametrize("reading", [True, False])
def test_who_writes_meanwhile_is_no_fault_in_a_snapshot(tmp_path: Path, reading: bool) -> None:
    made = made_up.on_sqlite(tmp_path / "ledger.db", 4_100)
    writer = Log(sqlite.open_file(tmp_path / "ledger.db"), SQLITE, made_up.Chance())

    def append(*_: int) -> None:
        with transaction(writer._connection, SQLITE):  # noqa: SLF001 - the writer's own
            writer.append(made_up.records(9_000, 2), AT)

    looked = made.verification()
    looked.progress = append
    around = transaction(made.connection, SQLITE, reading=True) if reading else nullcontext()
    with around:
        assert (list(looked.faults()) == []) is reading
    assert made.faults() == []


@pytest.mark.slow
def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    made = made_up.on_sqlite(tmp_path / "ledger.db", 5_000)
    steps: list[tuple[int, int]] = []
    looked = made.verification()
    looked.progress = lambda done, whole: steps.append((done, whole))
    assert list(looked.faults()) == []
    assert steps == [(4_096, 5_001), (5_001, 5_001)]
    assert looked.root == made.log.head().root
