"""From an explanation and the papers to a packet: nothing is decided or counted here.

Outcome, findings, marks and counts are those of the explanation; what is added is what lies on file
behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from proofline.claims.drawing import identity
from proofline.decide.decision import Decision
from proofline.explain.choosing import name_of
from proofline.explain.explanation import (
    against,
    grounds,
    standing,
    standing_in,
    warnings,
)
from proofline.explain.reasons import reason
from proofline.packet.law import law_of
from proofline.packet.packet import (
    SCHEMA,
    Billed,
    Called,
    Line,
    Logged,
    Packet,
    Row,
    Said,
    Span,
    Worked,
)
from proofline.packet.texts import texts_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proofline.decide.chart import Call, Month, Reading, Work
    from proofline.explain.explanation import Explanation, Period, Standing
    from proofline.packet.papers import Papers

_LAST = date(9999, 12, 31)
_SPANNING = ("assignments", "other_services", "stays", "coverages")
_AROUND = timedelta(days=29)
"""Other practices' supply is looked for so far around the period: within 30 days of each other."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of a line beyond the evidence: the book's part, and amendments proposed."""

    billed: Billed | None = None
    amendments: tuple[Row, ...] = ()


def packet_of(
    explained: Explanation,
    code: str,
    papers: Papers,
    *,
    clock: str,
    beside: Beside = Beside(),
) -> Packet:
    """Put the packet of one line together. Raises KeyError where the period has no such code."""
    decision = next((one for one in explained.lines if one["code"] == code), None)
    if decision is None:
        raise KeyError(code)
    rows = bearing(explained, papers)
    law = law_of(decision)
    made = Packet(
        schema=SCHEMA,
        line=Line(
            identity(decision)[0],
            law.titles.get(code, ""),
            clock,
            name_of(explained.period),
        ),
        as_of=explained.as_of,
        time_zone=explained.chart.time_zone,
        decision=decision,
        said=said_of(decision),
        beside=tuple(
            (one["code"], one["outcome"], one["units"])
            for one in explained.lines
            if one["code"] != code
        ),
        spans=tuple(spans(explained)),
        days=explained.strip,
        readings=tuple(
            logged(one, inside=explained.period.holds(one.day))
            for one in explained.chart.readings
            if explained.period.holds(one.day) or explained.period.holds(one.utc_day)
        ),
        work=tuple(worked(explained, one, papers) for one in explained.work),
        calls=tuple(called(one, papers) for one in explained.calls),
        contested=tuple(
            one
            for one in explained.chart.contested
            if explained.period.holds(one.started_at.date())
        ),
        left=explained.left,
        papers=rows,
        texts=tuple(texts_read(rows["consents"])),
        law=law.law,
        billed=beside.billed,
        amendments=beside.amendments,
        missing=(),
    )
    return _with_missing(made)


def said_of(decision: Decision) -> Said:
    """Sort the findings of a line as an explanation tells them; the rest was simply met."""
    return Said(
        tuple(one["requirement"] for one in grounds(decision)),
        tuple(one["requirement"] for one in against(decision)),
        tuple(warnings([decision])),
    )


def spans(explained: Explanation) -> Iterator[Span]:
    """Lay the deciding period and those of the other clock side by side."""
    own = explained.period
    yield _span(own, explained.lines[0], decides=True)
    if own.kind == "cycle":
        worked_in = {month.first_day: month for month in explained.months}
        first = own.start.replace(day=1)
        while first <= own.end:
            yield _month(first, worked_in.get(first))
            first = (first + timedelta(days=32)).replace(day=1)
    else:
        for other, lines in explained.others.items():
            if other.kind == "cycle" and other.start <= own.end and other.end >= own.start:
                yield _span(other, lines[0], decides=False)


def _month(first: date, month: Month | None) -> Span:
    """Give a calendar month; one without any work on file has no count."""
    return Span(
        "month",
        first,
        (first + timedelta(days=32)).replace(day=1) - timedelta(days=1),
        None,
        decides=False,
        minutes=None if month is None else month.minutes,
        possible_minutes=None if month is None else month.possible_minutes,
        live_calls=None if month is None else month.live_calls,
    )


def _span(period: Period, line: Decision, *, decides: bool) -> Span:
    facts = line["facts"]
    minutes = facts.get("treatment_minutes")
    return Span(
        period.kind,
        period.start,
        period.end,
        period.number,
        decides=decides,
        minutes=minutes,
        possible_minutes=facts.get("treatment_minutes_possible", minutes),
        live_calls=facts.get("live_calls"),
    )


def logged(one: Reading, *, inside: bool) -> Logged:
    """Put a reading into the log as the facts judged it."""
    return Logged(one, one.measured_at.astimezone(UTC), inside, standing(one), why(one))


def worked(explained: Explanation, one: Work, papers: Papers) -> Worked:
    """Put a piece of work into the log beside the entry it is part of."""
    found: Standing = standing_in(explained.chart, one)
    said = why(one)
    if found == "unsettled" and not said:
        said = "part of it is claimed twice"
    return Worked(one, found, said, papers.by("time_entries", "entry_id").get(one.entry_id, {}))


def called(one: Call, papers: Papers) -> Called:
    """Put an attempt to communicate into the log."""
    row = papers.by("interactions", "interaction_id").get(one.interaction_id, {})
    ended: datetime | None = row.get("ended_at")
    local = None if ended is None else ended.astimezone(one.started_at.tzinfo)
    return Called(one, standing(one), why(one), local)


def why(one: Reading | Work | Call) -> str:
    """Say in words why a piece of evidence does not count; nothing where it does."""
    token = one.refused or one.unsettled
    return "" if token is None else reason(token).words


def bearing(explained: Explanation, papers: Papers) -> dict[str, tuple[Row, ...]]:
    """Pick the papers that bear on the period, and the people who are named in it."""
    period = explained.period
    rows: dict[str, tuple[Row, ...]] = dict(papers.rows)
    del rows["time_entries"], rows["interactions"]  # they stand in the logs
    for table in _SPANNING:
        around = _AROUND if table == "other_services" else timedelta(0)
        rows[table] = tuple(one for one in rows[table] if _touches(one, period, around, table))
    worn = {one["device_id"] for one in rows["assignments"]}
    worn |= {one.device_id for one in explained.chart.readings if period.holds(one.day)}
    rows["devices"] = tuple(one for one in rows["devices"] if one["device_id"] in worn)
    program = explained.chart.program
    rows["consents"] = tuple(one for one in rows["consents"] if one["program"] == program)
    rows["sign_offs"] = tuple(
        one
        for one in rows["sign_offs"]
        if one["period_start"] <= period.end and one["period_end"] >= period.start
    )
    rows["performers"] = tuple(_people(rows, explained))
    practices = {one["practice_id"] for one in rows["performers"]}
    rows["practices"] = tuple(one for one in rows["practices"] if one["practice_id"] in practices)
    return rows


def _touches(row: Row, period: Period, around: timedelta, table: str) -> bool:
    first = row["from_date"] or date.min
    last = row["to_date"] or (first if table == "other_services" else _LAST)
    return bool(first - period.end <= around and period.start - last <= around)


def _people(rows: Mapping[str, tuple[Row, ...]], explained: Explanation) -> Iterator[Row]:
    """Yield the performers whom the packet names."""
    enrollment = rows["enrollments"][0]
    named = {enrollment[f"{of}_performer_id"] for of in ("billing", "ordering", "setup")}
    named |= {one.performer_id for one in explained.work}
    named |= {one.performer_id for one in explained.calls}
    named |= {one["captured_by"] for one in rows["consents"]}
    named |= {one["performer_id"] for table in ("sign_offs", "stays") for one in rows[table]}
    named |= {one["performer_id"] for one in rows["other_services"]}
    yield from (one for one in rows["performers"] if one["performer_id"] in named)


def _with_missing(made: Packet) -> Packet:
    """Name the parts of which nothing is on file."""
    enrollment = made.enrollment
    empty = {
        "readings": not any(one.inside for one in made.readings),
        "devices": not made.papers["devices"],
        "consent": not made.papers["consents"],
        "consent text": not any(one.words for one in made.texts),
        "order": enrollment["order_date"] is None,
        "qualifying visit": enrollment["established_on"] is None,
        "practitioner's notes": True,  # nor for those; notes of work stand in the time log
        "medical necessity": True,  # the evidence has no place for it
        "set-up": enrollment["setup_date"] is None,
        "condition": not enrollment["diagnoses"],
        "time log": not made.work,
        "call log": not made.calls,
        "sign-off": not made.papers["sign_offs"],
        "coverage": not made.papers["coverages"],
        "claim": made.billed is None,
        "remittances": made.billed is None
        or not any(step.detail.get("kind") == "remittance" for step in made.billed.steps),
    }
    return structs.replace(made, missing=tuple(name for name, is_so in empty.items() if is_so))
