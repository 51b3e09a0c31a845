"""`proofline claims draft`: billable decisions become claims in the book, nothing is typed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from msgspec import Struct, structs

from proofline.cli.asking import EVIDENCE, PROGRAMS, Day, clock_option
from proofline.cli.claims.checking import (
    check,
    contracts_option,
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

    from proofline.claims.book import Book, Decided, Entry
    from proofline.claims.drawing import Decision, Drawn
    from proofline.claims.expecting import Expecting
    from proofline.claims.sheets.charges import Charges
    from proofline.claims.sheets.directory import Directory
    from proofline.decide import Asked
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
    from proofline.claims.book import Act, Book  # noqa: PLC0415
    from proofline.decide import Asked  # noqa: PLC0415

    sheets = sheets_of(charges, directory, (fees, contracts))
    book, asked = Book(folder), Asked(as_of, clock, program and program.upper())
    found = drawn_from(evidence, asked, sheets)
    gone = book.enrollments(found.practices) - found.present
    judged = found.judged | gone
    entry = book.draw(
        found.drawn.claims,
        Act(by, datetime.now(UTC)),
        judged=judged,
        decided=structs.replace(found.decided, older=older),
    )
    show(found.drawn, entry, book, judged)
    tell_of_others(book, found)
    where_next(folder, as_of, directory)


class Found(Struct, frozen=True):
    """What came of evidence: claims drawn, and the enrollments judged, present, and of whom.

    `practices` are the NPIs of the practices in the evidence.
    """

    drawn: Drawn
    decided: Decided
    judged: set[str]
    present: set[str]
    practices: set[str]


class Sheets(Struct, frozen=True):
    """What claims are written from besides the evidence, as files told it."""

    charges: Charges
    directory: Directory
    expected: Expecting


def sheets_of(
    charges: Path, directory: Path | None, priced: tuple[Path | None, Path | None]
) -> Sheets:
    """Read charges, directory, and the folder of fees and file of contracts that price lines."""
    from proofline.claims.sheets.charges import read_charges  # noqa: PLC0415

    return Sheets(read_charges(charges), read_directory_at(directory), expecting(*priced))


def drawn_from(evidence: Path, asked: Asked, sheets: Sheets) -> Found:
    """Decide the evidence and draw what is billable; nothing is written yet."""
    from proofline.claims import drawing  # noqa: PLC0415
    from proofline.claims.book import decided  # noqa: PLC0415
    from proofline.claims.sheets.people import read_people  # noqa: PLC0415
    from proofline.cli.decide import progress  # noqa: PLC0415
    from proofline.decide import opened  # noqa: PLC0415

    with progress() as told, opened(evidence, asked, told=told) as (run, read):
        billable, judged = billable_decisions(run)
        tell_of_rows(read)
        rows = read.connection.cursor()
        program = "SELECT enrollment_id, program FROM main.enrollments"
        present = dict(rows.execute(program).fetchall())
        numbers = rows.execute("SELECT coalesce(npi, '') FROM main.practices").fetchall()
        people = read_people(read.connection, sorted({one["enrollment_id"] for one in billable}))
    judged |= {one for one, of in present.items() if asked.program in {None, of}}
    papers = drawing.Sheets(people, sheets.charges, sheets.directory, sheets.expected)
    drawn = drawing.draw(billable, papers)
    practices = {npi for (npi,) in numbers}
    return Found(drawn, decided(billable, asked.as_of), judged, set(present), practices)


def billable_decisions(run: Run) -> tuple[list[Decision], set[str]]:
    """Give the billable decisions, and every enrollment that was judged."""
    from proofline.decide.decision import decisions  # noqa: PLC0415

    billable: list[Decision] = []
    judged: set[str] = set()
    for one in decisions(run):
        judged.add(one["enrollment_id"])
        if one["outcome"] == "billable":
            billable.append(one)
    return billable, judged


def tell_of_others(book: Book, found: Found) -> None:
    """Say how many lines not yet sent are of nobody in the evidence, and were left as they are."""
    unsent = book.current("drawn", "ready")
    lines = sum(len(one.lines) for one in unsent if one.billing.npi not in found.practices)
    if lines:
        note(f"note: {lines} unsent lines are of practices not in this evidence; left as they are")


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
        click.echo(f"{steps['voided']} lines given up: no billable decision stands behind them")
    if drawn.undrawn:
        console().print(table_of_edits(drawn.undrawn, "Billable, but not drawn"))
    still = {line.line_id for claim in drawn.claims for line in claim.lines}
    still |= {edit.line_id for edit in drawn.undrawn}
    for line_id in book.overtaken(still, judged):
        click.echo(f"line {line_id} was sent, and no billable decision stands behind it: amend it")


def where_next(folder: Path, as_of: date, directory: Path | None) -> None:
    """Say which command to give next."""
    known = f" --directory {directory}" if directory else ""
    note(
        f"What must be mended first: proofline claims check --book {folder} --as-of {as_of}{known}"
    )
