"""The door of the room: from a folder of evidence to decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from proofline.decide.asked import Asked, Clock
from proofline.decide.bulk import write_tables
from proofline.decide.decision import Decision, decisions
from proofline.decide.duckdb import DuckDBEngine
from proofline.decide.run import Run, run
from proofline.errors import WrongUse
from proofline.evidence import RELATIONS, open_evidence

if TYPE_CHECKING:
    from datetime import date

    from proofline.decide.engine import Engine, Staged
    from proofline.evidence import Evidence, Memory


class Reading(TypedDict, total=False):
    """How evidence is read: `strict` refuses bad rows, `memory` sets bounds."""

    strict: bool
    memory: Memory


@contextmanager
def opened(
    path: Path | str,
    asked: Asked,
    *,
    engine: str = "duckdb",
    told: Callable[[str], None] | None = None,
    **reading: Unpack[Reading],
) -> Iterator[tuple[Run, Evidence]]:
    """Open evidence, decide it on an engine (`duckdb`, `spark`) and give the run and the evidence.

    `told` hears of each model before it runs; `reading` goes to `open_evidence`. Where one
    enrollment is asked of, only what bears on it is read. Raises what opening raises, and
    `PackError` for a broken page.
    """
    with (
        open_evidence(
            path, as_of=asked.as_of, enrollment_id=asked.enrollment_id, **reading
        ) as evidence,
        carried_by(engine, evidence) as carrier,
    ):
        yield run(carrier, asked, told), evidence


@contextmanager
def carried_by(
    engine: str, staged: Staged, relations: Sequence[str] = RELATIONS
) -> Iterator[Engine]:
    """Give the engine of a name over relations that stand in a DuckDB connection."""
    if engine == "duckdb":
        yield DuckDBEngine(staged.connection)
    elif engine == "spark":
        from proofline.decide.spark import on_spark  # noqa: PLC0415 - only when it is asked for

        with on_spark(staged, relations) as carrier:
            yield carrier
    else:
        raise WrongUse("use.engine", f"There is no engine {engine!r}.", "Name duckdb or spark.")


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
