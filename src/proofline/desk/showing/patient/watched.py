"""What needs eyes: alerts with their owners, readings not yet reviewed, limits, and who looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from proofline.desk.care.alerts import BEYOND, KINDS
from proofline.desk.roles import may
from proofline.desk.showing.patient.measured import metric_name, unit_name
from proofline.store.people import looks
from proofline.store.people.names import names_of
from proofline.store.work import alerts

if TYPE_CHECKING:
    from proofline.decide.chart import Reading
    from proofline.store.book import Book
    from proofline.store.people.looks import Seen

_LAST_LOOKS, _LAST_CLOSED = 12, 5


@dataclass(frozen=True, slots=True)
class Raised:
    """One alert: what it is about, in words, since when, whose it is.

    `outcome` is what it was closed with; of an open one, before it was opened again. `owner` of a
    closed one is who closed it, at `closed_at`.
    """

    alert_id: int
    kind: str
    about: str
    since: str
    owner: str
    mine: bool
    outcome: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at the patient."""

    who: str
    at: datetime
    act: str
    purpose: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """The limits of one part of a metric, in words and numbers."""

    metric: str
    name: str
    part: str
    unit: str
    low: str
    high: str


def raised(book: Book, patient_id: str, readings: Iterable[Reading] = ()) -> tuple[Raised, ...]:
    """Give the open alerts of a patient, to those who handle alerts."""
    if not may(book, "alert.handle"):
        return ()
    return _told(book, alerts.waiting(book.tenant_id, KINDS, patient_id), readings)


def closed(book: Book, patient_id: str, readings: Iterable[Reading] = ()) -> tuple[Raised, ...]:
    """Give the alerts of a patient that were closed last, to those who can open them again."""
    if not may(book, "alert.handle"):
        return ()
    found = alerts.closed_last(book.tenant_id, KINDS, patient_id, _LAST_CLOSED)
    return _told(book, found, readings)


def _told(
    book: Book, found: Sequence[alerts.Waiting], readings: Iterable[Reading]
) -> tuple[Raised, ...]:
    whose = [one.closed_by if one.closed_at else one.owner_id for one in found]
    names = names_of(book.tenant_id, {one for one in whose if one}) if any(whose) else {}
    values = {one.reading_id: one for one in readings}
    return tuple(
        Raised(
            one.alert_id,
            one.kind,
            _about(one, values),
            one.since,
            names.get(by or 0, ""),
            by == book.person_id,
            one.outcome,
            one.closed_at,
        )
        for one, by in zip(found, whose, strict=True)
    )


def looked(tenant_id: str, seen: Sequence[Seen]) -> tuple[Looked, ...]:
    """Tell the last looks."""
    last = seen[:_LAST_LOOKS]
    names = names_of(tenant_id, {one.person_id for one in last if one.person_id})
    return tuple(
        Looked(names.get(one.person_id or 0, ""), one.at, one.act, one.purpose, one.allowed)
        for one in last
    )


def last_looks(book: Book, patient_id: str) -> tuple[Looked, ...] | None:
    """Give the last looks at a patient; None to those who may not ask."""
    if not may(book, "look.see"):
        return None
    return looked(book.tenant_id, looks.of_patient(book.tenant_id, patient_id))


def limits(book: Book, patient_id: str) -> tuple[Limit, ...]:
    """Give the limits that hold for a patient."""
    return tuple(
        Limit(
            one.metric,
            metric_name(one.metric),
            one.part,
            unit_name(one.unit),
            "" if one.low is None else format(one.low, "f"),
            "" if one.high is None else format(one.high, "f"),
        )
        for one in alerts.limits_of(book.tenant_id, {patient_id})
    )


def _about(one: alerts.Waiting, values: dict[str, Reading]) -> str:
    """Say what an alert is about: the reading's value where it is one, the device where it is."""
    first, _, rest = one.subject.partition(" ")
    reading = values.get(first)
    if one.kind == BEYOND and reading is not None:
        value = getattr(reading, rest, None) or ""
        return f"{metric_name(reading.metric)} {value} {unit_name(reading.unit)}".strip()
    return first if one.kind != BEYOND else ""
