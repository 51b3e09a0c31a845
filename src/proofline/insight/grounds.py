"""What the outlook of an open period rests on, as a run has it: kept, it is told as of any day.

Nothing in it counts days that are left, and nothing in it is a chance. Until a day comes that turns
the decisions of the patient (`decide.days`), the outlook of each day follows from it, the day and
what the practice's past teaches; no engine is asked. Only the calendar month that stands beside a
cycle can change before: when it does, nothing of the new one has been counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from proofline.insight.counts import Asks, asks, month_asks
from proofline.insight.habits import Own, own_of
from proofline.insight.seen import Seen, Span, following
from proofline.insight.stakes import Fees, stakes

if TYPE_CHECKING:
    from proofline.claims.claim import Cents
    from proofline.decide.run import Run
    from proofline.insight.prior import Past
    from proofline.packs.page import Page

Decision = dict[str, Any]


class Asked(Struct, frozen=True):
    """What one code asks of a period, and what it is worth beyond the next lower one."""

    asks: Asks
    stake_cents: int | None


class Ground(Struct, frozen=True):
    """An open period, or the month beside a cycle (`earns` is no), and what counts in it so far.

    `counted` has a bit for each day that counts, the first day lowest; `before` are the days of
    silence before the first. `own` is what the patient's closed cycles say. `weak` are days that
    rest on one doubtful reading each, `late_seconds` were typed in long after the work.
    `fees_until` is the last day of the fees that price it for want of later ones. `first` says that
    it is the first period of the enrollment.
    """

    enrollment_id: str
    patient_id: str
    program: str
    kind: Literal["cycle", "month"]
    start: date
    end: date
    clock: Literal["cycle", "month"]
    earns: bool
    counted: int
    paused_days: int
    before: int
    own: Own
    weak: tuple[date, ...]
    late_seconds: int
    utc_days: int | None
    codes: tuple[Asked, ...]
    fees_until: date | None = None
    first: bool = False

    def counts_on(self, day: date) -> bool:
        """Tell whether a day of the period counts."""
        return bool(self.counted >> (day - self.start).days & 1)

    def on(self, day: date) -> Ground:
        """Give the same on a later day: in the month after, nothing has been counted."""
        if self.earns or day <= self.end:
            return self
        start, end = month_of(day)
        codes = tuple(Asked(one.asks.anew(), one.stake_cents) for one in self.codes)
        return replace(self, start=start, end=end, late_seconds=0, codes=codes)


def month_of(day: date) -> tuple[date, date]:
    """Give the first and the last day of a calendar month."""
    first = day.replace(day=1)
    return first, following(first) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Grounds:
    """Everything that the grounds of a run are made from."""

    run: Run
    shown: Seen
    behind: Past
    fees: Fees

    def of(self, period: Span, lines: list[Decision]) -> Iterator[Ground]:
        """Yield the ground of a period and, on the cycle clock, of the month beside it.

        A period in which no code counts anything has none.
        """
        asked = [(one, asks(one, self._page(one))) for one in lines]
        counted = [(d, a) for d, a in asked if a]
        if counted:
            yield self._ground(period, counted)
        if period.kind == "cycle":
            so_far = self.shown.months.get(period.enrollment_id, (0, 0))
            of_month = [(one, month_asks(one, self._page(one), so_far)) for one in lines]
            beside = [(d, a) for d, a in of_month if a]
            if beside:
                yield self._beside(period, beside)

    def _page(self, decision: Decision) -> Page:
        return self.run.pages[decision["pack"]]

    def _ground(self, period: Span, asked: list[tuple[Decision, Asks]]) -> Ground:
        key = period.enrollment_id
        stake = self._stakes(asked)
        return Ground(
            enrollment_id=key,
            patient_id=period.patient_id,
            program=period.program,
            kind="cycle" if period.kind == "cycle" else "month",
            start=period.start,
            end=period.end,
            clock=self.run.asked.clock,
            earns=True,
            counted=period.bits,
            paused_days=period.paused_days,
            before=self.behind.silence.get((key, period.number), 0),
            own=own_of(self.behind.cycles.get(key, [])),
            weak=tuple(self._weak(period)),
            late_seconds=self._typed_late(key, period.start, period.end),
            utc_days=next((one["facts"].get("utc_days") for one, _ in asked), None),
            codes=tuple(Asked(a, stake[a.code]) for _, a in asked),
            first=period.first,
        )

    def _beside(self, period: Span, asked: list[tuple[Decision, Asks]]) -> Ground:
        """Give the calendar month of the as-of day, in which no day of data is counted."""
        start, end = month_of(period.as_of)
        return replace(
            self._ground(period, asked),
            kind="month",
            start=start,
            end=end,
            earns=False,
            counted=0,
            paused_days=0,
            weak=(),
            late_seconds=self._typed_late(period.enrollment_id, start, end),
        )

    def _weak(self, period: Span) -> Iterator[date]:
        for day in self.shown.weak.get(period.enrollment_id, {}):
            if period.start <= day <= period.end and period.counts_on(day):
                yield day

    def _typed_late(self, enrollment_id: str, first: date, last: date) -> int:
        late: Mapping[date, int] = self.shown.typed_late.get(enrollment_id, {})
        return sum(seconds for day, seconds in late.items() if first <= day <= last)

    def _stakes(self, asked: list[tuple[Decision, Asks]]) -> dict[str, Cents | None]:
        fee, page_of = {}, {}
        for one, _ in asked:
            on = date.fromisoformat(one["service_date"])
            fee[one["code"]] = self.fees(one["enrollment_id"], one["code"], on)
            page_of[one["code"]] = self._page(one)
        return {code: stakes(page, [code], fee)[code] for code, page in page_of.items()}
