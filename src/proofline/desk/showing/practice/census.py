"""Census: who is enrolled, who came and who left, in which program, with which payer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from proofline.desk.billing.papers import directory_of
from proofline.desk.care.alerts import SILENT
from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.desk.showing.practice.months import last_months
from proofline.store.book import Book
from proofline.store.counting import census as counts
from proofline.store.counting.census import CoveredCount, EnrolledCount, EnrollmentRow

MONTHS = 12
PAGE = 50


@dataclass(frozen=True, slots=True)
class CensusMonth:
    """A month: enrollments that began and ended in it, and how many there were at its end."""

    month: str
    begun: int
    ended: int
    enrolled: int


@dataclass(frozen=True, slots=True)
class ProgramCount:
    """A program: enrolled at this month's end, ended, and those whose first day is not on file."""

    program: str
    enrolled: int
    ended: int
    undated: int


@dataclass(frozen=True, slots=True)
class Census:
    """The census of a practice on a day; `names` are of payers.

    `silent` are the enrollments of patients with an open alert about a silent device.
    """

    months: tuple[CensusMonth, ...]
    programs: tuple[ProgramCount, ...]
    payers: tuple[CoveredCount, ...]
    names: Mapping[str, str]
    silent: int

    @property
    def enrolled(self) -> int:
        """All that are enrolled now."""
        return sum(one.enrolled for one in self.programs)


@dataclass(frozen=True, slots=True)
class EnrollmentList:
    """A page of enrollments, which they are, and where the next page begins; None: the last.

    `payer` is the name of the payer that they were asked of, blank where they were of none.
    """

    asked: counts.WhichEnrollments
    payer: str
    rows: tuple[EnrollmentRow, ...]
    after: int | None


def census(book: Book, at: datetime) -> Census:
    """Count the enrolled of the last year. Errors: NotAllowed."""
    permit(book, "figures.see")
    found = counts.enrolled(book.tenant_id)
    today = at.date().isoformat()
    months = tuple(_month(found, one) for one in last_months(at, MONTHS))
    programs = tuple(
        _program([one for one in found if one.program == name], today[:7])
        for name in dict.fromkeys(one.program for one in found)
    )
    return Census(
        months,
        programs,
        tuple(counts.covered(book.tenant_id, at.date())),
        _payers(book, at),
        counts.alerted(book.tenant_id, SILENT),
    )


def enrollments(
    book: Book, which: counts.WhichEnrollments, after: int, at: datetime
) -> EnrollmentList:
    """Give a page of the enrollments behind a number of the census. Errors: NotAllowed."""
    permit(book, "figures.see")
    rows = counts.enrollments(book.tenant_id, which, at.date(), (after, PAGE + 1))
    shown = rows[:PAGE]
    look_at_all(book, "figures.see", (row.patient_id for row in shown), at)
    following = shown[-1].number if len(rows) > PAGE else None
    payer = _payers(book, at).get(which.payer, which.payer) if which.payer else ""
    return EnrollmentList(which, payer, tuple(shown), following)


def _payers(book: Book, at: datetime) -> dict[str, str]:
    """Give the names of payers by their ids, as claims give them."""
    return {key: one.name for key, one in directory_of(book, at).payer.items() if one.name}


def _month(found: Sequence[EnrolledCount], month: str) -> CensusMonth:
    begun: Counter[str] = Counter()
    for one in found:
        begun["begun"] += one.enrollments * (one.begun == month)
        begun["ended"] += one.enrollments * (one.ended == month)
        begun["enrolled"] += one.enrollments * _there(one, month)
    return CensusMonth(month, begun["begun"], begun["ended"], begun["enrolled"])


def _there(one: EnrolledCount, month: str) -> bool:
    """Whether they are enrolled at a month's end; of blank months nobody knows, and all are."""
    return one.begun <= month and (not one.ended or one.ended > month)


def _program(found: Sequence[EnrolledCount], month: str) -> ProgramCount:
    return ProgramCount(
        found[0].program,
        sum(one.enrollments for one in found if _there(one, month)),
        sum(one.enrollments for one in found if one.ended and one.ended <= month),
        sum(one.enrollments for one in found if not one.begun),
    )
