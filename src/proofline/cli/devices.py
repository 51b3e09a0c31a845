"""`proofline devices`: on what ground each device is a medical device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.counting import counted
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from proofline.intake.fda.verdict import Verdict

HEADINGS = {
    "holds": "the FDA's files say what evidence says",
    "found": "found in the FDA's files, blank in evidence",
    "contradicted": "the FDA's files say otherwise",
    "not_found": "not found in these files",
}


@click.group()
def devices() -> None:
    """Look after the devices."""


@devices.command()
@click.argument("evidence", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--fda",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with openFDA's device-510k and device-classification files, and either its "
    "device-udi files or the release of GUDID, XML or delimited tables, packed as it comes or not.",
)
@click.option(
    "--fill", is_flag=True, help="Add what was found to the table devices, where it is blank."
)
def check(evidence: Path, fda: Path, *, fill: bool) -> None:
    """Check every device of EVIDENCE against FDA files that you have downloaded.

    UDI to labeler's record, product code to class, then exempt, cleared or De Novo, with every step
    told. A scale is exempt from 510(k) and fine. Nothing is fetched.
    """
    from proofline.intake.fda.checking import check_devices  # noqa: PLC0415

    found, register = check_devices(
        evidence, fda, fill=fill, progress=lambda name: note(f"reading {name}")
    )
    click.echo(f"read {', '.join(register.read)}")
    for standing, heading in HEADINGS.items():
        if of_kind := [one for one in found if one.standing == standing]:
            click.secho(f"\n{heading}: {len(of_kind)}", bold=True)
            for one in of_kind:
                _show(one)
    if fill:
        filled = sum(one.standing == "found" for one in found)
        click.echo(f"\nadded to devices: {counted(filled, 'row')}")


def _show(one: Verdict) -> None:
    click.echo(f"  {one.device_id}  {' '.join(filter(None, (one.basis, one.reference)))}".rstrip())
    for step in one.steps:
        click.echo(f"      {step}")
