"""What vendors write beside a reading without documenting it: that it is typed, a test, deleted.

A member that no source reads would otherwise be passed by in our favour: `is_manual` of a hub whose
readings count as automatic. So all sources of JSON look for the names below among the members that
they do not know, in every spelling (`is_manual`, `isManual`, `is-manual`, …). What such a member
plainly says holds; what it says in words that nobody knows leaves the entry unknown.

A document that has only members that its source documents is decoded as before and pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, partial
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import astuple, replace

from proofline.intake.measurements.fields import NULL, UNREADABLE
from proofline.intake.measurements.measurement import Measurement, Quantity, Said
from proofline.intake.payloads.mark_words import LARGEST, NAMES, Mark, of_state, of_word
from proofline.intake.report import Trouble
from proofline.intake.words import trouble

_Shape = TypeVar("_Shape", bound=Struct)
_PARTS = msgspec.json.Decoder(list[Raw])
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_DEEPEST = 2  # so many objects deep is looked into members that nobody documents
_CONTAINERS = (
    "meta metadata attributes properties extra extras details flags flag tags labels info context "
    "additional_data additional_info custom custom_fields extension extensions source origin "
    "data_source"
)


def _spelled(name: str) -> Iterator[str]:
    """Give a name in each way in which programs write names."""
    parts = name.split("_")
    capital = [part.capitalize() for part in parts]
    yield from (name, name.upper(), "-".join(parts), "".join(parts), "".join(capital))
    yield parts[0] + "".join(capital[1:])
    yield "_".join(capital)


class Marks(Struct, frozen=True):
    """What the members of one document say that its source does not read, each by its name."""

    said: tuple[tuple[Mark, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether they say anything."""
        return bool(self.said)

    def put_on(self, one: Measurement) -> Iterator[Measurement | Trouble]:
        """Give a measurement as they leave it, and tell what they took from it."""
        by = dict(reversed(self.said))
        series = one.series
        if name := by.get("test"):
            series = replace(series, test=True, test_said=f"{name} says test")
        gone = by.get("deleted")
        if gone:
            yield trouble(one.place, "marked_deleted", gone, gone)
            series = replace(series, entry=Said("unknown", f"{gone} says deleted"))
            empty = Quantity("", one.quantity.unit, one.quantity.sent, one.quantity.unit_sent)
            one = replace(one, quantity=empty, second=None)
        elif (name := by.get("typed")) and series.entry.word != "manual":
            series = replace(series, entry=Said("manual", f"{name} says typed"))
        elif (name := by.get("doubtful")) and series.entry.word != "manual":
            yield trouble(one.place, "entry_unknown", name, "another word")
            series = replace(series, entry=Said("unknown", f"{name} is not understood"))
        measured = one.measured
        if series.entry.word != one.series.entry.word and measured.clock == "device":
            measured = replace(measured, clock="unknown")
        yield replace(one, series=series, measured=measured)


NO_MARKS = Marks()


def marks_of_state(name: str, word: str) -> Marks:
    """Give the marks of a state that a source reads in part, and whose word it does not know."""
    mark = of_state(word)
    return Marks(((mark, name),)) if mark else NO_MARKS


def marked(told: Iterable[Any], marks: Marks) -> Iterator[Any]:
    """Give what was read of a document, the measurements as its marks leave them."""
    for one in told:
        if isinstance(one, Measurement):
            yield from marks.put_on(one)
        else:
            yield one


def closed(of: type[_Shape], unread: frozenset[str] = frozenset()) -> type[_Shape]:
    """Make the same shape without room for members that it does not know.

    Those that are `unread` may be null only. What does not fit must be looked at for marks.
    """
    fields: list[tuple[str, Any, Any]] = []
    hints = get_type_hints(of)
    for one in msgspec.structs.fields(of):
        inside = _closed_type(hints[one.name], unread)
        if one.encode_name in unread:
            fields.append((one.name, None, None))
        elif inside is not hints[one.name]:
            default = one.default if one.default is not msgspec.NODEFAULT else msgspec.NODEFAULT
            fields.append((one.name, inside, default))
    made = [(n, t) if d is msgspec.NODEFAULT else (n, t, d) for n, t, d in fields]
    shape = msgspec.defstruct(
        of.__name__, made, bases=(of,), kw_only=True, forbid_unknown_fields=True
    )
    return cast("type[_Shape]", shape)


