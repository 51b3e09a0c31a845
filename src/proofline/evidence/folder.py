"""Finding the tables: which file of a folder holds which table, and what else lies there."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from proofline.evidence.provenance import EVERY_TABLE
from proofline.evidence.tables import TABLES
from proofline.evidence.trouble import EvidenceUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from proofline.evidence.contract import Table

FORMATS = ("csv", "parquet", "ndjson")
"""The forms a table may have, in the order in which one is taken when there are two."""

_OURS = "rejected.ndjson"
"""What we ourselves may have written into the folder."""


@dataclass(frozen=True, slots=True)
class Found:
    """A table's file: the table's name, where it lies and in which of the `FORMATS`."""

    table: str
    path: Path
    format: str


def find_tables(folder: Path, tables: Iterable[Table] = TABLES) -> tuple[list[Found], list[str]]:
    """The files of these tables in `folder`, in their order, and warnings.

    A file that looks like evidence but is not called like a table, and a second file for one
    table, are warned of and not read. Raises `EvidenceUnreadable` if there is no such folder.
    """
    if not folder.is_dir():
        raise EvidenceUnreadable(
            "evidence.not_found",
            f"There is no folder and no DuckDB file at {folder}.",
            "Give the folder that holds patients.csv and its companions.",
        )
    names = sorted(entry.name for entry in folder.iterdir())
    found: list[Found] = []
    warnings: list[str] = []
    for table in tables:
        present = [form for form in FORMATS if f"{table.name}.{form}" in names]
        found.extend(Found(table.name, folder / f"{table.name}.{f}", f) for f in present[:1])
        warnings.extend(
            f"{table.name}.{other} is not read: {table.name}.{present[0]} holds the same table"
            for other in present[1:]
        )
    warnings.extend(filter(None, (_stranger(name) for name in names)))
    return found, warnings


def refuse_nothing(folder: Path, found: list[Found]) -> None:
    """Raise `EvidenceUnreadable` if no table was found: deciding on nothing would look like it."""
    if not found:
        raise EvidenceUnreadable(
            "evidence.not_found",
            f"{folder} holds no table of evidence.",
            "Give the folder that holds patients.csv and its companions.",
        )


def _stranger(name: str) -> str | None:
    """The warning for what is called like a table, or lies in an evidence format, and is not read.

    A table packed up, as readings.csv.gz, or in a folder of its name, would else be absent unseen.
    """
    stem, _, ending = name.rpartition(".")
    if name == _OURS or (stem in EVERY_TABLE and ending in FORMATS):
        return None
    shown = name.encode("utf-8", "backslashreplace").decode()
    if ending.lower() in FORMATS:
        return f"{shown} is not read: no table is called so{did_you_mean(stem, EVERY_TABLE)}"
    table = plainly(name.partition(".")[0])
    if table not in EVERY_TABLE:
        return None
    return f"{shown} is not read: a table is one file, {table}.csv, .parquet or .ndjson"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that ends a warning about an unknown name, or nothing when none is near."""
    near = get_close_matches(plainly(name), list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def plainly(name: str) -> str:
    """A name as the contract would spell it: `Patient ID` as `patient_id`."""
    return name.strip().lower().replace(" ", "_")
