"""The routes on django-ninja, which finds them, reads what they take and describes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern
from ninja import NinjaAPI

from proofline import __version__
from proofline.api import bodies
from proofline.api.answers import answer
from proofline.api.described import extra
from proofline.api.doors import Caller, Door
from proofline.api.reading import Strictly, parameters, signature, trouble
from proofline.api.repeating import answered_once, key_of
from proofline.api.route import Asked, Route
from proofline.api.routes import ROUTES
from proofline.desk.requests.lists import Place

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PLACE = "practices/{tenant_id}/"


@cache
def served() -> NinjaAPI:
    """Register the routes."""
    api = NinjaAPI(
        title="Proofline", version=__version__, openapi_url=None, docs_url=None, parser=Strictly()
    )
    for one in ROUTES:
        api.api_operation(
            [one.method, "HEAD"] if one.method == "GET" else [one.method],
            PLACE + one.path,
            operation_id=one.name,
            summary=one.says,
            response={one.status: None},
            openapi_extra=extra(one),
        )(_view(one))
    for kind in list(api._exception_handlers):
        api.add_exception_handler(kind, _thrown)
    return api


def urls() -> list[URLPattern]:
    """Give the addresses, each with our door before ninja's view."""
    doors: dict[str, dict[str, Route]] = {}
    for one in ROUTES:
        place = (PLACE + one.path).replace("{", "<").replace("}", ">")
        doors.setdefault(place, {})[one.method] = one
    return [
        URLPattern(one.pattern, Door(one.callback, doors[str(one.pattern)]))
        for one in served().urls[0]
        if str(one.pattern) in doors
    ]


def _thrown(request: HttpRequest, error: Exception) -> HttpResponse:
    """Let whatever is wrong out to our door, past the transaction, in our words."""
    raise trouble(vars(request)["auth"].route, error) from None


def _view(route: Route) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, **said: Any) -> HttpResponse:  # noqa: ANN401 - as read
        """Ask the desk, and answer."""
        caller: Caller = vars(request)["auth"]
        body, key, place = said.pop("body", None), said.pop("key", None), Place()
        query = _query(route, said)
        if route.paged:
            after = bodies.after_cursor(query.pop("cursor", ""), route.name)
            place = Place(after, query.pop("limit"))
        base = request.build_absolute_uri(f"/api/practices/{said.pop('tenant_id')}/")
        factor_at = caller.who.second_factor_at
        asked = Asked(caller.book, caller.at, said, body, query, place, factor_at, base)
        if key is None:
            return answer(route, route.do(asked))
        return answered_once(route, asked, key_of(request, key))

    view.__name__, view.__doc__ = route.name, None
    vars(view)["__signature__"] = signature(route)
    return view


def _query(route: Route, said: dict[str, Any]) -> dict[str, Any]:
    """Take what was asked with out of what was read; a form goes before the address."""
    found = {}
    for name in parameters(route):
        for one in (said.pop(f"q_{name}"), said.pop(f"f_{name}", None)):
            if one is not None:
                found[name] = one
    return found
