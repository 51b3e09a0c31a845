"""`proofline intake queue`: the readings that count for nobody until somebody says whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from proofline.cli.asking import EVIDENCE, Day, today
from proofline.cli.counting import counted

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@click.command()
@click.argument("evidence", type=EVIDENCE)
@click.option("--as-of", type=Day(), help="What is known at the end of this day; default: today.")
def queue(evidence: Path, as_of: date | None) -> None:
    """List the readings of EVIDENCE that wait for an assignment, or for a doubt to be settled.

    They are kept and count for nobody; they count at once when the cure is applied.
    """
    from proofline.explain.waiting import waiting  # noqa: PLC0415

    found = waiting(evidence, as_of or today())
    for one in found:
        serial = f", serial {one.serial}" if one.serial else ""
        click.secho(f"\n{one.device_id}  {one.kind}{serial}", bold=True)
        days = f"{one.first.date().isoformat()} to {one.last.date().isoformat()} ({one.clock})"
        count = counted(one.readings, "reading")
        click.echo(f"  {count}, {days}: {one.reason.replace('_', ' ')}")
        click.echo(f"  {one.cure}")
    total = counted(sum(one.readings for one in found), "reading")
    devices = counted(len({one.device_id for one in found}), "device")
    click.echo(f"\nwaiting: {total} of {devices}")
