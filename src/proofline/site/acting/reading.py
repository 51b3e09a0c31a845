"""What was typed, read as the API reads what is sent: by the same rules, in the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from ninja.errors import HttpError, ValidationError
from pydantic import TypeAdapter
from pydantic import ValidationError as NotRead

from proofline.api import bodies
from proofline.api.reading import decoded, parameter_types, trouble
from proofline.api.route import Route
from proofline.desk.requests.lists import Place
from proofline.store.trouble import not_visible


def read_ids(ids: Mapping[str, str]) -> Mapping[str, str]:
    """Give ids as they are. Errors: NotVisible for what can be no id."""
    if not all(re.fullmatch(bodies.ID, one) for one in ids.values()):
        raise not_visible()
    return ids


def read_query(route: Route, query: Mapping[str, str]) -> dict[str, Any]:
    """Read parameters as a route's. Errors: ApiError 400 for what cannot be read."""
    kinds = parameter_types(route)
    return {name: _read(route, kinds[name], text, "query", name) for name, text in query.items()}


def read_place(route: Route, query: Mapping[str, Any]) -> Place:
    """Read where a page begins. Errors: ApiError 409."""
    if not route.paged:
        return Place()
    after = bodies.after_cursor(query.get("cursor", ""), route.name)
    return Place(after, query.get("limit", 50))


def read_body(route: Route, raw: bytes) -> Any:  # noqa: ANN401 - it is of the route's type
    """Read a body as a route's. Errors: ApiError 400 for no JSON, 409, 422 for another shape."""
    body: Any = route.body
    if body is None:
        return None
    try:
        sent = decoded(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise trouble(route, HttpError(400, "")) from error
    return _read(route, bodies.strict(body, route.table), sent, "body", "body")


def _read(route: Route, kind: Any, said: object, *place: str) -> Any:  # noqa: ANN401 - a type
    """Read something as a type of pydantic. Errors: ApiError in the API's words."""
    try:
        return TypeAdapter(kind).validate_python(said)
    except NotRead as error:
        found = [{**one, "loc": (*place, *one["loc"])} for one in error.errors()]
        raise trouble(route, ValidationError(found)) from error
