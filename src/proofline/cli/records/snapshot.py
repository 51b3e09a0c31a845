"""`proofline snapshot`: the evidence of a period as one file, and what came since it was signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from proofline.cli.asking import period_asked, today
from proofline.cli.explain import without_period
from proofline.cli.records.standing import sign_offs_told
from proofline.errors import WrongUse

if TYPE_CHECKING:
    from datetime import date

    from proofline.decide.run import Run
    from proofline.decide.snapshots import Snapshot
    from proofline.explain.explanation import Period


@click.command()
@period_asked
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to keep it in, under its digest; nothing is written if absent.",
)
def snapshot(
    enrollment: str,
    period: str | None,
    evidence: Path,
    as_of: date | None,
    clock: Literal["cycle", "month"],
    into: Path | None,
) -> None:
    """Take the snapshot of an ENROLLMENT's evidence of a PERIOD: what a sign-off attests to.

    PERIOD is the number of a cycle, a day in it, or a month such as 2026-04; if absent, the last
    cycle that has ended. Says what stands in it, and for each sign-off whether it still is what was
    signed: the rows that differ are named if the snapshot of then is in --into, or can be taken
    anew from what was known on the day of the signature.
    """
    from proofline.decide import Asked, opened  # noqa: PLC0415
    from proofline.decide.snapshots import write  # noqa: PLC0415

    asked = Asked(today() if as_of is None else as_of, clock, enrollment_id=enrollment)
    with opened(evidence, asked) as (run, read):
        if not any(read.counts["enrollments"]):
            message = f"There is no enrollment {enrollment} in {evidence}."
            remedy = "Check the id in the table enrollments, and --evidence."
            raise WrongUse("use.no_enrollment", message, remedy)
        chosen = chosen_period(run, enrollment, period)
        taken = taken_of(run, enrollment, chosen)
        click.echo(f"{enrollment}, {chosen.kind} from {chosen.start} to {chosen.end}")
        click.echo(taken.digest)
        click.echo(contents(taken))
        for line in sign_offs_told(run, chosen, evidence, into):
            click.echo(line)
        if into is not None:
            click.echo(f"kept in {write(taken, into)}")


def chosen_period(run: Run, enrollment: str, asked: str | None) -> Period:
    """Find the period that is meant among those of the enrollment."""
    from proofline.decide.asked import day_of  # noqa: PLC0415
    from proofline.explain.choosing import chosen  # noqa: PLC0415
    from proofline.explain.explanation import Period  # noqa: PLC0415

    key = enrollment.replace("'", "''")
    rows = run.engine.rows(
        "SELECT p.kind, p.first_day, p.last_day, p.number FROM periods AS p"
        " JOIN charts AS c ON c.chart_no = p.chart_no"
        f" WHERE c.enrollment_id = '{key}' ORDER BY p.first_day, p.kind"
    )
    known = [
        Period(
            row["kind"],
            day_of(row["first_day"]),
            day_of(row["last_day"]),
            row["number"] if row["kind"] == "cycle" else None,
        )
        for row in rows
    ]
    if not known:
        raise without_period(enrollment, run.asked.as_of)
    return chosen(asked, known, as_of=run.asked.as_of)


def taken_of(run: Run, enrollment: str, period: Period) -> Snapshot:
    """Take the snapshot of a period that the run has."""
    from proofline.decide.snapshots import of_period  # noqa: PLC0415

    taken = of_period(run.engine, enrollment, period.kind, period.start)
    assert taken is not None
    return taken


def contents(taken: Snapshot) -> str:
    """Say how many rows of each kind stand in a snapshot, and how many of them do not count."""
    from proofline.decide.snapshots.snapshot import shapes  # noqa: PLC0415

    parts = []
    for kind, shape in shapes().items():
        of_kind = [row for row in taken.rows if row.kind == kind]
        aside = sum(1 for row in of_kind if not row.counted)
        if of_kind and kind != "enrollment":
            words = f"{len(of_kind):,} {shape.words if len(of_kind) == 1 else shape.many}"
            parts.append(words + (f" ({aside} not counted)" if aside else ""))
    return ", ".join(parts) or "nothing but the enrollment"
