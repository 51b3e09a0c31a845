"""Cut the power after every write: is what was told as kept still there, and the ledger whole?

A shim between SQLite and the disk (a VFS of APSW) records each write, truncation, sync and removal
while the real code appends to a real ledger. Then, for every instant, it rebuilds what a disk could
hold that promises no more than fsync: what was synced, and of the rest nothing, all, some writes,
or some 512-byte pieces of some writes. Each such disk is opened with the production library.

It is assumed that removing a file is durable by the next sync of any file, as on ext4. The database
is made before, closed and on the disk, as an installation does it.

    cd tests; PYTHONPATH=../src python -m probes.power_cut --cuts 50000 --seed 1 [--sabotage off]

Prints one line of JSON; exits 1 if anything was lost. A sabotaged run has to lose something, or
the probe is worth nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
from pysqlite3 import dbapi2

import made_up_ledger as made_up
from proofline.ledger.audit.verifying import Verification
from proofline.ledger.kept import sqlite
from proofline.ledger.kept.connection import SQLITE, transaction
from proofline.ledger.kept.log import LedgerTrouble, Log

SECTOR = 512
BATCHES = 14
AT = datetime(2026, 3, 1, tzinfo=UTC)
SABOTAGE = ("none", "normal", "off", "early")

Disk = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Op:
    """One thing done to one file: a write at an offset, a truncation, a sync or a removal."""

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Tape:
    """All operations in order, and after how many of them how many entries were told as kept."""

    start: Disk
    ops: list[Op] = field(default_factory=list)
    kept: list[tuple[int, int]] = field(default_factory=list)

    def told(self, size: int) -> None:
        self.kept.append((len(self.ops), size))


class RecordedFile(apsw.VFSFile):
    """A file whose changes are recorded; its syncs stay on the tape, which is faster."""

    def __init__(self, base: str, name: Any, flags: list[int], tape: Tape) -> None:  # noqa: ANN401
        super().__init__(base, name, flags)
        shown = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name, self._tape = Path(shown or "temporary").name, tape

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's own names
        super().xWrite(data, offset)
        self._tape.ops.append(Op("write", self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self._tape.ops.append(Op("truncate", self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        del flags
        self._tape.ops.append(Op("sync", self._name))


class RecordingDisk(apsw.VFS):
    """A disk whose files are recorded."""

    def __init__(self, name: str, tape: Tape) -> None:
        super().__init__(name, "")
        self._tape = tape

    def xOpen(self, name: Any, flags: list[int]) -> RecordedFile:  # noqa: ANN401, N802
        return RecordedFile("", name, flags, self._tape)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self._tape.ops.append(Op("delete", Path(filename).name))


def recorded(place: Path, sabotage: str, die: random.Random) -> Tape:
    """Append batches to a new ledger, and give the tape of what reached the disk."""
    path = place / "ledger.db"
    made_up.on_sqlite(path).connection.close()
    tape = Tape({path.name: path.read_bytes()})
    disk = RecordingDisk(f"recording-{id(tape)}", tape)
    connection = apsw.Connection(str(path), vfs=f"recording-{id(tape)}")
    sqlite.make_durable(connection)
    cursor = connection.cursor()
    if sabotage in {"normal", "off"}:
        cursor.execute(f"PRAGMA synchronous = {sabotage}").fetchall()
    cursor.execute("PRAGMA wal_autocheckpoint = 40").fetchall()
    kept = Log(connection, SQLITE, die.randbytes)
    tape.told(kept.size())
    for _ in range(BATCHES):
        with transaction(connection, SQLITE):
            kept.append(made_up.records(kept.size(), die.randint(1, 4)), AT)
            if sabotage == "early":
                tape.told(kept.size())
        tape.told(kept.size())
    connection.close()
    disk.unregister()
    return tape


Choose = Callable[[list[Op], random.Random], list[Op]]


def nothing(pending: list[Op], die: random.Random) -> list[Op]:
    del pending, die
    return []


def everything(pending: list[Op], die: random.Random) -> list[Op]:
    del die
    return pending


def some(pending: list[Op], die: random.Random) -> list[Op]:
    return [op for op in pending if die.random() < 0.5]


def pieces(pending: list[Op], die: random.Random) -> list[Op]:
    """Tear each write into sectors, of which some arrive, in any order."""
    torn: list[Op] = []
    for op in pending:
        if op.kind != "write":
            torn += [op] if die.random() < 0.5 else []
            continue
        for at in range(0, len(op.data), SECTOR):
            if die.random() < 0.5:
                torn.append(Op("write", op.file, op.offset + at, op.data[at : at + SECTOR]))
    return torn


SURVIVALS: tuple[Choose, ...] = (nothing, everything, some, pieces)


def cuts(tape: Tape, die: random.Random) -> Iterator[tuple[str, int, Disk]]:
    """Give for every instant and way of surviving what the disk could hold, and what was told."""
    durable: Disk = dict(tape.start)
    pending: list[Op] = []
    told = dict(tape.kept)
    size = told.get(0, 0)
    for count, op in enumerate(tape.ops, start=1):
        if op.kind == "sync":
            synced = op.file
            arrived = [one for one in pending if one.file == synced or one.kind == "delete"]
            pending = [one for one in pending if one.file != synced and one.kind != "delete"]
            durable = applied(durable, arrived)
        else:
            pending.append(op)
        size = told.get(count, size)
        for choose in SURVIVALS:
            yield choose.__name__, size, applied(durable, choose(pending, die))


def applied(disk: Disk, ops: list[Op]) -> Disk:
    """Give the disk after these operations."""
    after = dict(disk)
    for op in ops:
        held = after.get(op.file, b"")
        if op.kind == "write":
            held = held.ljust(op.offset, b"\0")
            after[op.file] = held[: op.offset] + op.data + held[op.offset + len(op.data) :]
        elif op.kind == "truncate":
            after[op.file] = held[: op.offset].ljust(op.offset, b"\0")
        else:
            after.pop(op.file, None)
    return after


def reopened(place: Path, disk: Disk) -> tuple[int, str]:
    """Start from such a disk with the production library: entries there, and a fault if any."""
    for path in place.iterdir():
        path.unlink()
    for name, data in disk.items():
        if not name.endswith("-shm"):
            (place / name).write_bytes(data)
    connection: Any = None
    try:
        connection = sqlite.open_file(place / "ledger.db")
        looked = Verification(connection, SQLITE, unreadable=(dbapi2.Error,))
        for fault in looked.faults():
            return looked.size, fault.what
    except LedgerTrouble as trouble:
        return 0, trouble.message
    finally:
        if connection is not None:
            connection.close()
    return looked.size, ""


def run(wanted: int, seed: int, sabotage: str = "none") -> dict[str, Any]:
    """Cut so many times; give what happened."""
    die = random.Random(seed)  # noqa: S311 - a seed, to see it again
    begun, tried, ways = time.process_time(), 0, Counter[str]()
    seen: dict[bytes, tuple[int, str]] = {}
    memory = Path("/dev/shm")  # noqa: S108 - the shim decides what is durable, not this folder
    root = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        while tried < wanted:
            work, after = root / "work", root / "after"
            work.mkdir()
            after.mkdir(exist_ok=True)
            tape = recorded(work, sabotage, die)
            shutil.rmtree(work)
            seen.clear()
            for way, size, disk in cuts(tape, die):
                if tried == wanted:
                    break
                tried += 1
                digest = _digest(disk)
                if digest not in seen:
                    seen[digest] = reopened(after, disk)
                there, fault = seen[digest]
                ways[f"lost: {way}"] += there < size
                ways[f"damaged: {way}"] += bool(fault)
    finally:
        shutil.rmtree(root)
    lost = sum(count for name, count in ways.items() if name.startswith("lost"))
    damaged = sum(count for name, count in ways.items() if name.startswith("damaged"))
    return {
        "probe": "power_cut",
        "sabotage": sabotage,
        "n": tried,
        "lost": lost,
        "damaged": damaged,
        "ways": {name: count for name, count in sorted(ways.items()) if count},
        "cpu_seconds": round(time.process_time() - begun, 1),
        "seed": seed,
        "versions": {"sqlite": dbapi2.sqlite_version, "apsw": apsw.apsw_version()},
    }


def _digest(disk: Disk) -> bytes:
    parts = [(name, hashlib.sha256(data).digest()) for name, data in sorted(disk.items())]
    return hashlib.sha256(repr(parts).encode()).digest()


def main() -> int:
    """Run from the command line."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--cuts", type=int, default=50_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--sabotage", choices=SABOTAGE, default="none")
    given = asked.parse_args()
    found = run(given.cuts, given.seed, given.sabotage)
    print(json.dumps(found))  # noqa: T201 - its answer
    return 1 if found["lost"] or found["damaged"] else 0


if __name__ == "__main__":
    sys.exit(main())
