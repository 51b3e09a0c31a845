"""Where the lines of a practice stand, counted by month of service, state and payer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from proofline.store.counting.tallies import (
    LINES,
    PAYERS,
    SENT,
    WAITED,
    Amounts,
    counted,
    latest,
)
from proofline.store.models import Line, LineStanding
from proofline.store.work.standings import COLUMNS, LineNow


@dataclass(frozen=True, slots=True)
class LineCount:
    """Lines that stand alike: how many, what they come to, and how many have no expected amount."""

    month: str
    state: str
    held: bool
    lines: int
    charge: int
    expected: int
    unpriced: int
    paid: int


@dataclass(frozen=True, slots=True)
class PayerCount:
    """The lines of one payer in one state that were sent; money in cents."""

    payer_id: str
    state: str
    lines: int
    charge: int
    paid: int


@dataclass(frozen=True, slots=True)
class Waited:
    """Lines that one payer answered after so many days from the last sending of each."""

    payer_id: str
    days: int
    lines: int


def by_month(tenant_id: str, since: date) -> list[LineCount]:
    """Count the lines served in the month of a day or after it."""
    return [
        LineCount(
            *(one.month, str(one.key[0]), bool(one.key[1]), one.amounts.lines),
            *(one.amounts.charge, one.amounts.expected, one.amounts.unpriced, one.amounts.paid),
        )
        for one in counted(tenant_id, LINES, _month(since))
    ]


def by_payer(tenant_id: str, since: date) -> list[PayerCount]:
    """Count the lines sent and served in the month of a day or after it, by payer and state."""
    found: dict[tuple[str, str], Amounts] = {}
    for one in counted(tenant_id, PAYERS, _month(since)):
        payer, state = map(str, one.key)
        found[payer, state] = found.get((payer, state), Amounts()) + one.amounts
    return [
        PayerCount(payer, state, sums.lines, sums.charge, sums.paid)
        for (payer, state), sums in sorted(found.items())
    ]


def waited(tenant_id: str, since: date) -> list[Waited]:
    """Give how long lines served in the month of a day or after it waited for their last answer."""
    found: Counter[tuple[str, int]] = Counter()
    for one in counted(tenant_id, WAITED, _month(since)):
        found[str(one.key[0]), int(one.key[1])] += one.amounts.lines
    return [Waited(payer, days, lines) for (payer, days), lines in sorted(found.items())]


def _month(day: date) -> str:
    return day.isoformat()[:7]


def submissions(tenant_id: str, most: int) -> list[tuple[int, datetime, int]]:
    """Give number, instant and lines of the last submissions, the latest first."""
    sent = {int(one.key[0]): one.amounts.lines for one in latest(tenant_id, SENT, most)}
    ours = Line.objects.filter(tenant_id=tenant_id, log="book", number__in=sent)
    at_by = ours.order_by("-number").values_list("number", "at")
    return [(number, at, sent[number]) for number, at in at_by]


def instant_of(tenant_id: str, number: int) -> datetime | None:
    """Say when an entry of the book of lines was written; None: there is none."""
    ours = Line.objects.filter(tenant_id=tenant_id, log="book", number=number)
    return ours.values_list("at", flat=True).first()


def of(tenant_id: str, line_ids: Collection[str]) -> list[LineNow]:
    """Give some lines."""
    ours = LineStanding.objects.filter(tenant_id=tenant_id, line_id__in=list(line_ids))
    return [LineNow(*row) for row in ours.values_list(*COLUMNS)]
