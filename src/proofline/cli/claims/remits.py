"""`proofline remits`: what payers say that they paid, and why not more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from proofline.cli.claims.explaining import explain
from proofline.cli.claims.incoming import (
    dollars,
    each_whole,
    files_argument,
    form_option,
    heading,
    strict_option,
)
from proofline.cli.claims.matching import detach, match, settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proofline.claims.back.balance import Imbalance, Sums
    from proofline.claims.back.departures import Departure
    from proofline.claims.back.remittance import (
        Adjustment,
        Closing,
        Payment,
        RemitClaim,
        RemitLine,
    )

STATUS = {
    "1": "primary",
    "2": "secondary",
    "3": "tertiary",
    "4": "denied",
    "22": "reversal",
    **dict.fromkeys(("19", "20", "21", "23"), "forwarded"),
    "25": "priced only",
}
RULES = {
    "line": "the line: charge less adjustments is not what was paid",
    "claim": "the claim: charge less adjustments is not what was paid",
    "transaction": "the payment: claims less provider adjustments is not what was paid",
    "line_charges": "the charges of the lines are not that of the claim",
    "patient_share": "the patient's share is not that of the adjustments in group PR",
}
KINDS = {"Payment": "payment", "RemitClaim": "claim", "Closing": "closing"}
_ROW = "  {:<20} {:<11} {:<16} {:>12} {:>12}  {}"


@click.group()
def remits() -> None:
    """Read remittances (835) and follow them to what they answer."""


remits.add_command(match)
remits.add_command(explain)
remits.add_command(settle)
remits.add_command(detach)


@remits.command()
@files_argument
@form_option
@strict_option
@click.pass_context
def read(ctx: click.Context, files: tuple[Path, ...], form: str, *, strict: bool) -> None:
    """Read remittances, each whole or not at all, and weigh whether they add up.

    Money that does not add up is shown with the difference and never corrected. Status 1 if a file
    was refused (the others are read all the same); 3 under --strict if one that was read does not
    add up or departs from its guide.
    """
    from proofline.claims.back.remitting import remittances  # noqa: PLC0415

    refused = doubtful = False
    for path, found in each_whole(files, remittances):
        if found is None:
            refused = True
        elif form == "ndjson":
            doubtful |= _records(path, found)
        else:
            click.secho(path.name, bold=True)
            doubtful |= _table(found)
    if refused or (doubtful and strict):
        ctx.exit(1 if refused else 3)


def _weighed(
    found: Iterator[Payment | RemitClaim | Closing],
) -> Iterator[tuple[Payment | RemitClaim | Closing, tuple[Imbalance, ...], Sums | None]]:
    """Go along with the reader: each thing, what does not hold in it, and sums at the end."""
    from proofline.claims.back.balance import Scale  # noqa: PLC0415
    from proofline.claims.back.remittance import Payment, RemitClaim  # noqa: PLC0415

    scale: Scale | None = None
    for one in found:
        if isinstance(one, Payment):
            scale = Scale(one)
            yield one, (), None
        elif scale is not None:
            if isinstance(one, RemitClaim):
                yield one, scale.add(one), None
            else:
                yield one, (), scale.close(one)


def _records(path: Path, found: Iterator[Payment | RemitClaim | Closing]) -> bool:
    """Write everything as one JSON object a line; tell whether anything is in doubt."""
    from msgspec import json, to_builtins  # noqa: PLC0415

    doubtful = False
    for one, failing, sums in _weighed(found):
        record = {"file": path.name, "record": KINDS[type(one).__name__], **to_builtins(one)}
        if failing:
            record["imbalances"] = [_imbalance(each) for each in failing]
        if sums is not None:
            record |= {"balanced": sums.balanced, "difference": sums.difference}
        doubtful |= bool(failing or one.departures or (sums and sums.imbalances))
        click.echo(json.encode(record))
    return doubtful


def _imbalance(one: Imbalance) -> dict[str, object]:
    """Name an imbalance with its difference."""
    from msgspec import to_builtins  # noqa: PLC0415

    return {**to_builtins(one), "difference": one.difference}


def _table(found: Iterator[Payment | RemitClaim | Closing]) -> bool:
    """Print claims and lines; tell whether anything is in doubt."""
    from proofline.claims.back.remittance import Payment, RemitClaim  # noqa: PLC0415

    doubtful = False
    for one, within, sums in _weighed(found):
        failing = within
        if isinstance(one, Payment):
            _payment(one)
        elif isinstance(one, RemitClaim):
            _claim(one)
        elif sums is not None:
            _closing(one, sums)
            failing = tuple(each for each in sums.imbalances if each.rule == "transaction")
        for each in failing:
            click.secho(f"    does not add up: {_words(each)}", fg="red")
        for departure in one.departures:
            click.secho(f"    departs from the guide: {_departure(departure)}", fg="yellow")
        doubtful |= bool(failing or one.departures)
    return doubtful


def _payment(one: Payment) -> None:
    """Print the head of a transaction; names of payer and payee are no patient's."""
    click.echo(f"  {heading(one.envelope)}")
    click.echo(
        f"  {one.payer.name} paid {one.payee.name} {dollars(one.amount)} on {one.paid_on}"
        f" by {one.method}, trace {one.trace}"
    )
    click.secho(_ROW.format("claim", "status", "code", "charge", "paid", "why"), dim=True)


