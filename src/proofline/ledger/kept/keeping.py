"""Taking rows of evidence into the ledger, each content once.

A row is known by its table and its key. A content that the ledger holds already is passed over;
another content under the same key is a correction and links to the entry before it. What was
destroyed stays so: as long as a row's key has a destroyed entry, nothing under it comes in again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from proofline.ledger.entry import Link, Value, canonical
from proofline.ledger.kept.log import Log, Record

ROW = "proofline.row/1"


@dataclass(frozen=True, slots=True)
class SentRow:
    """One row of a table as it was sent: its cells by column, without the empty ones."""

    table: str
    key: tuple[str, ...]
    cells: Mapping[str, Value]
    patient: str = ""
    occurred_at: datetime | None = None
    engine: str = ""
    pack: str = ""

    @property
    def name(self) -> str:
        """Name the row so that no other row of any table has the same name."""
        return item_name(self.table, *self.key)

    def payload(self) -> bytes:
        """Write the row canonically."""
        return canonical({"row": dict(self.cells), "schema": ROW, "table": self.table})


@dataclass(frozen=True, slots=True)
class SentText:
    """What was written canonically before, such as the record of a decision; kept byte for byte."""

    table: str
    key: tuple[str, ...]
    text: bytes
    patient: str = ""
    occurred_at: datetime | None = None
    engine: str = ""
    pack: str = ""

    @property
    def name(self) -> str:
        """Name it so that nothing else in any table has the same name."""
        return item_name(self.table, *self.key)

    def payload(self) -> bytes:
        """Give the text."""
        return self.text


Sent: TypeAlias = SentRow | SentText


@dataclass(slots=True)
class Tally:
    """How many rows came in as new, how many of those correct one before, how many did not."""

    new: int = 0
    corrections: int = 0
    known: int = 0
    destroyed: int = 0


def item_name(table: str, *key: str) -> str:
    """Name a row by its table and the cells of its key."""
    return canonical([table, *key]).decode()


def keep(log: Log, rows: Sequence[Sent], at: datetime, actor: str) -> Tally:
    """Take rows in as one batch, inside of the caller's transaction; tell what became of them."""
    tally, records = Tally(), list[Record]()
    first = log.hold()
    there = log.of_items(sorted({row.name for row in rows}))
    for row in rows:
        payload, versions = row.payload(), there[row.name]
        if any(kept is None for _, kept in versions):
            tally.destroyed += 1
        elif any(kept == payload for _, kept in versions):
            tally.known += 1
        else:
            links = (Link("corrects", versions[-1][0]),) if versions else ()
            tally.new += 1
            tally.corrections += bool(versions)
            versions.append((first + len(records), payload))
            records.append(
                Record(
                    kind=row.table,
                    payload=payload,
                    actor=actor,
                    subject=row.patient,
                    item=row.name,
                    occurred_at=row.occurred_at,
                    links=links,
                    engine=row.engine,
                    pack=row.pack,
                )
            )
    log.append(records, at)
    return tally
