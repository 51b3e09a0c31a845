"""From the rows as sent to the typed relations: `parsed.NAME`, and over it `NAME` itself.

`parsed.NAME` holds the rows whose every cell can be read, with `_line` and, where instants came
without an offset, `_local_COLUMN`. `NAME` holds exactly the columns of the contract, without the rows
that cannot be used as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proofline.evidence.cells import STAGED_TYPE, Cell, read_cell
from proofline.evidence.checks import Check, cell_checks, failing, none_of, row_checks
from proofline.evidence.clocks import on_the_wall
from proofline.evidence.sources import literal

if TYPE_CHECKING:
    import duckdb

    from proofline.evidence.contract import Column, Table
    from proofline.evidence.sources import Source


def stage_absent(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
    """Make the empty relations of tables that nobody sent."""
    connection.execute(
        "; ".join(
            f"CREATE TABLE main.{table.name}("
            + ", ".join(f'"{c.name}" {STAGED_TYPE[c.kind]}' for c in table.columns)
            + ")"
            for table in tables
        )
    )


def stage(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Check one table and make its relation; the rows that fail are told of in `troubles`."""
    _Staging(connection, source).run()


@dataclass(frozen=True, slots=True)
class _Staging:
    """One table on its way from the rows as sent to the relation that the facts read."""

    connection: duckdb.DuckDBPyConnection
    source: Source

    @property
    def _table(self) -> Table:
        return self.source.table

    @property
    def _parsed(self) -> str:
        return f"parsed.{self._table.name}"

    @property
    def _stays_view(self) -> bool:
        return self.source.scanned and self._table.large

    def run(self) -> None:
        bad, naive = self._check_cells()
        kept = "VIEW" if self._stays_view else "TABLE"
        self.connection.execute(f"CREATE {kept} {self._parsed} AS {self._typed_rows(bad, naive)}")
        self._finish(naive)
        if not self.source.scanned:
            self.connection.execute(f"DROP TABLE {self.source.relation}")

    def _check_cells(self) -> tuple[list[Check], list[str]]:
        """The checks of cells that rows fail, told of; and the instants that came without offset."""
        checks = cell_checks(self.source, self.connection)
        naive = [
            Check(name, cell.naive, "", "") for name, cell in self._cells().items() if cell.naive
        ]
        relation, scanned = self.source.relation, self.source.scanned
        found = failing(self.connection, relation, checks + naive, scanned=scanned)
        bad = [check for check in found if check in checks]
        for check in bad:
            self._tell(check, f"{relation} s WHERE {check.wrong}")
        return bad, [check.column for check in found if check in naive]

    def _cells(self) -> dict[str, Cell]:
        types = self.source.types
        return {c.name: read_cell(c, types[c.name]) for c in self._table.columns if c.name in types}

    def _typed_rows(self, bad: list[Check], naive: list[str]) -> str:
        cells = self._cells()
        values = [
            f'{_value(c, cells.get(c.name), naive)} AS "{c.name}"' for c in self._table.columns
        ]
        values += [
            f'CASE WHEN {cells[name].naive} THEN {cells[name].local} END AS "_local_{name}"'
            for name in naive
        ]
        typed = (
            f"SELECT _line, {', '.join(values)} FROM {self.source.relation} WHERE {none_of(bad)}"
        )
        return on_the_wall(self._table, typed, naive) if naive else typed

    def _tell(self, check: Check, rows: str) -> None:
        """Record the trouble of `rows`, SQL after FROM in which `s` are rows as sent."""
        sent = f's."{check.column}"' if check.column in self.source.types else "NULL"
        told = (self._table.name, self.source.file, check.column, check.expected, check.cure)
        table, file, column, expected, cure = map(literal, told)
        self.connection.execute(
            f"INSERT INTO troubles SELECT {table}, {file}, s._line, {column},"
            f" CAST({sent} AS VARCHAR), {expected}, {cure}, {self.source.row} FROM {rows}"
        )

    def _tell_parsed(self, check: Check) -> None:
        lines = f"SELECT _line FROM {self._parsed} WHERE {check.wrong}"
        self._tell(check, f"{self.source.relation} s WHERE _line IN ({lines})")

    def _finish(self, naive: list[str]) -> None:
        """Make `NAME` over `parsed.NAME`: one row for identical rows, none for contradictory ones."""
        checks = row_checks(self._table, naive)
        key = ", ".join(f'"{name}"' for name in self._table.key)
        bad = failing(self.connection, self._parsed, checks, scanned=self._stays_view)
        for check in bad:
            self._tell_parsed(check)
        names = ", ".join(f'"{name}"' for name in self._table.names)
        rows = f"SELECT {names} FROM {self._parsed} WHERE {none_of(bad)}"
        made = f"{'VIEW' if self._stays_view else 'TABLE'} main.{self._table.name}"
        repeated = f"SELECT {key} FROM ({rows}) GROUP BY {key} HAVING count(*) > 1"
        if self._stays_view or self.connection.execute(f"{repeated} LIMIT 1").fetchone() is None:
            self.connection.execute(f"CREATE VIEW main.{self._table.name} AS {rows}")
            return
        if self._table.on_conflict == "set_aside":
            several = f"SELECT {key} FROM (SELECT DISTINCT {names} FROM ({rows})) GROUP BY {key} HAVING count(*) > 1"
            check = _contradiction(self._table, several)
            self._tell_parsed(replace(check, wrong=f"{none_of(bad)} AND {check.wrong}"))
            rows += f" AND {none_of([check])}"
        self.connection.execute(f"CREATE {made} AS SELECT DISTINCT {names} FROM ({rows})")


def _value(column: Column, cell: Cell | None, naive: list[str]) -> str:
    if cell is None:
        return f"CAST(NULL AS {STAGED_TYPE[column.kind]})"
    if column.name in naive:
        return f"CASE WHEN NOT ({cell.naive}) THEN {cell.value} END"
    return cell.value


def _contradiction(table: Table, several: str) -> Check:
    (key,) = table.key
    return Check(
        key,
        f'"{key}" IN ({several})',
        f"one content for each {key}; it came with several",
        "keep the row that is right and remove the others, or give them ids of their own",
    )
