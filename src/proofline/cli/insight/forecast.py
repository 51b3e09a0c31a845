"""`proofline forecast`: what can still come of every open period, and what gains most."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from proofline.cli.asking import EVIDENCE, Day, clock_option, today
from proofline.cli.claims.checking import contracts_option, directory_option, fees_option
from proofline.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from rich.table import Table
    from rich.text import Text

    from proofline.decide import Asked
    from proofline.insight import Outlook, Rung

WHOLE: dict[str, str] = {"reached": "green", "at_risk": "yellow", "unreachable": "dim"}


@click.command()
@click.argument("evidence", type=EVIDENCE)
@click.option("--as-of", type=Day(), help="Known at the end of this day; today, still running.")
@clock_option
@fees_option
@contracts_option
@directory_option
@click.option("--enrollment", help="Only this one, with every rung and suggestion.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table, or one JSON list of outlooks.",
)
def forecast(
    evidence: Path,
    as_of: date | None,
    clock: Literal["cycle", "month"],
    fees: Path | None,
    contracts: Path | None,
    directory: Path | None,
    enrollment: str | None,
    form: str,
) -> None:
    """Forecast the open cycles and months in the EVIDENCE, and say what gains most.

    The chance of days is learned from the closed cycles in the EVIDENCE; of minutes and calls it is
    told how often closed periods that stood alike reached the code. Money is what the loaded fees
    say of a code, less what the period brings without it.
    """
    from proofline.cli.screen import console  # noqa: PLC0415
    from proofline.decide import Asked  # noqa: PLC0415

    asked = Asked(today() if as_of is None else as_of, clock)
    priced = (fees, contracts, directory)
    told = outlooks(evidence, asked, priced, day_is_over=as_of is not None)
    if enrollment is not None:
        told = [one for one in told if one.enrollment_id == enrollment]
        if not told:
            raise without_period(enrollment, asked.as_of)
    if form == "json":
        write_json(told)
    elif enrollment is None:
        console().print(next_acts(told))
    else:
        for one in told:
            console().print(rungs_table(one))
    if form != "json" and (until := earliest_fees(told)):
        console().print(f"Money is by fees that end on {until}; none are loaded for later days.")


def earliest_fees(told: Iterable[Outlook]) -> date | None:
    """Give the last day of the oldest fees that price a period in the place of its own."""
    return min((one.fees_until for one in told if one.fees_until is not None), default=None)


def outlooks(
    evidence: Path,
    asked: Asked,
    priced: tuple[Path | None, Path | None, Path | None],
    *,
    day_is_over: bool,
) -> list[Outlook]:
    """Decide the evidence and forecast it, priced as claims are by fees, contracts, directory."""
    from proofline import insight  # noqa: PLC0415
    from proofline.claims.sheets.people import read_people  # noqa: PLC0415
    from proofline.cli.claims.checking import read_directory_at  # noqa: PLC0415
    from proofline.cli.claims.drawing import expecting, tell_of_rows  # noqa: PLC0415
    from proofline.cli.decide import progress  # noqa: PLC0415
    from proofline.decide import opened  # noqa: PLC0415
    from proofline.decide.decision import decisions  # noqa: PLC0415

    with progress() as told, opened(evidence, asked, told=told) as (run, read):
        tell_of_rows(read)
        found = list(decisions(run))
        fees, contracts, directory = priced
        expected = expecting(fees, contracts).for_forecasts()
        people = read_people(read.connection, sorted({one["enrollment_id"] for one in found}))
        of_codes = insight.fees_of(expected, people, read_directory_at(directory))
        told_of = insight.forecast(run, found, of_codes, day_is_over=day_is_over)
        return insight.dated(told_of, expected.stands_in)


def write_json(told: Iterable[Outlook]) -> None:
    """Write one JSON list, an outlook a line."""
    out = sys.stdout.buffer
    opening = b"[\n"
    for one in told:
        out.write(opening + one.to_json())
        opening = b",\n"
    out.write(b"[]\n" if opening == b"[\n" else b"\n]\n")
    out.flush()


def next_acts(told: list[Outlook]) -> Table:
    """Show of each period that earns something what gains most; what is too late soonest first."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title="Open periods", title_justify="left", box=None, pad_edge=False)
    for head in ("enrollment", "period until", "codes", "act", "until", "gain"):
        table.add_column(head, no_wrap=head == "enrollment", justify=right_for(head))
    table.add_column("in words", overflow="fold")
    for one in sorted((one for one in told if any(r.earns for r in one.rungs)), key=urgency):
        act = one.next_act
        table.add_row(
            one.enrollment_id,
            f"{one.period_kind} {one.period_end}",
            Text(" ").join(short(rung) for rung in one.rungs),
            f"{act.act} {' '.join(act.codes)}",
            "" if act.last_day is None else act.last_day.isoformat(),
            dollars_of(act.gain_cents),
            Text(act.words),
        )
    return table


def urgency(one: Outlook) -> tuple[bool, str, str, str]:
    """Order outlooks by the last day of what gains most; with nothing to do comes last."""
    last = one.next_act.last_day
    return (
        one.next_act.act == "none",
        "9" if last is None else last.isoformat(),
        one.enrollment_id,
        one.period_kind,
    )


def right_for(head: str) -> Literal["left", "right"]:
    """Put money to the right."""
    return "right" if head in {"gain", "at stake"} else "left"


def short(rung: Rung) -> Text:
    """Write a code in the color of its verdict, with its chance in percent if there is one."""
    from rich.text import Text  # noqa: PLC0415

    from proofline.insight.standing import percent  # noqa: PLC0415

    likely = "" if rung.chance is None or rung.verdict == "reached" else f" {percent(rung.chance)}"
    fragile = "!" if rung.fragile else ""
    return Text(f"{rung.code}{fragile}{likely}", style=WHOLE.get(rung.verdict, ""))


def rungs_table(one: Outlook) -> Table:
    """Show every rung of a period and below it every suggestion."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    title = f"{one.enrollment_id}, {one.period_kind} {one.period_start} to {one.period_end}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for head in ("code", "verdict", "at stake"):
        table.add_column(head, justify=right_for(head))
    table.add_column("in words", overflow="fold")
    for rung in one.rungs:
        stake = dollars_of(rung.stake_cents) if rung.earns else "see cycle"
        table.add_row(rung.code, rung.verdict.replace("_", " "), stake, Text(rung.words))
    for said in one.suggestions:
        table.add_row(said.kind, said.act, dollars_of(said.gain_cents), Text(said.words))
    return table


def dollars_of(cents: int | None) -> str:
    """Write cents as dollars; unknown is not nothing."""
    from proofline.claims.fees.pricing import dollars  # noqa: PLC0415

    return "unknown" if cents is None else dollars(cents)


def without_period(enrollment: str, as_of: date) -> WrongUse:
    """Give the error for an enrollment without an open period."""
    return WrongUse(
        "use.no_open_period",
        f"{enrollment} has no open period as of {as_of}.",
        "Check the id, and that the enrollment had begun and not ended by that day.",
    )
