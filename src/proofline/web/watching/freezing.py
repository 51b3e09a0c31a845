"""The freeze: while the service is read-only, every request that could write is refused."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, override

READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNING_IN = ("/account/login/", "/account/logout/", "/account/2fa/authenticate/")
"""Whoever wants to read has to come in, and go."""

_LOOKING = ("/search/", "/audit/", "/language/setlang/", "/settings/practice/")
"""What is posted and reads: whom somebody looks for stands in no address. Choosing a language is
remembered by the browser, and choosing another of one's practices by the session."""

_BY_ITSELF = "/api/"
"""What refuses in a shape of its own, route by route: searches come by POST, and so do machines."""

WORDS = "The service is read-only for now: everything can be read, nothing was written.\n"
_AGAIN = "Send the same again; it counts once."
_SECONDS = "60"
"""After which one may ask again: a freeze is a matter of minutes or hours."""


class Frozen:
    """Answer 503 to whatever could write, as long as PROOFLINE_READ_ONLY holds."""

    def __init__(self, then: Callable[[HttpRequest], HttpResponse]) -> None:
        self._then = then

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through if it only reads."""
        may = request.path.startswith((*_SIGNING_IN, _BY_ITSELF)) or request.path in _LOOKING
        writes = request.method not in READS and not may
        if settings.READ_ONLY and writes:
            return _refused(request)
        return self._then(request)


def _refused(request: HttpRequest) -> HttpResponse:
    """Answer people with a page, machines in the shape of their door; both may come again."""
    if request.path.startswith("/ingest/"):
        told = {"code": "store.read_only", "message": WORDS.strip(), "remedy": _AGAIN}
        answer: HttpResponse = JsonResponse(told, status=503)
    elif request.path.startswith("/fhir"):
        issue = {"severity": "error", "code": "transient", "diagnostics": WORDS + _AGAIN}
        told_fhir = {"resourceType": "OperationOutcome", "issue": [issue]}
        answer = JsonResponse(told_fhir, status=503, content_type="application/fhir+json")
    elif "text/html" in request.headers.get("Accept", ""):
        with override(get_language_from_request(request)):
            answer = HttpResponse(render_to_string("503.html"), status=503)
    else:
        answer = HttpResponse(WORDS, status=503, content_type="text/plain; charset=utf-8")
    answer["Retry-After"] = _SECONDS
    return answer
