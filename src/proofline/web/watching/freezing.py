"""The freeze: while the service is read-only, every request that could write is refused."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, override

READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNING_IN = ("/account/login/", "/account/logout/", "/account/2fa/authenticate/")
"""Whoever wants to read has to come in, and go."""

_BY_ITSELF = "/api/"
"""What refuses in a shape of its own, route by route: searches come by POST, and so do machines."""

WORDS = "The service is read-only for now: everything can be read, nothing was written.\n"


class Frozen:
    """Answer 503 to whatever could write, as long as PROOFLINE_READ_ONLY holds."""

    def __init__(self, then: Callable[[HttpRequest], HttpResponse]) -> None:
        self._then = then

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through if it only reads."""
        may = (*_SIGNING_IN, _BY_ITSELF)
        writes = request.method not in READS and not request.path.startswith(may)
        if settings.READ_ONLY and writes:
            return _refused(request)
        return self._then(request)


def _refused(request: HttpRequest) -> HttpResponse:
    """Answer people with a page and machines with a line."""
    if "text/html" not in request.headers.get("Accept", ""):
        return HttpResponse(WORDS, status=503, content_type="text/plain; charset=utf-8")
    with override(get_language_from_request(request)):
        return HttpResponse(render_to_string("503.html"), status=503)
