"""What is sent, as types that pydantic reads strictly: nothing coerced, nothing unknown; cursors.

The desk's own classes say what is taken. Here their fields get the bounds of the door, by which
they are read and described alike.
"""

from __future__ import annotations

import base64
import binascii
import inspect
import re
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    LiteralString,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import pydantic
from pydantic import Field, PlainValidator, Strict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from proofline.api.problems import wrong
from proofline.evidence.provenance import EVERY_TABLE
from proofline.packs.consents.texts import texts

LONGEST_LIST = 200
YEARS = range(1900, 2100)
NO_SUCH_DAY = "no_such_day"
"""The trouble with what is written like a day and is none that can be meant."""
NO_DAY, NO_INSTANT = "no_day", "no_instant"
"""The trouble with what is written otherwise than a day or an instant."""

LONGEST_TEXT = 2_000
LONGEST_MARK = 300
LONGEST_FILE = 4_000_000
"""Base64 of a file in a body: three million bytes. The whole body has bounds of its own."""

BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text without control characters but tab and line end."""

_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = (
    r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
DAY, INSTANT = f"^{_DAY}$", f"^{_DAY}T{_TIME}$"
"""How days and instants are written: RFC 3339."""

SEARCHED = f"^(eq|ge|gt|le|lt)?{_DAY}(T{_TIME})?$"
"""What FHIR's `date` may say here."""

ID = r"^[\x21-\x2e\x30-\x7e]{1,200}$"
"""What can be an id in an address at all."""

FIELDS: set[str] = set()
"""The names of all fields that there are in bodies."""

SENT: dict[str, tuple[Any, str]] = {}
"""The classes that are sent, each with its table, by the names that tell them apart."""

_BOUNDS = ("ge", "le", "gt", "lt", "pattern", "min_length", "max_length")
Text = Annotated[str, StringConstraints(strict=True, max_length=LONGEST_TEXT, pattern=TEXT)]


def _written(kind: type[date], pattern: str, otherwise: LiteralString) -> Any:  # noqa: ANN401 - a type for pydantic
    def read(cell: object) -> date:
        """Read what is written in this one way."""
        if not isinstance(cell, str) or not re.fullmatch(pattern, cell):
            raise PydanticCustomError(otherwise, "written otherwise")
        try:
            said = kind.fromisoformat(cell)
        except ValueError:
            said = date.min
        if said.year not in YEARS:
            raise PydanticCustomError(NO_SUCH_DAY, "no such day")
        return said

    schema = WithJsonSchema({"type": "string", "pattern": pattern})
    return Annotated[kind, PlainValidator(read), schema]


def _file(cell: object) -> bytes:
    """Read the bytes of a file, which is as long as it is."""
    if not isinstance(cell, str) or not cell.isascii():
        raise ValueError
    return base64.b64decode(cell, validate=True)


_BYTES = {"type": "string", "contentEncoding": "base64", "pattern": BASE64}
_LEAVES: dict[Any, Any] = {
    bytes: Annotated[
        bytes, PlainValidator(_file), WithJsonSchema({**_BYTES, "maxLength": LONGEST_FILE})
    ],
    str: Text,
    bool: Annotated[bool, Strict()],
    int: Annotated[int, Strict()],
    date: _written(date, DAY, NO_DAY),
    datetime: _written(datetime, INSTANT, NO_INSTANT),
    type(None): None,
    ...: ...,
}
_FILLED = {
    list: Field(max_length=LONGEST_LIST),
    tuple: Field(max_length=LONGEST_LIST),
    dict: Field(json_schema_extra={"additionalProperties": False}),  # names that are no text
}


@cache
def strict(type_: Any, table: str = "") -> Any:  # noqa: ANN401 - a type for pydantic
    """Make the type that reads a class of ours; `table`, of the contract, bounds its choices."""
    assert SENT.setdefault(type_.__name__, (type_, table)) == (type_, table), "one name, one class"
    hints, allowed = get_type_hints(type_, include_extras=True), choices(table)
    FIELDS.update(hints)
    fields: dict[str, Any] = {
        name: (
            _shape(hints[name], allowed.get(name, ())),
            ... if one.default is one.empty else one.default,
        )
        for name, one in inspect.signature(type_).parameters.items()
    }
    config = pydantic.ConfigDict(extra="forbid")
    model = pydantic.create_model(
        type_.__name__, __config__=config, __doc__=type_.__doc__, **fields
    )

    def ours(said: pydantic.BaseModel) -> object:
        """Give what was sent as the class of ours, which fills in what was not."""
        return type_(**{name: getattr(said, name) for name in said.model_fields_set})

    return Annotated[model, pydantic.AfterValidator(ours)]


def choices(table: str) -> dict[str, tuple[str, ...]]:
    """Give what the contract lets each column of a table say, where it lists that.

    Of consent texts these are the versions that are published.
    """
    if not table:
        return {}
    found = {one.name: tuple(one.choices) for one in EVERY_TABLE[table].columns if one.choices}
    return found | ({"text_version": tuple(texts())} if table == "consents" else {})


def _shape(kind: Any, allowed: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - types for pydantic
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        said = {one: getattr(args[1], one) for one in _BOUNDS if getattr(args[1], one) is not None}
        return Annotated[_shape(args[0]), Field(**said)]
    if origin in {Union, UnionType}:
        return Union[tuple(_shape(one, allowed) for one in args)]  # noqa: UP007 - of many
    if origin in _FILLED:
        return Annotated[origin[tuple(map(_shape, args))], _FILLED[origin]]
    if allowed and (kind is str or origin is Literal):
        return Literal[tuple(one for one in args or allowed if one in allowed)]
    return _LEAVES[kind] if kind in _LEAVES else kind if origin is Literal else strict(kind)


def cursor(after: int | None, route: str) -> str | None:
    """Write where the next page begins, for no eyes but ours; None where there is none."""
    if after is None:
        return None
    return base64.urlsafe_b64encode(f"{route} {after}".encode()).decode().rstrip("=")


def after_cursor(text: str, route: str) -> int:
    """Read a cursor that this route gave; blank is the beginning. Errors: ApiError 409."""
    if not text:
        return 0
    try:
        filled = text.encode("ascii") + b"=" * (-len(text) % 4)
        name, _, after = (
            base64.b64decode(filled, b"-_", validate=True).decode("ascii").partition(" ")
        )
    except (ValueError, binascii.Error):
        name, after = "", ""
    if name != route or not after.isdigit() or len(after) > 18:  # noqa: PLR2004 - of a 64-bit number
        raise wrong(
            409,
            "api.cursor",
            "The cursor is none that this address gave.",
            "Take `next` of a page as it is, or leave it out to begin.",
            where="cursor",
        )
    return int(after)
