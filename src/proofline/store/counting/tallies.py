"""Sums that pages stand on: how many lines are alike, moved on with each line that moves.

A line is taken from what it was counted as and added to what it counts as now, in the transaction
of the act that moves it; so a page adds up a few rows and not the lines of a practice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import add
from typing import TYPE_CHECKING

import msgspec
from django.db import connection

from proofline.store.models import Tally

if TYPE_CHECKING:
    from django.db.models import QuerySet

DECIDED, LINES, PAYERS, WAITED, REFUSED = "decided", "lines", "payers", "waited", "refused"
SENT, SHORT = "sent", "short"
"""What is counted: decisions by outcome; lines by state and hold, and by payer and state; answered
lines by payer and days of waiting; refused lines by cause; lines by the submission they went in,
whose number is written so long that the last one sorts last; lines allowed less than expected by
state, whose `charge` is by how much."""

Key = tuple[str | int | bool, ...]
"""By what lines are alike."""

_MOVED = """
INSERT INTO store_tally (tenant_id, "of", month, key, lines, charge, expected, unpriced, paid)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (tenant_id, "of", month, key) DO UPDATE SET
    lines = store_tally.lines + excluded.lines,
    charge = store_tally.charge + excluded.charge,
    expected = store_tally.expected + excluded.expected,
    unpriced = store_tally.unpriced + excluded.unpriced,
    paid = store_tally.paid + excluded.paid
"""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Lines and what they come to in cents; of `unpriced` ones no amount is expected."""

    lines: int = 0
    charge: int = 0
    expected: int = 0
    unpriced: int = 0
    paid: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        """Add two."""
        return Amounts(*map(add, _cells(self), _cells(other)))

    def __neg__(self) -> Amounts:
        """What takes them away again."""
        return Amounts(*(-cell for cell in _cells(self)))


@dataclass(frozen=True, slots=True)
class Counted:
    """What is alike in a month of service, and what it comes to."""

    month: str
    key: Key
    amounts: Amounts


class Moves:
    """What an act adds to sums and takes from others, written at once."""

    def __init__(self) -> None:
        """Begin with nothing moved."""
        self._moved: dict[tuple[str, str, Key], Amounts] = {}

    def add(self, of: str, month: str, key: Key, amounts: Amounts) -> None:
        """Add lines to what they count as."""
        place = (of, month, key)
        self._moved[place] = self._moved.get(place, Amounts()) + amounts

    def take(self, of: str, month: str, key: Key, amounts: Amounts) -> None:
        """Take lines from what they counted as."""
        self.add(of, month, key, -amounts)

    def keep(self, tenant_id: str) -> None:
        """Write what moved, in the caller's transaction."""
        rows: list[tuple[str | int, ...]] = [
            (tenant_id, of, month, msgspec.json.encode(key).decode(), *_cells(amounts))
            for (of, month, key), amounts in self._moved.items()
            if amounts != Amounts()
        ]
        if rows:
            with connection.cursor() as cursor:
                cursor.executemany(_MOVED, rows)


Move = Callable[[str, str, Key, Amounts], None]
"""Adding lines to what they count as, or taking them from it."""


def counted(tenant_id: str, of: str, since: str = "") -> list[Counted]:
    """Give what is alike, of services in a month or after it; blank: in any."""
    ours = Tally.objects.filter(tenant_id=tenant_id, of=of, month__gte=since).exclude(lines=0)
    return _read(ours.order_by("month", "key"))


def latest(tenant_id: str, of: str, most: int) -> list[Counted]:
    """Give what is alike regardless of its month, the last by its key first."""
    ours = Tally.objects.filter(tenant_id=tenant_id, of=of, month="")
    return _read(ours.order_by("-key")[:most])


def _read(rows: QuerySet[Tally]) -> list[Counted]:
    names = [field.name for field in fields(Amounts)]
    return [
        Counted(month, tuple(msgspec.json.decode(key)), Amounts(*amounts))
        for month, key, *amounts in rows.values_list("month", "key", *names)
    ]


def forget(tenant_id: str, *of: str) -> None:
    """Take some counts away, to make them anew."""
    Tally.objects.filter(tenant_id=tenant_id, of__in=of).delete()


def _cells(amounts: Amounts) -> tuple[int, ...]:
    return (
        *(amounts.lines, amounts.charge, amounts.expected),
        *(amounts.unpriced, amounts.paid),
    )
