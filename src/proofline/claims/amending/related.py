"""Siblings of an overpayment: other paid lines that the same or a similar cause bears on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from proofline.claims.amending.amendment import Amendment
from proofline.claims.amending.basis import PeriodKey
from proofline.claims.amending.cases import Sibling
from proofline.claims.amending.finding import sent_lines
from proofline.claims.amending.register import Register
from proofline.claims.answers.details import remitted
from proofline.claims.book import Book

_GONE = "period_gone"


@dataclass(frozen=True, slots=True)
class Bearing:
    """What periods rest on today (device, performer, consent and so on), and what turned where."""

    tags: Mapping[PeriodKey, frozenset[str]]
    found: tuple[Amendment, ...]

    @property
    def gone(self) -> set[str]:
        """Give the lines whose period is no longer there."""
        return {one.line_id for one in self.found if one.kind == "refund" and not one.turns}

    def turned(self, line_id: str) -> set[str]:
        """Give the requirements that turned for a line."""
        return {
            turn.requirement
            for one in self.found
            if one.line_id == line_id
            for turn in one.turns
            if turn.was != turn.now
        }


def siblings(
    book: Book, register: Register, amendment: Amendment, bearing: Bearing
) -> tuple[Sibling, ...]:
    """Give the other paid lines that a cause of an amendment bears on, each with the cause.

    A cause is a requirement that turned and what its changed rows name: a device, a performer, a
    consent, a service of others, a stay, a stretch of time. Where no row is known it is the
    requirement alone, for the same patient.
    """
    found = []
    for line in sent_lines(book):
        posted = remitted(book, line.line_id)
        paid = int(posted[-1]["total"]) if posted else 0
        basis = register.basis(line.line_id)
        if line.line_id == amendment.line_id or paid <= 0 or basis is None:
            continue
        asked = {held.requirement for held in basis.findings}
        rests = bearing.tags.get(basis.period, frozenset())
        turned = bearing.turned(line.line_id)
        same = basis.patient_id == _patient(register, amendment)
        if not amendment.turns and same and line.line_id in bearing.gone:
            turned = {_GONE}
            cause = f"{_GONE} the same patient"
        else:
            cause = _cause(amendment, asked, rests, alike=turned if same else set())
        if cause:
            requirement = cause.partition(" ")[0]
            day = line.last_day.isoformat()
            found.append(Sibling(line.line_id, line.code, day, paid, cause, requirement in turned))
    return tuple(sorted(found, key=lambda one: (not one.turned, one.service_date, one.line_id)))


def _patient(register: Register, amendment: Amendment) -> str:
    basis = register.basis(amendment.line_id)
    return basis.patient_id if basis else ""


def _cause(amendment: Amendment, asked: set[str], rests: Iterable[str], *, alike: set[str]) -> str:
    resting = set(rests)
    for cause in amendment.causes:
        requirement, _, tag = cause.partition(" ")
        if requirement in asked and tag in resting:
            return cause
    for turn in amendment.turns:
        if turn.requirement in alike:
            return f"{turn.requirement} the same patient"
    return ""
