"""The keys of a home: in no backup, sealed apart from it, and missed where they are not."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from made_up_practices import START, Practice
from proofline.cli.running.kept.writing import write_sealed
from proofline.errors import ProoflineError
from proofline.ledger.witness import write_durably
from proofline.store.models import Feed
from proofline.store.safekeeping.heads import Keyring
from proofline.store.safekeeping.sealed import keys
from proofline.store.safekeeping.sealed.sealing import key_from, key_pair
from proofline.store.trouble import StoreError
from proofline.store.vouching import ledger
from service_places import Place, made_once, new_place, place
from signing_in import client_of

__all__ = ["made_once", "new_place", "place"]

NAMES = ("feeds.key", "secret.key")
OPENED = """
from django.conf import settings
from proofline.desk.arriving import feeds
from proofline.desk.arriving.proof.sealing import seal_of
from proofline.store.opening import opened_as
with opened_as("first", "", AT) as book:
    made = feeds.add(book, feeds.Wanted("tenovi", scheme="standard"), seal_of(settings.HOME), AT)
print(made.path.rpartition("/")[2], made.secret)
"""
PROVED = """
import sys
from django.conf import settings
from proofline.desk.arriving import feeds
from proofline.desk.arriving.proof.sealing import seal_of
token, secret = sys.argv[1:]
print(feeds.by_token(token, seal_of(settings.HOME)).proofs.secrets == (secret,))
"""
SIGNED = """
import os
from django.conf import settings
from proofline.store.safekeeping.heads import Keyring
ring = Keyring(settings.CHECKPOINTS)
ring.make(os.urandom(32))
ring.sign(AT)
"""


def told(place: Place, *words: object, status: int = 0) -> str:
    """Run a command and give what it said beside the answer."""
    done = place.command(*words)
    assert done.returncode == status, done.stderr + done.stdout
    return done.stderr


@pytest.mark.slow
def test_a_book_on_a_new_machine_says_which_keys_it_misses_and_has_them_again(
    place: Place, new_place: Callable[[], Place], tmp_path: Path
) -> None:
    key, public, book, sealed = (tmp_path / name for name in ("k", "k.pub", "book", "sealed"))
    token, secret = place.run(OPENED).split()
    told(place, "backup-key", key)
    assert "in no backup" in told(place, "backup", "--into", tmp_path / "first", "--key", public)
    assert "feeds.key and secret.key of" in told(
        place, "keys", "seal", "--into", sealed, "--key", public
    )
    assert "in no backup" not in told(place, "backup", "--into", book, "--key", public)
    lying = {name: (place.home / name).read_bytes() for name in NAMES}
    for file in (book, sealed):
        assert not [data for data in lying.values() if data in file.read_bytes()]

    there = new_place()
    missing = told(there, "restore", book, "--key", key)
    assert "feeds.key is missing; without it nothing comes in by 1 feed;" in missing
    assert "secret.key is missing" in missing
    assert not [name for name in NAMES if (there.home / name).exists()]
    back = told(there, "keys", "put-back", sealed, "--key", key)
    assert "missing" not in back
    assert {name: (there.home / name).read_bytes() for name in NAMES} == lying
    assert there.run(PROVED, token, secret) == "True"
    assert [(there.home / name).stat().st_mode & 0o777 for name in NAMES] == [0o600, 0o600]


@pytest.mark.slow
def test_a_book_goes_on_under_a_new_key_of_its_ledger(
    place: Place, new_place: Callable[[], Place], tmp_path: Path
) -> None:
    """The folder of checkpoints is lost too; what the lost key signed is compared all the same."""
    key, public, book = (tmp_path / name for name in ("k", "k.pub", "book"))
    place.run(SIGNED)
    told(place, "backup-key", key)
    told(place, "backup", "--into", book, "--key", public)
    there = new_place()
    told(there, "restore", book, "--key", key)
    (pub,) = (place.home / "checkpoints").glob("ledger.key.pub")
    lost = pub.read_text().split("+")[1]
    assert f"signed by key {lost}" in told(there, "work", "--until-done", status=1)
    told(there, "serve", "--bind", "127.0.0.1:0", status=1)  # a second key is not made by itself
    assert not (there.home / "checkpoints" / "ledger.key").exists()
    (there.home / "secret.key").unlink(missing_ok=True)  # of the refused start
    assert f"key {lost} signed" in told(there, "keys", "replace-ledger-key")
    assert not (there.home / "secret.key").exists()  # it would refuse keys put-back
    there.run(SIGNED)
    assert "No key of this book" in told(there, "keys", "replace-ledger-key", status=1)
    assert "signed by a key that was lost" in told(there, "verify")
    there.run(OPENED)
    there.run(SIGNED)
    told(there, "verify")
    (there.home / "checkpoints" / "ledger.key.earlier").unlink()
    told(there, "verify", status=1)  # without the word of it, they are taken for forged


def home_with(folder: Path, **found: bytes) -> Path:
    folder.mkdir()
    for name, data in found.items():
        (folder / f"{name}.key").write_bytes(data)
    return folder


def test_another_key_is_put_aside_only_if_told_so(tmp_path: Path) -> None:
    data = keys.gathered(home_with(tmp_path / "old", feeds=b"old", secret=b"same"), NAMES)
    new = home_with(tmp_path / "new", feeds=b"new", secret=b"same")
    with pytest.raises(StoreError, match=r"another feeds\.key in"):
        keys.put_back(data, new, NAMES, over=False)
    assert sorted(path.name for path in new.iterdir()) == [*NAMES]
    assert (new / "feeds.key").read_bytes() == b"new"
    did = keys.put_back(data, new, NAMES, over=True)
    assert did == keys.PutBack(("feeds.key",), ("secret.key",), ("feeds.key.aside-1",))
    assert (new / "feeds.key").read_bytes() == b"old"
    assert (new / "feeds.key.aside-1").read_bytes() == b"new"


def test_keys_are_put_back_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = keys.gathered(home_with(tmp_path / "old", feeds=b"old", secret=b"older"), NAMES)
    new = home_with(tmp_path / "new", feeds=b"new", secret=b"newer")
    for name in NAMES:
        (new / f".{name}.{os.getpid()}").touch()  # left behind by one that was killed
    before = {path.name: path.read_bytes() for path in new.iterdir()}
    written = []

    def fails_at_last(handle: int) -> None:
        written.append(handle)
        if len(written) == 4:
            raise OSError(errno.ENOSPC, "made up")

    monkeypatch.setattr(os, "fsync", fails_at_last)
    with pytest.raises(OSError, match="made up"):
        keys.put_back(data, new, NAMES, over=True)
    assert {path.name: path.read_bytes() for path in new.iterdir()} == before
    monkeypatch.undo()
    did = keys.put_back(data, new, NAMES, over=True)
    assert did.aside == tuple(f"{name}.aside-1" for name in NAMES)
    held = {path.name: path.read_bytes() for path in new.glob("[!.]*")}
    assert held == {
        "feeds.key": b"old",
        "secret.key": b"older",
        "feeds.key.aside-1": b"new",
        "secret.key.aside-1": b"newer",
    }


def test_a_sealed_file_is_for_its_owner_and_takes_no_others_place(tmp_path: Path) -> None:
    public = key_from(key_pair(bytes(32))[1], "public")
    sealed, part = tmp_path / "sealed", tmp_path / "sealed.part"
    part.write_text("somebody's")
    with pytest.raises(ProoflineError, match="there already"):
        write_sealed(sealed, [b"made up"], public)
    assert (part.read_text(), sealed.exists()) == ("somebody's", False)
    part.unlink()
    before = os.umask(0o022)
    try:
        write_sealed(sealed, [b"made up"], public)
    finally:
        os.umask(before)
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert [*tmp_path.iterdir()] == [sealed]
    with pytest.raises(ProoflineError, match="there already"):
        write_sealed(sealed, [b"another"], public)
    assert [*tmp_path.iterdir()] == [sealed]


@pytest.mark.parametrize("broken", ["ledger.key.earlier", "ledger.key", "ledger.key.pub"])
def test_a_ledgers_key_that_was_half_made_is_made_at_the_next_start(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Killed before any of its files has its name, it leaves what `verify` finds sound."""
    with practice.opened("administrator").act("test", START) as act:
        act.vouch("test", {})
    lost = Keyring(tmp_path / "lost")
    lost.make(b"l" * 32)
    lost.sign(START)
    size = ledger().size()
    ring = Keyring(tmp_path / "new")

    class Killed(BaseException):
        pass

    def kills(path: Path, *_data: object) -> None:
        if path.name == broken:
            raise Killed

    def once(path: Path, data: bytes) -> bytes:
        kills(path)
        return keys.make_once(path, data)

    def durably(path: Path, text: str) -> None:
        kills(path)
        write_durably(path, text)

    monkeypatch.setattr("proofline.store.safekeeping.heads.make_once", once)
    monkeypatch.setattr("proofline.store.safekeeping.heads.write_durably", durably)
    with pytest.raises(Killed):
        ring.make_in_place_of_a_lost_one(b"n" * 32)
    monkeypatch.undo()
    if broken == "ledger.key.earlier":  # nothing of the operator's word was kept
        with pytest.raises(StoreError, match="signed by key"):
            ring.make(b"m" * 32)
        ring.make_in_place_of_a_lost_one(b"m" * 32)
    ring.make(b"m" * 32)
    heads = ring.heads()
    assert heads.earlier == size
    assert (ring.folder / "ledger.key.pub").read_text().strip() == str(heads.key)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'{"form":"proofline.book/1","keys":{}}',
        b'{"form":"proofline.keys/1","keys":{"../feeds.key":""}}',
        b'{"form":"proofline.keys/1"}',
    ],
)
def test_what_is_no_file_of_keys_puts_nothing_anywhere(tmp_path: Path, data: bytes) -> None:
    new = home_with(tmp_path / "new")
    with pytest.raises(StoreError, match="no keys"):
        keys.put_back(data, new, NAMES, over=True)
    assert [*tmp_path.rglob("*.key")] == []


