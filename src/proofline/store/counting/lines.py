"""Where the lines of a practice stand, counted by month of service, state and payer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count

from proofline.claims.book.standing import Standing
from proofline.store.models import Line, LineStanding, LineStep
from proofline.store.safekeeping.unpacking import read_as
from proofline.store.work.standings import COLUMNS, LineNow

_BY_MONTH = """
SELECT substr(CAST(service_date AS text), 1, 7), state, held <> '', count(*), sum(charge),
    coalesce(sum(expected), 0), count(*) - count(expected), sum(paid)
FROM store_linestanding WHERE tenant_id = %s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_NEWEST = "SELECT max(number) FROM store_line WHERE tenant_id = %s AND log = 'book'"
_BY_PAYER = """
SELECT payer_id, state, count(*), sum(charge), sum(paid)
FROM store_linestanding
WHERE tenant_id = %s AND service_date >= %s AND state NOT IN ('drawn', 'ready', 'voided')
GROUP BY 1, 2 ORDER BY 1, 2
"""
_SENT = {
    "sqlite": 'instr(substr(l.act, 1, 60), CAST(\'"kind":"submit"\' AS blob)) > 0',
    "postgresql": 'position(\'"kind":"submit"\'::bytea IN substring(l.act FROM 1 FOR 60)) > 0',
}
"""Whether an entry is a submission: its number and kind are the first things that it says."""

_WAITED = """
SELECT payer_id, sent, answered, count(*) FROM (
    SELECT s.payer_id AS payer_id, substr(CAST(max(l.at) AS text), 1, 10) AS sent,
        substr(CAST(s.changed_at AS text), 1, 10) AS answered
    FROM store_linestanding AS s
    JOIN store_linestep AS p ON p.tenant_id = s.tenant_id AND p.line_id = s.line_id
    JOIN store_line AS l ON l.tenant_id = s.tenant_id AND l.log = 'book' AND l.number = p.number
    WHERE s.tenant_id = %s AND s.service_date >= %s
        AND s.state IN ('paid', 'partly_paid', 'denied') AND {sent}
    GROUP BY s.payer_id, s.line_id, s.changed_at
) AS lines
GROUP BY 1, 2, 3
"""
_SUBMISSIONS = """
SELECT l.number FROM store_line AS l
WHERE l.tenant_id = %s AND l.log = 'book' AND {sent} ORDER BY l.number DESC LIMIT %s
"""


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
    first = since.isoformat()[:7]
    return [one for one in _counts(tenant_id) if one.month >= first]


_KEPT: dict[str, tuple[int, list[LineCount]]] = {}


def _counts(tenant_id: str) -> list[LineCount]:
    """Count all lines; a process counts again only when the log of lines has gone on."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [tenant_id])
        newest = cursor.fetchone()[0] or 0
        kept, counts = _KEPT.get(tenant_id, (-1, []))
        if kept != newest:
            cursor.execute(_BY_MONTH, [tenant_id])
            counts = [
                LineCount(month, state, bool(held), *map(int, sums))
                for month, state, held, *sums in cursor.fetchall()
            ]
            _KEPT[tenant_id] = newest, counts
    return counts


def by_payer(tenant_id: str, since: date) -> list[PayerCount]:
    """Count the lines that were sent and were served on a day or after it, by their payer."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_PAYER, [tenant_id, since])
        return [
            PayerCount(payer, state, *map(int, sums)) for payer, state, *sums in cursor.fetchall()
        ]


def waited(tenant_id: str, since: date) -> list[Waited]:
    """Give how long the lines served on a day or after it waited for their last answer."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITED.format(sent=_SENT[connection.vendor]), [tenant_id, since])
        return [
            Waited(payer, (date.fromisoformat(answered) - date.fromisoformat(sent)).days, lines)
            for payer, sent, answered, lines in cursor.fetchall()
        ]


def submissions(tenant_id: str, most: int) -> list[tuple[int, datetime, int]]:
    """Give number, instant and lines of the last submissions, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SUBMISSIONS.format(sent=_SENT[connection.vendor]), [tenant_id, most])
        numbers = [number for (number,) in cursor.fetchall()]
    sent = Line.objects.filter(tenant_id=tenant_id, log="book", number__in=numbers)
    ours = LineStep.objects.filter(tenant_id=tenant_id, number__in=numbers)
    counted = dict(ours.values_list("number").annotate(Count("id")))
    at_by = sent.order_by("-number").values_list("number", "at")
    return [(number, at, counted.get(number, 0)) for number, at in at_by]


def instant_of(tenant_id: str, number: int) -> datetime | None:
    """Say when an entry of the book of lines was written; None: there is none."""
    ours = Line.objects.filter(tenant_id=tenant_id, log="book", number=number)
    return ours.values_list("at", flat=True).first()


def of(tenant_id: str, line_ids: Collection[str]) -> list[LineNow]:
    """Give some lines."""
    ours = LineStanding.objects.filter(tenant_id=tenant_id, line_id__in=list(line_ids))
    return [LineNow(*row) for row in ours.values_list(*COLUMNS)]


def answered(tenant_id: str, states: Collection[str]) -> list[Standing]:
    """Give the lines in some states as the core has them, with what their payer said last."""
    ours = LineStanding.objects.filter(tenant_id=tenant_id, state__in=list(states))
    records = ours.order_by("service_date", "line_id").values_list("line_id", "record")
    return [read_as(one, Standing, f"the standing of line {line_id}") for line_id, one in records]
