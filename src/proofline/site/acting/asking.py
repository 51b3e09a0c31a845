"""What an act asks for, as options of a command made from the route's path, query and body."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import click
import msgspec
from msgspec import inspect

from proofline.api import bodies
from proofline.api.route import Route
from proofline.desk.requests.lists import MOST
from proofline.errors import WrongUse

Part = Literal["ids", "query", "body"]
Cell = Any
HIDDEN = frozenset({"secret", "token"})
"""What is asked for unseen: a command line is kept in the shell's history and seen by others.

What is owed is asked for where it is left out; what is not, where its option has no word after it.
"""

_PATH = re.compile(r"\{([a-z_]+)\}")
_PAGED = {"limit": f"Items of a page, 1 to {MOST}.", "cursor": "`next` of the page before."}
_YES = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked for: in which part of a request, of which type, whether it is owed.

    `choices` are the words that it may be; none where it is free.
    """

    part: Part
    name: str
    type: inspect.Type
    required: bool
    choices: tuple[str, ...] = ()
    says: str = ""

    @property
    def option(self) -> str:
        """The option by which it is typed."""
        return f"--{self.name.strip('_').replace('_', '-')}"

    @property
    def key(self) -> str:
        """Under which name the command has what was typed."""
        return f"{self.part}_{self.name}"

    @property
    def typed(self) -> bool:
        """Whether it can be typed as an option; lists of records come by `--body` alone."""
        return not isinstance(_item(self.type), inspect.StructType | inspect.DictType)


def fields_of(route: Route) -> list[Field]:
    """Give everything that a route asks for."""
    text = inspect.StrType()
    found = [Field("ids", one, text, required=True) for one in _PATH.findall(route.path)]
    asked = dict(route.query)
    if route.gives == "page" and route.body is None and not route.fhir:
        asked |= _PAGED
    found += [Field("query", name, text, required=False, says=says) for name, says in asked.items()]
    return [*found, *_of_body(route)]


def _of_body(route: Route) -> Iterator[Field]:
    if route.body is None:
        return
    told = inspect.type_info(route.body)
    assert isinstance(told, inspect.StructType | inspect.DataclassType), "a body is a record"
    listed = bodies.choices(route.table)
    for one in told.fields:
        type_ = _known(one.type)
        words = _words(type_) or listed.get(one.name, ())
        yield Field("body", one.encode_name, type_, one.required, words)


def _known(type_: inspect.Type) -> inspect.Type:
    """Give the type of what may be null where it is not."""
    if isinstance(type_, inspect.UnionType):
        return next(one for one in type_.types if not isinstance(one, inspect.NoneType))
    return type_


def _item(type_: inspect.Type) -> inspect.Type:
    """Give the type of an item of a list, or the type itself."""
    return type_.item_type if isinstance(type_, inspect.VarTupleType) else type_


def _words(type_: inspect.Type) -> tuple[str, ...]:
    one = _item(type_)
    if isinstance(one, inspect.BoolType):
        return tuple(_YES)
    return tuple(map(str, one.values)) if isinstance(one, inspect.LiteralType) else ()


class _Whole(click.types.IntParamType):
    """A whole number; 44.0 is one, as in a body."""

    def convert(
        self, value: Cell, param: click.Parameter | None, ctx: click.Context | None
    ) -> Cell:
        """Read one. Errors: click.BadParameter."""
        whole: Cell = re.sub(r"\.0+$", "", str(value))
        return super().convert(whole, param, ctx)


