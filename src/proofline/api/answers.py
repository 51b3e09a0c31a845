"""What a route found, written as it is sent."""

from __future__ import annotations

import msgspec
from django.http import HttpResponse

from proofline.api import bodies
from proofline.api.problems import KEPT_OUT
from proofline.api.route import Route
from proofline.desk.requests.lists import Page
from proofline.store.outside.lists import RowKept

_encode = msgspec.json.Encoder(decimal_format="number", order="deterministic").encode


def answer(route: Route, found: object) -> HttpResponse:
    """Answer with what a route found."""
    return sent(route, route.status, written(route, found))


def written(route: Route, found: object) -> bytes:
    """Write what a route found as JSON; a page with the mark of the next one."""
    if isinstance(found, Page):
        items = [_told(one) for one in found.items]
        found = {"items": items, "next": bodies.cursor(found.after, route.name)}
    elif route.gives == "list":
        found = {"items": found}
    return _encode(found)


def sent(route: Route, status: int, body: bytes) -> HttpResponse:
    """Send bytes that were written for a route; nobody on the way keeps them."""
    kind = "application/fhir+json" if route.fhir else "application/json"
    return HttpResponse(body, status=status, content_type=kind, headers={**KEPT_OUT})


def _told(one: object) -> object:
    return one.cells if isinstance(one, RowKept) else one
