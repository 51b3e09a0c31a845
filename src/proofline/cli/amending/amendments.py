"""`proofline amendments`: what should be billed otherwise, and why; a person decides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from proofline.cli.amending.telling import amendment_lines, form_option, listed, proposal_record
from proofline.cli.asking import EVIDENCE, KNOWN_AS_OF, Day, today
from proofline.cli.claims.checking import directory_option, read_directory_at
from proofline.cli.claims.incoming import dollars
from proofline.cli.claims.keeping import book_at, book_option, by_option, register_at
from proofline.cli.trouble import note
from proofline.errors import WrongUse

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from proofline.claims.amending.amendment import Amendment
    from proofline.claims.amending.cases import Case
    from proofline.claims.amending.finding import Compared
    from proofline.claims.amending.kept import Clock, PeriodKey
    from proofline.claims.amending.looking import Today
    from proofline.claims.amending.register import Proposed, Register
    from proofline.claims.book import Book

    Tags = dict[PeriodKey, frozenset[str]]

STANDINGS = ("proposed", "accepted", "declined", "withdrawn")


@click.group()
def amendments() -> None:
    """What was billed, held against what is known today; a person decides."""


@amendments.command("find")
@click.argument("evidence", type=EVIDENCE)
@KNOWN_AS_OF
@book_option
@by_option
@form_option
def find_(evidence: Path, as_of: date | None, folder: Path, by: str, form: str) -> None:
    """Compare every line that left with today's decision on the EVIDENCE, and propose amendments.

    Nothing is proposed twice. What is found no more is withdrawn. A paid line of which less or
    nothing can be billed opens an overpayment, identified today; so does one that is held.
    """
    book, register = book_at(folder), register_at(folder)
    day = today() if as_of is None else as_of
    if day < register.known:
        raise WrongUse(
            "use.as_of_before",
            f"Lines were drawn from what was known on {register.known}; {day} is before that.",
            "Name that day or a later one: what is forgotten is no amendment.",
        )
    compared, looks, tags = _compared(book, register, (evidence, day, folder))
    proposed = _propose(book, register, (compared, tags, by))
    for look in looks:
        _keep(look, compared, folder)
    listed(form, [proposal_record(register.proposals[a.amendment_id]) for a in proposed.amendments])
    if form == "table":
        for one in proposed.amendments:
            for line in amendment_lines(one):
                click.echo(line)
        for case in proposed.opened:
            click.echo(f"overpayment {case.case_id}: {dollars(case.paid)} paid, due {case.due}")
    _tell(compared, proposed)


def _compared(
    book: Book, register: Register, asked: tuple[Path, date, Path]
) -> tuple[Compared, list[Today], Tags]:
    """Decide anew on each clock that a line was decided on, and compare."""
    from proofline.claims.amending.finding import Compared, find  # noqa: PLC0415
    from proofline.claims.amending.looking import look, resting  # noqa: PLC0415
    from proofline.cli.decide import progress  # noqa: PLC0415
    from proofline.decide import Asked, opened  # noqa: PLC0415
    from proofline.decide.decision import decisions  # noqa: PLC0415

    evidence, day, folder = asked
    clocks: set[Clock] = {told[-1][1].clock for told in register.bases.values()}
    found: list[Amendment] = []
    without: list[str] = []
    absent: list[str] = []
    looks: list[Today] = []
    tags: Tags = {}
    clocks.add("cycle")
    for clock in sorted(clocks, key=str):
        with progress() as told, opened(evidence, Asked(day, clock), told=told) as (run, _):
            seen = look(run, decisions(run), register, folder)
            tags |= resting(run, register, seen)
        one = find(book, register, clock, (seen.bases, seen.evidence))
        found += one.amendments
        without += one.without_basis
        absent += one.absent
        looks.append(seen)
    return Compared(tuple(found), tuple(without), tuple(absent)), looks, tags


def _propose(book: Book, register: Register, done: tuple[Compared, Tags, str]) -> Proposed:
    from proofline.claims.amending.finding import case_of  # noqa: PLC0415
    from proofline.claims.amending.related import Related  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415

    compared, tags, by = done
    related = Related(book, register, tags, compared.amendments)
    day = today()

    def opening(amendment: Amendment) -> Case | None:
        """Give the overpayment of an amendment with the lines that share its cause."""
        return case_of(book, amendment, day, related.siblings(amendment))

    aside = {*compared.without_basis, *compared.absent}
    act = Act(by, datetime.now(UTC))
    return register.propose(compared.amendments, act, opening, aside=aside)


def _keep(look: Today, compared: Compared, folder: Path) -> None:
    from proofline.claims.amending.looking import keep_rows  # noqa: PLC0415

    keep_rows(look, compared.amendments, folder)


def _tell(compared: Compared, proposed: Proposed) -> None:
    note(
        f"{len(proposed.amendments)} proposed, {len(compared.amendments)} found in all,"
        f" {len(proposed.withdrawn)} withdrawn, {len(proposed.opened)} overpayments opened"
    )
    if compared.without_basis:
        note(
            f"{len(compared.without_basis)} lines that left were drawn before their decisions were"
            " kept; they are not compared"
        )
    if compared.absent:
        note(
            f"{len(compared.absent)} lines that left are of enrollments that this evidence does not"
            " hold; they are not compared"
        )


@amendments.command("list")
@book_option
@click.option("--standing", type=click.Choice(STANDINGS), help="Only these.")
@form_option
def list_(folder: Path, standing: str | None, form: str) -> None:
    """List amendments, the newest last."""
    told = [
        one for one in register_at(folder).proposals.values() if standing in {None, one.standing}
    ]
    listed(form, [proposal_record(one) for one in told])
    if form == "table":
        for one in told:
            click.echo(f"{one.amendment.amendment_id}  {one.standing}  {one.amendment.line_id}")
            click.echo(f"    {one.amendment.words}")


@amendments.command()
@click.argument("amendment_id", metavar="AMENDMENT")
@book_option
@form_option
def show(amendment_id: str, folder: Path, form: str) -> None:
    """Show one AMENDMENT: what turned, which rows came when, and who decided what."""
    one = register_at(folder).proposal(amendment_id)
    listed(form, [proposal_record(one)])
    if form == "table":
        for line in amendment_lines(one.amendment):
            click.echo(line)
        click.echo(f"  proposed {one.proposed.at.isoformat()} by {one.proposed.who}")
        if one.decided:
            at, who, why = one.decided.at.isoformat(), one.decided.who, one.decided.why
            click.echo(
                f"  {one.standing} {at} by {who}: {why}" if why else f"  {one.standing} {at}"
            )


@amendments.command()
@click.argument("amendment_id", metavar="AMENDMENT")
@book_option
@click.option("--why", required=True, help="Why; it is kept.")
@click.option("--identified", type=Day(), help="An earlier day on which somebody knew already.")
@directory_option
@click.option("--correct", is_flag=True, help="Write the correcting claim into the book.")
@by_option
def accept(
    amendment_id: str,
    folder: Path,
    why: str,
    identified: date | None,
    directory: Path | None,
    correct: bool,
    by: str,
) -> None:
    """Accept an AMENDMENT, and say how the line is corrected with its payer.

    From now on its line is compared with the decision that was accepted.
    """
    from proofline.claims.amending.ways import correction  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415

    book, register = book_at(folder), register_at(folder)
    amendment = register.proposal(amendment_id).amendment
    payer = book.claims[book.lines[amendment.line_id].claim_id].coverages[0].payer
    way = correction(book, amendment, read_directory_at(directory).terms(payer), today())
    act = Act(by, datetime.now(UTC), why)
    register.accept(amendment_id, act, identified)
    click.echo(f"{amendment_id} accepted: {way.words}")
    if correct and way.claim is not None:
        book.correct(way.claim, act)
        click.echo(f"claim {way.claim.claim_id} is in the book; check it, then write and submit it")
    elif correct:
        note("no claim was written: this way is gone by hand")


@amendments.command()
@click.argument("amendment_id", metavar="AMENDMENT")
@book_option
@click.option("--why", required=True, help="Why; it is kept.")
@by_option
def decline(amendment_id: str, folder: Path, why: str, by: str) -> None:
    """Decline an AMENDMENT, which closes its overpayment with the reason."""
    from proofline.claims.book import Act  # noqa: PLC0415

    register_at(folder).decline(amendment_id, Act(by, datetime.now(UTC), why))
    click.echo(f"{amendment_id} declined")
