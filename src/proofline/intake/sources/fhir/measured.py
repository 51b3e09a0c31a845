"""The measured part of an Observation: metric, values and unit, or why it has none.

Vital signs repeat their values, so code, value and components together are interpreted once.

* An Observation with a value, or a blood pressure with its two parts, is one reading. A panel of
  other parts (vital signs, 85353-1) is one reading for each part that Proofline knows.
* A panel that only points at its members (`hasMember`) is none: the members come by themselves.
* A unit that is not in UCUM is translated if it is one of the usual words, else left blank.
* `dataAbsentReason` beside a value is against FHIR's rule obs-6; the value does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from proofline.intake import metrics
from proofline.intake.report import shown
from proofline.intake.sources.fhir import codes
from proofline.intake.sources.fhir.circumstances import filled
from proofline.intake.sources.fhir.decoding import element, elements
from proofline.intake.sources.fhir.once import Once
from proofline.intake.sources.fhir.primitives import is_sent, number
from proofline.intake.sources.fhir.shapes import (
    ABSENT,
    Coding,
    Component,
    Concept,
    Quantity,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msgspec import Raw

    from proofline.intake.sources.fhir.shapes import Observation
    from proofline.intake.sources.fhir.words import Why

Row = dict[str, str]
_ODD = {
    "valueSampledData": "waveform",
    "valueString": "string",
    "valueCodeableConcept": "enumeration",
    "valueBoolean": "enumeration",
}


class What(Struct, frozen=True, gc=False):
    """One thing measured: the cells that it fills in both rows; a blank value is a heartbeat.

    `part` is the metric if it is one of several of its Observation, else blank.
    """

    metric: str
    kind: str
    notes: tuple[Why, ...]
    reading: Row
    provenance: Row
    part: str = ""


class Measured(Struct, frozen=True, gc=False):
    """All that an Observation measures, or why it is no reading."""

    refused: Why = ()
    what: tuple[What, ...] = ()


class Measurements:
    """Tells what Observations measure."""

    def __init__(self) -> None:
        self._often: Once[tuple[bytes, ...], Measured] = Once(_measured, 48)

    def of(self, sent: Observation) -> Measured:
        """Tell of one Observation.

        Errors: Unreadable if an element is not as FHIR has it.
        """
        often = bytes(sent.code), bytes(sent.value_quantity), bytes(sent.component)
        if _is_plain(sent):
            return self._often[often]
        seldom = bytes(sent.value_integer), bytes(sent.has_member), bytes(sent.data_absent_reason)
        return self._often[(*often, *seldom, *(path.encode() for path in _odd_values(sent)))]


class _Sent(Struct, frozen=True):
    """What an Observation sends of its value, interpreted; `odd` names values of other types."""

    codings: list[Coding]
    amount: _Amount
    parts: list[Component]
    has_members: bool
    absent: Concept | None
    odd: tuple[str, ...]


class _Amount(Struct, frozen=True):
    """A value; None if it is no number that we take, a blank if none was sent."""

    value: str | None = ""
    sent: str = ""
    unit: str = ""
    unit_sent: str = ""
    comparator: str = ""


def _is_plain(sent: Observation) -> bool:
    """Say whether there is nothing of what most Observations do not have."""
    return (
        sent.value_integer is sent.has_member is sent.data_absent_reason is ABSENT
        and sent.value_string is sent.value_codeable_concept is sent.value_sampled_data is ABSENT
        and sent.value_boolean is sent.value_range is sent.value_ratio is ABSENT
        and sent.value_time is sent.value_date_time is sent.value_period is ABSENT
    )


def _odd_values(sent: Observation) -> list[str]:
    return [
        path
        for path, raw in (
            ("valueSampledData", sent.value_sampled_data),
            ("valueString", sent.value_string),
            ("valueCodeableConcept", sent.value_codeable_concept),
            ("valueBoolean", sent.value_boolean),
            ("valueRange", sent.value_range),
            ("valueRatio", sent.value_ratio),
            ("valueTime", sent.value_time),
            ("valueDateTime", sent.value_date_time),
            ("valuePeriod", sent.value_period),
        )
        if is_sent(raw)
    ]


def _measured(key: tuple[bytes, ...]) -> Measured:
    sent = _interpreted(key)
    if len(sent.odd) + bool(sent.amount.sent) > 1:
        return Measured(("choice", "value[x]", "value[x]"))
    why_not = codes.not_a_reading(sent.codings)
    if why_not:
        return Measured(("not_a_reading", "code", why_not))
    for path in sent.odd:
        return Measured((_ODD.get(path, "other_value"), path, path.removeprefix("value")))
    metric = codes.metric_of(sent.codings, sent.amount.unit)
    if metric == metrics.BLOOD_PRESSURE:
        return _pressure(sent)
    return _single(sent, metric) if metric else _panel(sent)


def _interpreted(key: tuple[bytes, ...]) -> _Sent:
    often, seldom = key[:3], key[3:] or (b"", b"", b"")
    code, quantity, component = often
    integer, member, absent, *odd = seldom
    coded = element(code, Concept, "code")
    return _Sent(
        coded.coding if coded else [],
        _amount(element(quantity, Quantity, "valueQuantity"), integer),
        elements(component, Component, "component"),
        member not in {b"", b"null", b"[]"},
        element(absent, Concept, "dataAbsentReason"),
        tuple(path.decode() for path in odd),
    )


def _amount(quantity: Quantity | None, integer: Raw | bytes) -> _Amount:
    if quantity is None:
        sent = bytes(integer)
        is_some = sent not in {b"", b"null"}
        return _Amount(number(sent), sent.decode("ascii", "replace")) if is_some else _Amount()
    unit = quantity.code if quantity.system == codes.UCUM else ""
    return _Amount(
        number(quantity.value) if is_sent(quantity.value) else "",
        bytes(quantity.value).decode("ascii", "replace"),
        unit or metrics.ucum(quantity.unit) or metrics.ucum(quantity.code),
        quantity.code or quantity.unit,
        quantity.comparator,
    )


def _single(sent: _Sent, metric: str) -> Measured:
    if sent.has_members and not sent.amount.sent:
        return Measured(("members_only", "hasMember"))
    one = _what(metric, sent.amount, absent=sent.absent, path="valueQuantity")
    left = (_left_out(part) for part in sent.parts if _is_data(part))
    return _all_or_none([one], left)


def _pressure(sent: _Sent) -> Measured:
    systolic, diastolic = (_part(sent, codes.SYSTOLIC), _part(sent, codes.DIASTOLIC))
    if systolic is None and diastolic is None and sent.has_members:
        return Measured(("members_only", "hasMember"))
    one = _pressure_of(systolic, diastolic, sent.absent)
    left = (
        _left_out(part)
        for part in sent.parts
        if part is not systolic and part is not diastolic and _is_data(part)
    )
    return _all_or_none([one], left)


def _panel(sent: _Sent) -> Measured:
    """Read a panel of parts that are each a measurement, or say that the code is not known."""
    systolic, diastolic = (_part(sent, codes.SYSTOLIC), _part(sent, codes.DIASTOLIC))
    found: list[What | Why] = []
    left: list[Why] = []
    if not sent.amount.sent:
        if systolic or diastolic:
            found.append(
                _pressure_of(systolic, diastolic, sent.absent, part=metrics.BLOOD_PRESSURE)
            )
        for part in sent.parts:
            amount = _amount(part.value_quantity, part.value_integer)
            metric = codes.metric_of(part.code.coding, amount.unit)
            if part is systolic or part is diastolic:
                continue
            if metric:
                absent, path = part.data_absent_reason, "component.valueQuantity"
                found.append(_what(metric, amount, absent=absent, path=path, part=metric))
            elif _is_data(part):
                left.append(_left_out(part))
    return _all_or_none(found, left) if found else Measured(_unknown_code(sent))


def _unknown_code(sent: _Sent) -> Why:
    if any(one.system == codes.MDC and metrics.of_mdc(one.code, "") == "" for one in sent.codings):
        return "glucose_unit", "valueQuantity"
    if sent.has_members and not sent.amount.sent:
        return "members_only", "hasMember"
    if sent.parts and not any(part.value_quantity for part in sent.parts) and not sent.amount.sent:
        return "bits", "component"
    names = " + ".join(_name(one) for one in sent.codings) or "no code"
    return "code_not_known", "code", names


def _all_or_none(found: Iterable[What | Why], left_out: Iterable[Why]) -> Measured:
    """Give the measurements, unless one is unsound; what was left out is said with the first."""
    what: list[What] = []
    for one in found:
        if not isinstance(one, What):
            return Measured(one)
        what.append(one)
    first = msgspec.structs.replace(what[0], notes=(*what[0].notes, *left_out))
    return Measured((), (first, *what[1:]))


def _what(
    metric: str, amount: _Amount, *, absent: Concept | None, path: str, part: str = ""
) -> What | Why:
    if amount.value is None:
        return "bad_number", f"{path}.value"
    value = "" if absent else amount.value
    notes = _notes(amount, metric, path)
    if not value:
        notes += (_no_value(absent, "dataAbsentReason"),)
    return _cells(metric, (amount, value), (_Amount(), ""), notes, part)


def _pressure_of(
    systolic: Component | None, diastolic: Component | None, absent: Concept | None, part: str = ""
) -> What | Why:
    metric = metrics.BLOOD_PRESSURE
    upper, lower = _amount_of(systolic), _amount_of(diastolic)
    if upper.value is None or lower.value is None:
        return "bad_number", "component.valueQuantity.value"
    first = "" if systolic and systolic.data_absent_reason else upper.value
    second = "" if diastolic and diastolic.data_absent_reason else lower.value
    notes: tuple[Why, ...] = ()
    if not first:
        reason = systolic.data_absent_reason if systolic else absent
        notes = (_no_value(reason, "component(systolic)"),)
    elif not second:
        notes = (("no_diastolic", "component(diastolic)"),)
    notes += _notes(upper, metric, "component.valueQuantity")
    return _cells(metric, (upper, first), (lower, second), notes, part)


def _cells(
    metric: str,
    first: tuple[_Amount, str],
    second: tuple[_Amount, str],
    notes: tuple[Why, ...],
    part: str,
) -> What:
    reading = {"metric": metric, "value": first[1], "value_2": second[1], "unit": first[0].unit}
    provenance = {
        "value_sent": first[0].sent,
        "value_2_sent": second[0].sent,
        "unit_sent": first[0].unit_sent,
    }
    kind = metrics.DEVICE_KIND[metric]
    return What(metric, kind, notes, filled(reading), filled(provenance), part)


def _amount_of(part: Component | None) -> _Amount:
    return _amount(part.value_quantity, part.value_integer) if part else _Amount()


def _part(sent: _Sent, wanted: set[tuple[str, str]]) -> Component | None:
    for part in sent.parts:
        for one in part.code.coding:
            if (one.system, one.code) in wanted:
                return part
    return None


def _notes(amount: _Amount, metric: str, path: str) -> tuple[Why, ...]:
    notes: tuple[Why, ...] = ()
    if amount.comparator:
        notes += (("bound", f"{path}.comparator", amount.comparator),)
    if amount.sent and not metrics.fits(metric, amount.unit):
        notes += (("unit", f"{path}.code", amount.unit or amount.unit_sent or "(none)"),)
    return notes


def _no_value(reason: Concept | None, path: str) -> Why:
    code = reason.coding[0].code if reason and reason.coding else "no reason given"
    return "no_value", path, code


def _is_data(part: Component) -> bool:
    return all((one.system, one.code) != codes.SUPPLEMENTAL_TYPE for one in part.code.coding)


def _left_out(part: Component) -> Why:
    sent = part.code.coding
    return (
        "component_left_out",
        "component",
        shown(_name(sent[0]) if sent else "without a code"),
    )


def _name(one: Coding) -> str:
    system = {codes.LOINC: "LOINC", codes.MDC: "MDC", codes.SNOMED: "SNOMED"}.get(one.system)
    return f"{system or 'another system,'} {one.code}"
