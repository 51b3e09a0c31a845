"""Rows of one table on their way: a few wait in memory, more than that in a file.

The file has no name and is gone with the process, so that a crash leaves nothing behind.
"""

from __future__ import annotations

from functools import partial
from hashlib import blake2b
from itertools import compress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from proofline.intake.report import Place
from proofline.intake.tables.forms import line_of, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO

    from proofline.evidence.contract import Table

Row = dict[str, str]
UNSETTLED, NEW, ALREADY = 0, 1, 2
"""What is found out of a row without comparing it; other numbers are those of who compares."""

IN_MEMORY = 4_096
"""Rows of a table that wait in memory; with one more they go to a file."""

_TRIMMED = " \t\r\n\0"  # what evidence takes for blank
_KEY_BYTES, _PRINT_BYTES = 8, 24
_ENCODE = msgspec.json.Encoder().encode
_PLACE = msgspec.json.Decoder(tuple[str, str, str])


class CleanRow(Struct, gc=False):
    """A row for a table, and where in the input it came from.

    Its cells are trimmed, none is blank (an absent cell is unknown) and none holds NUL.
    """

    table: str
    cells: Row
    place: Place


class NewRow(CleanRow, gc=False):
    """A row whose cells are brought into that form: trimmed, blank ones and NUL left out."""

    def __post_init__(self) -> None:
        self.cells = {column: cell for column, cell in self.cells.items() if cell}
        told = f"|{'|'.join(self.cells.values())}|"
        if "| " not in told and " |" not in told and told.isprintable():
            return  # nothing to trim and no NUL, as in almost every row
        self.cells = {
            column: trimmed
            for column, cell in self.cells.items()
            if (trimmed := cell.strip(_TRIMMED))
        }
        if "\0" in "".join(self.cells.values()):
            self.cells = {name: cell.replace("\0", "") for name, cell in self.cells.items()}


def fingerprint(key: str, line: bytes, table: Table) -> bytes:
    """Tell what a row is compared by: 8 bytes of its key, and 16 of the whole of it.

    Where all versions of a key are kept alike, the whole row is the key.
    """
    whole = blake2b(line, digest_size=_PRINT_BYTES - _KEY_BYTES).digest()
    if table.on_conflict == "keep":
        return whole[:_KEY_BYTES] + whole
    return blake2b(key.encode(), digest_size=_KEY_BYTES).digest() + whole


def place_of(told: bytes) -> Place:
    """Read a place as it lies beside a row that waits."""
    return Place(*_PLACE.decode(told))


class Staged:
    """The rows of one table in the order in which they came; `beside` is where a file may lie."""

    def __init__(self, table: Table, beside: Path) -> None:
        self.table = table
        self.beside = beside
        self._first: list[CleanRow] = []
        self._files: tuple[IO[bytes], IO[bytes], IO[bytes]] | None = None
        self._count = 0
        self.spans: list[tuple[int, str]] = []
        """From which row on they come of which file."""

    def __len__(self) -> int:
        return self._count

    @property
    def is_large(self) -> bool:
        """Whether the rows wait in a file."""
        return self._files is not None

    def add(self, row: CleanRow) -> None:
        """Let a row wait behind those that are there."""
        if not self.spans or self.spans[-1][1] != row.place.file:
            self.spans.append((self._count, row.place.file))
        self._count += 1
        if self._files is not None:
            self._write(row)
        elif self._count <= IN_MEMORY:
            self._first.append(row)
        else:
            self._files = (self._file(), self._file(), self._file())
            for one in [*self._first, row]:
                self._write(one)
            self._first = []

    def close(self) -> None:
        """Forget the rows."""
        for file in self._files or ():
            file.close()

    def rows(self, chosen: Iterable[int]) -> Iterator[CleanRow]:
        """Give the rows for which `chosen`, one number for each row in order, is not 0."""
        if self._files is None:
            yield from compress(self._first, chosen)
            return
        lines, places, _ = self._rewound()
        for line, place in compress(zip(lines, places, strict=True), chosen):
            yield NewRow(self.table.name, row_of(line, self.table) or {}, place_of(place))

    def chosen(self, chosen: bytearray) -> Chosen:
        """Give the same rows to be added."""
        return Chosen(self, chosen)

    def lines(self, chosen: Iterable[int]) -> Iterable[bytes]:
        """Give the same rows as lines of NDJSON."""
        if self._files is None:
            return (line_of(row.cells) for row in compress(self._first, chosen))
        return compress(self._rewound()[0], chosen)

    def records(self, chosen: Iterable[int]) -> Iterator[tuple[int, bytes, bytes]]:
        """Give of the same rows the key's fingerprint as a number, the place and the line."""
        lines, places, prints = self._rewound()
        told = zip(iter(partial(prints.read, _PRINT_BYTES), b""), places, lines, strict=True)
        for one, place, line in compress(told, chosen):
            yield int.from_bytes(one[:_KEY_BYTES], "little"), place.rstrip(), line

    def fingerprints(self) -> IO[bytes]:
        """Give the fingerprints of all rows, one after the other; only if they wait in a file."""
        return self._rewound()[2]

    def _file(self) -> IO[bytes]:
        return TemporaryFile(dir=self.beside, buffering=1 << 18)

    def _write(self, row: CleanRow) -> None:
        assert self._files is not None
        lines, places, prints = self._files
        line = line_of(row.cells)
        lines.write(line)
        places.write(_ENCODE((row.place.file, row.place.where, row.place.resource)) + b"\n")
        prints.write(fingerprint(row.cells[self.table.key[0]], line, self.table))

    def _rewound(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        assert self._files is not None
        for file in self._files:
            file.seek(0)
        return self._files


class Chosen(Struct, frozen=True):
    """Some of the rows that wait, as `tables.evidence.New`."""

    staged: Staged
    which: bytearray

    def lines(self) -> Iterable[bytes]:
        """Give each as a line of NDJSON."""
        return self.staged.lines(self.which)

    def cells(self) -> Iterable[Row]:
        """Give the cells of each."""
        return (row.cells for row in self.staged.rows(self.which))
