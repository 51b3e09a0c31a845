"""Answers of payers that are posted to no line, laid down as the file that brought them is tried.

Which ones wait, and why, is the core's to say (`claims.answers.posting`), who goes through a whole
file for it. A row tells what it said when the file was tried last, and when that was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from proofline.claims.answers.posting import Waiting
from proofline.store.models import WaitingAnswer

SOURCE = "835"
"""As what remittances are kept."""

_TOLD = ("key", "file", "segment", "claim_id", "line_id", "code", "paid", "why")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that waits or was set aside, and when its file was tried last."""

    answer: Waiting
    aside: bool
    tried_at: datetime


def tried(tenant_id: str, file: str, waiting: Iterable[Waiting], at: datetime) -> None:
    """Lay down what waits of a file that was just tried, in the caller's transaction.

    What was set aside of it stays so.
    """
    ours = WaitingAnswer.objects.filter(tenant_id=tenant_id)
    found = {one.key: one for one in waiting}
    ours.filter(file=file, aside=False).delete()
    ours.filter(key__in=list(found)).delete()
    WaitingAnswer.objects.bulk_create(
        WaitingAnswer(
            tenant_id=tenant_id, tried_at=at, **{name: getattr(one, name) for name in _TOLD}
        )
        for one in found.values()
    )


def put(tenant_id: str, key: str, *, aside: bool) -> None:
    """Note that an answer was set aside, or waits again, in the caller's transaction."""
    WaitingAnswer.objects.filter(tenant_id=tenant_id, key=key).update(aside=aside)


def of_key(tenant_id: str, key: str) -> Kept | None:
    """Give one answer; None: none of that key waits or was set aside."""
    found = WaitingAnswer.objects.filter(tenant_id=tenant_id, key=key).first()
    return _kept(found) if found else None


def listed(tenant_id: str, skip: int, most: int, *, aside: bool) -> list[Kept]:
    """Give answers that wait, or were set aside, those tried longest ago first."""
    ours = WaitingAnswer.objects.filter(tenant_id=tenant_id, aside=aside)
    return [_kept(one) for one in ours.order_by("tried_at", "key")[skip : skip + most]]


def how_many(tenant_id: str, *, aside: bool) -> int:
    """Count those that wait, or were set aside."""
    return WaitingAnswer.objects.filter(tenant_id=tenant_id, aside=aside).count()


def forget(tenant_id: str) -> None:
    """Take all of it away, to make it anew."""
    WaitingAnswer.objects.filter(tenant_id=tenant_id).delete()


def _kept(one: WaitingAnswer) -> Kept:
    return Kept(Waiting(**{name: getattr(one, name) for name in _TOLD}), one.aside, one.tried_at)
