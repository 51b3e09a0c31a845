"""What a route takes, as django-ninja reads it, and what is wrong with what was sent.

Messages name places and never quote what was sent: it may be about a patient.
"""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError
from msgspec.json import decode
from ninja.errors import HttpError, ValidationError
from ninja.params.models import Body, Form, Header, Query
from ninja.parser import Parser
from pydantic import BeforeValidator, Field, Strict, StringConstraints, WithJsonSchema

from proofline.api import bodies
from proofline.api.problems import ApiError, wrong
from proofline.api.route import Route
from proofline.desk.requests.lists import MOST

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

HEADER = "Idempotency-Key"
KEY = r"^[\x21-\x7e]{1,200}$"
"""What a key may be: ASCII that can be seen."""

_PAGE = {"limit": f"Items of a page, 1 to {MOST}.", "cursor": "`next` of the page before."}
_WORDS = {
    "extra_forbidden": "has a field that there is not",
    "string_too_long": f"is longer than {bodies.LONGEST_TEXT}",
    "string_pattern_mismatch": "has characters that it cannot have",
    bodies.NO_DAY: "is no day, which is written as 2026-03-31",
    bodies.NO_INSTANT: "is no instant, which is written as 2026-03-31T08:05:00-05:00",
    "too_long": f"has more than {bodies.LONGEST_LIST} items",
}
_BLANKS = {"limit": 50, "cursor": ""}

NOT_READ = (HttpError, ValidationError, RequestDataTooBig)
"""What ninja says, and Django, of what cannot be read."""


_UNREAD = (BadRequest, SuspiciousOperation, MultiPartParserError, UnicodeError, LookupError)


class Strictly(Parser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no halves of surrogates."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Read a body; whatever this raises is answered as no JSON."""
        sent: dict[str, Any] = decoded(request.body)
        return sent


def decoded(raw: bytes) -> Any:  # noqa: ANN401 - JSON
    """Decode a body as every door does. Errors: DecodeError, UnicodeDecodeError, RecursionError."""
    sent = decode(raw)
    return {name: _whole(one) for name, one in sent.items()} if type(sent) is dict else sent


def _whole(cell: object) -> object:
    """Take 44.0 for 44: JSON Schema calls both an integer."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _digits(text: object) -> object:
    """Read a count; what has signs, blanks or underscores is none."""
    return int(text) if isinstance(text, str) and text.isdecimal() and text.isascii() else text


_Id = Annotated[str, WithJsonSchema({"type": "string", "pattern": bodies.ID})]
_Mark = Annotated[str, StringConstraints(max_length=bodies.LONGEST_MARK, pattern=bodies.TEXT)]
_TYPES: dict[str, Any] = {
    "limit": Annotated[int, Strict(), Field(ge=1, le=MOST), BeforeValidator(_digits)],
    "_count": Annotated[_Mark, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST})],
    "date": Annotated[_Mark, WithJsonSchema({"type": "string", "pattern": bodies.SEARCHED})],
}


def parameters(route: Route) -> dict[str, str]:
    """Give what an address may be asked with, by name, and what each means."""
    return {**route.query, **(_PAGE if route.paged else {})}


def parameter_types(route: Route) -> dict[str, Any]:
    """Give by which type of pydantic each parameter is read."""
    return {name: _TYPES.get(name, _Mark) for name in parameters(route)}


def signature(route: Route) -> Signature:
    """Give what ninja reads for a route: ids of its path, parameters, key and body."""
    taken = [Parameter("request", Parameter.POSITIONAL_OR_KEYWORD)]

    def take(name: str, kind: object, **source: Any) -> None:  # noqa: ANN401 - ninja's own
        """Take one more by its name."""
        taken.append(Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, **source))

    for part in ("{tenant_id}", *route.path.split("/")):
        if part.startswith("{"):
            take(part.strip("{}"), _Id)
    for name, says in parameters(route).items():
        kind, blank = _TYPES.get(name, _Mark), _BLANKS.get(name)
        said: dict[str, Any] = {"alias": name, "description": says}
        shown = not route.form  # a form may come with parameters in its address too
        take(name.strip("_"), kind, default=Query(blank, include_in_schema=shown, **said))
        if route.form:
            take(f"form_{name}", kind, default=Form(blank, **said))
    if route.writes:
        says = "The same key and request again are done once and answered the same."
        take("key", str, default=Header(None, alias=HEADER, pattern=KEY, description=says))
    body: Any = route.body
    if body:
        take("body", bodies.strict(body, route.table), default=Body(...))
    return Signature(taken)


def form_of(request: HttpRequest) -> QueryDict:
    """Give the form of a request, empty where it has none.

    Django reads it where it is first asked for, and answers what it cannot read with a page.

    Errors: ApiError 413 for one that is too long, 400 for another charset than UTF-8 (RFC 1866 has
    none), more fields than are read, or parts that cannot be told apart.
    """
    try:
        return request.POST
    except RequestDataTooBig:
        raise wrong(413, "api.too_much", "The body is too long.", "Send it in parts.") from None
    except _UNREAD:
        said, cure = "The form cannot be read.", "Send it as UTF-8, with the fields that there are."
        raise wrong(400, "api.form", said, cure) from None


def trouble(route: Route, error: Exception) -> ApiError:
    """Say in our words what could not be read, one of `NOT_READ`."""
    if isinstance(error, RequestDataTooBig):
        return wrong(413, "api.too_much", "The body is too long.", "Send it in parts.")
    first = error.errors[0] if isinstance(error, ValidationError) else {}
    source, name, *place = first.get("loc", ("body", "body"))
    if source == "header":
        said, cure = f"The {HEADER} is none.", "Send 1 to 200 visible characters of ASCII."
        return wrong(400, "api.idempotency_key", said, cure, where=HEADER)
    if name == "limit":
        said, cure = f"A page has 1 to {MOST} items.", "Give another limit."
        return wrong(400, "api.limit", said, cure, where=name)
    if source != "body":
        return no_parameter(route, name)
    if not place and first.get("type") in {None, "missing"}:
        said, cure = "The body is no JSON.", "Send UTF-8 JSON, one object."
        return wrong(400, "api.not_json", said, cure, where="$")
    return _no_body(first, place)


def no_parameter(route: Route, name: str) -> ApiError:
    """Say that a parameter cannot be used; its name is told where it is one of ours."""
    known = parameters(route)
    said = "A parameter is unknown here, comes twice or cannot be read."
    cure = f"Parameters: {', '.join(sorted(known)) or 'none'}."
    return wrong(400, "api.parameter", said, cure, where=name if name in known else "")


def _no_body(found: dict[str, Any], place: list[str | int]) -> ApiError:
    kind, where = found["type"], "$"
    for step in place:
        if isinstance(step, str) and step not in bodies.FIELDS:
            break  # a name that the sender chose
        where += f"[{step}]" if isinstance(step, int) else f".{step}"
    if kind == "extra_forbidden":
        where = where.removesuffix(f".{place[-1]}")
    if kind == bodies.NO_SUCH_DAY:
        years = bodies.YEARS
        said = f"There is no such day, or it is not in the years {years[0]} to {years[-1]}."
        return wrong(409, "api.year", said, "Enter the day on which it was.", where=where)
    what = _WORDS.get(kind, "is missing or not of its type")
    if kind == "literal_error":
        what = f"is none of {found['ctx']['expected']}"
    said = f"The body cannot be used: what stands at this place {what}."
    cure = "See /api/openapi.json for the body of this address."
    return wrong(422, "api.body", said, cure, where=where)
