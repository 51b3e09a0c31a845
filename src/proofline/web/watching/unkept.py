"""Nothing of a page stays with the browser: whoever sits there next finds no patient by Back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]
_SIGNING_OUT = "/account/logout/"


class Unkept:
    """Tell browsers and proxies to keep no answer, and to forget all at signing out.

    Without a word a browser keeps what it likes on its disk, and shows it by Back after the session
    has ended. What a view says of it itself stays. Static files are answered before this is asked.
    """

    def __init__(self, then: View) -> None:
        self._then = then

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through, and say what may be kept of its answer: nothing."""
        answer = self._then(request)
        answer.headers.setdefault("Cache-Control", "no-store")
        if request.method == "POST" and request.path == _SIGNING_OUT:
            answer["Clear-Site-Data"] = '"cache", "storage"'
        return answer
