"""How many amendments wait for a person, and overpayments for their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from proofline.store.models import AmendmentRow, CaseRow


@dataclass(frozen=True, slots=True)
class Amended:
    """Amendments proposed, overpayments open, and the day on which the first is due; None: none.

    Of those proposed `changed` say that a line stands otherwise than it was billed; others only
    tell something about a line that stands.
    """

    proposed: int
    changed: int
    open: int
    due: date | None

    @property
    def notes(self) -> int:
        """How many tell something about a line that stands as it was billed."""
        return self.proposed - self.changed


def amended(tenant_id: str) -> Amended:
    """Count what waits."""
    ours = AmendmentRow.objects.filter(tenant_id=tenant_id, standing="proposed")
    there = CaseRow.objects.filter(tenant_id=tenant_id, open=True)
    cases = there.aggregate(many=Count("id"), first=Min("due"))
    changed = ours.exclude(kind="information").count()
    return Amended(ours.count(), changed, cases["many"], cases["first"])
