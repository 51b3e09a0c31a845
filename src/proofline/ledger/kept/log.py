"""The kept log: append in the caller's transaction, ask for proofs, destroy a payload openly.

Writers take turns at the one row of `ledger_head`: the statement that moves it on locks it in both
databases until the caller's transaction ends, so `seq` has no gaps and the tree no holes. A
transaction that is rolled back leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from proofline.errors import ProoflineError
from proofline.ledger.checkpoint import Checkpoint, checkpoint_from
from proofline.ledger.entry import (
    NONCE_BYTES,
    SECRET_BYTES,
    Entry,
    Link,
    Pseudonyms,
    canonical,
    entry_from,
    payload_hash,
    utc,
)
from proofline.ledger.kept import tables
from proofline.ledger.kept.connection import Connection, Cursor, Dialect, Row
from proofline.ledger.note import Note, is_name, note_from
from proofline.ledger.proof import (
    ConsistencyProof,
    InclusionProof,
    consistency_ranges,
    inclusion_ranges,
)
from proofline.ledger.tree import (
    LARGEST,
    Edge,
    Node,
    complete_nodes,
    fold,
    hashes_of,
    leaf_hash,
)

Chance = Callable[[int], bytes]
"""Gives so many unpredictable bytes, as `os.urandom` does."""

OPENED, DESTROYED = "opened", "destroyed"
"""The kinds of entries that the ledger makes of itself."""

FETCHED = 500
"""How many nodes or rows one statement asks for: SQLite takes so many parameters and to spare."""

FEW = 20
"""How many of the last heads one statement asks for: mostly one is wanted."""


class LedgerTrouble(ProoflineError):
    """The ledger cannot do what it was asked; nothing was written."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is to go on record; the log adds number, time and pseudonyms.

    `payload` is canonical bytes (`entry.canonical`). `subject` is the patient's id and `item` the
    name of the row, such as `readings/r-1`; empty where there is none.
    """

    kind: str
    payload: bytes
    actor: str
    subject: str = ""
    item: str = ""
    occurred_at: datetime | None = None
    links: tuple[Link, ...] = ()
    engine: str = ""
    pack: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it is kept; `payload` is None once it was destroyed."""

    data: bytes
    nonce: bytes | None
    payload: bytes | None

    @property
    def entry(self) -> Entry:
        """Read the entry. Raises ValueError where its bytes are none."""
        return entry_from(self.data)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a ledger begins: its name for ever, the secret of its pseudonyms, who opens it and when.

    The name stands in its checkpoints, such as `ledger.example/practice`.
    """

    origin: str
    secret: bytes
    actor: str
    at: datetime


def create(connection: Connection, dialect: Dialect, opening: Opening, chance: Chance) -> Log:
    """Make a ledger inside of the caller's transaction; entry 0 says so.

    Raises LedgerTrouble where a name cannot be an origin, or there is a ledger already.
    """
    if not is_name(opening.origin):
        raise LedgerTrouble(
            "ledger.origin",
            f"{opening.origin!r} cannot name a ledger.",
            "Name it like a web address without spaces and plus, such as ledger.example/practice.",
        )
    if len(opening.secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    if tables.exists(connection.cursor(), dialect):
        raise LedgerTrouble("ledger.exists", "There is a ledger already.", "Use it as it is.")
    about = {"origin": opening.origin.encode(), "secret": opening.secret}
    tables.create(connection, dialect, about)
    log = Log(connection, dialect, chance)
    log.append([Record(OPENED, about_hashes(about), opening.actor)], opening.at)
    return log


def about_hashes(about: dict[str, bytes]) -> bytes:
    """Write what entry 0 commits to: the hash of each thing that never changes."""
    return canonical({name: sha256(value).hexdigest() for name, value in about.items()})


class Log:
    """One ledger in a database, by a connection that stays the caller's."""

    def __init__(self, connection: Connection, dialect: Dialect, chance: Chance) -> None:
        """Take up a ledger. Raises LedgerTrouble where the database holds none."""
        self._connection, self._dialect, self._chance = connection, dialect, chance
        if not tables.exists(self._cursor(), dialect):
            raise none_there()
        rows = self._ask("SELECT name, value FROM ledger_about")
        about = {name: bytes(value) for name, value in rows}
        try:
            self.origin, self._pseudonyms = about["origin"].decode(), Pseudonyms(about["secret"])
        except (KeyError, UnicodeDecodeError) as problem:
            raise damaged("what the ledger is called") from problem

    # Writing, always inside of the caller's transaction.

    def append(self, records: Sequence[Record], at: datetime) -> range:
        """Put records on record, as one batch; give their numbers.

        `at` is now. The ledger's time never runs backwards: where a clock was set back, an entry
        gets the time of the one before it.
        """
        if not records:
            return range(0)
        cursor = self._cursor()
        first, recorded_at = self._move_head(cursor, len(records), at)
        edge = Edge(first, self._edge_hashes(first))
        chance = self._chance(NONCE_BYTES * len(records))
        entries: list[Row] = []
        nodes: list[Row] = []
        for number, record in enumerate(records):
            nonce = chance[NONCE_BYTES * number : NONCE_BYTES * (number + 1)]
            committed = payload_hash(nonce, record.payload)
            entry = self._entry(first + number, record, recorded_at, committed)
            data = entry.to_bytes()
            leaf = leaf_hash(data)
            item = bytes.fromhex(entry.item)
            entries.append((entry.seq, data, leaf, item, nonce, record.payload))
            for node, joined in edge.add(leaf):
                nodes.append((*node, joined))
        self._dialect.insert(cursor, "ledger_entry", tables.ENTRY_COLUMNS, entries)
        self._dialect.insert(cursor, "ledger_node", tables.NODE_COLUMNS, nodes)
        return range(first, first + len(records))

    def hold(self) -> int:
        """Take the turn to write before looking what is there; give how many entries there are."""
        return int(self._ask(f"SELECT size FROM ledger_head{self._dialect.lock}")[0][0])

    def destroy(self, seqs: Iterable[int], authority: str, actor: str, at: datetime) -> int:
        """Destroy payloads with their nonces; give the number of the entry that says so.

        The entries, their leaves and the tree stay as they are. `authority` is why this may be
        done, such as the court order. Raises LedgerTrouble where there is nothing to destroy.
        """
        wanted = sorted(set(seqs))
        if 0 in wanted:
            message = "Entry 0 says what the ledger is called: without it nothing can be verified."
            raise LedgerTrouble("ledger.opening", message, "Leave it out; it names no patient.")
        for seq in wanted:
            if self.kept(seq).payload is None:
                message = f"The payload of entry {seq} was destroyed before."
                raise LedgerTrouble("ledger.destroyed", message, "Leave it out.")
        if not wanted or not authority.strip():
            message = "Destroying needs entries to destroy and an authority."
            raise LedgerTrouble("ledger.authority", message, "Name both.")
        record = Record(
            kind=DESTROYED,
            payload=canonical({"authority": authority, "destroyed": tuple(wanted)}),
            actor=actor,
            links=tuple(Link("destroys", seq) for seq in wanted),
        )
        [by] = self.append([record], at)
        cursor = self._cursor()
        rows: list[Row] = [(seq, by) for seq in wanted]
        self._dialect.insert(cursor, "ledger_destroyed", tables.DESTROYED_COLUMNS, rows)
        mark = self._dialect.mark
        cursor.executemany(
            f"UPDATE ledger_entry SET nonce = NULL, payload = NULL WHERE seq = {mark}",
            [(seq,) for seq in wanted],
        )
        return by

    def see(self, note: Note) -> None:
        """Keep a signed head that is handed out. It is compared with the tree, not believed."""
        found = checkpoint_from(note.text)
        seen = self._ask(
            "SELECT 1 FROM ledger_checkpoint WHERE size = ? AND note = ?", found.size, str(note)
        )
        if not seen:
            columns = {"size": "bigint", "note": "text"}
            self._dialect.insert(
                self._cursor(), "ledger_checkpoint", columns, [(found.size, str(note))]
            )

    # Reading.

    def size(self) -> int:
        """Give how many entries there are."""
        return int(self._ask("SELECT size FROM ledger_head")[0][0])

    def head(self, size: int | None = None) -> Checkpoint:
        """Give the head at a size, or now, as what can be signed."""
        size = self.size() if size is None else self._within(size)
        return Checkpoint(self.origin, size, fold(self._edge_hashes(size)))

    def inclusion(self, seq: int, size: int | None = None) -> InclusionProof:
        """Prove that an entry is in the tree of a size, or of now. Raises LedgerTrouble if not."""
        size = self.size() if size is None else self._within(size)
        if not 0 <= seq < size:
            raise _no_entry(seq, size)
        hashes = hashes_of(inclusion_ranges(seq, size), self._nodes)
        return InclusionProof(seq, size, tuple(hashes))

    def consistency(self, first: int, second: int | None = None) -> ConsistencyProof:
        """Prove that the tree of one size is the beginning of that of another, or of now."""
        second = self.size() if second is None else self._within(second)
        if not 0 <= first <= second:
            message = f"A tree of {first} entries is not the beginning of one of {second}."
            raise LedgerTrouble("ledger.sizes", message, "Give the smaller size first.")
        return ConsistencyProof(
            first, second, tuple(hashes_of(consistency_ranges(first, second), self._nodes))
        )

    def kept(self, seq: int) -> Kept:
        """Give one entry with its payload. Raises LedgerTrouble where there is no such entry."""
        query = "SELECT entry, nonce, payload FROM ledger_entry WHERE seq = ?"
        if 0 <= seq < LARGEST:
            for row in self._ask(query, seq):
                return _kept(*row)
        raise _no_entry(seq, self.size())

    def of_items(self, items: Sequence[str]) -> dict[str, list[tuple[int, bytes | None]]]:
        """Give for each named row its entries, oldest first: number, and payload if it is left."""
        names = {bytes.fromhex(self.item(name)): name for name in items}
        found: dict[str, list[tuple[int, bytes | None]]] = {name: [] for name in items}
        keys = list(names)
        for start in range(0, len(keys), FETCHED):
            part = keys[start : start + FETCHED]
            marks = ", ".join("?" * len(part))
            query = (
                f"SELECT item, seq, payload FROM ledger_entry WHERE item IN ({marks}) ORDER BY seq"
            )
            for item, seq, payload in self._ask(query, *part):
                found[names[bytes(item)]].append((seq, None if payload is None else bytes(payload)))
        return found

    def checkpoints(self) -> Iterator[Note]:
        """Give the signed heads that were handed out, the smallest first; none of them believed."""
        for (note,) in self._ask("SELECT note FROM ledger_checkpoint ORDER BY size, note"):
            yield note_from(note)

    def last_checkpoints(self) -> Iterator[tuple[int, str]]:
        """Give what was kept as signed heads, unread: the size each was kept under, and its note.

        The largest come first. Not each need be a head: whoever looks at the ledger names it.
        """
        query = "SELECT size, note FROM ledger_checkpoint ORDER BY size DESC, note LIMIT ? OFFSET ?"
        start = 0
        while page := self._ask(query, FEW, start):
            yield from ((int(size), str(note)) for size, note in page)
            start += len(page)

    def item(self, name: str) -> str:
        """Give the pseudonym of a row's name; none has none."""
        return self._pseudonyms.of("item", name) if name else ""

    def subject(self, patient: str) -> str:
        """Give the pseudonym of a patient's id; none has none."""
        return self._pseudonyms.of("subject", patient) if patient else ""

    def _cursor(self) -> Cursor:
        cursor: Cursor = self._connection.cursor()
        return cursor

    def _ask(self, query: str, *parameters: object) -> list[Row]:
        return self._dialect.ask(self._cursor(), query, parameters)

    def _move_head(self, cursor: Cursor, count: int, at: datetime) -> tuple[int, datetime]:
        """Lock the head and move it on; give the first new number, and the time to record."""
        now = utc(at)
        query = (
            "UPDATE ledger_head SET size = size + ?,"
            " recorded_at = CASE WHEN recorded_at > ? THEN recorded_at ELSE ? END"
            " RETURNING size, recorded_at"
        )
        [(size, recorded_at)] = self._dialect.ask(cursor, query, (count, now, now))
        return size - count, datetime.fromisoformat(recorded_at)

    def _entry(self, seq: int, record: Record, recorded_at: datetime, committed: bytes) -> Entry:
        return Entry(
            seq=seq,
            kind=record.kind,
            tenant=self.origin,
            subject=self.subject(record.subject),
            item=self.item(record.item),
            actor=record.actor,
            recorded_at=recorded_at,
            occurred_at=record.occurred_at,
            payload_hash=committed,
            links=record.links,
            engine=record.engine,
            pack=record.pack,
        )

    def _edge_hashes(self, size: int) -> list[bytes]:
        nodes = complete_nodes((0, size))
        found = self._nodes(nodes)
        return [found[node] for node in nodes]

    def _nodes(self, nodes: Sequence[Node]) -> dict[Node, bytes]:
        """Fetch stored nodes. Raises LedgerTrouble where one is missing: the tree is damaged."""
        leaves = [index for level, index in nodes if level == 0]
        inner = [node for node in nodes if node[0] > 0]
        found: dict[Node, bytes] = {}
        if leaves:
            query = (
                f"SELECT seq, leaf FROM ledger_entry WHERE seq IN ({', '.join('?' * len(leaves))})"
            )
            found |= {(0, seq): bytes(leaf) for seq, leaf in self._ask(query, *leaves)}
        if inner:
            values = ", ".join(["(?, ?)"] * len(inner))
            query = (
                f"WITH wanted (a, b) AS (VALUES {values}) SELECT level, idx, hash"
                " FROM wanted CROSS JOIN ledger_node WHERE level = a AND idx = b"
            )
            rows = self._ask(query, *(part for node in inner for part in node))
            found |= {(level, index): bytes(stored) for level, index, stored in rows}
        if len(found) < len(set(nodes)):
            raise damaged("a node that the size of its tree calls for")
        return found

    def _within(self, size: int) -> int:
        """Check that the log reaches a size."""
        if not 0 <= size <= self.size():
            message = f"The ledger has {self.size()} entries, not {size}."
            raise LedgerTrouble("ledger.sizes", message, "Ask for a size that it has reached.")
        return size


def _kept(data: bytes, nonce: bytes | None, payload: bytes | None) -> Kept:
    return Kept(
        bytes(data),
        None if nonce is None else bytes(nonce),
        None if payload is None else bytes(payload),
    )


def none_there() -> LedgerTrouble:
    """Say that a database holds no ledger."""
    message = "The database holds no ledger."
    return LedgerTrouble("ledger.none", message, "Check the address, or keep something first.")


def damaged(lacking: str) -> LedgerTrouble:
    """Say that the ledger lacks something that it was made with."""
    message = f"The ledger is damaged: it lacks {lacking}."
    return LedgerTrouble("ledger.damaged", message, "Run `proofline ledger verify`.")


def _no_entry(seq: int, size: int) -> LedgerTrouble:
    message = f"There is no entry {seq}: the ledger has {size}, numbered from 0."
    return LedgerTrouble("ledger.no_entry", message, "Check the number.")
