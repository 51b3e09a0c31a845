"""The addresses of the API."""

from __future__ import annotations

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from proofline.api import me, problems, tokens
from proofline.api.doors import Door
from proofline.api.routes import ROUTES

_BY_PATH = groupby(sorted(ROUTES, key=lambda one: one.path), key=lambda one: one.path)

urlpatterns = [
    path("token", tokens.token),
    path("me", me.me),
    path("openapi.json", me.description),
    *(
        path(
            f"practices/<str:tenant_id>/{place.replace('{', '<str:').replace('}', '>')}",
            Door({one.method: one for one in routes}),
        )
        for place, routes in _BY_PATH
    ),
    re_path("", csrf_exempt(login_not_required(problems.nowhere))),
]
