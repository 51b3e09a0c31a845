"""What taking in asks of a place that keeps evidence: a folder, or the book of a practice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from proofline.intake.tables.forms import line_of

Row = dict[str, str]

PAYLOAD = "payload_sha256"
"""The column of an arrival that says, by their digest, in which bytes it came."""


class New(Protocol):
    """Rows to be added, which can be gone through more than once, in either form."""

    def lines(self) -> Iterable[bytes]:
        """Give each as a line of NDJSON, closed by a line end."""

    def cells(self) -> Iterable[Row]:
        """Give the cells of each as text, blanks left out."""


class Few(Struct, frozen=True):
    """Rows that are all there."""

    rows: list[Row]

    def lines(self) -> Iterable[bytes]:
        """Give each as a line of NDJSON."""
        return map(line_of, self.rows)

    def cells(self) -> Iterable[Row]:
        """Give the rows."""
        return self.rows


class Evidence(Protocol):
    """Rows of the contract's tables as text, blanks left out; rows are added and never changed.

    `path` is a folder in which rows may wait that are too many for memory. `finds_by_id` says that
    a few rows are found without going through all of them.
    """

    @property
    def path(self) -> Path:
        """Where rows may wait."""

    @property
    def finds_by_id(self) -> bool:
        """Whether there is an index."""

    def rows(self, table: str, holding: Collection[str] = ()) -> Iterable[Row]:
        """Give the rows of a table; those that hold none of the named cells may be passed by."""

    def lines(self, table: str, holding: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
        """Give the same rows, each its id and its line of NDJSON."""

    def matching(
        self, table: str, wanted: set[str], payloads: Collection[str] = ()
    ) -> dict[str, list[Row]]:
        """Give the rows whose id is among those wanted, by id, in the order added.

        Those that came of other payloads than the ones named by their digests may be passed by.
        """

    def remarked(self, wanted: set[str]) -> Iterable[Row]:
        """Give the arrivals that say one of `REMARKS`; of other ids than those wanted not all."""

    def add(self, table: str, rows: New) -> Path:
        """Add rows at the end of a table; give where it lies."""
