"""Who was measured and by what: PID-3, OBX-18 and what device rows say of the device.

* PID-3 may carry many ids. The one of a person (PI, PT) or of a chart (MR) is taken before one
  without a type; numbers of the state and of devices (SS, U) are not.
* OBX-18 is EI: id, namespace, and the universal id with its type. Where one of several ids is an
  EUI-64 it is taken. A row without it has the device of the row above it in OBX-4's tree,
  else that of the first row of its OBR: see `observations`.
* Since 2.7 a PRT whose role is EQUIP names the device instead.
"""

from __future__ import annotations

from proofline.intake.measurements.measurement import Instrument
from proofline.intake.sources.hl7v2.er7 import (
    NULL,
    Delimiters,
    component,
    components,
    remembered,
    repetitions,
)

_BEST = ("PI", "PT", "MR", "")
_NOT_PATIENTS = frozenset({"SS", "U", "DL", "PPN", "SB"})
_TYPE = 5  # CX.5
_EUI_64 = "EUI-64"
_DEVICE_ID, _UDI, _SERIAL = 10, 16, 20  # PRT

FACTS = {"531969": "model", "531970": "manufacturer", "531972": "serial"}
"""MDC code of a row about the device -> what of the instrument it says."""


@remembered
def patient_of(field: str, marks: Delimiters) -> str:
    """Read PID-3: the sender's id of the patient, blank if it names none."""
    found: dict[str, str] = {}
    for repetition in repetitions(field, marks) or ():
        if identifier := component(repetition, 1, marks):
            found.setdefault(component(repetition, _TYPE, marks), identifier)
    for kind in _BEST:
        if kind in found:
            return found[kind]
    return next((one for kind, one in found.items() if kind not in _NOT_PATIENTS), "")


@remembered
def device_of(field: str, marks: Delimiters) -> Instrument:
    """Read OBX-18 or PRT-10: the device by its id, an EUI-64 before all others, or a blank id."""
    found = ""
    for repetition in repetitions("" if field == NULL else field, marks) or ():
        identifier, namespace, universal, kind, *_ = (*components(repetition, marks), "", "", "")
        if _EUI_64 in {namespace, kind} and (identifier or universal):
            return Instrument(identifier or universal)
        found = found or identifier or universal
    return Instrument(found)


def equipment_of(segment: list[str], marks: Delimiters) -> Instrument | None:
    """Read a PRT; None unless it tells of a device."""
    told = [*segment, *[""] * _SERIAL]
    if component(told[4], 1, marks) != "EQUIP":
        return None
    serial = component(told[_SERIAL], 1, marks)
    identifier = device_of(told[_DEVICE_ID], marks).id or serial
    udi_di = component(told[_UDI], 1, marks)
    return Instrument(identifier, serial=serial, udi_di=udi_di) if identifier else None
