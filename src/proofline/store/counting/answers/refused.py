"""What payers refused, line by line and cause by cause, laid down with the answers that say so.

Which causes an answer refuses is the core's to say (`claims.answers.details`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from proofline.claims.answers.details import (
    REMITTANCE,
    Detail,
    by_cause,
    denials,
    remitted,
)
from proofline.claims.answers.details import refused as refused_of
from proofline.claims.book import Book, Standing
from proofline.claims.claim import Cents, State
from proofline.store.counting import tallies
from proofline.store.counting.tallies import REFUSED, Amounts, Move, Moves, counted
from proofline.store.models import LineStanding, Refusal
from proofline.store.work.some_lines import SomeLines

STATES: tuple[State, ...] = ("denied", "partly_paid", "appealed")
"""The states of lines of which something may be refused."""

ANY = ""
"""The cause under which each refused line is counted once."""


@dataclass(frozen=True, slots=True)
class Refused:
    """How many lines were refused for a cause, and how many cents."""

    cause: str
    lines: int
    cents: Cents


def follow(tenant_id: str, after: Mapping[str, Standing], charges: Mapping[str, Cents]) -> None:
    """Lay down what is refused of lines that just moved, in the caller's transaction.

    `charges` are the cents that each line charges now.
    """
    ours = Refusal.objects.filter(tenant_id=tenant_id, line_id__in=list(after))
    before: dict[str, dict[str, Cents]] = {}
    for line_id, cause, cents in ours.values_list("line_id", "cause", "cents"):
        before.setdefault(line_id, {})[cause] = cents
    now = _causes(tenant_id, after, charges)
    if not before and not now:
        return
    moves = Moves()
    _count(moves.take, before.values())
    _count(moves.add, now.values())
    moves.keep(tenant_id)
    ours.delete()
    Refusal.objects.bulk_create(
        Refusal(
            tenant_id=tenant_id,
            line_id=line_id,
            cause=cause,
            cents=cents,
            answered_on=after[line_id].answered.get("paid_on", ""),
        )
        for line_id, causes in now.items()
        for cause, cents in causes.items()
    )


def forget(tenant_id: str) -> None:
    """Take all of it away, to make it anew."""
    Refusal.objects.filter(tenant_id=tenant_id).delete()
    tallies.forget(tenant_id, REFUSED)


def sums(tenant_id: str) -> list[Refused]:
    """Give every cause, and `ANY` for all refused lines together."""
    return [
        Refused(str(one.key[0]), one.amounts.lines, one.amounts.charge)
        for one in counted(tenant_id, REFUSED)
    ]


def worth(tenant_id: str, cause: str) -> tuple[Cents | None, int]:
    """Give the cents expected of lines refused for a cause or `ANY`, and how many have no amount.

    None where none of them has one.
    """
    ours = _for(tenant_id, cause).values("line_id")
    found = LineStanding.objects.filter(tenant_id=tenant_id, line_id__in=ours)
    sums = found.aggregate(cents=Sum("expected"), unknown=Count("pk", filter=Q(expected=None)))
    return sums["cents"], sums["unknown"]


def lines(tenant_id: str, cause: str, skip: int, most: int) -> list[str]:
    """Give the ids of lines refused for a cause, or for any, those answered first at first."""
    order = ("answered_on", "line_id")
    found = (
        _for(tenant_id, cause).order_by(*order).values_list(*order).distinct()[skip : skip + most]
    )
    return [line_id for _, line_id in found]


def _for(tenant_id: str, cause: str) -> QuerySet[Refusal]:
    ours = Refusal.objects.filter(tenant_id=tenant_id)
    return ours if cause == ANY else ours.filter(cause=cause)


def _count(move: Move, lines: Iterable[dict[str, Cents]]) -> None:
    for causes in lines:
        for cause, cents in (causes | {ANY: sum(causes.values())}).items():
            move(REFUSED, "", (cause,), Amounts(1, cents))


def _causes(
    tenant_id: str, after: Mapping[str, Standing], charges: Mapping[str, Cents]
) -> dict[str, dict[str, Cents]]:
    """Give the cents of each cause for which lines are refused; lines of none are left out."""
    found, unsaid = {}, []
    for line_id, one in after.items():
        if one.state not in STATES:
            continue
        if causes := _said_last(one, charges[line_id]):
            found[line_id] = causes
        else:
            unsaid.append(line_id)
    for line_id, told in _answers(tenant_id, unsaid).items():
        if told and (causes := refused_of(told, charges[line_id])):
            found[line_id] = causes
    return found


def _said_last(one: Standing, charge: Cents) -> dict[str, Cents]:
    """Give what the last answer refuses where that is all of the charge; no other adds to it."""
    if one.answered.get("kind") != REMITTANCE:
        return {}
    causes = by_cause(denials(one.answered), charge)
    return causes if sum(causes.values()) >= charge else {}


def _answers(tenant_id: str, line_ids: Collection[str]) -> dict[str, list[Detail]]:
    """Give all answers to lines of which the last one does not refuse all by itself.

    It is about a part, points to the refusal of the payer before (OA-23), or takes back what was
    paid.
    """
    if not line_ids:
        return {}
    book = Book(SomeLines(tenant_id, line_ids))
    return {line_id: remitted(book, line_id) for line_id in line_ids}
