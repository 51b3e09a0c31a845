"""What is measured: LOINC codes, the units of each in UCUM, and which instrument measures it.

LOINC from HL7's vital-sign profiles, US Core, and the CGM and Personal Health Device guides. The
words that senders use for units are translated here and nowhere else.
"""

from __future__ import annotations

BLOOD_PRESSURE = "85354-9"  # panel: systolic is the value, diastolic the second
WEIGHT = "29463-7"
OXYGEN_SATURATION = "59408-5"
HEART_RATE = "8867-4"
TEMPERATURE = "8310-5"
PEAK_FLOW = "33452-4"
FEV1 = "20150-9"
GLUCOSE_CAPILLARY = {"mg/dL": "41653-7", "mmol/L": "14743-9"}
GLUCOSE_BLOOD = {"mg/dL": "2339-0", "mmol/L": "15074-8"}
GLUCOSE_SENSOR = {"mg/dL": "99504-3", "mmol/L": "105272-9"}
"""Glucose has a code for each unit: by finger prick, in blood not further said, by worn sensor."""

DEVICE_KIND: dict[str, str] = {
    BLOOD_PRESSURE: "blood_pressure",
    "55284-4": "blood_pressure",
    "8480-6": "blood_pressure",
    "8462-4": "blood_pressure",
    WEIGHT: "weight",
    "3141-9": "weight",
    OXYGEN_SATURATION: "pulse_oximeter",
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
    TEMPERATURE: "thermometer",
    PEAK_FLOW: "peak_flow",
    "19935-6": "peak_flow",
    FEV1: "spirometer",
    # Cuffs and oximeters count heartbeats and breaths too, so these two tell no kind.
    "8889-8": "",
    HEART_RATE: "",
    "9279-1": "",
}
"""LOINC code -> the kind of device that makes it; in the order in which one of several is taken."""

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
"""Kind of device -> the UCUM units in which its values can stand."""

_SAID: dict[str, str] = {
    "mmhg": "mm[Hg]",
    "mm[hg]": "mm[Hg]",
    "kpa": "kPa",
    "kg": "kg",
    "kgs": "kg",
    "kilogram": "kg",
    "kilograms": "kg",
    "g": "g",
    "gram": "g",
    "grams": "g",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "pound": "[lb_av]",
    "pounds": "[lb_av]",
    "[lb_av]": "[lb_av]",
    "%": "%",
    "percent": "%",
    "mg/dl": "mg/dL",
    "mmol/l": "mmol/L",
    "c": "Cel",
    "°c": "Cel",
    "cel": "Cel",
    "celsius": "Cel",
    "f": "[degF]",
    "°f": "[degF]",
    "[degf]": "[degF]",
    "fahrenheit": "[degF]",
    "l/min": "L/min",
    "lpm": "L/min",
    "l/s": "L/s",
    "l": "L",
    "ml": "mL",
    "bpm": "/min",
    "/min": "/min",
    "1/min": "/min",
    "beats/min": "/min",
}


def ucum(sent: str) -> str:
    """Give the UCUM code of a unit as senders write it, in any case; blank if unknown."""
    return _SAID.get(sent.strip().lower(), "")


def fits(metric: str, unit: str) -> bool:
    """Say whether a value of this LOINC code can stand in this UCUM unit."""
    return unit in UNITS[DEVICE_KIND[metric]]
