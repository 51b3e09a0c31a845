"""From the rows as sent to the typed relations: `parsed.NAME`, and over it `NAME` itself.

`parsed.NAME` holds the rows whose every cell can be read, with `_line` and, where instants came
without an offset, `_local_COLUMN`. `NAME` holds exactly the columns of the contract, without the rows
that cannot be used as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.evidence.cells import STAGED_TYPE, Cell, read_cell
from proofline.evidence.checks import Check, cell_checks, failing, none_of, row_checks
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
    table, name = source.table, source.table.name
    cells = {
        c.name: read_cell(c, source.types[c.name]) for c in table.columns if c.name in source.types
    }
    asked = cell_checks(source, connection)
    naive_asked = [Check(n, cell.naive, "", "") for n, cell in cells.items() if cell.naive]
    found = failing(connection, source.relation, asked + naive_asked, scanned=source.scanned)
    bad_cells = [check for check in found if check in asked]
    naive = [check.column for check in found if check not in asked]
    _tell(connection, source, bad_cells, f"{source.relation} s")
    kept = "VIEW" if source.scanned and table.large else "TABLE"
    connection.execute(f"CREATE {kept} parsed.{name} AS {_parsed(source, cells, bad_cells, naive)}")
    bad_rows = failing(
        connection, f"parsed.{name}", row_checks(table, naive), scanned=kept == "VIEW"
    )
    joined = f"{source.relation} s JOIN (SELECT _line FROM parsed.{name} WHERE {{}}) USING (_line)"
    _tell(connection, source, bad_rows, joined)
    _finish(connection, source, bad_rows, view=kept == "VIEW")
    if not source.scanned:
        connection.execute(f"DROP TABLE {source.relation}")


def _tell(
    connection: duckdb.DuckDBPyConnection, source: Source, checks: list[Check], rows: str
) -> None:
    """Record the failing rows of each check. `{}` in `rows` takes the condition, else WHERE does."""
    for check in checks:
        value = f's."{check.column}"' if check.column in source.types else "NULL"
        place = rows.format(check.wrong) if "{}" in rows else f"{rows} WHERE {check.wrong}"
        connection.execute(
            f"INSERT INTO troubles SELECT {literal(source.table.name)}, {literal(source.file)},"
            f" s._line, {literal(check.column)}, CAST({value} AS VARCHAR),"
            f" {literal(check.expected)}, {literal(check.cure)}, {source.row} FROM {place}"
        )


def _parsed(source: Source, cells: dict[str, Cell], bad: list[Check], naive: list[str]) -> str:
    """The typed rows; instants without an offset are read on the clock of the patient."""
    values = ", ".join(
        f'{_value(c, cells.get(c.name))} AS "{c.name}"' for c in source.table.columns
    )
    locals_ = "".join(f', {cells[name].local} AS "_local_{name}"' for name in naive)
    typed = f"SELECT _line, {values}{locals_} FROM {source.relation} WHERE {none_of(bad)}"
    if not naive:
        return typed
    replaced = [
        f'coalesce(t."{name}", t."_local_{name}" - z_{name}.offset_us) AS "{name}"'
        for name in naive
    ]
    if "measured_at" in naive:
        quality = "t.time_quality"
        replaced.append(
            f"CASE WHEN t._local_measured_at IS NULL THEN {quality} ELSE 'local-clock' END"
            " AS time_quality"
        )
    joins = "".join(
        f" LEFT JOIN local_spans z_{name} ON z_{name}.time_zone = {_ZONE[source.table.clock]}"
        f' AND t."_local_{name}" >= z_{name}.from_us AND t."_local_{name}" < z_{name}.to_us'
        for name in naive
    )
    return (
        f"SELECT t.* REPLACE ({', '.join(replaced)}) FROM ({typed}) t"
        f" {_clock(source.table, naive)}{joins}"
    )


def _value(column: Column, cell: Cell | None) -> str:
    return cell.value if cell else f"CAST(NULL AS {STAGED_TYPE[column.kind]})"


_ZONE = {
    "patient_id": "k.time_zone",
    "enrollment_id": "k.time_zone",
    "assignment": "coalesce(k.time_zone, w.time_zone)",
}


def _clock(table: Table, naive: list[str]) -> str:
    """The join that finds whose clock an instant without an offset shows."""
    if table.clock == "patient_id":
        return "LEFT JOIN main.patients k ON k.patient_id = t.patient_id"
    if table.clock == "enrollment_id":
        return (
            "LEFT JOIN (SELECT enrollment_id, time_zone FROM main.enrollments JOIN main.patients"
            " USING (patient_id)) k ON k.enrollment_id = t.enrollment_id"
        )
    shown = "t._local_measured_at" if "measured_at" in naive else "NULL"
    return (
        "LEFT JOIN main.patients k ON k.patient_id = t.patient_id"
        " LEFT JOIN parsed.wearers w ON t.patient_id IS NULL AND w.device_id = t.device_id"
        f" AND coalesce({shown}, t.measured_at) // 86400000000 BETWEEN w.from_day AND w.to_day"
    )


WEARERS = """
CREATE TABLE parsed.wearers AS
WITH worn AS (
    SELECT device_id, from_date AS from_day, coalesce(to_date, 99999999) AS to_day, time_zone
    FROM main.assignments JOIN main.patients USING (patient_id)
), edges AS (
    SELECT DISTINCT device_id, unnest([from_day, to_day + 1]) AS day FROM worn
), stretches AS (
    SELECT device_id, day AS from_day,
        lead(day) OVER (PARTITION BY device_id ORDER BY day) - 1 AS to_day
    FROM edges
)
SELECT s.device_id, s.from_day, s.to_day, min(w.time_zone) AS time_zone
FROM stretches s JOIN worn w
    ON w.device_id = s.device_id AND w.from_day <= s.from_day AND w.to_day >= s.to_day
