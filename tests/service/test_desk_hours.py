"""Time at the desk: timed with the idle rule, typed with a reason, mended in sight; never twice."""

from __future__ import annotations

from datetime import datetime

import pytest

from made_up_people import OTHER, at, enrolled
from made_up_practices import Clock, Practice
from proofline.desk.hours import correcting, timing
from proofline.desk.hours.timing import Stretch
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.trouble import NotVisible
from proofline.store.vouching import ledger


@pytest.fixture
def book(desk: Practice) -> Book:
    return desk.opened("coordinator")


@pytest.fixture
def enrollment(desk: Practice) -> str:
    return enrolled(desk)


def entries(book: Book) -> list[tuple[str | None, ...]]:
    names = ("started_at", "ended_at", "method")
    return [tuple(row[name] for name in names) for row in book.shelf.rows("time_entries")]


@pytest.mark.parametrize(
    "told",
    [
        ([], 300, "14:05:00"),  # five minutes of silence are work
        ([], 301, None),  # a second more, and nobody vouches for any of it
        ([200, 480], 700, "14:11:40"),
        ([200, 480], 781, "14:08:00"),  # ends at the last sign
        ([200, 501], 700, "14:03:20"),  # that sign came too late to count
    ],
)
def test_a_timer_counts_to_the_last_sign_of_its_person(
    book: Book, enrollment: str, clock: Clock, told: tuple[list[int], int, str | None]
) -> None:
    signs, stopped, ended = told
    began = clock.at
    timing.start(book, enrollment, "review", began)
    for sign in signs:
        clock.at = began
        timing.sign_of_life(book, clock.after(seconds=sign))
    clock.at = began
    entry_id = timing.stop(book, "read the week", clock.after(seconds=stopped))
    logged = [] if ended is None else [("2026-03-02T14:00:00Z", f"2026-03-02T{ended}Z", "timer")]
    assert entries(book) == logged
    assert bool(entry_id) == bool(ended)
    with pytest.raises(DeskError, match="No timer"):
        timing.stop(book, "", clock.at)


def test_one_timer_a_person_and_the_same_one_goes_on(
    desk: Practice, book: Book, enrollment: str
) -> None:
    second = enrolled(desk, OTHER)
    timing.start(book, enrollment, "review", at(14))
    timing.start(book, enrollment, "review", at(14, 1))
    with pytest.raises(DeskError, match="another patient"):
        timing.start(book, second, "review", at(14, 2))
    timing.stop(book, "", at(14, 3))
    assert entries(book) == [("2026-03-02T14:00:00Z", "2026-03-02T14:03:00Z", "timer")]


def test_typed_time_is_told_apart_and_has_its_reason(book: Book, enrollment: str) -> None:
    timing.type_in(book, Stretch(enrollment, "care_plan", at(9), at(9, 12)), "no computer", at(14))
    (row,) = book.shelf.rows("time_entries")
    assert (row["method"], row["note"], row["entered_at"]) == (
        "typed",
        "no computer",
        "2026-03-02T14:00:00Z",
    )


@pytest.mark.parametrize(
    ("stretch", "reason", "code"),
    [
        (("review", at(9), at(9, 5)), "  ", "desk.no_reason"),
        (("review", at(9), at(9)), "x", "desk.time_unusual"),
        (("review", at(9, 5), at(9)), "x", "desk.time_unusual"),
        (("review", at(9), at(13, 1)), "x", "desk.time_unusual"),
        (("review", at(13, 55), at(14, 1)), "x", "desk.time_unusual"),
        (("billing", at(9), at(9, 5)), "x", "desk.no_activity"),
    ],
)
def test_typed_time_that_cannot_be(
    book: Book, enrollment: str, stretch: tuple[str, object, object], reason: str, code: str
) -> None:
    with pytest.raises(DeskError) as refused:
        timing.type_in(book, Stretch(enrollment, *stretch), reason, at(14))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert entries(book) == []


@pytest.mark.parametrize(
    "when",
    [
        (at(9, 50), at(10), False),
        (at(9, 50), at(10, 1), True),
        (at(10, 5), at(10, 6), True),
        (at(10, 20), at(10, 30), False),
        (at(9), at(12), True),
    ],
)
def test_one_person_works_one_minute_once(
    desk: Practice, book: Book, enrollment: str, when: tuple[datetime, datetime, bool]
) -> None:
    start, end, taken = when
    second = enrolled(desk, OTHER)
    timing.type_in(book, Stretch(enrollment, "review", at(10), at(10, 20)), "x", at(14))
    again = Stretch(second, "review", start, end)
    if taken:
        with pytest.raises(DeskError, match="logged already"):
            timing.type_in(book, again, "x", at(14))
    else:
        timing.type_in(book, again, "x", at(14))
    # Somebody else may have worked then.
    timing.type_in(desk.opened("clinician"), again, "x", at(14))


