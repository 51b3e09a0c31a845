"""Siblings of an overpayment: other paid lines that the same or a similar cause bears on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from proofline.claims.amending.amendment import Amendment
from proofline.claims.amending.cases import Sibling
from proofline.claims.amending.finding import sent_lines
from proofline.claims.amending.kept import KeptDecision, PeriodKey
from proofline.claims.amending.register import Register
from proofline.claims.answers.details import remitted
from proofline.claims.book import Book
from proofline.claims.claim import Cents, ClaimLine

_GONE = "period_gone"
"""The cause of a line whose period is no longer there, for its patient."""


class Related:
    """The paid lines of a book by what they rest on today, and by what turned for them."""

    def __init__(
        self,
        book: Book,
        register: Register,
        tags: Mapping[PeriodKey, frozenset[str]],
        found: Iterable[Amendment],
    ) -> None:
        """Index the paid lines; `tags` are what periods rest on, `found` all that there is now."""
        self._turned: dict[str, set[str]] = {}
        for one in found:
            told = {turn.requirement for turn in one.turns if turn.was != turn.now}
            gone = {_GONE} if one.kind == "refund" and not one.turns else set()
            self._turned.setdefault(one.line_id, set()).update(told | gone)
        self._paid: dict[str, tuple[ClaimLine, Cents, KeptDecision]] = {}
        self._resting: dict[str, list[str]] = {}
        self._of_patient: dict[str, list[str]] = {}
        for line in sent_lines(book):
            posted, basis = remitted(book, line.line_id), register.basis(line.line_id)
            if basis is None or not posted or int(posted[-1]["total"]) <= 0:
                continue
            self._paid[line.line_id] = (line, int(posted[-1]["total"]), basis)
            self._of_patient.setdefault(basis.patient_id, []).append(line.line_id)
            for tag in tags.get(basis.period, ()):
                self._resting.setdefault(tag, []).append(line.line_id)

    def siblings(self, amendment: Amendment) -> tuple[Sibling, ...]:
        """Give the other paid lines that a cause of an amendment bears on, each with the cause.

        A cause is a requirement that turned and what its changed rows name: a device, a performer,
        a consent, a service of others, a stay, a stretch of time. Beside it, what turned too for
        the same patient. Those that turned come first.
        """
        causes: dict[str, str] = {}
        for cause in amendment.causes:
            requirement, _, tag = cause.partition(" ")
            for line_id in self._resting.get(tag, ()):
                asked = {held.requirement for held in self._paid[line_id][2].findings}
                if requirement in asked:
                    causes.setdefault(line_id, cause)
        for requirement in self._turned.get(amendment.line_id, ()):
            for line_id in self._same_patient(amendment):
                if requirement in self._turned.get(line_id, ()):
                    causes.setdefault(line_id, f"{requirement} the same patient")
        causes.pop(amendment.line_id, None)
        told = (self._sibling(line_id, cause) for line_id, cause in causes.items())
        return tuple(sorted(told, key=lambda one: (not one.turned, one.service_date, one.line_id)))

    def _same_patient(self, amendment: Amendment) -> list[str]:
        known = self._paid.get(amendment.line_id)
        return self._of_patient.get(known[2].patient_id, []) if known else []

    def _sibling(self, line_id: str, cause: str) -> Sibling:
        line, paid, _ = self._paid[line_id]
        turned = cause.partition(" ")[0] in self._turned.get(line_id, ())
        return Sibling(line_id, line.code, line.last_day.isoformat(), paid, cause, turned)
