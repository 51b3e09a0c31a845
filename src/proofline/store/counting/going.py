"""Which claims go when what is ready is sent, and which are kept back, counted over the rows.

The core refuses a claim at the act (`claims.book.Book.submit`): this says beforehand of many, at
the cost of a query, what it would say of each.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet

from proofline.store.models import LineStanding

READY = ("ready", "corrected")
_BACK = ("drawn", "voided")
"""The states to which a line of a claim comes back that is to be drawn anew, held or not."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The lines that a claim carries now: how many, and how many of them keep it back.

    `held` are held by hand; `back` are to be drawn anew, those held included; `paid` are ready and
    were paid meanwhile. `last` is the last day of service.
    """

    lines: int
    held: int
    back: int
    paid: int
    last: date


def wholes(tenant_id: str, claim_ids: Collection[str]) -> dict[str, Whole]:
    """Give what some claims carry now; those that carry nothing any more are left out."""
    rows = _ours(tenant_id).filter(claim_id__in=list(claim_ids)).values_list("claim_id")
    counted = rows.annotate(
        lines=Count("pk"),
        held_lines=Count("pk", filter=~Q(held="")),
        back=Count("pk", filter=Q(state__in=_BACK)),
        paid_again=Count("pk", filter=_PAID),
        last=Max("service_date"),
    )
    return {claim_id: Whole(*told) for claim_id, *told in counted.order_by()}


_PAID = Q(state="ready", paid__gt=0)
"""A ready line is of a claim of its own, that tells no payment: sent anew, it is billed twice."""


def beside_those_kept(tenant_id: str, until: date, besides: Collection[str]) -> int:
    """Count the lines that go: none of a claim kept back, of a day after `until`, or in `besides`.

    What the core refuses of corrected claims is not to be told from the rows.
    """
    ours = _ours(tenant_id).filter(state__in=READY)
    kept = (
        _ours(tenant_id).filter(state__in=_BACK),
        ours.filter(service_date__gt=until),
        ours.filter(_PAID),
    )
    for each in kept:
        ours = ours.exclude(claim_id__in=each.values("claim_id"))
    return ours.exclude(claim_id__in=list(besides)).count()


def corrected(tenant_id: str) -> dict[str, set[str]]:
    """Give the claims that correct what was answered, and the lines that each carries now."""
    claims = _ours(tenant_id).filter(state="corrected").values("claim_id")
    found: dict[str, set[str]] = {}
    for claim_id, line_id in (
        _ours(tenant_id).filter(claim_id__in=claims).values_list("claim_id", "line_id")
    ):
        found.setdefault(claim_id, set()).add(line_id)
    return found


def _ours(tenant_id: str) -> QuerySet[LineStanding]:
    return LineStanding.objects.filter(tenant_id=tenant_id)
