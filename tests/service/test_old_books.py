"""What becomes of a book that an earlier version made, when a later one opens it."""

from __future__ import annotations

import lzma
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from made_up_messages import pressure, sent
from made_up_practices import START, Practice
from proofline.cli.running.setting_up import bring_up_to_date
from proofline.desk.arriving.taking import take
from proofline.ledger.entry import Value, canonical
from proofline.ledger.kept.log import Record
from proofline.store.auditing import belated
from proofline.store.auditing.belated import is_closed, name_what_was_kept_before
from proofline.store.book import by_ourselves, wall
from proofline.store.models import Message
from proofline.store.opening import refuse_other_tables
from proofline.store.safekeeping import vitals
from proofline.store.safekeeping.naming import FOUND
from proofline.store.safekeeping.verifying import of_the_rows
from proofline.store.trouble import StoreError
from proofline.store.vouching import ledger
from proofline.store.work import files
from service_places import Place, new_place, on_sqlite_only

__all__ = ["new_place"]

UPGRADE = START + timedelta(days=40)
OLD_BOOK = Path(__file__).parents[1] / "fixtures/books/2026-11-22-0938.sqlite3.xz"
ANSWERS = (b"ISA*00*a made-up answer~", b"ISA*00*another made-up answer~")


def kept_as_before(tenant_id: str, data: bytes, said: str = "", number: int | None = None) -> int:
    """Keep a file as versions before 22 November did: a row, and no word of it in the ledger."""
    wall(tenant_id)
    digest = said or sha256(data).hexdigest()
    row = Message.objects.create(
        pk=number, tenant_id=tenant_id, source="835", message_id=digest, received_at=START,
        sha256=digest, body=data, authenticity="file", state="taken",
    )  # fmt: skip
    return int(row.pk)


def kept_now(practice: Practice, data: bytes) -> None:
    with by_ourselves(practice.tenant_id) as book, book.act("remit.post", START) as act:
        files.keep(act, "835", data)


def looked(practice: Practice) -> tuple[list[str], list[str]]:
    """Give what verifying finds, and what it says beside that."""
    with transaction.atomic():
        wall(practice.tenant_id)
        beside: list[str] = []
        return list(of_the_rows(beside.append)), beside


@pytest.fixture
def old(practice: Practice) -> tuple[Practice, list[int]]:
    """A practice with two files that no entry names, as an earlier version kept them."""
    return practice, [kept_as_before(practice.tenant_id, one) for one in ANSWERS]


Old = tuple[Practice, list[int]]


def test_files_of_before_are_named_at_the_upgrade_and_as_of_then(old: Old) -> None:
    practice, rows = old
    assert looked(practice)[0] == [
        f"store_message row {row}: no entry of the ledger names it" for row in rows
    ]
    said: list[str] = []
    name_what_was_kept_before(UPGRADE, said.append)
    found, beside = looked(practice)
    assert found == []
    named = ledger().size() - 2
    entry = ledger().kept(named).entry
    assert (entry.kind, entry.actor, entry.recorded_at) == ("file.found", "service", UPGRADE)
    assert [one.startswith(f"2 files of {practice.tenant_id} were kept before") for one in said]
    whose, day = practice.tenant_id, UPGRADE.date()
    (told,) = beside
    assert told.startswith(f"2 files of {whose} were kept before files were named: entry {named} ")
    assert told.endswith(f"what they were on {day}; for what they were before, nothing vouches")


