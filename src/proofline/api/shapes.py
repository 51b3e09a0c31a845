"""What is sent, as types that pydantic reads strictly: nothing coerced, nothing unknown.

The desk's own classes say what is taken; here their fields get the bounds of the door, which are
read by and described from one place.
"""

from __future__ import annotations

import inspect
import re
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    StringConstraints,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from proofline.api.bodies import DAY, INSTANT, LONGEST_TEXT, TEXT
from proofline.evidence.provenance import EVERY_TABLE
from proofline.packs.consents.texts import texts

LONGEST_LIST = 200
YEARS = range(1900, 2100)
NO_SUCH_DAY = "no_such_day"
"""The trouble with what is written like a day and is none that can be meant."""

FIELDS: set[str] = set()
"""The names of all fields that there are in bodies."""

_BOUNDS = ("ge", "le", "gt", "lt", "pattern", "min_length", "max_length")
Text = Annotated[str, StringConstraints(strict=True, max_length=LONGEST_TEXT, pattern=TEXT)]


def _written(kind: type[date], pattern: str) -> Any:  # noqa: ANN401 - a type for pydantic
    def read(cell: object) -> date:
        """Read what is written in this one way."""
        if not isinstance(cell, str) or not re.fullmatch(pattern, cell):
            raise ValueError
        try:
            said = kind.fromisoformat(cell)
        except ValueError:
            said = date.min
        if said.year not in YEARS:
            raise PydanticCustomError(NO_SUCH_DAY, "no such day")
        return said

    schema = WithJsonSchema({"type": "string", "pattern": pattern})
    return Annotated[kind, PlainValidator(read), schema]


def _whole(cell: object) -> object:
    """Take 44.0 for 44: JSON Schema calls both an integer."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


_LEAVES: dict[Any, Any] = {
    str: Text,
    bool: Annotated[bool, Strict()],
    int: Annotated[int, Strict(), BeforeValidator(_whole)],
    date: _written(date, DAY),
    datetime: _written(datetime, INSTANT),
    type(None): None,
    ...: ...,
}
_FILLED = {
    tuple: Field(max_length=LONGEST_LIST),
    dict: Field(json_schema_extra={"additionalProperties": False}),  # names that are no text
}


@cache
def strict(type_: type[Any], table: str = "") -> Any:  # noqa: ANN401 - a type for pydantic
    """Make the type that reads a class of ours; `table`, of the contract, bounds its choices."""
    hints, allowed = get_type_hints(type_, include_extras=True), choices(table)
    FIELDS.update(hints)
    fields: dict[str, Any] = {
        name: (
            _shape(hints[name], allowed.get(name, ())),
            ... if one.default is one.empty else one.default,
        )
        for name, one in inspect.signature(type_).parameters.items()
    }
    model = create_model(
        type_.__name__, __config__=ConfigDict(extra="forbid"), __doc__=type_.__doc__, **fields
    )
    return Annotated[model, AfterValidator(lambda said: type_(**dict(said)))]


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
