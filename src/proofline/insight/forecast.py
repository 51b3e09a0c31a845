"""The door of the room: from a finished run and its decisions to an outlook of each open period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from proofline.insight.acts import BESIDE, NOTHING, Doubts, suggestions
from proofline.insight.chances import So, days_ahead, stands
from proofline.insight.counts import Asks, asks, month_asks
from proofline.insight.habits import LEAST, share_of
from proofline.insight.outlook import Outlook
from proofline.insight.prior import Past, Prior, learned, past
from proofline.insight.seen import LATE_DAYS, Seen, Span, following, seen
from proofline.insight.stakes import Fees, stakes, unknown
from proofline.insight.standing import Ahead, rung
from proofline.insight.work import Staff, staffs

if TYPE_CHECKING:
    from proofline.decide.run import Run
    from proofline.packs.page import Page

Decision = dict[str, Any]


def forecast(
    run: Run,
    decisions: Iterable[Decision],
    fees: Fees | None = None,
    prior: Prior | None = None,
    *,
    day_is_over: bool = True,
) -> list[Outlook]:
    """Say of each open period what can still come of it, by enrollment, first day and kind.

    `decisions` are those of the run; lines of closed periods are passed over. `prior` is what the
    practice's past teaches (`practice_prior`); without one the closed periods of the run do.
    `fees` prices a code for an enrollment on a day. The as-of day of the run is taken to be over;
    `day_is_over=False` says that a reading, a call or minutes may still come on it.
    """
    found = list(decisions)
    shown = seen(run)
    behind = past(shown)
    prior = prior or learned(behind)
    told = _Told(run, shown, behind, prior, staffs(prior.work), fees or unknown, day_is_over)
    return [one for period, lines in _open(found, shown) for one in told.of(period, lines)]


def practice_prior(run: Run) -> Prior:
    """Learn from the closed periods of a run, to be kept for forecasts of few patients."""
    return learned(past(seen(run)))


def _open(decisions: list[Decision], shown: Seen) -> Iterator[tuple[Span, list[Decision]]]:
    """Yield each running period with its open lines; one on which no code stands is left out."""
    lines: dict[tuple[str, str, str], list[Decision]] = {}
    for one in decisions:
        if one["outcome"] == "open":
            told = one["period"]
            key = one["enrollment_id"], told["kind"], told["start"]
            lines.setdefault(key, []).append(one)
    for period in shown.running:
        of_period = lines.get((period.enrollment_id, period.kind, period.start.isoformat()))
        if of_period:
            yield period, of_period


@dataclass(frozen=True, slots=True)
class _Told:
    """Everything that the outlooks of a run are made from."""

    run: Run
    shown: Seen
    behind: Past
    prior: Prior
    staffs: dict[tuple[str, str], Staff]
    fees: Fees
    over: bool

    def of(self, period: Span, lines: list[Decision]) -> Iterator[Outlook]:
        """Yield the outlook of a period and, on the cycle clock, of the month beside it.

        A period in which no code counts anything has none.
        """
        asked = [(one, asks(one, self._page(one))) for one in lines]
        counted = [(d, a) for d, a in asked if a]
        if counted:
            yield self._outlook(period, counted, earns=True)
        if period.kind == "cycle":
            so_far = self.shown.months.get(period.enrollment_id, (0, 0))
            of_month = [(one, month_asks(one, self._page(one), so_far)) for one in lines]
            beside = [(d, a) for d, a in of_month if a]
            if beside:
                yield self._outlook(_month_of(period), beside, earns=False)

    def _page(self, decision: Decision) -> Page:
        return self.run.pages[decision["pack"]]

    def _outlook(self, period: Span, asked: list[tuple[Decision, Asks]], *, earns: bool) -> Outlook:
        ahead = self._ahead(period)
        stake = self._stakes(asked)
        pairs = [(a, rung(a, ahead, stake[a.code], earns=earns)) for _, a in asked]
        pairs.sort(key=lambda pair: (pair[1].fact, pair[1].needed, pair[1].code))
        found = suggestions(pairs, ahead, self._doubts(period, asked))
        return Outlook(
            enrollment_id=period.enrollment_id,
            patient_id=period.patient_id,
            program=period.program,
            period_kind="cycle" if period.kind == "cycle" else "month",
            period_start=period.start,
            period_end=period.end,
            clock=self.run.asked.clock,
            as_of=period.as_of,
            days_left=ahead.left,
            rungs=tuple(one for _, one in pairs),
            next_act=found[0] if found else NOTHING if earns else BESIDE,
            suggestions=found,
        )

    def _ahead(self, period: Span) -> Ahead:
        whole = self.over or period.counts_on(period.as_of)
        left = (period.end - period.as_of).days + (not whole)
        elapsed = (period.as_of - period.start).days + whole
        before = self.behind.silence.get((period.enrollment_id, period.number), 0)
        so = _without(period.paused_days, stands(period.bits, elapsed, before))
        weak = tuple(
            day
            for day in self.shown.weak.get(period.enrollment_id, {})
            if period.start <= day <= period.end and period.counts_on(day)
        )
        habit = self.prior.habit
        start = share_of(habit, self.behind.cycles.get(period.enrollment_id, []))
        days = days_ahead(habit, start, so, left)
        staff = self.staffs.get((period.program, period.kind), Staff())
        known = habit.cycles >= LEAST
        return Ahead(period.end, days, weak, period.kind, known=known, staff=staff)

    def _stakes(self, asked: list[tuple[Decision, Asks]]) -> dict[str, int | None]:
        fee, page_of = {}, {}
        for one, _ in asked:
            on = date.fromisoformat(one["service_date"])
            fee[one["code"]] = self.fees(one["enrollment_id"], one["code"], on)
            page_of[one["code"]] = self._page(one)
        return {code: stakes(page, [code], fee)[code] for code, page in page_of.items()}

    def _doubts(self, period: Span, asked: list[tuple[Decision, Asks]]) -> Doubts:
        late = self.shown.typed_late.get(period.enrollment_id, {})
        seconds = sum(s for day, s in late.items() if period.start <= day <= period.end)
        utc = next((one["facts"].get("utc_days") for one, _ in asked), None)
        return Doubts(utc, seconds // 60, LATE_DAYS)


def _without(paused: int, so: So) -> So:
    """Leave days of a stay out: nothing could be sent on them."""
    tried = max(so.tried - paused, so.counted - 1, 0)
    return So(so.counted, tried, max(so.silent - paused, 0), so.before)


def _month_of(period: Span) -> Span:
    """Give the calendar month of the as-of day, in the place of a cycle."""
    first = period.as_of.replace(day=1)
    last = following(first) - timedelta(days=1)
    return replace(period, kind="month", start=first, end=last, bits=0, paused_days=0)
