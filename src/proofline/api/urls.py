"""The addresses of the API: each door, and behind it ninja's view."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from proofline.api import me, problems, tokens
from proofline.api.described import openapi
from proofline.api.doors import Door
from proofline.api.problems import KEPT_OUT
from proofline.api.route import Route
from proofline.api.routes import ROUTES
from proofline.api.served import PLACE, served


def description(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's shape
    """Describe the API; it says nothing about anybody."""
    return HttpResponse(_description(), content_type="application/json", headers=KEPT_OUT)


@cache
def _description() -> bytes:
    return msgspec.json.format(msgspec.json.encode(openapi(served(), ROUTES)), indent=1)


_VIEWS: dict[str, Any] = {str(one.pattern): one.callback for one in served().urls[0]}
_DOORS: dict[str, dict[str, Route]] = {}
for _one in sorted(ROUTES, key=lambda one: one.path):  # what is spelled out before any id
    _place = (PLACE + _one.path).replace("{", "<").replace("}", ">")
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
