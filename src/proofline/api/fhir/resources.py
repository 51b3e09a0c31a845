"""A row of evidence as one FHIR R4 resource; what is unknown is not there.

Sources: HL7 FHIR R4 (hl7.org/fhir/R4), resources Observation, Device, Consent and Provenance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from proofline.api.fhir.ids import fhir_id
from proofline.store.outside.lists import RowKept

Json = dict[str, object]
Cells = Mapping[str, str | None]

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_LOINC_CODE = re.compile(r"\d{1,7}-\d")
_PANEL = {"85354-9": ("8480-6", "8462-4")}
"""A blood pressure and the codes of its two parts: systolic, diastolic."""


def observation(row: RowKept) -> Json:
    """Give a reading. A blood pressure has its two components; one without a value says so."""
    cells = row.cells
    made: Json = {
        **_head("Observation", cells["reading_id"], row),
        "status": "final",
        "code": _concept(cells["metric"] or ""),
        "effectiveDateTime": cells["measured_at"],
    }
    if cells["patient_id"]:
        made["subject"] = reference("Patient", cells["patient_id"])
    if cells["device_id"]:
        made["device"] = reference("Device", cells["device_id"])
    if cells["received_at"]:
        made["issued"] = cells["received_at"]
    return made | _values(cells)


def _values(cells: Cells) -> Json:
    first, second = (_quantity(cells[name], cells["unit"]) for name in ("value", "value_2"))
    parts = _PANEL.get(cells["metric"] or "")
    if parts and first and second:
        both = zip(parts, (first, second), strict=True)
        return {
            "component": [{"code": _concept(code), "valueQuantity": value} for code, value in both]
        }
    if first and not second:
        return {"valueQuantity": first}
    said = {"system": _TERMS + "data-absent-reason", "code": "unknown"}
    return {"dataAbsentReason": {"coding": [said]}}


def _quantity(value: str | None, unit: str | None) -> Json | None:
    try:
        number = Decimal(value or "")
    except InvalidOperation:
        return None
    made: Json = {"value": number}
    return made | {"unit": unit, "system": UCUM, "code": unit} if unit else made


def device(row: RowKept) -> Json:
    """Give a device with what is known of its maker and its papers."""
    cells = row.cells
    made: Json = {
        **_head("Device", cells["device_id"], row),
        "status": "active",
        "type": {"text": cells["kind"]},
    }
    for name, column in (("manufacturer", "manufacturer"), ("modelNumber", "model")):
        made |= {name: cells[column]} if cells[column] else {}
    if cells["serial"]:
        made["serialNumber"] = cells["serial"]
    if cells["udi_di"]:
        made["udiCarrier"] = [{"deviceIdentifier": cells["udi_di"]}]
    return made


def consent(row: RowKept) -> Json:
    """Give a consent; one that was taken back is inactive."""
    cells = row.cells
    made: Json = {
        **_head("Consent", cells["consent_id"], row),
        "status": "inactive" if cells["revoked_at"] else "active",
        "scope": {"coding": [{"system": _TERMS + "consentscope", "code": "treatment"}]},
        "category": [{"text": cells["program"]}],
        "patient": reference("Patient", cells["patient_id"] or ""),
        "dateTime": cells["given_at"],
        "policyRule": {"text": cells["text_version"] or "the text is unknown"},
    }
    if cells["captured_by"]:
        made["performer"] = [reference("Practitioner", cells["captured_by"])]
    if cells["language"]:
        made["language"] = cells["language"]
    return made


RESOURCE_OF = {"readings": "Observation", "devices": "Device", "consents": "Consent"}


def provenance(table: str, key: str, row: RowKept) -> Json:
    """Give who recorded a row and when, and the entry of the ledger that vouches for it."""
    who = "service" if row.recorded_by is None else f"person {row.recorded_by}"
    return {
        "resourceType": "Provenance",
        "id": f"{table}-{row.number}",
        "target": [reference(RESOURCE_OF[table], row.cells[key] or "")],
        "recorded": _instant(row),
        "activity": {"coding": [{"system": _TERMS + "v3-DataOperation", "code": "CREATE"}]},
        "agent": [
            {
                "type": {
                    "coding": [
                        {"system": _TERMS + "provenance-participant-type", "code": "enterer"}
                    ]
                },
                "who": {"identifier": {"value": who}},
            }
        ],
        "entity": [
            {"role": "source", "what": {"identifier": {"value": f"ledger entry {row.vouched_by}"}}}
        ],
    }


def reference(kind: str, ours: str) -> Json:
    """Refer to a resource of ours."""
    return {"reference": f"{kind}/{fhir_id(ours)}"}


def _head(kind: str, ours: str | None, row: RowKept) -> Json:
    named = ours or ""
    meta = {"versionId": str(row.number), "lastUpdated": _instant(row)}
    return {
        "resourceType": kind,
        "id": fhir_id(named),
        "meta": meta,
        "identifier": [{"value": named}],
    }


def _instant(row: RowKept) -> str:
    return row.recorded_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _concept(code: str) -> Json:
    if _LOINC_CODE.fullmatch(code):
        return {"coding": [{"system": LOINC, "code": code}]}
    return {"text": code}
