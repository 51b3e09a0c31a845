"""The one shape of everything that is refused, and which status each kind of trouble has."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import msgspec
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import page_not_found, server_error

from proofline.desk.machines.keys import BadKey
from proofline.desk.roles import NotAllowed
from proofline.errors import ProoflineError, WrongUse, is_full
from proofline.store.trouble import NotVisible, not_visible

REFUSED = 409
"""An act that makes no sense as things stand."""

_STATUS: tuple[tuple[type[ProoflineError], int], ...] = (
    (NotAllowed, 403),
    (NotVisible, 404),
    (BadKey, 401),
    (WrongUse, 400),
)
_FHIR_CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
}


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is refused: a stable code, what is wrong, what to do next, and where it is.

    `where` is a place in the body such as `$.given_at`, or the name of a parameter. `error` is the
    word of RFC 6749 for whoever asks for a token.
    """

    code: str
    message: str
    remedy: str
    where: str = ""
    error: str = ""


class ApiError(ProoflineError):
    """A request that cannot be answered, with the status to say so and where the trouble is."""

    def __init__(
        self, status: int, problem: Problem, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(problem.code, problem.message, problem.remedy)
        self.status, self.problem, self.headers = status, problem, dict(headers or {})


def wrong(status: int, code: str, message: str, remedy: str, *, where: str = "") -> ApiError:
    """Make the error for a request that cannot be answered."""
    return ApiError(status, Problem(code, message, remedy, where))


def no_method(*allowed: str) -> ApiError:
    """Make the error for a method that an address does not have."""
    said, cure = "This address has no such method.", "See /api/openapi.json for its methods."
    problem = Problem("api.method", said, cure)
    return ApiError(405, problem, {"Allow": ", ".join(sorted(allowed))})


def refused(error: ProoflineError, *, fhir: bool = False) -> HttpResponse:
    """Answer with what is wrong, as a problem or as FHIR's OperationOutcome."""
    if isinstance(error, ApiError):
        status, problem, headers = error.status, error.problem, error.headers
    else:
        found = [number for kind, number in _STATUS if isinstance(error, kind)]
        status, headers = (found or [REFUSED])[0], {}
        problem = Problem(error.code, error.message, error.remedy)
    if status == 401:  # noqa: PLR2004 - RFC 9110: it says how one can be let in
        headers = {"WWW-Authenticate": 'Bearer realm="proofline"', **headers}
    return _answer(status, problem, headers, fhir=fhir)


def _answer(
    status: int, problem: Problem, headers: Mapping[str, str], *, fhir: bool
) -> HttpResponse:
    body = msgspec.json.encode(_outcome(status, problem) if fhir else problem)
    kind = "application/fhir+json" if fhir else "application/json"
    return HttpResponse(body, status=status, content_type=kind, headers={**KEPT_OUT, **headers})


KEPT_OUT = {"Cache-Control": "no-store"}
"""No browser and no proxy keeps an answer."""


def _outcome(status: int, problem: Problem) -> dict[str, object]:
    issue: dict[str, object] = {
        "severity": "error",
        "code": _FHIR_CODES.get(status, "processing"),
        "details": {"coding": [{"code": problem.code}], "text": problem.message},
        "diagnostics": problem.remedy,
    }
    if problem.where:
        issue["expression"] = [problem.where]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def nowhere(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that there is not: in our shape below /api/, as a page elsewhere."""
    if request.path.startswith("/api/"):
        return refused(not_visible())
    return page_not_found(request, exception or Exception())


def crashed(request: HttpRequest) -> HttpResponse:
    """Answer for a mistake of ours, without a word of what was sent; a full disk is none."""
    if is_full(sys.exc_info()[1]):
        return _no_room(request)
    if not request.path.startswith("/api/"):
        return server_error(request)
    return refused(
        wrong(
            500,
            "api.mistake",
            "This is a mistake of ours; what was sent may be in order.",
            "Try once more, then tell your administrator when it happened.",
        )
    )


def _no_room(request: HttpRequest) -> HttpResponse:
    """Answer for what could not be written."""
    if not request.path.startswith("/api/"):
        return HttpResponse(render_to_string("full.html"), status=503)
    words = "There is no room; nothing was written."
    return refused(wrong(507, "store.full", words, "Try again when room was made."))
