"""POST /api/token: a machine shows its secret or a signed assertion, and gets a short token."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt

from proofline.api.problems import KEPT_OUT, ApiError, Problem, refused, wrong
from proofline.desk.machines import assertions
from proofline.desk.machines.assertions import grant_for_assertion
from proofline.desk.machines.keys import BadKey, Granted, grant_for_secret
from proofline.errors import ProoflineError

_LONGEST = 16_384
_KNOWN = (
    *("grant_type", "client_id", "client_secret", "scope"),
    *("client_assertion_type", "client_assertion"),
)


@csrf_exempt
@login_not_required
def token(request: HttpRequest) -> HttpResponse:
    """Grant a token (RFC 6749 section 4.4), or say what is wrong in our shape and in its words."""
    try:
        granted = _granted(request, datetime.now(UTC))
    except BadKey as error:
        return refused(_in_words(401, error, "invalid_client"))
    except ApiError as error:
        return refused(error)
    except ProoflineError as error:
        return refused(_in_words(400, error, "invalid_scope"))
    headers = {**KEPT_OUT, "Pragma": "no-cache"}
    body = msgspec.json.encode(granted)
    return HttpResponse(body, content_type="application/json", headers=headers)


def _granted(request: HttpRequest, at: datetime) -> Granted:
    sent = _sent(request)
    scope = sent.get("scope", "")
    if sent.get("client_assertion_type") == assertions.TYPE:
        audience = request.build_absolute_uri("/api/token")
        return grant_for_assertion(sent.get("client_assertion", ""), audience, scope, at)
    client_id, secret = _basic(request) or (
        sent.get("client_id", ""),
        sent.get("client_secret", ""),
    )
    return grant_for_secret(client_id, secret, scope, at)


def _sent(request: HttpRequest) -> dict[str, str]:
    if request.method != "POST":
        error = wrong(405, "api.method", "This address has no such method.", "Send a POST.")
        error.headers["Allow"] = "POST"
        raise error
    if request.content_type != "application/x-www-form-urlencoded":
        raise _unusable(415, "is of another kind than application/x-www-form-urlencoded")
    if request.GET or int(request.META.get("CONTENT_LENGTH") or 0) > _LONGEST:
        raise _unusable(400, "is too long, or in the address")
    sent: QueryDict = request.POST
    if set(sent) - set(_KNOWN) or any(len(sent.getlist(name)) > 1 for name in sent):
        raise _unusable(400, "has parts that are unknown or come twice")
    found = {name: str(sent[name]) for name in sent}
    if any("\x00" in text for text in found.values()):
        raise _unusable(400, "cannot be read")
    if found.get("grant_type") != "client_credentials":
        problem = Problem(
            "api.grant",
            "There is one kind of grant.",
            "Send grant_type=client_credentials.",
            "grant_type",
            "unsupported_grant_type",
        )
        raise ApiError(400, problem)
    return found


def _unusable(status: int, what: str) -> ApiError:
    problem = Problem(
        "api.token_request",
        f"The request for a token {what}.",
        f"Send a form with some of {', '.join(_KNOWN)}.",
        error="invalid_request",
    )
    return ApiError(status, problem)


def _in_words(status: int, error: ProoflineError, word: str) -> ApiError:
    return ApiError(status, Problem(error.code, error.message, error.remedy, error=word))


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(shown, validate=True).decode("ascii").partition(":")
    except (ValueError, binascii.Error):
        return ("", "")
    return name, secret
