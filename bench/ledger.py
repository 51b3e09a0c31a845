"""The ledger beside the physical limit: durable appends, root and proofs, by the size of the log.

    python bench/ledger.py [--sizes 100000 300000 1000000] [--postgres postgresql://…]

The limit is a bare insert: the same rows, by the same library, into one table without tree, hashes
and triggers, equally durable. Wall clock, because a disk takes no processor time; and processor
time beside it, because a machine that others use makes wall clocks lie. Proofs, which ask no disk,
and `verify` are given in processor time.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from proofline.ledger.audit.verifying import Verification
from proofline.ledger.entry import canonical
from proofline.ledger.kept.connection import POSTGRES, SQLITE, Dialect, transaction
from proofline.ledger.kept.log import Log, Opening, Record, create
from proofline.ledger.kept.sqlite import open_file

AT = datetime(2026, 3, 1, tzinfo=UTC)
BATCH = 4_000
ASKED = 1_000


@dataclass(frozen=True)
class Took:
    """Seconds on the wall and of the processor."""

    wall: float
    cpu: float


def timed(what: Callable[[], object]) -> Took:
    """Time a call."""
    wall, cpu = time.perf_counter(), time.process_time()
    what()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def readings(first: int, count: int) -> list[Record]:
    """Make up readings as an intake would hand them on."""
    return [
        Record(
            kind="readings",
            payload=canonical(
                {
                    "device_id": f"d-{n % 5000}",
                    "measured_at": "2026-03-01T07:12:00-06:00",
                    "reading_id": f"r-{n}",
                    "value": str(100 + n % 80),
                    "value_2": str(60 + n % 40),
                }
            ),
            actor="intake",
            subject=f"p-{n % 5000}",
            item=f"readings/r-{n}",
            occurred_at=AT - timedelta(seconds=n),
        )
        for n in range(first, first + count)
    ]


def bare_rows(records: list[Record], first: int) -> list[tuple[Any, ...]]:
    """Give the same records as rows of one plain table."""
    return [
        (first + n, r.kind, r.actor, r.subject, r.item, r.occurred_at.isoformat(), r.payload)
        for n, r in enumerate(records)
        if r.occurred_at is not None
    ]


BARE = {"seq": "bigint", "kind": "text", "actor": "text", "subject": "text", "item": "text"}
BARE |= {"occurred_at": "text", "payload": "bytea"}


def grow(connection: Any, dialect: Dialect, log: Log, size: int) -> tuple[Took, Took]:  # noqa: ANN401
    """Append to the log, and the same rows to the bare table, until both have `size`."""
    ours, theirs = Took(0, 0), Took(0, 0)
    while (there := log.size()) < size:
        records = readings(there, min(BATCH, size - there))

        def append(batch: list[Record] = records) -> None:
            with transaction(connection, dialect):
                log.append(batch, AT)

        def insert(batch: list[Record] = records, first: int = there) -> None:
            with transaction(connection, dialect) as cursor:
                dialect.insert(cursor, "bare", BARE, bare_rows(batch, first))

        one, other = timed(append), timed(insert)
        ours = Took(ours.wall + one.wall, ours.cpu + one.cpu)
        theirs = Took(theirs.wall + other.wall, theirs.cpu + other.cpu)
    return ours, theirs


def measure(connection: Any, dialect: Dialect, sizes: list[int]) -> None:  # noqa: ANN401
    """Print a line for each size."""
    kind = "bytea" if dialect.arrays else "blob"
    columns = ", ".join(f"{n} {kind if t == 'bytea' else t}" for n, t in BARE.items())
    connection.cursor().execute(f"CREATE TABLE bare ({columns}, PRIMARY KEY (seq))")
    with transaction(connection, dialect):
        log = create(
            connection, dialect, Opening("bench.example/1", bytes(32), "b", AT), os.urandom
        )
    print(f"\n{dialect.name}, batches of {BATCH:,}, one commit each")
    print(f"{'entries':>10} {'appends/s':>10} {'per cpu-s':>10} {'bare/s':>9}", end="")
    print(f" {'ratio':>6} {'of cpu':>6}", end="")
    print(f" {'root ms':>8} {'incl ms':>8} {'cons ms':>8} {'verify/s':>9}")
    before = log.size()
    for size in sizes:
        ours, theirs = grow(connection, dialect, log, size)
        added = size - before
        before = size
        asked = proofs(log, size)
        look = timed(lambda: list(Verification(connection, dialect).faults()))
        print(
            f"{size:>10,} {added / ours.wall:>10,.0f} {added / ours.cpu:>10,.0f}"
            f" {added / theirs.wall:>9,.0f} {theirs.wall / ours.wall:>6.2f}"
            f" {theirs.cpu / ours.cpu:>6.2f} {asked[0]:>8.3f} {asked[1]:>8.3f} {asked[2]:>8.3f}"
            f" {size / look.cpu:>9,.0f}",
            flush=True,
        )


def proofs(log: Log, size: int) -> list[float]:
    """Give the milliseconds of a root, of a proof of inclusion and of one of consistency."""
    step = size // ASKED
    asked: list[Callable[[int], object]] = [
        lambda _: log.head(),
        lambda n: log.inclusion(n * step),
        lambda n: log.consistency(n * step),
    ]
    took = [timed(lambda one=one: [one(n) for n in range(ASKED)]) for one in asked]  # type: ignore[misc]
    return [1000 * one.cpu / ASKED for one in took]


def main() -> None:
    """Measure SQLite, and PostgreSQL if an address is given."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--sizes", type=int, nargs="+", default=[100_000, 300_000, 1_000_000])
    asked.add_argument("--postgres", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        connection: Any = open_file(Path(folder) / "ledger.db")
        measure(connection, SQLITE, sorted(given.sizes))
        connection.close()
    if given.postgres:
        import psycopg  # noqa: PLC0415 - an extra

        with psycopg.connect(given.postgres, autocommit=True) as there:
            measure(there, POSTGRES, sorted(given.sizes))


if __name__ == "__main__":
    main()
