"""What is measured: LOINC codes, the units of each in UCUM, and which instrument measures it.

LOINC from HL7's vital-sign profiles, US Core, and the CGM and Personal Health Device guides; MDC
(ISO/IEEE 11073-10101, written as partition times 65536 plus term) from the same guide and the
device specialisations. Where an MDC code stands alone, the LOINC code is the one that says no more
than it. The words that senders use for units are translated here and nowhere else.
"""

from __future__ import annotations

from proofline.intake.measurements.once import Once

BLOOD_PRESSURE = "85354-9"  # panel: systolic is the value, diastolic the second
WEIGHT = "29463-7"
OXYGEN_SATURATION = "59408-5"
SYSTOLIC = "8480-6"
DIASTOLIC = "8462-4"
HEART_RATE = "8867-4"
RESPIRATION = "9279-1"
TEMPERATURE = "8310-5"
PEAK_FLOW = "33452-4"
FEV1 = "20150-9"
GLUCOSE_CAPILLARY = {"mg/dL": "41653-7", "mmol/L": "14743-9"}
GLUCOSE_BLOOD = {"mg/dL": "2339-0", "mmol/L": "15074-8"}
GLUCOSE_SENSOR = {"mg/dL": "99504-3", "mmol/L": "105272-9"}
"""Glucose has a code for each unit: by finger prick, in blood not further said, by worn sensor."""

_MDC: dict[str, str | dict[str, str]] = {
    "150020": BLOOD_PRESSURE,
    "150021": SYSTOLIC,
    "150022": DIASTOLIC,
    "150301": SYSTOLIC,  # by cuff, as bedside and spot-check monitors name it
    "150302": DIASTOLIC,
    "150456": OXYGEN_SATURATION,
    "150324": "2708-6",  # of arterial blood, not said by what
    "149514": HEART_RATE,  # pulse rate, not said by what
    "149530": HEART_RATE,  # pulse rate, by oximeter
    "149546": HEART_RATE,  # pulse rate, by cuff
    "147842": HEART_RATE,  # heart rate, by ECG
    "8410590": HEART_RATE,  # by ECG, from one beat to the next
    "149554": HEART_RATE,  # by the impedance of the chest
    "151562": RESPIRATION,
    "151570": RESPIRATION,  # by the flow of air
    "151578": RESPIRATION,  # by the impedance of the chest
    "151594": RESPIRATION,  # by the carbon dioxide breathed out
    "151602": RESPIRATION,  # by a pressure other than that of the airway
    "151650": RESPIRATION,  # by ear
    "151658": RESPIRATION,  # by oximeter
    "188736": WEIGHT,
    "150364": TEMPERATURE,  # of the body
    "150368": TEMPERATURE,  # of its core
    "150392": TEMPERATURE,  # of the eardrum
    "188420": TEMPERATURE,  # rectal
    "188424": TEMPERATURE,  # oral
    "188428": TEMPERATURE,  # ear
    "188432": TEMPERATURE,  # finger
    "188448": TEMPERATURE,  # toe
    "188452": TEMPERATURE,  # armpit
    "188456": TEMPERATURE,  # gut, by a swallowed pill
    "152584": PEAK_FLOW,
    "152586": FEV1,
    "160184": GLUCOSE_CAPILLARY,  # whole blood
    "160188": GLUCOSE_CAPILLARY,  # plasma
    "160020": GLUCOSE_BLOOD,  # not said of what
    "160364": GLUCOSE_BLOOD,  # sample undetermined, whole blood
    "160368": GLUCOSE_BLOOD,  # sample undetermined, plasma
    "160212": GLUCOSE_SENSOR,  # interstitial fluid
}

DEVICE_KIND: dict[str, str] = {
    BLOOD_PRESSURE: "blood_pressure",
    "55284-4": "blood_pressure",
    SYSTOLIC: "blood_pressure",
    DIASTOLIC: "blood_pressure",
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
    RESPIRATION: "",
}
"""LOINC code -> the kind of device that makes it; in the order in which one of several is taken."""

SAME_AS: dict[str, str] = {
    "55284-4": BLOOD_PRESSURE,  # the panel's older code
    "76534-7": SYSTOLIC,  # by cuff
    "76535-4": DIASTOLIC,
    "8459-0": SYSTOLIC,  # sitting
    "8453-3": DIASTOLIC,
    "2340-8": GLUCOSE_BLOOD["mg/dL"],  # by test strip, read by an instrument
    "32016-8": GLUCOSE_BLOOD["mg/dL"],  # capillary, not said by what
}
"""LOINC code of a reading -> the code by which evidence keeps it, which says no more than it."""

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

