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
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import astuple, replace

from proofline.intake.measurements.fields import NULL, UNREADABLE
from proofline.intake.measurements.measurement import Measurement, Quantity, Said
from proofline.intake.measurements.typed_words import note_says_typed, says_typed
from proofline.intake.report import Trouble
from proofline.intake.words import trouble

_Shape = TypeVar("_Shape", bound=Struct)
Mark = Literal["", "deleted", "test", "typed", "doubtful"]
"""What one member says of its reading; `doubtful` is how it was entered, blank is nothing."""

_LONGEST = 200  # bytes of a word that is looked at
_PARTS = msgspec.json.Decoder(list[Raw])
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_DEEPEST = 2  # so many objects deep is looked into members that nobody documents
_LARGEST = 64 * 1024  # bytes of one member that is looked into; nobody reads a larger one
_NEVER = frozenset({"", "false", "no", "n", "f", "0", "0.0", "null", "none", "[]", "{}"})
_ALWAYS = frozenset({"true", "yes", "y", "t", "1", "1.0"})


def _words(told: str) -> frozenset[str]:
    return frozenset(told.split())


_DELETED = _words(
    "deleted delete void voided removed remove cancelled canceled retracted withdrawn revoked "
    "invalid invalidated rejected entered_in_error entered_by_mistake discarded"
)
_TEST = _words(
    "test testing test_data test_reading demo dummy sandbox simulated simulation simulator "
    "control control_solution qa quality_control"
)
_TYPED = _words(
    "manual manually typed typed_in keyed by_hand self_reported self_entered self_report "
    "user_entered patient_entered patient_reported manual_entry manual_input manually_entered "
    "keyboard"
)
_SOMEBODY = _words(
    "hand user patient self human person caregiver staff nurse clinician provider form survey"
)
_MEASURED = _words(
    "automatic automatically auto device from_device by_device sensor sensed meter monitor scale "
    "cuff hub gateway bluetooth ble cellular lte hardware instrument device_reading "
    "measured"
)
_WHERE_PEOPLE_TYPE = _words(
    "app portal web website page dashboard form chart ehr emr call telephone"
)
_NOT_FINAL = frozenset({"preliminary", "partial", "pending", "unverified", "unconfirmed"})


def _word(sent: Raw) -> str:
    """Give what a member holds in small letters with underscores; blank for null."""
    raw = bytes(sent)
    told = raw[:_LONGEST].decode("utf-8", "replace")
    if raw[:1] == b'"' and len(raw) <= _LONGEST:
        try:
            told = msgspec.json.decode(raw, type=str)
        except UNREADABLE:
            told = told.strip('"')
    elif told == "null":
        return ""
    return told.strip().lower().replace("-", "_").replace(" ", "_")


def _of_words(word: str) -> Mark:
    if word in _DELETED:
        return "deleted"
    if word in _TEST:
        return "test"
    return "typed" if word in _TYPED or says_typed(word) else ""


def _is_typed(sent: Raw) -> Mark:
    word = _word(sent)
    if word in _NEVER or word in _MEASURED:
        return ""
    return "typed" if word in _ALWAYS or word in _SOMEBODY else _of_words(word) or "doubtful"


def _how(sent: Raw) -> Mark:
    word = _word(sent)
    if not word or word in _MEASURED:
        return ""
    return "typed" if word in _SOMEBODY else _of_words(word) or "doubtful"


def _whence(sent: Raw) -> Mark:
    """Where a reading came from: the name of a cloud or a maker says nothing of how it came."""
    word = _word(sent)
    if word and bytes(sent)[:1] != b'"':
        return "doubtful"  # a number or an object may say anything
    if word in _SOMEBODY:
        return "typed"
    people = not _WHERE_PEOPLE_TYPE.isdisjoint(word.split("_"))
    return _of_words(word) or ("doubtful" if people else "")


def _is_test(sent: Raw) -> Mark:
    word = _word(sent)
    if word in _NEVER:
        return ""
    return "test" if word in _ALWAYS else _of_words(word) or "doubtful"


