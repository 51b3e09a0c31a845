"""What claims are held against: the day, the payer's terms, the patient's other lines, tables."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from typing import Protocol

from msgspec import Struct, field

from proofline.claims.book.book import Book
from proofline.claims.claim import Cents, Claim, ClaimLine, State
from proofline.claims.fees.facts import AddOn, CodePair, UnitLimit
from proofline.claims.sheets.directory import Directory
from proofline.intake.icd10cm import CodeBook

COUNTED: tuple[State, ...] = (
    "drawn", "ready", "submitted", "accepted", "paid", "partly_paid", "appealed", "corrected"
)  # fmt: skip
"""Lines that take their period: those that may still be paid. Denied and rejected ones do not."""


class Official(Protocol):
    """Loaded official tables, for the edits; a shelf of fees is one.

    None: nothing is said of it. FeesError: no table was loaded for that day.
    """

    def lists(self, code: str, on: date) -> bool:
        """Tell whether the fee schedule of a day has a code."""

    def unit_limit(self, code: str, on: date) -> UnitLimit | None:
        """Give the MUE of a code in force."""

    def pair(self, one: str, other: str, on: date) -> CodePair | None:
        """Give the PTP edit in force between two codes, whichever is paid."""

    def primaries(self, code: str, on: date) -> list[AddOn]:
        """Give the add-on edits of a code in force; empty where it is no add-on."""


class Billed(Struct, frozen=True):
    """A line of the patient that another claim carries, or this one."""

    patient_id: str
    line: ClaimLine

    @property
    def enrollment(self) -> str:
        """The enrollment that the line was drawn from."""
        return self.line.decision_key.rsplit(" ", 3)[0]


class Setting(Struct, frozen=True):
    """Everything outside of the claim that the edits need.

    `as_of` is the day of sending. `others` are the patient's lines by patient, whatever claim they
    are on; `paid` is what remittances brought, in cents, by line that has one, and
    `corrected` the lines that a person corrects after one; `decided` is the day of the decision
    that a line was drawn from. Without `official` or `diagnoses` nothing is said of codes, unit
    limits and pairs, or of whether a diagnosis exists.
    """

    as_of: date
    directory: Directory = field(default_factory=Directory)
    others: dict[str, list[Billed]] = field(default_factory=dict)
    paid: dict[str, Cents] = field(default_factory=dict)
    corrected: Container[str] = frozenset()
    official: Official | None = None
    diagnoses: CodeBook | None = None
    decided: Mapping[str, date] = field(default_factory=dict)

    def beside(self, claim: Claim) -> list[Billed]:
        """Give the lines of the patient that are not this claim's own."""
        own = {line.line_id for line in claim.lines}
        known = self.others.get(claim.patient_id, ()) if claim.patient_id else ()
        return [one for one in known if one.line.line_id not in own]


def billed(book: Book) -> dict[str, list[Billed]]:
    """Give the lines of a book that take their period, by patient."""
    found: dict[str, list[Billed]] = {}
    for one in _carried(book):
        found.setdefault(one.patient_id, []).append(one)
    return found


def decided_on(book: Book) -> dict[str, date]:
    """Give the day of the decision that each line of a book was drawn from, where it is known."""
    lines = book.lines.values()
    return {one.line_id: one.basis.as_of for one in lines if one.basis is not None}


def _carried(book: Book) -> Iterator[Billed]:
    for claim in book.claims.values():
        for line in claim.lines:
            now = book.lines[line.line_id]
            if now.claim_id == claim.claim_id and now.state in COUNTED:
                yield Billed(claim.patient_id, line)
