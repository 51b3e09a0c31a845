"""A snapshot: every row of evidence of a period, counted or not and why, under its own digest.

The file holds the lines of `facts/evidence_rows.sql`, sorted, with a line feed between two of them
and none after the last, in UTF-8. Its SHA-256 is the `evidence_digest` that decisions print and
sign-offs name; nothing else is in the file, so that `sha256sum` alone can check it.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from proofline.decide.asked import day_number
from proofline.decide.run import ask_evidence
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from datetime import date

    from proofline.decide.engines import Engine

SUFFIX = ".snapshot"
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_ESCAPED = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}
_ESCAPE = re.compile(r"\\[tnr\\]")
_PERIOD = """
SELECT p.period_no
FROM periods AS p
JOIN charts AS c ON c.chart_no = p.chart_no
WHERE c.enrollment_id = '{}' AND p.kind = '{}' AND p.first_day = {}
"""
_PERIODS = "SELECT chart_no, period_no, first_day, last_day FROM periods WHERE period_no IN ({})"


class BadSnapshot(ProoflineError):
    """A file is no snapshot, or not the one that its name says."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of row: what it is called, its columns, and those that tell one from another."""

    words: str
    many: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its kind and its cells by column, None where nobody knows."""

    kind: str
    cells: Mapping[str, str | None]

    @property
    def counted(self) -> bool:
        """Whether nothing keeps it from counting; a kind that knows no reason always counts."""
        return self.cells.get("refused") is None and self.cells.get("unsettled") is None

    @property
    def reason(self) -> str | None:
        """Give what keeps it from counting: `refused` for good, else `unsettled` until settled."""
        return self.cells.get("refused") or self.cells.get("unsettled")

    @property
    def key(self) -> tuple[str | None, ...]:
        """Give the kind and the cells that tell it from other rows of its kind."""
        return (self.kind, *(self.cells[name] for name in shapes()[self.kind].key))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The evidence of a period as one text; `rows` reads it, `digest` names it."""

    text: bytes

    @property
    def digest(self) -> str:
        """Give `sha256:` and the hash of the text: the `evidence_digest` of the period."""
        return f"sha256:{hashlib.sha256(self.text).hexdigest()}"

    @property
    def rows(self) -> tuple[Row, ...]:
        """Read every row, in the order of the text; raise `BadSnapshot` where it has no such form.

        The form is checked in full: a kind unknown, a cell too few or too many, lines not sorted.
        """
        try:
            lines = self.text.decode().split("\n")
        except UnicodeDecodeError as trouble:
            raise _bad("is no UTF-8") from trouble
        if lines != sorted(lines, key=str.encode) or len(set(lines)) < len(lines):
            raise _bad("has its lines out of order, or twice")
        return tuple(_row(number, line) for number, line in enumerate(lines, start=1))


@cache
def shapes() -> Mapping[str, Shape]:
    """Give every kind of row by its name, from rows.toml."""
    told = tomllib.loads((Path(__file__).parent / "rows.toml").read_text(encoding="utf-8"))
    return {
        kind: Shape(shape["words"], shape["many"], tuple(shape["columns"]), tuple(shape["key"]))
        for kind, shape in told.items()
    }


def taken(engine: Engine, periods: Iterable[int]) -> Iterator[tuple[int, Snapshot]]:
    """Take the snapshots of periods of a finished run, each with its `period_no`, in their order.

    The relations of the run stay as they are; the rows of one period are in memory at a time.
    """
    asked = ", ".join(str(int(period_no)) for period_no in periods)
    if not asked:
        return
    ask_evidence(engine, _PERIODS.format(asked))
    lines: list[str] = []
    current = None
    for row in engine.rows("SELECT period_no, line FROM evidence_rows ORDER BY period_no, line"):
        if current is not None and row["period_no"] != current:
            yield current, Snapshot("\n".join(lines).encode())
            lines = []
        current = row["period_no"]
        lines.append(row["line"])
    if current is not None:
        yield current, Snapshot("\n".join(lines).encode())


def of_period(engine: Engine, enrollment_id: str, kind: str, start: date) -> Snapshot | None:
    """Take the snapshot of the enrollment's period that begins on a day; None without one."""
    key = enrollment_id.replace("'", "''")
    found = engine.rows(_PERIOD.format(key, kind, day_number(start)))
    numbers = [row["period_no"] for row in found]
    return next((snapshot for _, snapshot in taken(engine, numbers)), None)


def write(snapshot: Snapshot, folder: Path) -> Path:
    """Write a snapshot into a folder under its digest; one that is there already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _name(snapshot.digest)
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_bytes(snapshot.text)
        part.replace(path)
    return path


def find(digest: str, folder: Path) -> Snapshot | None:
    """Find the snapshot of a digest in a folder; None when it is not on file.

    Raises `BadSnapshot` when the file of that name holds something else.
    """
    if not _DIGEST.fullmatch(digest):
        return None
    path = folder / _name(digest)
    return read(path) if path.is_file() else None


def read(path: Path) -> Snapshot:
    """Read a snapshot and check it: that its name is the hash of its bytes, and its form."""
    snapshot = Snapshot(path.read_bytes())
    if path.name != _name(snapshot.digest):
        raise BadSnapshot(
            "snapshot.altered",
            f"{path.name} is not what its name says: its bytes have {snapshot.digest}.",
            "Put it back from a backup; what was signed is the snapshot of that name.",
        )
    if not snapshot.rows:
        raise _bad("is empty")
    return snapshot


def _name(digest: str) -> str:
    return digest.removeprefix("sha256:") + SUFFIX


def _row(number: int, line: str) -> Row:
    kind, *cells = line.split("\t")
    shape = shapes().get(kind)
    if shape is None or len(cells) != len(shape.columns):
        raise _bad(f"has a line {number} that is no row of evidence")
    return Row(kind, dict(zip(shape.columns, map(_cell, cells), strict=True)))


def _cell(text: str) -> str | None:
    return None if text == "\\N" else _ESCAPE.sub(lambda found: _ESCAPED[found[0]], text)


def _bad(why: str) -> BadSnapshot:
    return BadSnapshot(
        "snapshot.form", f"The snapshot {why}.", "Take it anew with `proofline snapshot`."
    )
