"""The patients to whom nothing in particular happens, all over the United States."""

from __future__ import annotations

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


def ordinary_plans(die: Random, first_day: date = FIRST_DAY) -> list[Plan]:
    """Plan one patient for each zone, set up some time in the six weeks around a day."""
    return [
        Plan(
            name=f"ORDINARY-{zone.split('/')[1].replace('_', '-').upper()}",
            lesson=f"an ordinary patient in {zone}",
            zone=zone,
            anchor=first_day + timedelta(days=die.randint(-25, 20)),
        )
        for zone in ZONES
    ]
