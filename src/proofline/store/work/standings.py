"""Where each claim line stands: a row a line, written with the entry of the log that it follows.

The step itself is the core's (`claims.book.standing.Ledger`); here its outcome is laid down so that
lists, sums and single lines cost the same however long the log is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from proofline.claims.book.log import Entry
from proofline.claims.book.standing import SUBMIT, Ledger, Standing, Told
from proofline.claims.claim import Cents, Claim
from proofline.store.counting import tallies
from proofline.store.counting.answers import refused, short
from proofline.store.counting.tallies import Amounts, Move, Moves
from proofline.store.models import Line, LineStanding, LineStep
from proofline.store.safekeeping.unpacking import read_as

_BOOK = "book"


@dataclass(frozen=True, slots=True)
class LineNow:
    """Where a line stands: its ids, what it bills, its money in cents, and since when.

    `expected` is None where nothing on file says it; `decision` is the digest of its decision;
    `short` is what was allowed less than expected, None where that is nothing or is not known.
    """

    line_id: str
    claim_id: str
    patient_id: str
    enrollment_id: str
    payer_id: str
    code: str
    units: int
    service_date: date
    period_kind: str
    period_start: date
    state: str
    held: str
    charge: Cents
    expected: Cents | None
    paid: Cents
    changed_at: datetime
    decision: str
    short: Cents | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: empty asks for all. `since` and `until` are days of service, both included.

    `brought` asks for those only of which remittances left some money, `short` for those that were
    allowed less than expected, `line_ids` for these alone where it is not None.
    """

    states: Collection[str] = ()
    held: bool | None = None
    patient_id: str = ""
    enrollment_id: str = ""
    payer_id: str = ""
    code: str = ""
    since: date | None = None
    until: date | None = None
    brought: bool = False
    short: bool = False
    line_ids: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """The lines of one state: how many, and their money in cents.

    `expected` is of those lines only of which it is known; `unexpected` counts the others.
    """

    state: str
    held: bool
    lines: int
    charge: Cents
    expected: Cents
    unexpected: int
    paid: Cents


COLUMNS = tuple(LineNow.__dataclass_fields__)


def follow(tenant_id: str, entry: Entry) -> None:
    """Lay down what an entry of the log of lines comes to, in the caller's transaction."""
    asked = list(dict.fromkeys(change.line_id for change in entry.changes))
    ours = LineStanding.objects.filter(tenant_id=tenant_id, line_id__in=asked)
    there = {one.line_id: one for one in ours}
    before = {line_id: _standing(one) for line_id, one in there.items()}
    after = Ledger(lines=before).following(entry)
    carried = {one.claim_id: one for one in entry.claims}
    rows, moves, totals = [], Moves(), _totals(entry)
    for line_id, now in after.items():
        row = there.get(line_id) or LineStanding(tenant_id=tenant_id, line_id=line_id)
        if line_id in there:
            _count(moves.take, row)
        if now.claim_id in carried:
            _bill(row, carried[now.claim_id])
        _stand(row, now, entry)
        row.paid = totals.get(line_id, row.paid)
        _count(moves.add, row)
        rows.append(row)
    _lay_down(rows)
    LineStep.objects.bulk_create(
        LineStep(tenant_id=tenant_id, line_id=line_id, number=entry.number) for line_id in asked
    )
    if entry.kind == SUBMIT:
        moves.add(tallies.SENT, "", (f"{entry.number:012}",), Amounts(len(asked)))
    moves.keep(tenant_id)
    refused.follow(tenant_id, after, {row.line_id: row.charge for row in rows})
    short.follow(tenant_id, entry, rows, before)


def _lay_down(rows: list[LineStanding]) -> None:
    """Add rows, or move those that are there: each is named once, by its line.

    Django's bulk update names every row once more for every column, and took most of a submission.
    """
    for row in rows:
        row.pk = None
    named = ("tenant", "line_id")
    LineStanding.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=named, update_fields=_MOVED
    )


_MOVED = (
    *("claim_id", "payer_id", "code", "units", "service_date", "state", "held", "charge"),
    *("expected", "paid", "changed_at", "entry", "decision", "sent_on", "record"),
)


def _bill(row: LineStanding, claim: Claim) -> None:
    line = next(one for one in claim.lines if one.line_id == row.line_id)
    enrollment, kind, start, _ = line.decision_key.rsplit(" ", 3)
    row.patient_id, row.enrollment_id = claim.patient_id, enrollment
    row.payer_id = claim.coverages[0].payer.id if claim.coverages else ""
    row.code, row.units, row.service_date = line.code, line.units, line.last_day
    row.period_kind, row.period_start = kind, date.fromisoformat(start)
    row.charge, row.expected = line.charge, line.expected


def _totals(entry: Entry) -> dict[str, Cents]:
    """Give what lines were paid in all by the last answer to each, where an answer says so."""
    return {
        change.line_id: int(told)
        for change in entry.changes
        if (told := change.detail.get("total")) is not None
    }


