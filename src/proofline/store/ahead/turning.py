"""When what is decided for a patient is next turned by the calendar alone, kept for the nights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

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
        f" WHERE t.tenant_id = %s AND t.zone = %s AND NOT ({STAYS}) ORDER BY t.patient_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, zone, edition.of, today, edition.papers])
        return [patient for (patient,) in cursor.fetchall()]


def stands(tenant_id: str, on: Mapping[str, date]) -> set[str]:
    """Of patients, each with a day, give those of whom nothing has been turned by it."""
    if not on:
        return set()
    marks = ", ".join(["%s"] * len(on))
    sql = (
        "SELECT t.patient_id, t.next_on FROM store_turning AS t"
        f" WHERE t.tenant_id = %s AND t.patient_id IN ({marks})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, *on])
        return {
            patient
            for patient, next_on in cursor.fetchall()
            if next_on is None or str(next_on) > on[patient].isoformat()  # either database's day
        }


def anybody(tenant_id: str, zone: str) -> bool:
    """Whether anybody who was decided lives by the clock of a zone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM store_turning WHERE tenant_id = %s AND zone = %s LIMIT 1",
            [tenant_id, zone],
        )
        return cursor.fetchone() is not None
