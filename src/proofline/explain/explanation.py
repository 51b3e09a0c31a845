"""What there is to tell about one period of one enrollment: plain data, the same for every door.

It decides nothing: outcomes and findings are those of the decision, and what counted is what the
facts counted. A renderer (`terminal`) only lays it out.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from proofline.explain.reasons import reason
from proofline.packs import shelf
from proofline.packs.sources import POLICY, key_and_place, sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proofline.decide.chart import Beside, Call, Chart, Month, Reading, Work
    from proofline.packs.sources import Source

Decision = dict[str, Any]
Finding = dict[str, Any]
NEAR = timedelta(days=29)
"""So far around a period is listed what lies beside it, as far as a fact looks (E8). It only shows:
what follows from it are findings."""

FIRST_TOLD = ("billable", "held", "open", "not_billable")
Standing = Literal["counts", "unsettled", "refused", "nothing", "to_come"]


class Period(Struct, frozen=True):
    """A period to explain; `number` is that of a cycle and None for a calendar month."""

    kind: str
    start: date
    end: date
    number: int | None

    def holds(self, day: date) -> bool:
        """Tell whether a local day lies in the period."""
        return self.start <= day <= self.end


class DayMark(Struct, frozen=True):
    """One local day of the strip: what its best reading does, and whether a UTC day would count.

    A day after the one asked about, or that one without a reading yet, is still to come.
    """

    day: date
    standing: Standing
    utc_counts: bool


class Ladder(Struct, frozen=True):
    """What one count can earn: how far it got, and the codes, each with the number it begins at.

    `highest` is what the count could become if what is unsettled were settled.
    """

    fact: str
    value: int | None
    highest: int | None
    rungs: tuple[tuple[int, str], ...]


class Left(Struct, frozen=True):
    """Evidence that did not count for one reason: what it is, why not, what would cure it."""

    what: str
    ids: tuple[str, ...]
    days: tuple[date, ...]
    words: str
    cure: str
    unsettled: bool


class Explanation(Struct, frozen=True):
    """Everything to tell of one period; `others` are the remaining periods, `cited` the sources.

    `lines` come with what can be billed first.
    """

    chart: Chart
    as_of: date
    period: Period
    lines: tuple[Decision, ...]
    ladders: tuple[Ladder, ...]
    strip: tuple[DayMark, ...]
    work: tuple[Work, ...]
    calls: tuple[Call, ...]
    left: tuple[Left, ...]
    months: tuple[Month, ...]
    cited: dict[str, Source | None]
    others: dict[Period, tuple[Decision, ...]]
    beside: tuple[Beside, ...] = ()


def periods(chart: Chart) -> dict[Period, tuple[Decision, ...]]:
    """Give every period that was decided, in time, with its lines."""
    found: dict[Period, list[Decision]] = {}
    for decision in chart.decisions:
        found.setdefault(period_of(decision), []).append(decision)
    ordered = sorted(found, key=lambda period: (period.start, period.kind))
    return {period: tuple(found[period]) for period in ordered}


def period_of(decision: Decision) -> Period:
    """Read the period of a decision."""
    told = decision["period"]
    start, end = (date.fromisoformat(told[name]) for name in ("start", "end"))
    return Period(told["kind"], start, end, told["number"])


def explain(chart: Chart, period: Period, *, as_of: date) -> Explanation:
    """Put together what there is to tell of a period that was decided."""
    decided = periods(chart)
    lines = tuple(sorted(decided[period], key=lambda one: FIRST_TOLD.index(one["outcome"])))
    readings = [one for one in chart.readings if period.holds(one.day)]
    work = tuple(one for one in chart.work if period.holds(one.day))
    calls = tuple(one for one in chart.calls if period.holds(one.day))
    return Explanation(
        chart=chart,
        as_of=as_of,
        period=period,
        lines=lines,
        ladders=tuple(ladders(lines)),
        strip=tuple(strip(period, chart.readings, as_of=as_of)),
        work=work,
        calls=calls,
        left=(
            *left_out("reading", readings),
            *left_out("piece of work", work),
            *left_out("call", calls),
            *twice_claimed(chart, period),
        ),
        months=tuple(one for one in chart.months if touches(one, period)),
        cited=cited(lines),
        others={other: of for other, of in decided.items() if other != period},
        beside=tuple(one for one in chart.beside if stands_near(one, period)),
    )


def strip(period: Period, readings: Iterable[Reading], *, as_of: date) -> Iterator[DayMark]:
    """Lay the local days of a period side by side, each with what its best reading does."""
    best: dict[date, Standing] = {}
    utc: set[date] = set()
    for one in readings:
        best[one.day] = better(best.get(one.day, "nothing"), standing(one))
        if standing(one) == "counts":
            utc.add(one.utc_day)
    for number in range((period.end - period.start).days + 1):
        day = period.start + timedelta(days=number)
        yield DayMark(day, best.get(day, "to_come" if day >= as_of else "nothing"), day in utc)


def standing(one: Reading | Work | Call) -> Standing:
    """Say whether a piece of evidence counts; what is refused is no longer unsettled."""
    if one.refused is not None:
        return "refused"
    return "counts" if one.unsettled is None else "unsettled"


def standing_in(chart: Chart, one: Work) -> Standing:
    """Say whether a piece of work counts, a second claim on its time included."""
    twice = any(
        other.started_at < one.ended_at and one.started_at < other.ended_at
        for other in chart.contested
    )
    return "unsettled" if twice and standing(one) == "counts" else standing(one)


def better(one: Standing, other: Standing) -> Standing:
    """Give the one of two standings that says more for the day."""
    order: tuple[Standing, ...] = ("counts", "unsettled", "refused", "nothing")
    return min(one, other, key=order.index)


def left_out(what: str, evidence: Iterable[Reading | Work | Call]) -> Iterator[Left]:
    """Gather what did not count by its reason, in the order in which the reasons first appear."""
    found: dict[str, list[Reading | Work | Call]] = {}
    for one in evidence:
        token = one.refused or one.unsettled
        if token is not None:
            found.setdefault(token, []).append(one)
    for token, of_token in found.items():
        said = reason(token)
        yield Left(
            what=what,
            ids=tuple(dict.fromkeys(map(id_of, of_token))),
            days=tuple(dict.fromkeys(one.day for one in of_token)),
            words=said.words,
            cure=said.cure,
            unsettled=of_token[0].refused is None,
        )


def twice_claimed(chart: Chart, period: Period) -> Iterator[Left]:
    """Tell the stretches that two programs claim, or one performer for two patients."""
    for whose in ("patient", "performer"):
        stretches = [
            one
            for one in chart.contested
            if one.kind == whose and period.holds(one.started_at.date())
        ]
        if stretches:
            said = reason(f"contested_by_{whose}")
            days = tuple(dict.fromkeys(one.started_at.date() for one in stretches))
            ids = tuple(
                f"{one.started_at:%H:%M:%S} to {one.ended_at:%H:%M:%S}" for one in stretches
            )
            yield Left("stretch", ids, days, said.words, said.cure, unsettled=True)


def id_of(one: Reading | Work | Call) -> str:
    """Give the id under which a piece of evidence was sent."""
    for name in ("reading_id", "entry_id", "interaction_id"):
        if hasattr(one, name):
            return str(getattr(one, name))
    raise AssertionError(one)


def touches(month: Month, period: Period) -> bool:
    """Tell whether a calendar month has a day in common with a period."""
    following = (month.first_day + timedelta(days=32)).replace(day=1)
    return month.first_day <= period.end and following > period.start


def stands_near(one: Beside, period: Period) -> bool:
    """Tell whether a service or a stay lies in the calendar months of a period, or 29 days off."""
    first = min(period.start.replace(day=1), period.start - NEAR)
    following = (period.end.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = max(following - timedelta(days=1), period.end + NEAR)
    return one.first_day <= last and (one.last_day is None or one.last_day >= first)


def ladders(lines: Iterable[Decision]) -> Iterator[Ladder]:
    """Find what each count can earn: of every code, the highest bound from below that it asks."""
    rungs: dict[str, list[tuple[int, str]]] = {}
    facts: dict[str, Any] = {}
    for line in lines:
        pack, _, effective = line["pack"].partition("/")
        page = shelf.load(pack, date.fromisoformat(effective))
        code = page.codes.get(line["code"])
        if code is not None:
            asked = [page.requirements[name] for name in code.requires]
            highest = max(asked, key=lambda one: one.min or 0)
            if highest.min is not None:
                rungs.setdefault(highest.fact, []).append((highest.min, code.code))
                facts |= line["facts"]
    for fact, of_fact in rungs.items():
        value = facts[fact]
        yield Ladder(fact, value, facts.get(f"{fact}_possible", value), tuple(sorted(of_fact)))


def against(decision: Decision) -> list[Finding]:
    """Give the findings that keep a line from being billed.

    A line that lost its period to a code for more says only that; one that lost it to a code for
    less says what it was short of as well. An add-on whose base is missing says that of the base.
    """
    found = [f for f in decision["findings"] if f["status"] != "met" and f["level"] != "warn"]
    lost = any(f["requirement"].startswith("exclusive.") for f in found)
    return [f for f in found if not (lost and " and <= " in f["needs"])]


def warnings(lines: Iterable[Decision]) -> dict[str, Finding]:
    """Give what is to be known and stands in nobody's way, by requirement, once for all lines."""
    found = (f for line in lines for f in line["findings"])
    return {f["requirement"]: f for f in found if f["status"] != "met" and f["level"] == "warn"}


def cited(lines: Iterable[Decision]) -> dict[str, Source | None]:
    """Find the sources of what the lines say, by citation; None for a policy of the page itself."""
    lines = tuple(lines)
    shown = [f for line in lines for f in (*grounds(line), *against(line))]
    shown += warnings(lines).values()
    citations = dict.fromkeys(f["cite"] for f in shown if f["cite"])
    return {cite: source_of(cite) for cite in citations}


def source_of(cite: str) -> Source | None:
    """Find the document behind a citation; None when it rests on a policy of the page."""
    key, _ = key_and_place(cite)
    return None if key == POLICY else sources()[key]


def grounds(decision: Decision) -> list[Finding]:
    """Give the counts that earned a line: the bounds from below that were met."""
    if decision["outcome"] not in {"billable", "held"}:
        return []
    return [
        f for f in decision["findings"] if f["status"] == "met" and f["needs"].startswith(">= ")
    ]
