"""What a route takes, as django-ninja reads it, and what is wrong with what was sent.

Messages name places and never quote what was sent: it may be about a patient.
"""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from msgspec.json import decode
from ninja import Body, Form, Header, Query
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pydantic import BeforeValidator, Field, Strict, StringConstraints, WithJsonSchema

from proofline.api.bodies import ID, LONGEST_MARK, SEARCHED, TEXT
from proofline.api.problems import ApiError, wrong
from proofline.api.route import Route
from proofline.api.shapes import NO_SUCH_DAY, YEARS, names, strict
from proofline.desk.requests.lists import MOST

HEADER = "Idempotency-Key"
KEY = r"^[\x21-\x7e]{1,200}$"
"""What a key may be: ASCII that can be seen."""

_PAGE = {"limit": f"Items of a page, 1 to {MOST}.", "cursor": "`next` of the page before."}


class Strictly(Parser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no halves of surrogates."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Read a body; whatever this raises is answered as no JSON."""
        return decode(request.body)  # type: ignore[no-any-return]


def _digits(text: object) -> object:
    """Read a count; what has signs, blanks or underscores is none."""
    return int(text) if isinstance(text, str) and text.isdecimal() and text.isascii() else text


_Id = Annotated[str, WithJsonSchema({"type": "string", "pattern": ID})]
_Mark = Annotated[str, StringConstraints(max_length=LONGEST_MARK, pattern=TEXT)]
_TYPES: dict[str, Any] = {
    "limit": Annotated[int, Strict(), BeforeValidator(_digits), Field(ge=1, le=MOST)],
    "_count": Annotated[
        _Mark, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST})
    ],
    "date": Annotated[_Mark, WithJsonSchema({"type": "string", "pattern": SEARCHED})],
}


def parameters(route: Route) -> dict[str, str]:
    """Give what an address may be asked with, by name, and what each means."""
    return {**route.query, **(_PAGE if route.paged else {})}


def signature(route: Route) -> Signature:
    """Give what ninja reads for a route: ids of its path, parameters, key and body."""
    taken = [Parameter("request", Parameter.POSITIONAL_OR_KEYWORD)]

    def take(name: str, kind: object, **source: Any) -> None:  # noqa: ANN401 - ninja's own
        taken.append(Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, **source))

    for part in ("{tenant_id}", *route.path.split("/")):
        if part.startswith("{"):
            take(part.strip("{}"), _Id)
    for name, says in parameters(route).items():
        kind, blank = _TYPES.get(name, _Mark), 50 if name == "limit" else None
        said = {"alias": name, "description": says}
        take(f"q_{name}", kind, default=Query(blank, include_in_schema=not route.form, **said))
        if route.form:
            take(f"f_{name}", kind, default=Form(blank, **said))
    if route.writes:
        says = "The same key and request again are done once and answered the same."
        take("key", str, default=Header(None, alias=HEADER, pattern=KEY, description=says))
    if route.body:
        take("body", strict(route.body, route.table), default=Body(...))
    return Signature(taken)


def trouble(route: Route, error: Exception) -> Exception:
    """Say in our words what ninja found wrong; give any other error as it is."""
    if isinstance(error, RequestDataTooBig):
        return wrong(413, "api.too_much", "The body is too long.", "Send it in parts.")
    if isinstance(error, HttpError):
        return _no_json()
    if not isinstance(error, ValidationError):
        return error
    first = error.errors[0]
    source, name, *place = first["loc"]
    if source == "body":
        return _no_body(route, first, place) if place or first["type"] != "missing" else _no_json()
    if source == "header":
        return wrong(
            400,
            "api.idempotency_key",
            f"The {HEADER} is none.",
            "Send 1 to 200 visible characters of ASCII, such as a UUID.",
            where=HEADER,
        )
    if name == "limit":
        said = f"A page has 1 to {MOST} items."
        return wrong(400, "api.limit", said, "Give another limit.", where="limit")
    return no_parameter(route, name)


def no_parameter(route: Route, name: str) -> ApiError:
    """Say that a parameter cannot be used; its name is told where it is one of ours."""
    known = parameters(route)
    return wrong(
        400,
        "api.parameter",
        "A parameter is unknown here, comes twice or cannot be read.",
        f"Parameters: {', '.join(sorted(known)) or 'none'}.",
        where=name if name in known else "",
    )


def _no_json() -> ApiError:
    said = "The body is no JSON."
    return wrong(400, "api.not_json", said, "Send UTF-8 JSON, one object.", where="$")


def _no_body(route: Route, found: dict[str, Any], place: list[str | int]) -> ApiError:
    if unknown := found["type"] == "extra_forbidden":
        place = place[:-1]
    where = "$"
    for step in place:
        if isinstance(step, str) and step not in names(route.body):
            break  # what stands in a table of names and texts is the sender's
        where += f"[{step}]" if isinstance(step, int) else f".{step}"
    if found["type"] == NO_SUCH_DAY:
        return wrong(
            409,
            "api.year",
            f"There is no such day, or it is not in the years {YEARS[0]} to {YEARS[-1]}.",
            "Enter the day on which it was.",
            where=where,
        )
    what = "is missing or not of its type"
    if unknown:
        what = "has a field that there is not"
    elif found["type"] == "literal_error":
        what = f"is none of {found['ctx']['expected']}"
    elif found["type"] in {"string_too_long", "string_pattern_mismatch"}:
        what = "is too long, or has characters that it cannot have"
    return wrong(
        422,
        "api.body",
        f"The body cannot be used: what stands at this place {what}.",
        "See /api/openapi.json for the body of this address.",
        where=where,
    )
