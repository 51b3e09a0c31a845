"""The rows as sent: what is known of one table's rows before anything is read into them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proofline.evidence.cells import TEXT
from proofline.evidence.folder import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from proofline.evidence.contract import Table


@dataclass(frozen=True, slots=True)
class Source:
    """A table's rows as sent, in `relation`, where `_line` numbers them.

    `types` gives for each contract column that is there its DuckDB type, or `cells.TEXT`; `row` is
    SQL for the row as sent, as JSON text; `scanned` says that the rows are still in their file.
    """

    table: Table
    file: str
    relation: str
    types: Mapping[str, str]
    row: str
    scanned: bool

    @property
    def stays_in_file(self) -> bool:
        """Whether the rows are too many to be copied, and are looked at in their file each time."""
        return self.scanned and self.table.large


def unknown_columns(table: Table, file: str, header: Iterable[str]) -> list[str]:
    """A warning for each name that the contract does not know."""
    return [
        f"{file}: the column {name!r} is not known{did_you_mean(name, table.names)}"
        for name in header
        if name not in table.names
    ]


def without_blanks(connection: duckdb.DuckDBPyConnection, source: Source) -> Source:
    """The same, knowing in which columns of text nothing is blank but NULL: those need no trimming.

    A blank sorts before `!`, which the statistics of a large file can mostly rule out unread.
    """
    texts = [name for name, kept_as in source.types.items() if kept_as == "VARCHAR"]
    if not texts:
        return source
    if source.stays_in_file:
        asked = (f"EXISTS (FROM {source.relation} WHERE \"{name}\" < '!')" for name in texts)
        blanks = connection.execute(f"SELECT {', '.join(asked)}").fetchone()
    else:
        asked = (f"bool_or(\"{name}\" < '!')" for name in texts)
        blanks = connection.execute(f"SELECT {', '.join(asked)} FROM {source.relation}").fetchone()
    sure = {name: TEXT for name, has in zip(texts, blanks or (), strict=True) if not has}
    return replace(source, types={**source.types, **sure})


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """`name` as an SQL name, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'
