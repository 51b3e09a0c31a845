"""GET /fhir/metadata: what this door takes, and nothing that it does not."""

from __future__ import annotations

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from proofline import __version__

FHIR_JSON = "application/fhir+json"
TAKEN = ("Observation", "Device", "Patient", "Consent")
"""Kinds of resources that become evidence."""

_SINCE = "2026-11-22"


def statement() -> dict[str, object]:
    """Give the CapabilityStatement."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _SINCE,
        "kind": "instance",
        "software": {"name": "Proofline", "version": __version__},
        "implementation": {"description": "Readings, devices, patients and consents, taken in"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "documentation": (
                    "Write only. A resource that cannot be understood is refused and kept for"
                    " people to look at. References lead to what came before or in the same"
                    " message. The same message again is answered the same; an Idempotency-Key is"
                    " kept for ever. If-None-Exist is not looked at. Nothing is changed or deleted"
                    " by its id: send entered-in-error, or a later version. An entry of a Bundle"
                    " that deletes is taken as entered-in-error."
                ),
                "security": {
                    "cors": False,
                    "description": "A bearer token for each system, given by the practice.",
                },
                "resource": [
                    {
                        "type": kind,
                        "interaction": [{"code": "create"}],
                        "versioning": "no-version",
                        "conditionalCreate": False,
                    }
                    for kind in TAKEN
                ],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


@login_not_required
@require_GET
def metadata(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's shape
    """Answer with the CapabilityStatement; no token is asked for it."""
    return HttpResponse(msgspec.json.encode(statement()), content_type=FHIR_JSON)
