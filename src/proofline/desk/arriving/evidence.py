"""The book as a place that takes evidence in: one logic of additions serves folder and book."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from tempfile import gettempdir

from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake.tables.evidence import PAYLOAD, New
from proofline.intake.tables.forms import line_of
from proofline.store.act import Act
from proofline.store.feeding.versions import Row, added_since, lately, remarked, versions


class BookEvidence:
    """The evidence of a tenant, open for adding rows in one act."""

    finds_by_id = True

    def __init__(self, act: Act) -> None:
        self.path = Path(gettempdir())
        self.added = 0
        self._act = act

    def rows(self, table: str, holding: Collection[str] = ()) -> Iterable[Row]:
        """Give the rows of a table; of readings of the devices named only the last two months."""
        if table == "readings" and holding:
            return (row for one in sorted(holding) for row in lately(self._act.tenant_id, one))
        return (row for row, gone in added_since(self._act.tenant_id, table, 0)[1] if not gone)

    def lines(self, table: str, holding: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
        """Give the rows of a table, each its id and its line."""
        key = EVERY_TABLE[table].key[0]
        return ((row[key], line_of(row)) for row in self.rows(table, holding))

    def matching(
        self, table: str, wanted: set[str], payloads: Collection[str] = ()
    ) -> dict[str, list[Row]]:
        """Give the versions of the ids wanted, by id, in the order added; of payloads, if named."""
        there: dict[str, list[Row]] = {}
        key = EVERY_TABLE[table].key[0]
        column, ids = (PAYLOAD, payloads) if payloads else (key, wanted)
        for row in versions(self._act.tenant_id, table, column, ids):
            if row[key] in wanted:
                there.setdefault(row[key], []).append(row)
        return there

    def remarked(self, wanted: set[str]) -> Iterator[Row]:
        """Give the arrivals of the ids wanted that say one of `REMARKS`."""
        return remarked(self._act.tenant_id, wanted)

    def add(self, table: str, new: New) -> Path:
        """Add rows to a table of the book, in the act."""
        rows = [*new.cells()]
        self.added += len(rows)
        self._act.add(table, rows)
        return self.path / table
