"""The evidence folder as a place to add rows; a table keeps its form, CSV, Parquet or NDJSON.

A CSV or Parquet table is written whole beside itself, made durable, and then put in its place in
one step, so that a crash leaves the old table or the new one and nothing between. To NDJSON lines
are added where they belong, however large it is; see `at_the_end`. One intake at a time holds the
folder.
"""

from __future__ import annotations

import csv
import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from proofline.evidence.folder import find_tables
from proofline.evidence.provenance import EVERY_TABLE, PROVENANCE, REMARKS
from proofline.intake.durable import put
from proofline.intake.report import IntakeError
from proofline.intake.tables.at_the_end import append_in_place, mend
from proofline.intake.tables.forms import append, keys_and_lines, row_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from proofline.evidence.folder import Found
    from proofline.intake.tables.evidence import New

Row = dict[str, str]


class EvidenceFolder:
    """A folder of evidence tables, held for adding rows; made by `held`."""

    finds_by_id = False

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    @contextmanager
    def held(cls, path: Path) -> Iterator[EvidenceFolder]:
        """Hold the folder, made if it is not there, against other intakes until the block ends.

        Errors: IntakeError if it is a file, cannot be made or written, or is held already.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
            lock = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise IntakeError(
                "intake.folder",
                f"{path} cannot be used as an evidence folder ({error.strerror}).",
                "Name a folder that may be written, or one that is not there yet.",
            ) from error
        try:
            _lock(lock, path)
            for table in EVERY_TABLE:
                mend(path / f"{table}.ndjson")
            yield cls(path)
        finally:
            os.close(lock)

    def rows(self, table: str, holding: Collection[str] = ()) -> Iterator[Row]:
        """Give the rows of a table as text, blanks left out; unreadable rows are passed by.

        They are evidence's trouble, which `proofline check` tells of. `holding` is as for `lines`.
        """
        read = (row_of(line, EVERY_TABLE[table]) for _, line in self.lines(table, holding))
        return (row for row in read if row is not None)

    def lines(self, table: str, holding: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
        """Give what the first column of its key holds and the line of each row of a table.

        Where a few cells are named, rows that hold none of them may be passed by, which is faster.

        A line may still be one that evidence cannot read; `row_of` in `tables.forms` tells.
        """
        found = self._found(table)
        if found is None:
            return
        try:
            yield from keys_and_lines(found, holding)
        except (OSError, duckdb.Error) as error:
            raise IntakeError(
                "intake.unreadable_table",
                f"{found.path.name} cannot be read as {found.format} ({type(error).__name__}).",
                "Mend it or take it out of the folder; `proofline check` tells more.",
            ) from error

    def matching(
        self, table: str, wanted: set[str], payloads: Collection[str] = ()
    ) -> dict[str, list[Row]]:
        """Give the rows of a table whose id is among those wanted, by id, in the order added."""
        del payloads  # a line that holds the id is read either way
        there: dict[str, list[Row]] = {}
        for key, line in self.lines(table, wanted) if wanted else ():
            if key in wanted and (row := row_of(line, EVERY_TABLE[table])) is not None:
                there.setdefault(key, []).append(row)
        return there

    def remarked(self, wanted: set[str]) -> Iterator[Row]:
        """Give the arrivals that say one of `REMARKS`, whatever their ids."""
        del wanted  # they would be as many as readings, and nothing is found faster by them
        return self.rows(PROVENANCE.name, [said for ways in REMARKS.values() for said in ways])

    def add(self, table: str, rows: New) -> Path:
        """Add rows at the end of a table and give its file.

        Errors: IntakeError if it cannot be written; nothing is changed then.
        """
        found = self._found(table)
        path = found.path if found else self.path / f"{table}.ndjson"
        part = path.with_name(f".{path.name}.part")
        try:
            if path.suffix == ".ndjson" and path.exists():
                append_in_place(path, rows.lines())
            else:
                append(found.format if found else "ndjson", path, part, rows.lines)
                put(part, path)
        except (OSError, csv.Error, duckdb.Error) as error:
            part.unlink(missing_ok=True)
            raise IntakeError(
                "intake.unwritable",
                f"{path.name} cannot be added to ({type(error).__name__}); it is as it was.",
                "Make room, see that Parquet's columns can hold text, and give the command again.",
            ) from error
        return path

    def _found(self, table: str) -> Found | None:
        return next(iter(find_tables(self.path, [EVERY_TABLE[table]])[0]), None)


def _lock(folder: int, path: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise IntakeError(
            "intake.busy",
            f"Another intake is writing into {path}.",
            "Wait until it has ended and give the command again.",
        ) from error
