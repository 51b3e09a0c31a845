"""What was typed, read as the API reads what is sent: by the same rules, in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from proofline.api import bodies
from proofline.api.problems import wrong
from proofline.api.route import Route
from proofline.desk.requests.lists import Place
from proofline.store.trouble import not_visible


def read_ids(ids: Mapping[str, str]) -> Mapping[str, str]:
    """Give ids as they are. Errors: NotVisible for what can be no id."""
    if not all(map(bodies.usable_id, ids.values())):
        raise not_visible()
    return ids


def read_query(query: Mapping[str, str]) -> Mapping[str, str]:
    """Give parameters as they are. Errors: ApiError 400 for what cannot be read."""
    for name, text in query.items():
        if not bodies.usable_mark(text):
            said, cure = "A parameter cannot be read.", "Give another."
            raise wrong(400, "api.parameter", said, cure, where=name)
    return query


def read_place(route: Route, query: Mapping[str, str]) -> Place:
    """Read where a page begins. Errors: ApiError 400, 409."""
    return bodies.place_of(query, route.name) if route.gives == "page" else Place()


def read_body(route: Route, raw: bytes) -> Any:  # noqa: ANN401 - it is of the route's type
    """Read a body as a route's. Errors: ApiError 400 for no JSON, 409, 422 for another shape."""
    return bodies.read(raw, route.body, route.table) if route.body else None
