"""Whether the service is alive, and whether it can take work."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


@login_not_required
def alive(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's shape
    """Answer as long as the process runs."""
    return JsonResponse({"alive": True})


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's shape
    """Answer 200 if the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "database": False}, status=503)
    return JsonResponse({"ready": True, "database": True})
