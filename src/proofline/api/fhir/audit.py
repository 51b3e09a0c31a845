"""Who saw whom, as AuditEvents in the shape of IHE's Basic Audit Log Patterns (BALP 1.1).

Made from the looks that the desk leaves; a refusal is one too. Who looked is the number of the
account: names of staff are not for everybody who may ask whom they saw.
"""

from __future__ import annotations

from proofline.api.fhir.ids import fhir_id
from proofline.api.fhir.resources import Json
from proofline.store.people.looks import Seen

_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_READS = (".see", ".review")


def audit_event(number: int, seen: Seen) -> Json:
    """Give one look: who, whom, when, in which act, and whether it was allowed."""
    read = seen.act.endswith(_READS)
    entities: list[Json] = [
        {
            "type": _coding("audit-entity-type", "2", "System Object"),
            "role": _coding("object-role", "24", "Query"),
            "name": seen.act,
        }
    ]
    if seen.patient_id:
        entities.append(
            {
                "what": {"reference": f"Patient/{fhir_id(seen.patient_id)}"},
                "type": _coding("audit-entity-type", "1", "Person"),
                "role": _coding("object-role", "1", "Patient"),
            }
        )
    made: Json = {
        "resourceType": "AuditEvent",
        "id": f"look-{number}",
        "type": _coding("audit-event-type", "rest", "RESTful Operation"),
        "subtype": [
            {
                "system": "http://hl7.org/fhir/restful-interaction",
                "code": "read" if read else "update",
            }
        ],
        "action": "R" if read else "U",
        "recorded": seen.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "outcome": "0" if seen.allowed else "4",
        "agent": _agents(seen),
        "source": {"observer": {"display": "Proofline"}},
        "entity": entities,
    }
    if seen.purpose:
        made["purposeOfEvent"] = [{"text": seen.purpose}]
    return made


def _agents(seen: Seen) -> list[Json]:
    """The server that was asked, and the person who asked; nobody but ourselves without one."""
    server: Json = {
        "type": {
            "coding": [{"system": _DICOM, "code": "110152", "display": "Destination Role ID"}]
        },
        "who": {"display": "Proofline"},
        "requestor": seen.person_id is None,
    }
    if seen.person_id is None:
        return [server]
    person: Json = {
        "type": {"coding": [{"system": _TERMS + "v3-ParticipationType", "code": "IRCP"}]},
        "who": {"identifier": {"value": f"person {seen.person_id}"}},
        "requestor": True,
    }
    return [server, person]


def _coding(system: str, code: str, display: str) -> Json:
    return {"system": _TERMS + system, "code": code, "display": display}
