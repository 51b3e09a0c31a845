"""A Device becomes a devices row; a gateway becomes none, for it makes no readings.

* `device_id` is the server's id. Where the id is good for one message only (a transaction that
  creates, a contained resource), the EUI-64 serves, else an identifier, else manufacturer, model
  and serial number together.
* `serial` is the serial number, else an identifier of type SNO, else the EUI-64: what proves that
  there is one certain instrument. What only fills the field is none, and a Device that was entered
  in error proves nothing.
* `kind` is what specialization or type say in MDC or SNOMED, else what its own readings in the same
  input all measure.
* `fda_basis` is never filled: FHIR does not know it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.intake.identity import is_serial
from proofline.intake.sources.fhir import codes
from proofline.intake.sources.fhir.primitives import eui_64
from proofline.intake.sources.fhir.references import token
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from proofline.intake.identity import Known
    from proofline.intake.report import Place, Trouble
    from proofline.intake.sources.fhir.entry import DeviceSign
    from proofline.intake.sources.fhir.files import Found
    from proofline.intake.sources.fhir.shapes import Device
    from proofline.intake.sources.fhir.words import Why

_IN_ERROR = "entered-in-error"
_SERIAL_NUMBER = "SNO"  # HL7 table 0203, the type of an identifier
_CERTIFIED_GATEWAY_PROFILE = "http://hl7.org/fhir/uv/phd/StructureDefinition/PhgDevice"


class Instrument(Struct):
    """A Device as found, with our id for it and whether it only passes on.

    `known`: what is to be said if evidence knows it under another id.
    """

    place: Place
    device: Device
    id: str
    gateway: bool
    known: Why = ()

    @property
    def sign(self) -> DeviceSign:
        """Say what naming it shows: that it is a gateway, or is told from all others, or not."""
        if self.gateway:
            return "gateway"
        is_withdrawn = self.device.status == _IN_ERROR
        return "proven" if serial(self.device) and not is_withdrawn else "named"


def instrument(found: Found, device: Device, known: Known) -> Instrument:
    """Give a Device our id for it; the id is blank if nothing names it for good.

    An instrument that evidence knows by its serial number keeps the id that it has there.
    """
    own_id = found.stable_id or _lasting_name(device)
    there = known.of_serial(serial(device))
    is_gateway = _is_gateway(device)
    if is_gateway or not there or own_id in there:
        return Instrument(found.place, device, own_id, is_gateway)
    why = ("device_known" if len(there) == 1 else "device_twice", "serialNumber")
    return Instrument(found.place, device, there[0], gateway=False, known=why)


def serial(device: Device) -> str:
    """Give the serial number, else the EUI-64 as sent, else a blank."""
    labelled = (
        one.value
        for one in device.identifier
        if one.type and any(kind.code == _SERIAL_NUMBER for kind in one.type.coding)
    )
    euis = (one.value for one in device.identifier if eui_64(one.value))
    return next(filter(is_serial, (device.serial_number, *labelled, *euis)), "")


def stated_kind(device: Device) -> str:
    """Give the kind that a Device says of itself, or a blank."""
    sent = codes.pairs(*(one.system_type for one in device.specialization), device.type)
    return next((codes.DEVICE_KINDS[pair] for pair in sent if pair in codes.DEVICE_KINDS), "")


def device_row(
    one: Instrument, measured_kinds: set[str]
) -> tuple[dict[str, str] | None, list[Trouble]]:
    """Make the devices row, or say why there is none. `measured_kinds`: what its readings show."""
    device, place = one.device, one.place
    if device.status == _IN_ERROR:
        return None, [trouble(place, "device_in_error", "status")]
    if one.gateway:
        return None, [trouble(place, "gateway", "type")]
    if one.known:
        return None, [trouble(place, *one.known)]
    if not one.id:
        return None, [trouble(place, "no_device_id", "id")]
    kind = stated_kind(device) or (next(iter(measured_kinds)) if len(measured_kinds) == 1 else "")
    if not kind:
        return None, [trouble(place, "device_kind", "type", _type_name(device))]
    said = [trouble(place, "fda_basis", "")]
    if device.patient:
        said.append(trouble(place, "assignment", "patient"))
    row = {
        "device_id": one.id,
        "kind": kind,
        "manufacturer": device.manufacturer.strip(),
        "model": device.model_number.strip(),
        "serial": serial(device),
        "udi_di": next((udi.device_identifier for udi in device.udi_carrier), ""),
    }
    return row, said


def _lasting_name(device: Device) -> str:
    tokens = [token(one) for one in device.identifier]
    best = [one for one in tokens if eui_64(one)] + [one for one in tokens if one]
    if best:
        return best[0]
    if not is_serial(device.serial_number):
        return ""
    return f"{device.manufacturer}|{device.model_number}|{device.serial_number}"


def _is_gateway(device: Device) -> bool:
    sent = codes.pairs(device.type, *(one.system_type for one in device.specialization))
    return codes.GATEWAY in sent or _CERTIFIED_GATEWAY_PROFILE in device.meta.profile


def _type_name(device: Device) -> str:
    sent = codes.pairs(device.type)
    return f"code {sent[0][1]}" if sent else "not said"
