"""What this FHIR server can do, as a CapabilityStatement made from its own routes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from proofline import __version__
from proofline.api.fhir.resources import Json

_TYPES = {"patient": "reference", "date": "date"}


def statement(
    searches: Mapping[str, Mapping[str, str]],
    on: date,
    base: str,
    creates: Mapping[str, str] | None = None,
) -> Json:
    """Give the statement: the resources that can be searched, and `creates`, what can be posted."""
    taken = creates or {}
    kinds = sorted({*searches, *taken})
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": on.isoformat(),
        "kind": "instance",
        "software": {"name": "Proofline", "version": __version__},
        "implementation": {"description": "A practice's book of evidence", "url": f"{base}fhir"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "description": "A bearer token of POST /api/token with the scope read:fhir.",
                },
                "resource": [_resource(kind, searches.get(kind), kind in taken) for kind in kinds],
            }
        ],
    }


def _resource(kind: str, search: Mapping[str, str] | None, created: bool) -> Json:  # noqa: FBT001 - it is what is told
    codes = (["read", "search-type"] if search is not None else []) + (
        ["create"] if created else []
    )
    made: Json = {"type": kind, "interaction": [{"code": code} for code in codes]}
    asked = [
        {"name": name, "type": _TYPES[name], "documentation": says}
        for name, says in (search or {}).items()
        if name in _TYPES
    ]
    return made | {"searchParam": asked} if asked else made
