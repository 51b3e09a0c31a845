"""Denials by cause: what the payer said, what that questions here, what answers it, until when.

Causes and what answers them are those of `claims.answers`; the requirements are the findings of the
decision that holds today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proofline.claims.answers.details import denials, refusals, remitted
from proofline.claims.answers.explaining import Cause, Explained, explain
from proofline.claims.answers.reasons import Reason, reasons
from proofline.claims.book import Book as Lines
from proofline.claims.book import Standing
from proofline.claims.claim import State
from proofline.claims.drawing import identity
from proofline.claims.sheets.directory import Directory
from proofline.desk.billing.papers import directory_of
from proofline.desk.roles import permit
from proofline.desk.showing.naming import names_of
from proofline.store.book import Book
from proofline.store.counting.lines import answered
from proofline.store.counting.outcomes import records_of
from proofline.store.trouble import not_visible
from proofline.store.work.some_lines import SomeLines

PAGE = 50
REFUSED: tuple[State, ...] = ("denied", "partly_paid", "appealed")
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

    `days_left` is None where no deadline is known or open, and below 0 where it has passed.
    """

    patient: str
    enrollment_id: str
    told: Explained
    causes: tuple[Cause, ...]
    days_left: int | None

    @property
    def answer(self) -> str:
        """What the evidence says to it: `answered`, `questioned` or `nothing` on file."""
        if self.causes and all(one.answered for one in self.causes):
            return "answered"
        found = any(one.questioned for one in self.causes)
        return "questioned" if found else "nothing"

    @property
    def amount(self) -> int:
        """The cents that were refused of it."""
        return sum(one.amount for one in self.causes)

    @property
    def soon(self) -> bool:
        """Whether the deadline is near, or has passed."""
        return self.days_left is not None and self.days_left <= _SOON


@dataclass(frozen=True, slots=True)
class Denials:
    """Every cause with its sums, and the lines of one of them or of all; `after`: None at the end.

    `cents` is what was refused of all lines together.
    """

    causes: tuple[CauseSum, ...]
    chosen: str
    lines: tuple[DeniedLine, ...]
    count: int
    cents: int
    after: int | None


def denied(book: Book, chosen: str, after: int, at: datetime) -> Denials:
    """Give the refused lines of a cause, blank for all, those first whose answer came first.

    Errors: NotAllowed.
    """
    permit(book, "line.see")
    refused = {one.line_id: one for one in answered(book.tenant_id, REFUSED)}
    causes = {line_id: found for line_id, one in refused.items() if (found := _causes(one))}
    causes |= _by_earlier_answers(book, set(refused) - set(causes))
    ours = [one for one, found in causes.items() if not chosen or chosen in found]
    ours.sort(key=lambda one: (refused[one].answered.get("paid_on", ""), one))
    some = ours[after : after + PAGE]
    shown = _lines(book, some, at)
    sums = _sums(causes)
    cents = sum(one.cents for one in sums)
    following = after + PAGE if len(ours) > after + PAGE else None
    return Denials(sums, chosen, shown, len(ours), cents, following)


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


def _causes(one: Standing) -> dict[str, int]:
    """Give the cents of each cause in what the payer said last of a line."""
    if one.answered.get("kind") != "remittance":
        return {}
    return _together(denials(one.answered))


def _by_earlier_answers(book: Book, line_ids: set[str]) -> dict[str, dict[str, int]]:
    """Give the causes of lines whose last answer refuses nothing by itself.

    It points to the refusal of the payer before (OA-23), or takes back what was paid.
    """
    lines = Lines(SomeLines(book.tenant_id, line_ids))
    found: dict[str, dict[str, int]] = {}
    for line_id in sorted(line_ids & set(lines.lines)):
        claim, told = lines.claims[lines.lines[line_id].claim_id], remitted(lines, line_id)
        charge = next(line.charge for line in claim.lines if line.line_id == line_id)
        if told and (causes := _together(refusals(told, charge))):
            found[line_id] = causes
    return found


def _together(refused: Iterable[tuple[str, str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for group, code, cents in refused:
        found[f"{group}-{code}"] = found.get(f"{group}-{code}", 0) + cents
    return found


def _sums(refused: Mapping[str, Mapping[str, int]]) -> tuple[CauseSum, ...]:
    together: dict[str, list[int]] = {}
    for found in refused.values():
        for key, one in found.items():
            together.setdefault(key, []).append(one)
    sums = []
    for key, cents in together.items():
        group, _, code = key.partition("-")
        known = reasons().reason.get(code, Reason(means="", do="check"))
        count, total = len(cents), sum(cents)
        sums.append(CauseSum(group, code, known.means, known.cause, known.do, count, total))
    return tuple(sorted(sums, key=lambda one: (-one.cents, one.key)))


def _line(
    lines: Lines,
    line_id: str,
    decision: Mapping[str, Any] | None,
    told: tuple[str, Directory],
    *,
    at: datetime,
) -> DeniedLine:
    name, directory = told
    found = explain(lines, line_id, decision, directory)
    left = None if found.last_day is None else (found.last_day - at.date()).days
    enrollment = found.line.decision_key.rsplit(" ", 3)[0]
    return DeniedLine(name, enrollment, found, found.causes, left)


def _records(book: Book, lines: Lines, line_ids: list[str]) -> dict[str, dict[str, Any]]:
    keys = []
    for one in line_ids:
        claim = lines.claims[lines.lines[one].claim_id]
        key = next(line.decision_key for line in claim.lines if line.line_id == one)
        enrollment, kind, start, code = key.rsplit(" ", 3)
        keys.append((enrollment, kind, start, code))
    found = records_of(book.tenant_id, keys)
    return {identity(one)[0]: one for one in found}
