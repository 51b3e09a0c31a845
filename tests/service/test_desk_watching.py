"""The desk watches: limits that raise alerts, devices that fall silent, reviews."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from made_up_people import (
    CUFF,
    OTHER,
    PATIENT,
    SCALE,
    SYSTOLIC,
    at,
    put,
    reading,
    the_book,
)
from made_up_practices import START, Practice
from proofline.desk.care import alerts, limits, pairing, reviewing
from proofline.desk.trouble import DeskError
from proofline.store.book import by_ourselves
from proofline.store.vouching import ledger
from proofline.store.work.alerts import Limits

LIMITS = Limits(PATIENT, SYSTOLIC, "value", "mm[Hg]", Decimal(90), Decimal("140.5"))


def set_limits(practice: Practice, one: Limits = LIMITS) -> None:
    limits.set_limits(practice.opened("clinician"), one, START)


def watch(practice: Practice, *rows: dict[str, str | None]) -> int:
    with by_ourselves(practice.tenant_id) as book:
        return limits.watch(book, rows, START)


@pytest.mark.parametrize(
    ("value", "raised"), [("90", 0), ("89.9", 1), ("140.5", 0), ("140.50", 0), ("140.51", 1)]
)
def test_a_reading_beyond_its_limits_raises_one_alert(
    desk: Practice, value: str, raised: int
) -> None:
    set_limits(desk)
    assert watch(desk, reading("R-1", value, START)) == raised
    assert watch(desk, reading("R-1", value, START)) == 0
    assert len(alerts.waiting(the_book(desk), START)) == raised


def test_limits_do_not_judge_what_they_do_not_fit(desk: Practice) -> None:
    set_limits(desk)
    others = [
        reading("R-1", "200", START, metric="29463-7"),
        reading("R-2", "200", START, patient_id=OTHER),
        reading("R-3", "200", START, test="true"),
        reading("R-4", "", START),
    ]
    assert watch(desk, *others) == 0
    # In another unit nobody can tell, so somebody has to look; once, however many come.
    assert watch(desk, reading("R-5", "20", START, unit="kPa")) == 1
    assert watch(desk, reading("R-6", "20", START, unit="kPa")) == 0
    assert [one.kind for one in alerts.waiting(the_book(desk), START)] == ["limits_unsure"]


@pytest.mark.parametrize(
    ("first", "last", "raised"),
    [
        ("2026-03-01", None, 1),
        ("2026-01-05", "2026-03-01", 1),  # the day it was given back is still theirs
        ("2026-03-02", None, 0),  # 05:30 in UTC is the evening before in Chicago
        ("2026-01-05", "2026-02-28", 0),
    ],
)
def test_a_reading_that_names_nobody_is_of_whoever_had_the_device_that_day(
    desk: Practice, first: str, last: str | None, raised: int
) -> None:
    set_limits(desk)
    book = the_book(desk)
    put(book, "patients", {"patient_id": PATIENT, "time_zone": "America/Chicago"})
    given = {"device_id": "D-HUB", "patient_id": PATIENT, "from_date": first, "to_date": last}
    put(book, "assignments", given)
    sent = reading("R-1", "150", START, device_id="D-HUB")
    sent |= {"patient_id": None, "measured_at": "2026-03-02T05:30:00Z"}
    assert watch(desk, sent) == raised
    put(book, "readings", sent)
    assert len(reviewing.unseen(book, PATIENT)) == raised
    reviewing.review(book, PATIENT, START)
    assert reviewing.unseen(book, PATIENT) == []
    put(book, "readings", sent | {"reading_id": "R-2"})
    assert len(reviewing.unseen(book, PATIENT)) == raised


def test_the_limits_set_last_hold(desk: Practice) -> None:
    set_limits(desk)
    set_limits(desk, Limits(PATIENT, SYSTOLIC, "value", "mm[Hg]", None, Decimal(180)))
    assert watch(desk, reading("R-1", "150", START)) == 0
    (found,) = limits.limits_of(the_book(desk), PATIENT, START)
    assert (found.low, found.high) == (None, Decimal(180))


@pytest.mark.parametrize(("low", "high"), [(None, None), (Decimal(140), Decimal(140))])
def test_limits_that_are_none(desk: Practice, low: Decimal | None, high: Decimal | None) -> None:
    with pytest.raises(DeskError, match="limits"):
        set_limits(desk, Limits(PATIENT, SYSTOLIC, "value", "mm[Hg]", low, high))


def test_an_alert_is_taken_and_closed_with_what_was_done(desk: Practice) -> None:
    set_limits(desk)
    watch(desk, reading("R-1", "200", START))
    ours, other = desk.opened("coordinator"), desk.opened("clinician")
    (alert,) = alerts.waiting(ours, START)
    with pytest.raises(DeskError, match="not yours"):
        alerts.close(ours, alert.alert_id, "called", START)
    alerts.take(ours, alert.alert_id, START)
    with pytest.raises(DeskError, match="Somebody else"):
        alerts.take(other, alert.alert_id, START)
    alerts.take(other, alert.alert_id, START, "she went home")
    with pytest.raises(DeskError, match="reason"):
        alerts.close(other, alert.alert_id, " ", START)
    alerts.close(other, alert.alert_id, "called, measured again: 128", START)
    assert alerts.waiting(ours, START) == []
    with pytest.raises(DeskError, match="closed"):
        alerts.take(ours, alert.alert_id, START)


@pytest.mark.parametrize(("days", "raised"), [(2.9, 0), (3.0, 1)])
def test_a_device_that_used_to_send_is_missed(desk: Practice, days: float, raised: int) -> None:
    pairing.pair(the_book(desk), CUFF, PATIENT, START, since=date(2026, 1, 5))
    pairing.pair(
        the_book(desk), SCALE, PATIENT, START, since=date(2026, 1, 5)
    )  # never sent anything
    put(the_book(desk), "readings", reading("R-1", "120", START - timedelta(days=days)))
    with by_ourselves(desk.tenant_id) as book:
        assert alerts.listen_for_silence(book, START) == raised
        assert alerts.listen_for_silence(book, START + timedelta(hours=1)) == 0
    found = alerts.waiting(the_book(desk), START, PATIENT)
    assert [one.kind for one in found] == ["device_silent"] * raised


def test_listening_asks_no_more_the_more_devices_are_silent(desk: Practice) -> None:
    """An hour later all alerts are there, and none of them is asked for by itself."""
    asked = []
    for devices in (2, 14):
        names = [f"SILENT-{number}" for number in range(devices)]
        worn: dict[str, str | None] = {"patient_id": PATIENT, "from_date": "2026-01-05"}
        sent = reading("", "120", START - timedelta(days=9))
        put(the_book(desk), "assignments", *({**worn, "device_id": one} for one in names))
        rows = [sent | {"reading_id": f"R-{one}", "device_id": one} for one in names]
        put(the_book(desk), "readings", *rows)
        with by_ourselves(desk.tenant_id) as book:
            alerts.listen_for_silence(book, START)
            with CaptureQueriesContext(connection) as questions:
                assert alerts.listen_for_silence(book, START + timedelta(hours=1)) == 0
        asked.append(len(questions))
    assert asked[0] == asked[1]
    assert len(alerts.waiting(the_book(desk), START, PATIENT)) == 14


@pytest.mark.parametrize(("days", "raised"), [(1, 0), (9, 1)])
def test_a_reading_at_a_time_that_is_none_keeps_nobody_from_listening(
    desk: Practice, days: int, raised: int
) -> None:
    pairing.pair(the_book(desk), CUFF, PATIENT, START, since=date(2026, 1, 5))
    put(the_book(desk), "readings", reading("R-1", "120", START - timedelta(days=days)))
    bad = reading("R-2", "120", START) | {"measured_at": "2026-02-30T07:12:00-05:00"}
    worse = reading("R-3", "120", START) | {"measured_at": "next spring"}
    put(the_book(desk), "readings", bad, worse)
    with by_ourselves(desk.tenant_id) as book:
        assert alerts.listen_for_silence(book, START) == raised


def test_a_device_that_was_taken_back_is_not_missed(desk: Practice) -> None:
    pairing.pair(the_book(desk), CUFF, PATIENT, START, since=date(2026, 1, 5))
    put(the_book(desk), "readings", reading("R-1", "120", START - timedelta(days=9)))
    pairing.take_back(the_book(desk), CUFF, date(2026, 2, 25), START)
    with by_ourselves(desk.tenant_id) as book:
        assert alerts.listen_for_silence(book, START) == 0


def test_a_review_says_who_looked_and_when_and_is_no_minute(desk: Practice) -> None:
    book = desk.opened("clinician")
    put(book, "readings", reading("R-1", "120", at(12)), reading("R-2", "121", at(13)))
    assert reviewing.last_review(book, PATIENT, START) is None
    before = ledger().size()
    assert reviewing.review(book, PATIENT, START) == 2
    assert ledger().size() == before + 1
    assert reviewing.last_review(book, PATIENT, START) == START
    assert reviewing.unreviewed(book, PATIENT, START) == []
    assert book.shelf.rows("time_entries") == []
    # One that was measured earlier and came late is new all the same.
    put(book, "readings", reading("R-0", "119", at(11)), when=at(15))
    assert [row["reading_id"] for row in reviewing.unreviewed(book, PATIENT, at(16))] == ["R-0"]
