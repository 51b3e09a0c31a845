"""What billable and held lines are worth, laid down with where the decisions stand.

Fees change without a decision turning, so an amount is written whenever it is found to be another
one; sums of a month move along.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db import connection

from proofline.store.counting.tallies import DECIDED, Amounts, Moves
from proofline.store.models import LastDecision

WORTH = ("billable", "held")
"""The outcomes of which an amount is kept: of a held line it is what the line would bring."""

Worth = Mapping[tuple[str, str, str, str], int | None]
"""Cents by line: enrollment, kind and first day of the period, code. None: no fee is known."""

_WRITTEN = "UPDATE store_lastdecision SET worth = %s WHERE id = %s"


def price(tenant_id: str, worth: Worth) -> None:
    """Write what lines are worth where that is news, in the caller's transaction.

    A line that is of another outcome now, or that nothing is told of, stays as it is.
    """
    moves, news = Moves(), []
    enrolled = {enrollment_id for enrollment_id, *_ in worth}
    for number, line, (month, outcome), before in _priced(tenant_id, enrolled):
        if line in worth and worth[line] != before:
            news.append((worth[line], number))
            moves.take(DECIDED, month, (outcome,), amounts(before))
            moves.add(DECIDED, month, (outcome,), amounts(worth[line]))
    if news:
        with connection.cursor() as cursor:
            cursor.executemany(_WRITTEN, news)
        moves.keep(tenant_id)


def amounts(cents: int | None) -> Amounts:
    """Give what one line adds to its month besides itself."""
    return Amounts(expected=cents or 0, unpriced=cents is None)


def patients_to_price(tenant_id: str) -> set[str]:
    """Give the patients of whom a line is billable or held."""
    ours = LastDecision.objects.filter(tenant_id=tenant_id, outcome__in=WORTH)
    return set(ours.values_list("patient_id", flat=True).distinct())


def _priced(
    tenant_id: str, enrolled: Collection[str]
) -> list[tuple[int, tuple[str, str, str, str], tuple[str, str], int | None]]:
    ours = LastDecision.objects.filter(
        tenant_id=tenant_id, outcome__in=WORTH, enrollment_id__in=sorted(enrolled)
    )
    rows = ours.values_list(
        *("id", "enrollment_id", "period_kind", "period_start", "code"),
        *("month", "outcome", "worth"),
    )
    return [
        (number, (enrollment_id, kind, _written(start), code), (month, outcome), cents)
        for number, enrollment_id, kind, start, code, month, outcome, cents in rows
    ]


def _written(day: date) -> str:
    return day.isoformat()
