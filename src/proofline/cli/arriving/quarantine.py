"""`proofline quarantine`: messages that wait for a person."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from proofline.cli.arriving.asking import ACCOUNT, PRACTICE
from proofline.cli.running.setting_up import set_up


@click.group()
def quarantine() -> None:
    """Look at messages that could not be taken in, release or drop them."""


@quarantine.command(name="list")
@ACCOUNT
@PRACTICE
def list_(account: str, practice: str) -> None:
    """List what waits, the oldest first, with reason and cure."""
    set_up()
    from proofline.desk.arriving.quarantine import waiting  # noqa: PLC0415 - after set_up
    from proofline.store.opening import opened_as  # noqa: PLC0415

    with opened_as(account, practice, datetime.now(UTC)) as book:
        found = waiting(book)
    for one in found:
        at = one.received_at.isoformat(timespec="seconds")
        click.echo(f"{one.number}  {at}  {one.source}  {one.feed_id or '-'}  rows {one.rows}")
        click.echo(f"    {one.held}\n    {one.cure}")
    click.echo(f"waiting: {len(found)}")


@quarantine.command()
@ACCOUNT
@PRACTICE
@click.argument("number", type=int)
@click.option("--raw", is_flag=True, help="Write the bytes as they came to standard output.")
def show(account: str, practice: str, number: int, *, raw: bool) -> None:
    """Show one message: where it came from, why it waits, its digest; with --raw its bytes."""
    set_up()
    from proofline.desk.arriving import quarantine as desk  # noqa: PLC0415 - after set_up
    from proofline.store.opening import opened_as  # noqa: PLC0415

    with opened_as(account, practice, datetime.now(UTC)) as book:
        one = desk.show(book, number)
    if raw:
        sys.stdout.buffer.write(one.body)
        return
    click.echo(f"{one.number}  {one.source}  {one.state}  {len(one.body)} bytes  {one.sha256}")
    click.echo(f"    {one.held}\n    {one.cure}")


@quarantine.command()
@ACCOUNT
@PRACTICE
@click.argument("number", type=int)
def release(account: str, practice: str, number: int) -> None:
    """Read a message anew, now that the cure is applied."""
    set_up()
    from proofline.desk.arriving import quarantine as desk  # noqa: PLC0415 - after set_up
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book:
        outcome = desk.release(book, number, now)
    state = "released" if outcome.state == "taken" else "it still waits"
    click.echo(f"{number}: rows {outcome.rows}, {state}")
    for one in outcome.told:
        click.echo(f"    {one.kind} {one.code}: {one.reason} {one.cure}".rstrip())


@quarantine.command()
@ACCOUNT
@PRACTICE
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why nothing has to come of it.")
def drop(account: str, practice: str, number: int, reason: str) -> None:
    """Let a message go for good; its bytes stay where they are."""
    set_up()
    from proofline.desk.arriving import quarantine as desk  # noqa: PLC0415 - after set_up
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book:
        desk.drop(book, number, reason, now)
    click.echo(f"{number}: dropped")
