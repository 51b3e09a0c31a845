"""The smallest measured things: a value with its unit, and the part of an Observation that has one.

Both repeat from Observation to Observation, so each is interpreted once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from proofline.intake.measurements import metrics
from proofline.intake.measurements.bounds import SIGNS, bound
from proofline.intake.measurements.once import Once
from proofline.intake.report import shown
from proofline.intake.sources.fhir import codes
from proofline.intake.sources.fhir.decoding import Unreadable, element, read_as
from proofline.intake.sources.fhir.parts_by_hand import (
    is_turned,
    number_by_hand,
    part_by_hand,
    value_by_hand,
)
from proofline.intake.sources.fhir.primitives import is_sent, number
from proofline.intake.sources.fhir.shapes import Coding, Component, Concept, Quantity

if TYPE_CHECKING:
    from msgspec import Raw

    from proofline.intake.sources.fhir.words import Why


class Amount(Struct, frozen=True, gc=False):
    """A value; None if it is no number that we take, a blank if none was sent.

    `unit_said`: the unit that the text for people names, a blank if it names none that we know;
    `by_hand`: the field that says that somebody typed it in, a blank if none does.
    """

    value: str | None = ""
    sent: str = ""
    unit: str = ""
    unit_sent: str = ""
    comparator: str = ""
    unit_said: str = ""
    by_hand: str = ""


NOTHING = Amount()


class Part(Struct, frozen=True, gc=False):
    """A component: its amount, and what its code says.

    `metric`: its LOINC code, blank if it is none that we know; `bare`: the code that it names no
    system of; `is_data`: false for what only says
    how a value was made; `absent`: the reason why there is no value, blank if none is given.
    """

    amount: Amount
    metric: str
    is_systolic: bool
    is_diastolic: bool
    is_data: bool
    absent: str
    name: str
    bare: str = ""

    @property
    def is_sign(self) -> bool:
        """Whether it measures nothing itself and says that the whole was typed in."""
        return bool(self.amount.by_hand) and not (self.amount.unit_sent or self.absent)


def amount(quantity: bytes, integer: bytes, beside: bytes = b"") -> Amount:
    """Read valueQuantity or valueInteger with what stands `beside`; each empty if not sent.

    Errors: Unreadable if one is not as FHIR has it.
    """
    found = _amount(element(quantity, Quantity, "valueQuantity"), integer)
    by_hand = value_by_hand(quantity, "valueQuantity") or number_by_hand(beside, "valueInteger")
    return replace(found, by_hand=by_hand) if by_hand else found


def part(body: bytes) -> Part:
    """Read a component.

    Errors: Unreadable if it is not as FHIR has it.
    """
    return _PARTS[body]


def codings(body: bytes) -> list[Coding]:
    """Read the codes of a CodeableConcept; none if it is not sent.

    Errors: Unreadable if it is not as FHIR has it.
    """
    return _CODES[body]


def absence(body: bytes) -> str:
    """Read dataAbsentReason: its code, or a blank if it is not sent.

    Errors: Unreadable if it is not as FHIR has it.
    """
    return _reason(element(body, Concept, "dataAbsentReason"))


def name_of(one: Coding) -> str:
    """Name a code for a report."""
    system = {codes.LOINC: "LOINC", codes.MDC: "MDC", codes.SNOMED: "SNOMED"}.get(one.system)
    return f"{system or ('another system,' if one.system else 'no system,')} {one.code}"


def notes_on(one: Amount, metric: str, path: str) -> tuple[Why, ...]:
    """Say what is to be known of a value of this metric: a bound, or a unit that does not fit."""
    notes: tuple[Why, ...] = ()
    by_name = bound(one.comparator) is not None and one.comparator not in SIGNS
    if one.comparator:
        by = one.comparator if one.comparator in SIGNS or by_name else "another word"
        notes += (("bound", f"{path}.comparator", by),)
    if one.sent and not by_name and not metrics.fits(metric, one.unit):
        notes += (("unit", f"{path}.code", one.unit or one.unit_sent or "(none)"),)
    return notes


def of_another(one: Amount, metric: str) -> str:
    """Give the unit of a value if it is that of another measurement than this, else a blank.

    It is not if the text beside the code names a unit of this one.
    """
    unit = one.unit or one.unit_sent
    is_another = one.sent and metrics.is_of_another(metric, unit)
    return unit if is_another and not metrics.fits(metric, one.unit_said) else ""


def _amount(quantity: Quantity | None, integer: Raw | bytes) -> Amount:
    if quantity is None:
        whole = bytes(integer)
        is_some = whole not in {b"", b"null"}
        return Amount(number(whole), whole.decode("ascii", "replace")) if is_some else NOTHING
    unit = metrics.as_kept(quantity.code) if quantity.system == codes.UCUM else ""
    has_value = is_sent(quantity.value)
    sent = bytes(quantity.value).decode("ascii", "replace") if has_value else ""
    return Amount(
        number(quantity.value) if has_value else "",
        _text(quantity.comparator + sent),
        _text(unit or metrics.ucum(quantity.unit) or metrics.ucum(quantity.code)),
        _text(quantity.code or quantity.unit),
        quantity.comparator,
        metrics.ucum(quantity.unit),
    )


def _text(sent: str) -> str:
    """Leave out what no cell may hold."""
    return sent.replace("\0", "").strip()


def _part(body: bytes) -> Part:
    sent = read_as(body, Component, "component")
    if is_turned(body):
        raise Unreadable(("modifier", "component.modifierExtension"))
    coding = codes.named(sent.code.coding)
    pairs = {(one.system, one.code) for one in coding}
    measured = _amount(sent.value_quantity, sent.value_integer)
    by_hand = part_by_hand(body)
    return Part(
        replace(measured, by_hand=by_hand) if by_hand else measured,
        codes.metric_of(coding, measured.unit),
        not pairs.isdisjoint(codes.SYSTOLIC),
        not pairs.isdisjoint(codes.DIASTOLIC),
        codes.SUPPLEMENTAL_TYPE not in pairs,
        _reason(sent.data_absent_reason) or codes.not_measured(sent.interpretation),
        shown(name_of(coding[0]) if coding else "without a code"),
        coding[0].code if len(coding) == 1 and not coding[0].system else "",
    )


def _reason(reason: Concept | None) -> str:
    if reason is None:
        return ""
    return (reason.coding[0].code if reason.coding else "") or "no reason given"


def _codings(body: bytes) -> list[Coding]:
    concept = element(body, Concept, "code")
    return codes.named(concept.coding) if concept else []


_PARTS: Once[bytes, Part] = Once(_part)
_CODES: Once[bytes, list[Coding]] = Once(_codings)
