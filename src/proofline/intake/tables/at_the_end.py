"""Lines added at the end of an NDJSON table in place, so that a large one is not copied each time.

Before the first byte is written, the length of the table is put down durably beside it, and taken
away when all of it is durable. Where that note is found, a writing was broken off: whole lines that
came to lie beyond the length are rows like any others (their sender was not told that they were
received, and will send them again, which adds nothing), and what is left of a line is cut off.
"""

from __future__ import annotations

import os
from itertools import chain
from typing import TYPE_CHECKING

from proofline.intake.durable import settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_BLOCK = 1 << 20


def append_in_place(path: Path, lines: Iterable[bytes]) -> None:
    """Add lines, each closed by a line end, durably at the end of a table that is there.

    Raises: OSError if that cannot be done; then the table is as it was.
    """
    note = _note(path)
    with path.open("r+b", buffering=0) as file:
        length = file.seek(0, os.SEEK_END)
        _write(note, str(length).encode())
        is_open = length and os.pread(file.fileno(), 1, length - 1) != b"\n"
        try:
            for block in _blocks(chain([b"\n"] if is_open else [], lines)):
                left = memoryview(block)
                while left:
                    left = left[file.write(left) :]
            os.fsync(file.fileno())
        except BaseException:
            os.ftruncate(file.fileno(), length)
            raise
    note.unlink()


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Put lines together, for to write each by itself takes long."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _BLOCK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def mend(path: Path) -> None:
    """Cut off what is left of a line that was broken off; nothing where no writing was.

    Only the holder of the folder may do this. Raises: OSError.
    """
    note = _note(path)
    if not note.exists():
        return
    told = note.read_bytes()
    if told.isdigit() and path.exists():  # a note that is broken itself came before any line
        with path.open("r+b") as file:
            _cut(file.fileno(), int(told))
            os.fsync(file.fileno())
    note.unlink()


def _cut(file: int, length: int) -> None:
    """Cut a file off behind its last line end, but never below a length that it had."""
    end = os.fstat(file).st_size
    at = end
    while at > length:
        start = max(length, at - _BLOCK)
        found = os.pread(file, at - start, start).rfind(b"\n")
        if found >= 0:
            os.ftruncate(file, start + found + 1)
            return
        at = start
    if end > length:
        os.ftruncate(file, length)


def _note(path: Path) -> Path:
    return path.with_name(f".{path.name}.length")


def _write(note: Path, told: bytes) -> None:
    """Put a note down so that it is there after a crash."""
    with note.open("wb") as file:
        file.write(told)
        file.flush()
        os.fsync(file.fileno())
    settle(note.parent)
