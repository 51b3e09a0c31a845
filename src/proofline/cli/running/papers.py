"""`proofline papers`: the files of a practice that claims are written from, kept in its book."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from proofline.cli.arriving.asking import ACCOUNT, PRACTICE
from proofline.cli.running.setting_up import set_up

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KINDS = ("charges", "directory", "contracts", "ends", "fees")


@click.group()
def papers() -> None:
    """Keep the charges, directory, contracts, ends and fees that claims are written from."""


@papers.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=FILE)
@ACCOUNT
@PRACTICE
def keep(kind: str, file: Path, account: str, practice: str) -> None:
    """Keep FILE as the practice's file of this KIND; it holds from now on.

    The files are those of `claims draft`, `claims write --parties` and `fees load`.
    """
    set_up()
    from proofline.desk.billing.papers import keep_paper  # noqa: PLC0415 - after set_up
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book:
        new = keep_paper(book, kind, file.read_bytes(), now)
    click.echo(f"{kind}: {'holds from now on' if new else 'is the one that holds already'}")


@papers.command(name="list")
@ACCOUNT
@PRACTICE
def list_(account: str, practice: str) -> None:
    """List the papers that hold, and what is missing for claims to be drawn."""
    set_up()
    from proofline.desk.billing.papers import held_papers, missing  # noqa: PLC0415 - after set_up
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book:
        for one in held_papers(book, now):
            click.echo(f"{one.kind:<10} since {one.since.isoformat()}  {one.sha256[:16]}")
        for kind in missing(book, now):
            click.echo(f"{kind:<10} missing: nothing is drawn without it")
