"""Edit a small whole ledger by SQL in every way there is, one after another: is each edit told?

Whoever has the password drops the triggers (which `verify` tells too, and is not asked here) and
then changes one thing: every bit of every cell of
every table, each cell emptied or made NULL, each row taken out, doubled under the next number or
exchanged with another, and the tail cut at every length with all that hangs on it. After each the
ledger is verified, and the edit is rolled back. The tables and their columns are asked of the
database, so that one which is added later is not left out.

Only the cut tails are verified with a checkpoint that lies outside, for nothing else can tell of
them. What a database itself refuses (two rows of one key, text that is no text) is no edit; it is
counted apart. So is a signed head that is taken out of the database: nobody tells, nothing that it
vouched for is changed, and the copies outside are what counts.

    cd tests; PYTHONPATH=../src python -m probes.edits [--postgres] [--sabotage leaves] [--every 7]

Prints one line of JSON; exits 1 if an edit was not told. Sabotaged runs have to miss some.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import made_up_ledger as made_up
from made_up_ledger import AT, PUBLIC, Made
from proofline.ledger.audit import verifying
from proofline.ledger.audit.vouching import Heads
from proofline.ledger.checkpoint import open_checkpoint
from proofline.ledger.kept import tables
from proofline.ledger.kept.connection import SQLITE
from proofline.ledger.kept.keeping import SentRow, SentText, keep
from proofline.ledger.note import note_from

KEYS = {
    "ledger_about": ("name",),
    "ledger_head": ("one",),
    "ledger_entry": ("seq",),
    "ledger_node": ("level", "idx"),
    "ledger_checkpoint": ("size", "note"),
    "ledger_destroyed": ("seq",),
}
NUMBERS = {"smallint": 16, "integer": 32, "bigint": 64}
UNTOLD = "head taken away"
CLEANED = 1_000
"""Edits after which PostgreSQL sweeps up the versions of rows that were rolled back."""

Where = dict[str, Any]
Refusals = tuple[type[Exception], ...]


@dataclass(frozen=True)
class Edit:
    """One edit: what kind of, what it is done to in words, and how."""

    kind: str
    place: str
    do: Callable[[Made], None]
    heads: Heads | None = None


@dataclass
class Tally:
    """How many edits there were of each kind, how many the database refused, which were missed."""

    tried: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


def fill(made: Made) -> None:
    """Put on record what a practice would: rows, a correction, a decision; destroy one, sign."""
    rows: list[SentRow | SentText] = [
        SentRow("readings", (f"r-{n}",), {"reading_id": f"r-{n}", "value": str(120 + n)}, "p-1")
        for n in range(3)
    ]
    rows.append(SentRow("consents", ("c-1",), {"consent_id": "c-1", "given": "verbal"}, "p-1"))
    rows.append(SentText("decisions", ("e-1",), b'{"code":"99454","outcome":"billable"}', "p-1"))
    corrected = SentRow("readings", ("r-1",), {"reading_id": "r-1", "value": "131"}, "p-1", AT)
    with made.writing() as kept:
        keep(kept, rows, AT, "intake")
    with made.writing() as kept:
        keep(kept, [corrected], AT + timedelta(minutes=1), "nurse")
        kept.see(note_from(made_up.checkpoint(made)))
        kept.destroy([3], "made-up order 7", "officer", AT + timedelta(minutes=2))
        kept.see(note_from(made_up.checkpoint(made, AT + timedelta(hours=1))))
    assert made.faults() == []
    made.without_triggers()


def columns(made: Made, table: str) -> dict[str, str]:
    """Ask the database which columns a table has, and of which kind."""
    if made.dialect is SQLITE:
        told = made.sql(f"PRAGMA table_info({table})")
        return {name: kind.lower() for _, name, kind, *_ in told}
    query = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ?"
    return dict(made.sql(query, table))


def every(made: Made) -> Iterator[Edit]:
    """Give every edit of every table."""
    for table in tables.ALL:
        kinds = columns(made, table)
        found = made.sql(f"SELECT {', '.join(kinds)} FROM {table}")
        rows = [dict(zip(kinds, row, strict=True)) for row in found]
        for row in rows:
            yield from _cells(table, kinds, row)
        yield from _rows(table, rows)
    yield from _tails(made)


def _cells(table: str, kinds: dict[str, str], row: dict[str, Any]) -> Iterator[Edit]:
    where = {key: row[key] for key in KEYS[table]}
    at = f"{table} {' '.join(str(value)[:12] for value in where.values())}"
    for name, value in row.items():
        if value is None:
            yield Edit("filled", f"{at} {name}", _set(table, where, name, b"\0" * 16))
            continue
        for bit, changed in enumerate(_flipped(value, NUMBERS.get(kinds[name], 64))):
            yield Edit("bit", f"{at} {name} bit {bit}", _set(table, where, name, changed))
        yield Edit("null", f"{at} {name}", _set(table, where, name, None))
        if value and not isinstance(value, int):
            none = b"" if isinstance(value, bytes) else ""
            yield Edit("emptied", f"{at} {name}", _set(table, where, name, none))
            half = value[: len(value) // 2]
            yield Edit("shortened", f"{at} {name}", _set(table, where, name, half))


def _flipped(value: Any, bits: int) -> Iterator[int | bytes | str]:  # noqa: ANN401 - any cell
    """Give the value with each of its bits turned; a text that is none any more as bytes."""
    if isinstance(value, int):
        for bit in range(bits):
            turned = (value ^ 1 << bit) & (1 << bits) - 1
            yield turned - (1 << bits) if turned >> bits - 1 else turned
        return
    data = value.encode() if isinstance(value, str) else bytes(value)
    for bit in range(8 * len(data)):
        turned_ = bytearray(data)
        turned_[bit // 8] ^= 1 << bit % 8
        try:
            yield turned_.decode() if isinstance(value, str) else bytes(turned_)
        except UnicodeDecodeError:
            yield bytes(turned_)


def _set(table: str, where: Where, name: str, value: object) -> Callable[[Made], None]:
    def do(made: Made) -> None:
        found = " AND ".join(f"{key} = ?" for key in where)
        mark = "?"
        if isinstance(value, bytes) and isinstance(where.get(name, b""), str):
            mark = "CAST(? AS text)" if made.dialect is SQLITE else "convert_from(?, 'UTF8')"
        made.sql(f"UPDATE {table} SET {name} = {mark} WHERE {found}", value, *where.values())

    return do


def _rows(table: str, rows: Sequence[dict[str, Any]]) -> Iterator[Edit]:
    """Take each row out, exchange each with each, and write each again under a new number."""
    keys = KEYS[table]
    for row in rows:
        named = {key: row[key] for key in keys}
        kind = UNTOLD if table == "ledger_checkpoint" else "deleted"
        yield Edit(kind, f"{table} {named}", partial(_delete, table=table, row=row))
        if all(isinstance(value, int) for value in named.values()):
            beyond = row | {keys[-1]: max(one[keys[-1]] for one in rows) + 1}
            yield Edit("doubled", f"{table} {named}", partial(_add, table=table, row=beyond))
    if table == "ledger_checkpoint":
        return  # all of such a row is its key
    for n, one in enumerate(rows):
        for other in rows[n + 1 :]:
            place = f"{table} {[one[key] for key in keys]} {[other[key] for key in keys]}"
            swap = (
                {**other, **{key: one[key] for key in keys}},
                {**one, **{key: other[key] for key in keys}},
            )
            if swap != (one, other):
                yield Edit("exchanged", place, partial(_replace, table=table, rows=swap))
    turned = [
        {**after, **{key: one[key] for key in keys}} for one, after in pairwise([*rows, *rows[:1]])
    ]
    if len(rows) > 1:
        yield Edit("rotated", table, partial(_replace, table=table, rows=turned))


def _delete(made: Made, table: str, row: Where) -> None:
    found = " AND ".join(f"{key} = ?" for key in KEYS[table])
    made.sql(f"DELETE FROM {table} WHERE {found}", *(row[key] for key in KEYS[table]))


def _add(made: Made, table: str, row: Where) -> None:
    marks = ", ".join("?" * len(row))
    made.sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())


def _replace(made: Made, table: str, rows: Iterable[Where]) -> None:
    for row in rows:
        _delete(made, table, row)
        _add(made, table, row)


def _tails(made: Made) -> Iterator[Edit]:
    """Cut the tail at every length, everything else left in order; a checkpoint is outside."""
    last = made.log.size()
    signed = open_checkpoint(made_up.checkpoint(made, AT + timedelta(hours=2)), PUBLIC)
    for size in range(1, last):
        heads = Heads(outside=[signed], key=PUBLIC)
        yield Edit("tail", f"cut to {size}", partial(cut, size=size), heads)


def cut(made: Made, size: int) -> None:
    """Take the newest entries away, and leave everything else in order."""
    made.sql("DELETE FROM ledger_entry WHERE seq >= ?", size)
    for level in range(1, 20):
        made.sql("DELETE FROM ledger_node WHERE level = ? AND idx >= ?", level, size >> level)
    made.sql("DELETE FROM ledger_checkpoint WHERE size > ?", size)
    made.sql("DELETE FROM ledger_destroyed WHERE by_seq >= ?", size)
    last = made.sql("SELECT max(seq) FROM ledger_entry")[0][0]
    recorded = made.log.kept(last).entry.recorded_at
    at = recorded.isoformat(timespec="microseconds").replace("+00:00", "Z")
    made.sql("UPDATE ledger_head SET size = ?, recorded_at = ?", size, at)


def is_told(made: Made, edit: Edit, refusals: Refusals) -> bool | None:
    """Do one edit, look, and roll it back; None where the database refused it."""
    cursor = made.connection.cursor()
    cursor.execute("BEGIN")
    try:
        try:
            edit.do(made)
        except refusals:
            return None
        looked = made.verification(edit.heads or Heads(key=PUBLIC))
        looked.unreadable = refusals
        return any(True for _ in looked.faults())
    finally:
        made.connection.cursor().execute("ROLLBACK")


def tally(
    made: Made, refusals: Refusals, each: int = 1, told_of: Callable[[int], None] | None = None
) -> Tally:
    """Do every edit, or each so manieth of them."""
    found = Tally()
    for number, edit in enumerate([*every(made)][::each], start=1):
        found.tried[edit.kind] += 1
        told = is_told(made, edit, refusals)
        found.refused[edit.kind] += told is None
        if told is False and edit.kind != UNTOLD:
            found.missed.append(f"{edit.kind}: {edit.place}")
        if number % CLEANED == 0 and told_of is not None:
            told_of(number)
        if made.dialect is not SQLITE and number % CLEANED == 0:
            made.sql("VACUUM ANALYZE")
    return found


@contextlib.contextmanager
def opened(place: Path, *, postgres: bool) -> Iterator[tuple[Made, Refusals]]:
    """Make the ledger on one of the databases."""
    if not postgres:
        from pysqlite3 import dbapi2  # noqa: PLC0415

        made = made_up.on_sqlite(place / "ledger.db")
        fill(made)
        yield made, (dbapi2.Error,)
        made.connection.close()
        return
    import psycopg  # noqa: PLC0415

    from postgres import server  # noqa: PLC0415

    with server() as address:
        made = made_up.on_postgres(address)
        fill(made)
        yield made, (psycopg.Error,)
        made.connection.close()


SABOTAGE = {"none": "", "leaves": "recomputed", "rows": "wrongs"}


def run(
    *,
    postgres: bool = False,
    sabotage: str = "none",
    each: int = 1,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Make the ledger, edit it in every way, give what happened."""
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        made, refusals = stack.enter_context(opened(Path(folder), postgres=postgres))
        stack.enter_context(mock.patch.object(tables, "missing_triggers", return_value=()))
        if sabotage == "leaves":
            stack.enter_context(mock.patch.object(verifying, "recomputed", lambda row: row.leaf))
        elif sabotage == "rows":
            stack.enter_context(mock.patch.object(verifying, "wrongs", return_value=()))
        found = tally(made, refusals, each, progress)
    return {
        "probe": "edits",
        "database": "postgresql" if postgres else "sqlite",
        "sabotage": sabotage,
        "n": found.tried.total(),
        "kinds": dict(found.tried),
        "refused_by_the_database": dict(+found.refused),
        "missed": len(found.missed),
        "which": found.missed[:20],
        "cpu_seconds": round(time.process_time() - begun, 1),
    }


def main() -> int:
    """Run from the command line."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--postgres", action="store_true")
    asked.add_argument("--sabotage", choices=SABOTAGE, default="none")
    asked.add_argument("--every", type=int, default=1)
    given = asked.parse_args()

    def progress(number: int) -> None:
        sys.stderr.write(f"{number:,} edits\n")

    found = run(
        postgres=given.postgres,
        sabotage=given.sabotage,
        each=given.every,
        progress=progress,
    )
    print(json.dumps(found))  # noqa: T201 - its answer
    return 1 if found["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
