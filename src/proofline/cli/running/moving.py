"""`proofline take-over` and `hand-over`: a practice moves into the service, and can leave it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from proofline.cli.arriving.asking import ACCOUNT, PRACTICE
from proofline.cli.asking import REJECTED, today
from proofline.cli.running.setting_up import set_up

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("evidence", type=FOLDER)
@ACCOUNT
@PRACTICE
@click.option("--strict", is_flag=True, help="Take nothing (exit 3) if a row would be set aside.")
@REJECTED
def take_over(evidence: Path, account: str, practice: str, strict: bool, rejected: Path) -> None:
    """Take the EVIDENCE of a folder over into the service's book, row by row on record.

    For a practice that comes from another system, or has used the command line until now. Rows that
    the book has or had are passed by, so a folder that was mended can be taken over again. Whoever
    is in it is decided by the running service, or by `proofline work`.
    """
    _look_through(evidence, rejected, strict=strict)
    set_up()
    from proofline.desk.moving.taking_over import take_over  # noqa: PLC0415 - after set_up
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book, _progress() as told:
        counts = take_over(book, evidence, now, told)
    _tell(counts, "new")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@ACCOUNT
@PRACTICE
def hand_over(folder: Path, account: str, practice: str) -> None:
    """Hand a practice's evidence over from the service's book as a new FOLDER of NDJSON tables.

    Every row that holds, with names, values and where it came from: keep it as you keep charts.
    `proofline decide FOLDER` finds in it what the service decided.
    """
    set_up()
    from proofline.desk.moving.handing_over import hand_over  # noqa: PLC0415 - after set_up
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book, _progress() as told:
        counts = hand_over(book, folder, now, told)
    _tell(counts, "handed over")


def _look_through(evidence: Path, rejected: Path, *, strict: bool) -> None:
    """Say which rows cannot be used, before any is taken. Errors: those of opening evidence."""
    from proofline.cli.decide import tell_of_rows  # noqa: PLC0415
    from proofline.evidence import open_evidence  # noqa: PLC0415

    with open_evidence(evidence, as_of=today(), strict=strict) as read:
        tell_of_rows(read, rejected)


def _tell(counts: dict[str, int], what: str) -> None:
    for table, count in counts.items():
        if count:
            click.echo(f"{table:<16}{count:>12,}")
    click.echo(f"{sum(counts.values()):,} rows {what}")


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None] | None]:
    """Show on a terminal the table at hand and how many of its rows have come."""
    from proofline.cli.decide import progress  # noqa: PLC0415

    with progress() as told:
        yield None if told is None else lambda table, rows: told(f"{table}: {rows:,}")
