"""A night decides whom the calendar turns, and what nobody decides is told as of its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from made_up_nights import enrolled, night, rounds
from made_up_practices import Clock, Practice
from made_up_stories import AT, PATIENT, SIGNED, corrected, put_story
from proofline.cli.demo import make_practice
from proofline.decide import decision
from proofline.decide.records.canonical import canonical
from proofline.desk import days
from proofline.desk.care import aging
from proofline.desk.care.aging import LAST_DAYS, LATER, THIS_WEEK, place_of
from proofline.desk.care.foreseeing import ENOUGH, taught_by, told_today
from proofline.desk.care.foreseeing import shown as shown_outlooks
from proofline.desk.deciding import Turn, decide_patients, decided
from proofline.desk.moving.taking_over import take_over
from proofline.desk.requests import lists
from proofline.desk.requests.lists import Place
from proofline.desk.showing.audit.journey import journey
from proofline.desk.working import Worker
from proofline.insight import Ground, Outlook, Prior
from proofline.insight.chances import Habit
from proofline.store.ahead import places
from proofline.store.ahead.lessons import Lesson, learn, learned
from proofline.store.ahead.outlooks import NEVER, row_of
from proofline.store.book import Book, by_ourselves, wall
from proofline.store.decided import line_of
from proofline.store.models import Foreseen, Job, Placed, Turning
from proofline.store.outside.lists import Decided, LineId
from sampling import tried

DAYS = tried("PROBE_NIGHTS", 5, 14)
"""So many nights of the demonstration are held against deciding everybody every day."""


@pytest.mark.slow
def test_a_night_asks_for_what_the_calendar_turns_and_comes_back(
    practice: Practice, clock: Clock
) -> None:
    """A cycle of 30 days begins on 3 March and the next one on 2 April; nothing else turns."""
    book = practice.opened("coordinator")
    enrolled(book, "P-OPEN")
    enrolled(book, "P-LATELY", last="2026-01-20")
    worker = Worker("w", clock)
    rounds(worker, clock, 1)
    day = Job.objects.get()
    midnight = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
    assert (day.kind, day.subject, day.due_at) == ("day", "America/Chicago", midnight)
    day.delete()  # as in a book that was kept before its zones were watched
    worker.begin([practice.tenant_id])
    worker.begin([practice.tenant_id])
    rounds(worker, clock, 3)  # the day ends, outlooks are told, silence is listened for
    assert not Job.objects.filter(kind__in=("night", "age")).exists()  # today all is decided
    day = Job.objects.get(kind="day")
    assert (day.subject, day.due_at) == ("America/Chicago", midnight)
    asked = {}
    for _ in range(33):
        if found := night(clock, worker):
            asked[clock.at.date().isoformat()] = found
    assert asked == {"2026-03-03": {"P-OPEN"}, "2026-04-02": {"P-OPEN"}}


GONE = "16 more needed, 15 days left: it can no longer be reached."
LINE = ("E-P-1", "cycle", "2026-03-03", "99454")
"""Of 16 days that the cycle until 1 April needs none has come; on 17 March 15 are left."""


def shown(book: Book, at: datetime) -> Decided:
    """Give the line as the API shows it."""
    found = lists.decisions(book, LINE[0], Place(), at).items
    return next(one for one in found if line_of(msgspec.json.decode(one.record)) == LINE)


@pytest.mark.slow
def test_an_open_line_is_told_as_of_a_day_on_which_nobody_decided(
    practice: Practice, clock: Clock
) -> None:
    enrolled(practice.opened("coordinator"), "P-1")
    clock.at = datetime(2026, 3, 5, 14, tzinfo=UTC)
    rounds(Worker("w", clock), clock, 1)
    book, later = practice.opened("coordinator"), datetime(2026, 3, 17, 14, tzinfo=UTC)
    told = shown(book, later)
    assert (told.as_of, GONE in bytes(told.record).decode()) == (date(2026, 3, 17), True)
    walked = journey(practice.opened("compliance"), LINE, later)
    assert any(GONE in one["text"] for one in walked.against)
    line = LineId(LINE[0], LINE[1], date(2026, 3, 3), LINE[3])
    (kept,) = lists.history(book, line, Place(), later).items
    assert kept.as_of == date(2026, 3, 5)
    assert sha256(bytes(kept.record)).hexdigest() == kept.digest.removeprefix("sha256:")
    assert b"16 more needed, 27 days left: it can still be reached." in bytes(kept.record)


def test_what_the_calendar_turned_and_nobody_decided_is_told_as_of_its_own_day(
    practice: Practice, clock: Clock
) -> None:
    """The worker stands still when the cycle is over: what is kept says nothing of 2 April."""
    enrolled(practice.opened("coordinator"), "P-1")
    clock.at = datetime(2026, 3, 5, 14, tzinfo=UTC)
    rounds(Worker("w", clock), clock, 1)
    book = practice.opened("coordinator")
    days_shown = [shown(book, datetime(2026, 4, day, 14, tzinfo=UTC)).as_of for day in (1, 2)]
    assert days_shown == [date(2026, 4, 1), date(2026, 3, 5)]


@pytest.mark.slow
def test_another_edition_decides_everybody_anew(
    practice: Practice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New papers decide whom something lies ahead of; new law also whose episodes are over."""
    book = practice.opened("coordinator")
    enrolled(book, "P-OPEN")
    enrolled(book, "P-OVER", last="2026-01-20")
    rounds(Worker("w", clock), clock, 1)
    zone, now = "America/Chicago", days.edition(book)
    assert days.end(book, zone, clock.at) == 0
    monkeypatch.setattr(days, "edition", lambda _: replace(now, papers="others"))
    assert days.end(book, zone, clock.at) == 1
    monkeypatch.setattr(days, "edition", lambda _: replace(now, of="another law"))
    assert days.end(book, zone, clock.at) == 2


