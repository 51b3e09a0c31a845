"""What arrives: bytes with a name, and how they fall apart into documents.

Bytes may be hostile. Whatever is wrong with them becomes a Trouble; nothing here raises for the
content of a payload, and nothing grows larger in memory than a small multiple of what arrived.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

import msgspec
from msgspec import Raw, Struct

from proofline.intake.measurements.fields import UNREADABLE
from proofline.intake.payloads.marks import closed, marked, watch
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

Authenticity = Literal["signed", "undated", "pulled", "file", "manual"]
"""What vouches for a payload: a signature over a time of sending, one over the body alone (it can
be sent again for ever), our own call to the vendor, a file somebody brought, a person's typing."""

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes of one line of NDJSON or CSV, and of one HL7 message."""

WIDEST = 4
"""Bytes of the widest character; a NUL within the first shows UTF-16 or 32 that is not said."""

AT_ONCE = 1 << 20
"""Bytes of an array that is decoded at once; the entries of a longer one take too much memory."""

_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PARTS = msgspec.json.Decoder(list[Raw])
_Shape = TypeVar("_Shape", bound=Struct)
_Any = TypeVar("_Any")
_Said = TypeVar("_Said")


class Payload(Struct, frozen=True):
    """Bytes as they arrived, under the `name` by which people find them again.

    `sha256` is the digest, in hex, of the whole of what arrived; `data` may be a part of it that
    begins in line `first_line`, or with that message of HL7. `received_at` is RFC 3339 text, blank
    if nobody knows when it reached us; a time that the payload itself gives comes before it.
    `patient_id`, an id of ours, is whose all of it is, blank if nobody said.
    """

    name: str
    data: bytes
    sha256: str
    received_at: str = ""
    authenticity: Authenticity = "file"
    first_line: int = 1
    patient_id: str = ""


def payload(
    name: str, data: bytes, received_at: str = "", authenticity: Authenticity = "file"
) -> Payload:
    """Make a payload of bytes that are the whole of what arrived."""
    return Payload(name, data, hashlib.sha256(data).hexdigest(), received_at, authenticity)


class Document(Struct, frozen=True, gc=False):
    """One JSON document of a payload, undecoded, and where it stood."""

    place: Place
    raw: bytes | Raw


class Array(Document, frozen=True, gc=False):
    """A document that is a JSON array, each entry of which is a document by itself."""


class Shape(Generic[_Shape]):
    """The shape in which a source sends: decoders of one such document, and of an array of them.

    Where it is not `strict`, numbers and truths may come as text. Documents with members that it
    does not know, or knows and does not read (`unread`), are looked through for marks.
    """

    def __init__(
        self, of: type[_Shape], *, strict: bool = True, unread: frozenset[str] = frozenset()
    ) -> None:
        as_documented: type[_Shape] = closed(of, unread)
        self._of, self._unread = of, unread
        self.as_documented = msgspec.json.Decoder(as_documented, strict=strict)
        self._array = msgspec.json.Decoder(list[as_documented], strict=strict)  # type: ignore[valid-type]
        self._with_others = msgspec.json.Decoder(of, strict=strict)

    def read(
        self, document: Document, read: Callable[[_Shape, Place], Iterable[_Said | Trouble]]
    ) -> Iterable[_Said | Trouble]:
        """Decode a document that is not `as_documented` and read it; its marks are put on."""
        sent = decoded(document, self._with_others)
        if isinstance(sent, Trouble):
            return [sent]
        marks = watch(self._of, self._unread).marks(document.raw)
        told = read(sent, document.place)
        return marked(told, marks) if marks else told

    def decode_all(self, raw: bytes | Raw) -> list[_Shape] | None:
        """Decode an array at once; None if that takes too much, or not all is as documented."""
        try:
            return self._array.decode(raw) if len(bytes(raw)) <= AT_ONCE else None
        except UNREADABLE:
            return None


def text_of(sent: Payload) -> str | Trouble:
    """Decode a text file: UTF-8, or UTF-16 that says so by its byte order mark."""
    utf_16 = sent.data.startswith(_UTF_16_MARKS)
    try:
        text = sent.data.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        return trouble(Place(sent.name), "not_text", "")
    return trouble(Place(sent.name), "nul", "") if "\0" in text else text


def documents(sent: Payload) -> Iterator[Document | Trouble]:
    """Give each JSON document: the one of the file, the entries of an array, or one per line.

    A line may hold an array too, as a log of webhooks does; then its entries are given.
    """
    for one in _documents(sent):
        if isinstance(one, Array):
            yield from entries(one.raw, one.place)
        else:
            yield one


def _documents(sent: Payload) -> Iterator[Document | Trouble]:
    """Give the same with arrays whole."""
    data = sent.data.removeprefix(_UTF_8_MARK)
    if data.startswith(_UTF_16_MARKS):
        text = text_of(sent)
        if isinstance(text, Trouble):
            yield text
            return
        data = text.encode()
    here = Place(sent.name)
    opening = data.lstrip()[:1]
    if b"\0" in data[:WIDEST]:
        yield trouble(here, "nul", "")
    elif not opening:
        yield trouble(here, "empty", "")
    elif sent.first_line > 1 or is_lines(data):
        yield from _lines(data, sent)
    elif opening == b"[":
        if not data.strip()[1:-1].strip():
            yield trouble(here, "nothing_there", "")
        yield Array(here, data)
    else:
        yield Document(here, data)


def entries(data: bytes | Raw, here: Place, field: str = "entry") -> Iterator[Document | Trouble]:
    """Give the entries of a JSON array undecoded, so that one broken entry spoils no other."""
    try:
        parts = _PARTS.decode(data)
    except UNREADABLE as error:
        yield not_read(here, error)
        return
    for number, raw in enumerate(parts, 1):
        where = f"{here.where} {field} {number}".lstrip()
        yield Document(Place(here.file, where), raw)


def decoded(document: Document, shape: msgspec.json.Decoder[_Any]) -> _Any | Trouble:
    """Decode one document into the shape of its source; what does not fit is told by its path."""
    try:
        return shape.decode(document.raw)
    except UNREADABLE as error:
        return not_read(document.place, error)


def read_each(
    found: Iterable[Document | Trouble],
    shape: Shape[_Shape],
    read: Callable[[_Shape, Place], Iterable[_Said | Trouble]],
) -> Iterator[_Said | Trouble]:
    """Decode documents into the shape of their source and read each; broken ones are told of."""
    decode = shape.as_documented.decode
    for one in found:
        if isinstance(one, Trouble):
            yield one
            continue
        try:
            sent = decode(one.raw)
        except UNREADABLE:
            yield from shape.read(one, read)
        else:
            yield from read(sent, one.place)


class Others(NamedTuple, Generic[_Said]):
    """Documents of another shape: `among` says whether there may be any in some bytes.

    There each is read by `read`, which finds out which it is.
    """

    among: Callable[[bytes], bool]
    read: Callable[[Document], Iterable[_Said | Trouble]]


def read_all(
    sent: Payload,
    shape: Shape[_Shape],
    read: Callable[[_Shape, Place], Iterable[_Said | Trouble]],
    others: Others[_Said] | None = None,
) -> Iterator[_Said | Trouble]:
    """Decode every document of a payload into the shape of its source and read it."""
    for one in _documents(sent):
        if isinstance(one, Trouble):
            yield one
        elif others and others.among(bytes(one.raw)):
            for each in entries(one.raw, one.place) if isinstance(one, Array) else [one]:
                yield from [each] if isinstance(each, Trouble) else others.read(each)
        elif isinstance(one, Array):
            yield from read_entries(one, "entry", shape, read)
        else:
            yield from read_each([one], shape, read)


def read_entries(
    array: Document,
    field: str,
    shape: Shape[_Shape],
    read: Callable[[_Shape, Place], Iterable[_Said | Trouble]],
) -> Generator[_Said | Trouble, None, int]:
    """Decode the entries of an array and read each; gives back how many there are.

    Where one of them is broken, or has members that nobody documents, they are decoded one by one,
    to find out which it is.
    """
    here = array.place
    found = shape.decode_all(array.raw)
    if found is None:
        there = list(entries(array.raw, here, field))
        yield from read_each(there, shape, read)
        return len(there)
    file, stem = here.file, f"{here.where} {field} ".lstrip()
    for number, sent in enumerate(found, 1):
        yield from read(sent, Place(file, f"{stem}{number}"))
    return len(found)


def not_read(place: Place, error: Exception) -> Trouble:
    """Tell of bytes that are no JSON, or JSON that is not of this source; never of their values."""
    if isinstance(error, RecursionError):
        return trouble(place, "too_deep", "")
    if isinstance(error, UnicodeDecodeError):
        return trouble(place, "not_text", "")
    if isinstance(error, msgspec.ValidationError):
        said, _, path = str(error).partition(" - at `")
        return trouble(place, "not_as_documented", path.rstrip("`"), shown(said))
    return trouble(place, "not_json", "", shown(str(error)))


def is_lines(data: bytes) -> bool:
    """Say whether the first line is a document by itself and another line follows it.

    If the first is broken, they are lines too if the second is one and all of it together is none.
    """
    first, _, rest = data.lstrip().partition(b"\n")
    second, _, _ = rest.lstrip().partition(b"\n")
    if not second:
        return False
    return is_json(first) or (second[:1] in {b"{", b"["} and is_json(second) and not is_json(data))


def is_json(data: bytes) -> bool:
    """Say whether this is one JSON document."""
    try:
        msgspec.json.decode(data, type=Raw)
    except UNREADABLE:
        return False
    return True


def _lines(data: bytes, sent: Payload) -> Iterator[Document | Trouble]:
    start, number = 0, sent.first_line - 1
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        line, start, number = data[start:end].strip(), end + 1, number + 1
        place = Place(sent.name, f"line {number}")
        if len(line) > LONGEST_LINE:
            yield trouble(place, "too_long", "")
        elif line[:1] == b"[":
            yield Array(place, line)
        elif line:
            yield Document(place, line)
