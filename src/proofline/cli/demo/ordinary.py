"""The patients to whom nothing in particular happens, all over the United States."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from proofline.cli.demo.plan import FIRST_DAY, Plan

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
)


def ordinary_plans(die: Random, first_day: date = FIRST_DAY) -> Iterator[Plan]:
    """Plan one patient for each zone, set up some time in the six weeks around a day."""
    for zone in ZONES:
        yield Plan(
            name=f"ORDINARY-{zone.split('/')[1].replace('_', '-').upper()}",
            lesson=f"an ordinary patient in {zone}",
            zone=zone,
            anchor=first_day + timedelta(days=die.randint(-25, 20)),
            new=True,
        )


def everyday_plans(die: Random, patients: int, first_day: date = FIRST_DAY) -> Iterator[Plan]:
    """Plan so many more, set up some time in the ten weeks from a day on."""
    for number in range(patients):
        yield Plan(
            name=f"EVERYDAY-{number + 1:04}",
            lesson="one more ordinary patient",
            zone=ZONES[number % len(ZONES)],
            anchor=first_day + timedelta(days=die.randint(0, 70)),
            new=True,
        )