def _stand(row: LineStanding, now: Standing, entry: Entry) -> None:
    row.claim_id, row.state, row.held = now.claim_id, now.state, now.held
    row.changed_at, row.entry = entry.act.at, entry.number
    row.decision = now.basis.decision if now.basis else ""
    row.sent_on = entry.act.at.astimezone(UTC).date() if entry.kind == SUBMIT else row.sent_on
    row.record = msgspec.json.encode(now)


_COUNTED = (tallies.LINES, tallies.PAYERS, tallies.WAITED, tallies.SENT, tallies.SHORT)
_UNSENT = frozenset({"drawn", "ready", "voided"})
_SETTLED = frozenset({"paid", "partly_paid", "denied"})


def _count(move: Move, row: LineStanding) -> None:
    """Count a line as it stands, or take it from what it counted as."""
    month, hoped = f"{row.service_date:%Y-%m}", row.expected
    amounts = Amounts(1, row.charge, hoped or 0, int(hoped is None), row.paid)
    move(tallies.LINES, month, (row.state, bool(row.held)), amounts)
    if row.state not in _UNSENT:
        move(tallies.PAYERS, month, (row.payer_id, row.state), amounts)
    if row.state in _SETTLED and row.sent_on is not None:
        days = (row.changed_at.astimezone(UTC).date() - row.sent_on).days
        move(tallies.WAITED, month, (row.payer_id, days), Amounts(1))


def rebuild(tenant_id: str) -> None:
    """Make all rows of a tenant anew from its log, in the caller's transaction."""
    LineStanding.objects.filter(tenant_id=tenant_id).delete()
    LineStep.objects.filter(tenant_id=tenant_id).delete()
    refused.forget(tenant_id)
    tallies.forget(tenant_id, *_COUNTED)
    for entry in _entries(Line.objects.filter(tenant_id=tenant_id, log=_BOOK)):
        follow(tenant_id, entry)


def _entries(lines: QuerySet[Line]) -> Iterator[Entry]:
    for line in lines.order_by("number"):
        yield read_as(line.act, Entry, f"entry {line.number} of the book of lines")


def standings(tenant_id: str, line_ids: Iterable[str] | None = None) -> list[Standing]:
    """Give the standings of some lines, or of all, as the core has them, by their first entry."""
    ours = LineStanding.objects.filter(tenant_id=tenant_id)
    if line_ids is None:
        return [_standing(one) for one in ours.order_by("id")]
    # Asked for an order SQLite would go through all lines in it rather than sort the few.
    found = sorted(ours.filter(line_id__in=list(line_ids)), key=lambda one: one.pk)
    return [_standing(one) for one in found]


def patients(tenant_id: str) -> set[str]:
    """Give the ids of the patients who have lines."""
    ours = LineStanding.objects.filter(tenant_id=tenant_id)
    return set(ours.values_list("patient_id", flat=True).distinct())


def known(tenant_id: str, line_ids: Collection[str]) -> set[str]:
    """Of some ids, give those of lines that there are."""
    ours = LineStanding.objects.filter(tenant_id=tenant_id, line_id__in=list(line_ids))
    return set(ours.values_list("line_id", flat=True))


def of_line(tenant_id: str, line_id: str) -> LineNow | None:
    """Give one line; None: there is none."""
    found = LineStanding.objects.filter(tenant_id=tenant_id, line_id=line_id)
    row = found.values_list(*COLUMNS).first()
    return None if row is None else LineNow(*row)


def page(tenant_id: str, asked: Asked, after: tuple[date, str] | None, most: int) -> list[LineNow]:
    """Give lines by day of service and id, at most so many, those after the one named."""
    found = _ours(tenant_id, asked)
    if after is not None:
        day, line_id = after
        found = found.filter(Q(service_date__gt=day) | Q(service_date=day, line_id__gt=line_id))
    if asked.states:
        ours = LineStanding.objects.filter(tenant_id=tenant_id)
        found = ours.filter(id__in=_first_of_each(found, asked.states, most))
    rows = found.order_by("service_date", "line_id").values_list(*COLUMNS)[:most]
    return [LineNow(*row) for row in rows]


