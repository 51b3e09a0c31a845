"""Let the disk fail at every single thing asked of it: is what was told as kept still there?

While the real code appends to a real ledger, the Nth read, write, sync, truncation, opening or
removal fails: with an I/O error, for want of room, or as a write of which half arrives; once, or
from then on for ever. N goes through all of them. After each, the ledger is opened by the
production library twice: from the files as they are, and from what a power cut would leave of them,
where no write is there whose sync failed or never came (a system may forget what it could not
sync, and say nothing when it is asked again).

What was told as kept has to be there both times, and the ledger to be whole. What was refused
before the commit must not be there. What failed in the commit was told as not known, and may be
there or not. A disk that failed once has to take the next append.

    cd tests; PYTHONPATH=../src python -m probes.io_errors --seed 1 [--every 5] [--sabotage swallow]

Prints one line of JSON; exits 1 if anything of this does not hold. Sabotaged runs have to.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal

import apsw
import msgspec
from pysqlite3 import dbapi2

import made_up_ledger as made_up
from probes.power_cut import AT, Disk, Op, RecordedFile, RecordingDisk, Tape, applied, reopened
from proofline.errors import ProoflineError
from proofline.ledger.kept import sqlite
from proofline.ledger.kept.connection import SQLITE, transaction
from proofline.ledger.kept.log import LedgerTrouble, Log, Record

BATCHES = 20
UNKNOWN = "ledger.outcome_unknown"
SABOTAGE = ("none", "swallow", "early", "denied")

How = Literal["io", "full", "half"]
ASKED: dict[str, tuple[How, ...]] = {
    "read": ("io",),
    "write": ("io", "full", "half"),
    "sync": ("io",),
    "truncate": ("io",),
    "open": ("io", "full"),
    "delete": ("io",),
}


@dataclass
class Plan:
    """What is to fail: the `number`th thing asked, in which way, once or `ever` after.

    0 fails never. `asked` counts, and names each thing that was asked.
    """

    number: int = 0
    how: How = "io"
    ever: bool = False
    asked: list[str] = field(default_factory=list)
    failed: int = 0

    def asks(self, what: str) -> bool:
        """Count one more; tell whether it is to fail."""
        self.asked.append(what)
        at = len(self.asked)
        due = self.number and (at >= self.number if self.ever else at == self.number)
        self.failed += bool(due)
        return bool(due)

    def trouble(self) -> apsw.Error:
        """Give the error that a disk answers with."""
        return apsw.FullError("no room") if self.how == "full" else apsw.IOError("I/O error")


class FailingFile(RecordedFile):
    """A file of a disk that fails when the plan says so."""

    def __init__(self, base: str, name: Any, flags: list[int], tape: Tape, plan: Plan) -> None:  # noqa: ANN401
        super().__init__(base, name, flags, tape)
        self._plan = plan

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's own names
        if self._plan.asks("read"):
            raise self._plan.trouble()
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if self._plan.asks("write"):
            if self._plan.how == "half":
                super().xWrite(data[: len(data) // 2], offset)
            raise self._plan.trouble()
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        if self._plan.asks("truncate"):
            raise self._plan.trouble()
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._plan.asks("sync"):
            self._tape.ops.append(Op("forgotten", self._name))
            raise self._plan.trouble()
        super().xSync(flags)


class FailingDisk(RecordingDisk):
    """A disk whose files fail when the plan says so."""

    def __init__(self, name: str, tape: Tape, plan: Plan) -> None:
        super().__init__(name, tape)
        self.name, self._plan = name, plan

    def xOpen(self, name: Any, flags: list[int]) -> RecordedFile:  # noqa: ANN401, N802
        if self._plan.asks("open"):
            raise self._plan.trouble()
        return FailingFile("", name, flags, self._tape, self._plan)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        if self._plan.asks("delete"):
            raise self._plan.trouble()
        super().xDelete(filename, syncdir)


@dataclass
class Seen:
    """What the caller was told of each row: kept, refused, or not known; and whether it went on."""

    kept: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    recovered: bool = False


def appended(place: Path, plan: Plan, sabotage: str, die: random.Random) -> tuple[Seen, Disk]:
    """Append while the disk fails; give what was told, and what a power cut would leave.

    The process goes on with the connection it has, and makes another where it could not get one.
    """
    path = place / "ledger.db"
    made_up.on_sqlite(path).connection.close()
    tape = Tape({path.name: path.read_bytes()})
    disk = FailingDisk(f"failing-{id(tape)}", tape, plan)
    seen, connection, first = Seen(), None, 0
    for number in count():
        if number >= BATCHES and (seen.recovered or plan.ever or number > BATCHES):
            break
        records = made_up.records(first, die.randint(1, 4))
        first += len(records)
        try:
            connection = connection or _opened(path, disk)
        except (apsw.Error, LedgerTrouble):
            seen.refused |= _names(records)
            continue
        _append(connection, records, seen, (sabotage, die))
    if connection is not None:
        _close(connection, plan)
    disk.unregister()
    return seen, left(tape)


def _opened(path: Path, disk: FailingDisk) -> apsw.Connection:
    connection = apsw.Connection(str(path), vfs=disk.name)
    try:
        sqlite.make_durable(connection)
        connection.execute("PRAGMA wal_autocheckpoint = 30").fetchall()
    except BaseException:
        connection.close(force=True)
        raise
    return connection


def _append(
    connection: apsw.Connection, records: list[Record], seen: Seen, how: tuple[str, random.Random]
) -> None:
    """Append as a caller does, and put down what it is told."""
    (sabotage, die), names = how, _names(records)
    seen.recovered = False
    try:
        kept = Log(connection, SQLITE, die.randbytes)
        with transaction(connection, SQLITE):
            kept.append(records, AT)
            seen.kept |= names if sabotage == "early" else set()
    except (apsw.Error, ProoflineError) as trouble:
        known = getattr(trouble, "code", "") != UNKNOWN or sabotage == "denied"
        (seen.refused if known else seen.unknown).update(names)
        seen.kept |= names if sabotage == "swallow" else set()
        return
    seen.kept |= names
    seen.recovered = True


def _names(records: list[Record]) -> set[str]:
    return {msgspec.json.decode(one.payload)["reading_id"] for one in records}


def _close(connection: apsw.Connection, plan: Plan) -> None:
    """Close as a process does that ends: whatever fails then has been told, or never promised."""
    try:
        connection.close()
    except apsw.Error:
        plan.number = 0
        connection.close(force=True)


def left(tape: Tape) -> Disk:
    """Give what a power cut leaves: what was synced; of the rest, and of failed syncs, nothing."""
    durable: Disk = dict(tape.start)
    pending: list[Op] = []
    for op in tape.ops:
        if op.kind == "sync":
            arrived = [one for one in pending if one.file == op.file or one.kind == "delete"]
            durable = applied(durable, arrived)
        if op.kind in {"sync", "forgotten"}:
            pending = [one for one in pending if one.file != op.file and one.kind != "delete"]
        else:
            pending.append(op)
    return durable


def cases(asked: list[str]) -> Iterator[Plan]:
    """Give every way in which every thing that was asked can fail."""
    for number, what in enumerate(asked, start=1):
        for how in ASKED[what]:
            for ever in (False, True):
                yield Plan(number, how, ever)


def judged(seen: Seen, plan: Plan, disk: Disk, place: Path) -> Iterator[str]:
    """Start from such a disk with the production library, and say what does not hold there."""
    _, fault = reopened(place, disk)
    if fault:
        yield f"damaged: {fault}"
        return
    connection: Any = sqlite.open_file(place / "ledger.db")
    found = connection.execute("SELECT payload FROM ledger_entry WHERE seq > 0").fetchall()
    connection.close()
    there = [msgspec.json.decode(payload)["reading_id"] for (payload,) in found]
    if seen.kept - set(there):
        yield "lost"
    if seen.refused & set(there):
        yield "there though refused"
    if len(set(there)) < len(there):
        yield "twice"
    if not (plan.ever or seen.recovered):
        yield "stuck"


def run(seed: int, sabotage: str = "none", each: int = 1) -> dict[str, Any]:
    """Let everything fail once and for ever, or each so manieth; give what happened."""
    begun, ways, told = time.process_time(), Counter[str](), Counter[str]()
    memory = Path("/dev/shm")  # noqa: S108 - the shim decides what is durable, not this folder
    root = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    work, after = root / "work", root / "after"
    after.mkdir()
    try:
        healthy = Plan()
        _case(work, healthy, "none", seed)
        plans = list(cases(healthy.asked))[::each]
        for plan in plans:
            seen, cached, cut = _case(work, plan, sabotage, seed)
            for name in ("kept", "refused", "unknown"):
                told[name] += len(getattr(seen, name))
            for name, disk in (("as it is", cached), ("power cut", cut)):
                ways.update(f"{way}, {name}" for way in judged(seen, plan, disk, after))
    finally:
        shutil.rmtree(root)
    return {
        "probe": "io_errors",
        "sabotage": sabotage,
        "n": len(plans),
        "points": dict(Counter(healthy.asked)),
        "told": dict(told),
        "wrong": sum(ways.values()),
        "ways": dict(sorted(ways.items())),
        "cpu_seconds": round(time.process_time() - begun, 1),
        "seed": seed,
        "versions": {"sqlite": dbapi2.sqlite_version, "apsw": apsw.apsw_version()},
    }


def _case(work: Path, plan: Plan, sabotage: str, seed: int) -> tuple[Seen, Disk, Disk]:
    """Run one case; give what was told, the files as they are, and what a power cut leaves."""
    work.mkdir()
    die = random.Random(seed)  # noqa: S311 - a seed, to see it again
    seen, cut = appended(work, plan, sabotage, die)
    files = {path.name: path.read_bytes() for path in work.iterdir()}
    shutil.rmtree(work)
    return seen, files, cut


def main() -> int:
    """Run from the command line."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--sabotage", choices=SABOTAGE, default="none")
    given = asked.parse_args()
    found = run(given.seed, given.sabotage, given.every)
    print(json.dumps(found))  # noqa: T201 - its answer
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
