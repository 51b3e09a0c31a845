"""`proofline demo`: make the synthetic practice, decide it, show what came out and why."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from rich.table import Table

Decision = dict[str, Any]
SHOWN_FIRST = "DEMO-UTC-FLIP-UP-RPM"


@click.command()
@click.option("--seed", type=int, default=2026, show_default=True, help="Another seed, other days.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-practice"),
    show_default=True,
    help="The folder that the practice is written to.",
)
@click.option(
    "--everyday",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="So many patients more, with habits of their own.",
)
def demo(seed: int, into: Path, everyday: int) -> None:
    """Make a synthetic practice of some 60 patients, decide it, and show the result.

    Every patient but ten is a trap and is named for it. Nobody in it is real.
    """
    from proofline.cli.decide import progress, tell_of_rows  # noqa: PLC0415
    from proofline.cli.demo import make_practice  # noqa: PLC0415
    from proofline.cli.screen import console  # noqa: PLC0415
    from proofline.decide import Asked, opened  # noqa: PLC0415
    from proofline.decide.decision import decisions  # noqa: PLC0415

    as_of = make_practice(into, seed=seed, everyday=everyday)
    with progress() as told, opened(into, Asked(as_of), told=told) as (run, read):
        decided = list(decisions(run))
        tell_of_rows(read, into / "rejected.ndjson")
    out = console()
    out.print(traps_table(decided))
    out.print()
    out.print(codes_table(decided))
    out.print()
    out.print(where_next(into, as_of), soft_wrap=True)


def codes_table(decided: Iterable[Decision]) -> Table:
    """Count the outcomes of each code over all patients and periods."""
    from rich.table import Table  # noqa: PLC0415

    from proofline.decide.outcomes import OUTCOMES  # noqa: PLC0415

    counts: dict[str, Counter[str]] = {}
    for one in decided:
        counts.setdefault(one["code"], Counter())[one["outcome"]] += 1
    table = Table(title="All lines", title_justify="left", box=None, pad_edge=False)
    table.add_column("code")
    for outcome in OUTCOMES:
        table.add_column(outcome.replace("_", " "), justify="right")
    for code, of_code in sorted(counts.items()):
        table.add_row(code, *(str(of_code[outcome] or "") for outcome in OUTCOMES))
    return table


def traps_table(decided: list[Decision]) -> Table:
    """Show each trap: what it is, and what becomes of the first cycle."""
    from rich.table import Table  # noqa: PLC0415

    from proofline.cli.demo import TRAPS  # noqa: PLC0415

    table = Table(title="The traps, first cycle each", title_justify="left", box=None)
    for head in ("patient", "what happened", "billed", "held", "why not more"):
        table.add_column(head, no_wrap=head == "patient")
    for trap in TRAPS:
        first = [d for d in decided if is_first_cycle(d, trap.enrollment)]
        table.add_row(
            trap.patient,
            trap.lesson,
            codes_of(first, "billable"),
            codes_of(first, "held"),
            "; ".join(reasons(first)),
        )
    return table


def is_first_cycle(decision: Decision, enrollment: str) -> bool:
    """Tell the lines of an enrollment's first cycle."""
    return bool(decision["enrollment_id"] == enrollment and decision["period"]["number"] == 1)


def codes_of(decided: list[Decision], outcome: str) -> str:
    """Name the codes with an outcome, with their units where there are several."""
    return " ".join(
        one["code"] + (f"x{one['units']}" if one["units"] > 1 else "")
        for one in decided
        if one["outcome"] == outcome
    )


def reasons(decided: list[Decision]) -> list[str]:
    """Say of each code that is held or lost what stood against it first.

    An add-on that was not earned, and a short code that lost to the full one, need no reason.
    """
    from proofline.cli.formats import against  # noqa: PLC0415

    return [
        f"{one['code']} {found[0]['requirement'].replace('_', ' ')}"
        for one in decided
        if (found := against(one)) and not outdone(one, found[0])
    ]


def outdone(decision: Decision, first: dict[str, Any]) -> bool:
    """Tell an add-on, and a code that lost its period because there was more than it covers."""
    lost = any(f["requirement"].startswith("exclusive.") for f in decision["findings"])
    add_on = any(f["requirement"].startswith("base.") for f in decision["findings"])
    return add_on or (lost and " and <= " in first["needs"])


def where_next(into: Path, as_of: date) -> str:
    """Say which commands to try now."""
    return (
        "Why? Ask any of them (in a clone, ./dev run stands for proofline):\n"
        f"  proofline explain {SHOWN_FIRST} --evidence {into} --as-of {as_of}\n"
        f"  proofline decide {into} --as-of {as_of} --clock month\n"
        f"  proofline check {into}"
    )
