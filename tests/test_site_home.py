"""The home folder: nobody else of the machine looks into it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from proofline.site.home import kept_private
from proofline.site.secret import secret_key
from proofline.store.safekeeping.floors import open_to_others
from proofline.store.safekeeping.sealed.keys import held, make_once
from proofline.store.trouble import StoreError


def test_a_new_home_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = kept_private(tmp_path / "new" / "home")
    assert home.stat().st_mode & 0o777 == 0o700
    assert not open_to_others(home)
    assert len(secret_key("", home)) > 50
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("mode", "is_open"), [(0o755, True), (0o701, True), (0o770, False)])
def test_a_home_that_is_there_keeps_its_ways_and_it_is_told(
    tmp_path: Path, mode: int, *, is_open: bool
) -> None:
    tmp_path.chmod(mode)
    assert open_to_others(kept_private(tmp_path)) is is_open
    assert tmp_path.stat().st_mode & 0o777 == mode


def test_a_full_disk_leaves_no_half_of_a_key_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "made up")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="made up"):
        secret_key("", tmp_path)
    assert [*tmp_path.iterdir()] == []
    monkeypatch.undo()
    key = secret_key("", tmp_path)
    assert (len(key) > 50, secret_key("", tmp_path)) == (True, key)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_what_a_killed_start_left_behind_stops_no_other(tmp_path: Path) -> None:
    """Two machines can have one number of a process; what is an hour old is nobody's any more."""
    young, old = tmp_path / f".secret.key.{os.getpid()}", tmp_path / ".secret.key.made-up"
    for part in (young, old):
        part.touch()
    os.utime(old, (1_000, 1_000))
    assert len(secret_key("", tmp_path)) > 50
    assert (young.exists(), old.exists()) == (True, False)


def test_a_home_without_hard_links_has_its_key_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_said: object) -> None:
        raise PermissionError(errno.EPERM, "made up")

    monkeypatch.setattr(os, "link", fails)
    key = secret_key("", tmp_path)
    assert (len(key) > 50, secret_key("", tmp_path)) == (True, key)
    with held(tmp_path):  # as the keyring does while it makes the ledger's
        make_once(tmp_path / "ledger.key", b"made up")
    assert (tmp_path / "ledger.key").read_bytes() == b"made up"
    kept = {path.name for path in tmp_path.iterdir() if path.suffix == ".key"}
    assert kept == {"secret.key", "ledger.key"}
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_an_empty_key_is_told(tmp_path: Path) -> None:
    """As a full disk left it under an older version; Django says no more than that it is empty."""
    (tmp_path / "secret.key").touch()
    with pytest.raises(StoreError, match=r"secret\.key is empty"):
        secret_key("", tmp_path)
