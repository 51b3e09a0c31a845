"""Between which values a patient's readings are unremarkable, and the alert when one is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from proofline.desk.care.alerts import BEYOND, UNSURE
from proofline.desk.care.wearing import of_wearer, whose
from proofline.desk.found import Cells, patient_for
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.work import alerts, watched
from proofline.store.work.alerts import Limits

PARTS = ("value", "value_2")
PORTION = 5_000
"""Readings that are watched in one transaction."""


def set_limits(book: Book, limits: Limits, at: datetime) -> None:
    """Set the limits of one metric and part for a patient; the earlier ones hold no more.

    Errors: NotAllowed; NotVisible; DeskError if nothing lies within them, or nothing beyond.
    """
    patient_for(book, "threshold.set", limits.patient_id, at)
    low, high = limits.low, limits.high
    none = low is None and high is None
    if none or limits.part not in PARTS or (low is not None and high is not None and low >= high):
        raise DeskError(
            "desk.limits",
            "The limits let nothing through, or hold nothing back.",
            "Give a lower limit, a higher limit, or both with the lower one first.",
        )
    with book.act("threshold.set", at) as act:
        alerts.set_limits(book, limits, at)
        said = {"metric": limits.metric, "part": limits.part, "unit": limits.unit}
        bounds = {"low": str(low or ""), "high": str(high or "")}
        act.vouch("threshold.set", said | bounds, subject=limits.patient_id)


def limits_of(book: Book, patient_id: str, at: datetime) -> list[Limits]:
    """Give the limits that hold for a patient. Errors: NotAllowed; NotVisible."""
    patient_for(book, "reading.see", patient_id, at)
    return alerts.limits_of(book.tenant_id, {patient_id})


def watch(book: Book, readings: Sequence[Cells], at: datetime) -> int:
    """Raise an alert for each reading beyond its patient's limits; give how many are new.

    A reading that names no patient is that of whoever had the device on its day. Tests, heartbeats
    and readings of nobody are passed over. Told twice of a reading it raises one alert. Errors:
    NotAllowed.
    """
    permit(book, "alert.raise")
    return _raise(book, [*whose(book, readings)], at)


def watch_released(book: Book, given: Cells, at: datetime) -> int:
    """Watch the readings that waited for their device to be given to somebody, as it now is.

    Nobody asks for an alert of their own here: it follows from the pairing, in its transaction.
    """
    waited = book.shelf.rows("readings", device_id={given["device_id"] or ""})
    return _raise(book, [*of_wearer(book, waited, given)], at)


def _raise(book: Book, theirs: Sequence[Cells], at: datetime) -> int:
    limits = alerts.limits_of(book.tenant_id, {str(row["patient_id"]) for row in theirs})
    return sum(
        alerts.raise_alert(book, one.patient_id, kind, subject, at=at)
        for row in theirs
        for one, kind, subject in _beyond(row, limits)
    )


def watch_news(book: Book, at: datetime) -> bool:
    """Watch the readings that came in since the last time; whether there may be more.

    What was watched is marked in the caller's transaction, so a reading is watched once, and none
    is passed over where that does not come to its end. Errors: NotAllowed.
    """
    permit(book, "alert.raise")
    last, readings, more = watched.new_rows(book.tenant_id, "readings", PORTION)
    if last:
        watch(book, readings, at)
        watched.looked_at(book.tenant_id, "readings", last)
    return more


def unsure_about(reading: Cells) -> str:
    """Say what an alert is about that a reading cannot be held against its limits."""
    return f"{reading['patient_id']} {reading['metric']} {reading.get('unit')}"


def _beyond(row: Cells, limits: Sequence[Limits]) -> Iterator[tuple[Limits, str, str]]:
    """Say which limits a reading is beyond, or cannot be held against."""
    if row.get("test") == "true":
        return
    for one in limits:
        cell = row.get(one.part)
        if row.get("patient_id") != one.patient_id or row["metric"] != one.metric or not cell:
            continue
        value = _number(cell)
        if value is None or row.get("unit") != one.unit:
            yield one, UNSURE, unsure_about(row)
        elif (one.low is not None and value < one.low) or (
            one.high is not None and value > one.high
        ):
            yield one, BEYOND, f"{row['reading_id']} {one.part}"


def _number(cell: str) -> Decimal | None:
    try:
        return Decimal(cell)
    except InvalidOperation:
        return None
