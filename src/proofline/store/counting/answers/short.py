"""What payers allowed less than expected, line by line, laid down with the answers that say so.

Whether an answer is short of what was expected is the core's to say (`claims.answers.lists`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection

from proofline.claims.answers.details import REMITTANCE, Detail, remitted, summed
from proofline.claims.answers.lists import allowed_below
from proofline.claims.book import Book, Entry, Standing
from proofline.claims.claim import Cents, State
from proofline.store.counting.tallies import SHORT, Amounts, Moves, counted
from proofline.store.models import LineStanding
from proofline.store.work.some_lines import SomeLines

STATES: tuple[State, ...] = ("paid", "partly_paid")
"""The states of lines that can be short; what was denied is refused, not short."""

_UNANSWERED: tuple[State, ...] = ("submitted", "accepted")
_WRITTEN = "UPDATE store_linestanding SET short = %s WHERE tenant_id = %s AND line_id = %s"


@dataclass(frozen=True, slots=True)
class Short:
    """How many lines of a state were allowed less than expected, and by how many cents."""

    state: str
    lines: int
    cents: Cents


def follow(
    tenant_id: str, entry: Entry, rows: Iterable[LineStanding], before: Mapping[str, Standing]
) -> None:
    """Lay down what lines that just moved are short of, in the caller's transaction.

    `rows` are laid down already; `before` is where those stood that there were.
    """
    moved = [*rows]
    found, moves, news = _short(tenant_id, entry, moved, before), Moves(), []
    for row in moved:
        now = found.get(row.line_id)
        if row.short is not None:
            moves.take(SHORT, "", (before[row.line_id].state,), Amounts(1, row.short))
        if now is not None:
            moves.add(SHORT, "", (row.state,), Amounts(1, now))
        if now != row.short:
            news.append((now, tenant_id, row.line_id))
    if news:
        with connection.cursor() as cursor:
            cursor.executemany(_WRITTEN, news)
    moves.keep(tenant_id)


def sums(tenant_id: str) -> list[Short]:
    """Give the states of lines that are short, with how many and by how much."""
    return [
        Short(str(one.key[0]), one.amounts.lines, one.amounts.charge)
        for one in counted(tenant_id, SHORT)
    ]


def _short(
    tenant_id: str, entry: Entry, rows: list[LineStanding], before: Mapping[str, Standing]
) -> dict[str, Cents]:
    """Give the cents that lines are short of; the lines of which nothing is short are left out."""
    asked = {row.line_id: row for row in rows if row.state in STATES and row.expected is not None}
    told_of = _told(entry)
    first = [line_id for line_id in asked if _first(before, line_id)]
    answers = {line_id: summed(told_of.get(line_id, ())) for line_id in first}
    answers |= dict(_answers(tenant_id, asked.keys() - answers.keys()))
    found = {}
    for line_id, told in answers.items():
        row = asked[line_id]
        allowed = allowed_below(told, row.charge, row.expected)
        if allowed is not None and row.expected is not None:
            found[line_id] = row.expected - allowed
    return found


def _first(before: Mapping[str, Standing], line_id: str) -> bool:
    """Whether an answer to the line is the first one, so that no other need be read for it."""
    one = before.get(line_id)
    return (
        one is not None
        and one.state in _UNANSWERED
        and one.sent == 1
        and one.answered.get("kind") != REMITTANCE
    )


def _told(entry: Entry) -> dict[str, list[Detail]]:
    """Give the answers of an entry by their lines, in one pass: a file can hold very many."""
    found: dict[str, list[Detail]] = {}
    for change in entry.changes:
        if change.detail.get("kind") == REMITTANCE:
            found.setdefault(change.line_id, []).append(change.detail)
    return found


def _answers(tenant_id: str, line_ids: Iterable[str]) -> Iterator[tuple[str, list[Detail]]]:
    if asked := sorted(line_ids):
        book = Book(SomeLines(tenant_id, asked))
        yield from ((line_id, remitted(book, line_id)) for line_id in asked)
