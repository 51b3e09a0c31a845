"""`proofline explain`: one enrollment's period, with every reason, day and minute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from proofline.cli.asking import period_asked, today
from proofline.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from proofline.decide import Asked
    from proofline.decide.chart import Chart
    from proofline.explain.explanation import Period


@click.command()
@period_asked
@click.option(
    "--snapshots",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="PROOFLINE_SNAPSHOTS",
    help="Where `snapshot` keeps what was signed, to say why a sign-off is stale.",
)
def explain(
    enrollment: str,
    period: str | None,
    evidence: Path,
    as_of: date | None,
    clock: Literal["cycle", "month"],
    snapshots: Path | None,
) -> None:
    """Explain what an ENROLLMENT may bill for a PERIOD, and why.

    PERIOD is the number of a cycle, a day in it, or a month such as 2026-04; if absent, the last
    cycle that has ended. Shows every code, the days as a strip, the minutes on both clocks, what
    did not count and what would cure it, and the sources.
    """
    from rich.console import Group  # noqa: PLC0415

    from proofline.cli.screen import console  # noqa: PLC0415
    from proofline.decide import Asked  # noqa: PLC0415
    from proofline.explain import choosing, explanation, terminal  # noqa: PLC0415

    day = today() if as_of is None else as_of
    chart = chart_of(enrollment, evidence, as_of=day, clock=clock)
    decided = list(explanation.periods(chart))
    if not decided:
        raise without_period(enrollment, day)
    chosen = choosing.chosen(period, decided, as_of=day)
    out = console()
    # All at once, for each print asks anew what the terminal is like.
    out.print(Group(*terminal.told(explanation.explain(chart, chosen, as_of=day))))
    if is_stale(chart, chosen):
        out.print()
        asked = Asked(day, clock, enrollment_id=enrollment)
        for line in why_stale(asked, chosen, evidence, snapshots):
            out.print(line, markup=False, soft_wrap=True)


def is_stale(chart: Chart, period: Period) -> bool:
    """Tell whether a line of the period waits because something else was signed."""
    return any(
        finding["requirement"] == "no_stale_sign_off" and finding["status"] == "unmet"
        for decision in chart.decisions
        if decision["period"]["kind"] == period.kind
        and decision["period"]["start"] == period.start.isoformat()
        for finding in decision["findings"]
    )


def why_stale(
    asked: Asked, period: Period, evidence: Path, snapshots: Path | None
) -> Iterator[str]:
    """Name the rows that differ from what was signed."""
    from proofline.cli.records.standing import sign_offs_told  # noqa: PLC0415
    from proofline.decide import opened  # noqa: PLC0415

    with opened(evidence, asked) as (run, _):
        yield from sign_offs_told(run, period, evidence, snapshots)


def chart_of(
    enrollment: str, evidence: Path, *, as_of: date, clock: Literal["cycle", "month"]
) -> Chart:
    """Open the evidence and the chart in it; raises WrongUse when there is none."""
    from proofline.decide import Asked, chart, opened  # noqa: PLC0415

    with opened(evidence, Asked(as_of, clock, enrollment_id=enrollment)) as (run, read):
        found = chart(run, enrollment)
        on_file = found is not None or any(read.counts["enrollments"])
        too_early = run.unpaged > 0
    if found is not None and (found.decisions or not too_early):
        return found
    if too_early:
        raise before_first_page(enrollment)
    if on_file:
        raise without_period(enrollment, as_of)
    message = f"There is no enrollment {enrollment} in {evidence}."
    remedy = "Check the id in the table enrollments, and --evidence."
    raise WrongUse("use.no_enrollment", message, remedy)


def before_first_page(enrollment: str) -> WrongUse:
    """Give the error for an enrollment whose every period is older than the law on file."""
    return WrongUse(
        "use.before_first_page",
        f"Every period of {enrollment} lies before the first page of its law.",
        "`proofline packs list` says from when a program is decided; earlier services are refused.",
    )


def without_period(enrollment: str, as_of: date) -> WrongUse:
    """Give the error for an enrollment on file that has nothing to decide."""
    return WrongUse(
        "use.no_period",
        f"{enrollment} has no period that is decided as of {as_of}.",
        "It needs its patient on file, and an anchor_date or setup_date (where the program has no"
        " set-up, an order_date) not after that day and not after its end.",
    )
