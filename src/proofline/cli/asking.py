"""What several commands ask for in the same words: a day, a folder of evidence, a clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Decorated = TypeVar("Decorated", bound=Callable[..., object])

PROGRAMS = ("RPM", "RTM", "CCM", "PCM", "BHI", "APCM")


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
