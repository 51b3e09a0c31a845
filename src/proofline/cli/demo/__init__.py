"""A synthetic practice: sixty-odd plainly made-up patients, each trap one, the others ordinary.

The same seed gives the same bytes: everybody has a die of their own, so that one more changes
nothing of the days of the others. Nothing here is known to the core: the practice is written as an
evidence folder and read like any other. Traps of the remittance (a payment that does not balance,
one without the billed modifier, a reversal) have no place in evidence and are not here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from proofline.cli.demo.book import Book
from proofline.cli.demo.days import live
from proofline.cli.demo.ordinary import everyday_plans, ordinary_plans
from proofline.cli.demo.papers import add_papers, add_signatures
from proofline.cli.demo.plan import AS_OF, FIRST_DAY, Plan
from proofline.cli.demo.trap_days import DAY_TRAPS
from proofline.cli.demo.trap_papers import PAPER_TRAPS
from proofline.cli.demo.trap_time import TIME_TRAPS

TRAPS: tuple[Plan, ...] = (*DAY_TRAPS, *TIME_TRAPS, *PAPER_TRAPS)


def make_practice(
    folder: Path,
    *,
    seed: int,
    end: date = AS_OF,
    first_day: date = FIRST_DAY,
    everyday: int = 0,
) -> date:
    """Write the practice into a folder and give the day as of which to decide it."""
    lived(seed=seed, end=end, first_day=first_day, everyday=everyday).write(folder)
    return end


def lived(*, seed: int, end: date = AS_OF, first_day: date = FIRST_DAY, everyday: int = 0) -> Book:
    """Give all that happened in the practice until the `end` of a day.

    Ordinary patients begin around `first_day`; the traps keep their days, because what they show
    hangs on the calendar. `everyday` ordinary patients more come after the others, and change
    nothing of them.
    """
    book = Book()
    ordinary = ordinary_plans(_die(seed, "ordinary"), first_day)
    more = everyday_plans(_die(seed, "everyday"), everyday, first_day)
    for planned in [*TRAPS, *ordinary, *more]:
        plan = replace(planned, as_of=end)
        add_papers(book, plan)
        live(book, plan, die=_die(seed, plan.name))
        if plan.signed:
            add_signatures(book, plan)
        if plan.twist is not None:
            plan.twist(book, plan)
    return book


def _die(seed: int, whose: str) -> Random:
    return Random(f"{seed} {whose}")  # noqa: S311 - a made-up practice, not a secret
