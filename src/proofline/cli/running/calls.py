"""`proofline calls`: the telephone system's records, joined to the calls that people logged."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from proofline.cli.arriving.asking import ACCOUNT, PRACTICE
from proofline.cli.running.setting_up import set_up

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def calls() -> None:
    """Join the telephone system's records to logged calls."""


@calls.command()
@click.argument("file", type=FILE)
@ACCOUNT
@PRACTICE
def join(file: Path, account: str, practice: str) -> None:
    """Join FILE, a CSV with record_id, number and started_at (with its offset), to logged calls.

    A record joins the one call to its number that was logged within five minutes of it; the number
    is that of the patient on file. Lines are told, and never numbers. A file that comes again joins
    what was logged since.
    """
    set_up()
    from proofline.desk.care.calling import join_records  # noqa: PLC0415 - after set_up
    from proofline.store.opening import opened_as  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened_as(account, practice, now) as book:
        found = join_records(book, file.read_bytes(), now)
    click.echo(f"joined, now or before   {len(found.joined)}")
    _show("left to a person", "it fits several calls, or several fit its call", found.ambiguous)
    _show("fits no call", "nobody logged one to this number at that time", found.unmatched)


def _show(what: str, why: str, lines: tuple[int, ...]) -> None:
    click.echo(f"{what:<22}  {len(lines)}")
    for line in lines:
        click.echo(f"  line {line}: {why}")
