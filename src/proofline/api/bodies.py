"""What is sent, read strictly: nothing unknown, nothing that the evidence has no word for.

Messages name places and never quote what was sent: it may be about a patient.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, get_type_hints

import msgspec

from proofline.api.problems import wrong
from proofline.desk.requests.lists import MOST, Place
from proofline.evidence.provenance import EVERY_TABLE
from proofline.packs.consents.texts import texts

LONGEST_TEXT = 2_000
LONGEST_LIST = 200
LONGEST_MARK = 300
LONGEST_FILE = 4_000_000
"""Base64 of a file in a body: three million bytes. The whole body has bounds of its own."""

BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text without control characters but tab and line end."""

YEARS = range(1900, 2100)
_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = (
    r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
DAY, INSTANT = f"^{_DAY}$", f"^{_DAY}T{_TIME}$"
"""How days and instants are written: RFC 3339."""

SEARCHED = f"^(eq|ge|gt|le|lt)?{_DAY}(T{_TIME})?$"
"""What FHIR's `date` may say here."""

_TEXT = re.compile(TEXT)
_PLACE = re.compile(r" - at `([^`]+)`")
_STEP = re.compile(r"\.([a-z_]+)|\[([0-9]+)\]", re.ASCII)
_ID = re.compile(r"^[\x21-\x7e]{1,200}$")


def read(raw: bytes, type_: type[Any], table: str) -> Any:  # noqa: ANN401 - it is of the type
    """Read a JSON body as a type; `table` is of the contract whose choices its fields obey.

    Errors: ApiError 400 for what is no JSON, 422 for what is not of the type.
    """
    try:
        sent = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise wrong(
            400, "api.not_json", "The body is no JSON.", "Send UTF-8 JSON, one object.", where="$"
        ) from error
    if isinstance(sent, dict):
        known = {field.encode_name for field in _fields(type_)}
        if set(sent) - known:
            fields = ", ".join(sorted(known))
            raise _unusable("$", f"has a field that there is not; there are {fields}")
        sent = {name: _whole(cell) for name, cell in sent.items()}
    for place, text in _texts(_without_files(sent, type_), "$"):
        if len(text) > LONGEST_TEXT or not _TEXT.match(text):
            raise _unusable(place, f"is longer than {LONGEST_TEXT}, or has control characters")
    try:
        said = msgspec.convert(sent, type_)
    except msgspec.ValidationError as error:
        where = _PLACE.search(str(error))
        if where and _looks_like_a_day(_found(sent, where[1])):
            raise _no_such_day(where[1]) from error
        raise _unusable(where[1] if where else "$", "is missing or not of its type") from error
    _refuse_unusual(said, table)
    return said


def _without_files(sent: object, type_: type[Any]) -> object:
    """Leave out what is the bytes of a file, which is as long as it is."""
    kinds = get_type_hints(type_)
    if not isinstance(sent, dict):
        return sent
    return {name: cell for name, cell in sent.items() if kinds.get(name) is not bytes}


def _whole(cell: object) -> object:
    """Take 44.0 for 44: JSON Schema calls both an integer."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _found(sent: object, place: str) -> object:
    """Give what stands at a place of a body; None where there is nothing."""
    for name, number in _STEP.findall(place):
        if name and isinstance(sent, dict):
            sent = sent.get(name)
        elif number and isinstance(sent, list) and int(number) < len(sent):
            sent = sent[int(number)]
        else:
            return None
    return sent


def _looks_like_a_day(cell: object) -> bool:
    return isinstance(cell, str) and bool(re.match(DAY, cell) or re.match(INSTANT, cell))


def _no_such_day(place: str) -> Exception:
    return wrong(
        409,
        "api.year",
        f"There is no such day, or it is not in the years {YEARS[0]} to {YEARS[-1]}.",
        "Enter the day on which it was.",
        where=place,
    )


def choices(table: str) -> dict[str, tuple[str, ...]]:
    """Give what the contract lets each column of a table say, where it lists that.

    Of consent texts these are the versions that are published.
    """
    if not table:
        return {}
    found = {one.name: tuple(one.choices) for one in EVERY_TABLE[table].columns if one.choices}
    return found | ({"text_version": tuple(texts())} if table == "consents" else {})


def _refuse_unusual(said: object, table: str, at: str = "$") -> None:
    allowed = choices(table)
    for field in _fields(type(said)):
        value, place = getattr(said, field.name), f"{at}.{field.encode_name}"
        if isinstance(value, datetime) and value.utcoffset() is None:
            raise _unusable(place, "has no offset from UTC")
        if isinstance(value, date) and value.year not in YEARS:
            raise _no_such_day(place)
        if isinstance(value, tuple) and len(value) > LONGEST_LIST:
            raise _unusable(place, f"has more than {LONGEST_LIST} items")
        for number, one in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(one, msgspec.Struct):
                _refuse_unusual(one, "", f"{place}[{number}]")
        if value is not None and field.name in allowed and value not in allowed[field.name]:
            raise _unusable(place, f"is none of {', '.join(allowed[field.name])}")


def _fields(type_: type[Any]) -> tuple[Any, ...]:
    if dataclasses.is_dataclass(type_):
        return tuple(_Field(one.name, one.name) for one in dataclasses.fields(type_))
    return msgspec.structs.fields(type_)


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    name: str
    encode_name: str


def _texts(sent: object, place: str) -> Iterator[tuple[str, str]]:
    """Find every text of a body, names of fields too, with its place."""
    if isinstance(sent, str):
        yield place, sent
    elif isinstance(sent, list):
        for number, one in enumerate(sent):
            yield from _texts(one, f"{place}[{number}]")
    elif isinstance(sent, dict):
        for name, one in sent.items():
            yield place, name
            yield from _texts(one, f"{place}.{name}" if name.isidentifier() else place)


def _unusable(place: str, what: str) -> Exception:
    return wrong(
        422,
        "api.body",
        f"The body cannot be used: what stands at this place {what}.",
        "See /api/openapi.json for the body of this address.",
        where=place,
    )


def usable_id(text: str) -> bool:
    """Whether something in an address can be an id at all."""
    return bool(_ID.match(text))


def usable_mark(text: str) -> bool:
    """Whether something in a query can be read at all."""
    return len(text) <= LONGEST_MARK and bool(_TEXT.match(text))


def place_of(query: Mapping[str, str], route: str) -> Place:
    """Read where a page begins. Errors: ApiError 400 for a limit or cursor that is none."""
    limit = query.get("limit", "50")
    if not (limit.isascii() and limit.isdigit() and len(limit) < 4 and 1 <= int(limit) <= MOST):  # noqa: PLR2004
        raise wrong(
            400, "api.limit", f"A page has 1 to {MOST} items.", "Give another limit.", where="limit"
        )
    return Place(after_cursor(query.get("cursor", ""), route), int(limit))


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
