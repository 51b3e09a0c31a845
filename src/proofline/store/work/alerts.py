"""Limits of readings, and the alerts that wait for somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.db.models import Max

from proofline.store.book import Book
from proofline.store.models import Alert, Threshold

_TOGETHER = 500
"""Causes that are looked for in one question."""

Cause = tuple[str, str]
"""What an alert is about, and of which patient."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which values readings are unremarkable; None: no limit on that side.

    `metric` is the reading's LOINC code; `part` is its column, `value` or `value_2`; `unit` is the
    UCUM unit of the limits, and of the readings that can be held against them.
    """

    patient_id: str
    metric: str
    part: str
    unit: str
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert: of what kind, about what, since when, and whose it is (None: nobody's yet).

    An open one with an `outcome` was closed with it before, and opened again.
    """

    alert_id: int
    patient_id: str
    kind: str
    subject: str
    raised_at: datetime
    owner_id: int | None
    closed_at: datetime | None
    outcome: str
    closed_by: int | None = None

    @property
    def since(self) -> str:
        """Since when: a device since its last reading, which its subject names; else the alert."""
        _, _, said = self.subject.partition(" since ")
        return said or self.raised_at.isoformat()


def set_limits(book: Book, limits: Limits, at: datetime) -> None:
    """Keep limits; those set before for the same metric and part hold no more."""
    Threshold.objects.create(
        tenant_id=book.tenant_id,
        patient_id=limits.patient_id,
        metric=limits.metric,
        part=limits.part,
        unit=limits.unit,
        low=_text(limits.low),
        high=_text(limits.high),
        set_by_id=book.person,
        set_at=at,
    )


def limits_of(tenant_id: str, patients: Collection[str]) -> list[Limits]:
    """Give the limits that hold for patients."""
    ours = Threshold.objects.filter(tenant_id=tenant_id, patient_id__in=patients)
    last = ours.values("patient_id", "metric", "part").annotate(last=Max("id")).values("last")
    return [
        Limits(one.patient_id, one.metric, one.part, one.unit, _number(one.low), _number(one.high))
        for one in Threshold.objects.filter(tenant_id=tenant_id, id__in=last).order_by("id")
    ]


def raise_alert(book: Book, patient_id: str, kind: str, subject: str, *, at: datetime) -> bool:
    """Raise an alert; no if there was one for the same cause and patient before.

    One that an unpairing closed is opened again: nobody looked after it.
    """
    alert, made = Alert.objects.get_or_create(
        tenant_id=book.tenant_id,
        kind=kind,
        subject=subject,
        patient_id=patient_id,
        defaults={"raised_at": at},
    )
    if not made and alert.closed_at and not alert.owner_id:
        _unclose([alert.pk])
        return True
    return made


def raise_new(book: Book, kind: str, causes: Iterable[Cause], *, at: datetime) -> list[Cause]:
    """Raise an alert for each cause that has none; one that an unpairing closed is opened again.

    Gives the causes of both. What was raised already costs a look into an index.
    """
    ours = Alert.objects.filter(tenant_id=book.tenant_id, kind=kind)
    new: list[Cause] = []
    again: dict[int, Cause] = {}
    rest = iter(dict.fromkeys(causes))
    while some := list(islice(rest, _TOGETHER)):
        found = ours.filter(subject__in={subject for subject, _ in some})
        raised = {(one.subject, one.patient_id): one for one in found}
        new += (cause for cause in some if cause not in raised)
        undone = (raised[cause] for cause in some if cause in raised)
        again |= {
            one.pk: (one.subject, one.patient_id)
            for one in undone
            if one.closed_at and not one.owner_id
        }
    Alert.objects.bulk_create(
        Alert(
            tenant_id=book.tenant_id,
            kind=kind,
            subject=subject,
            patient_id=patient_id,
            raised_at=at,
        )
        for subject, patient_id in new
    )
    _unclose(again)
    return [*new, *again.values()]


