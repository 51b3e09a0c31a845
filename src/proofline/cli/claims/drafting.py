"""`proofline claims draft`: billable decisions become claims in the book, nothing is typed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from proofline.cli.asking import EVIDENCE, PROGRAMS, Day, clock_option
from proofline.cli.claims.checking import (
    check,
    directory_option,
    fees_option,
    read_directory_at,
    table_of_edits,
)
from proofline.cli.claims.keeping import BOOK, FILE, by_option, hold, lines, release
from proofline.cli.claims.sending import send
from proofline.cli.claims.writing import write
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from datetime import date

    from proofline.claims.amending.basis import Basis
    from proofline.claims.book import Book, Entry
    from proofline.claims.drawing import Decision, Drawn
    from proofline.claims.expecting import Expecting
    from proofline.decide.run import Run
    from proofline.evidence import Evidence


@click.group()
def claims() -> None:
    """What goes to the payer: drafted from decisions, checked, kept in a book of lines."""


claims.add_command(check)
claims.add_command(hold)
claims.add_command(release)
claims.add_command(lines)
claims.add_command(send)
claims.add_command(write)


@claims.command()
@click.argument("evidence", type=EVIDENCE)
@click.option("--as-of", type=Day(), required=True, help="Decide on what was known at its end.")
@click.option("--book", "folder", required=True, type=BOOK, help="Folder of the book of lines.")
@click.option("--charges", required=True, type=FILE, help="CSV: code, charge, perhaps from_date.")
@directory_option
@fees_option
@click.option("--contracts", type=FILE, help="TOML file of what payers agreed to.")
@clock_option
@click.option("--program", type=click.Choice(PROGRAMS, case_sensitive=False), help="Only this one.")
@by_option
def draft(
    evidence: Path,
    as_of: date,
    folder: Path,
    charges: Path,
    directory: Path | None,
    fees: Path | None,
    contracts: Path | None,
    clock: Literal["cycle", "month"],
    program: str | None,
    by: str,
) -> None:
    """Draw the billable decisions on the EVIDENCE into claims, and write them into the book.

    What is held or open is not drawn. Lines already in the book and unchanged stay as they are;
    those not yet sent whose decision is no longer billable are given up.
    """
    from proofline.claims.amending.looking import keep_bases  # noqa: PLC0415
    from proofline.claims.book import Act, Book  # noqa: PLC0415
    from proofline.claims.drawing import Sheets, draw  # noqa: PLC0415
    from proofline.claims.sheets.charges import read_charges  # noqa: PLC0415
    from proofline.claims.sheets.people import read_people  # noqa: PLC0415
    from proofline.cli.decide import progress  # noqa: PLC0415
    from proofline.decide import Asked, opened  # noqa: PLC0415

    book, listed = Book(folder), read_charges(charges)
    known, expected = read_directory_at(directory), expecting(fees, contracts)
    asked = Asked(as_of, clock, program and program.upper())
    with progress() as told, opened(evidence, asked, told=told) as (run, read):
        billable, judged, bases = billable_decisions(run)
        tell_of_rows(read)
        people = read_people(read.connection, sorted({one["enrollment_id"] for one in billable}))
        drawn = draw(billable, Sheets(people, listed, known, expected))
        act = Act(by, datetime.now(UTC))
        entry = book.draw(drawn.claims, act, judged=judged)
        keep_bases(run, bases, book, (folder, act))
    show(drawn, entry, book, judged)
    where_next(folder, as_of, directory)


def billable_decisions(run: Run) -> tuple[list[Decision], set[str], list[Basis]]:
    """Give the billable decisions, every enrollment that was judged, and a basis of each line."""
    from proofline.claims.amending.basis import basis_of  # noqa: PLC0415
    from proofline.decide.decision import decisions  # noqa: PLC0415

    billable: list[Decision] = []
    judged: set[str] = set()
    bases: list[Basis] = []
    for one in decisions(run):
        judged.add(one["enrollment_id"])
        bases.append(basis_of(one, run.asked.clock))
        if one["outcome"] == "billable":
            billable.append(one)
    return billable, judged, bases


def tell_of_rows(read: Evidence) -> None:
    """Say how many rows were set aside; `check` tells why."""
    aside = sum(count for _, count in read.counts.values())
    if aside:
        note(f"note: {aside} rows of the evidence were set aside; proofline check says why")


def expecting(fees: Path | None, contracts: Path | None) -> Expecting:
    """Give what prices lines, from the folder of loaded fees and the contracts."""
    from proofline.claims.expecting import Expecting  # noqa: PLC0415
    from proofline.claims.fees.contracts import read  # noqa: PLC0415
    from proofline.claims.fees.shelf import Shelf  # noqa: PLC0415

    return Expecting(Shelf(fees), None if contracts is None else read(contracts))


def show(drawn: Drawn, entry: Entry | None, book: Book, judged: set[str]) -> None:
    """Print what was drawn, what was not and why, and what was sent though it no longer stands."""
    from proofline.cli.screen import console  # noqa: PLC0415

    steps = Counter(change.to for change in entry.changes) if entry else Counter()
    waiting = book.current("drawn", "ready")
    cents = sum(claim.total for claim in waiting)
    click.echo(
        f"{steps['drawn']} lines drawn; the book now has {len(waiting)} claims to send,"
        f" {sum(len(claim.lines) for claim in waiting)} lines, {cents // 100:,}.{cents % 100:02d}"
        " dollars charged"
    )
    if steps["voided"]:
        click.echo(f"{steps['voided']} lines given up: their decision is no longer billable")
    if drawn.undrawn:
        console().print(table_of_edits(drawn.undrawn, "Billable, but not drawn"))
    still = {line.line_id for claim in drawn.claims for line in claim.lines}
    still |= {edit.line_id for edit in drawn.undrawn}
    for line_id in book.overtaken(still, judged):
        click.echo(
            f"line {line_id} was sent, and its decision is no longer billable:"
            " proofline amendments find"
        )


def where_next(folder: Path, as_of: date, directory: Path | None) -> None:
    """Say which command to give next."""
    known = f" --directory {directory}" if directory else ""
    note(
        f"What must be mended first: proofline claims check --book {folder} --as-of {as_of}{known}"
    )
