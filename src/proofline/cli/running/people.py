"""`proofline people`: what the operator of the machine can do for people who sign in."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from proofline.cli.running.setting_up import set_up


@click.group()
def people() -> None:
    """Help people whom nobody who can sign in can help."""


@people.command()
@click.argument("account")
@click.option("--reason", required=True, help="Who asked, and how it is known; it is kept.")
@click.password_option(help="Their new password; asked for if it is not given.")
def let_in(account: str, reason: str, password: str) -> None:
    """Let an administrator in again who lost password, second factor or recovery codes.

    Their sessions end; with the new password they sign in and set up a second factor anew. It is
    on record in the ledger, shown under Settings, People and roles, and told to them and to all who
    see that page when they next sign in.
    """
    set_up()
    from proofline.desk.people import let_in_by_operator  # noqa: PLC0415 - after set_up
    from proofline.store.opening import refuse_other_tables  # noqa: PLC0415

    refuse_other_tables()
    let_in_by_operator(account, password, reason, datetime.now(UTC))
    click.echo("let in again; it is on record, and is told when they next sign in")