def test_keys_that_changed_since_they_were_sealed_are_named(tmp_path: Path) -> None:
    home = home_with(tmp_path / "home", secret=b"one")
    assert keys.changed_since_sealed(home, NAMES) == ["secret.key"]
    (home / keys.SEALED).touch()
    os.utime(home / keys.SEALED, (2_000, 2_000))
    os.utime(home / "secret.key", (1_000, 1_000))
    assert keys.changed_since_sealed(home, NAMES) == []
    (home / "feeds.key").write_bytes(b"first feed")
    assert keys.changed_since_sealed(home, NAMES) == ["feeds.key"]


def test_a_home_without_keys_has_none_to_seal(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No key lies"):
        keys.gathered(home_with(tmp_path / "home"), NAMES)


def test_a_feed_whose_key_is_lost_says_so_and_gets_a_secret_on_the_page(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert practice.tenant_id
    browser = client_of("north-integrator")
    browser.post("/intake/feeds/", {"source": "tenovi", "scheme": "standard"})
    (feed,) = Feed.objects.all()
    shut, lost = "its secret does not open", 'name="key_lost"'
    page = browser.get("/intake/").content.decode()
    assert (shut in page, lost in page) == (False, False)
    monkeypatch.setattr(settings, "HOME", tmp_path)
    page = browser.get("/intake/").content.decode()
    assert (shut in page, lost in page) == (True, True)
    assert not (tmp_path / "feeds.key").exists()  # to look makes nothing
    where = f"/intake/feeds/{feed.feed_id}/rotate/"
    refused = browser.post(where)
    assert (refused.status_code, "desk.feed_sealed" in refused.content.decode()) == (422, True)
    told = browser.post(where, {"key_lost": "yes"}).content.decode()
    assert "whsec_" in told
    assert shut not in browser.get("/intake/").content.decode()