def waiting(tenant_id: str, kinds: Collection[str], patient_id: str = "") -> list[Waiting]:
    """Give the alerts of some kinds that are not closed, of all patients or of one."""
    found = Alert.objects.filter(tenant_id=tenant_id, kind__in=kinds, closed_at=None)
    if patient_id:
        found = found.filter(patient_id=patient_id)
    return [_waiting(one) for one in found.order_by("raised_at", "id")]


def how_many(tenant_id: str, kind: str) -> int:
    """Count the alerts of a kind that are not closed."""
    return Alert.objects.filter(tenant_id=tenant_id, kind=kind, closed_at=None).count()


def of_patient(tenant_id: str, kind: str, patient_id: str) -> list[Waiting]:
    """Give the alerts of a kind that were ever raised for a patient, the first one first."""
    found = Alert.objects.filter(tenant_id=tenant_id, kind=kind, patient_id=patient_id)
    return [_waiting(one) for one in found.order_by("raised_at", "id")]


def alert_of(tenant_id: str, alert_id: int) -> Waiting | None:
    """Give an alert, closed or not."""
    found = Alert.objects.filter(tenant_id=tenant_id, pk=alert_id).first()
    return _waiting(found) if found else None


def take(book: Book, alert_id: int, at: datetime) -> None:
    """Make an open alert one's own."""
    still = Alert.objects.filter(tenant_id=book.tenant_id, pk=alert_id, closed_at=None)
    still.update(owner_id=book.person, taken_at=at)


def close(book: Book, alert_id: int, outcome: str, at: datetime) -> None:
    """Close an open alert with what was done."""
    still = Alert.objects.filter(tenant_id=book.tenant_id, pk=alert_id, closed_at=None)
    still.update(closed_by_id=book.person, closed_at=at, outcome=outcome)


def undo(book: Book, alert_id: int, reason: str, at: datetime) -> None:
    """Close an open alert because its cause is none of the patient's; it is then nobody's.

    That tells it from those that somebody looked after, who have an owner: once its cause is the
    patient's after all, it is opened again.
    """
    close(book, alert_id, reason, at)
    ours = Alert.objects.filter(tenant_id=book.tenant_id, pk=alert_id)
    ours.update(owner_id=None, taken_at=None)


def reopen(book: Book, alert_id: int, at: datetime) -> None:
    """Open a closed alert again as one's own; what it was closed with stays beside it."""
    closed = Alert.objects.filter(tenant_id=book.tenant_id, pk=alert_id, closed_at__isnull=False)
    closed.update(closed_by_id=None, closed_at=None, owner_id=book.person, taken_at=at)


def closed_last(
    tenant_id: str, kinds: Collection[str], patient_id: str, most: int
) -> list[Waiting]:
    """Give the alerts of a patient that were closed last, the latest first."""
    ours = Alert.objects.filter(tenant_id=tenant_id, patient_id=patient_id, kind__in=kinds)
    found = ours.filter(closed_at__isnull=False).order_by("-closed_at", "-id")
    return [_waiting(one) for one in found[:most]]


def close_all(book: Book, kind: str, subject: str, outcome: str, *, at: datetime) -> None:
    """Close the open alert of a cause, if there is one."""
    still = Alert.objects.filter(
        tenant_id=book.tenant_id, kind=kind, subject=subject, closed_at=None
    )
    still.update(closed_by_id=book.person, closed_at=at, outcome=outcome)


def _unclose(alert_ids: Collection[int]) -> None:
    if alert_ids:
        closed = Alert.objects.filter(pk__in=alert_ids)
        closed.update(closed_by_id=None, closed_at=None)


def _waiting(one: Alert) -> Waiting:
    return Waiting(
        one.pk,
        one.patient_id,
        one.kind,
        one.subject,
        one.raised_at,
        one.owner_id,
        one.closed_at,
        one.outcome,
        one.closed_by_id,
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
