"""Which codes name a reading, what unit it comes in, and which kind of instrument makes it.

The codes of readings are those of `intake.metrics`; here is what FHIR has beside them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from proofline.intake.measurements import metrics

if TYPE_CHECKING:
    from proofline.intake.sources.fhir.shapes import Coding, Concept

LOINC = "http://loinc.org"
MDC = "urn:iso:std:iso:11073:10101"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"

_SPELLED = {
    **dict.fromkeys(("https://loinc.org", "http://loinc.org/", "https://loinc.org/"), LOINC),
    **dict.fromkeys(("http://www.loinc.org", "LOINC", "urn:oid:2.16.840.1.113883.6.1"), LOINC),
    "urn:oid:2.16.840.1.113883.6.24": MDC,
}
"""Other ways in which senders write the names of systems, the numbers of HL7's registry among
them -> FHIR's own."""

SYSTOLIC = {(MDC, "150021"), (MDC, "150301"), *metrics.codes_of(LOINC, metrics.SYSTOLIC)}
DIASTOLIC = {(MDC, "150022"), (MDC, "150302"), *metrics.codes_of(LOINC, metrics.DIASTOLIC)}
_STATISTICS = "observation-statistics"
_OPEN_MHEALTH = "omh_fhir_observation_codes"
_STATISTIC = re.compile(r"average|maximum|minimum|median|count|sum|standard|variance|[0-9]+th")
A_STATISTIC = "a statistic of several measurements, not one of them"
_MEASUREMENT_STATUS = "http://hl7.org/fhir/uv/pocd/CodeSystem/measurement-status"
_NO_MEASUREMENT = frozenset(
    {
        *("invalid", "not-available", "calibration-ongoing", "early-indication"),
        *("test-data", "demo-data"),
    }
)

SUPPLEMENTAL_TYPE = (MDC, "68193")  # says how a value was made, is none itself

# Codes that look like readings and are none; the words follow "it is".
NOT_READINGS: dict[tuple[str, str], str] = {
    (LOINC, "2345-7"): "a laboratory value (glucose in serum or plasma), not a home meter's",
    (LOINC, "97507-8"): "a mean over days, not a measurement",
    (LOINC, "3142-7"): "a stated weight, not a measured one",
    (LOINC, "8302-2"): "a body height, which nobody monitors",
    (LOINC, "39156-5"): "an index worked out of weight and height, not a measurement",
    (LOINC, "96607-7"): "a mean of several blood pressures, not a measurement",
    (MDC, "160208"): "a check of the meter with control solution, not of the patient",
    (MDC, "152585"): "the patient's personal best, not a measurement",
    (MDC, "67975"): "a comparison of clocks",
}

DEVICE_KINDS: dict[tuple[str, str], str] = {
    (MDC, "528388"): "pulse_oximeter",
    (MDC, "528390"): "ecg",
    (MDC, "528391"): "blood_pressure",
    (MDC, "528392"): "thermometer",
    (MDC, "528397"): "respiration",
    (MDC, "528399"): "weight",
    (MDC, "528401"): "glucose",
    (MDC, "528404"): "weight",  # body composition analyser
    (MDC, "528405"): "peak_flow",
    (MDC, "528409"): "glucose",  # continuous
    (SNOMED, "337414009"): "glucose",
    (SNOMED, "448703006"): "pulse_oximeter",
    (SNOMED, "258057004"): "blood_pressure",
    (SNOMED, "19892000"): "weight",
}
GATEWAY = (MDC, "531981")  # application hosting device


def pairs(*concepts: Concept | None) -> list[tuple[str, str]]:
    """List the (system, code) pairs of some concepts, absent ones passed over."""
    return [(one.system, one.code) for concept in concepts if concept for one in concept.coding]


def not_measured(interpretations: list[Concept]) -> str:
    """Give the word by which a device says that what it shows is no measurement; blank if none.

    They are those of HL7 v2 in OBX-8 (CAL, EARLY, TEST and so on). A value that the device calls
    questionable, or beyond the limits of its alarm, it has measured.
    """
    return next(
        (
            code
            for system, code in pairs(*interpretations)
            if system == _MEASUREMENT_STATUS and code in _NO_MEASUREMENT
        ),
        "",
    )


def named(codings: list[Coding]) -> list[Coding]:
    """Give codings with the names of their systems as FHIR writes them."""
    return [
        replace(one, system=_SPELLED[one.system]) if one.system in _SPELLED else one
        for one in codings
    ]


def _is_statistic(one: Coding) -> bool:
    system = one.system.rpartition("/")[2]
    return system == _STATISTICS or (system == _OPEN_MHEALTH and bool(_STATISTIC.match(one.code)))


def not_a_reading(codings: list[Coding]) -> str:
    """Say what a code is that only looks like a reading's; blank if a reading's is beside it."""
    if any(map(_is_statistic, codings)):
        return A_STATISTIC
    sent = [(one.system, one.code) for one in codings]
    if NOT_READINGS.keys().isdisjoint(sent):
        return ""
    if any(system == MDC and metrics.of_mdc(code, "") is not None for system, code in sent):
        return ""
    return next((NOT_READINGS[pair] for pair in sent if pair in NOT_READINGS), "")


def kinds_of(codings: list[Coding], unit: str) -> set[str]:
    """Give the kinds of devices that the codes of one concept name; more than one is no synonym."""
    translated = [metrics.of_mdc(one.code, unit) for one in codings if one.system == MDC]
    sent = [_kept(one.code) for one in codings if one.system == LOINC]
    known = metrics.DEVICE_KIND
    return {known[metric] for metric in (*sent, *translated) if metric and metric in known}


def _kept(code: str) -> str:
    return metrics.SAME_AS.get(code, code)


_RANK = {metric: rank for rank, metric in enumerate(metrics.DEVICE_KIND)}


def metric_of(codings: list[Coding], unit: str) -> str:
    """Find the LOINC code of a reading, or an empty string if these codes name none.

    A LOINC code that was sent wins; else the MDC code is translated, for glucose by its UCUM unit.
    """
    sent = [_kept(one.code) for one in codings if one.system == LOINC]
    if known := [code for code in sent if code in _RANK]:
        return min(known, key=_RANK.__getitem__)
    for one in codings:
        translated = metrics.of_mdc(one.code, unit) if one.system == MDC else None
        if translated is not None:
            return translated
    return ""
