"""Long lists page by page: each page begins after the last row of the one before.

The mark of a page is the number of a row, which only grows. What is added while somebody turns
pages comes on a later page, and nothing is passed over; a row that was corrected meanwhile comes
again, as it is then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q

from proofline.store.models import EVIDENCE, Decision, Job, Look, Message
from proofline.store.people.looks import Seen
from proofline.store.rows import Shelf
from proofline.store.safekeeping.unpacking import unpacked

_NEWER = Decision.objects.filter(
    tenant_id=OuterRef("tenant_id"),
    enrollment_id=OuterRef("enrollment_id"),
    code=OuterRef("code"),
    period_start=OuterRef("period_start"),
    period_kind=OuterRef("period_kind"),
    pk__gt=OuterRef("pk"),
)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: its number, when it was made, the digest of the bytes that are kept, and itself.

    `record` are those bytes; where the line is still open and it is asked for as of now, it is told
    with the days that are left on `as_of`, and the bytes are in the history of the line.
    """

    number: int
    decided_at: datetime
    digest: str
    patient_id: str
    as_of: date
    record: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are looked for: of an outcome, a code, periods that end within some days."""

    outcome: str | None = None
    code: str | None = None
    ends_from: date | None = None
    ends_to: date | None = None


@dataclass(frozen=True, slots=True)
class LineId:
    """One line: the enrollment, the kind and first day of its period, the code."""

    enrollment_id: str
    period_kind: str
    period_start: date
    code: str


@dataclass(frozen=True, slots=True)
class Parked:
    """Work that failed too often: a person has to look. `trouble` is the kind of error, no text."""

    job_id: int
    kind: str
    subject: str
    asked_at: datetime
    attempts: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What came from one source: how many messages, how many wait in quarantine, the last one."""

    source: str
    messages: int
    held: int
    last_received_at: datetime


@dataclass(frozen=True, slots=True)
class RowKept:
    """A row of evidence with what is kept beside it."""

    number: int
    recorded_at: datetime
    recorded_by: int | None
    vouched_by: int
    cells: dict[str, str | None]


def rows_after(
    shelf: Shelf,
    table: str,
    after: int,
    most: int,
    *,
    of: tuple[str, Collection[str]] | None = None,
) -> list[RowKept]:
    """Give rows that hold, of all or with one of some ids in a column, after a row's number."""
    column, ids = of or ("", ())
    return [
        RowKept(*first, cells) for first, cells in shelf.page(table, after, most, (column, ids))
    ]


def row_kept(tenant_id: str, table: str, number: int) -> RowKept | None:
    """Give one row by its number, whether or not it still holds."""
    rows = EVIDENCE[table]._default_manager.filter(tenant_id=tenant_id, row_no=number)  # noqa: SLF001 - Django's own name for the door to rows
    one = rows.first()
    if one is None:
        return None
    names = [field.name for field in one._meta.fields]  # noqa: SLF001 - Django's
    own = {"row_no", "tenant", "recorded_at", "recorded_by", "vouched_by", "withdrawn", "reason"}
    cells = {name: getattr(one, name) for name in names if name not in own}
    return RowKept(one.row_no, one.recorded_at, one.recorded_by_id, one.vouched_by, cells)


def decisions_of(tenant_id: str, enrollment_id: str, after: int, most: int) -> list[Decided]:
    """Give the decisions that hold for an enrollment, after a number."""
    return _decided(Q(tenant_id=tenant_id, enrollment_id=enrollment_id), after, most)


def history_of(tenant_id: str, line: LineId, after: int, most: int) -> list[Decided]:
    """Give every decision of one line, the first one first, after a number."""
    found = Decision.objects.filter(
        tenant_id=tenant_id,
        enrollment_id=line.enrollment_id,
        period_kind=line.period_kind,
        period_start=line.period_start,
        code=line.code,
        pk__gt=after,
    )
    return [_one(one) for one in found.order_by("pk")[:most]]


def lines(tenant_id: str, wanted: Wanted, after: int, most: int) -> list[Decided]:
    """Give the decisions that hold of all lines that are looked for, after a number."""
    where = Q(tenant_id=tenant_id)
    where &= Q(outcome=wanted.outcome) if wanted.outcome is not None else Q()
    where &= Q(code=wanted.code) if wanted.code is not None else Q()
    where &= Q(period_end__gte=wanted.ends_from) if wanted.ends_from else Q()
    where &= Q(period_end__lte=wanted.ends_to) if wanted.ends_to else Q()
    return _decided(where, after, most)


def _decided(where: Q, after: int, most: int) -> list[Decided]:
    found = Decision.objects.filter(where, ~Exists(_NEWER), pk__gt=after)
    return [_one(one) for one in found.order_by("pk")[:most]]


def _one(one: Decision) -> Decided:
    record = msgspec.Raw(unpacked(one.record, f"decision {one.pk}"))
    return Decided(one.pk, one.decided_at, one.digest, one.patient_id, one.as_of, record)


def parked(tenant_id: str, after: int, most: int) -> list[Parked]:
    """Give the jobs of a tenant that are parked, after a number."""
    found = Job.objects.filter(tenant_id=tenant_id, parked=True, pk__gt=after).order_by("pk")
    return [
        Parked(one.pk, one.kind, one.subject, one.asked_at, one.attempts, one.trouble)
        for one in found[:most]
    ]


def feeds(tenant_id: str) -> list[Feed]:
    """Give the sources of a tenant, by name."""
    found = Message.objects.filter(tenant_id=tenant_id).values("source").order_by("source")
    counted = found.annotate(
        all=Count("pk"),
        held=Count("pk", filter=Q(state=Message.State.HELD)),
        last=Max("received_at"),
    )
    return [Feed(one["source"], one["all"], one["held"], one["last"]) for one in counted]


def looks_after(
    tenant_id: str, patient_id: str | None, after: int, most: int
) -> list[tuple[int, Seen]]:
    """Give looks with their numbers, of all patients or of one, after a number."""
    found = Look.objects.filter(tenant_id=tenant_id, pk__gt=after).order_by("pk")
    if patient_id is not None:
        found = found.filter(patient_id=patient_id)
    return [(one.pk, _seen(one)) for one in found[:most]]


def look_of(tenant_id: str, number: int) -> Seen | None:
    """Give one look."""
    one = Look.objects.filter(tenant_id=tenant_id, pk=number).first()
    return _seen(one) if one else None


def _seen(one: Look) -> Seen:
    return Seen(one.person_id, one.at, one.act, one.patient_id, one.purpose, one.allowed)


def acts_of(tenant_id: str) -> list[bytes]:
    """Give the acts in the book of claim lines, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT act FROM store_line WHERE tenant_id = %s AND log = 'book' ORDER BY number",
            [tenant_id],
        )
        return [bytes(act) for (act,) in cursor.fetchall()]
