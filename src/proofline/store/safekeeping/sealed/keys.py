"""The keys of the home folder, kept in a sealed file of their own: no backup of the book has them.

Who has the book and these keys can sign as each of its senders, so the two lie in two places, and
the keys leave the home only when somebody says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from proofline.store.trouble import StoreError

FORM = "proofline.keys/1"
SEALED = "keys.sealed"
"""The file whose time is moved on when the keys were sealed."""


class Kept(msgspec.Struct, frozen=True):
    """The keys, by the names of their files."""

    form: str
    keys: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class PutBack:
    """What became of each key: put into the home, there already, or put over one that lies aside.

    `aside` names the file in which each key lies whose place was taken.
    """

    placed: tuple[str, ...]
    same: tuple[str, ...]
    aside: tuple[str, ...]


def make_once(path: Path, data: bytes) -> bytes:
    """Write a key that is not there yet, for its owner only; give the one that is there then.

    Whoever comes first makes it, and nobody ever sees half of one, also where a disk is full.
    """
    if not path.exists():
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            _write_for_owner(part, data)
            os.link(part, path)
        except FileExistsError:
            pass  # another process was quicker
        finally:
            part.unlink(missing_ok=True)
    return path.read_bytes()


def gathered(home: Path, names: Iterable[str]) -> bytes:
    """Give the keys that lie in a home, to be sealed. Errors: StoreError where there is none."""
    found = {name: (home / name).read_bytes() for name in names if (home / name).exists()}
    if not found:
        raise StoreError(
            "store.no_keys", f"No key lies in {home}.", "Look at PROOFLINE_HOME; serve makes them."
        )
    return msgspec.json.encode(Kept(FORM, found)) + b"\n"


def changed_since_sealed(home: Path, names: Iterable[str]) -> list[str]:
    """Name the keys in a home that are not in the file of keys that was sealed last."""
    there = [name for name in names if (home / name).exists()]
    mark = home / SEALED
    when = mark.stat().st_mtime_ns if mark.exists() else -1
    return [name for name in there if (home / name).stat().st_mtime_ns > when]


def put_back(data: bytes, home: Path, names: Iterable[str], *, over: bool) -> PutBack:
    """Put keys into a home; one that lies there and is another is put aside if told so (`over`).

    Errors: StoreError where it is no file of keys, or another key lies there; then nothing is put.
    """
    kept = _read(data, frozenset(names))
    same = tuple(name for name in kept if _held(home, name) == kept[name])
    taken = tuple(name for name in kept if name not in same and _held(home, name) is not None)
    if taken and not over:
        raise StoreError(
            "store.other_keys",
            f"There lies another {' and another '.join(taken)} in {home}.",
            "What was made under it would be lost: secrets of feeds, keys of subscriptions. If"
            " nothing was, say --over: the one that lies there is put aside.",
        )
    aside = tuple(_put_aside(home / name) for name in taken)
    placed = tuple(name for name in kept if name not in same)
    for name in placed:
        _write(home / name, kept[name])
    return PutBack(placed, same, aside)


def _read(data: bytes, names: frozenset[str]) -> dict[str, bytes]:
    try:
        kept = msgspec.json.decode(data, type=Kept)
    except msgspec.DecodeError:
        kept = Kept("", {})
    if kept.form != FORM or not kept.keys.keys() <= names:
        raise StoreError(
            "store.not_keys",
            "The file holds no keys of a home folder.",
            "Name one of proofline keys seal; a backup of the book is for proofline restore.",
        )
    return kept.keys


def _held(home: Path, name: str) -> bytes | None:
    path = home / name
    return path.read_bytes() if path.exists() else None


def _put_aside(path: Path) -> str:
    number = 1
    while (aside := path.with_name(f"{path.name}.aside-{number}")).exists():
        number += 1
    path.rename(aside)
    return aside.name


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    _write_for_owner(part, data)
    part.rename(path)


def _write_for_owner(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
