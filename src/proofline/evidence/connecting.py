"""An empty database for evidence that is to be opened: DuckDB's, or SQLite's for a little.

For a few rows DuckDB plans some hundred statements at a millisecond or two each and works for none
of it. SQLite plans in a tenth of that, and is slower from some thousands of rows on.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import _duckdb as duckdb  # its compiled half; with the other it takes five times as long

from proofline.evidence import sqlite
from proofline.evidence.csv_rows import csv_header
from proofline.evidence.sources import literal
from proofline.evidence.trouble import EvidenceUnreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proofline.evidence.database import Connection
    from proofline.evidence.folder import Found

FEW_BYTES = 2 << 20
"""Up to so much text in all SQLite has checked the rows before DuckDB has planned."""

_FEW_COLUMNS = 60
"""Twice as many are the most that a function of SQLite takes, and one writes a row as JSON."""

_TROUBLES = (
    'CREATE TABLE troubles("table" VARCHAR, file VARCHAR, line BIGINT, "column" VARCHAR,'
    " value VARCHAR, expected VARCHAR, cure VARCHAR, row VARCHAR)"
)


@dataclass(frozen=True, slots=True)
class Memory:
    """How much the engine may use (blank: its own default) and where it may put what is more.

    Without a folder it gets one that nobody else may read, removed when the evidence is closed.
    `few` says that little evidence may stand in SQLite, where no bound is needed.
    """

    limit: str = "1500MB"
    spill: Path | None = None
    few: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection with nothing in it yet, and the folder that goes with it when it is closed."""

    connection: Connection
    spill: Path | None = None

    def close(self) -> None:
        """Let go of the memory and of the folder."""
        self.connection.close()
        if self.spill is not None:
            shutil.rmtree(self.spill, ignore_errors=True)


def is_little(found: Sequence[Found]) -> bool:
    """Whether these tables are so little text that SQLite takes them, and soonest."""
    if not sqlite.ABLE or not found or any(one.format == "parquet" for one in found):
        return False
    try:
        return sum(one.path.stat().st_size for one in found) <= FEW_BYTES and all(
            len(csv_header(one.path)) <= _FEW_COLUMNS for one in found if one.format == "csv"
        )
    except (OSError, EvidenceUnreadable):
        return False  # whoever reads the file says what is wrong with it


def in_sqlite() -> Opened:
    """Open a database in SQLite."""
    small = sqlite.in_memory()
    small.execute(_TROUBLES)
    return Opened(small)


def in_duckdb(memory: Memory) -> Opened:
    """Open a database in DuckDB."""
    ours = Path(mkdtemp(prefix="proofline-")) if memory.spill is None else None
    connection = duckdb.connect()
    connection.execute(
        "SET preserve_insertion_order = false; SET TimeZone = 'UTC';"
        "SET autoinstall_known_extensions = false; SET parquet_metadata_cache = true;"
        f"CREATE SCHEMA sent; CREATE SCHEMA parsed; {_TROUBLES}"
    )
    if memory.limit:
        connection.execute(f"SET memory_limit = {literal(memory.limit)}")
    connection.execute(f"SET temp_directory = {literal(str(memory.spill or ours))}")
    return Opened(connection, ours)
