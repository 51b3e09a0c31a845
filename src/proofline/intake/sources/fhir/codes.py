"""Which codes name a reading, what unit it comes in, and which kind of instrument makes it.

LOINC from HL7's vital-sign profiles, US Core, and the CGM and Personal Health Device guides; MDC
(ISO/IEEE 11073-10101, written as partition times 65536 plus term) from the same guide and the
device specialisations. Where an MDC code stands alone, the LOINC code is the one that says no more
than it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofline.intake.sources.fhir.shapes import Coding, Concept

LOINC = "http://loinc.org"
MDC = "urn:iso:std:iso:11073:10101"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"

PRESSURE_PANEL = "85354-9"
SYSTOLIC = {(LOINC, "8480-6"), (MDC, "150021")}
DIASTOLIC = {(LOINC, "8462-4"), (MDC, "150022")}
SUPPLEMENTAL_TYPE = (MDC, "68193")  # says how a value was made, is none itself

# metric -> the kind of device that makes it; in the order in which one of several codes is taken
METRICS: dict[str, str] = {
    PRESSURE_PANEL: "blood_pressure",
    "55284-4": "blood_pressure",
    "8480-6": "blood_pressure",
    "8462-4": "blood_pressure",
    "29463-7": "weight",
    "3141-9": "weight",
    "59408-5": "pulse_oximeter",
    "2708-6": "pulse_oximeter",
    "99504-3": "glucose",
    "105272-9": "glucose",
    "41653-7": "glucose",
    "14743-9": "glucose",
    "2339-0": "glucose",
    "15074-8": "glucose",
    "8331-1": "thermometer",
    "8328-7": "thermometer",
    "8332-9": "thermometer",
    "8333-7": "thermometer",
    "8310-5": "thermometer",
    "33452-4": "peak_flow",
    "19935-6": "peak_flow",
    "20150-9": "spirometer",
    # Cuffs and oximeters count heartbeats and breaths too, so these two tell no kind.
    "8889-8": "",
    "8867-4": "",
    "9279-1": "",
}
SAME_AS = {"55284-4": PRESSURE_PANEL}  # the panel's older code

_GLUCOSE_CAPILLARY = {"mg/dL": "41653-7", "mmol/L": "14743-9"}
_GLUCOSE_BLOOD = {"mg/dL": "2339-0", "mmol/L": "15074-8"}
_GLUCOSE_TISSUE = {"mg/dL": "99504-3", "mmol/L": "105272-9"}
_ANY = ""
MDC_TO_LOINC: dict[str, dict[str, str]] = {
    "150020": {_ANY: PRESSURE_PANEL},
    "150021": {_ANY: "8480-6"},
    "150022": {_ANY: "8462-4"},
    "150456": {_ANY: "59408-5"},  # SpO2
    "149530": {_ANY: "8867-4"},  # pulse rate, by oximeter
    "149546": {_ANY: "8867-4"},  # pulse rate, by cuff
    "147842": {_ANY: "8867-4"},  # heart rate, by ECG
    "151562": {_ANY: "9279-1"},  # respiration rate
    "188736": {_ANY: "29463-7"},  # body mass
    "150364": {_ANY: "8310-5"},  # temperature, body
    "150392": {_ANY: "8310-5"},  # of the eardrum
    "188420": {_ANY: "8310-5"},  # rectal
    "188424": {_ANY: "8310-5"},  # oral
    "188428": {_ANY: "8310-5"},  # ear
    "188452": {_ANY: "8310-5"},  # armpit
    "152584": {_ANY: "33452-4"},  # peak flow
    "152586": {_ANY: "20150-9"},  # FEV1
    "160184": _GLUCOSE_CAPILLARY,  # whole blood
    "160188": _GLUCOSE_CAPILLARY,  # plasma
    "160020": _GLUCOSE_BLOOD,  # not said of what
    "160364": _GLUCOSE_BLOOD,  # sample undetermined, whole blood
    "160368": _GLUCOSE_BLOOD,  # sample undetermined, plasma
    "160212": _GLUCOSE_TISSUE,  # interstitial fluid
}

# Codes that look like readings and are none; the words follow "it is".
NOT_READINGS: dict[tuple[str, str], str] = {
    (LOINC, "2345-7"): "a laboratory value (glucose in serum or plasma), not a home meter's",
    (LOINC, "97507-8"): "a mean over days, not a measurement",
    (LOINC, "3142-7"): "a stated weight, not a measured one",
    (LOINC, "8302-2"): "a body height, which nobody monitors",
    (MDC, "160208"): "a check of the meter with control solution, not of the patient",
    (MDC, "152585"): "the patient's personal best, not a measurement",
    (MDC, "67975"): "a comparison of clocks",
}

UNITS: dict[str, frozenset[str]] = {
    "blood_pressure": frozenset({"mm[Hg]", "kPa"}),
    "weight": frozenset({"kg", "g", "[lb_av]"}),
    "pulse_oximeter": frozenset({"%"}),
    "glucose": frozenset({"mg/dL", "mmol/L"}),
    "thermometer": frozenset({"Cel", "[degF]"}),
    "peak_flow": frozenset({"L/min", "L/s"}),
    "spirometer": frozenset({"L", "mL"}),
    "": frozenset({"/min", "{beat}/min", "{beats}/min", "{breaths}/min", "1/min"}),
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


def not_a_reading(sent: list[tuple[str, str]]) -> str:
    """Say what a code is that only looks like a reading's; blank if a reading's is beside it."""
    if NOT_READINGS.keys().isdisjoint(sent):
        return ""
    if any(system == MDC and code in MDC_TO_LOINC for system, code in sent):
        return ""
    return next((NOT_READINGS[pair] for pair in sent if pair in NOT_READINGS), "")


_RANK = {metric: rank for rank, metric in enumerate(METRICS)}


def metric_of(codings: list[Coding], unit: str) -> str:
    """Find the LOINC code of a reading, or an empty string if these codes name none.

    A LOINC code that was sent wins; else the MDC code is translated, for glucose by its UCUM unit.
    """
    sent = [one.code for one in codings if one.system == LOINC and one.code in _RANK]
    if sent:
        metric = min(sent, key=_RANK.__getitem__)
        return SAME_AS.get(metric, metric)
    for one in codings:
        if one.system == MDC and one.code in MDC_TO_LOINC:
            by_unit = MDC_TO_LOINC[one.code]
            return by_unit.get(_ANY) or by_unit.get(unit, "")
    return ""
