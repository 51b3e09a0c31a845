"""FHIR's own answers: an OperationOutcome for whatever is refused, a Bundle for a Bundle."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from django.http import HttpResponse

from proofline.api.ingest.capability import FHIR_JSON
from proofline.desk.arriving.messages import Outcome, Said

_ENTRY = re.compile(r"entry (\d+)")
_SEVERITY = {
    "refused": "error",
    "waiting": "error",
    "not_mapped": "warning",
    "note": "information",
}
_CODE = {"refused": "invalid", "waiting": "business-rule", "not_mapped": "not-supported"}
_CREATED, _KEPT, _NOT = "201 Created", "200 OK", "422 Unprocessable Entity"
_ENCODE = msgspec.json.Encoder().encode


def answered(status: int, resource: dict[str, object]) -> HttpResponse:
    """Answer with a resource."""
    return HttpResponse(_ENCODE(resource), content_type=FHIR_JSON, status=status)


def refusal(status: int, code: str, words: str) -> HttpResponse:
    """Answer with one issue; `code` is one of FHIR's codes of issues."""
    issue = {"severity": "error", "code": code, "diagnostics": words}
    answer = answered(status, {"resourceType": "OperationOutcome", "issue": [issue]})
    if status == 401:  # noqa: PLR2004 - as HTTP has it
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def of_resource(said: Outcome) -> HttpResponse:
    """Answer the creation of one resource: 201, or 422 if it was not understood and waits."""
    status = {"taken": 201, "held": 422, "conflict": 409}[said.state]
    return answered(status, outcome_of(said.told, said.state))


def of_bundle(said: Outcome, kind: str, entries: int) -> HttpResponse:
    """Answer a Bundle: a response for each entry, or one refusal of a transaction."""
    if said.state == "conflict" or said.more or (kind != "batch" and said.state != "taken"):
        return of_resource(said)
    by_entry: dict[int, list[Said]] = {}
    for one in said.told:
        if found := _ENTRY.match(one.place):
            by_entry.setdefault(int(found[1]), []).append(one)
    told = [by_entry.get(number, []) for number in range(1, entries + 1)]
    kind = "batch-response" if kind == "batch" else "transaction-response"
    answers = [{"response": _response(one)} for one in told]
    return answered(200, {"resourceType": "Bundle", "type": kind, "entry": answers})


def _response(told: list[Said]) -> dict[str, object]:
    bad = any(_SEVERITY[one.kind] == "error" for one in told)
    nothing = any(one.kind == "not_mapped" for one in told)  # kept as it came, and no row of it
    response: dict[str, object] = {"status": _NOT if bad else _KEPT if nothing else _CREATED}
    return response | ({"outcome": outcome_of(told, "held" if bad else "taken")} if told else {})


def outcome_of(told: Iterable[Said], state: str) -> dict[str, object]:
    """Make an OperationOutcome of what is to be said."""
    issues = [
        {
            "severity": _SEVERITY[one.kind],
            "code": _CODE.get(one.kind, "informational"),
            "details": {"text": one.code},
            "diagnostics": f"{one.reason} {one.cure}".strip(),
            **({"expression": [where]} if (where := f"{one.place} {one.path}".strip()) else {}),
        }
        for one in told
    ]
    if not issues:
        words = "It is kept." if state == "taken" else "It waits."
        issues = [{"severity": "information", "code": "informational", "diagnostics": words}]
    return {"resourceType": "OperationOutcome", "issue": issues}
