"""Made-up messages of vendors and of machine clients, for tests of what takes them."""

from __future__ import annotations

import json
from datetime import timedelta

from made_up_practices import START
from proofline.desk.arriving.messages import Sent

OBSERVATION = {
    "resourceType": "Observation",
    "id": "o-1",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": "Patient/P-1"},
    "effectiveDateTime": "2026-03-01T12:00:00Z",
    "valueQuantity": {
        "value": 70,
        "unit": "kg",
        "system": "http://unitsofmeasure.org",
        "code": "kg",
    },
}
NOBODY = {"resourceType": "Patient", "id": "P-2", "birthDate": "1950-01-01"}
PRESSURE = {
    "metric": "blood_pressure",
    "device_name": "Tenovi BPM",
    "hwi_device_id": "made-up-hub-1",
    "hardware_uuid": "F0FFAA000001",
    "sensor_code": "10",
    "value_1": "128",
    "value_2": "84",
    "created": "2026-03-01T12:00:00Z",
    "timestamp": "2026-03-01T12:00:00Z",
    "timezone_offset": -5,
}


def pressure(**other: object) -> bytes:
    """Give the body of a blood pressure, with other cells if they are told."""
    return json.dumps([PRESSURE | other]).encode()


def sent(body: bytes, name: str = "m-1", **other: object) -> Sent:
    """Give a message as a door hands it over; `after` is in seconds since the start."""
    said: dict[str, object] = {"source": "tenovi", "authenticity": "signed"} | other
    after = timedelta(seconds=said.pop("after", 0))  # type: ignore[arg-type]
    return Sent(message_id=name, body=body, received_at=START + after, **said)  # type: ignore[arg-type]
