"""One key signs the heads of a book: a worker without it says so, and no machine makes a second."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from django.db import connection

from made_up_practices import START, Clock, Practice
from proofline.desk.working import Worker
from proofline.ledger.checkpoint import Checkpoint, sign
from proofline.ledger.note import SigningKey
from proofline.store import jobs
from proofline.store.models import Job
from proofline.store.safekeeping.heads import Keyring
from proofline.store.safekeeping.verifying import faults
from proofline.store.trouble import StoreError
from proofline.store.vouching import ORIGIN, ledger


def something_happens(practice: Practice) -> None:
    with practice.opened("administrator").act("test", START) as act:
        act.vouch("test", {})


def key_of(ring: Keyring) -> str:
    """The key's id, by its public half: NAME+ID+KEY."""
    return (ring.folder / "ledger.key.pub").read_text().split("+")[1]


def test_a_worker_that_came_before_the_key_signs_when_it_is_there(
    practice: Practice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    something_happens(practice)
    clock, ring = Clock(), Keyring(tmp_path / "checkpoints")
    worker = Worker("w", clock, ring.sign)
    Job.objects.all().delete()
    jobs.ask(practice.tenant_id, "checkpoint", {"head"}, START, due=START)
    with caplog.at_level(logging.WARNING, "proofline.worker"):
        assert worker.round() == 1
    (said,) = caplog.records  # the log keeps the words alone, and nothing that is put into them
    assert (said.msg.startswith("no head of the ledger is signed"), said.args) == (True, ())
    (job,) = Job.objects.all()
    assert (job.attempts, job.parked) == (0, False)  # it waits for whoever has the key
    ring.make(b"k" * 32)
    clock.after(minutes=2)
    assert worker.round() == 1
    assert not Job.objects.exists()
    last = ring.last()
    assert last is not None
    assert last.size == ledger().size()


def test_a_second_machine_makes_no_key_beside_the_first(practice: Practice, tmp_path: Path) -> None:
    something_happens(practice)
    first, second = Keyring(tmp_path / "first"), Keyring(tmp_path / "second")
    first.make(b"1" * 32)
    first.sign(START)
    told = f"signed by key {key_of(first)}, and .* has none"
    with pytest.raises(StoreError, match=told) as refused:
        second.make(b"2" * 32)
    assert (refused.value.code, second.folder.exists()) == ("store.no_key", False)
    assert "PROOFLINE_CHECKPOINTS" in refused.value.remedy
    with pytest.raises(StoreError, match=told):
        second.sign(START)  # a worker that began before the first head
    first.make(b"3" * 32)  # its own start changes nothing


def test_of_two_keys_made_before_the_first_head_one_signs(
    practice: Practice, tmp_path: Path
) -> None:
    something_happens(practice)
    first, second = Keyring(tmp_path / "first"), Keyring(tmp_path / "second")
    first.make(b"1" * 32)
    second.make(b"2" * 32)
    first.sign(START)
    size = ledger().size()
    with pytest.raises(StoreError, match=f"by key {key_of(first)}, and .* has another") as refused:
        second.sign(START)
    assert refused.value.code == "store.other_key"
    with pytest.raises(StoreError, match="has another"):
        second.make(b"2" * 32)  # what serve asks at its start
    something_happens(practice)
    first.sign(START)
    assert [note.signatures[0].key_id.hex() for note in ledger().checkpoints()] == [
        key_of(first)
    ] * 2
    # Is the first one lost for good, an operator says so, and the second goes on in its place.
    assert second.make_in_place_of_a_lost_one(b"4" * 32) == key_of(first)
    something_happens(practice)
    assert second.sign(START) is not None
    assert second.heads().earlier == size + 1
    with pytest.raises(StoreError, match=f"by key {key_of(second)}"):
        first.sign(START)  # which was not lost after all


def test_a_key_of_another_book_takes_nobodys_place(practice: Practice, tmp_path: Path) -> None:
    something_happens(practice)
    first, other = Keyring(tmp_path / "first"), Keyring(tmp_path / "other")
    other.make(b"o" * 32)
    (other.folder / "ledger.key.last").write_text(Checkpoint(ORIGIN, 1, bytes(32)).text)
    first.make(b"1" * 32)
    first.sign(START)
    with pytest.raises(StoreError, match="is of another book"):
        other.make_in_place_of_a_lost_one(b"n" * 32)
    (other.folder / "ledger.key").unlink()
    with pytest.raises(StoreError, match="is of another book"):
        other.make_in_place_of_a_lost_one(b"n" * 32)
    with pytest.raises(StoreError, match="No key of this book's ledger is missing"):
        first.make_in_place_of_a_lost_one(b"n" * 32)


def kept_as_head(size: int, written: str) -> None:
    """Put a row among the heads, as whoever has the database's password can."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_checkpoint VALUES (%s, %s)", [size, written])


def by_a_stranger(size: int) -> str:
    head = Checkpoint(ORIGIN, size, bytes(32))
    return str(sign(head, SigningKey(ORIGIN, b"s" * 32), START))


@pytest.mark.parametrize("written", ["made up", by_a_stranger(2)])
def test_a_head_that_cannot_be_read_lets_nobody_make_a_second_key(
    practice: Practice, tmp_path: Path, written: str
) -> None:
    """The largest that can be read names the key; under its own size another's is none."""
    something_happens(practice)
    first, second = Keyring(tmp_path / "first"), Keyring(tmp_path / "second")
    first.make(b"1" * 32)
    first.sign(START)
    something_happens(practice)
    kept_as_head(ledger().size(), written)
    with pytest.raises(StoreError, match=f"by key {key_of(first)}, and .* has none"):
        second.make(b"2" * 32)
    assert not second.folder.exists()
    assert first.sign(START) is not None


def test_where_no_head_can_be_read_a_key_goes_on_and_none_is_made(
    practice: Practice, tmp_path: Path
) -> None:
    something_happens(practice)
    size = ledger().size()
    first, late, new = (Keyring(tmp_path / name) for name in ("first", "late", "new"))
    for ring in (first, late):
        ring.make(b"1" * 32)
    kept_as_head(size, "made up")
    (first.folder / "ledger.key.last").write_text(ledger().head().text)
    something_happens(practice)
    with pytest.raises(
        StoreError, match=r"none of them names any more, and .* has none"
    ) as refused:
        new.make(b"2" * 32)
    assert (refused.value.code, new.folder.exists()) == ("store.no_key", False)
    assert "proofline verify" in refused.value.remedy
    with pytest.raises(StoreError, match="none of them names any more"):
        late.sign(START)  # it never signed: whether another did nobody can tell
    first.make(b"3" * 32)
    assert new.make_in_place_of_a_lost_one(b"2" * 32) == "unknown"
    assert new.heads().earlier == size
    new.make(b"4" * 32)
    assert first.sign(START) is not None  # which was not lost after all


def test_a_head_of_more_than_there_is_stops_nobody_and_is_named(
    practice: Practice, tmp_path: Path
) -> None:
    something_happens(practice)
    ring, new = Keyring(tmp_path / "checkpoints"), Keyring(tmp_path / "new")
    kept_as_head(10**12, by_a_stranger(10**12))
    with pytest.raises(StoreError, match="has none"):
        new.make(b"n" * 32)  # whether there was a key nobody can tell
    assert new.make_in_place_of_a_lost_one(b"n" * 32) == "unknown"
    assert new.heads().earlier == 0  # each signature is asked for
    ring.make_in_place_of_a_lost_one(b"1" * 32)
    something_happens(practice)
    ring.sign(START)
    signed = ledger().size()
    something_happens(practice)
    ring.refuse_another_key()
    assert ring.sign(START) is not None
    assert any(
        "at 1000000000000 in the database is not one" in fault for fault in faults(ring.heads())
    )
    lost = Keyring(tmp_path / "lost")
    lost.make_in_place_of_a_lost_one(b"2" * 32)
    assert lost.heads().earlier == signed + 1


@pytest.mark.parametrize("lost", [["ledger.key"], ["ledger.key", "ledger.key.last"]])
def test_a_folder_that_lost_its_key_and_kept_the_rest_goes_on(
    practice: Practice, tmp_path: Path, lost: list[str]
) -> None:
    something_happens(practice)
    ring = Keyring(tmp_path / "checkpoints")
    ring.make(b"1" * 32)
    ring.sign(START)
    size, key = ledger().size(), key_of(ring)
    for name in lost:
        (ring.folder / name).unlink()
    with pytest.raises(StoreError, match=f"by key {key}, and .* has none") as refused:
        ring.make(b"2" * 32)
    assert "replace-ledger-key" in refused.value.remedy
    assert ring.make_in_place_of_a_lost_one(b"2" * 32) == key
    something_happens(practice)
    assert ring.sign(START) is not None
    heads = ring.heads()
    assert (heads.earlier, [*faults(heads)]) == (size, [])
    assert {path.name for path in (ring.folder / f"lost-{key}").iterdir()} == {
        f"{size}.checkpoint",
        "latest.checkpoint",
        "ledger.key.pub",
    }


def test_another_books_key_in_the_folder_puts_aside_what_it_did_not_sign(
    practice: Practice, tmp_path: Path
) -> None:
    something_happens(practice)
    other, ring = Keyring(tmp_path / "other"), Keyring(tmp_path / "checkpoints")
    for one in (other, ring):
        one.make(os.urandom(32))
    ring.sign(START)
    lost = key_of(ring)
    for name in ("ledger.key", "ledger.key.pub"):
        (ring.folder / name).unlink()
        (other.folder / name).rename(ring.folder / name)
    assert ring.make_in_place_of_a_lost_one(os.urandom(32)) == lost
    something_happens(practice)
    assert ring.sign(START) is not None
    assert [*faults(ring.heads())] == []


def test_a_memory_without_its_key_tells_an_older_book(practice: Practice, tmp_path: Path) -> None:
    something_happens(practice)
    first, ring = Keyring(tmp_path / "first"), Keyring(tmp_path / "checkpoints")
    first.make(b"1" * 32)
    first.sign(START)
    ring.folder.mkdir()
    more = Checkpoint(ORIGIN, ledger().size() + 1, bytes(32))
    (ring.folder / "ledger.key.last").write_text(more.text)
    with pytest.raises(StoreError, match="were signed for") as refused:
        ring.make_in_place_of_a_lost_one(b"2" * 32)
    assert refused.value.code == "store.older_book"
    assert ring.accept_loss(START) == more.size
    assert ring.make_in_place_of_a_lost_one(b"2" * 32) == key_of(first)