def test_many_files_of_before_are_named_by_several_entries(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(belated, "TOGETHER", 1)
    size = ledger().size()
    name_what_was_kept_before(UPGRADE, lambda _: None)
    assert ledger().size() == size + len(ANSWERS) + 1
    found, beside = looked(old[0])
    assert (found, len(beside)) == ([], len(ANSWERS))


def test_a_file_put_in_after_the_upgrade_is_never_named(old: Old) -> None:
    """Whoever writes past us and starts the service anew gains nothing."""
    name_what_was_kept_before(UPGRADE, lambda _: None)
    row = kept_as_before(old[0].tenant_id, b"a forged answer~")
    size = ledger().size()
    name_what_was_kept_before(UPGRADE + timedelta(days=1), lambda _: None)
    assert ledger().size() == size
    assert looked(old[0])[0] == [f"store_message row {row}: no entry of the ledger names it"]


def test_a_book_that_was_made_new_has_no_files_of_before(practice: Practice) -> None:
    assert not is_closed()
    name_what_was_kept_before(START, lambda _: None)
    assert is_closed()
    row = kept_as_before(practice.tenant_id, b"a forged answer~")
    name_what_was_kept_before(UPGRADE, lambda _: None)
    assert looked(practice) == ([f"store_message row {row}: no entry of the ledger names it"], [])


def found_by_hand(practice: Practice, data: bytes) -> int:
    """Put an entry on record that names a file late, as nobody but a forger does."""
    digest = sha256(data).hexdigest()
    said: dict[str, Value] = {"tenant": practice.tenant_id, "why": ""}
    said["files"] = {f"835 {digest}": digest}
    (number,) = ledger().append([Record(FOUND, canonical(said), "service")], UPGRADE)
    return number


def test_what_is_named_late_after_the_upgrade_is_refused(old: Old) -> None:
    name_what_was_kept_before(UPGRADE, lambda _: None)
    final = ledger().size() - 1
    row = kept_as_before(old[0].tenant_id, b"a forged answer~")
    number = found_by_hand(old[0], b"a forged answer~")
    assert looked(old[0])[0] == [
        f"entry {number}: it names files too late; entry {final} is final",
        f"store_message row {row}: no entry of the ledger names it",
    ]


def test_a_file_younger_than_one_that_was_named_is_no_file_of_before(old: Old) -> None:
    practice, _ = old
    kept_now(practice, b"an answer that its act named~")
    forged = kept_as_before(practice.tenant_id, b"a forged answer~")
    name_what_was_kept_before(UPGRADE, lambda _: None)
    assert looked(practice)[0] == [f"store_message row {forged}: no entry of the ledger names it"]


def test_a_file_of_another_practice_is_as_young_as_its_row_says(
    practice: Practice, other_practice: Practice
) -> None:
    kept_now(practice, b"an answer that its act named~")
    forged = kept_as_before(other_practice.tenant_id, b"a forged answer~")
    name_what_was_kept_before(UPGRADE, lambda _: None)
    told = f"store_message row {forged}: no entry of the ledger names it"
    assert looked(other_practice) == ([told], [])


def test_what_a_feed_of_files_brought_was_named_as_a_message(old: Old) -> None:
    practice, rows = old
    with by_ourselves(practice.tenant_id) as book:
        take(book, [sent(pressure(), "dropped.json", authenticity="file")], START)
    name_what_was_kept_before(UPGRADE, lambda _: None)
    found, (told,) = looked(practice)
    assert (found, told.startswith(f"{len(rows)} files of")) == ([], True)


@pytest.mark.parametrize("number", [0, -7])
def test_a_row_with_a_number_below_one_is_no_file_of_before(
    practice: Practice, number: int
) -> None:
    forged = kept_as_before(practice.tenant_id, b"a forged answer~", number=number)
    name_what_was_kept_before(UPGRADE, lambda _: None)
    told = f"store_message row {forged}: no entry of the ledger names it"
    assert looked(practice) == ([told], [])


def test_a_younger_file_that_was_named_late_by_hand_is_told(practice: Practice) -> None:
    kept_now(practice, b"an answer that its act named~")
    forged = kept_as_before(practice.tenant_id, b"a forged answer~")
    number = found_by_hand(practice, b"a forged answer~")
    assert looked(practice)[0] == [
        f"store_message row {forged}: entry {number} names it late, and older files were named"
    ]


def test_a_file_that_is_not_its_own_digest_is_not_named(practice: Practice) -> None:
    row = kept_as_before(practice.tenant_id, ANSWERS[0], said="0" * 64)
    name_what_was_kept_before(UPGRADE, lambda _: None)
    assert looked(practice) == ([f"store_message row {row}: no entry of the ledger names it"], [])


def test_a_file_that_was_named_late_and_changed_is_told(old: Old) -> None:
    practice, (row, _) = old
    name_what_was_kept_before(UPGRADE, lambda _: None)
    number = ledger().size() - 2
    with transaction.atomic(), connection.cursor() as cursor:
        wall(practice.tenant_id)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE store_message DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER store_message_no_update")
        sql = "UPDATE store_message SET body = %s, sha256 = %s WHERE id = %s"
        cursor.execute(sql, [b"forged", sha256(b"forged").hexdigest(), row])
        assert looked(practice)[0] == [
            f"store_message row {row}: it is not what entry {number} names"
        ]
        transaction.set_rollback(True)


@pytest.mark.parametrize("number", [0, -7])
def test_a_row_with_a_number_below_one_is_seen(practice: Practice, number: int) -> None:
    kept_as_before(practice.tenant_id, b"a forged answer~", number=number)
    told = f"store_message row {number}: no entry of the ledger names it"
    assert looked(practice)[0] == [told]


@pytest.mark.usefixtures("practice")
def test_a_book_of_a_later_version_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that only the later version knows was taken here."""
    monkeypatch.setattr(vitals, "_current", [])
    MigrationRecorder(connection).record_applied("store", "9999_made_up")
    for refused in (bring_up_to_date, refuse_other_tables):
        with pytest.raises(StoreError) as told:
            refused()
        assert told.value.code == "store.other_tables"


@pytest.mark.slow
@on_sqlite_only
def test_a_book_of_the_morning_of_22_november_is_opened_copied_and_put_back(tmp_path: Path) -> None:
    home = tmp_path / "old"
    home.mkdir()
    (home / "book.sqlite3").write_bytes(lzma.decompress(OLD_BOOK.read_bytes()))
    old, new = Place(home), Place(tmp_path / "new")
    before = old.command("verify")
    assert (before.returncode, "(store.other_tables)" in before.stderr) == (1, True), before.stderr
    old.command("backup-key", tmp_path / "key")
    copied = old.command("backup", "--into", tmp_path / "copy", "--key", tmp_path / "key.pub")
    assert copied.returncode == 0, copied.stderr
    back = new.command("restore", tmp_path / "copy", "--key", tmp_path / "key")
    assert back.returncode == 0, back.stdout + back.stderr
    second = ("--practice", "Second", "--administrator", "second", "--password", "x" * 12)
    assert old.command("init", *second).returncode == 0
    for place in (old, new):
        looked = place.command("verify")
        assert (looked.returncode, "Nothing was changed." in looked.stdout) == (0, True)
        assert "2 files of tnt_1m83va8eqpwsc63fk1x5q22he were kept before" in looked.stderr


@pytest.mark.slow
@pytest.mark.parametrize("words", [("verify",), ("work", "--until-done")], ids=" ".join)
def test_a_place_with_nothing_in_it_is_told_to_be_no_book(
    new_place: Callable[[], Place], words: tuple[str, ...]
) -> None:
    """On PostgreSQL a database without tables; on SQLite a file without a byte."""
    place = new_place()
    (place.home / "book.sqlite3").touch()
    told = place.command(*words)
    assert told.returncode == 1
    assert "(store.no_book)" in told.stderr
    assert "Traceback" not in told.stderr