def _first_of_each(found: QuerySet[LineStanding], states: Collection[str], most: int) -> list[int]:
    """Give the first lines of each state, each state read in the order of its index and no farther.

    Asked for several states at once SQLite goes through all lines in the order of their days.
    """
    order = ("service_date", "line_id")
    parts = [
        found.filter(state=one).order_by(*order).values_list("id")[:most].query.sql_with_params()
        for one in sorted(states)
    ]
    whole = " UNION ALL ".join(
        f"SELECT * FROM ({sql}) AS part{n}" for n, (sql, _) in enumerate(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(whole, [cell for _, cells in parts for cell in cells])
        return [number for (number,) in cursor.fetchall()]


def latest(tenant_id: str, asked: Asked, most: int, skip: int = 0) -> list[LineNow]:
    """Give lines by day of service, the last first, `most` of them after so many."""
    rows = _ours(tenant_id, asked).order_by("-service_date", "line_id").values_list(*COLUMNS)
    return [LineNow(*row) for row in rows[skip : skip + most]]


def of_claim(tenant_id: str, claim_id: str) -> list[LineNow]:
    """Give the lines that a claim carries now."""
    return of_claims(tenant_id, {claim_id})


def of_claims(tenant_id: str, claim_ids: Collection[str]) -> list[LineNow]:
    """Give the lines that some claims carry now, by their ids."""
    ours = LineStanding.objects.filter(tenant_id=tenant_id, claim_id__in=list(claim_ids))
    # Asked for an order SQLite would go through all lines in it rather than sort the few.
    rows = sorted(ours.values_list(*COLUMNS), key=itemgetter(0))
    return [LineNow(*row) for row in rows]


def sent_in(tenant_id: str, number: int) -> list[str]:
    """Give the lines of a submission by its entry; none where that entry is no submission."""
    ours = Line.objects.filter(tenant_id=tenant_id, log=_BOOK, number=number)
    sent = [entry for entry in _entries(ours) if entry.kind == SUBMIT]
    return [change.line_id for entry in sent for change in entry.changes]


def newest(
    tenant_id: str, codes: Collection[str], states: Collection[str], most: int
) -> list[LineNow]:
    """Give of each code the last lines in some states, at most so many of each of these."""
    if not codes:
        return []
    asked = [(code, state) for code in sorted(codes) for state in states]
    parts = " UNION ALL ".join(f"SELECT * FROM ({_NEWEST}) AS part{n}" for n in range(len(asked)))
    cells = [cell for code, state in asked for cell in (tenant_id, code, state, most)]
    with connection.cursor() as cursor:
        cursor.execute(parts, cells)
        ids = [
            number for number, _day in sorted(cursor.fetchall(), key=itemgetter(1), reverse=True)
        ]
    rows = {row[0]: LineNow(*row[1:]) for row in _rows(tenant_id, ids)}
    return [rows[number] for number in ids]


_NEWEST = """
SELECT id, service_date FROM store_linestanding
WHERE tenant_id = %s AND code = %s AND state = %s ORDER BY service_date DESC LIMIT %s
"""


def _rows(tenant_id: str, ids: Collection[int]) -> QuerySet[LineStanding, tuple[Any, ...]]:
    ours = LineStanding.objects.filter(tenant_id=tenant_id, id__in=list(ids))
    return ours.values_list("id", *COLUMNS)


def sums(tenant_id: str, asked: Asked) -> list[Sums]:
    """Give count and money of the lines asked for, by state, held ones apart."""
    found = (
        _ours(tenant_id, asked)
        .annotate(is_held=~Q(held=""))
        .values("state", "is_held")
        .annotate(
            lines=Count("id"),
            charges=Sum("charge"),
            hoped=Sum("expected"),
            known=Count("expected"),
            money=Sum("paid"),
        )
        .order_by("state", "is_held")
    )
    return [
        Sums(
            *(one["state"], bool(one["is_held"]), one["lines"], int(one["charges"])),
            *(int(one["hoped"] or 0), one["lines"] - one["known"], int(one["money"])),
        )
        for one in found
    ]


def story(tenant_id: str, line_id: str) -> list[Told]:
    """Give all that happened to a line, in order, from the entries that speak of it."""
    numbers = LineStep.objects.filter(tenant_id=tenant_id, line_id=line_id).values("number")
    entries = Line.objects.filter(tenant_id=tenant_id, log=_BOOK, number__in=numbers)
    return [
        Told(entry.number, entry.kind, entry.act, change)
        for entry in _entries(entries)
        for change in entry.changes
        if change.line_id == line_id
    ]


def _ours(tenant_id: str, asked: Asked) -> QuerySet[LineStanding]:
    found = LineStanding.objects.filter(tenant_id=tenant_id)
    for name in ("patient_id", "enrollment_id", "payer_id", "code"):
        if said := getattr(asked, name):
            found = found.filter(**{name: said})
    if asked.states:
        found = found.filter(state__in=list(asked.states))
    if asked.held is not None:
        found = found.exclude(held="") if asked.held else found.filter(held="")
    if asked.since is not None:
        found = found.filter(service_date__gte=asked.since)
    if asked.until is not None:
        found = found.filter(service_date__lte=asked.until)
    if asked.brought:
        found = found.exclude(paid=0)
    if asked.short:
        found = found.filter(short__isnull=False)
    if asked.line_ids is not None:
        found = found.filter(line_id__in=list(asked.line_ids))
    return found


def _standing(one: LineStanding) -> Standing:
    return read_as(one.record, Standing, f"the standing of line {one.line_id}")
