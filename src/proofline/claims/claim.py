"""What is asked to be paid: claims and their lines, each line drawn from one decision.

Money is whole cents. Nothing here is typed by hand: codes, units, dates and diagnoses come from the
decision and the evidence that it rests on.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

Cents = int
"""Money: whole cents of a US dollar, never a float."""

Frequency = Literal["1", "7", "8"]
"""CLM05-3: an original claim, the replacement of an earlier one, or its void."""

State = Literal[
    "drawn",
    "ready",
    "submitted",
    "accepted",
    "rejected",
    "paid",
    "partly_paid",
    "denied",
    "corrected",
    "voided",
    "appealed",
]
"""Where a line stands. Rejected was never adjudicated and may be sent again; denied was."""


class Address(Struct, frozen=True):
    """A postal address in the United States; `postal_code` has nine digits where X12 wants them."""

    line: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


class Person(Struct, frozen=True):
    """Somebody named on a claim; `sex` is F, M or U."""

    family_name: str
    given_name: str
    birth_date: date | None = None
    sex: str = ""
    address: Address = Address()


class Practitioner(Struct, frozen=True):
    """Who rendered or ordered; `organization` is filled instead of `family_name` for a group."""

    npi: str
    family_name: str = ""
    given_name: str = ""
    organization: str = ""
    taxonomy: str = ""


class BillingProvider(Struct, frozen=True):
    """Who bills: an organisation with its NPI, its tax number and an address that is no PO box.

    `paper_name` stands for `name` where a form has less room; it is what payers know too.
    """

    name: str
    npi: str
    tax_id: str
    address: Address
    taxonomy: str = ""
    phone: str = ""
    paper_name: str = ""


class Payer(Struct, frozen=True):
    """Who is asked to pay. `kind` is as in the evidence; `id` is the payer's identifier (NM109).

    `filing_code` is SBR09: MB for Medicare Part B, 16 for Medicare Advantage, MC, CI and so on.
    """

    id: str
    name: str
    kind: str
    filing_code: str = "MB"


class Adjustment(Struct, frozen=True):
    """Why a payer paid less than was charged: CAS `group` (CO, PR, OA, PI) and `reason` (CARC).

    `amount` is what was taken off, and is negative where something was added.
    """

    group: str
    reason: str
    amount: Cents


class PriorPayment(Struct, frozen=True):
    """What a payer who was asked before made of one line, as its remittance says.

    `line_id` is that of the line of this claim; `paid` and all adjustments make up its charge.
    """

    line_id: str
    paid: Cents
    adjustments: tuple[Adjustment, ...] = ()


class Coverage(Struct, frozen=True):
    """The patient with one payer: `sequence` is P, S or T, `member_id` the MBI or member number.

    For a payer who paid before, `paid` and `paid_on` say what came of it, `lines` what was made of
    each line, or `adjustments` of the claim where the remittance speaks of no lines; with `paid`
    they make up the charges. `insurance_type` is SBR05: why Medicare is not the first payer (12 is
    a working aged patient, 43 a disabled one); empty where Medicare is asked first or not at all.
    `relationship` is the patient's to the insured (PAT01: 01 spouse, 19 child; 18 is himself), and
    `insured` is that other person; `group` is the number of the group or policy (SBR03).
    """

    payer: Payer
    member_id: str
    sequence: str = "P"
    paid: Cents | None = None
    paid_on: date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    lines: tuple[PriorPayment, ...] = ()
    insurance_type: str = ""
    relationship: str = "18"
    insured: Person | None = None
    group: str = ""


class ClaimLine(Struct, frozen=True):
    """One service line. `line_id` is ours (REF*6R) and leads to the one decision it was drawn from.

    `diagnosis_pointers` count from 1 into the diagnoses of the claim. `first_day` equals `last_day`
    where the payer wants a single date. `expected` is what the loaded fees make of it, else None.
    """

    line_id: str
    decision_key: str
    code: str
    units: int
    charge: Cents
    first_day: date
    last_day: date
    diagnosis_pointers: tuple[int, ...] = (1,)
    modifiers: tuple[str, ...] = ()
    place_of_service: str = "11"
    expected: Cents | None = None
    ordering: Practitioner | None = None
    note: str = ""


class Claim(Struct, frozen=True):
    """One claim: one patient, payer, billing provider and rendering practitioner.

    `claim_id` is ours (CLM01, at most 20 characters of X12's basic set). Diagnoses are ICD-10-CM
    without a dot, the monitored condition first. The first coverage is the payer asked; others are
    those who paid before or will be asked after. `original_reference` is the payer's number of the
    claim that this one replaces or voids (REF*F8). `patient_id` is ours and never sent.
    """

    claim_id: str
    patient: Person
    coverages: tuple[Coverage, ...]
    billing: BillingProvider
    rendering: Practitioner
    diagnoses: tuple[str, ...]
    lines: tuple[ClaimLine, ...]
    frequency: Frequency = "1"
    original_reference: str = ""
    patient_id: str = ""

    @property
    def total(self) -> Cents:
        """The charges of all lines (CLM02)."""
        return sum(line.charge for line in self.lines)
