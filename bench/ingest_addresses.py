"""The service's own addresses, and beside them a view that only parses JSON."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """Parse the body and say nothing."""
    json.loads(request.body)
    return HttpResponse(status=204)


urlpatterns = [path("bare", bare), path("", include("proofline.site.urls"))]
