"""What a payer says that it paid and why not more: the 835 (005010X221A1), as sent.

A transaction is a `Payment`, its claims, and a `Closing`. All money is whole cents with the sign of
the file: a reversal (CLP02 = 22) has negative charge and payment, an adjustment is positive where
it takes money away. None is what the payer did not send, and is not zero. Nothing is corrected.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from proofline.claims.back.departures import Departure
from proofline.claims.back.parts import Envelope
from proofline.claims.claim import Cents

REVERSAL = "22"
PREDETERMINATION = "25"
DENIED = "4"


class Coded(Struct, frozen=True, gc=False):
    """A value under its qualifier: a REF (`6R`, our line), an LQ (`HE`, remark code), a MOA."""

    qualifier: str
    value: str


class Amount(Struct, frozen=True, gc=False):
    """An AMT: further money under its qualifier, such as `B6`, the allowed amount of a line."""

    qualifier: str
    amount: Cents


class Quantity(Struct, frozen=True, gc=False):
    """A QTY: a number of days or units under its qualifier, such as `CA`, covered days."""

    qualifier: str
    quantity: Decimal


class Dated(Struct, frozen=True, gc=False):
    """A DTM: a day under its qualifier, such as `232`, the first day of the statement."""

    qualifier: str
    day: date


class Adjustment(Struct, frozen=True, gc=False):
    """One triplet of a CAS: group (CO, OA, PI, PR), reason (CARC), cents, and units if sent."""

    group: str
    reason: str
    amount: Cents
    quantity: Decimal | None = None


class Party(Struct, frozen=True, gc=False):
    """Somebody named. `role` is N101 or NM101: PR, PE, QC patient, 82 rendering, 74 corrected."""

    role: str
    name: str
    given_name: str = ""
    id_kind: str = ""
    id: str = ""
    references: tuple[Coded, ...] = ()


class Procedure(Struct, frozen=True, gc=False):
    """A composite procedure: qualifier (`HC` HCPCS, `N4` NDC), code and modifiers."""

    qualifier: str
    code: str
    modifiers: tuple[str, ...] = ()


class Adjudication(Struct, frozen=True, gc=False):
    """An MIA or MOA: remark codes (RARC), and every other element sent, named `MOA02` and so on."""

    tag: str
    remarks: tuple[str, ...]
    values: tuple[Coded, ...] = ()


class RemitLine(Struct, frozen=True, gc=False):
    """One service line as adjudicated (loop 2110).

    `submitted` is what we had sent where the payer changed the code (SVC06), with
    `submitted_units`; units that were not sent count as one (SVC05). `number` is the segment of the
    SVC in the file.
    """

    procedure: Procedure
    charge: Cents
    paid: Cents
    units: Decimal | None
    number: int
    revenue_code: str = ""
    submitted: Procedure | None = None
    submitted_units: Decimal | None = None
    first_day: date | None = None
    last_day: date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    references: tuple[Coded, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    remarks: tuple[Coded, ...] = ()

    @property
    def line_id(self) -> str:
        """Our own number of the line, sent back as REF*6R; empty where the payer left it out."""
        return next((one.value for one in self.references if one.qualifier == "6R"), "")


class RemitClaim(Struct, frozen=True, gc=False):
    """One claim as adjudicated (loop 2100).

    `claim_id` is what we sent as CLM01; `payer_claim_id` (CLP07) is what the payer calls it, and
    what a reversal repeats. `patient_share` is CLP05, `adjustments` those of the claim as a whole.
    `number` and `offset` are the segment and the byte of the CLP in the file.
    """

    claim_id: str
    status: str
    charge: Cents
    paid: Cents
    patient_share: Cents | None
    filing_code: str
    payer_claim_id: str
    number: int
    offset: int
    place_of_service: str = ""
    frequency: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    parties: tuple[Party, ...] = ()
    adjudications: tuple[Adjudication, ...] = ()
    references: tuple[Coded, ...] = ()
    days: tuple[Dated, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    lines: tuple[RemitLine, ...] = ()
    departures: tuple[Departure, ...] = ()

    @property
    def is_reversal(self) -> bool:
        """Whether this takes back an earlier answer, that of the same `payer_claim_id` or F8."""
        return self.status == REVERSAL

    @property
    def original_reference(self) -> str:
        """The payer's number of the claim this one follows: REF*F8 where sent, else CLP07."""
        sent = next((one.value for one in self.references if one.qualifier == "F8"), "")
        return sent or self.payer_claim_id


class Payment(Struct, frozen=True, gc=False):
    """The head of a transaction: who pays whom how much, when, and under which trace number.

    `amount` is BPR02 and `handling` BPR01; `paid_on` is the day of the check or transfer (BPR16);
    `trace` is the check or transfer number (TRN02) that the bank statement shows.
    """

    envelope: Envelope
    handling: str
    amount: Cents
    direction: str
    method: str
    paid_on: date
    trace: str
    payer_number: str
    payer: Party
    payee: Party
    number: int
    produced_on: date | None = None
    departures: tuple[Departure, ...] = ()


class ProviderAdjustment(Struct, frozen=True, gc=False):
    """One pair of a PLB: positive cents are kept from the payment, negative ones added to it.

    `reason` is PLB03-1 (WO overpayment recovery, FB forwarded balance, CS, L6, 72 and so on) and
    `reference` PLB03-2, often the payer's number of the claim that is taken back.
    """

    provider: str
    fiscal_end: date
    reason: str
    reference: str
    amount: Cents
    number: int


class Closing(Struct, frozen=True, gc=False):
    """The end of a transaction: the adjustments of the provider, and how many claims there were."""

    envelope: Envelope
    adjustments: tuple[ProviderAdjustment, ...]
    claims: int
    number: int
    departures: tuple[Departure, ...] = ()


class Remittance(Struct, frozen=True, gc=False):
    """One transaction whole: the payment, all of its claims, and its closing."""

    payment: Payment
    claims: tuple[RemitClaim, ...]
    closing: Closing
