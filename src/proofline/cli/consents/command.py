"""`proofline consents`: the texts read to patients, and the consents on file against them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proofline.cli.amending.telling import form_option, listed
from proofline.cli.asking import EVIDENCE, KNOWN_AS_OF, today
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from proofline.packs.consents.checking import Agreement, Remark
    from proofline.packs.consents.texts import ConsentText

own_option = click.option(
    "--texts",
    "own",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with texts of your own, in the form of packs/consents, beside ours.",
)


@click.group()
def consents() -> None:
    """What is read to patients before they agree, and what is on file of it."""


@consents.command("list")
@own_option
@form_option
def list_(own: Path | None, form: str) -> None:
    """List every text: version, program, language, since when, digest of its words."""
    told = known_texts(own).values()
    listed(form, [text_record(one) for one in told])
    if form == "table":
        for one in told:
            until = f" to {one.until}" if one.until else ""
            since = f"{one.effective}{until}"
            click.echo(f"{one.version}  {one.program}  {one.language}  {since}  {one.digest}")


@consents.command()
@click.argument("version")
@own_option
@form_option
def show(version: str, own: Path | None, form: str) -> None:
    """Show the text of a VERSION word for word, and what each part rests on."""
    from proofline.packs.consents.texts import text_of  # noqa: PLC0415

    text = known_texts(own).get(version) or text_of(version)
    listed(form, [text_record(text) | {"words": text.words}])
    if form == "table":
        click.echo(text.words)
        click.secho(f"{text.version}, in force from {text.effective}, {text.digest}", dim=True)
        for one in text.says:
            click.secho(f"  {one.about}: {one.cite}", dim=True)


@consents.command()
@click.argument("evidence", type=EVIDENCE)
@KNOWN_AS_OF
@own_option
@form_option
def check(evidence: Path, as_of: date | None, own: Path | None, form: str) -> None:
    """Hold every consent of the EVIDENCE against the text that it names.

    Tells of versions that are not on file, of the wrong program or language, or not in force on the
    day given; of what a text leaves out; and of the days from given to captured. Then says which
    version each line is billed under. No outcome changes by it.
    """
    from proofline.cli.decide import progress  # noqa: PLC0415
    from proofline.decide import Asked, opened  # noqa: PLC0415
    from proofline.decide.decision import decisions  # noqa: PLC0415
    from proofline.explain.consents import agreements, most_lag  # noqa: PLC0415
    from proofline.packs.consents.checking import remarks  # noqa: PLC0415

    day, texts = as_of or today(), known_texts(own)
    with progress() as told, opened(evidence, Asked(day), told=told) as (run, read):
        known = agreements(read.connection, day)
        lines = [one for one in decisions(run) if one["outcome"] in {"billable", "held"}]
    found = {one: remarks(one, texts, most_lag(one.program, one.given_on)) for one in known}
    billed = versions_billed(lines, known)
    listed(form, [record(one, told, billed) for one, told in found.items()])
    if form == "table":
        for one, remarked in found.items():
            show_consent(one, remarked)
        for version, count in sorted(billed_versions(known, billed).items()):
            click.echo(f"{count} lines are billed under {version}")
    note(f"{len(known)} consents, {sum(map(bool, found.values()))} with something to look at")


def known_texts(own: Path | None) -> Mapping[str, ConsentText]:
    """Give our texts and those of the practice; raises WrongUse where both have a version."""
    from proofline.errors import WrongUse  # noqa: PLC0415
    from proofline.packs.consents.texts import texts  # noqa: PLC0415

    ours, theirs = texts(), texts(root=own.resolve()) if own else {}
    if own and not theirs:
        message = f"There is no consent text in {own}."
        remedy = "Give a folder of texts in the form of packs/consents, or leave --texts out."
        raise WrongUse("use.consent_texts", message, remedy)
    both = sorted(ours.keys() & theirs.keys())
    if both:
        message = f"Version {both[0]} is one of ours and one of yours."
        raise WrongUse("use.consent_version", message, "Give your text a version of its own.")
    return dict(ours) | dict(theirs)


def text_record(text: ConsentText) -> dict[str, Any]:
    """Give a text as JSON holds it."""
    from msgspec import to_builtins  # noqa: PLC0415

    record: dict[str, Any] = to_builtins(text)
    return record | {"digest": text.digest, "citations": list(text.citations)}


def versions_billed(lines: list[dict[str, Any]], known: list[Agreement]) -> Counter[str | None]:
    """Count the lines by the consent under which they are billed, None where none holds."""
    from datetime import date  # noqa: PLC0415

    from proofline.packs.consents.checking import billed_under  # noqa: PLC0415

    return Counter(
        billed_under(
            known, one["patient_id"], one["program"], date.fromisoformat(one["service_date"])
        )
        for one in lines
    )


def billed_versions(known: list[Agreement], billed: Counter[str | None]) -> Counter[str]:
    """Count the lines by the version of the text that was read."""
    version_of = {one.consent_id: one.text_version or "a text without version" for one in known}
    found: Counter[str] = Counter()
    for consent_id, count in billed.items():
        nothing = "no consent that holds on the service date"
        found[nothing if consent_id is None else version_of[consent_id]] += count
    return found


def record(one: Agreement, told: list[Remark], billed: Counter[str | None]) -> dict[str, Any]:
    """Give a consent with its remarks as JSON holds it."""
    return {
        "consent_id": one.consent_id,
        "program": one.program,
        "text_version": one.text_version,
        "given_on": one.given_on.isoformat(),
        "captured_on": one.captured_on.isoformat() if one.captured_on else None,
        "lag_days": one.lag_days,
        "lines_billed": billed[one.consent_id],
        "remarks": [{"what": each.what, "text": each.text} for each in told],
    }


def show_consent(one: Agreement, remarked: list[Remark]) -> None:
    """Print a consent that has something to look at."""
    if remarked:
        lag = "not known" if one.lag_days is None else f"{one.lag_days} days"
        version = one.text_version or "no version"
        click.echo(f"{one.consent_id}  {one.program}  {version}  captured after: {lag}")
        for each in remarked:
            click.echo(f"    {each.what}: {each.text}")
