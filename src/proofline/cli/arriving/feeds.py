"""`proofline feeds`: the ways in for machines, and how they do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.arriving.asking import ACCOUNT, PRACTICE
from proofline.cli.running.setting_up import set_up

if TYPE_CHECKING:
    from proofline.desk.arriving.feeds import Made


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def feeds() -> None:
    """Open, look after and close the feeds by which machines send."""


@feeds.command(name="list")
@ACCOUNT
@PRACTICE
def list_(account: str, practice: str) -> None:
    """List every feed with its last message, its last good one, and what of it waits."""
    set_up()
    from proofline.desk.arriving.feeds import health  # noqa: PLC0415 - after set_up
    from proofline.desk.arriving.silence import silent_devices  # noqa: PLC0415
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book:
        for one in health(book, now):
            feed, heard = one.feed, one.heard
            click.echo(
                f"{feed.feed_id}  {feed.source:<14} {feed.scheme:<10} {one.state:<7}"
                f" last {_told(heard.last)}  last good {_told(heard.last_good)}  held {heard.held}"
            )
        for device in silent_devices(book, now):
            click.echo(f"silent device {device.device_id}: last reading {device.last or 'never'}")


@feeds.command()
@ACCOUNT
@PRACTICE
@click.option("--source", required=True, help="What sends: tenovi, fhir, hl7v2 and so on.")
@click.option("--scheme", default="", help="How messages prove whose they are; the vendor's own.")
@click.option("--secret", default="", help="The vendor's secret or key; one is made otherwise.")
@click.option("--header", default="", help="The header that holds the proof.")
@click.option("--id-header", default="", help="The header that holds the sender's id.")
@click.option("--mapping", type=FILE, help="The saved column mapping (TOML) of mapped-csv files.")
@click.option(
    "--silent-after",
    type=click.FloatRange(min=0, min_open=True),
    default=24.0,
    show_default=True,
    help="Hours until it is silent.",
)
def add(
    account: str,
    practice: str,
    source: str,
    scheme: str,
    secret: str,
    header: str,
    id_header: str,
    mapping: Path | None,
    silent_after: float,
) -> None:
    """Open a feed. Its address and secret are shown once, and cannot be shown again."""
    set_up()
    from proofline.cli.arriving.asking import seal  # noqa: PLC0415
    from proofline.desk.arriving import feeds as desk  # noqa: PLC0415
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    given = (secret,) if secret else ()
    silent, told = timedelta(hours=silent_after), ""
    if mapping is not None:
        told = mapping.read_text("utf-8", errors="replace").strip()
    wanted = desk.Wanted(source, scheme, given, header, id_header, silent, told)
    with opened_as(account, practice, now) as book:
        _show(desk.add(book, wanted, seal(), now))


@feeds.command()
@ACCOUNT
@PRACTICE
@click.argument("feed_id")
@click.option("--secret", default="", help="The new secret; one is made otherwise.")
@click.option("--address", is_flag=True, help="Give it another address too; the old one is dead.")
@click.option("--key-lost", is_flag=True, help="The feeds.key that sealed the last one is lost.")
def rotate(account: str, practice: str, feed_id: str, secret: str, **told: bool) -> None:
    """Give a feed a new secret; the last one holds until this is done again."""
    set_up()
    from proofline.cli.arriving.asking import seal  # noqa: PLC0415
    from proofline.desk.arriving import feeds as desk  # noqa: PLC0415
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book:
        change = desk.Change(secret, **told)
        _show(desk.rotate(book, feed_id, now, seal=seal(), change=change))


@feeds.command()
@ACCOUNT
@PRACTICE
@click.argument("feed_id")
@click.option("--person", required=True, help="The person's id at the vendor (Withings: userid).")
@click.option(
    "--refresh-token",
    "refresh",
    prompt=True,
    hide_input=True,
    help="The token to renew by; asked for, if it is not given.",
)
def grant(account: str, practice: str, feed_id: str, person: str, refresh: str) -> None:
    """Keep what a person granted us at Withings, so that their readings are fetched.

    It is renewed from then on whenever it runs out, for the application that the feed's secret
    names (CLIENT_ID:CLIENT_SECRET). Nobody else may renew it: each new token ends the one before.
    """
    set_up()
    from proofline.cli.arriving.asking import seal  # noqa: PLC0415
    from proofline.desk.arriving.fetching import granting  # noqa: PLC0415
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book:
        granting.grant(book, feed_id, (person, refresh), now, seal=seal())
    click.echo(f"kept for {feed_id}")


@feeds.command()
@ACCOUNT
@PRACTICE
@click.argument("feed_id")
def close(account: str, practice: str, feed_id: str) -> None:
    """Take nothing more from a feed."""
    set_up()
    from proofline.desk.arriving import feeds as desk  # noqa: PLC0415
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book:
        desk.close(book, feed_id, now)
    click.echo(f"closed {feed_id}")


def _show(made: Made) -> None:
    from django.conf import settings  # noqa: PLC0415 - after set_up

    click.echo(f"feed     {made.feed_id}")
    click.echo(f"way      {made.way(settings.HOME)}")
    click.echo(f"proof    {made.proof}{f' ({made.header})' if made.header else ''}")
    if made.secret:
        click.echo(f"secret   {made.secret}")


def _told(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else "never"
