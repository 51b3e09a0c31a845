"""The door of the room: from a folder of evidence to decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from proofline.decide.asked import Asked, Clock
from proofline.decide.bulk import write_tables
from proofline.decide.decision import Decision, decisions
from proofline.decide.engines.duckdb import DuckDBEngine
from proofline.decide.engines.sqlite import on_sqlite
from proofline.decide.run import Run, run
from proofline.errors import WrongUse
from proofline.evidence import RELATIONS, Memory, open_evidence
from proofline.evidence.sqlite import ABLE, Small

if TYPE_CHECKING:
    from datetime import date

    from proofline.decide.engines import Engine, Staged
    from proofline.evidence import Evidence


FEW_ROWS = 12_000
"""Up to so many readings and time entries SQLite is done before DuckDB has planned."""
_ROWS = "SELECT (SELECT count(*) FROM main.readings) + (SELECT count(*) FROM main.time_entries)"


class Reading(TypedDict, total=False):
    """How evidence is read: `strict` refuses bad rows, `memory` sets bounds."""

    strict: bool
    memory: Memory


@contextmanager
def opened(
    path: Path | str,
    asked: Asked,
    *,
    engine: str | None = None,
    told: Callable[[str], None] | None = None,
    **reading: Unpack[Reading],
) -> Iterator[tuple[Run, Evidence]]:
    """Open evidence, decide it on an engine and give the run and the evidence.

    The engine is `duckdb`, `sqlite` or `spark`; if absent, DuckDB, or for one enrollment the one
    that is sooner done. Where one enrollment is asked of, only what bears on it is read. `told`
    hears of each model before it runs; `reading` goes to `open_evidence`. Raises what opening
    raises, and `PackError` for a broken page.
    """
    few = engine == "sqlite" or (engine is None and asked.enrollment_id is not None)
    reading["memory"] = replace(reading.get("memory", Memory()), few=few)
    with (
        open_evidence(
            path, as_of=asked.as_of, enrollment_id=asked.enrollment_id, **reading
        ) as evidence,
        carried_by(engine or _fitting(asked, evidence), evidence) as carrier,
    ):
        yield run(carrier, asked, told), evidence


def fitting(rows: int) -> str:
    """Name the engine for so many readings and time entries: few cost planning, many cost work."""
    return "sqlite" if ABLE and rows <= FEW_ROWS else "duckdb"


def _fitting(asked: Asked, evidence: Evidence) -> str:
    if asked.enrollment_id is None:
        return "duckdb"
    if isinstance(evidence.connection, Small):
        return "sqlite"
    (rows,) = evidence.connection.execute(_ROWS).fetchone() or (0,)
    return fitting(rows)


@contextmanager
def carried_by(
    engine: str, staged: Staged, relations: Sequence[str] = RELATIONS
) -> Iterator[Engine]:
    """Give the engine of a name over relations that stand ready; in SQLite's only its own."""
    if engine == "sqlite" or isinstance(staged.connection, Small):
        with on_sqlite(staged, relations) as small:
            yield small
    elif engine == "duckdb":
        yield DuckDBEngine(staged.connection)
    elif engine == "spark":
        from proofline.decide.engines.spark import on_spark  # noqa: PLC0415 - only when it is asked for

        with on_spark(staged, relations) as carrier:
            yield carrier
    else:
        raise WrongUse(
            "use.engine", f"There is no engine {engine!r}.", "Name duckdb, sqlite or spark."
        )


def decide(
    path: Path | str,
    *,
    as_of: date,
    clock: Clock = "cycle",
    program: str | None = None,
    engine: str = "duckdb",
    strict: bool = False,
) -> Iterator[Decision]:
    """Yield the decision on every enrollment, period and code, as of the end of a day.

    The order is fixed (enrollment, period start, code) and two runs on the same evidence and pages
    are the same byte for byte, on every engine.
    """
    asked = Asked(as_of, clock, program)
    with opened(path, asked, engine=engine, strict=strict) as (done, _):
        yield from decisions(done)


def write_parquet(
    path: Path | str,
    output: Path | str,
    *,
    as_of: date,
    clock: Clock = "cycle",
    program: str | None = None,
    told: Callable[[str], None] | None = None,
    **reading: Unpack[Reading],
) -> None:
    """Decide evidence into a folder of three Parquet tables (see `bulk`)."""
    with opened(path, Asked(as_of, clock, program), told=told, **reading) as (done, _):
        if told:
            told("writing")
        write_tables(done, Path(output))
