"""`proofline init`: the first practice, and the first person who can administer it."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from proofline.cli.running.kept.keeping import keyring
from proofline.cli.running.setting_up import (
    bring_up_to_date,
    name_what_was_kept_before,
    set_up,
)


@click.command()
@click.option("--practice", required=True, help="The practice's name, as people know it.")
@click.option("--administrator", required=True, help="Account name of the first administrator.")
@click.password_option(help="The administrator's password; asked for if it is not given.")
def init(practice: str, administrator: str, password: str) -> None:
    """Make the book, its first practice and its first administrator.

    The book is a file in PROOFLINE_HOME, or the database that PROOFLINE_DATABASE names. Told again,
    it adds another practice. The second factor is set up when the administrator first signs in.
    """
    set_up()
    bring_up_to_date()
    from proofline.store.safekeeping.floors import refuse_to_run  # noqa: PLC0415 - after set_up

    refuse_to_run()
    keyring().refuse_an_older_book()
    name_what_was_kept_before()
    from proofline.desk.people import open_practice  # noqa: PLC0415 - after set_up

    tenant_id = open_practice(practice, administrator, password, datetime.now(UTC))
    click.echo(f"made the practice {tenant_id}; next: proofline serve")
