"""Where the lines of a practice stand, counted by month of service, state and payer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from proofline.claims.book.standing import SUBMIT, Ledger
from proofline.store.work.lines import LineLog


@dataclass(frozen=True, slots=True)
class LineSeen:
    """A line as it stands: whose, what, with whom, how much in cents; None: no amount is known.

    `decision_key` is enrollment, kind and first day of the period, and code.
    """

    line_id: str
    claim_id: str
    decision_key: str
    patient_id: str
    code: str
    units: int
    first_day: date
    last_day: date
    payer_id: str
    payer: str
    payer_kind: str
    state: str
    held: str
    charge: int
    expected: int | None
    paid: int | None
    sent_at: datetime | None
    answered_on: date | None

    @property
    def enrollment_id(self) -> str:
        """The enrollment that it was drawn from."""
        return self.decision_key.rsplit(" ", 3)[0]


@dataclass(frozen=True, slots=True)
class LineCount:
    """Lines that stand alike: how many, what they come to, and how many have no expected amount."""

    month: str
    state: str
    held: bool
    payer: str
    lines: int
    charge: int
    expected: int
    unpriced: int
    paid: int


def seen(tenant_id: str) -> Iterator[LineSeen]:
    """Give every line of a practice."""
    ledger = Ledger()
    for entry in LineLog(tenant_id).news():
        ledger.take(entry)
    for standing in ledger.lines.values():
        claim = ledger.claims[standing.claim_id]
        line = ledger.line(standing.line_id)
        payer = claim.coverages[0].payer
        sent = [one.act.at for one in ledger.stories[standing.line_id] if one.kind == "submit"]
        on = standing.answered.get("paid_on")
        total = standing.answered.get("total")
        yield LineSeen(
            standing.line_id,
            standing.claim_id,
            line.decision_key,
            claim.patient_id,
            line.code,
            line.units,
            line.first_day,
            line.last_day,
            payer.id,
            payer.name,
            payer.kind,
            standing.state,
            standing.held,
            line.charge,
            line.expected,
            int(total) if total else None,
            sent[-1] if sent else None,
            date.fromisoformat(on) if on else None,
        )


def of(tenant_id: str, line_ids: Collection[str]) -> list[LineSeen]:
    """Give some lines."""
    return [one for one in seen(tenant_id) if one.line_id in line_ids]


def by_month(tenant_id: str, since: date) -> list[LineCount]:
    """Count the lines served on a day or after it."""
    found = sorted((one for one in seen(tenant_id) if one.last_day >= since), key=_alike)
    return [_count(key, [*lines]) for key, lines in groupby(found, key=_alike)]


def _alike(one: LineSeen) -> tuple[str, str, bool, str]:
    return (one.last_day.isoformat()[:7], one.state, bool(one.held), one.payer)


def _count(key: tuple[str, str, bool, str], lines: list[LineSeen]) -> LineCount:
    return LineCount(
        *key,
        len(lines),
        sum(one.charge for one in lines),
        sum(one.expected or 0 for one in lines),
        sum(one.expected is None for one in lines),
        sum(one.paid or 0 for one in lines),
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """Lines of one payer in one state that waited alike; `days` from sending to the answer."""

    payer_id: str
    payer: str
    state: str
    days: int | None
    lines: int
    charge: int
    paid: int


def by_payer(tenant_id: str, since: date) -> list[Answered]:
    """Count the lines that were sent and were served on a day or after it, by their payer."""
    found = [one for one in seen(tenant_id) if one.last_day >= since and one.sent_at is not None]
    return sorted(
        (
            Answered(one.payer_id, one.payer, one.state, _days(one), 1, one.charge, one.paid or 0)
            for one in found
        ),
        key=lambda one: (one.payer_id, one.payer, one.state),
    )


def _days(one: LineSeen) -> int | None:
    if one.sent_at is None or one.answered_on is None:
        return None
    return (one.answered_on - one.sent_at.date()).days


@dataclass(frozen=True, slots=True)
class Where:
    """Which lines are looked for: of some states, held or not, of a month or payer; blank: any."""

    states: tuple[str, ...]
    held: bool | None = None
    month: str = ""
    payer_id: str = ""


def listed(tenant_id: str, where: Where, place: tuple[int, int]) -> list[LineSeen]:
    """Give lines by their last day; `place` is after how many, and how many at most."""
    after, most = place
    found = [
        one
        for one in seen(tenant_id)
        if one.state in where.states
        and where.held in {None, bool(one.held)}
        and one.last_day.isoformat().startswith(where.month)
        and where.payer_id in {"", one.payer_id}
    ]
    found.sort(key=lambda one: (one.last_day, one.claim_id, one.line_id))
    return found[after : after + most]


def submissions(tenant_id: str, most: int) -> list[tuple[int, datetime, int]]:
    """Give number, instant and lines of the last submissions, the latest first."""
    found = [
        (entry.number, entry.act.at, len(entry.changes))
        for entry in LineLog(tenant_id).news()
        if entry.kind == SUBMIT
    ]
    return found[-1 : -1 - most : -1]
