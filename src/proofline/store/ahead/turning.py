"""When what is decided for a patient is next turned by the calendar alone, kept for the nights."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

from proofline.store import models

if TYPE_CHECKING:
    from proofline.store.act import Act

_KEEP = (
    "INSERT INTO store_turning (tenant_id, patient_id, zone, as_of, next_on, edition, papers)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, patient_id) DO UPDATE SET"
    " zone = excluded.zone, as_of = excluded.as_of, next_on = excluded.next_on,"
    " edition = excluded.edition, papers = excluded.papers"
)
STAYS = "t.edition = %s AND (t.next_on IS NULL OR (t.next_on > %s AND t.papers = %s))"
"""That what is kept of a patient still holds: edition, day and papers are asked for, in that order.
Papers bear on what lies ahead only, and nothing does where no day can turn anything."""


@dataclass(frozen=True, slots=True)
class Edition:
    """By what a patient is decided: `of` names law and engine, `papers` the fees and contracts."""

    of: str
    papers: str


@dataclass(frozen=True, slots=True)
class Turning:
    """How long what was decided for a patient as of a day holds; `next_on` None: for good."""

    patient_id: str
    zone: str
    as_of: date
    next_on: date | None

    def stands(self, day: date) -> bool:
        """Whether nothing has been turned by a day."""
        return self.next_on is None or self.next_on > day


def keep(act: Act, found: Iterable[Turning], edition: Edition) -> None:
    """Keep the next day of patients who were decided, in the act of their decisions."""
    rows = [
        (
            act.tenant_id,
            one.patient_id,
            one.zone,
            one.as_of,
            one.next_on,
            edition.of,
            edition.papers,
        )
        for one in found
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_KEEP, rows)


def due(tenant_id: str, zone: str, today: date, edition: Edition) -> list[str]:
    """Give the patients of a zone whose day has come, or who were decided by another edition."""
    sql = (
        "SELECT t.patient_id FROM store_turning AS t"
        f" WHERE t.tenant_id = %s AND t.zone = %s AND NOT ({STAYS})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, zone, edition.of, today, edition.papers])
        return sorted(patient for (patient,) in cursor)  # sorted there, the whole book is read


def of(tenant_id: str, patients: Collection[str]) -> dict[str, Turning]:
    """Give how long holds what was decided for each of these patients, of whoever was."""
    found = models.Turning.objects.filter(tenant_id=tenant_id, patient_id__in=patients)
    return {
        one.patient_id: Turning(one.patient_id, one.zone, one.as_of, one.next_on) for one in found
    }


def anybody(tenant_id: str, zone: str) -> bool:
    """Whether anybody who was decided lives by the clock of a zone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM store_turning WHERE tenant_id = %s AND zone = %s LIMIT 1",
            [tenant_id, zone],
        )
        return cursor.fetchone() is not None