def _is_deleted(sent: Raw) -> Mark:
    return "" if _word(sent) in _NEVER else "deleted"


def _is_valid(sent: Raw) -> Mark:
    word = _word(sent)
    return "deleted" if word and word in _NEVER else ""


def _state(sent: Raw) -> Mark:
    word = _word(sent)
    return _of_words(word) or ("doubtful" if word in _NOT_FINAL else "")


def _note(sent: Raw) -> Mark:
    if len(bytes(sent)) > _LARGEST:
        return "doubtful"
    return "typed" if note_says_typed(sent) else ""


# What a member's value is held against -> its names, as they are written with underscores.
_NAMES: dict[Callable[[Raw], Mark], str] = {
    _is_typed: (
        "manual is_manual manual_entry is_manual_entry manually_entered is_manually_entered "
        "manual_input is_manual_input manual_reading is_manual_reading manual_measurement "
        "entered_manually user_entered is_user_entered was_user_entered patient_entered "
        "is_patient_entered self_entered self_reported is_self_reported patient_reported "
        "is_patient_reported hand_entered typed is_typed typed_in keyed user_input"
    ),
    _how: (
        "entry entry_type entry_method entry_mode entry_source input input_type input_method "
        "input_mode input_source capture_method capture_mode collection_method acquisition_method "
        "acquisition_type acquisition_mode recording_method entered_by typed_by"
    ),
    _whence: (
        "source source_type data_source data_source_type reading_source measurement_source origin "
        "modality"
    ),
    _is_test: (
        "test is_test test_data is_test_data test_reading is_test_reading test_mode test_message "
        "test_flag dummy is_dummy dummy_data demo is_demo demo_data sandbox is_sandbox simulated "
        "is_simulated simulation control is_control control_solution is_control_solution"
    ),
    _is_deleted: (
        "deleted is_deleted was_deleted deleted_at deleted_on deleted_by deleted_date "
        "deletion_date date_deleted removed is_removed removed_at void is_void voided is_voided "
        "voided_at cancelled is_cancelled cancelled_at canceled is_canceled canceled_at retracted "
        "is_retracted withdrawn is_withdrawn invalid is_invalid invalidated rejected is_rejected "
        "entered_in_error is_entered_in_error is_error"
    ),
    _is_valid: "valid is_valid",
    _state: (
        "status state record_status record_state reading_status reading_state measurement_status "
        "measurement_state entry_status result_status action event event_type operation "
        "change_type mode environment env type kind method measurement_method"
    ),
    _note: "note notes comment comments remark remarks user_note user_notes patient_note",
}
_CONTAINERS = (
    "meta metadata attributes properties extra extras details flags flag tags labels info context "
    "additional_data additional_info custom custom_fields extension extensions"
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
    mark = _state(Raw(msgspec.json.encode(word)))
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
            for judge, names in _NAMES.items()
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
            if judge := self._judges.get(name):
                if mark := judge(member):
                    said.append((mark, name))
            else:
                said += self._looked_into(name, member)
        return Marks(tuple(said)) if said else NO_MARKS

    def _held(self, raw: bytes | Raw) -> list[tuple[str, Raw]]:
        """Give the members that have one of the names."""
        names = self._names
        if len(bytes(raw)) <= _LARGEST:
            members = _MEMBERS.decode(raw)
            return [(name, members[name]) for name in members if name in names]
        held = zip(sorted(names), astuple(self._kept.decode(raw)), strict=True)
        return [(name, member) for name, member in held if member is not NULL]

    def _looked_into(self, name: str, member: Raw) -> Iterator[tuple[Mark, str]]:
        """Look into an object, or into a list of words and objects."""
        raw, inside = bytes(member), self._inside[name]()
        if len(raw) > _LARGEST:
            yield "doubtful", name
            return
        try:
            parts = _PARTS.decode(raw) if raw[:1] == b"[" else [member]
        except UNREADABLE:
            return
        for part in parts:
            if bytes(part)[:1] != b'"':
                yield from ((mark, f"{name}.{below}") for mark, below in inside.marks(part).said)
            elif mark := _of_words(_word(part)):
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
