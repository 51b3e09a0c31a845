"""What several commands ask for in the same words: a day, a folder of evidence, a clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Decorated = TypeVar("Decorated", bound=Callable[..., object])


class Day(click.ParamType[date]):
    """A calendar day written as YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day; anything else is wrong use."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-03-31.", param, ctx)


EVIDENCE = click.Path(exists=True, readable=True, path_type=Path)


KNOWN_AS_OF = click.option(
    "--as-of", type=Day(), help="What was known at the end of this day; today if absent."
)
REJECTED = click.option(
    "--rejected",
    type=click.Path(path_type=Path),
    default=Path("rejected.ndjson"),
    show_default=True,
    help="Where rows set aside go, each with its reason and cure; made only when there are any.",
)
ENGINE = click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What carries the decision; both give the same bytes.",
)


def clock_option(command: Decorated) -> Decorated:
    """Add `--clock`."""
    return click.option(
        "--clock",
        type=click.Choice(["cycle", "month"]),
        default="cycle",
        show_default=True,
        help="The period of management codes: the 30-day cycle or the calendar month.",
    )(command)


def today() -> date:
    """Give the day on the wall; only the terminal may ask for it."""
    return date.today()  # noqa: DTZ011 - the operator's own day is what is meant


def period_asked(command: Decorated) -> Decorated:
    """Ask for a period of an enrollment: both, the evidence, what was known, and the clock."""
    evidence = click.option(
        "--evidence",
        type=EVIDENCE,
        envvar="PROOFLINE_EVIDENCE",
        default=Path(),
        help="Folder or DuckDB file; $PROOFLINE_EVIDENCE, else the current folder.",
    )
    asked = evidence(KNOWN_AS_OF(clock_option(command)))
    period = click.argument("period", required=False)
    return click.argument("enrollment")(period(asked))
