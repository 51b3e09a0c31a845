"""Text files into tables: CSV and NDJSON become `sent.NAME`, every cell as it was sent.

Rows travel in batches as one string of JSON each; that needs no further library and carries any
text. A large CSV file in which nothing is unusual is left to DuckDB (see `csv_plain`).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from proofline.evidence.csv_plain import is_plain, read_plain
from proofline.evidence.csv_rows import csv_rows, table_header, told_apart
from proofline.evidence.database import insert_rows
from proofline.evidence.ndjson_rows import ndjson_rows
from proofline.evidence.sources import Source, literal, unknown_columns
from proofline.evidence.sqlite import Small
from proofline.evidence.trouble import BadRow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from proofline.evidence.contract import Table
    from proofline.evidence.csv_rows import Row
    from proofline.evidence.database import Connection

_BATCH_ROWS = 10_000


def load_csv(connection: Connection, table: Table, path: Path, warnings: list[str]) -> Source:
    """Load one CSV file; unknown columns are kept for the row as sent and warned of."""
    header = table_header(path, table.names)
    warnings.extend(unknown_columns(table, path.name, header))
    # DuckDB tells no upper from lower case in names, so only names of the contract are kept.
    names = [
        name if name in table.names and header.index(name) == place else f"_{place}"
        for place, name in enumerate(header)
    ]
    target = f"sent.{table.name}"
    if (
        isinstance(connection, Small)
        or not is_plain(path, header)
        or not read_plain(connection, path, names, target)
    ):
        _make(connection, target, names)
        _load(connection, target, csv_rows(path, header, table.names), (table.name, path.name))
    pairs = ", ".join(
        f'{literal(h)}, "{n}"' for h, n in zip(told_apart(header), names, strict=True)
    )
    types = {name: "VARCHAR" for name in names if name in table.names}
    return Source(table, path.name, target, types, f"json_object({pairs})", scanned=False)


def load_ndjson(connection: Connection, table: Table, path: Path, warnings: list[str]) -> Source:
    """Load one NDJSON file; the whole line is kept as the row as sent."""
    target = f"sent.{table.name}"
    _make(connection, target, [*table.names, "_sent"])
    _load(connection, target, ndjson_rows(path, table, warnings), (table.name, path.name))
    return Source(
        table, path.name, target, dict.fromkeys(table.names, "VARCHAR"), "_sent", scanned=False
    )


def _make(connection: Connection, target: str, names: list[str]) -> None:
    columns = "".join(f', "{name}" VARCHAR' for name in names)
    connection.execute(f"CREATE TABLE {target}(_line BIGINT{columns})")


def _load(
    connection: Connection,
    target: str,
    rows: Iterable[Row | BadRow],
    place: tuple[str, str],
) -> None:
    """Rows go to `target`, those that could not be taken apart to `troubles`."""
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH_ROWS)):
        good = [(str(row[0]), *row[1]) for row in batch if not isinstance(row, BadRow)]
        insert_rows(connection, target, good)
        bad = [row for row in batch if isinstance(row, BadRow)]
        told = [(*place, str(b.line), b.column, b.value, b.expected, b.cure, b.row) for b in bad]
        insert_rows(connection, "troubles", told)
