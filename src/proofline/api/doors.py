"""One request: who calls, what may they; then ninja reads what they say; the desk; the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings

from proofline.api import bodies
from proofline.api.callers import Who, who_calls
from proofline.api.problems import no_method, refused, wrong
from proofline.api.reading import NOT_READ, form_of, no_parameter, parameters, trouble
from proofline.api.route import Asked, Route
from proofline.desk.requests.lists import Place
from proofline.errors import ProoflineError
from proofline.store.book import visible_to
from proofline.store.trouble import not_visible

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


class Door:
    """All methods of one address: what is asked before ninja reads anything.

    Tokens cannot be forged by a browser; sessions are checked.
    """

    csrf_exempt: ClassVar[bool] = True
    login_required: ClassVar[bool] = False

    def __init__(self, view: Callable[..., HttpResponse], routes: Mapping[str, Route]) -> None:
        self._view, self._routes = view, routes

    def __call__(self, request: HttpRequest, tenant_id: str, **ids: str) -> HttpResponse:
        """Answer a request."""
        at = datetime.now(UTC)
        method = "GET" if request.method == "HEAD" else request.method or ""
        route = self._routes.get(method)
        fhir = any(one.fhir for one in self._routes.values())
        try:
            who = who_calls(request, at)
            if route is None:
                raise no_method(*self._routes)
            _refuse_beyond(who, route)
            if not all(re.fullmatch(bodies.ID, one) for one in (tenant_id, *ids.values())):
                raise not_visible()
            if who.tenant_id not in {None, tenant_id}:
                raise not_visible()
            with visible_to(who.person, tenant_id, at) as book:
                _refuse_unread(request, route)
                base = request.build_absolute_uri(f"/api/practices/{tenant_id}/")
                asked = Asked(book, at, ids, None, {}, Place(), who.second_factor_at, base)
                vars(request)["asked"] = asked
                return self._read(request, route, {"tenant_id": tenant_id, **ids})
        except ProoflineError as error:
            return refused(error, fhir=fhir)

    def _read(self, request: HttpRequest, route: Route, ids: Mapping[str, str]) -> HttpResponse:
        """Let ninja read the rest. Errors: ApiError in our words for what cannot be read."""
        try:
            return self._view(request, **ids)
        except NOT_READ as error:
            raise trouble(route, error) from None


def _refuse_beyond(who: Who, route: Route) -> None:
    if route.writes and settings.READ_ONLY:
        error = wrong(
            503, "api.frozen", "The book is frozen: it can be read.", "Try again when it is open."
        )
        error.headers["Retry-After"] = "60"  # as every door says: a freeze is a matter of minutes
        raise error
    if who.scopes is not None and (not route.scope or route.scope not in who.scopes):
        raise wrong(
            403,
            "api.scope",
            "The token is not good for this address.",
            f"Ask for a token with the scope {route.scope}."
            if route.scope
            else "This is for people: sign in.",
        )


def _refuse_unread(request: HttpRequest, route: Route) -> None:
    """Refuse what ninja would leave unread: parameters that are unknown or twice, another kind."""
    wanted, kind = _FORM if route.form else _JSON, (request.content_type or "").lower()
    known = parameters(route)
    for sent in [request.GET] + ([form_of(request)] if route.form and kind == _FORM else []):
        for name, said in sent.lists():
            if name not in known or len(said) > 1:
                raise no_parameter(route, name)
    if kind != wanted and (route.body or route.form or kind.startswith("multipart/")):
        raise wrong(415, "api.kind", "The body is of another kind.", f"Send it as {wanted}.")
