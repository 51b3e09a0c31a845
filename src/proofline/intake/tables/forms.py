"""The three forms of a table's file. Inside, a row is one line of NDJSON, its cells as text.

What is read is given line by line and what is added is taken line by line, so that a table may be
of any size. Adding to CSV and Parquet writes them anew beside themselves.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

import duckdb
import msgspec

from proofline.evidence.cells import tells_zone
from proofline.evidence.csv_rows import csv_header, csv_rows
from proofline.evidence.ndjson_rows import row_of as ndjson_row_of
from proofline.evidence.provenance import EVERY_TABLE
from proofline.evidence.trouble import BadRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from proofline.evidence.contract import Table
    from proofline.evidence.folder import Found

Row = dict[str, str]
Lines = Callable[[], Iterable[bytes]]
"""Lines of NDJSON, each closed by a line end, that can be gone through more than once."""

_ENCODE = msgspec.json.Encoder().encode
_PLAIN_ROW = msgspec.json.Decoder(dict[str, str])
_MARK = b"\xef\xbb\xbf"
_FEW, _BLOCK = 16, 1 << 20
_BARE = "-0123456789tfn"
_NUL = b"\\u0000"
_BLANK = " \t\r\n"
_NUMBERS = (
    "DECIMAL",
    "DOUBLE",
    "FLOAT",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "U",
)


def line_of(cells: Row) -> bytes:
    """Write a row as one line."""
    return _ENCODE(cells) + b"\n"


def row_of(line: bytes, table: Table) -> Row | None:
    """Read a line of a table as evidence would: text as sent, blanks left out.

    None for what evidence would set aside: it is no row here either.
    """
    if _NUL not in line:
        try:
            cells = _PLAIN_ROW.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
        else:
            return {name: cell for name, cell in cells.items() if cell.strip(_BLANK)}
    row = ndjson_row_of(1, line.strip(), table)
    if isinstance(row, BadRow):
        return None
    return {name: cell for name, cell in row.items() if cell}


def keys_and_lines(found: Found, holding: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Give every row of a table in its order: what the first column of its key holds, and the line.

    Rows without a key and rows that evidence cannot read are passed by. If a few cells are named,
    rows that hold none of them may be passed by too, which for a large file is much faster.
    Raises: OSError, duckdb.Error for a file that cannot be read in its form.
    """
    table = EVERY_TABLE[found.table]
    if found.format == "ndjson":
        yield from _ndjson(found.path, table, holding)
        return
    rows = _csv(found.path) if found.format == "csv" else _parquet(found.path)
    key, names = table.key[0], table.names
    for row in rows:
        if key in row:
            # In the order in which rows are made, so that equal rows are equal lines.
            yield row[key], line_of({name: row[name] for name in names if name in row})


def _ndjson(path: Path, table: Table, holding: Collection[str]) -> Iterator[tuple[str, bytes]]:
    key = table.key[0]
    shape = msgspec.defstruct("Key", [("key", str, msgspec.field(name=key, default=""))], gc=False)
    decode = msgspec.json.Decoder(shape).decode
    with path.open("rb") as file:
        if file.read(len(_MARK)) != _MARK:
            file.seek(0)
        for line in _likely(file, holding) if 0 < len(holding) <= _FEW else file:
            try:
                found: str = decode(line).key  # type: ignore[attr-defined] # made above
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                found = (row_of(line, table) or {}).get(key, "") if line.strip() else ""
            if found:
                yield found, line if line.endswith(b"\n") else line + b"\n"


def _likely(file: BinaryIO, holding: Collection[str]) -> Iterator[bytes]:
    """Give the lines in which one of these cells may stand.

    A cell stands there as it would be written here, unless there is an escape; what may be a
    number or a word of JSON may stand there without quotes.
    """
    cells = [_ENCODE(one)[1:-1] if one[:1] in _BARE else _ENCODE(one) for one in holding]
    held = b""
    while block := file.read(_BLOCK):
        block = held + block
        end = block.rfind(b"\n") + 1
        held = block[end:]
        if _may_hold(block, cells):
            yield from (line for line in io.BytesIO(block[:end]) if _may_hold(line, cells))
    if held:
        yield held


def _may_hold(text: bytes, cells: list[bytes]) -> bool:
    return b"\\" in text or any(cell in text for cell in cells)


def _csv(path: Path) -> Iterator[Row]:
    header = csv_header(path)
    for row in csv_rows(path, header, EVERY_TABLE[path.stem].names):
        if not isinstance(row, BadRow):
            yield {name: cell for name, cell in zip(header, row[1], strict=True) if cell}


def _parquet(path: Path) -> Iterator[Row]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET memory_limit = '256MB'; SET threads = 1")
        told = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(path)])
        names = [name for name, *_ in told.description or ()]
        while rows := told.fetchmany(10_000):
            for row in rows:
                yield {name: cell for name, cell in zip(names, row, strict=True) if cell}


