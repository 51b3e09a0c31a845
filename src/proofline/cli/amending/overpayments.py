"""`proofline overpayments`: money paid for lines that no longer stand, and its days."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

from proofline.cli.amending.telling import (
    case_head,
    case_lines,
    case_record,
    form_option,
    listed,
)
from proofline.cli.asking import Day, today
from proofline.cli.claims.incoming import dollars
from proofline.cli.claims.keeping import book_option, by_option, register_at
from proofline.errors import WrongUse

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

as_of_option = click.option("--as-of", type=Day(), help="Where it stands on this day; else today.")


@click.group()
def overpayments() -> None:
    """Money paid for lines that no longer stand: until when, and what was returned."""


@overpayments.command("list")
@book_option
@as_of_option
@form_option
def list_(folder: Path, as_of: date | None, form: str) -> None:
    """List overpayments, those due first on top; status 1 if one is overdue."""
    day = as_of or today()
    told = sorted(register_at(folder).cases.values(), key=lambda one: (one.due, one.case_id))
    listed(form, [case_record(one, day) for one in told])
    if form == "table":
        for one in told:
            click.echo(case_head(one, day))
    if any(one.status(day) == "overdue" for one in told):
        click.get_current_context().exit(1)


@overpayments.command()
@click.argument("case_id", metavar="CASE")
@book_option
@as_of_option
@form_option
def show(case_id: str, folder: Path, as_of: date | None, form: str) -> None:
    """Show one CASE: its days with their law, its money, and the lines that share the cause."""
    case, day = register_at(folder).case(case_id), as_of or today()
    listed(form, [case_record(case, day)])
    if form == "table":
        for line in case_lines(case, day):
            click.echo(line)


@overpayments.command()
@click.argument("case_id", metavar="CASE")
@book_option
@click.option(
    "--from", "start", type=Day(), required=True, help="First day the clock stands still."
)
@click.option("--until", type=Day(), required=True, help="The day on which it runs on.")
@click.option("--why", required=True, help="What is investigated; it is kept.")
@by_option
def suspend(case_id: str, folder: Path, start: date, until: date, why: str, by: str) -> None:
    """Stop the clock of a CASE for a timely investigation in good faith of related lines."""
    from proofline.claims.amending.cases import Suspension, suspended  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415

    act = Act(by, datetime.now(UTC), why)
    stop = Suspension(by, why, start, until)
    case = register_at(folder).change(case_id, "suspend", act, lambda one: suspended(one, stop))
    click.echo(f"{case_id} suspended until {until}; then due {case.due}")


@overpayments.command()
@click.argument("case_id", metavar="CASE")
@book_option
@click.option("--on", type=Day(), required=True, help="The day on which the investigation ended.")
@click.option("--why", required=True, help="What it found; it is kept.")
@by_option
def resume(case_id: str, folder: Path, on: date, why: str, by: str) -> None:
    """Let the clock of a CASE run on, for the investigation has ended."""
    from proofline.claims.amending.cases import resumed  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415

    act = Act(by, datetime.now(UTC), why)
    case = register_at(folder).change(case_id, "resume", act, lambda one: resumed(one, on))
    click.echo(f"{case_id} runs on from {on}; due {case.due}")


@overpayments.command("return")
@click.argument("case_id", metavar="CASE")
@book_option
@click.option("--amount", required=True, help="Dollars given back, such as 52.11.")
@click.option("--on", type=Day(), required=True, help="The day on which it was given back.")
@click.option("--how", required=True, help="How it can be found again: cheque, reference.")
@click.option(
    "--final",
    is_flag=True,
    help="Of a downgrade: it is all that is owed.",
)
@by_option
def return_(
    case_id: str, folder: Path, amount: str, on: date, how: str, final: bool, by: str
) -> None:
    """Note money of a CASE that was reported and returned to the payer."""
    from proofline.claims.amending.cases import Returned, paid_back  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415

    if on > today():
        raise WrongUse("use.returned_on", f"{on} is not over.", "Note it when it was given back.")
    back = Returned(by, on, cents_of(amount), how)
    act = Act(by, datetime.now(UTC), how)
    register = register_at(folder)
    case = register.change(case_id, "return", act, lambda one: paid_back(one, back, final=final))
    state = "settled" if case.settled else "not all that is owed yet"
    click.echo(f"{case_id}: {dollars(case.returned)} returned, {state}")


@overpayments.command()
@click.argument("case_id", metavar="CASE")
@book_option
@click.option("--why", required=True, help="Why nothing is owed; it is kept.")
@by_option
def close(case_id: str, folder: Path, why: str, by: str) -> None:
    """Close a CASE of which nothing is owed, such as one whose line stands again."""
    from proofline.claims.amending.cases import closed  # noqa: PLC0415
    from proofline.claims.book import Act  # noqa: PLC0415

    act = Act(by, datetime.now(UTC), why)
    register_at(folder).change(case_id, "close", act, lambda one: closed(one, why))
    click.echo(f"{case_id} closed")


def cents_of(amount: str) -> int:
    """Read dollars with at most two decimals as cents; raises WrongUse for anything else."""
    try:
        cents = Decimal(amount) * 100
        exact = cents.is_finite() and cents == cents.to_integral_value()
    except (InvalidOperation, OverflowError):
        exact = False
    if not exact:
        raise WrongUse("use.amount", f"{amount} is no amount.", "Write dollars, such as 52.11.")
    return int(cents)
