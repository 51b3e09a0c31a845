"""What each route of the API is called with in tests, made from the routes themselves."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from api_callers import ask
from made_up_people import CUFF, PATIENT
from made_up_practices import Practice
from proofline.api.route import Route

if TYPE_CHECKING:
    from django.test import Client

ABSENT = "absent-1"
BODIES: dict[str, dict[str, Any]] = {
    "enrol": {"patient_id": PATIENT, "program": "CCM", "billing_performer_id": "B"},
    "completeEnrollment": {"diagnoses": ["E11.9"], "reason": "found in the chart"},
    "endEpisode": {"last": "2026-03-01", "reason": "moved away"},
    "captureConsent": {
        "patient_id": PATIENT,
        "program": "RPM",
        "text_version": "rpm-en-1",
        "modality": "verbal",
        "given_at": "2026-03-01T12:00:00Z",
        "cost_share_disclosed": True,
    },
    "revokeConsent": {"revoked_at": "2026-03-01T12:00:00Z"},
    "pairDevice": {"device_id": CUFF, "patient_id": PATIENT, "since": "2026-03-01"},
    "takeDeviceBack": {"until": "2026-03-01"},
    "unpairDevice": {"patient_id": PATIENT, "since": "2026-03-01", "reason": "another's"},
    "typeTime": {
        "enrollment_id": "{enrollment_id}",
        "activity": "review",
        "started_at": "2026-03-01T12:00:00Z",
        "ended_at": "2026-03-01T12:10:00Z",
        "reason": "no timer",
    },
    "withdrawTime": {"reason": "a mistake"},
    "startTimer": {"enrollment_id": "{enrollment_id}", "activity": "review"},
    "stopTimer": {},
    "logCall": {
        "enrollment_id": "{enrollment_id}",
        "channel": "phone",
        "started_at": "2026-03-01T12:00:00Z",
        "ended_at": "2026-03-01T12:10:00Z",
        "reached": "patient",
    },
    "signOff": {
        "enrollment_id": "{enrollment_id}",
        "first": "2026-01-05",
        "last": "2026-02-03",
        "digest": "x",
    },
    "joinCallRecords": {
        "records": [
            {"record_id": "r-1", "number": "555 010 0001", "started_at": "2026-03-01T12:00:00Z"}
        ]
    },
    "setLimits": {"metric": "8867-4", "unit": "/min", "low": "50", "high": "120.5"},
    "takeAlert": {},
    "closeAlert": {"outcome": "called the patient"},
    "reopenAlert": {"reason": "it was another one"},
    "holdLines": {"line_ids": [ABSENT], "reason": "a paper is looked for"},
    "releaseLines": {"line_ids": [ABSENT], "reason": "it was found"},
    "attachAnswer": {"key": ABSENT, "line_id": ABSENT, "reason": "it is of this line"},
    "detachAnswer": {"key": ABSENT, "reason": "it is of another patient"},
    "searchLines": {},
    "registerMachine": {"name": "x", "role": "integrator", "scopes": ["read:devices"]},
    "subscribe": {"url": "https://hooks.example/x", "kinds": ["line.ready"]},
}
BODIES["correctTime"] = BODIES["typeTime"]
FILE = b64encode(b"a made-up file").decode()
SETTLED = {"key": ABSENT, "reason": "looked into"}
WHY = {"reason": "looked into"}
BODIES |= {
    "registerPatient": {
        "record_number": "P-NEW",
        "family_name": "Made-Up",
        "given_name": "Newly",
        "time_zone": "America/Chicago",
        "program": "RPM",
        "billing_performer_id": "B",
    },
    "searchPatients": {"words": "made"},
    "discardTimer": {"enrollment_id": "{enrollment_id}", "reason": "it ran by mistake"},
    "withdrawCall": WHY,
    "keepPaper": {"kind": "charges", "file": FILE},
    "takeClaims": {"kind": "superbill", "all": True},
    "sendClaims": {"claim_ids": [ABSENT]},
    "correctClaim": {"way": "void", "reason": "billed by mistake"},
    "giveClaimUp": WHY,
    "tryAnswerAgain": {"key": ABSENT},
    "setAnswerAside": SETTLED,
    "letAnswerWait": SETTLED,
    "postRemittance": {"file": FILE},
    "postAcknowledgment": {"file": FILE},
    "appealLines": {"line_ids": [ABSENT], "reason": "the days are on file"},
    "giveLinesUp": {"line_ids": [ABSENT], "reason": "too late"},
    "acceptAmendment": WHY,
    "declineAmendment": WHY,
    "returnOverpayment": {"on": "2026-03-01", "cents": 100, "reason": "by check 7"},
    "suspendOverpayment": {"start": "2026-03-01", "until": "2026-03-09", "reason": "looked into"},
    "resumeOverpayment": {"on": "2026-03-02", "reason": "looked into"},
    "closeOverpayment": WHY,
    "openFeed": {"source": "tenovi"},
    "rotateFeed": {},
    "grantFeed": {"person": "1", "token": "made-up"},
    "closeFeedAlert": {"outcome": "it sends again"},
    "dropMessage": WHY,
    "bringFile": {"source": "tenovi", "file": FILE},
    "judgeSample": {"source": "tenovi", "file": FILE},
    "addPerson": {"username": "a-newcomer", "password": "a made-up password", "role": "biller"},
    "giveRole": {"role": "biller"},
    "takeRole": {"role": "biller"},
    "letPersonIn": {"password": "a made-up password"},
    "breakGlass": {"reason": "a made-up emergency"},
    "reviewGlass": {"finding": "looked at"},
}


def filled(text: str, enrollment: str) -> str:
    """Put ids that are there into a path; what is made by others is not there."""
    known = {"enrollment_id": enrollment, "patient_id": PATIENT, "device_id": CUFF}
    known["period_start"] = "2026-01-05"
    for name in (
        *(
            "consent_id",
            "entry_id",
            "client_id",
            "subscription_id",
            "alert_id",
            "line_id",
            "period_kind",
            "code",
            "id",
            "call_id",
            "number",
            "claim_id",
            "amendment_id",
            "case_id",
            "feed_id",
        ),
        *known,
    ):
        text = text.replace(f"{{{name}}}", known.get(name, ABSENT))
    return text


def called(client: Client, practice: Practice, route: Route, enrollment: str) -> Any:  # noqa: ANN401
    """Call a route with what it takes."""
    path = filled(route.path, enrollment)
    if route.form:
        place = f"/api/practices/{practice.tenant_id}/{path}"
        return client.post(place, "_count=1", content_type="application/x-www-form-urlencoded")
    body = {
        name: filled(cell, enrollment) if isinstance(cell, str) else cell
        for name, cell in BODIES.get(route.name, {}).items()
    }
    return ask(client, practice, route.method, path, body)
