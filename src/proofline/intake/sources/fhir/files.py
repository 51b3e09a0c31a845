"""Bytes to resources: single JSON, Bundles of any type (also in one another), and bulk NDJSON.

What each file is shows in its bytes, not in its name. One broken line or entry spoils no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import msgspec
from msgspec import Raw, Struct

from proofline.intake.report import Place, Trouble
from proofline.intake.sources.fhir.primitives import is_id, is_sent, is_uuid
from proofline.intake.sources.fhir.shapes import Bundle, Entry, Head, Resource
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_DEEPEST_BUNDLE = 4
_TEST_LABEL = "HTEST"

Shape = TypeVar("Shape", bound=Struct)
_DECODERS: dict[type[Struct], msgspec.json.Decoder[Struct]] = {}


class Message(Struct, frozen=True):
    """What a resource came in: a Bundle or nothing; `scope` is blank outside of a Bundle.

    `test` is true if the whole message is labelled as test data.
    """

    scope: str = ""
    id: str = ""
    test: bool = False
    depth: int = 0


class Found(Struct):
    """One resource still in its bytes, with where it stood.

    `posted`: the sender asked a server to create it, so its id is only for this message.
    """

    place: Place
    type: str
    id: str
    body: Raw | bytes
    message: Message
    full_url: str = ""
    posted: bool = False

    @property
    def home(self) -> str:
        """Name this resource uniquely within the intake, as the scope of what it contains."""
        return f"{self.place.file}\n{self.place.where}"

    @property
    def stable_id(self) -> str:
        """Give the id if it will be the same next time (a server's, or a UUID), else blank."""
        return "" if self.posted and not is_uuid(self.id) else self.id


def decoded(body: Raw | bytes, shape: type[Shape], place: Place) -> Shape | Trouble:
    """Decode JSON into a shape; whatever is wrong with it comes back as trouble, never raised."""
    decoder = _DECODERS.get(shape)
    if decoder is None:
        decoder = _DECODERS[shape] = msgspec.json.Decoder(shape)
    try:
        value = decoder.decode(body)
    except RecursionError:
        return trouble(place, "too_deep")
    except msgspec.ValidationError as error:
        return trouble(place, "not_fhir", _path_of(error), _first_words(error))
    except (msgspec.DecodeError, ValueError) as error:
        return trouble(place, "not_json", "", _first_words(error))
    if isinstance(value, Resource) and value.modifier_extension:
        return trouble(place, "modifier", "modifierExtension")
    return cast("Shape", value)


def resources(data: bytes, file: str) -> Iterator[Found | Trouble]:
    """Split a file into its resources, each with its place; what is none comes as trouble."""
    place = Place(file)
    data = data.removeprefix(_BOM)
    code = _not_json(data)
    if code:
        yield trouble(place, code)
    elif _is_ndjson(data, file):
        for number, line in enumerate(data.split(b"\n"), 1):
            if line.strip():
                yield from _open(line, Place(file, f"line {number}"), Message())
    else:
        yield from _open(data, place, Message())


def _not_json(data: bytes) -> str:
    if data.startswith(_WIDE_BOMS) or b"\0" in data[:4]:
        return "not_utf8"
    first = data.lstrip()[:1]
    return {b"": "empty", b"<": "xml"}.get(first, "")


def _is_ndjson(data: bytes, file: str) -> bool:
    first, _, rest = data.lstrip().partition(b"\n")
    if not rest.strip():
        return False
    if not isinstance(decoded(first, Head, Place(file)), Trouble):
        return True
    named_so = file.lower().endswith((".ndjson", ".jsonl"))
    return named_so and isinstance(decoded(data, Head, Place(file)), Trouble)


def _open(body: Raw | bytes, place: Place, message: Message) -> Iterator[Found | Trouble]:
    head = decoded(body, Head, place)
    if isinstance(head, Trouble):
        yield head
        return
    if not head.resource_type:
        yield trouble(place, "no_resource_type", "resourceType")
        return
    named = Place(place.file, place.where, f"{head.resource_type}/{head.id}".rstrip("/"))
    if head.id and not is_id(head.id):
        yield trouble(Place(place.file, place.where), "bad_id", "id")
    elif head.resource_type == "Bundle":
        yield from _entries(body, named, message)
    else:
        yield Found(named, head.resource_type, head.id, body, message)


def _entries(body: Raw | bytes, place: Place, outer: Message) -> Iterator[Found | Trouble]:
    bundle = decoded(body, Bundle, place)
    if isinstance(bundle, Trouble):
        yield bundle
        return
    if outer.depth >= _DEEPEST_BUNDLE:
        yield trouble(place, "too_deep", "entry")
        return
    message = Message(
        scope=f"{place.file}\n{place.where}",
        id=bundle.id or outer.id,
        test=outer.test or is_test(bundle),
        depth=outer.depth + 1,
    )
    for number, raw in enumerate(bundle.entry, 1):
        where = f"{place.where} entry {number}".strip()
        yield from _entry(raw, Place(place.file, where), message)


def _entry(raw: Raw, place: Place, message: Message) -> Iterator[Found | Trouble]:
    entry = decoded(raw, Entry, place)
    if isinstance(entry, Trouble):
        yield entry
    elif not is_sent(entry.resource):
        yield trouble(place, "no_resource", "entry.resource")
    else:
        posted = entry.request is not None and entry.request.method == "POST"
        for one in _open(entry.resource, place, message):
            if isinstance(one, Found) and one.message is message:
                one.full_url, one.posted = entry.full_url, posted
            yield one


def is_test(resource: Resource) -> bool:
    """Say whether a resource carries the HTEST label of test data (v3 ActReason)."""
    labels = resource.meta.security + resource.meta.tag
    return bool(labels) and any(label.code == _TEST_LABEL for label in labels)


def _path_of(error: msgspec.ValidationError) -> str:
    _, _, path = str(error).rpartition(" - at `$")
    return path.rstrip("`").lstrip(".")


def _first_words(error: Exception) -> str:
    return str(error).partition(" - at ")[0]
