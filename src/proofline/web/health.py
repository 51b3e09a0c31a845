"""Whether the service is alive, whether it can take work, and its figures for Prometheus."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse

from proofline.store.safekeeping import vitals
from proofline.web.measuring import told


@login_not_required
def alive(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's shape
    """Answer as long as the process runs."""
    return JsonResponse({"alive": True})


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's shape
    """Answer 200 if everything that work needs is there, else 503; say what is not."""
    frozen = settings.READ_ONLY
    found = vitals.look(settings.HOME, settings.CHECKPOINTS, datetime.now(UTC), frozen=frozen)
    body = {"ready": found.well, "read_only": frozen, **asdict(found)}
    return JsonResponse(body, status=200 if found.well else 503)


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures to this machine, or to whoever has the token; to others there is no page."""
    if not _may_measure(request):
        return HttpResponse(status=404)
    page, kind = told(vitals.figures(settings.HOME, datetime.now(UTC)))
    return HttpResponse(page, content_type=kind)


def _may_measure(request: HttpRequest) -> bool:
    if token := settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), token.encode())
    # Behind a proxy everybody seems to come from its address, so there it takes the token.
    here = request.META.get("REMOTE_ADDR", "")
    return not settings.SECURE_PROXY_SSL_HEADER and _is_loopback(here)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