def append(form: str, path: Path, part: Path, lines: Lines) -> None:
    """Write to `part` what the table at `path` holds, if it is there, and then the lines.

    To NDJSON that is there lines are added in place (`at_the_end`), so of it only a new table.

    Raises: OSError, csv.Error, duckdb.Error if that cannot be done; `path` is as it was.
    """
    _APPEND[form](path, part, lines)


def _append_ndjson(_path: Path, part: Path, lines: Lines) -> None:
    with part.open("wb") as file:
        file.writelines(lines())


def _close_last_line(path: Path, file: BinaryIO) -> None:
    if not path.exists() or not path.stat().st_size:
        return
    with path.open("rb") as old:
        old.seek(-1, os.SEEK_END)
        if old.read(1) != b"\n":
            file.write(b"\n")


def _append_csv(path: Path, part: Path, lines: Lines) -> None:
    header = csv_header(path)
    said = {name for line in lines() for name in _PLAIN_ROW.decode(line)} - set(header)
    missing = [name for name in EVERY_TABLE[path.stem].names if name in said]
    if not missing:
        shutil.copyfile(path, part)
    with part.open("ab") as file:
        if missing:
            _widen(path, file, [*header, *missing])
        else:
            _close_last_line(path, file)
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.DictWriter(text, [*header, *missing], restval="", lineterminator="\n")
        writer.writerows(_PLAIN_ROW.decode(line) for line in lines())
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


def _append_parquet(path: Path, part: Path, lines: Lines) -> None:
    """Let DuckDB write both, piece by piece.

    A cell takes the type that its column has, unless that would change what a row says: then the
    column becomes text. A time on the patient's wall is no instant of UTC, a moment in time no time
    on the wall, and 74.126 is not 74.13.
    """
    names = EVERY_TABLE[path.stem].names
    more = part.with_name(f"{part.name}.lines")
    try:
        with more.open("wb") as file:
            file.writelines(lines())
        with duckdb.connect() as connection:
            connection.execute(
                "SET TimeZone = 'UTC'; SET preserve_insertion_order = true;"
                "SET memory_limit = '256MB'; SET threads = 1"
            )
            connection.execute(
                _both(connection, path, more, names) + f" TO {_quoted(part)} (FORMAT parquet)"
            )
    finally:
        more.unlink(missing_ok=True)


def _both(
    connection: duckdb.DuckDBPyConnection, path: Path, more: Path, names: tuple[str, ...]
) -> str:
    old = f"read_parquet({_quoted(path)}, hive_partitioning = false)"
    there = {
        str(name): str(kind)
        for name, kind, *_ in connection.execute(f"DESCRIBE FROM {old}").fetchall()
    }
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    new = f"read_json({_quoted(more)}, format = 'newline_delimited', columns = {{{columns}}})"
    asked = [f'count("{name}"), {_lost(name, there.get(name, ""))}' for name in names]
    said = connection.execute(f"SELECT {', '.join(asked)} FROM {new}").fetchone() or ()
    used = [n for n, count in zip(names, said[::2], strict=True) if count or n in there]
    lost = {n for n, any_lost in zip(names, said[1::2], strict=True) if any_lost}
    kept = ", ".join(f'{_as_text(name, there[name])} AS "{name}"' for name in sorted(lost))
    rows = f"SELECT * REPLACE ({kept}) FROM {old}" if lost else f"FROM {old}"
    kinds = {n: "VARCHAR" if n in lost else there.get(n, "VARCHAR") for n in used}
    cells = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in kinds.items())
    return f"COPY ({rows} UNION ALL BY NAME SELECT {cells} FROM {new})"


def _lost(name: str, kind: str) -> str:
    """Give the SQL that says whether a column of this type would change what some cell says."""
    if kind.startswith("TIMESTAMP"):
        wants = "NOT " if tells_zone(kind) else ""
        return f"""bool_or({wants}regexp_matches("{name}", '([Zz]|[+-]\\d\\d:\\d\\d)$'))"""
    if kind.startswith(_NUMBERS):
        as_sent = f'TRY_CAST("{name}" AS DECIMAL(38, 18))'
        return (
            f'bool_or("{name}" IS NOT NULL AND {as_sent} IS DISTINCT FROM'
            f' TRY_CAST(CAST(TRY_CAST("{name}" AS {kind}) AS VARCHAR) AS DECIMAL(38, 18)))'
        )
    return "false"


def _as_text(name: str, kind: str) -> str:
    """Give the SQL that writes a column of times or numbers as text."""
    if kind.startswith("TIMESTAMP"):
        zone = "Z" if tells_zone(kind) else ""
        return f"""replace(strftime("{name}", '%Y-%m-%dT%H:%M:%S.%f'), '.000000', '') || '{zone}'"""
    return f'CAST("{name}" AS VARCHAR)'


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


_APPEND: dict[str, Callable[[Path, Path, Lines], None]] = {
    "csv": _append_csv,
    "ndjson": _append_ndjson,
    "parquet": _append_parquet,
}
