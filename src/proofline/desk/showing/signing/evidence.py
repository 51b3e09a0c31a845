"""What stands behind a period to be signed, as the facts judged it; nothing is counted anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from proofline.decide import Asked, Chart
from proofline.decide import chart as opened_chart
from proofline.decide.chart import Call, Work
from proofline.desk.care.alerts import BEYOND
from proofline.desk.days import today
from proofline.desk.found import Cells, enrollment_for
from proofline.desk.reopening import changed, evidence_of, remade, reopened
from proofline.desk.showing.seeking import name_of
from proofline.desk.showing.signing.waiting import of_signing
from proofline.explain.explanation import (
    DayMark,
    Explanation,
    Finding,
    Left,
    Period,
    Standing,
    against,
    explain,
    periods,
    standing,
    standing_in,
    warnings,
)
from proofline.explain.reasons import reason
from proofline.store.auditing.decided import of_periods
from proofline.store.book import Book
from proofline.store.decided import digests_of
from proofline.store.trouble import not_visible
from proofline.store.work import alerts


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of work: its day, activity and length, and whether it counts or why not."""

    begun: datetime
    length: timedelta
    activity: str
    standing: Standing
    why: str


@dataclass(frozen=True, slots=True)
class Worker:
    """What one person did under one's name: by activity as logged, and each piece of it."""

    performer_id: str
    name: str
    role: str
    by_activity: tuple[tuple[str, timedelta], ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """One attempt to communicate: with whom it was, and whether it was a live conversation."""

    at: datetime
    who: str
    channel: str
    reached: str
    standing: Standing
    why: str


@dataclass(frozen=True, slots=True)
class StoodOut:
    """A reading beyond its limits: when it was measured and what somebody did about it, if done."""

    measured_at: datetime
    metric: str
    value: str
    outcome: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signed:
    """An earlier sign-off of the period: when, and what changed since; None: it cannot be told.

    `early` says that it was given before the period had ended.
    """

    signed_at: str
    early: bool
    stale: bool
    changed: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One period with all that its signature attests to.

    `ours` says that the person who looks bills for the patient; `current` that the decisions kept
    are of exactly this evidence. `limits` is how many limits are set, of which `stood_out` tells.
    """

    enrollment_id: str
    name: str
    told: Explanation
    digest: str
    strip: tuple[DayMark, ...]
    workers: tuple[Worker, ...]
    talks: tuple[Talk, ...]
    left: tuple[Left, ...]
    limits: int
    stood_out: tuple[StoodOut, ...]
    holding: tuple[tuple[str, Finding], ...]
    warnings: tuple[Finding, ...]
    signed: tuple[Signed, ...]
    ours: bool
    over: bool
    current: bool

    @property
    def key(self) -> str:
        """What a form sends back: the period and the digest of what was shown."""
        period = self.told.period
        return f"{period.start} {period.end} {self.digest} {self.enrollment_id}"

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of the period's lines."""
        found: dict[str, Any] = {}
        for line in self.told.lines:
            found |= line["facts"]
        return found

    @property
    def stands(self) -> bool:
        """Whether exactly this evidence is signed, as the facts have it."""
        return self.facts.get("signed_off") is True


def evidence(book: Book, asked: tuple[str, str, str], at: datetime) -> Evidence:
    """Open a period by its enrollment, kind and first day. Errors: NotAllowed; NotVisible."""
    enrollment_id, *of = asked
    row = enrollment_for(book, "cycle.sign_off", enrollment_id, at)
    patient_id = row["patient_id"] or ""
    as_of = today(book, patient_id, at)
    with reopened(book.shelf, patient_id, Asked(as_of, enrollment_id=enrollment_id)) as run:
        chart = opened_chart(run, enrollment_id)
    decided = () if chart is None else periods(chart)
    period = next((one for one in decided if [one.kind, one.start.isoformat()] == of), None)
    if chart is None or period is None:
        raise not_visible()
    told = explain(chart, period, as_of=as_of)
    digest = str(told.lines[0]["evidence_digest"])
    (patient,) = book.shelf.rows("patients", patient_id={patient_id})
    span = (period.start, period.end)
    return Evidence(
        enrollment_id, name_of(patient), told, digest, told.strip,
        tuple(_workers(book, told)), tuple(_talks(book, told)), told.left,
        len(alerts.limits_of(book.tenant_id, {patient_id})),
        tuple(_stood_out(book, chart, period)),
        tuple(_holding(told)),
        tuple(one for name, one in warnings(told.lines).items() if not of_signing(name)),
        tuple(_signed(book, told)),
        ours=row["billing_performer_id"] == book.performer_id,
        over=period.end < as_of,
        current=digest in digests_of(book.tenant_id, enrollment_id, span),
    )  # fmt: skip


def _people(book: Book) -> dict[str, Cells]:
    return {row["performer_id"] or "": row for row in book.shelf.rows("performers")}


def _workers(book: Book, told: Explanation) -> Iterator[Worker]:
    """Gather the work by person; lengths are as logged, what they come to is the facts' to say."""
    people = _people(book)
    by_person: dict[str, list[Work]] = {}
    for one in told.work:
        by_person.setdefault(one.performer_id, []).append(one)
    for performer_id, work in by_person.items():
        activities: dict[str, timedelta] = {}
        for one in work:
            name = one.activity or ""
            length = one.ended_at - one.started_at
            activities[name] = activities.get(name, timedelta()) + length
        person = people.get(performer_id, {})
        pieces = tuple(_piece(told.chart, one) for one in work)
        yield Worker(
            performer_id,
            person.get("name") or performer_id,
            person.get("role") or "",
            tuple(activities.items()),
            pieces,
        )


def _piece(chart: Chart, one: Work) -> Piece:
    found, why = standing_in(chart, one), _why(one)
    if found == "unsettled" and not why:
        why = reason("contested_by_patient").words
    return Piece(one.started_at, one.ended_at - one.started_at, one.activity or "", found, why)


def _talks(book: Book, told: Explanation) -> Iterator[Talk]:
    people = _people(book)
    for one in told.calls:
        who = people.get(one.performer_id or "", {}).get("name") or one.performer_id or ""
        reached = one.reached or "unknown"
        yield Talk(one.started_at, who, one.channel, reached, standing(one), _why(one))


def _why(one: Work | Call) -> str:
    token = one.refused or one.unsettled
    return "" if token is None else reason(token).words


def _stood_out(book: Book, chart: Chart, period: Period) -> Iterator[StoodOut]:
    """Yield the readings of a period for which an alert was raised, with what was done about it."""
    ours = {one.reading_id: one for one in chart.readings if period.holds(one.day)}
    for alert in alerts.of_patient(book.tenant_id, BEYOND, chart.patient_id):
        name, _, part = alert.subject.rpartition(" ")
        one = ours.get(name)
        if one is not None:
            value = (one.value_2 if part == "value_2" else one.value) or "unknown"
            told = f"{value} {one.unit or ''}".strip()
            yield StoodOut(one.measured_at, one.metric, told, alert.outcome, alert.closed_at)


def _holding(told: Explanation) -> Iterator[tuple[str, Finding]]:
    """Yield what keeps lines from being billed besides the signature, once each with its code."""
    seen: set[str] = set()
    for line in told.lines:
        for found in against(line) if line["outcome"] == "held" else ():
            name = found["requirement"]
            if not of_signing(name) and name not in seen:
                seen.add(name)
                yield line["code"], found


def _signed(book: Book, told: Explanation) -> Iterator[Signed]:
    """Tell the sign-offs of the period, the last first, and of stale ones what changed since."""
    digest = told.lines[0]["evidence_digest"]
    first, last = told.period.start.isoformat(), told.period.end.isoformat()
    rows = book.shelf.rows("sign_offs", enrollment_id={told.chart.enrollment_id})
    ours = [
        r for r in rows if (r["period_start"] or "") <= first <= last <= (r["period_end"] or "")
    ]
    for row in sorted(ours, key=lambda row: row["signed_at"] or "", reverse=True):
        said = row["evidence_digest"]
        stale = bool(said) and said != digest
        since = _since(book, told, str(said)) if stale else ()
        yield Signed(row["signed_at"] or "", _is_early(row, told), stale, since)


def _is_early(row: Cells, told: Explanation) -> bool:
    """Whether a sign-off was given before its period had ended for the patient."""
    zone = ZoneInfo(told.chart.time_zone)
    return datetime.fromisoformat(row["signed_at"] or "").astimezone(zone).date() <= told.period.end


def _since(book: Book, told: Explanation, signed: str) -> tuple[str, ...] | None:
    """Name the rows that differ from those that were signed; None where these are not to be had."""
    chart, period = told.chart, told.period
    asked = {(chart.enrollment_id, period.kind, period.start)}
    kept = [
        one
        for one in of_periods(book.tenant_id, asked)
        if one.readable and one.decision["evidence_digest"] == signed
    ]
    before = evidence_of(book.tenant_id, kept[-1]) if kept else None
    if before is None:
        return None
    line = (chart.enrollment_id, period.kind, period.start.isoformat(), "")
    now = remade(book.shelf, chart.patient_id, line, told.as_of)
    return tuple(changed(before, now.evidence))
