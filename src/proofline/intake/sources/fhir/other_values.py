"""Values of other types than a number: none is a measurement, but text that is a bound.

Meters without a number to show say `HI` or `LO`, and senders put that, or `>600`, into valueString.
The policy is that of all decoders, in `measurements.bounds`: a bound with its number has that as
its value, one without has none and never counts. A word about a pressure judges it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.intake.measurements import metrics
from proofline.intake.measurements.bounds import bound
from proofline.intake.measurements.numbers import exact
from proofline.intake.sources.fhir.amounts import Amount
from proofline.intake.sources.fhir.decoding import element
from proofline.intake.sources.fhir.primitives import is_sent
from proofline.intake.sources.fhir.shapes import ABSENT

if TYPE_CHECKING:
    from proofline.intake.sources.fhir.shapes import Observation
    from proofline.intake.sources.fhir.words import Why

_CODES = {
    "valueSampledData": "waveform",
    "valueString": "string",
    "valueCodeableConcept": "enumeration",
    "valueBoolean": "enumeration",
}
_LONGEST_BOUND = 40


def is_plain(sent: Observation) -> bool:
    """Say whether there is nothing of what most Observations do not have."""
    return (
        sent.value_integer is sent.has_member is sent.data_absent_reason is ABSENT
        and sent.value_string is sent.value_codeable_concept is sent.value_sampled_data is ABSENT
        and sent.value_boolean is sent.value_range is sent.value_ratio is ABSENT
        and sent.value_time is sent.value_date_time is sent.value_period is ABSENT
    )


def other_values(sent: Observation) -> list[str]:
    """Name the fields of values that are no numbers."""
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


def as_bound(text: bytes) -> Amount | None:
    """Read valueString as a bound, with the unit behind its number if one stands there; else None.

    Errors: Unreadable if it is no text.
    """
    sent = " ".join((element(text, str, "valueString") or "").split())
    found = bound(sent) if len(sent) <= _LONGEST_BOUND else None
    if found is None:
        return None
    number, _, unit = found.limit.partition(" ")
    value = exact(number) if found.limit else ""
    unit = unit.strip()
    is_known = value is not None and (not unit or bool(metrics.ucum(unit)))
    return Amount(value, sent, metrics.ucum(unit), unit, found.by) if is_known else None


def is_bound(one: Amount, metric: str) -> bool:
    """Whether text was read as a bound of this metric; one pressure has, and a pair has none."""
    if not (metric and one.comparator) or metric == metrics.BLOOD_PRESSURE:
        return False
    return bool(one.value) or metrics.DEVICE_KIND[metric] != "blood_pressure"


def why_none(path: str, metric: str) -> Why:
    """Say why a value in this field is no measurement."""
    if path == "valueString" and metric:
        return "text", path
    return _CODES.get(path, "other_value"), path, path.removeprefix("value")
