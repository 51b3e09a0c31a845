"""The patient's page put together: one enrollment, one period of it, and what stands around."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from proofline.desk.care.episodes import Item, lacking
from proofline.desk.care.foreseeing import shown
from proofline.desk.care.reviewing import unseen
from proofline.desk.found import enrollment_for, look
from proofline.desk.hours.timing import COUNTED, NEVER_COUNTED
from proofline.desk.roles import acts, may
from proofline.desk.showing.enrolling import Offered, offered, practitioners
from proofline.desk.showing.patient import lines as told_lines
from proofline.desk.showing.patient import measured, strip, watched, worked
from proofline.desk.showing.patient import papers as told_papers
from proofline.desk.showing.patient.charting import Charted, charted_of
from proofline.desk.showing.patient.clocks import Timeline, timeline
from proofline.desk.showing.patient.enrolled import enrolled
from proofline.desk.showing.seeking import name_of
from proofline.explain.choosing import chosen
from proofline.explain.explanation import Explanation, Period, explain, periods
from proofline.store.ahead import outlooks
from proofline.store.safekeeping.unpacking import Damaged
from proofline.store.work import alerts

if TYPE_CHECKING:
    from proofline.decide import Chart
    from proofline.decide.chart import Month
    from proofline.explain.explanation import Left
    from proofline.insight import Outlook
    from proofline.packs.consents.texts import ConsentText
    from proofline.store.book import Book
    from proofline.store.charts import Cells

_A_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the page is asked for: a period, a day of it, a panel to be open, a time entry."""

    period: str = ""
    day: str = ""
    panel: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Whose:
    """Who it is, and in which program; blank is not known."""

    enrollment_id: str
    patient_id: str
    name: str
    born: str
    phone: str
    zone: str
    program: str
    billing: str
    setup: str
    ended: str
    end_reason: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PeriodPage:
    """What there is to tell of one period.

    Without sight of readings `curves` and `day` are None; `ahead` is None once it is closed.
    """

    period: Period
    timeline: Timeline | None
    days: tuple[strip.Day, ...]
    count: int
    utc_count: int
    climbs: tuple[told_lines.Climb, ...]
    ahead: Outlook | None
    months: tuple[Month, ...]
    lines: told_lines.Lines
    to_know: tuple[told_lines.Said, ...]
    left: tuple[Left, ...]
    work: list[worked.Piece]
    calls: list[worked.Talk]
    curves: tuple[measured.Curve, ...] | None
    day: tuple[strip.Came, ...] | None


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Everything on the page. `of` is None before the first period of an enrollment.

    `today` and `now` are by the clock on the patient's wall.
    """

    asked: Asked
    today: date
    now: str
    whose: Whose
    of: PeriodPage | None
    checklist: tuple[Item, ...]
    papers: told_papers.Papers
    texts: tuple[ConsentText, ...]
    activities: tuple[str, ...]
    practitioners: Offered
    staff: Offered
    entry: worked.Entry | None
    alerts: tuple[watched.Raised, ...]
    closed: tuple[watched.Raised, ...]
    limits: tuple[watched.Limit, ...]
    unreviewed: int
    looks: tuple[watched.Looked, ...] | None


def patient_page(book: Book, enrollment_id: str, asked: Asked, at: datetime) -> PatientPage:
    """Show an enrollment. Errors: NotAllowed; NotVisible; WrongUse for a period that is none."""
    row = enrollment_for(book, "patient.see", enrollment_id, at)
    patient_id = row["patient_id"] or ""
    sees = may(book, "reading.see")
    if sees:
        look(book, "reading.see", patient_id, at)
    zone = enrolled(book, enrollment_id).zone
    there = at.astimezone(zone)
    today = there.date()
    by_month = bool(_A_MONTH.fullmatch(asked.period))
    found = charted_of(book, row, today, "month" if by_month else "cycle")
    names = {r["performer_id"] or "": r["name"] or "" for r in found.rows["performers"]}
    likely = _worked_for(found, patient_id) | {book.performer_id or ""}
    return PatientPage(
        asked=asked,
        today=today,
        now=f"{there:%Y-%m-%dT%H:%M}",
        whose=_whose(found, row, names),
        of=_period_page(book, found, asked, there, names=names),
        checklist=lacking(book, row),
        papers=told_papers.papers(found.rows, row, names, zone),
        texts=told_papers.texts_for(row["program"] or "", today),
        activities=COUNTED + NEVER_COUNTED,
        practitioners=offered(practitioners(found.rows["performers"]), likely),
        staff=offered(names.items(), likely),
        entry=_entry(book, asked.entry, enrollment_id),
        alerts=watched.raised(book, patient_id, found.chart.readings if found.chart else ()),
        closed=watched.closed(book, patient_id, found.chart.readings if found.chart else ()),
        limits=watched.limits(book, patient_id) if sees else (),
        unreviewed=len(unseen(book, patient_id)) if may(book, "reading.review") else 0,
        looks=watched.last_looks(book, patient_id),
    )


def _entry(book: Book, entry_id: str, enrollment_id: str) -> worked.Entry | None:
    found = worked.entry(book, entry_id) if entry_id else None
    return found if found and found.enrollment_id == enrollment_id else None


def _worked_for(found: Charted, patient_id: str) -> set[str]:
    """Name those who bill, ordered, set up or worked for a patient."""
    own = [row for row in found.rows["enrollments"] if row["patient_id"] == patient_id]
    ids = {row["enrollment_id"] for row in own}
    work = [row for row in found.rows["time_entries"] if row["enrollment_id"] in ids]
    roles = ("billing_performer_id", "ordering_performer_id", "setup_performer_id")
    named = [row[role] for row in own for role in roles]
    return {one for one in [*named, *(row["performer_id"] for row in work)] if one}


def _whose(found: Charted, row: Cells, names: dict[str, str]) -> Whose:
    patient_id = row["patient_id"] or ""
    (patient,) = [one for one in found.rows["patients"] if one["patient_id"] == patient_id][-1:]
    billing = row["billing_performer_id"] or ""
    others = tuple(
        (one["enrollment_id"] or "", one["program"] or "")
        for one in found.rows["enrollments"]
        if one["patient_id"] == patient_id and one["enrollment_id"] != row["enrollment_id"]
    )
    return Whose(
        row["enrollment_id"] or "",
        patient_id,
        name_of(patient),
        patient["birth_date"] or "",
        patient["phone"] or "",
        patient["time_zone"] or "",
        row["program"] or "",
        names.get(billing, billing),
        row["setup_date"] or "",
        row["end_date"] or "",
        row["end_reason"] or "",
        others,
    )


def _period_page(
    book: Book, found: Charted, asked: Asked, there: datetime, *, names: dict[str, str]
) -> PeriodPage | None:
    chart, today = found.chart, there.date()
    decided = list(periods(chart)) if chart else []
    if chart is None or not decided:
        return None
    period = _chosen(asked.period, decided, today)
    told = explain(chart, period, as_of=today)
    sees = may(book, "reading.see")
    limits = alerts.limits_of(book.tenant_id, {chart.patient_id}) if sees else []
    can = frozenset(one for one in acts() if may(book, one))
    ahead = _ahead(book, chart.enrollment_id, period, there)
    return PeriodPage(
        period=period,
        timeline=timeline(chart, period, today),
        days=strip.days(told, asked.day) if _by_days(told) else (),
        count=sum(one.standing == "counts" for one in told.strip),
        utc_count=sum(one.utc_counts for one in told.strip),
        climbs=told_lines.climbs(told.ladders, ahead),
        ahead=ahead,
        months=told.months,
        lines=told_lines.lines(told, can),
        to_know=told_lines.to_know(told),
        left=told.left,
        work=worked.pieces(told, found.rows["time_entries"], names, book.performer_id),
        calls=worked.talks(told.calls, names, book.performer_id),
        curves=measured.curves(chart.readings, period, limits) if sees else None,
        day=_day(chart, asked.day) if sees else None,
    )


def _ahead(book: Book, enrollment_id: str, period: Period, at: datetime) -> Outlook | None:
    """Give what is foreseen of a period; None where it is closed or not foreseen yet.

    Errors: Damaged.
    """
    for one in shown(book, outlooks.of_enrollment(book.tenant_id, enrollment_id), at):
        if isinstance(one, Damaged):
            raise one
        if (one.period_kind, one.period_start) == (period.kind, period.start):
            return one
    return None


def _chosen(asked: str, decided: list[Period], today: date) -> Period:
    """Find the period that is asked for, or the one that runs today, or the last that ended."""
    running = [one for one in decided if one.holds(today)]
    if not asked and running:
        return running[0]
    return chosen(asked or None, decided, as_of=today)


def _by_days(told: Explanation) -> bool:
    """Tell whether days of data matter in the program of the period."""
    return any("transmission_days" in line["facts"] for line in told.lines)


def _day(chart: Chart, asked: str) -> tuple[strip.Came, ...] | None:
    try:
        return strip.readings_on(chart.readings, date.fromisoformat(asked)) if asked else None
    except ValueError:
        return None
