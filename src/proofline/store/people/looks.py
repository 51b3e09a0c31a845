"""Whom somebody saw or was refused: written when they ask, kept whatever becomes of the request.

On PostgreSQL a request that fails takes back all that it wrote, and its looks with it. So the door
of the book remembers them, and writes them again when it closes on a failure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from proofline.store.models import Look

if TYPE_CHECKING:
    from django.db.models import QuerySet

MANY = 500
"""Looks of one list."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who saw whom, when, in which act and for what purpose; `allowed` is no for a refusal."""

    person_id: int | None
    at: datetime
    act: str
    patient_id: str
    purpose: str
    allowed: bool


def write(tenant_id: str, looks: Iterable[Seen]) -> None:
    """Add looks, inside the caller's transaction if there is one."""
    Look.objects.bulk_create(
        Look(
            tenant_id=tenant_id,
            person_id=one.person_id,
            at=one.at,
            act=one.act,
            patient_id=one.patient_id,
            purpose=one.purpose,
            allowed=one.allowed,
        )
        for one in looks
    )


def of_patient(tenant_id: str, patient_id: str, most: int = MANY) -> list[Seen]:
    """Give the last looks at a patient, the latest first, `most` of them."""
    return _seen(Look.objects.filter(tenant_id=tenant_id, patient_id=patient_id), most)


def of_person(tenant_id: str, person_id: int, most: int = MANY) -> list[Seen]:
    """Give the last looks of a person, the latest first, `most` of them."""
    return _seen(Look.objects.filter(tenant_id=tenant_id, person_id=person_id), most)


def last(tenant_id: str, patient_id: str, act: str) -> Seen | None:
    """Give the last look at a patient in one act that was allowed; None: there is none."""
    found = Look.objects.filter(tenant_id=tenant_id, patient_id=patient_id, act=act, allowed=True)
    return next(iter(_seen(found)), None)


def _seen(looks: QuerySet[Look], most: int = MANY) -> list[Seen]:
    return [
        Seen(one.person_id, one.at, one.act, one.patient_id, one.purpose, one.allowed)
        for one in looks.order_by("-at", "-id")[:most]
    ]
