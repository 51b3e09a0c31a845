"""Denials by cause: what the payer said, what that questions here, what answers it, until when.

Causes and what answers them are those of `claims.answers`; the requirements are the findings of the
decision that holds today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from proofline.claims.answers.details import refused as refused_of
from proofline.claims.answers.details import remitted, told_of
from proofline.claims.answers.explaining import Cause, Explained, explain
from proofline.claims.answers.reasons import Reason, reasons
from proofline.claims.book import Book as Lines
from proofline.claims.drawing import identity
from proofline.claims.sheets.directory import Directory
from proofline.desk.billing.papers import directory_of
from proofline.desk.roles import permit
from proofline.desk.showing.differing import told_otherwise
from proofline.desk.showing.naming import names_of
from proofline.store.book import Book
from proofline.store.counting.answers import refused
from proofline.store.counting.answers.refused import Refused
from proofline.store.counting.outcomes import records_of
from proofline.store.trouble import not_visible
from proofline.store.work.some_lines import SomeLines

PAGE = 50
NONE = Refused(refused.ANY, 0, 0)
_SOON = 14
"""Days before the end of an appeal from which on it is said aloud."""


@dataclass(frozen=True, slots=True)
class CauseSum:
    """One cause by group and reason: in plain words, what to do, how many lines, how many cents."""

    group: str
    code: str
    means: str
    cause: str
    do: str
    lines: int
    cents: int

    @property
    def key(self) -> str:
        """The cause as an address has it: `CO-16`."""
        return f"{self.group}-{self.code}"


@dataclass(frozen=True, slots=True)
class DeniedLine:
    """One refused line with what answers it; `days_left` until the last day of an appeal.

    `refused` are the cents of the charge by cause, of the chosen one only where one was chosen.
    `days_left` is None where no deadline is known or open, and below 0 where it has passed.
    `differs` says, in the page's language, where the payer speaks of the line otherwise than we do.
    `pack` is the page of the law that decided it; blank where no decision holds.
    """

    patient: str
    enrollment_id: str
    told: Explained
    causes: tuple[Cause, ...]
    refused: Mapping[str, int]
    days_left: int | None
    differs: tuple[str, ...]
    pack: str = ""

    @property
    def to_mend(self) -> bool:
        """Whether it is mended and sent anew, for it could not be processed, and not appealed."""
        return bool(self.causes) and {one.do for one in self.causes} == {"mend"}

    @property
    def answer(self) -> str:
        """What the evidence says to it: `answered`, `questioned` or `nothing` on file."""
        if self.causes and all(one.answered for one in self.causes):
            return "answered"
        found = any(one.questioned for one in self.causes)
        return "questioned" if found else "nothing"

    @property
    def amount(self) -> int:
        """The cents that were refused of it: all of its charge where its answer was taken back."""
        return sum(self.refused.values())

    def answers(self, cause: str) -> bool:
        """Whether the evidence answers a cause, by its key (`CO-16`)."""
        ours = [one for one in self.causes if f"{one.group}-{one.code}" == cause]
        return bool(ours) and all(one.answered for one in ours)

    @property
    def taken_back(self) -> bool:
        """Whether it is refused by nothing but that the payer took its answer back."""
        return self.told.taken_back and not self.causes

    @property
    def soon(self) -> bool:
        """Whether the deadline is near, or has passed."""
        return self.days_left is not None and self.days_left <= _SOON


@dataclass(frozen=True, slots=True)
class Denials:
    """Every cause with its sums, and the lines of one of them or of all; `after`: None at the end.

    `count`, `cents` and what follows are of the chosen cause, or of all: `cents` is what was
    refused of the charges for it; `expected` what was expected of its lines, as far as it is known
    (of `unpriced` lines it is not), and None where it is of none.
    """

    causes: tuple[CauseSum, ...]
    chosen: str
    lines: tuple[DeniedLine, ...]
    count: int
    cents: int
    expected: int | None
    unpriced: int
    after: int | None


def denied(book: Book, chosen: str, after: int, at: datetime) -> Denials:
    """Give the refused lines of a cause, blank for all, those first whose answer came first.

    Errors: NotAllowed.
    """
    permit(book, "line.see")
    counted = {one.cause: one for one in refused.sums(book.tenant_id)}
    every = counted.pop(refused.ANY, NONE)
    ours = refused.lines(book.tenant_id, chosen, after, PAGE + 1)
    shown = tuple(_only(one, chosen) for one in _lines(book, ours[:PAGE], at))
    those = counted.get(chosen, NONE) if chosen else every
    return Denials(
        _sums(counted.values()),
        chosen,
        shown,
        those.lines,
        those.cents,
        *refused.worth(book.tenant_id, chosen),
        after + PAGE if len(ours) > PAGE else None,
    )


def _only(one: DeniedLine, chosen: str) -> DeniedLine:
    if not chosen:
        return one
    return replace(one, refused={chosen: one.refused.get(chosen, 0)})


def denied_line(book: Book, line_id: str, at: datetime) -> DeniedLine:
    """Give one answered line with all that answers it.

    Errors: NotAllowed; NotVisible; ClaimsError if no remittance was posted to it.
    """
    permit(book, "line.see")
    found = _lines(book, [line_id], at)
    if not found:
        raise not_visible()
    return found[0]


def _lines(book: Book, line_ids: Sequence[str], at: datetime) -> tuple[DeniedLine, ...]:
    lines = Lines(SomeLines(book.tenant_id, line_ids))
    there = [one for one in line_ids if one in lines.lines]
    patients = {one: lines.claims[lines.lines[one].claim_id].patient_id for one in there}
    names = names_of(book, "line.see", set(patients.values()), at)
    records, directory = _records(book, lines, there), directory_of(book, at)
    return tuple(
        _line(lines, one, records.get(one), (names[patients[one]], directory), at=at)
        for one in there
    )


def _sums(counted: Iterable[Refused]) -> tuple[CauseSum, ...]:
    sums = []
    for one in counted:
        group, _, code = one.cause.partition("-")
        known = reasons().reason.get(code, Reason(means="", do="check"))
        told = (known.means, known.cause, known.do)
        sums.append(CauseSum(group, code, *told, one.lines, one.cents))
    return tuple(sorted(sums, key=lambda one: (-one.cents, one.key)))


def _line(
    lines: Lines,
    line_id: str,
    decision: Mapping[str, Any] | None,
    said: tuple[str, Directory],
    *,
    at: datetime,
) -> DeniedLine:
    name, directory = said
    found = explain(lines, line_id, decision, directory)
    left = None if found.last_day is None else (found.last_day - at.date()).days
    enrollment = found.line.decision_key.rsplit(" ", 3)[0]
    posted, charge = remitted(lines, line_id), found.line.charge
    stand, cents = told_of(posted, charge), refused_of(posted, charge)
    differs = dict.fromkeys(text for told in stand for text in told_otherwise(told))
    pack = (decision or {}).get("pack", "")
    return DeniedLine(name, enrollment, found, found.causes, cents, left, tuple(differs), pack)


def _records(book: Book, lines: Lines, line_ids: list[str]) -> dict[str, dict[str, Any]]:
    keys = []
    for one in line_ids:
        claim = lines.claims[lines.lines[one].claim_id]
        key = next(line.decision_key for line in claim.lines if line.line_id == one)
        enrollment, kind, start, code = key.rsplit(" ", 3)
        keys.append((enrollment, kind, start, code))
    found = records_of(book.tenant_id, keys)
    return {identity(one)[0]: one for one in found}
