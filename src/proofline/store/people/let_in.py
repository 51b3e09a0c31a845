"""That the operator of the machine let somebody in again: kept for those who are to know of it.

It lies among the alerts, closed from its beginning: nobody has to look after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.store.book import Book
from proofline.store.models import Alert, Person

_KIND = "let_in_by_operator"


@dataclass(frozen=True, slots=True)
class LetIn:
    """One time that the operator let an account in again, by its number, and why."""

    person_id: int
    at: datetime
    reason: str


def write(book: Book, person: Person, at: datetime, reason: str) -> None:
    """Keep that the operator let an account in again, within the caller's act."""
    Alert.objects.create(
        tenant_id=book.tenant_id,
        kind=_KIND,
        subject=f"{person.pk} since {at.isoformat()}",
        raised_at=at,
        closed_at=at,
        outcome=reason,
    )


def let_in(tenant_id: str) -> list[LetIn]:
    """Give each time that the operator let somebody of a tenant in again, the latest first."""
    found = Alert.objects.filter(tenant_id=tenant_id, kind=_KIND).order_by("-raised_at", "-id")
    return [LetIn(int(one.subject.partition(" ")[0]), one.raised_at, one.outcome) for one in found]