def test_no_time_is_typed_into_what_a_timer_measures(book: Book, enrollment: str) -> None:
    timing.start(book, enrollment, "review", at(14))
    with pytest.raises(DeskError, match="timer is running"):
        timing.type_in(book, Stretch(enrollment, "review", at(13, 50), at(14, 2)), "x", at(14, 4))
    timing.type_in(book, Stretch(enrollment, "review", at(13, 50), at(14)), "x", at(14, 4))
    timing.stop(book, "", at(14, 4))
    assert len(entries(book)) == 2


def test_a_timer_is_given_up_with_a_reason_and_on_record(book: Book, enrollment: str) -> None:
    timing.start(book, enrollment, "review", at(14))
    before = ledger().size()
    with pytest.raises(DeskError, match="reason"):
        timing.discard(book, enrollment, "", at(14, 1))
    with pytest.raises(DeskError, match="No timer of yours runs for this patient"):
        timing.discard(book, "enr_another", "from a page that is out of date", at(14, 1))
    timing.discard(book, enrollment, "the wrong patient", at(14, 1))
    assert ledger().size() == before + 1
    assert entries(book) == []
    with pytest.raises(DeskError, match="No timer of yours runs"):
        timing.discard(book, enrollment, "once more", at(14, 1))
    timing.start(book, enrollment, "review", at(14, 2))


# Mending.


def logged(book: Book, enrollment: str) -> str:
    return timing.type_in(book, Stretch(enrollment, "review", at(10), at(10, 20)), "x", at(12))


def test_a_correction_takes_the_place_and_both_versions_stay(book: Book, enrollment: str) -> None:
    entry_id = logged(book, enrollment)
    to = Stretch(enrollment, "care_plan", at(10), at(10, 15))
    correcting.correct(book, entry_id, to, at(14), reason="the last five were a break")
    assert entries(book) == [("2026-03-02T10:00:00Z", "2026-03-02T10:15:00Z", "typed")]
    first, second = correcting.history(book, entry_id, at(14))
    assert (first.cells["ended_at"], second.cells["ended_at"]) == (
        "2026-03-02T10:20:00Z",
        "2026-03-02T10:15:00Z",
    )
    assert second.reason == "the last five were a break"
    assert first.recorded_by == second.recorded_by == book.person_id


def test_withdrawn_time_counts_no_more_and_stays_to_be_seen(book: Book, enrollment: str) -> None:
    entry_id = logged(book, enrollment)
    with pytest.raises(DeskError, match="reason"):
        correcting.withdraw(book, entry_id, "", at(14))
    correcting.withdraw(book, entry_id, "another patient's", at(14))
    assert entries(book) == []
    told = [(one.withdrawn, one.reason) for one in correcting.history(book, entry_id, at(14))]
    assert told == [(False, "x"), (True, "another patient's")]
    with pytest.raises(NotVisible):
        correcting.withdraw(book, entry_id, "again", at(14))
    logged(book, enrollment)  # the minutes are free again


def test_a_timed_entry_that_is_corrected_is_timed_no_more(book: Book, enrollment: str) -> None:
    timing.start(book, enrollment, "review", at(10))
    entry_id = timing.stop(book, "", at(10, 4))
    to = Stretch(enrollment, "review", at(10), at(10, 3))
    correcting.correct(book, entry_id, to, at(14), reason="answered the door")
    assert entries(book) == [("2026-03-02T10:00:00Z", "2026-03-02T10:03:00Z", "typed")]


def test_a_correction_may_not_take_minutes_of_another_entry(book: Book, enrollment: str) -> None:
    entry_id = logged(book, enrollment)
    timing.type_in(book, Stretch(enrollment, "review", at(11), at(11, 10)), "x", at(12))
    to = Stretch(enrollment, "review", at(10, 10), at(11, 1))
    with pytest.raises(DeskError, match="logged already"):
        correcting.correct(book, entry_id, to, at(14), reason="longer")


def test_nobody_mends_the_time_of_somebody_else(desk: Practice, enrollment: str) -> None:
    entry_id = logged(desk.opened("coordinator"), enrollment)
    other = desk.opened("clinician")
    with pytest.raises(DeskError, match="somebody else"):
        correcting.withdraw(other, entry_id, "not true", at(14))
    to = Stretch(enrollment, "review", at(10), at(10, 10))
    with pytest.raises(DeskError, match="somebody else"):
        correcting.correct(other, entry_id, to, at(14), reason="shorter")


def test_a_correction_does_not_move_time_to_another_patient(
    desk: Practice, book: Book, enrollment: str
) -> None:
    entry_id = logged(book, enrollment)
    to = Stretch(enrolled(desk, OTHER), "review", at(10), at(10, 10))
    with pytest.raises(DeskError, match="another patient"):
        correcting.correct(book, entry_id, to, at(14), reason="was hers")