def _closed_type(hint: Any, unread: frozenset[str]) -> Any:  # noqa: ANN401 - any annotation
    if isinstance(hint, type) and issubclass(hint, Struct):
        return closed(hint, unread)
    if get_origin(hint) is list:
        inside = _closed_type(get_args(hint)[0], unread)
        return hint if inside is get_args(hint)[0] else list[inside]  # type: ignore[valid-type]
    parts = [_closed_type(part, unread) for part in get_args(hint)]
    if all(part is was for part, was in zip(parts, get_args(hint), strict=True)):
        return hint
    union = parts[0]
    for part in parts[1:]:
        union = union | part
    return union


def _struct_in(hint: Any) -> type[Struct] | None:  # noqa: ANN401 - any annotation
    if isinstance(hint, type) and issubclass(hint, Struct):
        return hint
    return next(filter(None, map(_struct_in, get_args(hint))), None)


class Watch:
    """Looks through the members of one shape of document that it does not read.

    Of a large one only what has a name of the vocabulary is kept while it looks: memory does not
    grow with what a sender invents.
    """

    def __init__(
        self,
        of: type[Struct] | None,
        unread: frozenset[str],
        depth: int,
    ) -> None:
        there = set(of.__struct_encode_fields__) - unread if of else set()
        self._judges: dict[str, Callable[[Raw], Mark]] = {
            spelled: judge
            for judge, names in NAMES.items()
            for name in names.split()
            for spelled in _spelled(name)
            if spelled not in there
        }
        self._inside = _inside(of, unread) if of else {}
        if depth:
            below = partial(watch, None, frozenset[str](), depth - 1)
            for name in _CONTAINERS.split():
                self._inside.update((one, below) for one in _spelled(name) if one not in there)
        self._names = frozenset((*self._judges, *self._inside))

    @cached_property
    def _kept(self) -> msgspec.json.Decoder[Any]:
        """A decoder that keeps what has one of the names only, whatever else a sender invents."""
        rename = {f"f{at}": name for at, name in enumerate(sorted(self._names))}
        fields = [(field, Raw, NULL) for field in rename]
        return msgspec.json.Decoder(msgspec.defstruct("Watched", fields, rename=rename))

    def marks(self, raw: bytes | Raw) -> Marks:
        """Give what the members of a document say; nothing of what is no object."""
        try:
            held = self._held(raw)
        except UNREADABLE:
            return NO_MARKS
        said: list[tuple[Mark, str]] = []
        for name, member in held:
            if name in self._inside and (bytes(member)[:1] in b"[{" or name not in self._judges):
                said += self._looked_into(name, member)
            elif mark := self._judges[name](member):
                said.append((mark, name))
        return Marks(tuple(said)) if said else NO_MARKS

    def _held(self, raw: bytes | Raw) -> list[tuple[str, Raw]]:
        """Give the members that have one of the names."""
        names = self._names
        if len(bytes(raw)) <= LARGEST:
            members = _MEMBERS.decode(raw)
            return [(name, members[name]) for name in members if name in names]
        held = zip(sorted(names), astuple(self._kept.decode(raw)), strict=True)
        return [(name, member) for name, member in held if member is not NULL]

    def _looked_into(self, name: str, member: Raw) -> Iterator[tuple[Mark, str]]:
        """Look into an object, or into a list of words and objects."""
        raw, inside = bytes(member), self._inside[name]()
        if len(raw) > LARGEST:
            yield "doubtful", name
            return
        try:
            parts = _PARTS.decode(raw) if raw[:1] == b"[" else [member]
        except UNREADABLE:
            return
        for part in parts:
            if bytes(part)[:1] != b'"':
                yield from ((mark, f"{name}.{below}") for mark, below in inside.marks(part).said)
            elif mark := of_word(part):
                yield mark, name


def _inside(of: type[Struct], unread: frozenset[str]) -> dict[str, Callable[[], Watch]]:
    """Give a watch for each member that is an object which the source reads, or a list of them."""
    hints = get_type_hints(of)
    found = {one.encode_name: _struct_in(hints[one.name]) for one in msgspec.structs.fields(of)}
    return {name: partial(watch, shape, unread) for name, shape in found.items() if shape}


@cache
def watch(
    of: type[Struct] | None = None, unread: frozenset[str] = frozenset(), depth: int = _DEEPEST
) -> Watch:
    """Give the watch over a shape of document, made when it is first needed.

    Without a shape it is that over an object of which nothing is read.
    """
    return Watch(of, unread, depth)
