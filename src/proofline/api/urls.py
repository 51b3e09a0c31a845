"""The addresses of the API."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from proofline.api import me, problems
from proofline.api.served import urls

urlpatterns = [
    path("me", me.me),
    path("openapi.json", me.description),
    *urls(),
    re_path("", csrf_exempt(login_not_required(problems.nowhere))),
]
