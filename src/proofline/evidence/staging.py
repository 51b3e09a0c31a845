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
from proofline.evidence.clocks import make_wearers, on_the_wall
from proofline.evidence.repeats import repeated
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

    def run(self) -> None:
        bad, naive = self._check_cells()
        kept = "VIEW" if self.source.stays_in_file else "TABLE"
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
        found = failing(
            self.connection,
            self.source.relation,
            checks + naive,
            one_by_one=self.source.stays_in_file,
        )
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
        if not naive:
            return typed
        if self._table.clock == "assignment":
            make_wearers(self.connection)
        return on_the_wall(self._table, typed, naive)

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
        in_file = self.source.stays_in_file
        bad = failing(self.connection, self._parsed, checks, one_by_one=in_file)
        for check in bad:
            self._tell_parsed(check)
        name = f"main.{self._table.name}"
        columns = ", ".join(f'"{column}"' for column in self._table.names)
        rows = f"SELECT {columns} FROM {self._parsed} WHERE {none_of(bad)}"
        self.connection.execute(f"CREATE VIEW {name} AS {rows}")
        corrected = self._table.on_conflict == "correct"
        if in_file and corrected:
            return
        several = repeated(self.connection, name, self._table.key)
        if not several:
            return
        if self._table.on_conflict == "set_aside":
            check = self._contradictions(f"SELECT DISTINCT {columns} FROM {name} WHERE {several}")
            self._tell_parsed(replace(check, wrong=f"{none_of(bad)} AND {check.wrong}"))
            rows += f" AND {none_of([check])}"
        distinct = "VIEW" if in_file else "TABLE"
        self.connection.execute(
            f"DROP VIEW {name}; CREATE {distinct} {name} AS {rows.replace('SELECT', 'SELECT DISTINCT', 1) if not in_file else rows}"
        )

    def _contradictions(self, distinct_rows: str) -> Check:
        """The check that finds rows of one id which differ."""
        (key,) = self._table.key
        several = f"parsed.contradicted_{self._table.name}"
        self.connection.execute(
            f'CREATE TABLE {several} AS SELECT "{key}" FROM ({distinct_rows})'
            f' GROUP BY "{key}" HAVING count(*) > 1'
        )
        return Check(
            key,
            f'"{key}" IN (SELECT "{key}" FROM {several})',
            f"one content for each {key}; it came with several",
            "keep the row that is right and remove the others, or give them ids of their own",
        )


def _value(column: Column, cell: Cell | None, naive: list[str]) -> str:
    if cell is None:
        return f"CAST(NULL AS {STAGED_TYPE[column.kind]})"
    if column.name in naive:
        return f"CASE WHEN NOT ({cell.naive}) THEN {cell.value} END"
    return cell.value
