"""The measured part of an Observation: metric, values and unit, or why it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.intake import metrics
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.sources.fhir import codes
from proofline.intake.sources.fhir.primitives import is_sent, number
from proofline.intake.sources.fhir.shapes import ABSENT
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from msgspec import Raw

    from proofline.intake.sources.fhir.shapes import Component, Concept, Observation, Quantity


_ODD = {
    "valueSampledData": "waveform",
    "valueString": "string",
    "valueCodeableConcept": "enumeration",
    "valueBoolean": "enumeration",
}


class Measured(Struct):
    """What was measured, as text for the row; a blank value is a heartbeat."""

    metric: str
    value: str = ""
    value_2: str = ""
    unit: str = ""


def measured(observation: Observation, place: Place) -> tuple[Measured | None, list[Trouble]]:
    """Find what was measured. Without a Measured the troubles say why it is no reading."""
    odd = _odd_value(observation, place)
    sent = codes.pairs(observation.code)
    why_not = codes.not_a_reading(sent)
    if why_not:
        return None, [trouble(place, "not_a_reading", "code", why_not)]
    if odd:
        return None, [odd]
    unit = _unit(observation.value_quantity)
    metric = codes.metric_of(observation.code.coding, unit)
    if not metric:
        return None, [_unknown_code(observation, place, sent)]
    if metric == metrics.BLOOD_PRESSURE:
        return _pressure(observation, place)
    return _single(observation, metric, place)


def _odd_value(observation: Observation, place: Place) -> Trouble | None:
    for path, raw in (
        ("valueSampledData", observation.value_sampled_data),
        ("valueString", observation.value_string),
        ("valueCodeableConcept", observation.value_codeable_concept),
        ("valueBoolean", observation.value_boolean),
        ("valueRange", observation.value_range),
        ("valueRatio", observation.value_ratio),
        ("valueTime", observation.value_time),
        ("valueDateTime", observation.value_date_time),
        ("valuePeriod", observation.value_period),
    ):
        if raw is not ABSENT and is_sent(raw):
            return trouble(place, _ODD.get(path, "other_value"), path, path.removeprefix("value"))
    return None


def _unknown_code(observation: Observation, place: Place, sent: list[tuple[str, str]]) -> Trouble:
    if any(system == codes.MDC and metrics.of_mdc(code, "") == "" for system, code in sent):
        return trouble(place, "glucose_unit", "valueQuantity")
    parts = observation.component
    if parts and not any(part.value_quantity for part in parts) and not _has_number(observation):
        return trouble(place, "bits", "component")
    names = " + ".join(_name(pair) for pair in sent) or "no code"
    return trouble(place, "code_not_known", "code", names)


def _name(pair: tuple[str, str]) -> str:
    system = {codes.LOINC: "LOINC", codes.MDC: "MDC", codes.SNOMED: "SNOMED"}.get(pair[0])
    return f"{system or 'another system,'} {pair[1]}"


def _has_number(observation: Observation) -> bool:
    return observation.value_quantity is not None or is_sent(observation.value_integer)


def _single(
    observation: Observation, metric: str, place: Place
) -> tuple[Measured | None, list[Trouble]]:
    if observation.has_member and not _has_number(observation):
        return None, [trouble(place, "members_only", "hasMember")]
    quantity = observation.value_quantity
    value = _value(quantity, observation.value_integer)
    if value is None:
        return None, [trouble(place, "bad_number", "valueQuantity.value")]
    reading = Measured(metric, value=value, unit=_unit(quantity))
    troubles = _said_of(quantity, metric, "valueQuantity", place)
    if not value:
        troubles.append(_no_value(observation.data_absent_reason, "dataAbsentReason", place))
    troubles.extend(_left_out(part, place) for part in observation.component if _is_data(part))
    return reading, troubles


def _pressure(observation: Observation, place: Place) -> tuple[Measured | None, list[Trouble]]:
    systolic = _part(observation, codes.SYSTOLIC)
    diastolic = _part(observation, codes.DIASTOLIC)
    if systolic is None and diastolic is None and observation.has_member:
        return None, [trouble(place, "members_only", "hasMember")]
    upper, lower = _part_value(systolic), _part_value(diastolic)
    if upper is None or lower is None:
        return None, [trouble(place, "bad_number", "component.valueQuantity.value")]
    troubles: list[Trouble] = []
    if not upper:
        reason = systolic.data_absent_reason if systolic else observation.data_absent_reason
        troubles.append(_no_value(reason, "component(systolic)", place))
    elif not lower:
        troubles.append(trouble(place, "no_diastolic", "component(diastolic)"))
    quantity = systolic.value_quantity if systolic else None
    troubles += _said_of(quantity, metrics.BLOOD_PRESSURE, "component.valueQuantity", place)
    troubles.extend(
        _left_out(part, place)
        for part in observation.component
        if part is not systolic and part is not diastolic and _is_data(part)
    )
    return Measured(metrics.BLOOD_PRESSURE, upper, lower, _unit(quantity)), troubles


def _part(observation: Observation, wanted: set[tuple[str, str]]) -> Component | None:
    for part in observation.component:
        for one in part.code.coding:
            if (one.system, one.code) in wanted:
                return part
    return None


def _part_value(part: Component | None) -> str | None:
    return _value(part.value_quantity, part.value_integer) if part else ""


def _value(quantity: Quantity | None, integer: Raw) -> str | None:
    """Give the number as text, blank if none was sent, None if it is not one we take."""
    raw = quantity.value if quantity else integer
    return number(raw) if is_sent(raw) else ""


def _unit(quantity: Quantity | None) -> str:
    return quantity.code if quantity and quantity.system == codes.UCUM else ""


def _said_of(quantity: Quantity | None, metric: str, path: str, place: Place) -> list[Trouble]:
    if quantity is None:
        return []
    said = []
    if quantity.comparator:
        said.append(trouble(place, "bound", f"{path}.comparator", quantity.comparator))
    unit = _unit(quantity)
    if unit not in metrics.UNITS[metrics.DEVICE_KIND[metric]]:
        said.append(trouble(place, "unit", f"{path}.code", unit or "(not UCUM)"))
    return said


def _no_value(reason: Concept | None, path: str, place: Place) -> Trouble:
    code = reason.coding[0].code if reason and reason.coding else "no reason given"
    return trouble(place, "no_value", path, code)


def _is_data(part: Component) -> bool:
    return codes.SUPPLEMENTAL_TYPE not in codes.pairs(part.code)


def _left_out(part: Component, place: Place) -> Trouble:
    sent = codes.pairs(part.code)
    return trouble(
        place,
        "component_left_out",
        "component",
        shown(_name(sent[0]) if sent else "without a code"),
    )
