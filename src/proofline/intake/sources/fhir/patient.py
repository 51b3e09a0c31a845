"""A Patient becomes a patients row if the time zone is known; it is never guessed.

The `timezone` extension of the patient wins over the zone that evidence knows, and that over
`--time-zone`. The death date is the calendar day
in that zone. Names, address and phone are the first official (else first) that were sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from proofline.evidence.zones import zone_names
from proofline.intake.sources.fhir.primitives import day, instant, local_day
from proofline.intake.sources.fhir.references import token
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from proofline.intake.report import Place, Trouble
    from proofline.intake.sources.fhir.files import Found
    from proofline.intake.sources.fhir.shapes import Address, HumanName, Identifier, Patient

_TIME_ZONE = "http://hl7.org/fhir/StructureDefinition/timezone"
_MEDICARE_NUMBER = "http://hl7.org/fhir/sid/us-mbi"
_MEMBER_NUMBER = "MB"
_RECORD_NUMBER = "MR"
# Social security, driver's licence, passport, tax, member and Medicare numbers (v2 table 0203).
_OFFICIAL_NUMBERS = frozenset({"SS", "DL", "PPN", "TAX", "MB", "MC", "NIIP", "SB"})
_OFFICIAL_SYSTEMS = frozenset({_MEDICARE_NUMBER, "http://hl7.org/fhir/sid/us-ssn"})
_SEXES = frozenset({"male", "female", "other"})

Named = TypeVar("Named", "Address", "HumanName")


def patient_id(found: Found, patient: Patient) -> str:
    """Give our id of a patient: the server's, else the record number with its system.

    Blank if there is neither. Numbers that others can look a person up by are never an id.
    """
    lasting = [one for one in patient.identifier if not _is_official(one) and token(one)]
    lasting.sort(key=lambda one: _RECORD_NUMBER not in _kinds(one))
    return found.stable_id or (token(lasting[0]) if lasting else "")


def patient_row(
    found: Found, patient: Patient, *, time_zone: str
) -> tuple[dict[str, str] | None, list[Trouble]]:
    """Make the patients row, or say why there is none; `time_zone` is for those who carry none."""
    place = found.place
    own_id = patient_id(found, patient)
    if not own_id:
        return None, [trouble(place, "no_patient_id", "id")]
    carried = [
        one.value_code or one.value_string for one in patient.extension if one.url == _TIME_ZONE
    ]
    zone = carried[0] if carried else time_zone
    if not zone:
        return None, [trouble(place, "no_time_zone", "extension(timezone)")]
    if zone not in zone_names():
        return None, [trouble(place, "bad_time_zone", "extension(timezone)")]
    said: list[Trouble] = []
    row = {"patient_id": own_id, "time_zone": zone}
    row["birth_date"] = day(patient.birth_date) or ""
    if patient.birth_date and not row["birth_date"]:
        said.append(trouble(place, "birth_date", "birthDate"))
    row["sex"] = patient.gender if patient.gender in _SEXES else ""
    row["death_date"] = _death_date(patient, zone, place, said)
    row |= _name(patient) | _address(patient)
    row["member_id"] = _member_id(patient)
    row["phone"] = next((one.value for one in patient.telecom if one.system == "phone"), "")
    return row, said


def _death_date(patient: Patient, zone: str, place: Place, said: list[Trouble]) -> str:
    sent = patient.deceased_date_time
    kept = instant(sent)
    if kept:
        return local_day(kept, zone)
    known = day(sent) or ""
    if not known and (sent or patient.deceased_boolean):
        said.append(trouble(place, "death_date", "deceased"))
    return known


def _name(patient: Patient) -> dict[str, str]:
    name = _preferred(patient.name, "official")
    if name is None:
        return {}
    return {"family_name": name.family, "given_name": " ".join(filter(None, name.given))}


def _address(patient: Patient) -> dict[str, str]:
    address = _preferred(patient.address, "home")
    if address is None:
        return {}
    return {
        "address_line": ", ".join(filter(None, address.line)),
        "city": address.city,
        "state": address.state,
        "postal_code": address.postal_code,
    }


def _preferred(all_sent: list[Named], use: str) -> Named | None:
    return next((one for one in all_sent if one.use == use), all_sent[0] if all_sent else None)


def _member_id(patient: Patient) -> str:
    for one in patient.identifier:
        if one.system == _MEDICARE_NUMBER or _MEMBER_NUMBER in _kinds(one):
            return one.value
    return ""


def _is_official(identifier: Identifier) -> bool:
    return identifier.system in _OFFICIAL_SYSTEMS or bool(_kinds(identifier) & _OFFICIAL_NUMBERS)


def _kinds(identifier: Identifier) -> set[str]:
    return {coding.code for coding in identifier.type.coding} if identifier.type else set()
