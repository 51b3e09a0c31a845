"""Patients with habits of their own, as many as are asked for: what a forecast has to cope with.

Each has a share of mornings on which the cuff is used, fewer at weekends for some; now and then one
falls silent for days, some stop for good, and in some cycles nobody calls. Of this the forecast
knows nothing. Shares and chances are made up, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from proofline.cli.demo.ordinary import ZONES
from proofline.cli.demo.plan import CYCLE_DAYS, FIRST_DAY, DayAndTime, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable

_SATURDAY = 5
_FALLS_SILENT = 0.012
"""The chance of falling silent on a day."""
_SILENCE = (3, 14)
_STOPS = 0.15
"""The chance that somebody stops for good within eight months."""
_UNCALLED = 0.15
"""The chance that nobody calls in a cycle."""


@dataclass(frozen=True, slots=True)
class Habit:
    """On which share of mornings somebody measures, which part of that is left at weekends.

    `stops` is the day, counted from the anchor, after which nothing comes any more.
    """

    share: float
    weekend: float
    stops: int | None

    def mornings(self, plan: Plan, start: int, die: Random) -> list[DayAndTime]:
        """Give the readings of the cycle that begins so many days after the anchor."""
        found: list[DayAndTime] = []
        silent_until = 0
        for day in range(1, CYCLE_DAYS + 1):
            if die.random() < _FALLS_SILENT:
                silent_until = day + die.randint(*_SILENCE)
            likely = self._likely(plan.anchor + timedelta(days=start + day - 1))
            stopped = self.stops is not None and start + day > self.stops
            if die.random() < likely and day > silent_until and not stopped:
                found.append((day, f"07:{die.randint(0, 59):02}"))
        return found

    def _likely(self, on: date) -> float:
        return self.share * (self.weekend if on.weekday() >= _SATURDAY else 1)

    def kept(self, activities: Iterable[str], die: Random) -> tuple[str, ...]:
        """Give the work of a cycle without its call, now and then."""
        uncalled = die.random() < _UNCALLED
        return tuple(one for one in activities if not (uncalled and one == "communication"))


def everyday_plans(die: Random, patients: int, first_day: date = FIRST_DAY) -> list[Plan]:
    """Plan so many patients, set up some time in the ten weeks from a day on."""
    return [
        Plan(
            name=f"EVERYDAY-{number + 1:04}",
            lesson="somebody with habits of their own",
            zone=ZONES[number % len(ZONES)],
            anchor=first_day + timedelta(days=die.randint(0, 70)),
            habit=Habit(
                share=die.betavariate(6, 2.5),
                weekend=die.choice((1.0, 1.0, 0.7, 0.4)),
                stops=die.randint(15, 240) if die.random() < _STOPS else None,
            ),
        )
        for number in range(patients)
    ]
