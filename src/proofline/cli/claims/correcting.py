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
    from datetime import date
    from pathlib import Path

    from proofline.claims.book import Book
    from proofline.claims.claim import Claim
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
    from proofline.decide import Asked  # noqa: PLC0415

    if (evidence is None) != (charges is None) or (evidence is not None and way == "void"):
        raise click.UsageError("--evidence goes with --charges, and not with a void.")
    book, known, day = book_at(folder), read_directory_at(directory), as_of or today()
    found = None
    if evidence is not None and charges is not None:
        sheets = sheets_of(charges, directory, (fees, contracts))
        with drawn_from(evidence, Asked(day, clock), sheets) as (_, found):
            pass  # what it is corrected to; nothing more is asked of the run
    claim = corrected(book, line_ids, (way, reference, known), found)
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
    again = correcting.attempt(book, before)
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
    how: tuple[str, str, Directory],
    found: Found | None,
) -> Claim:
    """Make the claim that corrects these lines: which way, by which number, for whose terms."""
    from proofline.claims import correcting  # noqa: PLC0415

    way, reference, directory = how
    claim = correcting.carrying(book, line_ids)
    attempt = correcting.attempt(book, claim)
    whole = {line.line_id for line in claim.lines}
    wanted = set(line_ids) if way == "new" else whole
    content = correcting.drawn_anew(claim, wanted, found.drawn.claims) if found else claim
    if way == "new":
        return correcting.new_claim(content, wanted, attempt=attempt)
    make = correcting.replacement if way == "replacement" else correcting.void
    number = reference or correcting.answered_as(book, claim)
    return make(content, number, directory.terms(claim.coverages[0].payer), attempt=attempt)


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

    Of an appealed line the appeal is given up: it stands again as the payer answered it. A line
    that was not sent yet is held instead.
    """
    from proofline.claims.answers.details import answered_state  # noqa: PLC0415
    from proofline.claims.book import Act, Change  # noqa: PLC0415
    from proofline.claims.trouble import ClaimsError  # noqa: PLC0415

    book = book_at(folder)
    for one in line_ids:
        if one in book.lines and not book.lines[one].sent:
            raise ClaimsError(
                "claims.step_refused", f"Line {one} was never sent.", "Hold it, with a reason."
            )
    lost = [one for one in line_ids if one in book.lines and book.lines[one].state == "appealed"]
    ends = {one: answered_state(book, one) for one in lost}
    changes = [Change(one, ends.get(one, "voided")) for one in line_ids]
    book.record(changes, Act(by, datetime.now(UTC), why))
    click.echo(f"{len(line_ids)} given up")
    for one, end in ends.items():
        click.echo(f"  {one} is {end} again: its appeal is given up")
