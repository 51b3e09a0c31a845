"""The rows as sent: what is known of one table's rows before anything is read into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofline.evidence.cells import READ
from proofline.evidence.folder import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proofline.evidence.contract import Table


@dataclass(frozen=True, slots=True)
class Source:
    """A table's rows as sent, in `relation`, where `_line` numbers them for people.

    `types` gives for each contract column that is there its DuckDB type, or a form of `cells`;
    `row` is SQL for the row as sent, as JSON text; `scanned` says that the rows are still in their
    file, `in_parts` that this is several, in which a number does not lead to its row.
    """

    table: Table
    file: str
    relation: str
    types: Mapping[str, str]
    row: str
    scanned: bool
    in_parts: bool = False

    def cell(self, column: str) -> str:
        """Write SQL for a cell as sent, as text; NULL where the file has no such column."""
        if column not in self.types:
            return "CAST(NULL AS VARCHAR)"
        as_sent = f"{self.row}->>'$.{column}'" if self.types[column] == READ else f'"{column}"'
        return f"CAST({as_sent} AS VARCHAR)"

    @property
    def stays_in_file(self) -> bool:
        """Whether the rows are too many to be copied, and are looked at in their file each time."""
        return self.scanned and self.table.large

    @property
    def number(self) -> str:
        """The column of `relation` that numbers its rows, and by which they are found soonest."""
        return "_row" if self.stays_in_file else "_line"

    @property
    def numbers(self) -> tuple[str, ...]:
        """Both columns that number the rows, or the one that does both."""
        return ("_line", "_row") if self.stays_in_file else ("_line",)


def unknown_columns(table: Table, file: str, header: Iterable[str]) -> list[str]:
    """A warning for each name that the contract does not know."""
    return [
        f"{file}: the column {name!r} is not known{did_you_mean(name, table.names)}"
        for name in header
        if name not in table.names
    ]


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """`name` as an SQL name, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'
