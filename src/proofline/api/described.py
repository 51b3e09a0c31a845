"""/api/openapi.json: the API described as OpenAPI 3.1, from the same routes that answer.

Classes of the desk are the schemas; tables of the evidence contract are schemas by their columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, get_args, get_type_hints

import msgspec

from proofline import __version__
from proofline.api import bodies
from proofline.api.problems import Problem
from proofline.api.repeating import HEADER, KEY
from proofline.api.route import Route
from proofline.desk.machines.keys import Granted
from proofline.desk.machines.scopes import scopes
from proofline.desk.requests.lists import MOST
from proofline.evidence.contract import Table
from proofline.evidence.provenance import EVERY_TABLE

Json = dict[str, Any]

_ID = {"type": "string", "pattern": r"^[\x21-\x2e\x30-\x7e]{1,200}$"}
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": KEY},
    "description": "The same key and request again are done once and answered the same.",
}
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


def openapi(routes: Sequence[Route]) -> Json:
    """Describe the routes."""
    paths: Json = {}
    for route in routes:
        place = paths.setdefault(f"/api/practices/{{tenant_id}}/{route.path}", {})
        place[route.method.lower()] = _operation(route)
    paths["/api/token"] = {"post": _token()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Proofline", "version": __version__},
        "paths": paths,
        "components": {"schemas": _schemas(routes), "securitySchemes": _security()},
    }


def _operation(route: Route) -> Json:
    names = [part.strip("{}") for part in route.path.split("/") if part.startswith("{")]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _ID}
        for name in ("tenant_id", *names)
    ]
    made: Json = {
        "operationId": route.name,
        "summary": route.says,
        "security": [{"session": []}, *([{"token": [route.scope]}] if route.scope else [])],
        "responses": _responses(route),
    }
    if route.form:
        made["requestBody"] = {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": _form(route)}},
        }
    else:
        parameters += [
            {"name": name, "in": "query", "schema": _parameter(name), "description": says}
            for name, says in _query(route)
        ]
    if route.writes:
        parameters.append(_KEY)
    if route.body:
        schema = {"$ref": f"#/components/schemas/{route.body.__name__}"}
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return made | {"parameters": parameters}


def _query(route: Route) -> list[tuple[str, str]]:
    paged = route.gives == "page" and route.body is None and not route.fhir
    marks = [("limit", f"Items of a page, 1 to {MOST}."), ("cursor", "`next` of the page before.")]
    return [*route.query.items(), *(marks if paged else [])]


def _parameter(name: str) -> Json:
    if name in {"limit", "_count"}:
        return {"type": "integer", "minimum": 1, "maximum": MOST}
    if name == "date":
        return {"type": "string", "pattern": bodies.SEARCHED}
    return {"type": "string", "pattern": bodies.TEXT, "maxLength": bodies.LONGEST_MARK}


def _form(route: Route) -> Json:
    return {
        "type": "object",
        "properties": {name: _parameter(name) for name in route.query},
        "additionalProperties": False,
    }


def _responses(route: Route) -> Json:
    kind = "application/fhir+json" if route.fhir else "application/json"
    refused = {
        "schema": {
            "$ref": f"#/components/schemas/{'OperationOutcome' if route.fhir else 'Problem'}"
        }
    }
    statuses = ["400", "401", "403", "404", "405"]
    statuses += ["413", "415"] if route.body or route.form else []
    statuses += ["422"] if route.body else []
    statuses += ["409", "503"] if route.writes else ["409"]
    return {
        str(route.status): {
            "description": route.says,
            "content": {kind: {"schema": _given(route)}},
        },
        **{one: {"description": _WHEN[one], "content": {kind: refused}} for one in statuses},
        "414": {"description": "The address is too long; the server itself says so."},
    }


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


def _schemas(routes: Sequence[Route]) -> Json:
    sent = {
        one: route.table if one is route.body else ""
        for route in routes
        if route.body
        for one in _within(route.body)
    }
    given = {route.of for route in routes if isinstance(route.of, type)}
    every: set[type[Any]] = {*sent, *given, Problem, Granted}
    types = sorted(every, key=lambda one: one.__name__)
    _, found = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    for type_, table in sent.items():
        schema = found[type_.__name__]
        for name, kind in get_type_hints(type_).items():
            if datetime in {kind, *get_args(kind)}:  # msgspec has no format for an instant
                for one in schema["properties"][name].get("anyOf", [schema["properties"][name]]):
                    one.update({"format": "date-time"} if one.get("type") == "string" else {})
        _narrow(schema, bodies.choices(table))
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


def _within(type_: type[Any]) -> Iterator[type[Any]]:
    """Give a body's type and those of the items in its lists."""
    yield type_
    for kind in get_type_hints(type_).values():
        for one in get_args(kind):
            if isinstance(one, type) and issubclass(one, msgspec.Struct):
                yield from _within(one)


def _narrow(schema: Json, choices: dict[str, tuple[str, ...]]) -> None:
    """Say in a body's schema what `bodies.read` refuses besides its types."""
    schema["additionalProperties"] = False
    for name, said in schema["properties"].items():
        for one in said.get("anyOf", [said]):
            _limit(one, choices.get(name, ()))


def _limit(schema: Json, choices: tuple[str, ...]) -> None:
    if kind := schema.pop("format", ""):
        # In 3.1 a format binds nobody, so what is read is said as a pattern.
        schema["pattern"] = bodies.DAY if kind == "date" else bodies.INSTANT
    elif schema.get("contentEncoding") == "base64":
        schema |= {"pattern": bodies.BASE64, "maxLength": bodies.LONGEST_FILE}
    elif schema.get("type") == "string" and choices:
        schema["enum"] = [*choices]
    elif schema.get("type") == "string":
        schema |= {"pattern": schema.get("pattern", bodies.TEXT), "maxLength": bodies.LONGEST_TEXT}
    elif schema.get("type") == "array":
        schema["maxItems"] = bodies.LONGEST_LIST
        if isinstance(schema.get("items"), dict):
            _limit(schema["items"], ())
    elif isinstance(schema.get("additionalProperties"), dict):
        schema["propertyNames"] = {"pattern": bodies.TEXT, "maxLength": bodies.LONGEST_TEXT}
        _limit(schema["additionalProperties"], ())


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


def _token() -> Json:
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    granted = {"application/json": {"schema": {"$ref": "#/components/schemas/Granted"}}}
    sent = {
        "grant_type": {"const": "client_credentials"},
        **{
            name: {"type": "string"}
            for name in ("client_id", "client_secret", "scope", "client_assertion")
        },
        "client_assertion_type": {"type": "string"},
    }
    form = {
        "type": "object",
        "required": ["grant_type"],
        "properties": sent,
        "additionalProperties": False,
    }
    return {
        "operationId": "token",
        "summary": "A short token for a machine's secret or its signed assertion.",
        "security": [],
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": form}},
        },
        "responses": {
            "200": {"description": "The token.", "content": granted},
            **{
                one: {"description": _WHEN[one], "content": problem}
                for one in ("400", "401", "405", "415")
            },
        },
    }


def _security() -> Json:
    flow = {"tokenUrl": "/api/token", "scopes": scopes()}
    return {
        "token": {"type": "oauth2", "flows": {"clientCredentials": flow}},
        "session": {"type": "apiKey", "in": "header", "name": "Cookie"},
    }
