"""When a program runs: consents, the end of monitoring, cycles, calendar months and stays."""

from __future__ import annotations

from datetime import date, timedelta

from .book import FAR_AHEAD, Book, Row, day, instant, microsecond, month_of, span
from .moments import Stretch

CYCLE = timedelta(days=29)
PROGRAMS_WITH_SET_UP = {"RPM", "RTM"}
DAYS_THAT_PAUSE = {"inpatient", "snf"}
FOREVER = "9999-01-01T00:00:00Z"


def consents(book: Book, enrollment: Row) -> list[Row]:
    """Give the consents to the enrollment's program, and what of them is known by now."""
    patient = enrollment["patient_id"]
    given = book.rows("consents", patient_id=patient, program=enrollment["program"])
    return [
        row
        if row.get("revoked_at") is None or book.known(patient, row["revoked_at"])
        else row | {"revoked_at": None}
        for row in given
        if row["given_at"] and book.known(patient, row.get("captured_at"), row["given_at"])
    ]


def doubtful_withdrawals(book: Book, enrollment: Row) -> list[Row]:
    """Give the forms of agreements told in two ways that say she withdrew, known by now."""
    patient = enrollment["patient_id"]
    return [
        row
        for row in book.rows("consents", patient_id=patient, program=enrollment["program"])
        if not row["given_at"]
        and row.get("revoked_at")
        and book.known(patient, row["revoked_at"])
        and book.known(patient, row.get("captured_at"), row["revoked_at"])
    ]


def agreed_spans(book: Book, enrollment: Row) -> list[Stretch]:
    """Give, in microseconds from 1970, the spans from an agreement to its withdrawal."""
    key = ("agreed", enrollment["enrollment_id"])
    if key not in book.memory:
        zone = book.zone(enrollment["patient_id"])
        book.memory[key] = [
            (
                microsecond(row["given_at"] or "", zone),
                microsecond(row.get("revoked_at") or FOREVER, zone),
            )
            for row in consents(book, enrollment)
        ]
    return book.memory[key]  # type: ignore[return-value]


def agreed(book: Book, enrollment: Row, stamp: str) -> bool:
    """Say whether some consent holds at that instant (R-CONS-3, R-CONS-4)."""
    moment = microsecond(stamp, book.zone(enrollment["patient_id"]))
    return any(given <= moment < revoked for given, revoked in agreed_spans(book, enrollment))


def holds_on_some_day(book: Book, row: Row, first: date, last: date) -> bool:
    """Say whether a consent holds at some instant of these local days."""
    patient, zone = row["patient_id"], book.zone(row["patient_id"])
    given, revoked = row["given_at"] or "", row.get("revoked_at") or FOREVER
    if instant(revoked, zone) <= instant(given, zone):
        return False
    last_instant = instant(revoked, zone) - timedelta(microseconds=1)
    return book.local_day(patient, given) <= last and last_instant.astimezone(zone).date() >= first


def begins(enrollment: Row) -> date | None:
    """Give day 1 of the first cycle (R-PER-3); a program without set-up begins with its order."""
    anchor = day(enrollment, "anchor_date") or day(enrollment, "setup_date")
    if anchor is None and enrollment["program"] not in PROGRAMS_WITH_SET_UP:
        return day(enrollment, "order_date")
    return anchor


def ends(book: Book, enrollment: Row) -> date:
    """Give the last day: discharge, death, or the last on which a consent held."""
    limits = [day(enrollment, "end_date"), died(book, enrollment["patient_id"])]
    given = consents(book, enrollment)
    if given and all(row.get("revoked_at") for row in given):
        zone = book.zone(enrollment["patient_id"])
        until = max(instant(row["revoked_at"] or "", zone) for row in given)
        limits.append((until - timedelta(microseconds=1)).astimezone(zone).date())
    return min((limit for limit in limits if limit), default=FAR_AHEAD)


def outside(book: Book, enrollment: Row, today: date) -> bool:
    """Say whether a day is after the episode, or before there is monitoring (R-PER-5)."""
    days = [day(enrollment, "setup_date"), begins(enrollment)]
    starts = min((start for start in days if start), default=today)
    early = enrollment["program"] in PROGRAMS_WITH_SET_UP and today < starts
    return early or today > ends(book, enrollment)


def cycles(book: Book, enrollment: Row) -> list[tuple[int, date, date]]:
    """Give number, first and last day of each 30-day cycle that has begun."""
    first, last = begins(enrollment), ends(book, enrollment)
    found: list[tuple[int, date, date]] = []
    while first and first <= min(last, book.as_of):
        thirtieth = first + CYCLE
        agreed_until = last_agreed_day(book, enrollment, first, thirtieth)
        found.append((len(found) + 1, first, min(thirtieth, last, agreed_until)))
        first = thirtieth + timedelta(days=1)
    return found


def last_agreed_day(book: Book, enrollment: Row, first: date, last: date) -> date:
    """Give the last of these days on which a consent held, or the very last if none ever did.

    Only a withdrawal ends a consent, so that a day after the last agreed one was withdrawn from.
    """
    given = consents(book, enrollment)
    until = last
    while until >= first:
        if any(holds_on_some_day(book, row, until, until) for row in given):
            return until
        until -= timedelta(days=1)
    return last


def months(book: Book, enrollment: Row) -> list[tuple[int, date, date]]:
    """Give number, first and last day of each calendar month the enrollment touches."""
    first, last = begins(enrollment), min(ends(book, enrollment), book.as_of)
    found: list[tuple[int, date, date]] = []
    while first and first <= last:
        found.append((len(found) + 1, *month_of(first)))
        first = month_of(first)[1] + timedelta(days=1)
    return found


def stay_days(book: Book, patient_id: str | None, kinds: set[str]) -> list[tuple[date, date]]:
    """Give the spans of days of the patient's stays of these kinds."""
    stays = book.rows("stays", patient_id=patient_id)
    return [span(row) for row in stays if row["kind"] in kinds]


def paused(book: Book, patient_id: str | None, today: date) -> bool:
    """Say whether the patient is an inpatient or in a skilled nursing facility (R-DAY-5)."""
    spans = stay_days(book, patient_id, DAYS_THAT_PAUSE)
    return any(first <= today <= last for first, last in spans)


def died(book: Book, patient_id: str | None) -> date | None:
    """Give the day of the patient's death, if that is known by now."""
    found = day(book.one("patients", patient_id=patient_id), "death_date")
    return found if found and found <= book.as_of else None


def died_before(book: Book, patient_id: str | None, today: date) -> bool:
    """Say whether the day lies after the patient's death."""
    return today > (died(book, patient_id) or FAR_AHEAD)


def three_years_before(today: date) -> date:
    """Give the same calendar day three years earlier, 1 March for 29 February."""
    try:
        return today.replace(year=today.year - 3)
    except ValueError:
        return date(today.year - 3, 3, 1)
