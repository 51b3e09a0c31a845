"""What an OBX names: the measurement (OBX-3), its unit (OBX-6), how it came about (OBX-17).

LOINC (`LN`), MDC and UCUM by the names that HL7's table 0396 gives these systems. A code without
the name of its system is nobody's code. Units in words are translated by `intake.metrics`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proofline.intake.measurements import metrics
from proofline.intake.measurements.measurement import UNSAID, Said
from proofline.intake.measurements.typed_words import affirmed, says_typed
from proofline.intake.report import shown
from proofline.intake.sources.hl7v2.er7 import Delimiters, components, repetitions

_LOINC = frozenset({"LN", "LOINC"})  # the latter is in no table, but can mean nothing else
_CODING = 3  # code, text and system; a second coding may follow
_ATTRIBUTES, _INFRASTRUCTURE = 1, 8  # the partitions of MDC that speak of devices

# MDC partition 4, dimensions: 4 times 65536 plus term, and the reference ids -> UCUM
_DIMENSIONS = {
    "262688": "%",
    "263762": "mL",
    "263744": "L",
    "263872": "g",
    "263875": "kg",
    "263904": "[lb_av]",
    "264274": "mg/dL",
    "264864": "/min",
    "264928": "/min",
    "265216": "L/min",
    "265987": "kPa",
    "266016": "mm[Hg]",
    "266560": "[degF]",
    "266866": "mmol/L",
    "268192": "Cel",
    "MDC_DIM_PERCENT": "%",
    "MDC_DIM_MILLI_L": "mL",
    "MDC_DIM_X_L": "L",
    "MDC_DIM_X_G": "g",
    "MDC_DIM_KILO_G": "kg",
    "MDC_DIM_LB": "[lb_av]",
    "MDC_DIM_MILLI_G_PER_DL": "mg/dL",
    "MDC_DIM_BEAT_PER_MIN": "/min",
    "MDC_DIM_RESP_PER_MIN": "/min",
    "MDC_DIM_X_L_PER_MIN": "L/min",
    "MDC_DIM_KILO_PASCAL": "kPa",
    "MDC_DIM_MMHG": "mm[Hg]",
    "MDC_DIM_FAHR": "[degF]",
    "MDC_DIM_MILLI_MOLE_PER_L": "mmol/L",
    "MDC_DIM_DEGC": "Cel",
}
_UCUM = frozenset(unit for units in metrics.UNITS.values() for unit in units)
_ENTRIES = {
    "AMEAS": Said("automatic", "OBX-17=AMEAS"),
    "MMEAS": Said("manual", "OBX-17=MMEAS"),
}
_MANUAL_IN_WORDS = Said("manual", "OBX-17 (manual)")
_AUTOMATIC_IN_WORDS = Said("automatic", "OBX-17 (automatic)")
_LONGEST_TEXT = 1_000  # characters; a longer one is no method, and is read up to here
_LAST_TEXT = 9  # the code and its text, the same of a second coding, and the original text
_MANUAL = re.compile(r"(?<![a-z])manual(ly)?(?![a-z])|self[ _-]*report|by[ _-]*hand", re.IGNORECASE)
_AUTOMATIC = re.compile(
    r"automatic|automated"
    r"|(automatic|automated)[ _-](measurement|reading|acquisition|capture|device[ _-]measurement)"
    r"|automatically[ _-](measured|acquired|captured|recorded)"
    r"|(measured|acquired|captured|recorded)[ _-]automatically",
    re.IGNORECASE,
)
SETTING = Said("unknown", "setting")
"""Stands for what was set on a device and not measured by it."""
_LONGEST_MDC = 10  # digits of a code of 32 bits
_SETTINGS = frozenset({"ASET", "MSET", "RSET"})


class Code(NamedTuple):
    """What OBX-3 names: a LOINC code we take, an MDC code, and the code as it may be shown.

    `bare`: it is one that we would take, if it named its system.
    """

    loinc: str
    mdc: str
    shown: str
    bare: bool = False

    def is_taken(self) -> bool:
        """Say whether it is a measurement that Proofline takes."""
        return bool(self.loinc) or metrics.of_mdc(self.mdc, "") is not None

    def metric(self, unit: str) -> str:
        """Give the LOINC code, which for glucose hangs on the unit; blank if there is none."""
        return self.loinc or metrics.of_mdc(self.mdc, unit) or ""

    def of_the_device(self) -> bool:
        """Say whether MDC keeps this code among those that speak of the device."""
        partition = int(self.mdc) >> 16 if _is_mdc(self.mdc) else 0
        return partition in {_ATTRIBUTES, _INFRASTRUCTURE}


def _is_mdc(code: str) -> bool:
    return len(code) <= _LONGEST_MDC and code.isascii() and code.isdecimal()


def code_of(field: str, marks: Delimiters) -> Code:
    """Read OBX-3; of two codings the LOINC one wins."""
    parts = components(field, marks)
    loinc = mdc = ""
    for start in (0, _CODING):
        code, _, system = (*parts[start : start + _CODING], "", "", "")[:_CODING]
        code = metrics.SAME_AS.get(code, code) if system in _LOINC else code
        if system in _LOINC and not loinc and code in metrics.DEVICE_KIND:
            loinc = code
        elif system == "MDC" and not mdc:
            mdc = code
    bare = len(parts) < _CODING or not parts[_CODING - 1]
    return Code(loinc, mdc, shown(parts[0]) or "no code", bare and _may_be_taken(parts[0]))


def _may_be_taken(code: str) -> bool:
    kept = metrics.SAME_AS.get(code, code)
    return kept in metrics.DEVICE_KIND or metrics.of_mdc(code, "") is not None


def unit_of(field: str, marks: Delimiters) -> str:
    """Read OBX-6 as UCUM; blank if it is no unit we know."""
    code, words, *_ = (*components(field, marks), "", "")
    return (
        _DIMENSIONS.get(code)
        or (code if code in _UCUM else "")
        or metrics.ucum(code)
        or metrics.ucum(words)
    )


def entry_of(field: str, marks: Delimiters) -> Said:
    """Read OBX-17: IHE's words, else plain words; another method says nothing of the entry.

    Where it says both, somebody had a hand in it.
    """
    sent = [components(one, marks) for one in repetitions(field, marks) or ()]
    codes = {one[at] for one in sent for at in (0, _CODING) if at < len(one)}
    if not codes.isdisjoint(_SETTINGS):
        return SETTING
    if "MMEAS" in codes:
        return _ENTRIES["MMEAS"]
    texts = [" ".join(text.split()) for one in sent for text in one[:_LAST_TEXT]]
    if any(map(_says_manual, texts)):
        return _MANUAL_IN_WORDS
    if any(len(text) > _LONGEST_TEXT for text in texts):
        return UNSAID
    if "AMEAS" in codes:
        return _ENTRIES["AMEAS"]
    return _AUTOMATIC_IN_WORDS if _is_automatic_throughout(sent) else UNSAID


def _is_automatic_throughout(sent: list[tuple[str, ...]]) -> bool:
    """Say whether a coding says automatic, and no text or bare word beside it something else."""
    said = 0
    for one in sent:
        parts = [" ".join(part.split()) for part in one] + [""] * _LAST_TEXT
        for code, text in ((parts[0], parts[1]), (parts[_CODING], parts[_CODING + 1])):
            told = text or code
            if _AUTOMATIC.fullmatch(told):
                said += 1
            elif text or any(map(str.isalpha, code)):
                return False
        if parts[_LAST_TEXT - 1] and not _AUTOMATIC.fullmatch(parts[_LAST_TEXT - 1]):
            return False
    return said > 0


def _says_manual(text: str) -> bool:
    read = text[:_LONGEST_TEXT]
    return bool(_MANUAL.search(affirmed(read))) or says_typed(read)
