"""GET /api/me: who one is here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from proofline.api.callers import Who, who_calls
from proofline.api.problems import KEPT_OUT, no_method, refused
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


def me(view: Callable[..., HttpResponse], request: HttpRequest) -> HttpResponse:
    """Find out who calls, and ask ninja's view."""
    try:
        vars(request)["who"] = who_calls(request, datetime.now(UTC))
        if request.method not in {"GET", "HEAD"}:
            raise no_method("GET")
    except ProoflineError as error:
        return refused(error)
    return view(request)


def told(request: HttpRequest) -> HttpResponse:
    """Say who calls, and for which practices in which roles."""
    who: Who = vars(request)["who"]
    scopes = None if who.scopes is None else tuple(sorted(who.scopes))
    practices = tuple(
        Practice(tenant_id, roles)
        for tenant_id, roles in sorted(works_for(who.person, datetime.now(UTC)).items())
        if who.tenant_id in {None, tenant_id}
    )
    shown = get_token(request) if scopes is None else ""
    body = msgspec.json.encode(Me(who.person.pk, practices, scopes, shown))
    return HttpResponse(body, content_type="application/json", headers=KEPT_OUT)