def _claim(one: RemitClaim) -> None:
    """Print a claim and its lines: no name, our numbers and the payer's words only."""
    remarks = [code for each in one.adjudications for code in each.remarks]
    why = " ".join([*map(_reason, one.adjustments), *remarks])
    status = STATUS[one.status]
    row = (one.claim_id, status, "", dollars(one.charge), dollars(one.paid), why)
    click.echo(_ROW.format(*row).rstrip())
    for line in one.lines:
        row = (line.line_id, "", _code(line), dollars(line.charge), dollars(line.paid), _why(line))
        click.echo(_ROW.format(*row).rstrip())


def _code(line: RemitLine) -> str:
    """Give the code with its modifiers and units other than one."""
    name = "-".join((line.procedure.code, *line.procedure.modifiers))
    return name if line.units in {None, 1} else f"{name} x{line.units}"


def _why(line: RemitLine) -> str:
    """Give the adjustments and remark codes of a line, and what we had sent if it was changed."""
    changed = [f"(sent as {line.submitted.code})"] if line.submitted else []
    remarks = [one.value for one in line.remarks]
    return " ".join([*map(_reason, line.adjustments), *remarks, *changed])


def _reason(one: Adjustment) -> str:
    """Give one adjustment as it is spoken: CO-151 52.11."""
    return f"{one.group}-{one.reason} {dollars(one.amount)}"


def _closing(one: Closing, sums: Sums) -> None:
    """Print what the payer kept or gave beside the claims, and whether all adds up."""
    for kept in one.adjustments:
        name = " ".join(filter(None, (kept.reason, kept.reference)))
        click.echo(f"  provider adjustment {name}: {dollars(-kept.amount)}")
    text = f"  {one.claims} claims, paid {dollars(sums.paid)}, kept {dollars(sums.kept)}"
    click.echo(f"{text}: {'balanced' if sums.balanced else 'NOT BALANCED'}")


def _words(one: Imbalance) -> str:
    """Say what does not hold, and by how much."""
    return (
        f"segment {one.number}, {RULES[one.rule]}; stated {dollars(one.stated)},"
        f" explained {dollars(one.explained)}, difference {dollars(one.difference)}"
    )


def _departure(one: Departure) -> str:
    """Say one departure with its place."""
    element = f", element {one.element}" if one.element else ""
    return f"segment {one.number} ({one.tag}{element}): {one.reason}"
