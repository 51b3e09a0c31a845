"""Each patient's own day: what counts at once, what is over, and when the next day begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from made_up_billing import PAPERS
from made_up_claims import ACT
from made_up_practices import START, Clock, Practice
from made_up_stories import GOOD, put_story
from proofline.claims.book import Book as Lines
from proofline.claims.book import Entry, decided
from proofline.cli.demo import make_practice
from proofline.decide import decide
from proofline.desk import days
from proofline.desk.billing import drafting
from proofline.desk.billing.drafting import of_their_day
from proofline.desk.billing.signing import Shown, sign_off
from proofline.desk.care import episodes
from proofline.desk.moving.taking_over import take_over
from proofline.desk.showing.audit.replaying import replay
from proofline.desk.showing.signing.evidence import evidence
from proofline.desk.showing.signing.waiting import signing_page
from proofline.desk.trouble import DeskError
from proofline.desk.working import Worker
from proofline.store import jobs
from proofline.store.ahead import turning
from proofline.store.ahead.turning import Turning
from proofline.store.book import by_ourselves
from proofline.store.decided import current, line_of
from proofline.store.models import Decision, Job, Line
from proofline.store.safekeeping.unpacking import read_as

NEW_YORK, HONOLULU = "America/New_York", "Pacific/Honolulu"
EAST, WEST = "EAST-", "WEST-"
LAST_DAY = date(2026, 3, 30)
"""The first cycle of both patients is 1 to 30 March."""

SMALL_HOURS = datetime(2026, 3, 31, 6, 0, tzinfo=UTC)
"""Two in the morning of the 31st in New York, eight in the evening of the 30th in Honolulu."""


def put_both(practice: Practice) -> None:
    """Let the same month happen to a patient of New York and, a day apart, to one of Honolulu."""
    other_day = GOOD.replace("2026-03-10", "2026-03-11")  # nobody works for two at once
    noon = datetime(2026, 3, 30, 12, tzinfo=UTC)
    put_story(practice, GOOD, EAST, noon)
    put_story(practice, f"{other_day}; zone = {HONOLULU}", WEST, noon)


def work(worker: Worker, clock: Clock, until: datetime) -> None:
    """Let the worker do all that is due at an instant."""
    clock.at = until
    while worker.round():
        pass


def outcome(practice: Practice, name: str) -> tuple[str, str]:
    """Give the outcome of the line of 20 minutes that holds, and as of when it was decided."""
    found = Decision.objects.filter(
        tenant_id=practice.tenant_id, enrollment_id=f"{name}ENR-1", code="99457",
        period_kind="cycle", period_start="2026-03-01",
    )  # fmt: skip
    last = found.latest("id")
    return last.outcome, last.as_of.isoformat()


@pytest.mark.parametrize(
    ("zone", "at", "today", "tomorrow"),
    [
        # 06:00 UTC in winter is one in the morning in New York and eight in the evening in Hawaii.
        (NEW_YORK, (2026, 1, 10, 6, 0), date(2026, 1, 10), (2026, 1, 11, 5, 0)),
        (HONOLULU, (2026, 1, 10, 6, 0), date(2026, 1, 9), (2026, 1, 10, 10, 0)),
        (HONOLULU, (2026, 1, 10, 10, 0), date(2026, 1, 10), (2026, 1, 11, 10, 0)),
        # Clocks go forward on 8 March, a day of 23 hours; Hawaii's do not.
        (NEW_YORK, (2026, 3, 8, 4, 59), date(2026, 3, 7), (2026, 3, 8, 5, 0)),
        (NEW_YORK, (2026, 3, 8, 5, 0), date(2026, 3, 8), (2026, 3, 9, 4, 0)),
        (HONOLULU, (2026, 3, 8, 10, 0), date(2026, 3, 8), (2026, 3, 9, 10, 0)),
        # They go back on 1 November, a day of 25 hours.
        (NEW_YORK, (2026, 11, 1, 4, 0), date(2026, 11, 1), (2026, 11, 2, 5, 0)),
        # Guam is a day ahead; Samoa, American as well, is the last.
        ("Pacific/Guam", (2026, 1, 9, 14, 0), date(2026, 1, 10), (2026, 1, 10, 14, 0)),
        ("Pacific/Pago_Pago", (2026, 1, 10, 10, 59), date(2026, 1, 9), (2026, 1, 10, 11, 0)),
    ],
)
def test_a_day_is_that_of_the_patients_zone(
    practice: Practice,
    zone: str,
    at: tuple[int, int, int, int, int],
    today: date,
    tomorrow: tuple[int, int, int, int, int],
) -> None:
    book = practice.opened("coordinator")
    with book.act("test", START) as act:
        act.add("patients", [{"patient_id": "P-1", "time_zone": zone}])
    now = datetime(*at, tzinfo=UTC)
    assert days.today(book, "P-1", now) == today
    assert days.tomorrow(zone, now) == datetime(*tomorrow, tzinfo=UTC)


def test_patients_are_sorted_by_their_day_and_who_moves_takes_the_new_one(
    practice: Practice,
) -> None:
    book = practice.opened("coordinator")
    zones = {"P-E": NEW_YORK, "P-C": "America/Chicago", "P-W": HONOLULU, "P-M": HONOLULU}
    with book.act("test", START) as act:
        act.add("patients", [{"patient_id": n, "time_zone": z} for n, z in zones.items()])
        act.add("patients", [{"patient_id": "P-M", "time_zone": NEW_YORK}])
    assert list(days.by_day(book, set(zones), SMALL_HOURS).items()) == [
        (date(2026, 3, 30), {"P-W"}),
        (date(2026, 3, 31), {"P-E", "P-C", "P-M"}),
    ]


def test_a_night_asks_for_the_patients_of_its_zone(practice: Practice) -> None:
    """Two are turned on the 31st, one of each zone, and one of New York a day later."""
    book, last = practice.opened("coordinator"), date(2026, 3, 30)
    lived = {"P-E": (NEW_YORK, 1), "P-LATER": (NEW_YORK, 2), "P-W": (HONOLULU, 1)}
    with book.act("test", START) as act:
        turns = [
            Turning(one, name, last, last + timedelta(days=ahead))
            for one, (name, ahead) in lived.items()
        ]
        turning.keep(act, turns, days.edition(book))
    assert days.end(book, NEW_YORK, SMALL_HOURS) == 1
    assert days.end(book, HONOLULU, SMALL_HOURS) == 0  # the 30th goes on there
    assert [*Job.objects.filter(kind="night").values_list("subject", flat=True)] == ["P-E"]


@pytest.mark.slow
def test_each_cycle_is_over_at_its_own_midnight(practice: Practice, clock: Clock) -> None:
    put_both(practice)
    worker = Worker("w", clock)
    work(worker, clock, datetime(2026, 3, 30, 13, tzinfo=UTC))
    due = dict(Job.objects.filter(kind="day").values_list("subject", "due_at"))
    assert due == {
        NEW_YORK: datetime(2026, 3, 31, 4, tzinfo=UTC),  # New York has its summer time
        HONOLULU: datetime(2026, 3, 31, 10, tzinfo=UTC),
    }
    work(worker, clock, datetime(2026, 3, 31, 3, 59, 59, tzinfo=UTC))
    assert outcome(practice, EAST) == outcome(practice, WEST) == ("open", "2026-03-30")
    work(worker, clock, datetime(2026, 3, 31, 4, tzinfo=UTC))
    assert outcome(practice, EAST) == ("held", "2026-03-31")
    work(worker, clock, datetime(2026, 3, 31, 9, 59, 59, tzinfo=UTC))
    assert outcome(practice, WEST) == ("open", "2026-03-30")
    work(worker, clock, datetime(2026, 3, 31, 10, tzinfo=UTC))
    assert outcome(practice, WEST) == ("held", "2026-03-31")
    following = dict(Job.objects.filter(kind="day").values_list("subject", "due_at"))
    assert following == {zone: at + timedelta(days=1) for zone, at in due.items()}


@pytest.mark.slow
def test_an_act_counts_at_once_and_what_is_not_over_stays_open(
    practice: Practice, clock: Clock
) -> None:
    put_both(practice)
    worker = Worker("w", clock)
    work(worker, clock, SMALL_HOURS - timedelta(minutes=5))
    book = practice.opened("billing_practitioner")
    waiting = signing_page(book, SMALL_HOURS).periods
    assert [one.enrollment_id for one in waiting] == [f"{EAST}ENR-1"]
    assert evidence(book, (f"{EAST}ENR-1", "cycle", "2026-03-01"), SMALL_HOURS).over
    west = evidence(book, (f"{WEST}ENR-1", "cycle", "2026-03-01"), SMALL_HOURS)
    assert not west.over
    (one,) = waiting
    shown = Shown(one.enrollment_id, one.first, one.last, one.digest)
    sign_off(book, shown, SMALL_HOURS, SMALL_HOURS)
    early = Shown(f"{WEST}ENR-1", one.first, one.last, west.digest)
    with pytest.raises(DeskError, match="not over"):
        sign_off(book, early, SMALL_HOURS, SMALL_HOURS)
    work(worker, clock, SMALL_HOURS + timedelta(seconds=1))
    assert outcome(practice, EAST) == ("billable", "2026-03-31")
    assert outcome(practice, WEST) == ("open", "2026-03-30")
    line = (f"{EAST}ENR-1", "cycle", "2026-03-01", "99457")
    again = replay(practice.opened("compliance"), line, None, SMALL_HOURS)
    assert again.same
    assert again.today_as_of == date(2026, 3, 31)


def test_lines_of_the_west_are_drawn_after_those_of_the_east(tmp_path: Path) -> None:
    """The log of lines refuses older decisions; of another patient's earlier day they are not."""
    lines, monday = Lines(tmp_path), date(2026, 3, 30)
    lines.draw([], ACT, decided=decided([], monday + timedelta(days=1)))
    lines.draw([], ACT, decided=of_their_day(lines, decided([], monday)))
    assert of_their_day(lines, decided([], monday)).older == ""