@pytest.mark.slow
def test_after_an_upgrade_nobody_is_told_what_they_know(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version's decisions are kept, for they name it; that a line is ready is no news."""
    put_story(practice, SIGNED)
    with by_ourselves(practice.tenant_id) as book:
        day = days.today(book, PATIENT, AT)
        assert decided(book, {PATIENT}, day).changed == ()
        monkeypatch.setattr(decision, "__version__", "99.0.0")
        turn = decide_patients(book, {PATIENT}, day, AT)
        assert "billable" in {one["outcome"] for one in turn.changed}
        assert (len(turn.changed), turn.news) == (turn.looked_at, ())
        corrected(practice, AT)  # the work was none: that is news
        told = {one["code"] for one in decided(book, {PATIENT}, day).news}
        assert "99457" in told


def test_of_a_book_from_before_the_first_night_decides_everybody(
    practice: Practice, clock: Clock
) -> None:
    book = practice.opened("coordinator")
    enrolled(book, "P-OPEN")
    enrolled(book, "P-OVER", last="2026-01-20")
    rounds(Worker("w", clock), clock, 1)
    Turning.objects.all().delete()
    assert days.end(book, "America/Chicago", clock.at) == 0
    step = import_module("proofline.store.migrations.0073_everybody_turns")
    step.Migration.operations[0].code(None, SimpleNamespace(connection=connection))
    wall(practice.tenant_id)
    assert days.end(book, "America/Chicago", clock.at) == 2


def test_a_day_that_ends_between_deciding_and_keeping_is_not_missed(
    practice: Practice, clock: Clock
) -> None:
    enrolled(practice.opened("coordinator"), "P-1")

    def midnight(step: str) -> None:
        if step == "decided":
            clock.after(hours=16)

    clock.after(seconds=5)
    Worker("w", clock, reached=midnight).round()
    assert [job.subject for job in Job.objects.filter(kind="night")] == ["P-1"]


Period = tuple[str, str, date]
Order = tuple[int, int, date, str, str]


def foreseen(practice: Practice, at: datetime) -> dict[Period, tuple[bytes, Order | None]]:
    """Give the outlooks as they are shown at an instant, with what the work list is sorted by."""
    rows = [row_of(one) for one in Foreseen.objects.filter(tenant_id=practice.tenant_id)]
    holds = Q(since__lte=at.timestamp(), until__gt=at.timestamp())
    placed = {
        (one.foreseen.enrollment_id, one.foreseen.period_kind, one.foreseen.period_start): order(
            one
        )
        for one in Placed.objects.filter(holds, tenant_id=practice.tenant_id)
    }
    with by_ourselves(practice.tenant_id) as book:
        told = [one for one in shown_outlooks(book, rows, at) if isinstance(one, Outlook)]
    keys = [(one.enrollment_id, one.period_kind, one.period_start) for one in rows]
    assert set(placed) == {key for key, row in zip(keys, rows, strict=True) if row.listed}
    return {
        period(one): (one.to_json(), placed.get(key)) for key, one in zip(keys, told, strict=True)
    }


def period(one: Outlook) -> Period:
    return one.enrollment_id, one.period_kind, one.period_start


def order(one: places.Place | Placed) -> Order:
    return one.urgency, one.weight, one.due_on, one.next_act, one.kind


def as_decided(turn: Turn) -> dict[Period, tuple[bytes, Order | None]]:
    """Give the same from deciding everybody on the day."""
    return {
        period(one): (one.to_json(), order(place_of(one)) if one.rungs[0].earns else None)
        for one in turn.ahead.outlooks
    }


@pytest.mark.slow
def test_outlooks_are_those_of_the_day_though_nobody_told_them_anew(
    practice: Practice, clock: Clock
) -> None:
    """Where the worker decided nobody for a week, the list is still that of the day."""
    enrolled(practice.opened("coordinator"), "P-1")
    clock.at = datetime(2026, 3, 28, 14, tzinfo=UTC)
    worker = Worker("w", clock)
    rounds(worker, clock, 1)
    assert not any(night(clock, worker) for _ in range(4))
    after = foreseen(practice, clock.at)
    assert {kind for _, kind, _ in after} == {"cycle", "month"}
    months = {first for _, kind, first in after if kind == "month"}
    assert months == {date(2026, 4, 1)}  # the month beside the cycle is another
    assert {*Foreseen.objects.values_list("as_of", flat=True)} == {date(2026, 3, 28)}
    with by_ourselves(practice.tenant_id) as book:
        turn = decided(book, {"P-1"}, date(2026, 4, 1))
    assert turn.changed == ()
    assert after == as_decided(turn)


def test_a_place_moves_at_midnight_by_the_clock_of_the_patient(
    practice: Practice, clock: Clock
) -> None:
    """A call is wanted until 1 April: within the week from the 26th, about now from the 30th on."""
    enrolled(practice.opened("coordinator"), "P-1")
    clock.at = datetime(2026, 3, 20, 14, tzinfo=UTC)
    rounds(Worker("w", clock), clock, 1)
    urgencies = {
        hour: work_list_at(practice, datetime.fromisoformat(hour))
        for hour in (
            "2026-03-26T04:59Z",
            "2026-03-26T05:00Z",
            "2026-03-30T04:59Z",
            "2026-03-30T05:00Z",
        )
    }
    assert [*urgencies.values()] == [[LATER], [THIS_WEEK], [THIS_WEEK], [LAST_DAYS]]


def work_list_at(practice: Practice, at: datetime) -> list[int]:
    wanted = places.Wanted(("beyond_limits",))
    listed = places.work_list(practice.tenant_id, wanted, at, most=9, skip=0)
    return [one.urgency for one in listed]


@pytest.mark.slow
def test_what_the_past_teaches_anew_is_told_of_all_days_ahead(
    practice: Practice, clock: Clock
) -> None:
    """Nobody is decided anew for it; that chances move is told by the places and by the page."""
    enrolled(practice.opened("coordinator"), "P-1", "P-2")
    clock.at = datetime(2026, 3, 10, 14, tzinfo=UTC)
    worker = Worker("w", clock)
    rounds(worker, clock, 1)
    known = learned(practice.tenant_id)
    assert known is not None
    with by_ourselves(practice.tenant_id) as book, book.act("test", clock.at) as act:
        learn(act, replace(known, as_of=date(2026, 3, 11)))
    Placed.objects.update(weight=-1)  # as if told by what was taught before
    night(clock, worker)
    assert not Placed.objects.filter(weight=-1).exists()
    assert {*Foreseen.objects.filter(listed=True).values_list("lesson", flat=True)} == {
        date(2026, 3, 11)
    }
    with by_ourselves(practice.tenant_id) as book:
        turn = decided(book, {"P-1", "P-2"}, date(2026, 3, 11))
    assert foreseen(practice, clock.at) == as_decided(turn)


@pytest.mark.slow
def test_what_enough_cycles_taught_stays_with_an_outlook_until_its_patient_is_decided(
    practice: Practice, clock: Clock
) -> None:
    """A month's new lesson writes nothing by night; the page rests on what the list rests on."""
    enrolled(practice.opened("coordinator"), "P-1", "P-2")
    clock.at = datetime(2026, 3, 10, 14, tzinfo=UTC)
    rounds(Worker("w", clock), clock, 1)
    seldom, often = (
        canonical(Prior(Habit(mean, cycles=ENOUGH), cycles=ENOUGH)) for mean in (0.2, 0.9)
    )
    first = Lesson(ENOUGH, date(2026, 3, 11), seldom)
    then = first.then(ENOUGH, date(2026, 3, 14), often, enough=ENOUGH)
    with by_ourselves(practice.tenant_id) as book, book.act("test", clock.at) as act:
        assert learn(act, then) == then == learned(practice.tenant_id)
        Foreseen.objects.update(lesson=first.as_of)
    clock.at = datetime(2026, 3, 17, 14, tzinfo=UTC)
    with by_ourselves(practice.tenant_id) as book:
        assert aging.told_anew(book, clock.at).places == {}
        assert told_by(seldom, book, clock.at) == {"P-1", "P-2"}
        decide_patients(book, {"P-1"}, clock.at.date(), clock.at)
        assert (told_by(seldom, book, clock.at), told_by(often, book, clock.at)) == (
            {"P-2"},
            {"P-1"},
        )
        Foreseen.objects.update(lesson=first.as_of - timedelta(days=1))  # earlier still
        assert aging.told_anew(book, clock.at).places


def told_by(record: bytes, book: Book, at: datetime) -> set[str]:
    """Give whose outlooks are shown as they are told by what the past taught."""
    kept = [row_of(one) for one in Foreseen.objects.filter(listed=True)]
    found = set()
    for row, one in zip(kept, shown_outlooks(book, kept, at), strict=True):
        ground = msgspec.json.decode(row.ground or b"", type=Ground)
        if one == told_today(ground, at.date(), taught_by(record)):
            found.add(row.patient_id)
    return found


def test_what_few_cycles_taught_stays_with_nobody() -> None:
    known = Lesson(ENOUGH - 1, date(2026, 3, 1), b"few")
    assert known.then(ENOUGH, date(2026, 3, 5), b"more", enough=ENOUGH).rests_from == date(
        2026, 3, 5
    )


def test_who_is_decided_while_places_are_told_again_keeps_their_new_ones(
    practice: Practice, clock: Clock
) -> None:
    enrolled(practice.opened("coordinator"), "P-1")
    rounds(Worker("w", clock), clock, 1)
    Foreseen.objects.update(lesson=NEVER)
    with by_ourselves(practice.tenant_id) as book:
        anew = aging.told_anew(book, clock.at)
        assert anew.places
        decide_patients(book, {"P-1"}, clock.at.date(), clock.at)
        with book.act("test", clock.at) as act:
            aging.keep_anew(act, anew)
    left = {*Foreseen.objects.filter(listed=True).values_list("pk", flat=True)}
    assert {*Placed.objects.values_list("foreseen_id", flat=True)} == left
    assert left.isdisjoint(anew.places)


@pytest.mark.slow
def test_a_night_on_which_nothing_turned_leaves_every_row_alone(
    practice: Practice, clock: Clock
) -> None:
    """What it does hangs on who changes and who turns; of the others nothing is written."""
    enrolled(practice.opened("coordinator"), *(f"P-{number}" for number in range(12)))
    clock.at = datetime(2026, 3, 10, 14, tzinfo=UTC)
    worker = Worker("w", clock)
    rounds(worker, clock, 1)
    before = [*Foreseen.objects.values_list()], [*Placed.objects.values_list()]
    with CaptureQueriesContext(connection) as asked:
        assert night(clock, worker) == set()
    assert ([*Foreseen.objects.values_list()], [*Placed.objects.values_list()]) == before
    written = [one["sql"] for one in asked if one["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert {sql.split("store_", 1)[1].split()[0].strip('"') for sql in written} <= {"job"}


@pytest.mark.slow
def test_a_book_whose_nights_follow_what_turns_is_that_of_every_day(
    practice: Practice, clock: Clock, tmp_path: Path
) -> None:
    """The demonstration with its fees, from its last days on: nothing kept is older than its day.

    Everybody is decided each day beside, which changes nothing, and no outlook by a byte.
    """
    last = make_practice(tmp_path, seed=2026)
    clock.at = datetime.combine(last - timedelta(days=3), time(18), UTC)
    with by_ourselves(practice.tenant_id) as book:
        take_over(book, tmp_path, clock.at)
        everybody = book.shelf.ids("enrollments", "patient_id")
    worker = Worker("w", clock)
    for _ in range(DAYS):
        clock.after(seconds=90)
        while worker.round():
            pass
        with by_ourselves(practice.tenant_id) as book:
            turns = [
                decided(book, theirs, day)
                for day, theirs in days.by_day(book, everybody, clock.at).items()
            ]
        assert [one for turn in turns for one in turn.changed] == []
        wanted = {key: one for turn in turns for key, one in as_decided(turn).items()}
        assert foreseen(practice, clock.at) == wanted
        clock.after(hours=24)
    assert len(wanted) > 50
