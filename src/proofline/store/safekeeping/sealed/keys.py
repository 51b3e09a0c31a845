"""The keys of the home folder, kept in a sealed file of their own: no backup of the book has them.

Who has the book and these keys can sign as each of its senders, so the two lie in two places, and
the keys leave the home only when somebody says so.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

import msgspec

from proofline.store.trouble import StoreError

FORM = "proofline.keys/1"
SEALED = "keys.sealed"
"""The file whose time is moved on when the keys were sealed."""

_STALE_SECONDS = 3600


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
    Errors: StoreError where the file that is there is empty.
    """
    if not path.exists():
        part = _part_of(path, data)
        try:
            _name_once(part, path)
        finally:
            part.unlink(missing_ok=True)
    found = path.read_bytes()
    if not found:
        raise StoreError(
            "store.empty_key",
            f"The file {path} is empty, so it is no key.",
            "Delete it. If there was a key in it, put it back; else the next start makes one.",
        )
    return found


def gathered(home: Path, names: Iterable[str]) -> bytes:
    """Give the keys that lie in a home, to be sealed. Errors: StoreError where there is none."""
    found = {name: data for name in names if (data := _held(home, name)) is not None}
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
    placed = tuple(name for name in kept if name not in same)
    aside = {_aside(home / name): (home / name).read_bytes() for name in taken}
    _place(aside | {home / name: kept[name] for name in placed})
    return PutBack(placed, same, tuple(path.name for path in aside))


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
    """Give the key that lies there; an empty file is none."""
    path = home / name
    return (path.read_bytes() or None) if path.exists() else None


def _aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.aside-{number}")).exists():
        number += 1
    return aside


def _place(files: dict[Path, bytes]) -> None:
    """Write files, all before the first has its name: without room for one, none is there.

    They get their names in this order, so a key lies aside before another takes its place.
    """
    parts: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            parts[path] = _part_of(path, data)
        for path, part in parts.items():
            part.replace(path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _part_of(path: Path, data: bytes) -> Path:
    """Write what is to have a name, beside it and for its owner only."""
    _drop_stale(path)
    handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink()
        raise
    return part


def _drop_stale(path: Path) -> None:
    """Drop parts that a process left behind which was killed long ago."""
    for part in path.parent.glob(f".{path.name}.*"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _STALE_SECONDS:
                part.unlink()


def _name_once(part: Path, path: Path) -> None:
    """Give a part its name, unless another process was quicker."""
    try:
        os.link(part, path)
    except FileExistsError:
        return
    except OSError:  # this file system has no hard links, as on a stick or from Windows
        # Not the folder: whoever calls may hold that, and would wait for itself.
        with path.with_name(f".{path.name}.lock").open("w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                part.rename(path)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder until the end or death of this process. Errors: OSError if it cannot be."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
