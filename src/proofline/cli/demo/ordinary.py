"""The patients to whom nothing in particular happens, all over the United States."""

from __future__ import annotations

from datetime import timedelta
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


def ordinary_plans(die: Random) -> list[Plan]:
    """Plan one patient for each zone, set up some time in the six weeks around the new year."""
    return [
        Plan(
            name=f"ORDINARY-{zone.split('/')[1].replace('_', '-').upper()}",
            lesson=f"an ordinary patient in {zone}",
            zone=zone,
            anchor=FIRST_DAY + timedelta(days=die.randint(-25, 20)),
        )
        for zone in ZONES
    ]
