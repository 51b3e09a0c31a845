"""`proofline intake`: what other systems send becomes rows of an evidence folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.trouble import note

if TYPE_CHECKING:
    from collections import Counter

    from proofline.intake.report import FileReport, Report

HEADINGS = {
    "refused": "refused",
    "waiting": "waiting for something",
    "not_mapped": "not evidence",
    "note": "came in, and this is to be known",
}


@click.group()
def intake() -> None:
    """Take in what other systems send."""


@intake.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--into",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The evidence folder; made if it is not there.",
)
@click.option("--time-zone", help="IANA zone of patients whose records name none.")
@click.option("--program", help="Program of consents that name none: RPM, RTM, CCM and so on.")
def fhir(files: tuple[Path, ...], into: Path, time_zone: str | None, program: str | None) -> None:
    """Take in FHIR R4 FILES: Observation, Device, Patient, Consent, Bundles, bulk NDJSON.

    Says of every file what became of it. What could not be mapped is named with its cure. Taking
    the same file in twice adds nothing.
    """
    from proofline.intake.fhir import take_in  # noqa: PLC0415

    report = take_in(
        files,
        into,
        time_zone=time_zone,
        program=None if program is None else program.upper(),
        progress=lambda name: note(f"reading {name}"),
    )
    show(report)


def show(report: Report) -> None:
    """Print what became of each file, then what was written."""
    for one in report.files:
        show_file(one)
    click.echo(f"\ntogether: {in_words(report.added()) or 'nothing new'}")


def show_file(one: FileReport) -> None:
    """Print one file: its resources, the rows that came of them, and all that did not."""
    click.secho(f"\n{one.file}", bold=True)
    click.echo(f"  holds     {in_words(one.resources) or 'nothing that is FHIR R4'}")
    click.echo(f"  added     {in_words(one.added) or 'nothing'}")
    if one.corrected:
        click.echo(f"  corrected {in_words(one.corrected)}")
    if one.already:
        click.echo(f"  already   {in_words(one.already)}")
    for kind, heading in HEADINGS.items():
        for trouble in one.of_kind(kind):  # type: ignore[arg-type]
            place = " ".join(filter(None, (trouble.place.where, trouble.place.resource)))
            click.echo(f"  {heading}: {place} {trouble.path}: {trouble.reason}".rstrip())
            if trouble.cure:
                click.echo(f"      {trouble.cure}")


def in_words(counts: Counter[str]) -> str:
    """Write counts side by side: patients 1, readings 3."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
