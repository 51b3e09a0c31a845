"""Kept sheets back into an engine: their facts as the relation `facts`, and the same bounds on it.

Nothing decides here. The facts are loaded under the names that the models give them, then
`hold_bounds` runs the text it always runs, and decisions are told from it as always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from proofline.decide.asked import day_number
from proofline.decide.deciding import carried_by
from proofline.decide.records.canonical import canonical
from proofline.decide.records.keeping import BadRecords, Leaf, head, leaves
from proofline.decide.run import Run, hold_bounds, pages_in_use

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from proofline.decide.asked import Asked
    from proofline.decide.engines import Engine
    from proofline.decide.records.sheet import Sheet

MEMORY = "1500MB"
WHOSE = {"patient_no": "INTEGER", "patient_id": "VARCHAR", "program": "VARCHAR"}
NUMBERED = ("chart_no", "period_no", "line_no")
PERIOD = "chart_no, period_no, kind, number, first_day, last_day, first_month, last_month, closed"
LOADED = "kept_facts"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The kept facts in a DuckDB connection, as the relation `kept_facts`."""

    connection: DuckDBPyConnection


PORTION = 500
"""Sheets that are in an engine at once: as many as cost little more each than all together."""


def in_portions(
    path: Path,
    asked: Asked,
    chosen: Callable[[Iterable[Sheet]], Iterable[Sheet]],
    *,
    engine: str = "duckdb",
) -> Iterator[tuple[Run, Iterator[Leaf]]]:
    """Restore the sheets of a file, those that are chosen, some at a time; give each run in turn.

    Beside it come the leaves of the same sheets, to be read through before the next run is asked
    for. Memory is that of one portion, however long the file: no line bears on another sheet's.
    """
    columns = head(path).columns
    sheets, beside = (leaf.sheet for leaf in leaves(path)), leaves(path)
    while portion := list(islice(sheets, PORTION)):
        with restored(chosen(portion), columns, asked, engine=engine) as run:
            yield run, islice(beside, PORTION)


@contextmanager
def restored(
    sheets: Iterable[Sheet], columns: Mapping[str, str], asked: Asked, *, engine: str = "duckdb"
) -> Iterator[Run]:
    """Load sheets, hold the bounds of the law asked of against them, and give the run.

    `columns` are the SQL types of the columns. Memory is the engine's, which spills to disk.
    """
    with (
        TemporaryDirectory(prefix="proofline-") as folder,
        _loaded(sheets, columns, Path(folder)) as loaded,
        carried_by(engine, loaded, [LOADED]) as carrier,
    ):
        yield _held(carrier, asked, columns)


@contextmanager
def _loaded(sheets: Iterable[Sheet], columns: Mapping[str, str], folder: Path) -> Iterator[Loaded]:
    types = {**WHOSE, **columns}
    file = folder / "facts.ndjson"
    with file.open("wb") as out:
        out.writelines(canonical(row) + b"\n" for row in _rows(sheets))
    with duckdb.connect() as connection:
        connection.execute(
            f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}';"
            "SET preserve_insertion_order = false"
        )
        shape = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        try:
            connection.execute(
                f"CREATE TABLE main.{LOADED} AS SELECT * FROM read_json('{file}',"
                f" format = 'newline_delimited', columns = {{{shape}}})"
            )
        except duckdb.Error as trouble:
            raise BadRecords(
                "records.broken",
                "A cell of the facts kept is not of the kind of its column.",
                "Put the file back from a backup.",
            ) from trouble
        yield Loaded(connection)


def _rows(sheets: Iterable[Sheet]) -> Iterator[dict[str, object]]:
    """Yield every line with its columns by name, numbered so that no two sheets share a number."""
    first = dict.fromkeys(NUMBERED, 0)
    for patient_no, sheet in enumerate(sheets):
        whose = {
            "patient_no": patient_no,
            "patient_id": sheet.patient_id,
            "program": sheet.program,
        }
        last = dict(first)
        for line in sheet.lines:
            row = dict(zip(sheet.columns, line, strict=True))
            for name in NUMBERED:
                number = first[name] + int(row[name] or 0)
                row[name] = number
                last[name] = max(last[name], number + 1)
            yield {**row, **whose}
        first = last


def _held(engine: Engine, asked: Asked, columns: Mapping[str, str]) -> Run:
    names = ", ".join(name for name in columns if name not in {"enrollment_id", "evidence_digest"})
    as_of_day = day_number(asked.as_of)
    engine.keep("facts", f"SELECT {names} FROM {LOADED}")
    engine.define("facts_told", "SELECT * FROM facts")
    engine.keep("lines", "SELECT DISTINCT page FROM facts")
    engine.keep("periods", f"SELECT DISTINCT {PERIOD} FROM facts")
    engine.keep(
        "charts",
        f"SELECT DISTINCT chart_no, enrollment_id, patient_id, patient_no, program,"
        f" CAST({as_of_day} AS INTEGER) AS as_of_day FROM {LOADED}",
    )
    engine.keep("period_digests", f"SELECT DISTINCT period_no, evidence_digest FROM {LOADED}")
    pages = pages_in_use(engine, asked)
    if pages:
        hold_bounds(engine, asked, pages)
    return Run(engine, asked, {page.name: page for page in pages})
