"""Which of very many rows are there already, in memory that hardly grows with their number.

Rows are told apart by their fingerprints (see `staged`). These are dealt onto piles by the first
bytes, so that one pile at a time is looked through. A row whose key nobody else has is new, one
that is there to the letter adds nothing; only what is left has to be compared cell by cell, and is
dealt onto piles too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, compress, islice
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import numpy as np

from proofline.intake.tables.forms import row_of
from proofline.intake.tables.staged import (
    ALREADY,
    NEW,
    UNSETTLED,
    CleanRow,
    NewRow,
    fingerprint,
    place_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import IO

    import numpy.typing as npt

    from proofline.evidence.contract import Table
    from proofline.intake.tables.staged import Staged

Row = dict[str, str]
Pile = tuple[dict[str, list[Row]], Iterator[tuple[int, CleanRow]]]
"""The versions that are there, by key, and the unsettled rows with their numbers."""

PILES = 128
_PRINT = np.dtype([("key", "<u8"), ("one", "<u8"), ("other", "<u8")])
_DEALT = np.dtype([*_PRINT.descr, ("at", "<i8")])
_THERE = -1
_AT_ONCE = 65_536


class Piles:
    """Bytes dealt onto piles, each a file without a name; a key always goes to the same pile."""

    def __init__(self, beside: Path) -> None:
        self._files: list[IO[bytes]] = [
            TemporaryFile(dir=beside)  # noqa: SIM115 - closed pile by pile
            for _ in range(PILES)
        ]

    def deal(self, records: npt.NDArray[np.void]) -> None:
        """Deal records by their `key`."""
        pile = records["key"] % PILES
        order = np.argsort(pile, kind="stable")
        ends = np.cumsum(np.bincount(pile.astype(np.int64), minlength=PILES))
        sorted_ = records[order]
        for file, start, end in zip(self._files, [0, *ends[:-1]], ends, strict=True):
            if end > start:
                file.write(sorted_[start:end].tobytes())

    def put(self, key: int, line: bytes) -> None:
        """Put one line onto the pile of its key."""
        self._files[key % PILES].write(line)

    def each(self) -> Iterator[IO[bytes]]:
        """Give the piles one after the other, from their beginning; each is then forgotten."""
        for file in self._files:
            file.seek(0)
            yield file
            file.close()


def settle(
    staged: Staged, there: Callable[[], Iterable[tuple[str, bytes]]], found: bytearray
) -> Iterator[Pile]:
    """Enter in `found` of each staged row whether it is NEW or ALREADY there; give the others.

    `there` gives the rows of the table, each its key and its line; it is asked at most twice.
    """
    fates = np.frombuffer(found, np.uint8)
    unsettled = _fates(staged, there(), fates)
    if len(unsettled):
        yield from _to_compare(staged, there(), unsettled, fates == UNSETTLED)


def _fates(
    staged: Staged, there: Iterable[tuple[str, bytes]], found: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint64]:
    """Enter what fingerprints show, and give those of the keys of what is unsettled."""
    piles, at = Piles(staged.beside), 0
    for prints in _staged_prints(staged):
        piles.deal(_dealt(prints, np.arange(at, at + len(prints))))
        at += len(prints)
    for prints, _ in _prints(there, staged.table):
        piles.deal(_dealt(prints, np.full(len(prints), _THERE)))
    keys = [_look_through(np.frombuffer(pile.read(), _DEALT), found) for pile in piles.each()]
    return np.concatenate(keys)


def _look_through(
    pile: npt.NDArray[np.void], found: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint64]:
    """Enter in `found` what one pile shows, and give the keys of what it leaves unsettled."""
    ours = pile["at"] != _THERE
    _, place, times = np.unique(pile["key"], return_inverse=True, return_counts=True)
    found[pile["at"][ours & (times[place] == 1)]] = NEW
    rest = np.sort(pile[times[place] > 1], order=["key", "one", "other", "at"])
    if not len(rest):
        return rest["key"]
    same = (rest["key"][1:] == rest["key"][:-1]) & (rest["one"][1:] == rest["one"][:-1])
    same &= rest["other"][1:] == rest["other"][:-1]
    group = np.concatenate([[0], np.cumsum(~same)])
    # Within a group those that are there come first.
    first_is_there = rest["at"][np.unique(group, return_index=True)[1]] == _THERE
    is_there = first_is_there[group]
    ours = rest["at"] != _THERE
    found[rest["at"][ours & is_there]] = ALREADY
    return np.unique(rest["key"][ours & ~is_there])


def _to_compare(
    staged: Staged,
    there: Iterable[tuple[str, bytes]],
    unsettled: npt.NDArray[np.uint64],
    chosen: npt.NDArray[np.bool_],
) -> Iterator[Pile]:
    """Give, pile by pile, the versions that are there by key, and the unsettled rows in order."""
    piles = Piles(staged.beside)
    for prints, lines in _prints(there, staged.table):
        keys = prints["key"]
        for key, line in compress(zip(keys.tolist(), lines, strict=True), np.isin(keys, unsettled)):
            piles.put(key, b"%d\t\t%b" % (_THERE, line))
    at = np.flatnonzero(chosen).tolist()
    for number, (key, place, line) in zip(at, staged.records(chosen.tobytes()), strict=True):
        piles.put(key, b"%d\t%b\t%b" % (number, place, line))
    for pile in piles.each():
        yield _opened(pile, staged.table)


def _opened(pile: IO[bytes], table: Table) -> Pile:
    versions: defaultdict[str, list[Row]] = defaultdict(list)
    key = table.key[0]
    for record in pile:
        at, _, line = record.split(b"\t", 2)
        if int(at) != _THERE:
            return versions, _unsettled(chain([record], pile), table)
        row = row_of(line, table)
        if row:
            versions[row[key]].append(row)
    return versions, iter(())


def _unsettled(records: Iterable[bytes], table: Table) -> Iterator[tuple[int, NewRow]]:
    for record in records:
        at, place, line = record.split(b"\t", 2)
        yield int(at), NewRow(table.name, row_of(line, table) or {}, place_of(place))


def _dealt(prints: npt.NDArray[np.void], at: npt.NDArray[np.int64]) -> npt.NDArray[np.void]:
    dealt = np.empty(len(prints), _DEALT)
    for name in _PRINT.names or ():
        dealt[name] = prints[name]
    dealt["at"] = at
    return dealt


def _staged_prints(staged: Staged) -> Iterator[npt.NDArray[np.void]]:
    file = staged.fingerprints()
    while block := file.read(_AT_ONCE * _PRINT.itemsize):
        yield np.frombuffer(block, _PRINT)


def _prints(
    there: Iterable[tuple[str, bytes]], table: Table
) -> Iterator[tuple[npt.NDArray[np.void], list[bytes]]]:
    """Give the rows that are there in batches, fingerprints and lines."""
    rows = iter(there)
    while batch := list(islice(rows, _AT_ONCE // 8)):
        told = b"".join([fingerprint(key, line, table) for key, line in batch])
        yield np.frombuffer(told, _PRINT), [line for _, line in batch]
