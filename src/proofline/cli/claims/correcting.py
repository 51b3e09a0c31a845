"""`proofline claims correct`, `onward`, `appeal` and `give-up`: what follows an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import click
from msgspec import structs

from proofline.cli.asking import EVIDENCE, Day, clock_option, today
from proofline.cli.claims.checking import (
    contracts_option,
    directory_option,
    fees_option,
    read_directory_at,
    setting_of,
    table_of_edits,
)
from proofline.cli.claims.drawing import drawn_from, sheets_of
from proofline.cli.claims.keeping import FILE, book_at, book_option, by_option, why_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from proofline.claims.book import Book, Change
    from proofline.claims.claim import Claim
    from proofline.claims.correcting import Wanted
    from proofline.claims.edits import Setting
    from proofline.claims.sheets.directory import Directory
    from proofline.cli.claims.drawing import Found

WAYS = ("new", "replacement", "void")


@click.command()
@click.argument("line_ids", nargs=-1, required=True, metavar="LINE...")
@book_option
@click.option("--as", "way", required=True, type=click.Choice(WAYS), help="How it is corrected.")
@why_option
@click.option("--reference", default="", help="Payer's number of the claim; else of its answer.")
@click.option("--evidence", type=EVIDENCE, help="Draw the lines anew from it; needs --charges.")
@click.option("--as-of", type=Day(), help="The day of sending, and of deciding; today if absent.")
@click.option("--charges", type=FILE, help="With --evidence: CSV: code, charge.")
@directory_option
@fees_option
@contracts_option
@clock_option
@by_option
@click.pass_context
def correct(
    ctx: click.Context,
    line_ids: tuple[str, ...],
    folder: Path,
    way: Literal["new", "replacement", "void"],
    why: str,
    reference: str,
    evidence: Path | None,
    as_of: date | None,
    charges: Path | None,
    directory: Path | None,
    fees: Path | None,
    contracts: Path | None,
    clock: Literal["cycle", "month"],
    by: str,
) -> None:
    """Correct LINES that a payer answered: a new claim, a replacement (7) or a void (8).

    A new claim takes the lines named; replacement and void take the whole claim, where the payer
    takes them. With --evidence the lines are drawn anew, as mended; without, they go out as they
    were. The edits must let the claim pass; `claims write` then sends it. Status 1 if they do not.
    What was rejected is drafted anew and needs none of this.
    """
    from proofline.claims.book import Act  # noqa: PLC0415
    from proofline.claims.correcting import Wanted  # noqa: PLC0415
    from proofline.decide import Asked  # noqa: PLC0415

    if (evidence is None) != (charges is None) or (evidence is not None and way == "void"):
        raise click.UsageError("--evidence goes with --charges, and not with a void.")
    book, known, day = book_at(folder), read_directory_at(directory), as_of or today()
    found = None
    if evidence is not None and charges is not None:
        sheets = sheets_of(charges, directory, (fees, contracts))
        with drawn_from(evidence, Asked(day, clock), sheets) as (_, found):
            pass  # what it is corrected to; nothing more is asked of the run
    wanted = Wanted(way, line_ids, reference)
    claim = corrected(book, line_ids, (wanted, known), found)
    if not passes(claim, setting_of(book, day, known, (fees, ()))):
        click.echo("nothing was corrected")
        ctx.exit(1)
    decided = None if found is None else found.decided
    book.correct(claim, Act(by, datetime.now(UTC), why), decided)
    click.echo(f"claim {claim.claim_id}, {len(claim.lines)} lines, to be written and sent")


@click.command()
@click.argument("line_ids", nargs=-1, required=True, metavar="LINE...")
@book_option
@click.option("--why", default="to the next payer", show_default=True, help="Kept in the book.")
@click.option("--as-of", type=Day(), help="The day of sending; today if absent.")
@directory_option
@by_option
@click.pass_context
def onward(
    ctx: click.Context,
    line_ids: tuple[str, ...],
    folder: Path,
    why: str,
    as_of: date | None,
    directory: Path | None,
    by: str,
) -> None:
    """Send LINES of a claim that its first payer answered on to the second one.

    What the first one paid and adjusted of each line is taken from its posted remittance. The edits
    must let the claim pass; `claims write` then sends it. Status 1 if they do not.
    """
    from proofline.claims import correcting  # noqa: PLC0415
    from proofline.claims.answers.prior import prior  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415
    from proofline.claims.secondary import to_next_payer  # noqa: PLC0415

    book, known = book_at(folder), read_directory_at(directory)
    before = correcting.carrying(book, line_ids)
    again = correcting.attempt(book, before, line_ids)
    claim = to_next_payer(before, prior(book, line_ids), attempt=again)
    if not passes(claim, setting_of(book, as_of or today(), known, (None, ()))):
        click.echo("nothing goes on")
        ctx.exit(1)
    book.correct(claim, Act(by, datetime.now(UTC), why))
    click.echo(f"claim {claim.claim_id}, {len(claim.lines)} lines, to be written and sent")


def passes(claim: Claim, setting: Setting) -> bool:
    """Show what the edits find on a claim that follows an answer; tell whether it may go out."""
    from proofline.claims.edits import blocking, edits  # noqa: PLC0415
    from proofline.cli.screen import console  # noqa: PLC0415

    known = {line.line_id for line in claim.lines}
    listed = edits(claim, structs.replace(setting, corrected=known))
    if listed:
        console().print(table_of_edits(listed, "To be mended"))
    return not blocking(listed)


def corrected(
    book: Book,
    line_ids: tuple[str, ...],
    how: tuple[Wanted, Directory],
    found: Found | None,
) -> Claim:
    """Make the claim that corrects these lines: how, and for whose terms."""
    from proofline.claims import correcting  # noqa: PLC0415

    wanted, directory = how
    claim = correcting.carrying(book, line_ids)
    terms = directory.terms(claim.coverages[0].payer)
    drawn = found.drawn.claims if found else None
    return correcting.corrected(book, claim, wanted, terms, drawn=drawn)


@click.command()
@click.argument("line_ids", nargs=-1, required=True, metavar="LINE...")
@book_option
@why_option
@by_option
def appeal(line_ids: tuple[str, ...], folder: Path, why: str, by: str) -> None:
    """Say that an appeal of answered LINES was sent, and on which ground."""
    from proofline.claims.book import Act, Change  # noqa: PLC0415

    changes = [Change(one, "appealed") for one in line_ids]
    book_at(folder).record(changes, Act(by, datetime.now(UTC), why))
    click.echo(f"{len(line_ids)} appealed")


@click.command("give-up")
@click.argument("line_ids", nargs=-1, required=True, metavar="LINE...")
@book_option
@why_option
@by_option
def give_up(line_ids: tuple[str, ...], folder: Path, why: str, by: str) -> None:
    """Give up LINES that were sent and rejected or denied: nothing more is asked for them.

    Of an appealed line the appeal is given up, of a corrected one the correction, whole, while it
    is not sent: they stand again as the payer answered. A line that was not sent yet is held
    instead.
    """
    from proofline.claims.book import Act  # noqa: PLC0415
    from proofline.claims.correcting import given_up  # noqa: PLC0415

    book = book_at(folder)

    def changes() -> Iterator[Change]:
        """Ask when nobody else writes: an appeal may be won while this is read."""
        yield from given_up(book, line_ids)

    entry = book.record(changes(), Act(by, datetime.now(UTC), why))
    told = () if entry is None else entry.changes
    click.echo(f"{len(told)} given up")
    for one in told:
        if one.to != "voided":
            what = "correction" if one.claim_id else "appeal"
            click.echo(f"  {one.line_id} is {one.to} again: its {what} is given up")