@pytest.mark.slow
def test_of_a_zone_that_is_not_known_nothing_is_decided_and_it_is_told(
    practice: Practice, clock: Clock
) -> None:
    book = practice.opened("coordinator")
    with book.act("test", START) as act:
        act.add("patients", [{"patient_id": "P-1", "time_zone": "Mars/Olympus_Mons"}])
        enrollment = {"enrollment_id": "E-1", "patient_id": "P-1", "program": "RPM"}
        act.add("enrollments", [
            {**enrollment, "billing_performer_id": "D-1", "setup_date": "2026-01-02"},
        ])  # fmt: skip
    worker = Worker("w", clock)
    clock.after(seconds=5)
    work(worker, clock, clock.at)
    assert not Decision.objects.exists()
    assert not Job.objects.filter(kind="day").exists()
    told = {one.name: one.state for one in episodes.checklist(book, "E-1", clock.at)}
    assert told["time_zone"] == "unknown"
    # Nothing is over there before it is over for everybody: noon in London ends the day before.
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    before = noon - timedelta(seconds=1)
    assert (days.today(book, "P-1", before), days.today(book, "P-1", noon)) == (
        date(2026, 3, 1), date(2026, 3, 2),
    )  # fmt: skip
    with book.act("test", clock.at) as act:
        act.add("patients", [{"patient_id": "P-1", "time_zone": HONOLULU}])
    work(worker, clock, clock.after(seconds=5))
    assert Decision.objects.exists()
    assert Job.objects.get(kind="day").subject == HONOLULU
    names = {one.name for one in episodes.checklist(book, "E-1", clock.at)}
    assert "time_zone" not in names


