"""What bears on one line: its decisions, the evidence of its period, its acts in the book of lines.

Each thing comes with who put it on record, when, why, and with the entry of the ledger that
vouches for it. What counted and what did not is as `explain` tells it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from proofline.claims.amending.register import Register
from proofline.claims.book import Book as Lines
from proofline.claims.book.standing import Told
from proofline.claims.drawing import line_id_of
from proofline.decide import Asked
from proofline.decide import chart as opened_chart
from proofline.decide.days import as_of
from proofline.desk.days import standing, today
from proofline.desk.found import Cells, enrollment_for
from proofline.desk.reopening import reopened
from proofline.explain.explanation import Explanation, explain, periods
from proofline.store.auditing.added import Added, added
from proofline.store.auditing.decided import Version, versions
from proofline.store.auditing.entries import of_acts
from proofline.store.auditing.proving import Shown
from proofline.store.book import Book
from proofline.store.decided import Line
from proofline.store.trouble import not_visible
from proofline.store.work.lines import NAME, amendment_log, digests
from proofline.store.work.some_lines import SomeLines

_FOREVER = "9999"


@dataclass(frozen=True, slots=True)
class Bearing:
    """A line with all that bears on it.

    `told` is the explanation of its period as of the patient's today, None where the period is no
    more; `stands_on` is that day, None where the calendar has turned something since the line was
    decided. `story` are the line's acts, and `entries` the entry of each by its number in the log
    of lines; `register` has the amendments of the patient.
    """

    line: Line
    line_id: str
    patient_id: str
    enrollment: Cells
    patient: Cells
    versions: Sequence[Version]
    told: Explanation | None
    rows: Sequence[Added]
    lines: Lines
    story: Sequence[Told]
    register: Register
    stands_on: date | None
    entries: dict[int, int] = field(default_factory=dict)

    @property
    def decision(self) -> dict[str, Any]:
        """The decision that holds, of an open line with the days that are left today.

        Errors: Damaged.
        """
        kept = self.current.decision
        return kept if self.stands_on is None else as_of(kept, self.stands_on)

    @property
    def current(self) -> Version:
        """The decision that holds."""
        return self.versions[-1]

    def shown(self, tenant_id: str) -> Shown:
        """Give what is to be proven of it."""
        told = digests(tenant_id, self.entries)
        acts = {self.entries[number]: digest for number, digest in told.items()}
        return Shown(tenant_id, self.rows, self.versions, acts)


def bearing(book: Book, line: Line, at: datetime) -> Bearing:
    """Gather what bears on a line. Errors: NotAllowed; NotVisible if it was never decided."""
    enrollment_id, _, first, _ = line
    row = enrollment_for(book, "line.see", enrollment_id, at)
    kept = versions(book.tenant_id, line)
    if not kept:
        raise not_visible()
    patient_id = row["patient_id"] or ""
    told = _told(book, patient_id, line, today(book, patient_id, at))
    stands_on = standing(book, {patient_id}, at).get(patient_id)
    (patient,) = book.shelf.rows("patients", patient_id={patient_id})
    line_id = line_id_of(line)
    lines = Lines(SomeLines(book.tenant_id, {line_id}))
    story = [*lines.story(line_id)]
    acts = {one.number: one.act.at for one in story}
    span = (date.fromisoformat(first), kept[-1].last)
    return Bearing(
        line, line_id, patient_id, row, patient, kept, told,
        _rows(book, row, span, told), lines, story,
        Register(amendment_log(book.tenant_id, patient_id)), stands_on,
        of_acts(book.tenant_id, NAME, acts),
    )  # fmt: skip


def _told(book: Book, patient_id: str, line: Line, day: date) -> Explanation | None:
    enrollment_id, kind, first, _ = line
    with reopened(book.shelf, patient_id, Asked(day, enrollment_id=enrollment_id)) as run:
        chart = opened_chart(run, enrollment_id)
    decided = () if chart is None else periods(chart)
    ours = [one for one in decided if (one.kind, one.start.isoformat()) == (kind, first)]
    return explain(chart, ours[0], as_of=day) if chart is not None and ours else None


def _rows(
    book: Book, enrollment: Cells, span: tuple[date, date], told: Explanation | None
) -> list[Added]:
    """Give every version of every row that bears on a period; one query for each table."""
    tenant_id, patient = book.tenant_id, {enrollment["patient_id"] or ""}
    ours = {enrollment["enrollment_id"] or ""}
    found = [
        *added(tenant_id, "enrollments", "enrollment_id", ours),
        *_of_program(added(tenant_id, "consents", "patient_id", patient), enrollment),
        *_touching(added(tenant_id, "coverages", "patient_id", patient), span),
        *_touching(added(tenant_id, "stays", "patient_id", patient), span),
        *_touching(added(tenant_id, "assignments", "patient_id", patient), span),
    ]
    worn = {one.cells["device_id"] or "" for one in found if one.table == "assignments"}
    found += added(tenant_id, "devices", "device_id", worn)
    if told is not None:
        period = told.period
        readings = {one.reading_id for one in told.chart.readings if period.holds(one.day)}
        found += added(tenant_id, "readings", "reading_id", readings)
        found += added(tenant_id, "time_entries", "entry_id", {one.entry_id for one in told.work})
        calls = {one.interaction_id for one in told.calls}
        found += added(tenant_id, "interactions", "interaction_id", calls)
    signed = added(tenant_id, "sign_offs", "enrollment_id", ours)
    return [*found, *_touching(signed, span, ("period_start", "period_end"))]


def _of_program(rows: Collection[Added], enrollment: Cells) -> list[Added]:
    return [one for one in rows if one.cells["program"] == enrollment["program"]]


def _touching(
    rows: Collection[Added],
    span: tuple[date, date],
    columns: tuple[str, str] = ("from_date", "to_date"),
) -> list[Added]:
    """Leave out rows whose days do not touch a period; text is compared with text, as sent."""
    first, last = (day.isoformat() for day in span)
    begins, ends = columns
    return [
        one
        for one in rows
        if (one.cells[begins] or "") <= last and (one.cells[ends] or _FOREVER) >= first
    ]
