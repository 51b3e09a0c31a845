"""`proofline intake conformance`: how well a sender's payloads say what is needed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.counting import counted

if TYPE_CHECKING:
    from proofline.intake.conformance import Conformance
    from proofline.intake.options import DateOrder


@click.command()
@click.argument("source")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The saved column mapping (TOML) of mapped-csv files.",
)
@click.option(
    "--date-order",
    default="",
    type=click.Choice(["", "ymd", "dmy", "mdy"]),
    metavar="[ymd|dmy|mdy]",
    help="How files write days, where that cannot be told from them.",
)
def conformance(
    source: str, files: tuple[Path, ...], mapping: Path | None, date_order: DateOrder
) -> None:
    """Say of FILES of a SOURCE what was understood, what not, and what they should have said.

    Writes nothing and keeps nothing; exit status 1 if a file does not conform. For vendors: the
    fixtures of every source lie beside its decoder in this package, under intake/fixtures.
    """
    from proofline.intake.conformance import judged  # noqa: PLC0415
    from proofline.intake.options import Options  # noqa: PLC0415
    from proofline.intake.payloads.payload import payload  # noqa: PLC0415

    said = mapping.read_text("utf-8", errors="replace") if mapping else ""
    options = Options(date_order=date_order, mapping=said)
    sent = [payload(file.name, file.read_bytes()) for file in files]
    found = [said for one in sent for said in judged(source, one, options)]
    for one in found:
        show(one)
    if not all(one.conforms for one in found):
        raise click.exceptions.Exit(1)


def show(one: Conformance) -> None:
    """Print what one payload said and did not say."""
    from proofline.intake.conformance import ASKED  # noqa: PLC0415

    click.secho(f"\n{one.name}: {'conforms' if one.conforms else 'does not conform'}", bold=True)
    entries = ", ".join(f"{count} {word}" for word, count in sorted(one.entries.items()))
    click.echo(
        f"  understood  {counted(one.readings, 'reading')}{f' ({entries})' if entries else ''}"
    )
    for asked, (_, wanted) in ASKED.items() if one.readings else ():
        said = one.said[asked]
        click.echo(f"  {said:>6} of {one.readings}  say {asked}" + _lacking(said, one, wanted))
    for name, count in sorted(one.unknown_fields.items()):
        click.echo(
            f"  not understood: the field {name}, {counted(count, 'time')}; nothing is read from it"
        )
    _show_troubles(one)


def _lacking(said: int, one: Conformance, wanted: str) -> str:
    return "" if said == one.readings else f"; should say {wanted}"


def _show_troubles(one: Conformance) -> None:
    alike = Counter((trouble.kind, trouble.path, trouble.reason) for trouble in one.troubles)
    places = {(t.kind, t.path, t.reason): t for t in reversed(one.troubles)}
    for key, count in alike.items():
        first = places[key]
        where = f"first at {first.place.where}" if first.place.where else "the whole file"
        kind, often = first.kind.replace("_", " "), counted(count, "time")
        click.echo(f"  {kind}, {often}, {where}: {first.path}".rstrip())
        click.echo(f"      {first.reason} {first.cure}")
