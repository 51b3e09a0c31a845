"""GET /api/me and /api/openapi.json: who one is here, and what there is."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.views.decorators.csrf import csrf_exempt

from proofline.api.callers import who_calls
from proofline.api.described import openapi
from proofline.api.problems import KEPT_OUT, refused, wrong
from proofline.api.routes import ROUTES
from proofline.api.served import served
from proofline.desk.people.looking import works_for
from proofline.errors import ProoflineError


class Practice(msgspec.Struct, frozen=True):
    """A practice that somebody works for, and their roles there now."""

    tenant_id: str
    roles: tuple[str, ...]


class Me(msgspec.Struct, frozen=True):
    """Who calls: account, practices, scopes of a token (None: a person), the token for forms."""

    person: int
    practices: tuple[Practice, ...]
    scopes: tuple[str, ...] | None
    csrf_token: str


@csrf_exempt
@login_not_required
def me(request: HttpRequest) -> HttpResponse:
    """Say who calls, and for which practices in which roles."""
    at = datetime.now(UTC)
    try:
        who = who_calls(request, at)
        if request.method not in {"GET", "HEAD"}:
            error = wrong(405, "api.method", "This address has no such method.", "Send a GET.")
            error.headers["Allow"] = "GET"
            raise error
    except ProoflineError as error:
        return refused(error)
    scopes = None if who.scopes is None else tuple(sorted(who.scopes))
    practices = tuple(
        Practice(tenant_id, roles)
        for tenant_id, roles in sorted(works_for(who.person, at).items())
        if who.tenant_id in {None, tenant_id}
    )
    shown = get_token(request) if scopes is None else ""
    return _json(msgspec.json.encode(Me(who.person.pk, practices, scopes, shown)))


@csrf_exempt
@login_not_required
def description(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's shape
    """Describe the API; it says nothing about anybody."""
    return _json(_description())


@cache
def _description() -> bytes:
    return msgspec.json.format(msgspec.json.encode(openapi(served(), ROUTES)), indent=1)


def _json(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json", headers=KEPT_OUT)
