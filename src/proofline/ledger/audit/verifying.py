"""Looking whether anything was changed: every hash computed anew from what is kept.

Nothing stored is believed. From payloads and nonces come the hashes that entries commit to, from
entries the leaves, from leaves the nodes and the root at the size of every checkpoint. What a
person with the database's password made consistent again is still caught by a checkpoint that lies
outside of the database.

Memory stays flat: entries are read in pages, and of the tree only the right edge is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from proofline.ledger.audit.examining import KeptRow, wrongs
from proofline.ledger.audit.vouching import Heads, Vouched
from proofline.ledger.entry import Entry, entry_from, utc
from proofline.ledger.kept import tables
from proofline.ledger.kept.connection import Connection, Dialect, Row
from proofline.ledger.kept.log import DESTROYED, OPENED, about_hashes
from proofline.ledger.tree import Node, fold, leaf_hash, node_hash

PAGE = 4096
"""Entries read at once. A power of two, so that a page ends where subtrees end."""

SHOWN = 1000
"""How many entries beyond the head, or nodes that nothing stands under, are told of by number."""

Progress = Callable[[int, int], None]
"""Is told how many entries were looked at, and of how many."""

GONE = b"\0" * 32
"""Stands for the hash of what is not there, so that no root over it can come out right."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was recorded.

    `seq` is the entry, or None where it is not about one. `vouched` is the smallest checkpoint that
    covers the entry, so the change was made after it was signed; None where no checkpoint does.
    """

    seq: int | None
    what: str
    vouched: Vouched | None = None


@dataclass(slots=True)
class Verification:
    """One look at a ledger; what was seen stands in the other fields when `faults` is through."""

    connection: Connection
    dialect: Dialect
    heads: Heads = field(default_factory=Heads)
    progress: Progress | None = None
    unreadable: tuple[type[Exception], ...] = ()
    size: int = field(default=0, init=False)
    root: bytes = field(default=b"", init=False)
    destroyed: int = field(default=0, init=False)
    origin: str = field(default="", init=False)
    _edge: list[tuple[int, bytes, bytes]] = field(default_factory=list, init=False)
    _recorded: str = field(default="", init=False)
    _moved: list[object] = field(default_factory=list, init=False)
    _authority: tuple[int, Entry | None] = field(default=(-1, None), init=False)

    def faults(self) -> Iterator[Fault]:
        """Look at everything once; give each fault when it is found.

        `unreadable` are the errors by which the connection says that it cannot read on. Where
        others may be writing, call this inside of a transaction that reads one instant
        (`transaction` with `reading`), or their entries look like faults.
        """
        unreadable: tuple[type[Exception], ...] = (*self.unreadable, UnicodeDecodeError)
        try:
            for fault in self._all():
                seq = fault.seq
                yield fault if seq is None else Fault(seq, fault.what, self._covering(seq))
        except unreadable as problem:
            yield Fault(None, f"the database cannot be read any further: {problem}")

    def _all(self) -> Iterator[Fault]:
        yield from self._frame()
        for start in range(0, self.size, PAGE):
            yield from self._page(start, min(start + PAGE, self.size))
            if self.progress is not None:
                self.progress(min(start + PAGE, self.size), self.size)
        self.root = fold([true for _, true, _ in self._edge])
        yield from self._beyond()
        for what in self.heads.beyond(self._notes, self.size):
            yield Fault(None, what)

    def _frame(self) -> Iterator[Fault]:
        """Look at what holds the ledger together: triggers, head, name and secret."""
        for name in sorted(tables.missing_triggers(self.connection.cursor(), self.dialect)):
            yield Fault(None, f"the trigger {name} is gone, off or not as it was made")
        for what in tables.damage(self.connection.cursor(), self.dialect):
            yield Fault(None, f"the database file is damaged: {what}")
        last = self._ask("SELECT max(seq) FROM ledger_entry")[0][0]
        there = 0 if last is None else max(0, int(last) + 1)
        heads = self._ask("SELECT size, recorded_at FROM ledger_head")
        said = [size for size, _ in heads if type(size) is int]
        self.size, self._moved = min([there, *said]), [at for _, at in heads]
        if said != [there]:
            told = said[0] if said else "nothing"
            yield Fault(None, f"the head says {told}, and the last entry makes it {there}")
        blob = self.dialect.blob.format("value")
        about = {
            str(name): _bytes(value)
            for name, value in self._ask(f"SELECT name, {blob} FROM ledger_about")
        }
        self.origin = about.get("origin", b"").decode(errors="replace")
        first = next(iter(self._rows(0, 1)), None)
        opened = first and first.read()
        if not first or not opened or opened.kind != OPENED or first.payload != about_hashes(about):
            yield Fault(0, "the ledger's name or secret is not the one it was opened with")

    def _page(self, start: int, end: int) -> Iterator[Fault]:
        rows = {row.seq: row for row in self._rows(start, end)}
        nodes = self._nodes(start, end)
        between = "SELECT seq, by_seq FROM ledger_destroyed WHERE seq >= ? AND seq < ?"
        destroyed: dict[int, int] = dict(self._ask(between, start, end))
        heads, odd = self.heads.within(self._notes, start, end)
        for what in odd:
            yield Fault(None, what)
        for seq in range(start, end):
            row = rows.get(seq)
            if row is None:
                yield Fault(seq, "the entry is gone")
                true = kept = GONE
            else:
                yield from self._entry(row, destroyed.get(seq))
                true, kept = recomputed(row), row.leaf or GONE
            for what in self._grow(seq, (true, kept), nodes):
                yield Fault(seq, what)
            for vouched in heads.get(seq + 1, ()):
                if vouched.root != fold([edge for _, edge, _ in self._edge]):
                    yield Fault(None, f"the first {seq + 1} entries are not those of {vouched}")

    def _entry(self, row: KeptRow, destroyed_by: int | None) -> Iterator[Fault]:
        """Look at one entry: in itself, after the one before, whether it may lack its payload."""
        entry = row.read()
        if row.leaf != recomputed(row):
            yield Fault(row.seq, "the entry is not the one its leaf was made of")
        if entry is None:
            yield Fault(row.seq, "the entry cannot be read")
            return
        for what in wrongs(row, entry, self.origin):
            yield Fault(row.seq, what)
        recorded = utc(entry.recorded_at)
        if recorded < self._recorded:
            yield Fault(row.seq, "the entry was recorded before the one in front of it")
        self._recorded = max(recorded, self._recorded)
        if row.payload is None and not self._allowed(row.seq, destroyed_by):
            yield Fault(row.seq, "the payload is gone, and no entry says by whose authority")
        if row.payload is not None and destroyed_by is not None:
            yield Fault(row.seq, "the payload was destroyed, and is there again")
        self.destroyed += row.payload is None
        if entry.kind == DESTROYED:
            query = "SELECT seq FROM ledger_destroyed WHERE by_seq = ? ORDER BY seq"
            if [seq for (seq,) in self._ask(query, row.seq)] != [link.seq for link in entry.links]:
                yield Fault(row.seq, "what it destroyed is not what is marked as destroyed by it")

    def _allowed(self, seq: int, by: int | None) -> bool:
        """Tell whether the entry `by` destroyed the payload of `seq`."""
        if by is None:
            return False
        if self._authority[0] != by:
            blob = self.dialect.blob.format("entry")
            rows = self._ask(f"SELECT {blob} FROM ledger_entry WHERE seq = ?", by)
            self._authority = (by, _entry(rows))
        entry = self._authority[1]
        return (
            entry is not None
            and entry.kind == DESTROYED
            and any(link.seq == seq for link in entry.links)
        )

    def _grow(
        self, seq: int, hashes: tuple[bytes, bytes], nodes: dict[Node, bytes]
    ) -> Iterator[str]:
        """Add a leaf to the edge, as computed and as stored; look at each node it completes."""
        true, kept = hashes
        index, level = seq, 0
        while index & 1:
            _, left_true, left_kept = self._edge.pop()
            index, level = index >> 1, level + 1
            same = (left_true, true) == (left_kept, kept)
            true = node_hash(left_true, true)
            follows = true if same else node_hash(left_kept, kept)
            stored = nodes.pop((level, index), None)
            if stored is None:
                yield f"the node {level}/{index} over it is gone"
            elif stored != follows:
                yield f"the node {level}/{index} over it does not follow from those below"
            kept = follows if stored is None else stored
        self._edge.append((level, true, kept))

    def _beyond(self) -> Iterator[Fault]:
        """Find what does not follow from the entries: the head's time, nodes over nothing."""
        if self._moved != [self._recorded]:
            yield Fault(None, "the head's time is not that of the last entry")
        query = "SELECT seq FROM ledger_entry WHERE seq < 0 OR seq >= ? ORDER BY seq LIMIT ?"
        for (seq,) in self._ask(query, self.size, SHOWN):
            yield Fault(seq, "the entry stands beyond the head")
        levels = self.size.bit_length()
        query = (
            "SELECT level, idx FROM ledger_node WHERE level < 1 OR level >= ? OR idx < 0 LIMIT ?"
        )
        for level, index in self._ask(query, levels, SHOWN):
            yield Fault(None, f"the node {level}/{index} stands over nothing")
        for level in range(1, levels):
            query = "SELECT idx FROM ledger_node WHERE level = ? AND idx >= ? LIMIT ?"
            for (index,) in self._ask(query, level, self.size >> level, SHOWN):
                yield Fault(None, f"the node {level}/{index} stands over nothing")
        query = "SELECT seq FROM ledger_destroyed WHERE seq < 0 OR seq >= ? LIMIT ?"
        for (seq,) in self._ask(query, self.size, SHOWN):
            yield Fault(seq, "an entry that there is not is marked as destroyed")

    def _covering(self, seq: int) -> Vouched | None:
        return self.heads.covering(self._notes, seq)

    def _rows(self, start: int, end: int) -> list[KeptRow]:
        names = ("entry", "leaf", "item", "nonce", "payload")
        columns = [self.dialect.blob.format(name) for name in names]
        query = f"SELECT seq, {', '.join(columns)} FROM ledger_entry WHERE seq >= ? AND seq < ?"
        rows = self._ask(query, start, end)
        return [
            KeptRow(row[0], *(None if v is None else bytes(v) for v in row[1:])) for row in rows
        ]

    def _nodes(self, start: int, end: int) -> dict[Node, bytes]:
        """Fetch the nodes that the leaves of a page complete."""
        blob = self.dialect.blob.format("hash")
        query = f"SELECT idx, {blob} FROM ledger_node WHERE level = ? AND idx >= ? AND idx < ?"
        return {
            (level, index): _bytes(stored)
            for level in range(1, end.bit_length())
            for index, stored in self._ask(query, level, start >> level, end >> level)
        }

    def _notes(self, which: str, *parameters: object) -> list[tuple[int, str]]:
        text = self.dialect.text.format("note")
        rows = self._ask(f"SELECT size, {text} FROM ledger_checkpoint {which}", *parameters)
        return [(size, _bytes(note).decode(errors="replace")) for size, note in rows]

    def _ask(self, query: str, *parameters: object) -> list[Row]:
        return self.dialect.ask(self.connection.cursor(), query, parameters)


def recomputed(row: KeptRow) -> bytes:
    """Compute the leaf of a row from its entry; what is stored as leaf is never believed."""
    return leaf_hash(row.entry or b"")


def _bytes(value: bytes | memoryview | None) -> bytes:
    """Give a cell as bytes; one that was emptied as none, which agrees with nothing."""
    return b"" if value is None else bytes(value)


def _entry(rows: list[Row]) -> Entry | None:
    try:
        return entry_from(bytes(rows[0][0]))
    except (IndexError, ValueError, TypeError):
        return None
