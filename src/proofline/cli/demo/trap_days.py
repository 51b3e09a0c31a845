"""Traps of the days: which readings make a transmission day, and which day it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

from proofline.cli.demo.book import Book
from proofline.cli.demo.days import add_reading
from proofline.cli.demo.papers import add_device
from proofline.cli.demo.plan import DayAndTime, Plan


def mornings(days: Iterable[int], wall: str = "07:12") -> tuple[DayAndTime, ...]:
    """Give one reading on each of the days, all at the same time."""
    return tuple((day, wall) for day in days)


FIFTEEN = mornings(range(1, 30, 2))


def one_more(book: Book, plan: Plan, *, day: int = 20, **cells: str) -> None:
    """Add one reading, particular in the given cells."""
    add_reading(book, plan, moment=plan.at(day, "07:12"), **cells)


def scale_beside(book: Book, plan: Plan, *, days: Iterable[int], **cells: str) -> None:
    """Hand out a scale and weigh the patient on the given days."""
    scale = f"{plan.patient}-SCALE"
    weight = {"device_id": scale, "metric": "29463-7", "value": "81.2", "unit": "kg"}
    add_device(book, plan, device=scale, kind="weight")
    for day in days:
        usual = weight | {"value_2": ""}
        add_reading(book, plan, moment=plan.at(day, "07:20"), **(usual | cells))


def delivered_again(book: Book, plan: Plan) -> None:
    """Deliver the last reading twice more: under its own id, and under another."""
    last = book.tables["readings"][-1]
    book.add("readings", **last)
    book.add("readings", **(last | {"reading_id": f"{plan.patient}-AGAIN"}))


def unreadable(book: Book, plan: Plan) -> None:
    """Add two rows that cannot be read: a day that does not exist, a way of entry unheard of."""
    one_more(book, plan, measured_at="2026-02-30T07:12:00-05:00")
    one_more(book, plan, day=21, entry="bluetooth")


DAY_TRAPS = (
    Plan(
        name="UTC-FLIP-UP",
        lesson="morning and evening on every second day: 15 local days, 30 by UTC",
        readings=tuple((day, wall) for day in range(1, 31, 2) for wall in ("07:00", "21:00")),
        work=(
            (18, "16:48", 500, "review"),
            (19, "16:15", 500, "communication"),
            (26, "09:39", 500, "care_plan"),
        ),
    ),
    Plan(
        name="UTC-FLIP-DOWN",
        lesson="one evening, the next afternoon: 16 local days, 8 by UTC",
        readings=tuple((day, "21:00" if day % 2 else "16:30") for day in range(1, 17)),
    ),
    Plan(
        name="DST-START",
        lesson="half past midnight after the clocks went forward is a day of its own",
        anchor=date(2026, 2, 20),
        readings=(*mornings(range(1, 15)), (17, "21:00"), (18, "00:30")),
    ),
    Plan(
        name="DST-END",
        lesson="half past eleven at night after the clocks went back is still the same day",
        anchor=date(2025, 10, 20),
        cycles=3,
        readings=(*mornings(range(1, 15)), (14, "23:30"), (16, "07:12")),
    ),
    Plan(
        name="HONOLULU-LAST-EVENING",
        lesson="the sixteenth day is the last evening, long after midnight in UTC",
        zone="Pacific/Honolulu",
        readings=(*FIFTEEN, (30, "21:00")),
    ),
    Plan(
        name="GUAM-DAY-31",
        lesson="the morning of day 31 is still day 30 in UTC, and yet the next cycle",
        zone="Pacific/Guam",
        readings=(*FIFTEEN, (31, "07:00")),
    ),
    Plan(
        name="16-READINGS-8-DAYS",
        lesson="sixteen readings on eight days are eight days",
        readings=(*mornings(range(2, 18, 2)), *mornings(range(2, 18, 2), "19:00")),
    ),
    Plan(
        name="TWO-DEVICES-SAME-DAY",
        lesson="cuff and scale on the same fifteen days are fifteen days",
        readings=FIFTEEN,
        twist=partial(scale_beside, days=range(1, 30, 2)),
    ),
    Plan(
        name="MANUAL-DAY-16",
        lesson="the sixteenth day was typed in by hand",
        readings=FIFTEEN,
        twist=partial(one_more, entry="manual", authenticity="manual"),
    ),
    Plan(
        name="UNKNOWN-ENTRY-DAY-16",
        lesson="nobody recorded how the reading of the sixteenth day came in",
        readings=FIFTEEN,
        twist=partial(one_more, entry="unknown"),
    ),
    Plan(
        name="AMBIGUOUS-WEIGHT",
        lesson="on the sixteenth day somebody else may have stepped on the scale",
        readings=FIFTEEN,
        twist=partial(scale_beside, days=[20], ambiguous_person="true"),
    ),
    Plan(
        name="LATE-FROM-MEMORY",
        lesson="the sixteenth day was stored on the cuff and sent after the cycle had closed",
        readings=FIFTEEN,
        twist=partial(one_more, entry="memory", received_at="2026-02-20T08:00:00-05:00"),
    ),
    Plan(
        name="LATE-NOT-YET-KNOWN",
        lesson="the sixteenth day arrives only after the day as of which we decide",
        readings=FIFTEEN,
        twist=partial(one_more, entry="memory", received_at="2026-04-25T08:00:00-04:00"),
    ),
    Plan(
        name="DELIVERED-AGAIN",
        lesson="one reading delivered three times is one reading",
        readings=FIFTEEN,
        cycles=1,
        twist=delivered_again,
    ),
    Plan(
        name="HEARTBEAT",
        lesson="a message without a value is no reading",
        readings=FIFTEEN,
        twist=partial(one_more, value="", value_2=""),
        constant=True,
    ),
    Plan(
        name="STRANGERS-DEVICE",
        lesson="the sixteenth day comes from a cuff that another patient has",
        readings=FIFTEEN,
        twist=partial(one_more, device_id="DEMO-SHORT-AND-FULL-SUPPLY-CUFF"),
    ),
    Plan(
        name="FEBRUARY-CYCLE",
        lesson="from 1 February, 2 March is day 30 and makes the sixteenth",
        anchor=date(2026, 2, 1),
        readings=(*FIFTEEN, (30, "07:12")),
    ),
    Plan(
        name="YEAR-BOUNDARY",
        lesson="nine days across the new year: the short code exists by the time the cycle ends",
        anchor=date(2025, 12, 20),
        readings=mornings([2, 4, 6, 8, 10, 16, 18, 20, 22]),
    ),
    Plan(
        name="YEAR-BOUNDARY-2025",
        lesson="nine days in a cycle that ends in 2025: no code for fewer than sixteen",
        anchor=date(2025, 11, 25),
        readings=mornings([2, 4, 6, 8, 10, 16, 18, 20, 22]),
    ),
    Plan(
        name="BAD-ROWS",
        lesson="two rows that cannot be read are set aside, counted and explained",
        readings=FIFTEEN,
        twist=unreadable,
    ),
)
