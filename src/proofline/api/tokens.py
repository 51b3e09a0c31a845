"""POST /api/token: a machine shows its secret or a signed assertion, and gets a short token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Form
from ninja.errors import ValidationError
from pydantic import BaseModel, StringConstraints

from proofline.api.problems import KEPT_OUT, ApiError, Problem, no_method, refused
from proofline.api.reading import form_of
from proofline.desk.machines import assertions
from proofline.desk.machines.assertions import grant_for_assertion
from proofline.desk.machines.keys import BadKey, grant_for_secret
from proofline.errors import ProoflineError

_LONGEST = 16_384
_Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class Grant(BaseModel):
    """A machine's request for a token (RFC 6749 section 4.4, RFC 7523 for assertions)."""

    grant_type: Literal["client_credentials"]
    client_id: _Text = ""
    client_secret: _Text = ""
    scope: _Text = ""
    client_assertion: _Text = ""
    client_assertion_type: _Text = ""


def granted(request: HttpRequest, sent: Annotated[Grant, Form()]) -> HttpResponse:
    """Grant a token for what ninja read."""
    at = datetime.now(UTC)
    if sent.client_assertion_type == assertions.TYPE:
        audience = request.build_absolute_uri("/api/token")
        made = grant_for_assertion(sent.client_assertion, audience, sent.scope, at)
    else:
        client_id, secret = _basic(request) or (sent.client_id, sent.client_secret)
        made = grant_for_secret(client_id, secret, sent.scope, at)
    headers = {**KEPT_OUT, "Pragma": "no-cache"}
    body = msgspec.json.encode(made)
    return HttpResponse(body, content_type="application/json", headers=headers)


def token(view: Callable[..., HttpResponse], request: HttpRequest) -> HttpResponse:
    """Let ninja read what may be read; say what is wrong in our shape and in RFC 6749's words."""
    try:
        _refuse_unread(request)
        return view(request)
    except ValidationError as error:
        return refused(_not_read(error))
    except BadKey as error:
        return refused(_in_words(401, error, "invalid_client"))
    except ApiError as error:
        return refused(error)
    except ProoflineError as error:
        return refused(_in_words(400, error, "invalid_scope"))


def _refuse_unread(request: HttpRequest) -> None:
    if request.method != "POST":
        raise no_method("POST")
    if request.content_type != "application/x-www-form-urlencoded":
        raise _unusable(415, "is of another kind than application/x-www-form-urlencoded")
    if request.GET or int(request.META.get("CONTENT_LENGTH") or 0) > _LONGEST:
        raise _unusable(400, "is too long, or in the address")
    try:
        sent = form_of(request)
    except ApiError as error:
        raise _unusable(400, "cannot be read") from error  # RFC 6749: what is malformed is 400
    if set(sent) - set(Grant.model_fields) or any(len(sent.getlist(name)) > 1 for name in sent):
        raise _unusable(400, "has parts that are unknown or come twice")


def _not_read(error: ValidationError) -> ApiError:
    if error.errors[0]["loc"][-1] != "grant_type":
        return _unusable(400, "cannot be read")
    problem = Problem(
        "api.grant",
        "There is one kind of grant.",
        "Send grant_type=client_credentials.",
        "grant_type",
        "unsupported_grant_type",
    )
    return ApiError(400, problem)


def _unusable(status: int, what: str) -> ApiError:
    problem = Problem(
        "api.token_request",
        f"The request for a token {what}.",
        f"Send a form with some of {', '.join(Grant.model_fields)}.",
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
