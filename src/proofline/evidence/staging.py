"""From the rows as sent to the typed relations: `parsed.NAME`, and over it `NAME` itself.

`parsed.NAME` holds the rows whose every cell can be read, with `_line` and, where instants came
without an offset, `_local_COLUMN`. `NAME` holds exactly the columns of the contract, without the
rows that cannot be used as a whole; where a row may be a correction of another, `row_no` tells them
apart, and where rows of one id contradict each other and may not be forgotten they go by new ids.
Identical rows are one row, except in large tables that stay in their file; whatever reads those
must not mind a row that comes twice. Of the other tables a long file is read anew each time too,
unless a row of it comes twice: a million patients copied leave no room for what is decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proofline.evidence.cells import STAGED_TYPE, TEXT, Cell, read_cell
from proofline.evidence.checks import (
    Check,
    Repetition,
    cell_checks,
    failing,
    none_of,
    row_checks,
)
from proofline.evidence.clocks import make_wearers, on_the_wall
from proofline.evidence.repeats import repeated
from proofline.evidence.sources import literal

if TYPE_CHECKING:
    from proofline.evidence.contract import Column, Table
    from proofline.evidence.database import Connection
    from proofline.evidence.sources import Source


_MANY_ROWS = 1_000_000
"""From so many rows on, a check that the statistics of a file answer is better asked by itself."""

_COPIED_ROWS = 50_000
"""Up to so many rows a copy in memory is read sooner than the file again; more would fill it."""


def stage_absent(connection: Connection, tables: list[Table]) -> None:
    """Make the empty relations of tables that nobody sent."""
    for table in tables:
        columns = [f'"{c.name}" {STAGED_TYPE[c.kind]}' for c in table.columns]
        columns += ["row_no BIGINT"] * table.corrected
        connection.execute(f"CREATE TABLE main.{table.name}({', '.join(columns)})")


def stage(connection: Connection, source: Source) -> None:
    """Check one table and make its relation; the rows that fail are told of in `troubles`.

    Tables that it leans on (see `Table.clock`) must have been staged before.
    """
    # Cells that are text but blank are rare, and looking for them costs less than to reckon with
    # them in every expression.
    texts = [name for name, kept_as in source.types.items() if kept_as == "VARCHAR"]
    staging = _Staging(connection, _with_types(source, dict.fromkeys(texts, TEXT)))
    blanks = [Check(name, f"\"{name}\" < '!'") for name in texts]
    blank, bad, naive = staging.check_cells(blanks)
    if blank:
        staging = _Staging(connection, _with_types(staging.source, dict.fromkeys(blank, "VARCHAR")))
        _, bad, naive = staging.check_cells([])
    staging.tell_cells(bad)
    staging.type_rows(bad, naive)
    staging.check_rows(naive)
    if not source.scanned:
        connection.execute(f"DROP TABLE {source.relation}")


def _with_types(source: Source, types: dict[str, str]) -> Source:
    return replace(source, types={**source.types, **types})


@dataclass(frozen=True, slots=True)
class _Staging:
    """One table on its way from the rows as sent to the relation that the facts read."""

    connection: Connection
    source: Source

    @property
    def table(self) -> Table:
        """The contract of the table."""
        return self.source.table

    @property
    def parsed(self) -> str:
        """The relation of rows whose every cell can be read."""
        return f"parsed.{self.table.name}"

    @property
    def cells(self) -> dict[str, Cell]:
        """The SQL of each column that was sent."""
        types = self.source.types
        return {c.name: read_cell(c, types[c.name]) for c in self.table.columns if c.name in types}

    def check_cells(self, blanks: list[Check]) -> tuple[list[str], list[Check], list[str]]:
        """Columns that fail `blanks`, checks that rows fail, and instants without an offset."""
        checks = cell_checks(self.source, self.connection)
        naive = [
            Check(name, f"({cell.naive}) AND ({cell.wrong}) IS NOT TRUE")
            for name, cell in self.cells.items()
            if cell.naive
        ]
        asked = [*blanks, *checks, *naive]
        found = set(self._failing(self.source.relation, asked))
        blank, bad, local = ([c for c in kind if c in found] for kind in (blanks, checks, naive))
        return [c.column for c in blank], bad, [c.column for c in local]

    def tell_cells(self, bad: list[Check]) -> None:
        """Record every row that fails one of these checks."""
        for check in bad:
            self._tell(check, check.wrong)

    def type_rows(self, bad: list[Check], naive: list[str]) -> None:
        """Make `parsed.NAME` from the rows that fail none of the `bad` checks."""
        cells = self.cells
        values = [
            f'{_value(c, cells.get(c.name), naive)} AS "{c.name}"' for c in self.table.columns
        ]
        values += [
            f'CASE WHEN {cells[name].naive} THEN {cells[name].local} END AS "_local_{name}"'
            for name in naive
        ]
        numbers = ", ".join(self.source.numbers)
        sent = f"{self.source.relation} WHERE {none_of(bad)}"
        rows = f"SELECT {numbers}, {', '.join(values)} FROM {sent}"
        if naive:
            if self.table.clock == "assignment":
                make_wearers(self.connection)
            rows = on_the_wall(self.source, rows, self._shown_between(bad, naive))
        kept = "VIEW" if self._read_anew(naive) else "TABLE"
        self.connection.execute(f"CREATE {kept} {self.parsed} AS {rows}")
        if self.source.stays_in_file:
            # The ids by themselves, without the joins that some of the other columns may need.
            keys = ", ".join(f'{cells[name].value} AS "{name}"' for name in self.table.key)
            ids = f"SELECT {self.source.number}, {keys} FROM {sent}"
            self.connection.execute(f"CREATE VIEW {self.parsed}_ids AS {ids}")

    def _shown_between(self, bad: list[Check], naive: list[str]) -> dict[str, tuple[int, int]]:
        """The first and the last local microsecond that each of these columns shows, if any."""
        cells = self.cells
        ends = ", ".join(
            f"coalesce({end}({cells[name].local}) FILTER (WHERE {cells[name].naive}), 0)"
            for name in naive
            for end in ("min", "max")
        )
        rows = f"{self.source.relation} WHERE {none_of(bad)}"
        found = self.connection.execute(f"SELECT {ends} FROM {rows}").fetchone()
        pairs = zip((found or ())[::2], (found or ())[1::2], strict=True)
        return dict(zip(naive, pairs, strict=True))

    def check_rows(self, naive: list[str]) -> None:
        """Make `NAME` over `parsed.NAME`: identical rows once, contradictory ones not at all."""
        in_file = self.source.stays_in_file
        checks = row_checks(self.table, naive)
        once = Repetition(", ".join(f'"{name}"' for name in self.table.key), "")
        found = self._failing(self.parsed, checks if in_file else [*checks, once])
        bad = [check for check in checks if check in found]
        for check in bad:
            self._tell_parsed(check, "TRUE")
        name, columns = f"main.{self.table.name}", ", ".join(f'"{n}"' for n in self.table.names)
        rows = f"FROM {self.parsed} WHERE {none_of(bad)}"
        row_no = f", {self.source.number} AS row_no" if self.table.corrected else ""
        self.connection.execute(f"CREATE VIEW {name} AS SELECT {columns}{row_no} {rows}")
        if self.table.corrected if in_file else once not in found:
            return
        ids = f"{self.parsed}_ids" if in_file else self.parsed
        several = repeated(self.connection, ids, self.table.key, self.source.number)
        if not several:
            return
        doubted = ""
        if self.table.on_conflict in {"set_aside", "complete", "doubt"}:
            twice = f"{self.source.number} IN (SELECT row_no FROM {several})"
            check = self._contradiction(f"SELECT DISTINCT {columns} {rows} AND {twice}")
            self._tell_parsed(check, none_of(bad))
            if self.table.on_conflict == "doubt":
                doubted = f" UNION ALL {self._doubted(f'{rows} AND {check.wrong}')}"
            rows += f" AND {none_of([check])}"
        if in_file:
            kept = f"VIEW {name} AS SELECT {columns} {rows}{doubted}"
        else:
            kept = f"TABLE {name} AS {self._once(rows)}{doubted}"
        self.connection.execute(f"DROP VIEW {name}")
        self.connection.execute(f"CREATE {kept}")

    def _once(self, rows: str) -> str:
        """The SELECT of rows that come more than once: each once, or completed by its fellows."""
        columns = ", ".join(f'"{name}"' for name in self.table.names)
        if self.table.on_conflict == "complete":
            filled = ", ".join(f'max("{name}") AS "{name}"' for name in self.table.names)
            return f"SELECT {filled} {rows} GROUP BY {', '.join(self.table.key)}"
        row_no = ", min(_line) AS row_no" if self.table.corrected else ""
        return f"SELECT {columns}{row_no} {rows} GROUP BY {columns}"

    def _doubted(self, rows: str) -> str:
        """The SELECT of contradictory rows, numbered within their id, without what is in doubt."""
        (key,) = self.table.key
        columns = ", ".join(f'"{name}"' for name in self.table.names)
        number = f'row_number() OVER (PARTITION BY "{key}" ORDER BY {columns})'
        told = {key: f'concat("{key}", \' #\', CAST({number} AS VARCHAR)) AS "{key}"'}
        told |= {
            name: f'{_value(self.table.column(name), None, [])} AS "{name}"'
            for name in self.table.in_doubt
        }
        cells = ", ".join(told.get(name, f'"{name}"') for name in self.table.names)
        return f"SELECT {cells} FROM (SELECT DISTINCT {columns} {rows}) AS several"

    def _contradiction(self, rows: str) -> Check:
        """The check that finds rows of one id which differ; `rows` are the distinct ones."""
        (key,) = self.table.key
        several = f"parsed.contradictory_{self.table.name}"
        two_things = (
            " OR ".join(f'count(DISTINCT "{name}") > 1' for name in self.table.names)
            if self.table.on_conflict == "complete"
            else "count(*) > 1"
        )
        self.connection.execute(
            f'CREATE TABLE {several} AS SELECT "{key}" FROM ({rows})'
            f' GROUP BY "{key}" HAVING {two_things}'
        )
        return Check(
            key,
            f'"{key}" IN (SELECT "{key}" FROM {several})',
            f"one content for each {key}, not several",
            "keep the row that is right and remove the others, or give each an id of its own",
        )

    def _failing(self, relation: str, checks: list[Check]) -> list[Check]:
        return failing(self.connection, relation, checks, one_by_one=self._has_many())

    def _has_many(self) -> bool:
        return self.source.stays_in_file and self._has_more_than(_MANY_ROWS)

    def _read_anew(self, naive: list[str]) -> bool:
        """Whether the rows are not copied, and are read from their file each time."""
        if self.source.stays_in_file:
            return True
        return self.source.scanned and not naive and self._has_more_than(_COPIED_ROWS)

    def _has_more_than(self, rows: int) -> bool:
        asked = f"SELECT count(*) FROM {self.source.relation}"
        return (self.connection.execute(asked).fetchone() or (0,)) > (rows,)

    def _tell_parsed(self, check: Check, others: str) -> None:
        """Record the rows of `parsed.NAME` that fail the check and for which `others` holds."""
        lines = f"SELECT _line FROM {self.parsed} WHERE {check.wrong} AND {others}"
        self._tell(check, f"_line IN ({lines})")

    def _tell(self, check: Check, condition: str) -> None:
        """Record the trouble of the rows as sent for which the condition holds."""
        told = (self.table.name, self.source.file, check.column, check.expected, check.cure)
        table, file, column, expected, cure = map(literal, told)
        self.connection.execute(
            f"INSERT INTO troubles SELECT {table}, {file}, _line, {column},"
            f" {self.source.cell(check.column)}, {expected}, {cure}, {self.source.row}"
            f" FROM {self.source.relation} WHERE {condition}"
        )


def _value(column: Column, cell: Cell | None, naive: list[str]) -> str:
    if cell is None:
        return f"CAST(NULL AS {STAGED_TYPE[column.kind]})"
    if column.name in naive:
        return f"CASE WHEN NOT ({cell.naive}) THEN {cell.value} END"
    return cell.value
