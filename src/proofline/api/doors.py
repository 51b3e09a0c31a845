"""One request: who calls, what may they, what do they say; then the desk, then the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig

from proofline.api import bodies
from proofline.api.answers import answer
from proofline.api.callers import Who, who_calls
from proofline.api.problems import refused, wrong
from proofline.api.repeating import answered_once, key_of
from proofline.api.route import Asked, Route
from proofline.desk.requests.lists import Place
from proofline.errors import ProoflineError
from proofline.store.book import Book, visible_to
from proofline.store.trouble import not_visible

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_MARKS = {"cursor", "limit"}


@dataclass(frozen=True, slots=True)
class _Caller:
    who: Who
    at: datetime
    ids: Mapping[str, str]


class Door:
    """All methods of one address. Tokens cannot be forged by a browser; sessions are checked."""

    csrf_exempt: ClassVar[bool] = True
    login_required: ClassVar[bool] = False

    def __init__(self, routes: Mapping[str, Route]) -> None:
        self._routes = routes

    def __call__(self, request: HttpRequest, tenant_id: str, **ids: str) -> HttpResponse:
        """Answer a request."""
        at = datetime.now(UTC)
        method = "GET" if request.method == "HEAD" else request.method or ""
        route = self._routes.get(method)
        fhir = any(one.fhir for one in self._routes.values())
        try:
            who = who_calls(request, at)
            if route is None:
                raise _no_method(self._routes)
            _refuse_beyond(who, route)
            if not all(map(bodies.usable_id, (tenant_id, *ids.values()))):
                raise not_visible()
            if who.tenant_id not in {None, tenant_id}:
                raise not_visible()
            with visible_to(who.person, tenant_id, at) as book:
                asked = _asked(request, route, book, _Caller(who, at, ids))
                key = key_of(request) if route.writes else None
                return answered_once(route, asked, key) if key else answer(route, route.do(asked))
        except ProoflineError as error:
            return refused(error, fhir=fhir)


def _no_method(routes: Mapping[str, Route]) -> Exception:
    error = wrong(
        405,
        "api.method",
        "This address has no such method.",
        "See /api/openapi.json for its methods.",
    )
    error.headers["Allow"] = ", ".join(sorted(routes))
    return error


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


def _asked(request: HttpRequest, route: Route, book: Book, caller: _Caller) -> Asked:
    query = _query(request, route)
    body = _body(request, route)
    place = bodies.place_of(query, route.name) if route.gives == "page" else Place()
    base = request.build_absolute_uri(f"/api/practices/{book.tenant_id}/")
    factor_at = caller.who.second_factor_at
    return Asked(book, caller.at, caller.ids, body, query, place, factor_at, base)


def _query(request: HttpRequest, route: Route) -> dict[str, str]:
    """Give what a search asks for, by name; from a form where the route takes one."""
    paged = _MARKS if route.gives == "page" and route.body is None and not route.fhir else set()
    known = {*route.query, *paged}
    found: dict[str, str] = {}
    for sent in [request.GET] + ([request.POST] if route.form and _kind(request) == _FORM else []):
        for name in sent:
            text = sent[name]
            if name not in known or len(sent.getlist(name)) > 1 or not bodies.usable_mark(text):
                raise wrong(
                    400,
                    "api.parameter",
                    "A parameter is unknown here, comes twice or cannot be read.",
                    f"Parameters: {', '.join(sorted(known)) or 'none'}.",
                    where=name if name in known else "",
                )
            found[name] = text
    return found


def _body(request: HttpRequest, route: Route) -> Any:  # noqa: ANN401 - it is of the route's type
    wanted = _FORM if route.form else _JSON
    if route.method == "POST" and (route.body or route.form) and _kind(request) != wanted:
        raise wrong(415, "api.kind", "The body is of another kind.", f"Send it as {wanted}.")
    try:
        raw = b"" if route.form or route.method == "GET" else request.body
    except RequestDataTooBig as error:
        raise wrong(413, "api.too_much", "The body is too long.", "Send it in parts.") from error
    if route.body is None:
        return None
    return bodies.read(raw, route.body, route.table)


def _kind(request: HttpRequest) -> str:
    return (request.content_type or "").lower()
