"""`Idempotency-Key`: a request that is sent again with its key is done once and answered the same.

A secret is shown once and kept nowhere, and a file is kept where it belongs and not here, for ever
and for nobody to look at; so a repetition of what gave one is told only that it was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.utils.crypto import salted_hmac

from proofline.api.answers import sent, written
from proofline.api.problems import Problem
from proofline.api.route import Asked, Route
from proofline.desk.requests.once import Key, Reply, once
from proofline.desk.roles import permit

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

REPEATED = "Idempotency-Replayed"
"""The header of an answer that was given before."""

_SHOWN_ONCE = Problem(
    "api.shown_once",
    "This was done when it was first asked for; its secret was shown then and is kept nowhere.",
    "If the secret was lost, list what there is and change it by `rotate`.",
)


def _given_once(again: str) -> Problem:
    said = "This was done when it was first asked for; its file was given then."
    return Problem("api.given_once", said, again)


def key_of(request: HttpRequest, text: str) -> Key:
    """Give the key of a request, with the mark of all that it asks for.

    The mark is kept for ever, and what is asked for may hold a password that can be guessed, so it
    is an HMAC by the service's own secret key: without that key no guess can be tried.
    """
    asked = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return Key(text, salted_hmac(__name__, asked, algorithm="sha256").hexdigest())


def answered_once(route: Route, asked: Asked, key: Key) -> HttpResponse:
    """Do what is asked for unless its key has an answer; then give that one.

    Errors: NotAllowed to whom the act is not open now, whatever was answered to them before.
    """
    shown: list[bytes] = []

    def do() -> Reply:
        """Do it, and write what is answered to it later."""
        found = route.do(asked)
        body = written(route, found)
        if not (route.secret or route.again):
            return Reply(route.status, body)
        shown.append(body)
        told = _given_once(route.again.format(found)) if route.again else _SHOWN_ONCE
        return Reply(409, msgspec.json.encode(told))

    reply = once(asked.book, key, do, asked.at)
    if reply.repeated:
        if route.act:
            permit(asked.book, route.act)  # a kept answer never comes to where the desk asks it
        answer = sent(route, reply.status, reply.body)
        answer[REPEATED] = "true"
        return answer
    return sent(route, route.status, shown[0] if shown else reply.body)
