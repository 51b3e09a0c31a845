"""`proofline intake`: what other systems send becomes rows of an evidence folder."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from proofline.cli.intake.conformance import conformance
from proofline.cli.intake.listening import listen
from proofline.cli.intake.queue import queue
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from proofline.intake.options import DateOrder
    from proofline.intake.report import FileReport, Report

HEADINGS = {
    "refused": "refused",
    "waiting": "waiting for something",
    "not_mapped": "not evidence",
    "note": "came in, and this is to be known",
}
_FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
_INTO = click.option(
    "--into",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The evidence folder; made if it is not there.",
)


class _Sources(click.Group):
    """The commands of this group, and one for each source that the intake room has."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name them in the order of the alphabet."""
        from proofline.intake import source_names  # noqa: PLC0415

        return sorted({*super().list_commands(ctx), *source_names()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command of the group itself, or make that of a source."""
        from proofline.intake import source_names  # noqa: PLC0415

        own = super().get_command(ctx, cmd_name)
        if own is None and cmd_name in source_names():
            return _command(cmd_name)
        return own


@click.group(cls=_Sources)
def intake() -> None:
    """Take in what other systems send."""


intake.add_command(conformance)
intake.add_command(listen)
intake.add_command(queue)


_ASKED = {
    "patient": click.option(
        "--patient", default="", help="The patient (an id of ours) whose all of the files are."
    ),
    "received_at": click.option(
        "--received-at", default="", help="When it arrived (RFC 3339), where it does not say."
    ),
    "pulled": click.option(
        "--pulled", is_flag=True, help="We fetched it from the sender ourselves, by its interface."
    ),
    "date_order": click.option(
        "--date-order",
        default="",
        type=click.Choice(["", "ymd", "dmy", "mdy"]),
        metavar="[ymd|dmy|mdy]",
        help="How the file writes days, where that cannot be told from the file.",
    ),
    "mapping": click.option(
        "--mapping",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The saved column mapping (TOML) of the file.",
    ),
}


def _command(name: str) -> click.Command:
    """Make the command of a source from what its module says of it, and what it asks for."""
    from proofline.intake import source  # noqa: PLC0415

    reader = source(name)
    # A function of its own, because click notes the options on the function that they are for.
    decorated: Callable[..., None] = functools.partial(_take_in)
    for asked in ("received_at", "patient", "pulled", *getattr(reader, "ASKS", ())):
        decorated = _ASKED[asked](decorated)
    told = (
        f"Take in {reader.TITLE}.\n\nSays of every file what became of it; what could not be"
        " mapped is named with its cure. Taking the same file in twice adds nothing."
    )
    command = click.pass_context(_INTO(_FILES(decorated)))
    return click.command(name, help=told, short_help=f"{reader.TITLE}.")(command)


class _Said(TypedDict, total=False):
    """What the operator says of the files; what a source does not ask for is absent."""

    received_at: str
    patient: str
    pulled: bool
    date_order: DateOrder
    mapping: Path | None


def _take_in(
    context: click.Context, files: tuple[Path, ...], into: Path, **said: Unpack[_Said]
) -> None:
    from proofline.intake.options import Options  # noqa: PLC0415
    from proofline.intake.taking_in import take_in  # noqa: PLC0415

    mapping = said.get("mapping")
    options = Options(
        received_at=_instant(said.get("received_at", "")),
        authenticity="pulled" if said.get("pulled") else "file",
        patient_id=said.get("patient", ""),
        date_order=said.get("date_order", ""),
        mapping=mapping.read_text("utf-8", errors="replace") if mapping else "",
    )
    report = take_in(
        context.info_name or "",
        files,
        into,
        options=options,
        progress=lambda name: note(f"reading {name}"),
    )
    show(report)


def _instant(sent: str) -> str:
    from proofline.intake.measurements.moments import instant  # noqa: PLC0415

    found = instant(sent)
    if sent and found is None:
        message = "is not an instant with its offset; write it as 2026-05-01T07:30:00-04:00"
        raise click.BadParameter(message, param_hint="--received-at")
    return found.text if found else ""


@intake.command()
@_FILES
@_INTO
@click.option("--time-zone", help="IANA zone of patients whose records name none.")
@click.option("--program", help="Program of consents that name none: RPM, RTM, CCM and so on.")
def fhir(files: tuple[Path, ...], into: Path, time_zone: str | None, program: str | None) -> None:
    """Take in FHIR R4 FILES: Observation, Device, Patient, Consent, Bundles, bulk NDJSON.

    Says of every file what became of it. What could not be mapped is named with its cure. Taking
    the same file in twice adds nothing.
    """
    from proofline.intake.sources.fhir import take_in  # noqa: PLC0415

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
    """Print one file: what it holds, the rows that came of it, and all that did not."""
    click.secho(f"\n{one.file}", bold=True)
    click.echo(f"  holds     {in_words(one.resources) or 'nothing of this source'}")
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
    for code, count in sorted(one.more.items()):
        click.echo(f"  and {count} more of {code}; a thousand are listed")


def in_words(counts: Counter[str]) -> str:
    """Write counts side by side: patients 1, readings 3."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