_SHOWN: dict[str, tuple[float, float]] = {
    "mm[Hg]": (20, 350),
    "kPa": (2.5, 47),
    "kg": (0.2, 700),
    "g": (200, 700_000),
    "[lb_av]": (0.4, 1_550),
    "%": (20, 100),
    "mg/dL": (10, 1_500),
    "mmol/L": (0.5, 85),
    "Cel": (20, 46),
    "[degF]": (68, 115),
    "L/min": (10, 1_200),
    "L/s": (0.15, 20),
    "L": (0.05, 15),
    "mL": (50, 15_000),
    "/min": (2, 400),
}
"""UCUM unit -> the least and the most that an instrument shows of a living body. No source settles
it: this is our own policy, so wide that what lies outside is most likely in another unit."""

_KEPT = frozenset[str]().union(*UNITS.values())
_NEVER = frozenset({"mm", "cm", "m", "[in_i]", "[in_us]", "[ft_i]", "kg/m2", "ms", "s", "min", "h"})
"""Units of what nobody monitors: lengths, times, an index."""
_AS_UCUM = {
    "mmHg": "mm[Hg]",
    "degF": "[degF]",
    "\u00b0F": "[degF]",
    "degC": "Cel",
    "\u00b0C": "Cel",
}
"""What senders call UCUM that is none, and can mean one unit only."""
_ANY = (float("-inf"), float("inf"))
_SAID: dict[str, str] = {
    "mmhg": "mm[Hg]",
    "mm[hg]": "mm[Hg]",
    "mm hg": "mm[Hg]",
    "millimeter of mercury": "mm[Hg]",  # UCUM's own words
    "millimeters of mercury": "mm[Hg]",
    "mm(hg)": "mm[Hg]",  # ISO 2955, the older tables of HL7 v2
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
    "{%}": "%",
    "mg/dl": "mg/dL",
    "mgdl": "mg/dL",  # CommonHealth
    "mmol/l": "mmol/L",
    "c": "Cel",
    "°c": "Cel",
    "cel": "Cel",
    "degc": "Cel",
    "deg c": "Cel",
    "celsius": "Cel",
    "degree celsius": "Cel",
    "degrees celsius": "Cel",
    "f": "[degF]",
    "°f": "[degF]",
    "[degf]": "[degF]",
    "degf": "[degF]",
    "deg f": "[degF]",
    "fahrenheit": "[degF]",
    "degree fahrenheit": "[degF]",
    "degrees fahrenheit": "[degF]",
    "l/min": "L/min",
    "lpm": "L/min",
    "l/s": "L/s",
    "l": "L",
    "ml": "mL",
    "bpm": "/min",
    "/min": "/min",
    "1/min": "/min",
    "count/min": "/min",  # HealthKit
    "per minute": "/min",
    "{bpm}": "/min",
    "rpm": "/min",  # respirations a minute, as monitors write it
    "beats/min": "/min",
    "beats/minute": "/min",
    "beats per minute": "/min",
    "breaths/min": "/min",
    "breaths/minute": "/min",
    "breaths per minute": "/min",
}


def _ucum(sent: str) -> str:
    return _SAID.get(sent.strip().lower(), "")


_UCUM = Once(_ucum)


def ucum(sent: str) -> str:
    """Give the UCUM code of a unit as senders write it, in any case; blank if unknown."""
    return _UCUM[sent]


def as_kept(code: str) -> str:
    """Give the code in which evidence keeps a unit that its sender calls UCUM.

    `mg/dl` and `mg/dL` are one unit to UCUM; `mmHg`, `bpm` and `lb` are none, and plain. Other
    capitals are left alone (`ML` is a megalitre), and so are single letters (`c` is no Celsius).
    """
    if code in _KEPT or len(code) == 1:
        return code
    return _AS_UCUM.get(code) or _SAID.get(code, code)


def fits(metric: str, unit: str) -> bool:
    """Say whether a value of this LOINC code can stand in this UCUM unit."""
    return unit in UNITS[DEVICE_KIND[metric]]


def is_of_another(metric: str, unit: str) -> bool:
    """Say whether this is the unit of another measurement, so that nobody knows what this was."""
    return (unit in _KEPT or unit in _NEVER) and not fits(metric, unit)


def shown_range(unit: str) -> tuple[float, float]:
    """Give the least and the most that an instrument shows in this unit; endless if unknown."""
    return _SHOWN.get(unit, _ANY)


def is_shown(value: str, value_2: str, unit: str) -> bool:
    """Whether an instrument can show these values in this unit, a blank one and any order aside.

    Of two, the second (diastolic) is below the first.
    """
    least, most = shown_range(unit)
    first = float(value) if value else least
    if not value_2:
        return least <= first <= most
    second = float(value_2)
    return least <= first <= most and second >= least and (second < first or not value)


def codes_of(system: str, metric: str) -> set[tuple[str, str]]:
    """Give all codes of this system by which a metric comes, the system beside each."""
    others = (code for code, kept in SAME_AS.items() if kept == metric)
    return {(system, code) for code in (metric, *others)}


def of_mdc(code: str, unit: str) -> str | None:
    """Give the LOINC code of a reading's MDC code, for glucose by its UCUM unit.

    None for a code that is no reading's, blank for glucose in no unit that has a LOINC code.
    """
    found = _MDC.get(code)
    return found.get(unit, "") if isinstance(found, dict) else found
