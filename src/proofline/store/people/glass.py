"""Broken glass: opened for a while with a reason, and looked at afterwards by other eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.store.book import Book
from proofline.store.models import BreakGlass


@dataclass(frozen=True, slots=True)
class Broken:
    """One time that somebody broke the glass; `reviewed_by` is None until others looked at it."""

    glass_id: int
    person_id: int
    reason: str
    since: datetime
    until: datetime
    reviewed_by: int | None


def write(book: Book, reason: str, since: datetime, until: datetime) -> int:
    """Record that somebody opened what their role keeps closed; give its number."""
    made = BreakGlass.objects.create(
        tenant_id=book.tenant_id, person_id=book.person, reason=reason, since=since, until=until
    )
    return made.pk


def broken(tenant_id: str, *, unreviewed: bool = False) -> list[Broken]:
    """Give each time that the glass was broken, the latest first."""
    found = BreakGlass.objects.filter(tenant_id=tenant_id).order_by("-since", "-id")
    if unreviewed:
        found = found.filter(reviewed_by=None)
    return [
        Broken(one.pk, one.person_id, one.reason, one.since, one.until, one.reviewed_by_id)
        for one in found
    ]


def review(book: Book, glass_id: int, at: datetime) -> bool:
    """Say that whoever has the book open looked at it; no if somebody did before.

    It ends there if it was open still: what was seen later would be seen by no other eyes.
    """
    open_ones = BreakGlass.objects.filter(
        tenant_id=book.tenant_id, pk=glass_id, reviewed_by=None
    ).exclude(person_id=book.person)
    if not open_ones.update(reviewed_by_id=book.person, reviewed_at=at):
        return False
    BreakGlass.objects.filter(pk=glass_id, until__gt=at).update(until=at)
    return True
