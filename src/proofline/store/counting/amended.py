"""How many amendments wait for a person, and overpayments for their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from proofline.store.models import AmendmentRow, CaseRow


@dataclass(frozen=True, slots=True)
class Amended:
    """Amendments proposed, overpayments open, and the day on which the first is due; None: none."""

    proposed: int
    open: int
    due: date | None


def amended(tenant_id: str) -> Amended:
    """Count what waits."""
    ours = AmendmentRow.objects.filter(tenant_id=tenant_id, standing="proposed")
    there = CaseRow.objects.filter(tenant_id=tenant_id, open=True)
    cases = there.aggregate(many=Count("id"), first=Min("due"))
    return Amended(ours.count(), cases["many"], cases["first"])