@pytest.mark.slow
def test_the_book_is_decided_as_the_folder_is_as_of_each_patients_day(
    practice: Practice, clock: Clock, tmp_path: Path
) -> None:
    """At 06:00 UTC the demonstration's patients of the east have a day that others have not."""
    last = make_practice(tmp_path, seed=2026)
    clock.at = datetime.combine(last, SMALL_HOURS.timetz())
    with by_ourselves(practice.tenant_id) as book:
        take_over(book, tmp_path, clock.at)
    worker = Worker("w", clock)
    work(worker, clock, clock.after(minutes=1))
    with by_ourselves(practice.tenant_id) as book:
        everybody = book.shelf.ids("enrollments", "patient_id")
        by_day = days.by_day(book, everybody, clock.at)
        held = current(practice.tenant_id, book.shelf.ids("enrollments", "enrollment_id"))
    assert {day: bool(theirs) for day, theirs in by_day.items()} == {
        last - timedelta(days=1): True, last: True,
    }  # fmt: skip
    wanted = {
        line_of(one): msgspec.json.encode(one)
        for day, theirs in by_day.items()
        for one in decide(tmp_path, as_of=day)
        if one["patient_id"] in theirs
    }
    assert len(wanted) > 1_000
    assert held == wanted


@pytest.mark.slow
@pytest.mark.parametrize("stale", [EAST, WEST, ""])
def test_a_draft_of_two_days_is_one_act(practice: Practice, clock: Clock, stale: str) -> None:
    put_both(practice)
    work(Worker("hand", clock), clock, SMALL_HOURS)
    biller = practice.opened("biller")
    with by_ourselves(practice.tenant_id) as book:
        both = book.shelf.ids("patients", "patient_id")
        assert len(days.by_day(book, both, SMALL_HOURS)) == 2
    if stale:
        with by_ourselves(practice.tenant_id):
            due = SMALL_HOURS + timedelta(hours=1)
            theirs = {one for one in both if one.startswith(stale)}
            jobs.ask(practice.tenant_id, "decide", theirs, SMALL_HOURS, due=due)
        with pytest.raises(DeskError, match="made anew"):
            drafting.draft(biller, both, PAPERS, SMALL_HOURS)
        assert not Line.objects.exists(), "of neither day"
        return
    drafting.draft(biller, both, PAPERS, SMALL_HOURS)
    entries = [read_as(one.act, Entry, "") for one in Line.objects.filter(log="book")]
    assert [one.as_of for one in entries] == [LAST_DAY, LAST_DAY + timedelta(days=1)]
    assert len({one.act.at for one in entries}) == 1
