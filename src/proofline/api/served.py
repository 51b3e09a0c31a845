"""The routes on django-ninja, which finds them, reads what they take and describes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from proofline import __version__
from proofline.api.answers import answer
from proofline.api.bodies import after_cursor
from proofline.api.described import extra, extra_of_token
from proofline.api.doors import Door
from proofline.api.reading import Strictly, signature
from proofline.api.repeating import answered_once, key_of
from proofline.api.route import Route
from proofline.api.routes import ROUTES
from proofline.api.tokens import granted, token
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
    says = "A short token for a machine's secret or its signed assertion."
    told = {"operation_id": "token", "summary": says, "openapi_extra": extra_of_token()}
    api.post("token", response={200: None}, **told)(granted)
    for kind in (Exception, Http404, HttpError, ValidationError):  # ninja's own answers quote
        api.add_exception_handler(kind, _thrown)
    return api


def urls() -> list[URLPattern]:
    """Give the addresses, each with our door before ninja's view."""
    views = {str(one.pattern): one.callback for one in served().urls[0]}
    doors: dict[str, dict[str, Route]] = {}
    for one in sorted(ROUTES, key=lambda one: one.path):  # what is spelled out before any id
        place = (PLACE + one.path).replace("{", "<").replace("}", ">")
        doors.setdefault(place, {})[one.method] = one
    found = [path(place, Door(views[place], routes)) for place, routes in doors.items()]
    tokens = csrf_exempt(login_not_required(partial(token, views["token"])))
    return [*found, path("token", tokens)]


def _thrown(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001 - ninja's shape
    """Let whatever is wrong out to our door, past the transaction that it ends."""
    raise error


def _view(route: Route) -> Callable[..., HttpResponse]:
    """Make the view that ninja calls with what it read, all of it checked."""

    def view(request: HttpRequest, **said: Any) -> HttpResponse:  # noqa: ANN401 - as read
        """Ask the desk, and answer."""
        asked = replace(vars(request)["asked"], body=said.get("body"))
        if route.paged:
            asked = replace(
                asked, place=Place(after_cursor(said["cursor"], route.name), said["limit"])
            )
        elif route.query:
            form = request.POST.dict() if route.form else {}
            asked = replace(asked, query={**request.GET.dict(), **form})
        if (key := said.get("key")) is None:
            return answer(route, route.do(asked))
        return answered_once(route, asked, key_of(request, key))

    view.__name__, view.__doc__ = route.name, None
    vars(view)["__signature__"] = signature(route)
    return view
