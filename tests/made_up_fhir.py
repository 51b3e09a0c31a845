"""Made-up FHIR resources for the tests of the intake, and what to ask of a result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofline.intake.sources.fhir import Decoded, Options, decode

if TYPE_CHECKING:
    from collections.abc import Mapping

FIXTURES = Path(__file__).parent / "fixtures" / "fhir"
HR = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}
CUFF = {"resourceType": "Device", "id": "cuff-1", "serialNumber": "MU-0001"}
_KIND = {"coding": [{"system": "urn:iso:std:iso:11073:10101", "code": "528391"}]}
KNOWN_CUFF = {**CUFF, "type": _KIND}
"""One whose lines may go the short way, for its kind is not asked of them."""
GATEWAY_EXTENSION = "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice"
PATIENT = {"reference": "Patient/ada-example"}


def read(*names: str, **options: Any) -> Decoded:  # noqa: ANN401 - whatever Options takes
    files = [(name, (FIXTURES / name).read_bytes()) for name in names]
    return decode(files, Options(**options))


def cells(result: Decoded, table: str, id_: str) -> dict[str, str]:
    (row,) = [one.cells for one in result.rows if one.table == table and id_ in one.cells.values()]
    return row


def codes(result: Decoded) -> dict[str, list[str]]:
    """Give the trouble codes by resource."""
    said: dict[str, list[str]] = {}
    for report in result.files.values():
        for one in report.troubles:
            said.setdefault(one.place.resource, []).append(one.code)
    return said


def heart(**changed: object) -> dict[str, object]:
    observation: dict[str, object] = {
        "resourceType": "Observation",
        "id": "o-1",
        "status": "final",
        "code": HR,
        "subject": PATIENT,
        "effectiveDateTime": "2026-03-01T07:12:00-06:00",
        "device": {"reference": "Device/cuff-1"},
        "valueQuantity": {
            "value": 61,
            "system": "http://unitsofmeasure.org",
            "code": "/min",
        },
    }
    observation.update(changed)
    return {name: value for name, value in observation.items() if value is not None}


def taken(*resources: Mapping[str, object], options: Options | None = None) -> Decoded:
    lines = "\n".join(json.dumps(one) for one in resources)
    return decode([("made-up.ndjson", lines.encode())], options)


def reading(*resources: Mapping[str, object]) -> dict[str, str]:
    (row,) = [one.cells for one in taken(*resources).rows if one.table == "readings"]
    return row


def in_bulk(*lines: Mapping[str, object] | str) -> Decoded:
    """Read lines of Observations as a server exports them: many at a time, devices apart."""
    texts = [
        one if isinstance(one, str) else json.dumps(one, separators=(",", ":")) for one in lines
    ]
    device = json.dumps(KNOWN_CUFF).encode()
    return decode([("device.json", device), ("made-up.ndjson", "\n".join([*texts, ""]).encode())])


def entries(result: Decoded) -> dict[str, str]:
    """Give how each reading was entered."""
    rows = [one.cells for one in result.rows if one.table == "readings"]
    return {row["reading_id"]: row["entry"] for row in rows}
