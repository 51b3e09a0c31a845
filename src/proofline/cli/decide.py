"""`proofline decide`: every code of every period, and why."""

from __future__ import annotations

import io
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from proofline.cli.asking import ENGINE, EVIDENCE, REJECTED, Day, clock_option
from proofline.cli.counting import counted
from proofline.cli.trouble import note
from proofline.errors import ProoflineError, WrongUse
from proofline.evidence.tables import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from proofline.decide.run import Run
    from proofline.evidence import Evidence

UNDECIDED = """
SELECT count(*) AS enrollments,
    count(CASE WHEN e.anchor_date IS NULL AND e.setup_date IS NULL THEN 1 END) AS undated,
    count(CASE WHEN p.patient_id IS NULL THEN 1 END) AS of_strangers
FROM enrollments AS e
LEFT JOIN charts AS c ON c.enrollment_id = e.enrollment_id
LEFT JOIN patients AS p ON p.patient_id = e.patient_id
WHERE c.enrollment_id IS NULL
"""
"""How many enrollments have no first day that is known and past, how many of them no day at all,
and how many a patient who is not on file."""


@click.command()
@click.argument("evidence", type=EVIDENCE)
@click.option(
    "--as-of", type=Day(), required=True, help="Decide on what was known at the end of this day."
)
@clock_option
@click.option(
    "--program",
    type=click.Choice(PROGRAMS, case_sensitive=False),
    help="Only this program; all that have a pack unless given.",
)
@ENGINE
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "ndjson", "json", "csv", "parquet"]),
    default="table",
    show_default=True,
    help="How decisions are written; parquet writes tables into the folder --output.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="A file (for parquet a folder) instead of the terminal.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep every decision in this folder, with its facts and the law, to replay it later.",
)
@click.option("--strict", is_flag=True, help="Refuse (exit 3) where rows would be set aside.")
@REJECTED
def decide(
    evidence: Path,
    as_of: date,
    clock: Literal["cycle", "month"],
    program: str | None,
    engine: str,
    form: str,
    output: Path | None,
    keep: Path | None,
    strict: bool,
    rejected: Path,
) -> None:
    """Decide the EVIDENCE in a folder or DuckDB file: each code of each period, and why.

    Standard output carries decisions only; counts and progress go to standard error.
    """
    from proofline.decide import Asked, opened  # noqa: PLC0415

    if form == "parquet" and output is None:
        raise WrongUse(
            "use.parquet_output", "Parquet is not for terminals.", "Give --output FOLDER."
        )
    asked = Asked(as_of, clock, None if program is None else program.upper())
    with (
        progress() as told,
        opened(evidence, asked, engine=engine, told=told, strict=strict) as (run, read),
    ):
        tell_of_rows(read, rejected)
        if keep is not None:
            keep_records(run, keep, told)
        tell_of_outcomes(write(run, form, output), run)


def keep_records(run: Run, folder: Path, told: Callable[[str], None] | None) -> None:
    """Keep the decisions of a run as records, and say where."""
    from proofline.decide.records import keeping  # noqa: PLC0415

    try:
        kept = keeping.keep(run, folder, told)
    except OSError as trouble:
        raise keeping.BadRecords(
            "records.unwritable",
            f"The decisions cannot be kept in {folder} ({type(trouble).__name__}).",
            "Make room, or name a folder that may be written; nothing is left half kept.",
        ) from trouble
    note(f"{counted(kept.records, 'decision')} kept in {kept.path}")


def write(run: Run, form: str, output: Path | None) -> Counter[str]:
    """Write the decisions in the form asked for and count their outcomes."""
    from proofline.cli import formats  # noqa: PLC0415
    from proofline.decide.decision import decisions  # noqa: PLC0415

    if form == "parquet" and output is not None:
        with writable(output):
            return write_tables(run, output)
    outcomes: Counter[str] = Counter()
    passed = formats.counted(decisions(run), outcomes)
    with target(output) as file:
        if form == "table":
            text = io.TextIOWrapper(file, encoding="utf-8", write_through=True)
            formats.write_table(passed, text if output else None)
            text.detach()
        else:
            file.writelines(formats.FORMS[form](passed))
    return outcomes


def write_tables(run: Run, folder: Path) -> Counter[str]:
    """Let the engine write its tables, without a Python object for each line; count outcomes."""
    from proofline.decide import bulk  # noqa: PLC0415
    from proofline.decide.outcomes import OUTCOMES  # noqa: PLC0415

    bulk.write_tables(run, folder)
    counts = run.engine.rows("SELECT outcome, count(*) AS lines FROM decided GROUP BY outcome")
    return Counter({OUTCOMES[row["outcome"]]: row["lines"] for row in counts})


@contextmanager
def target(output: Path | None) -> Iterator[BinaryIO]:
    """Open standard output, or a file that stands under its name only when it is complete."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if is_no_file(output):
        with output.open("wb") as file:
            yield file
        return
    part = Path(f"{output}.part")
    with writable(output):
        try:
            with part.open("wb") as file:
                yield file
            part.replace(output)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Say of a file or folder that it cannot be written, and what to do. Errors: ProoflineError."""
    try:
        yield
    except OSError as error:
        raise ProoflineError(
            "decide.unwritable",
            f"{path} cannot be written ({error.strerror}).",
            "Name one whose folder is there, has room, and lets you write.",
        ) from error


def is_no_file(path: Path) -> bool:
    """Say whether a pipe or a device, such as /dev/null, is there: never to be replaced."""
    return path.exists() and not (path.is_file() or path.is_dir())


@contextmanager
def progress() -> Iterator[Callable[[str], None] | None]:
    """Show on a terminal which model is being told; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415

    with Console(stderr=True).status("reading evidence") as status:
        yield lambda model: status.update(model.replace("_", " "))


def tell_of_rows(read: Evidence, rejected: Path) -> None:
    """Write the rows set aside to their file, and say how many there are of which table."""
    for warning in read.warnings:
        note(f"note: {warning}")
    if any(aside for _, aside in read.counts.values()):
        with writable(rejected):
            if not is_no_file(rejected):
                rejected.unlink(missing_ok=True)
            read.write_rejected(rejected)
        for table, (taken, aside) in read.counts.items():
            if aside:
                note(f"{table}: {aside} of {taken + aside} rows set aside")
        note(f"each with its reason and cure in {rejected}")


def tell_of_outcomes(outcomes: Counter[str], run: Run) -> None:
    """Say how many lines there are of each outcome, and how many no law on file covers."""
    from proofline.decide.outcomes import OUTCOMES  # noqa: PLC0415

    of_each = ", ".join(f"{outcomes[name]} {name.replace('_', ' ')}" for name in OUTCOMES)
    note(f"{outcomes.total()} lines: {of_each}")
    if run.unpaged:
        unpaged = counted(run.unpaged, "period")
        note(f"before the first page of their pack, and not decided: {unpaged}")
    (left,) = run.engine.rows(UNDECIDED)
    if left["enrollments"]:
        undated = f"{left['undated']} without anchor_date and setup_date"
        note(f"without a period yet: {counted(left['enrollments'], 'enrollment')}, {undated}")
    if left["of_strangers"]:
        note(f"of a patient who is not in patients: {counted(left['of_strangers'], 'enrollment')}")
