"""The addresses: routes on django-ninja, which reads and describes what they take, behind doors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from proofline import __version__
from proofline.api import me, problems, tokens
from proofline.api.answers import answer
from proofline.api.bodies import after_cursor
from proofline.api.described import CLOSED, extra, extra_of, openapi
from proofline.api.doors import Door
from proofline.api.problems import KEPT_OUT
from proofline.api.reading import Strictly, signature
from proofline.api.repeating import answered_once, key_of
from proofline.api.route import Route
from proofline.api.routes import ROUTES
from proofline.desk.machines.keys import Granted
from proofline.desk.requests.lists import Place

_READS = ["GET", "HEAD"]
_PLACE = "practices/{tenant_id}/"


def _served() -> NinjaAPI:
    """Register the routes."""
    api = NinjaAPI(
        title="Proofline", version=__version__, openapi_url=None, docs_url=None, parser=Strictly()
    )
    for one in ROUTES:
        api.api_operation(
            [one.method] if one.method == "POST" else _READS,
            _PLACE + one.path,
            operation_id=one.name,
            summary=one.says,
            response={one.status: None},
            openapi_extra=extra(one),
        )(_view(one))
    says = "A short token for a machine's secret or its signed assertion."
    more = extra_of(Granted, ["400", "401", "405", "415"]) | CLOSED
    api.post("token", operation_id="token", summary=says, openapi_extra=more)(tokens.granted)
    says = "Who calls, and for whom."
    more = extra_of(me.Me, ["401", "403", "405"], "session", "token")
    api.api_operation(_READS, "me", operation_id="me", summary=says, openapi_extra=more)(me.told)
    for kind in (Exception, Http404, HttpError, ValidationError):  # ninja's own answers quote
        api.add_exception_handler(kind, _thrown)
    return api


def _thrown(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:  # noqa: ARG001 - ninja's shape
    """Let whatever is wrong out to our door, past the transaction that it ends."""
    raise error


def _view(route: Route) -> Callable[..., HttpResponse]:
    """Make the view that ninja calls with what it read, all of it checked."""

    def view(request: HttpRequest, **said: Any) -> HttpResponse:  # noqa: ANN401 - as read
        """Ask the desk, and answer."""
        place = Place()
        if route.paged:
            place = Place(after_cursor(said["cursor"], route.name), said["limit"])
        query = request.GET.dict() | (request.POST.dict() if route.form else {})
        asked = vars(request)["asked"]
        asked = replace(asked, body=said.get("body"), query=query, place=place)
        if (key := said.get("key")) is None:
            return answer(route, route.do(asked))
        return answered_once(route, asked, key_of(request, key))

    view.__name__, view.__doc__ = route.name, None
    vars(view)["__signature__"] = signature(route)
    return view


API = _served()


def description(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's shape
    """Describe the API; it says nothing about anybody."""
    return HttpResponse(_description(), content_type="application/json", headers=KEPT_OUT)


@cache
def _description() -> bytes:
    return msgspec.json.format(msgspec.json.encode(openapi(API, ROUTES)), indent=1)


_VIEWS: dict[str, Any] = {str(one.pattern): one.callback for one in API.urls[0]}
_DOORS: dict[str, dict[str, Route]] = {}
for _one in sorted(ROUTES, key=lambda one: one.path):  # what is spelled out before any id
    _place = (_PLACE + _one.path).replace("{", "<").replace("}", ">")
    _DOORS.setdefault(_place, {})[_one.method] = _one
_OPEN: dict[str, Any] = {
    "token": partial(tokens.token, _VIEWS["token"]),
    "me": partial(me.me, _VIEWS["me"]),
    "openapi.json": description,
}

urlpatterns = [
    *(path(place, csrf_exempt(login_not_required(view))) for place, view in _OPEN.items()),
    *(path(place, Door(_VIEWS[place], routes)) for place, routes in _DOORS.items()),
    re_path("", csrf_exempt(login_not_required(problems.nowhere))),
]
