"""Traps of the minutes and calls: what counts as work, once, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from proofline.cli.demo.book import TRAP_NURSES, Book, Row
from proofline.cli.demo.days import add_call, add_time
from proofline.cli.demo.papers import add_consent, add_enrollment
from proofline.cli.demo.plan import Plan, Stretch

Seconds = int


def review_and_call(review: Seconds, call: Seconds) -> tuple[Stretch, ...]:
    """Give one review on day 6 and one conversation on day 14."""
    return ((6, "10:00", review, "review"), (14, "11:00", call, "communication"))


TWENTY_TWO = review_and_call(720, 600)
NINETEEN = review_and_call(540, 600)


def calls(channel: str, reached: str) -> tuple[Row, ...]:
    """Give the one attempt to communicate that was made."""
    return ({"channel": channel, "reached": reached},)


def also(book: Book, plan: Plan, *, activity: str, seconds: Seconds, nurse: str) -> None:
    """Add one more stretch of work, on day 20."""
    piece = (plan.at(20, "13:00"), seconds, activity)
    add_time(book, plan, piece=piece, performer_id=nurse)


def shared_minute(book: Book, plan: Plan) -> None:
    """Log one minute of one nurse; another patient's plan logs the very same one."""
    piece = (plan.at(20, "10:00"), 60, "review")
    add_time(book, plan, piece=piece, performer_id=TRAP_NURSES[0])


def ccm_minute(book: Book, plan: Plan) -> None:
    """Enrol the patient in chronic care management too, and log one minute there as well."""
    other = replace(plan, program="CCM", change={"enrollments": {"diagnoses": "I10|E11.9"}})
    add_enrollment(book, other)
    add_consent(book, other)
    piece = (plan.at(20, "16:00"), 60, "review")
    for claimed in (plan, other):
        add_time(book, claimed, piece=piece, performer_id=TRAP_NURSES[0])


def two_nurses(book: Book, plan: Plan) -> None:
    """Let two nurses log the same call of fifteen minutes."""
    piece = (plan.at(14, "12:00"), 900, "communication")
    for nurse in TRAP_NURSES:
        add_time(book, plan, piece=piece, performer_id=nurse)
    add_call(book, plan, piece=piece, performer_id=TRAP_NURSES[0])


TIME_TRAPS = (
    Plan(
        name="MINUTES-19-AND-A-HALF",
        lesson="nineteen and a half minutes are nineteen",
        work=review_and_call(570, 600),
    ),
    Plan(
        name="REVIEWS-OF-31-SECONDS",
        lesson="twenty stretches of 31 seconds are ten minutes, not twenty",
        work=(
            *((day, "10:00", 31, "review") for day in range(2, 21)),
            (21, "10:00", 31, "communication"),
        ),
    ),
    Plan(
        name="SHORT-AND-FULL-TIME",
        lesson="at twenty minutes 99457 takes the month and 99470 does not come beside it",
        work=review_and_call(600, 600),
    ),
    Plan(
        name="THIRD-ADD-ON",
        lesson="eighty minutes carry three add-ons",
        work=review_and_call(3600, 1200),
    ),
    Plan(
        name="FOURTH-ADD-ON",
        lesson="a hundred minutes would be a fourth add-on, which nobody pays",
        work=review_and_call(4200, 1800),
    ),
    Plan(
        name="TWO-NURSES-ONE-CALL",
        lesson="two nurses on one call of fifteen minutes are fifteen minutes",
        work=((6, "10:00", 60, "review"),),
        twist=two_nurses,
    ),
    Plan(
        name="MINUTE-OF-TWO-PATIENTS-A",
        lesson="the twentieth minute was logged by one nurse for two patients at once",
        work=NINETEEN,
        twist=shared_minute,
    ),
    Plan(
        name="MINUTE-OF-TWO-PATIENTS-B",
        lesson="the same minute, from the other patient's side",
        work=NINETEEN,
        twist=shared_minute,
    ),
    Plan(
        name="MINUTE-OF-RPM-AND-CCM",
        lesson="the twentieth minute stands in the log of another program as well",
        work=NINETEEN,
        twist=ccm_minute,
    ),
    Plan(
        name="TEACHING-IS-SET-UP",
        lesson="six minutes of teaching the device belong to set-up, not to management",
        work=review_and_call(540, 540),
        twist=partial(also, activity="setup_education", seconds=360, nurse=TRAP_NURSES[0]),
    ),
    Plan(
        name="WORK-WITHOUT-A-NAME",
        lesson="six minutes of which nobody said what they were count once somebody does",
        work=review_and_call(540, 540),
        twist=partial(also, activity="", seconds=360, nurse=TRAP_NURSES[1]),
    ),
    Plan(
        name="ACROSS-MIDNIGHT",
        lesson="work across the last midnight of a month belongs to two months",
        work=(*NINETEEN, (30, "23:56", 480, "documentation")),
    ),
    Plan(
        name="TWO-CLOCKS",
        lesson="ten minutes in January and twelve in February: full on the cycle, not by month",
        anchor=date(2026, 1, 16),
        work=((10, "10:00", 600, "communication"), (22, "10:00", 720, "communication")),
    ),
    Plan(
        name="CALL-MISSING",
        lesson="twenty-two minutes, and nobody spoke with the patient",
        work=TWENTY_TWO,
        calls=(),
    ),
    Plan(
        name="CALL-VOICEMAIL",
        lesson="a voicemail is not a conversation",
        work=TWENTY_TWO,
        calls=calls("voicemail", "nobody"),
    ),
    Plan(
        name="CALL-TEXT-ONLY",
        lesson="text messages are not live",
        work=TWENTY_TWO,
        calls=calls("sms", "patient"),
    ),
    Plan(
        name="CALL-BOT",
        lesson="a machine that reached the patient is not somebody of the team",
        work=TWENTY_TWO,
        calls=calls("automated", "patient"),
    ),
    Plan(
        name="CALL-REACHED-WHOM",
        lesson="a call, and nobody wrote down who answered",
        work=TWENTY_TWO,
        calls=calls("phone", ""),
    ),
)
