"""`proofline claims lists`: what was paid too little, what was not billed, and what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from proofline.cli.asking import EVIDENCE, KNOWN_AS_OF, Day, clock_option, today
from proofline.cli.claims.incoming import dollars, form_option
from proofline.cli.claims.keeping import book_at, book_option
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from proofline.claims.answers.lists import Aged, Unbilled, Underpaid

Form = Literal["table", "ndjson"]


@click.group()
def lists() -> None:
    """List lines over the whole book: underpaid, unbilled, aging."""


@lists.command()
@book_option
@form_option
def underpaid(folder: Path, form: Form) -> None:
    """List lines that were allowed less than expected, the largest difference first.

    A line is compared where it was drafted with --fees or --contracts, so that it has an expected
    amount, and its payer has answered all of it.
    """
    from proofline.claims.answers import lists as answers  # noqa: PLC0415

    book = book_at(folder)
    found = sorted(answers.underpaid(book), key=lambda one: -one.short)
    if unknown := answers.not_compared(book):
        note(f"note: {unknown} paid lines have no expected amount and were not compared")
    if form == "ndjson":
        return _records(found)
    for one in found:
        _row(one.line_id, one.code, f"expected {dollars(one.expected)}", *_allowed(one))
    click.echo(f"{len(found)} lines, {dollars(sum(one.short for one in found))} short")
    return None


def _allowed(one: Underpaid) -> tuple[str, ...]:
    return (
        f"allowed {dollars(one.allowed)}",
        f"paid {dollars(one.paid)}",
        f"short {dollars(one.short)}",
    )


@lists.command()
@book_option
@click.option("--evidence", type=EVIDENCE, required=True, help="Folder or DuckDB file.")
@KNOWN_AS_OF
@clock_option
@form_option
def unbilled(
    folder: Path, evidence: Path, as_of: date | None, clock: Literal["cycle", "month"], form: Form
) -> None:
    """List billable decisions that no payer has: not drawn, not sent, or rejected; oldest first."""
    from proofline.claims.answers import lists as answers  # noqa: PLC0415
    from proofline.cli.claims.drawing import billable_decisions  # noqa: PLC0415
    from proofline.cli.decide import progress  # noqa: PLC0415
    from proofline.decide import Asked, opened  # noqa: PLC0415

    book, asked = book_at(folder), Asked(as_of or today(), clock)
    with progress() as told, opened(evidence, asked, told=told) as (run, _):
        billable, _, _ = billable_decisions(run)
    found = sorted(answers.unbilled(book, billable), key=lambda one: one.service_date)
    if form == "ndjson":
        return _records(found)
    for one in found:
        _row(one.line_id, one.service_date, one.state or "not drawn", one.decision_key)
    click.echo(f"{len(found)} lines earned and not billed")
    return None


@lists.command()
@book_option
@click.option("--as-of", type=Day(), help="Count the days until this one; today if absent.")
@form_option
def aging(folder: Path, as_of: date | None, form: Form) -> None:
    """List lines that were sent and are not settled, the oldest first, and sums by age."""
    from proofline.claims.answers import lists as answers  # noqa: PLC0415

    found = sorted(answers.aging(book_at(folder), as_of or today()), key=lambda one: -one.days)
    if form == "ndjson":
        return _records(found)
    for one in found:
        _row(one.line_id, one.state, f"{one.days} days", f"charged {dollars(one.charge)}")
    for most in (*answers.BUCKETS, 0):
        _bucket(most, [one for one in found if one.bucket == most])
    click.echo(f"{len(found)} lines open, {dollars(sum(one.charge for one in found))} charged")
    return None


def _bucket(most: int, within: list[Aged]) -> None:
    if within:
        age = f"up to {most} days" if most else "older"
        cents = sum(one.charge for one in within)
        click.echo(f"  {age}: {len(within)} lines, {dollars(cents)}")


def _row(*cells: str) -> None:
    click.echo("  ".join(cells))


def _records(found: Iterable[Aged | Unbilled | Underpaid]) -> None:
    from msgspec import json, to_builtins  # noqa: PLC0415

    for one in found:
        short = {"short": one.short} if hasattr(one, "short") else {}
        click.echo(json.encode({**to_builtins(one), **short}))