GROUP BY ALL HAVING count(DISTINCT w.time_zone) = 1
"""
"""In whose zone each device was on each day: stretches of days on which there is one answer."""


def _finish(
    connection: duckdb.DuckDBPyConnection, source: Source, bad: list[Check], *, view: bool
) -> None:
    """Make `NAME` over `parsed.NAME`, one row for identical rows, none for contradictory ones."""
    table = source.table
    names = ", ".join(f'"{name}"' for name in table.names)
    rows = f"SELECT {names} FROM parsed.{table.name} WHERE {none_of(bad)}"
    if view:
        connection.execute(f"CREATE VIEW main.{table.name} AS {rows}")
        return
    key = ", ".join(f'"{name}"' for name in table.key)
    repeated = f"SELECT {key} FROM ({rows}) GROUP BY {key} HAVING count(*) > 1"
    if connection.execute(f"{repeated} LIMIT 1").fetchone() is None:
        connection.execute(f"CREATE VIEW main.{table.name} AS {rows}")
        return
    contradicted = ""
    if table.on_conflict == "set_aside":
        (key_name,) = table.key
        several = f"SELECT {key} FROM (SELECT DISTINCT * FROM ({rows})) GROUP BY {key} HAVING count(*) > 1"
        check = Check(
            key_name,
            f"{key} IN ({several})",
            f"one content for each {key_name}; it came with several",
            "keep the row that is right and remove the others, or give them ids of their own",
        )
        joined = f"{source.relation} s JOIN (SELECT _line FROM parsed.{table.name} WHERE {{}}) USING (_line)"
        _tell(
            connection,
            source,
            [Check(check.column, f"{none_of(bad)} AND {check.wrong}", check.expected, check.cure)],
            joined,
        )
        contradicted = f" AND {key} NOT IN ({several})"
    connection.execute(
        f"CREATE TABLE main.{table.name} AS SELECT DISTINCT {names} FROM ({rows}{contradicted})"
    )
