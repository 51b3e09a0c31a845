"""`proofline claims draft`: billable decisions become claims in the book, nothing is typed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from msgspec import structs

from proofline.cli.asking import EVIDENCE, Day, clock_option
from proofline.cli.claims.checking import (
    check,
    contracts_option,
    directory_option,
    fees_option,
    table_of_edits,
)
from proofline.cli.claims.correcting import appeal, correct, give_up, onward
from proofline.cli.claims.delivering.command import send
from proofline.cli.claims.drawing import drawn_from, sheets_of
from proofline.cli.claims.keeping import BOOK, FILE, by_option, hold, lines, release
from proofline.cli.claims.lists import lists
from proofline.cli.claims.writing import write
from proofline.cli.counting import counted
from proofline.cli.trouble import note
from proofline.evidence.tables import PROGRAMS

if TYPE_CHECKING:
    from datetime import date

    from proofline.claims.book import Book, Entry
    from proofline.claims.drawing import Drawn
    from proofline.cli.claims.drawing import Found


@click.group()
def claims() -> None:
    """What goes to the payer: drafted from decisions, checked, kept in a book of lines."""


for command in (appeal, check, correct, give_up, hold, lines, lists, onward, release, send, write):
    claims.add_command(command)


@claims.command()
@click.argument("evidence", type=EVIDENCE)
@click.option("--as-of", type=Day(), required=True, help="Decide on what was known at its end.")
@click.option("--book", "folder", required=True, type=BOOK, help="Folder of the book of lines.")
@click.option("--charges", required=True, type=FILE, help="CSV: code, charge, perhaps from_date.")
@directory_option
@fees_option
@contracts_option
@clock_option
@click.option("--program", type=click.Choice(PROGRAMS, case_sensitive=False), help="Only this one.")
@click.option("--older", default="", metavar="REASON", help="Why decisions older than the last.")
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
    older: str,
    by: str,
) -> None:
    """Draw the billable decisions on the EVIDENCE into claims, and write them into the book.

    What is held or open is not drawn. Lines already in the book and unchanged stay as they are;
    those not yet sent are given up where their decision is no longer billable, or their enrollment
    is no longer in the evidence. Decisions older than the last that were drawn are refused.
    """
    from proofline.claims.amending.looking import keep_bases  # noqa: PLC0415
    from proofline.claims.book import Act, Book, Decided  # noqa: PLC0415
    from proofline.decide import Asked  # noqa: PLC0415

    sheets = sheets_of(charges, directory, (fees, contracts))
    book, asked = Book(folder), Asked(as_of, clock, program and program.upper())
    book.refuse_older(Decided(as_of, older=older))
    act = Act(by, datetime.now(UTC))
    with drawn_from(evidence, asked, sheets) as (run, found):
        judged = found.judged | (book.enrollments(found.practices) - found.present)
        entry = book.draw(
            found.drawn.claims,
            act,
            judged=judged,
            decided=structs.replace(found.decided, older=older),
        )
        keep_bases(run, found.bases, book, (folder, act))
    show(found.drawn, entry, book, judged)
    tell_of_others(book, found)
    where_next(folder, as_of, directory)


def tell_of_others(book: Book, found: Found) -> None:
    """Say how many lines not yet sent are of nobody in the evidence, and were left as they are."""
    unsent = book.current("drawn", "ready")
    lines = sum(len(one.lines) for one in unsent if one.billing.npi not in found.practices)
    if lines:
        note(f"note: {lines} unsent lines are of practices not in this evidence; left as they are")


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
        gone = counted(steps["voided"], "line")
        click.echo(f"{gone} given up: no billable decision stands behind them")
    if drawn.undrawn:
        console().print(table_of_edits(drawn.undrawn, "Billable, but not drawn"))
    still = {line.line_id for claim in drawn.claims for line in claim.lines}
    still |= {edit.line_id for edit in drawn.undrawn}
    for line_id in book.overtaken(still, judged):
        click.echo(
            f"line {line_id} was sent, and no billable decision stands behind it:"
            " proofline amendments find"
        )


def where_next(folder: Path, as_of: date, directory: Path | None) -> None:
    """Say which command to give next."""
    known = f" --directory {directory}" if directory else ""
    note(
        f"What must be mended first: proofline claims check --book {folder} --as-of {as_of}{known}"
    )
