"""/api/openapi.json: the API described as OpenAPI 3.1, from the same routes that answer.

Classes of the desk are the schemas; tables of the evidence contract are schemas by their columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from proofline.api.bodies import SENT
from proofline.api.me import Me
from proofline.api.problems import Problem
from proofline.api.route import Route
from proofline.desk.machines.keys import Granted
from proofline.desk.machines.scopes import scopes
from proofline.evidence.contract import Table
from proofline.evidence.provenance import EVERY_TABLE

if TYPE_CHECKING:
    from ninja import NinjaAPI

Json = dict[str, Any]

_WHEN = {
    "400": "A parameter or the JSON cannot be read.",
    "401": "Nobody is known to call.",
    "403": "The role, the token or the session does not allow it.",
    "404": "There is nothing here that the caller can see.",
    "405": "There is no such method here.",
    "409": "It makes no sense as things stand; nothing was written.",
    "413": "The body is too long.",
    "415": "The body is of another kind.",
    "422": "The body is not what this address takes.",
    "503": "The book is frozen.",
}

_FORM = {"schema": {"additionalProperties": False}}
CLOSED = {"requestBody": {"content": {"application/x-www-form-urlencoded": _FORM}}}
"""That a form has the fields that are described, and no more."""


def openapi(api: NinjaAPI, routes: Sequence[Route]) -> Json:
    """Describe the routes: what they take as ninja reads it, what they give as it is written."""
    found: Json = dict(api.get_openapi_schema(path_prefix="/api/"))
    for place in found["paths"].values():
        place.pop("head", None)
    found["components"]["schemas"] = _given_schemas(routes) | found["components"]["schemas"]
    found["components"]["securitySchemes"] = _security()
    return found


def extra(route: Route) -> Json:
    """Say what ninja does not know of a route: who may ask, and what is answered."""
    kind = "application/fhir+json" if route.fhir else "application/json"
    statuses = ["400", "401", "403", "404", "405"]
    statuses += ["413", "415"] if route.body or route.form else []
    statuses += ["422"] if route.body else []
    statuses += ["409", "503"] if route.writes else ["409"]
    answers: dict[Any, Json] = {
        route.status: {"description": route.says, "content": {kind: {"schema": _given(route)}}},
        **_refusals(statuses, kind, "OperationOutcome" if route.fhir else "Problem"),
        "414": {"description": "The address is too long; the server itself says so."},
    }
    callers = [{"session": []}, *([{"token": [route.scope]}] if route.scope else [])]
    return {"security": callers, "responses": answers, **(CLOSED if route.form else {})}


def extra_of(given: type[Any], statuses: Sequence[str], *callers: str) -> Json:
    """Say the same of an address that is no route."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{given.__name__}"}}}
    answers: dict[Any, Json] = {200: {"description": given.__doc__, "content": content}}
    answers |= _refusals(statuses, "application/json", "Problem")
    return {"security": [{one: []} for one in callers], "responses": answers}


def _refusals(statuses: Sequence[str], kind: str, name: str) -> Json:
    content = {kind: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {one: {"description": _WHEN[one], "content": content} for one in statuses}


def _given(route: Route) -> Json:
    if route.fhir or route.of is None:
        return {
            "type": "object",
            "required": ["resourceType"],
            "properties": {"resourceType": {"type": "string"}},
        }
    name = route.of if isinstance(route.of, str) else route.of.__name__
    one = {"$ref": f"#/components/schemas/{name}"}
    if route.gives == "one":
        return one
    listed: Json = {"items": {"type": "array", "items": one}}
    if route.gives == "page":
        listed["next"] = {"type": ["string", "null"]}
    return {
        "type": "object",
        "required": sorted(listed),
        "properties": listed,
        "additionalProperties": False,
    }


def _given_schemas(routes: Sequence[Route]) -> Json:
    given = {route.of for route in routes if isinstance(route.of, type)}
    every: set[type[Any]] = {*given, Problem, Granted, Me}
    assert all(SENT.get(one.__name__, (one,))[0] is one for one in every), "one name, one class"
    types = sorted(every, key=lambda one: one.__name__)
    _, found = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    tables = {route.of for route in routes if isinstance(route.of, str)}
    found |= {name: _row(EVERY_TABLE[name]) for name in sorted(tables)}
    outcome = {
        "resourceType": {"const": "OperationOutcome"},
        "issue": {"type": "array", "minItems": 1},
    }
    found["OperationOutcome"] = {
        "type": "object",
        "required": sorted(outcome),
        "properties": outcome,
    }
    return found


def _row(table: Table) -> Json:
    cells = {
        column.name: {"type": ["string", "null"], "description": column.meaning}
        for column in table.columns
    }
    return {
        "type": "object",
        "required": list(cells),
        "properties": cells,
        "additionalProperties": False,
    }


def _security() -> Json:
    flow = {"tokenUrl": "/api/token", "scopes": scopes()}
    return {
        "token": {"type": "oauth2", "flows": {"clientCredentials": flow}},
        "session": {"type": "apiKey", "in": "header", "name": "Cookie"},
    }
