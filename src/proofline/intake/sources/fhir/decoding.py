"""JSON into shapes, and in which words it is said that something does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import msgspec

from proofline.intake.report import Trouble
from proofline.intake.sources.fhir.nulls import without_nulls
from proofline.intake.sources.fhir.shapes import Resource
from proofline.intake.sources.fhir.words import Why, trouble

if TYPE_CHECKING:
    from msgspec import Raw

    from proofline.intake.report import Place

Shape = TypeVar("Shape")
_NULL = "got `null`"  # in what msgspec says
_DECODERS: dict[object, msgspec.json.Decoder[object]] = {}


class Unreadable(Exception):
    """Bytes that are no JSON or not the element that FHIR has there; `why` is for `trouble`."""

    def __init__(self, why: Why) -> None:
        super().__init__(*why)
        self.why = why


def read_as(body: Raw | bytes, shape: type[Shape], path: str = "") -> Shape:
    """Decode JSON into a shape; `path` is where it stands in its resource.

    What is refused for a null is decoded once more without its members that are null.
    Errors: Unreadable.
    """
    decoder = _DECODERS.get(shape)
    if decoder is None:
        decoder = _DECODERS[shape] = msgspec.json.Decoder(shape)
    try:
        try:
            return cast("Shape", decoder.decode(body))
        except msgspec.ValidationError as error:
            if _NULL not in str(error):
                raise
            return cast("Shape", decoder.decode(without_nulls(bytes(body))))
    except RecursionError:
        raise Unreadable(("too_deep", path)) from None
    except msgspec.ValidationError as error:
        raise Unreadable(("not_fhir", _path_of(error, path), _first_words(error))) from None
    except (msgspec.DecodeError, ValueError) as error:
        raise Unreadable(("not_json", path, _first_words(error))) from None


def element(body: bytes, shape: type[Shape], path: str) -> Shape | None:
    """Read an element; None if it is absent or null.

    Errors: Unreadable.
    """
    return None if body in {b"", b"null"} else read_as(body, shape, path)


def elements(body: bytes, shape: type[Shape], path: str) -> list[Shape]:
    """Read an element that repeats; empty if it is absent.

    Errors: Unreadable.
    """
    return read_as(body, list[shape], path) if body else []  # type: ignore[valid-type]


def decoded(body: Raw | bytes, shape: type[Shape], place: Place) -> Shape | Trouble:
    """Decode JSON into a shape; whatever is wrong with it comes back as trouble, never raised."""
    try:
        value = read_as(body, shape)
    except Unreadable as error:
        return trouble(place, *error.why)
    if isinstance(value, Resource) and value.modifier_extension:
        return trouble(place, "modifier", "modifierExtension")
    return value


def _path_of(error: msgspec.ValidationError, path: str) -> str:
    _, _, within = str(error).partition(" - at `$")
    return (path + within.rstrip("`")).lstrip(".")


def _first_words(error: Exception) -> str:
    return str(error).partition(" - at ")[0]
