"""The evidence folder as a place to add rows; a table keeps its form, CSV, Parquet or NDJSON.

A table is written whole beside itself, made durable, and then put in its place in one step, so that
a crash leaves the old table or the new one and nothing between. One intake at a time holds the
folder.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import msgspec

from proofline.evidence.csv_rows import csv_header, csv_rows
from proofline.evidence.folder import find_tables
from proofline.evidence.ndjson_rows import ndjson_rows
from proofline.evidence.provenance import EVERY_TABLE
from proofline.evidence.trouble import BadRow
from proofline.intake.report import IntakeError

if TYPE_CHECKING:
    from typing import BinaryIO

    from proofline.evidence.folder import Found

Row = dict[str, str]
_Cells = tuple[list[str], Sequence[str | None]]
_Reader = Callable[["Found"], Iterator[_Cells]]
_Writer = Callable[[Path, Path, list[Row]], None]


class EvidenceFolder:
    """A folder of evidence tables, held for adding rows; made by `held`."""

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
            yield cls(path)
        finally:
            os.close(lock)

    def rows(self, table: str) -> Iterator[Row]:
        """Give the rows of a table as text, blanks left out; unreadable rows are passed by.

        They are evidence's trouble, which `proofline check` tells of.
        """
        found = self._found(table)
        if found is None:
            return
        try:
            for names, cells in _READERS[found.format](found):
                yield {name: cell for name, cell in zip(names, cells, strict=False) if cell}
        except (OSError, duckdb.Error) as error:
            raise IntakeError(
                "intake.unreadable_table",
                f"{found.path.name} cannot be read as {found.format} ({type(error).__name__}).",
                "Mend it or take it out of the folder; `proofline check` tells more.",
            ) from error

    def matching(self, table: str, column: str, wanted: set[str]) -> dict[str, list[Row]]:
        """Give the rows of a table whose id is among those wanted, by id, in the order added."""
        there: dict[str, list[Row]] = {}
        if wanted:
            for row in self.rows(table):
                if row.get(column) in wanted:
                    there.setdefault(row[column], []).append(row)
        return there

    def add(self, table: str, rows: list[Row]) -> Path:
        """Add rows at the end of a table and give its file.

        Errors: IntakeError if it cannot be written; nothing is changed then.
        """
        found = self._found(table)
        path = found.path if found else self.path / f"{table}.ndjson"
        part = path.with_name(f".{path.name}.part")
        write = _WRITERS[found.format if found else "ndjson"]
        try:
            write(path, part, rows)
            _put(part, path)
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


def _put(part: Path, path: Path) -> None:
    """Make the new file durable and put it in the place of the old."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_csv(found: Found) -> Iterator[_Cells]:
    header = csv_header(found.path)
    for row in csv_rows(found.path, header):
        if not isinstance(row, BadRow):
            yield header, row[1]


def _read_ndjson(found: Found) -> Iterator[_Cells]:
    names = list(EVERY_TABLE[found.table].names)
    for row in ndjson_rows(found.path, EVERY_TABLE[found.table], []):
        if not isinstance(row, BadRow):
            yield names, row[1]


def _read_parquet(found: Found) -> Iterator[_Cells]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        told = connection.execute(
            "SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(found.path)]
        )
        names = [name for name, *_ in told.description or ()]
        while rows := told.fetchmany(10_000):
            for row in rows:
                yield names, list(row)


_READERS: dict[str, _Reader] = {"csv": _read_csv, "ndjson": _read_ndjson, "parquet": _read_parquet}


def _append_ndjson(path: Path, part: Path, rows: list[Row]) -> None:
    with part.open("wb") as file:
        _copy_lines(path, file)
        file.writelines(msgspec.json.encode(row) + b"\n" for row in rows)


def _append_csv(path: Path, part: Path, rows: list[Row]) -> None:
    header = csv_header(path)
    missing = [
        name
        for name in EVERY_TABLE[path.stem].names
        if name not in header and any(name in r for r in rows)
    ]
    with part.open("wb") as file:
        if missing:
            _widen(path, file, [*header, *missing])
        else:
            _copy_lines(path, file)
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.DictWriter(text, [*header, *missing], restval="", lineterminator="\n")
        writer.writerows(rows)
        text.flush()
        text.detach()


def _widen(path: Path, file: BinaryIO, header: list[str]) -> None:
    """Copy a CSV with more columns at its end, in which the rows so far say nothing."""
    text = io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as old:
        reader = csv.reader(old)
        width = len(next(reader, []))
        for cells in reader:
            # A row of the wrong width stays wrong: evidence tells of it, and we add nothing to it.
            blanks = [""] * (len(header) - width) if len(cells) == width else []
            writer.writerow(cells + blanks)
    text.flush()
    text.detach()


def _append_parquet(path: Path, part: Path, rows: list[Row]) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
        connection.execute("CREATE TABLE kept AS SELECT * FROM read_parquet(?)", [str(path)])
        there = {name for name, *_ in connection.execute("FROM kept LIMIT 0").description or ()}
        names = [name for name in EVERY_TABLE[path.stem].names if any(name in row for row in rows)]
        for name in names:
            if name not in there:
                connection.execute(f'ALTER TABLE kept ADD COLUMN "{name}" VARCHAR')
        listed = ", ".join(f'"{name}"' for name in names)
        cells = ", ".join(f"r[{place}]" for place in range(1, len(names) + 1))
        sent = msgspec.json.encode([[row.get(name) for name in names] for row in rows]).decode()
        connection.execute(
            f"INSERT INTO kept({listed}) SELECT {cells}"
            """ FROM (SELECT unnest(from_json(?, '[["VARCHAR"]]')) AS r)""",
            [sent],
        )
        place = str(part).replace("'", "''")
        connection.execute(f"COPY kept TO '{place}' (FORMAT parquet)")


_WRITERS: dict[str, _Writer] = {
    "csv": _append_csv,
    "ndjson": _append_ndjson,
    "parquet": _append_parquet,
}


def _copy_lines(path: Path, file: BinaryIO) -> None:
    """Copy a file of lines as it is, its last line closed."""
    if not path.exists():
        return
    with path.open("rb") as old:
        shutil.copyfileobj(old, file)
        if old.tell():
            old.seek(-1, os.SEEK_END)
            if old.read(1) != b"\n":
                file.write(b"\n")