def option(one: Field) -> click.Option:
    """Make the option by which a field is typed; what is owed is looked at when all is typed."""
    type_ = _item(one.type)
    kind: Any = click.Choice(one.choices) if one.choices else click.STRING
    if isinstance(type_, inspect.IntType):
        kind = _Whole()
    elif isinstance(type_, inspect.BytesType):
        kind = click.Path(exists=True, dir_okay=False, allow_dash=True)
    many = isinstance(one.type, inspect.VarTupleType)
    unseen = one.name in HIDDEN
    return click.Option(
        [one.option, one.key],
        type=kind,
        prompt=one.name.capitalize() if unseen else False,
        prompt_required=False,
        hide_input=unseen,
        confirmation_prompt=unseen,
        multiple=many,
        metavar=None if one.choices else _metavar(one),
        help=_help(one, many=many),
    )


def _metavar(one: Field) -> str:
    kinds: dict[type[inspect.Type], str] = {
        inspect.DateType: "DAY",
        inspect.DateTimeType: "INSTANT",
        inspect.IntType: "NUMBER",
        inspect.BytesType: "FILE",
    }
    return kinds.get(type(_item(one.type)), "ID" if one.part == "ids" else "TEXT")


def _help(one: Field, *, many: bool) -> str:
    """Say of a field what its type does not: how days are written, whether it is owed."""
    kinds: dict[type[inspect.Type], str] = {
        inspect.DateType: "Such as 2026-03-31.",
        inspect.DateTimeType: "With its offset, such as 2026-03-31T09:00:00-05:00.",
    }
    hidden = one.name in HIDDEN
    asked = "Asked for unseen if it is left out." if hidden else "Needed."
    parts = (
        one.says,
        kinds.get(type(_item(one.type)), ""),
        "May be given several times." if many else "",
        "Asked for unseen if nothing follows." if hidden and not one.required else "",
        asked if one.required else "",
    )
    return " ".join(filter(None, parts))


def body_of(fields: list[Field], typed: Mapping[str, Cell]) -> bytes:
    """Make what was typed the body of a request as it is sent; or give the one of `--body`.

    Errors: click.MissingParameter for what is owed; WrongUse for both at once.
    """
    given = {
        one.name: _cell(one, typed[one.key])
        for one in fields
        if one.part == "body" and one.typed and typed[one.key] not in {None, ()}
    }
    if typed["body"] is not None:
        if given:
            raise WrongUse(
                "act.body_twice",
                "The body is given by --body and by options both.",
                "Give it by one of them.",
            )
        return bytes(typed["body"].read())
    for one in fields:
        if one.part == "body" and one.required and one.name not in given:
            given[one.name] = _asked_for(one)
    return msgspec.json.encode(given)


def _cell(one: Field, value: Cell) -> Cell:
    if isinstance(one.type, inspect.BoolType):
        return _YES[value]
    if isinstance(one.type, inspect.BytesType):
        with click.open_file(value, "rb") as file:
            return base64.b64encode(cast("bytes", file.read())).decode()
    return value


def _asked_for(one: Field) -> str:
    """Ask for a secret that was left out; say of all else that it is missing."""
    if one.name in HIDDEN:
        said: str = click.prompt(one.name.capitalize(), hide_input=True, confirmation_prompt=True)
        return said
    if not one.typed:
        raise WrongUse(
            "act.body_needed",
            f"A list such as {one.name} cannot be typed as an option.",
            "Give the whole body as JSON with --body FILE, or - for standard input.",
        )
    raise click.MissingParameter(param_type="option", param_hint=one.option)


def place_in(route: Route, where: str) -> str:
    """Say which option a place of a request was typed by (`$.given_at`); as it is for others."""
    name = re.split(r"[.\[]", where.removeprefix("$."))[0]
    found = [one.option for one in fields_of(route) if one.name == name]
    return found[0] if found else where


def parts_of(fields: list[Field], typed: Mapping[str, Cell], part: Part) -> dict[str, str]:
    """Give what was typed of a part of a request, by name.

    Errors: click.MissingParameter for what is owed.
    """
    said = {}
    for one in fields:
        if one.part == part and typed[one.key] is not None:
            said[one.name] = typed[one.key]
        elif one.part == part and one.required:
            raise click.MissingParameter(param_type="option", param_hint=one.option)
    return said
