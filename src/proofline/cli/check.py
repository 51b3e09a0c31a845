"""`proofline check`: can this evidence be read, and what is wrong with it?"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.asking import EVIDENCE, today
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proofline.evidence import Evidence, Trouble

SHOWN = 20


@click.command()
@click.argument("evidence", type=EVIDENCE)
@click.option(
    "--strict", is_flag=True, help="Exit 3 if a row would be set aside for what is wrong with it."
)
@click.option("--all", "everything", is_flag=True, help=f"Show every row, not {SHOWN} of a table.")
@click.option(
    "--icd10cm",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An official order file (icd10cm-order-YYYY.txt) to hold diagnoses against; repeatable.",
)
def check(evidence: Path, strict: bool, everything: bool, icd10cm: tuple[Path, ...]) -> None:
    """Read the EVIDENCE and say of every table what it holds and which rows cannot be used.

    Values are not shown: they may belong to a patient. `decide` writes them to its --rejected file.
    """
    from proofline.evidence import open_evidence  # noqa: PLC0415
    from proofline.evidence.identifiers import ill_formed  # noqa: PLC0415
    from proofline.evidence.references import unresolved  # noqa: PLC0415

    with open_evidence(evidence, as_of=today()) as read:
        for warning in read.warnings:
            note(f"note: {warning}")
        for said in (*ill_formed(read.connection), *unresolved(read.connection)):
            note(f"note: {said}")
        if icd10cm:
            hold_diagnoses(read, icd10cm)
        show_counts(read.counts)
        show_troubles(read.troubles, None if everything else SHOWN)
        if strict and read.bad_rows():
            raise click.exceptions.Exit(3)


def hold_diagnoses(read: Evidence, files: tuple[Path, ...]) -> None:
    """Say which diagnoses the code lists of their day do not let through."""
    from proofline.intake.icd10cm import CodeBook, not_billable  # noqa: PLC0415

    book = CodeBook()
    for file in files:
        book.load(file)
    for said in not_billable(read.connection, book):
        note(f"note: {said}")


def show_counts(counts: dict[str, tuple[int, int]]) -> None:
    """Print one line for each table that is there."""
    from rich.table import Table  # noqa: PLC0415

    from proofline.cli.screen import console  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    table.add_column("table")
    for head in ("rows", "set aside"):
        table.add_column(head, justify="right")
    for name, (taken, aside) in counts.items():
        if taken or aside:
            table.add_row(name, f"{taken:,}", f"{aside:,}" if aside else "")
    console().print(table)


def show_troubles(troubles: Iterable[Trouble], most: int | None) -> None:
    """Print what is wrong, table by table: place, what was expected, how to mend it."""
    for table, of_table in groupby(troubles, key=lambda one: one.table):
        told = list(of_table)
        click.echo(f"\n{table}")
        for trouble in told[:most]:
            click.echo(f"  {trouble}")
        if most is not None and len(told) > most:
            click.echo(f"  and {len(told) - most} more; --all shows them")
