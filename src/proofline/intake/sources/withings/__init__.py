"""Withings: notifications, and the answers of `measure getmeas`.

Read from Withings' public API reference and four public clients.

* A notification is form-encoded and carries no reading: it says of which time to fetch.
* A group of measures has one time and one `grpid`; our key is the group and the type of measure.
  Systolic (10) and diastolic (9) of a group are one pressure, and a pulse (11) beside them is part
  of it; a pulse alone is a heart rate. The value is `value` times ten to `unit`, exactly.
* `attrib` says whose and how: 0 and 8 captured by a device and surely this person's, 1 captured but
  perhaps another's, 5 the mean of several automatic pressures, 2 and 4 typed in. 7 (the user
  confirmed a detected activity) and 15 (guided, for the nerve score) say nothing of how.
* `probability` (Program Member ID) is how sure Withings is, in percent, that a weight is this
  person's. It asks to have the person confirm what is below 70; a denial makes it 0. What is no
  number may be any, so whose the weight is stays in doubt.
* What is `is_inconclusive` has measured nothing, and so may what says neither yes nor no of it.
* A `comment` that says that it was typed in outweighs `attrib`; one that names a control solution
  makes it a test.
* `created` is when Withings stored the group; `modified`, if later, when it corrected it.
* `deviceid` is null for what no device captured; where it is a number, `hash_deviceid` is what
  other answers call the same device. The `timezone` is that of the account.
* Whole numbers are taken as text too, as some that pass the answers on write them.
* Skin temperature (73) stands beside the body temperature (71) that was made of it; type 12 may be
  the room's. Neither is taken. Not used: `algo`, `fm`, `fw`, `position`, `updatetime`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl

from msgspec import Struct

from proofline.intake.measurements import metrics
from proofline.intake.measurements.fields import NULL, as_sent, is_blank, text
from proofline.intake.measurements.measurement import (
    UNSAID,
    Instrument,
    Measurement,
    Quantity,
    Said,
    Series,
)
from proofline.intake.measurements.moments import Clock, Moment, since_1970
from proofline.intake.measurements.numbers import exact, scaled
from proofline.intake.measurements.once import Once
from proofline.intake.measurements.typed_words import note_says_control, note_says_typed
from proofline.intake.payloads.payload import (
    LONGEST_LINE,
    Document,
    Shape,
    documents,
    read_each,
    read_entries,
    text_of,
)
from proofline.intake.report import Place, Trouble
from proofline.intake.sources.withings.shapes import Answer, Body, Group, Measure
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "Withings notifications and getmeas answers (form-encoded, JSON)"

_DIASTOLIC, _SYSTOLIC, _PULSE = 9, 10, 11
# type of measure -> LOINC code and unit
_METRICS = {
    1: (metrics.WEIGHT, "kg"),
    _SYSTOLIC: (metrics.BLOOD_PRESSURE, "mm[Hg]"),
    _PULSE: (metrics.HEART_RATE, "/min"),
    54: (metrics.OXYGEN_SATURATION, "%"),
    71: (metrics.TEMPERATURE, "Cel"),
}
_TAKEN = _METRICS.keys() | {_DIASTOLIC}
# attrib -> how it was entered, and whether it may be another person's
_How: TypeAlias = "tuple[Said, bool | None]"
_ATTRIB: dict[int, _How] = {
    0: (Said("automatic", "attrib=0"), False),
    1: (Said("automatic", "attrib=1"), True),
    2: (Said("manual", "attrib=2"), None),
    4: (Said("manual", "attrib=4"), None),
    5: (Said("automatic", "attrib=5"), None),
    8: (Said("automatic", "attrib=8"), False),
}
_UNKNOWN: _How = (UNSAID, None)
_COMMENTED: _How = (Said("manual", "comment"), None)
_MEASURED, _GOAL = 1, 2
_SURE_FROM = 70  # percent
_CONCLUSIVE = frozenset({"", "false", "no", "n", "f", "0", "0.0", "off"})
# The subscriptions (appli) of which measures come: weight, temperature, pressure and oxygen.
_OF_MEASURES = frozenset({"1", "2", "4"})
_MOST_FIELDS = 50
_OTHER_ANSWERS = ("activities", "series", "devices", "goals")


class _Told(Struct, frozen=True, gc=False):
    """Of one group: where it stood, its times, and how and whose; `received_at` None if no time.

    `doubt`: the field that makes it doubtful whose it is, where `how` does not.
    """

    place: Place
    measured: Moment
    received_at: str | None
    how: _How
    doubt: str
    test: bool


SHAPES: tuple[type[Struct], ...] = (Answer, Body, Group, Measure)
_ANSWER = Shape(Answer, strict=False)
_BODY = Shape(Body)
_GROUP = Shape(Group, strict=False)


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read getmeas answers, one or one per line, or notifications, one per line."""
    if payload.data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] in {b"", b"{", b"["}:
        yield from read_each(documents(payload), _ANSWER, _read)
    else:
        yield from _notifications(payload)


def _notifications(payload: Payload) -> Iterator[Trouble]:
    told = text_of(payload)
    if isinstance(told, Trouble):
        yield told
        return
    for number, line in enumerate(told.splitlines(), payload.first_line):
        if line.strip():
            yield _notification(line.strip(), Place(payload.name, f"line {number}"))


def _notification(line: str, place: Place) -> Trouble:
    try:
        sent = dict(parse_qsl(line[:LONGEST_LINE], max_num_fields=_MOST_FIELDS))
    except ValueError:
        sent = {}
    appli = sent.get("appli", "")
    if not (appli.isascii() and appli.isdigit() and "userid" in sent):
        return trouble(place, "not_as_documented", "", "neither JSON nor a notification")
    if appli in _OF_MEASURES:
        return trouble(place, "notification", "appli", f"appli={appli}")
    return trouble(place, "metric_not_known", "appli", f"Notification of appli={appli[:4]}")


def _read(answer: Answer, place: Place) -> Iterator[Measurement | Trouble]:
    if answer.status:
        yield trouble(place, "vendor_error", "status", str(answer.status)[:8])
    else:
        yield from read_each([Document(place, answer.body)], _BODY, _page)


def _page(body: Body, place: Place) -> Iterator[Measurement | Trouble]:
    if is_blank(body.measuregrps):
        yield _without_groups(body, place)
        return
    if as_sent(body.more) not in {"", "false", "0"}:
        yield trouble(place, "more_pages", "body.more")
    groups = Document(place, body.measuregrps)
    if not (yield from read_entries(groups, "group", _GROUP, _group)):
        yield trouble(place, "nothing_there", "body.measuregrps")


def _without_groups(body: Body, place: Place) -> Trouble:
    """Say of an answer without groups what it is: steps, sleep and a user's devices, no readings.

    getdevice tells nothing that a group does not: which instrument, by `deviceid` and `model`.
    """
    for name in _OTHER_ANSWERS:
        if not is_blank(getattr(body, name)):
            return trouble(place, "metric_not_known", f"body.{name}", f"What stands in {name}")
    return trouble(place, "not_as_documented", "body.measuregrps", "missing")


def _group(group: Group, place: Place) -> list[Measurement | Trouble]:
    if group.category != _MEASURED:
        code = "goal" if group.category == _GOAL else "not_as_documented"
        return [trouble(place, code, "category", "neither a measurement nor a goal")]
    if as_sent(group.is_inconclusive).lower() not in _CONCLUSIVE:
        return [trouble(place, "not_a_reading", "is_inconclusive", "inconclusive")]
    told: list[Measurement | Trouble] = []
    if not group.measures:
        told.append(trouble(place, "nothing_there", "measures"))
    taken = {one.type: one for one in group.measures if one.type in _TAKEN}
    left = sorted([one.type for one in group.measures if one.type not in _TAKEN])
    if left:
        types = ", ".join(map(str, left[:_MOST_FIELDS]))
        told.append(trouble(place, "metric_not_known", "measures", f"Type {types}"))
    if len(taken) + len(left) < len(group.measures):
        told.append(trouble(place, "not_as_documented", "measures", "one type twice in a group"))
        return told
    how = _how(group)
    clock: Clock = "device" if how[0].word == "automatic" else "unknown"
    measured = since_1970(str(group.date), "s", clock=clock)
    if measured is None:
        told.append(trouble(place, "bad_time", "date"))
        return told
    about = _Told(place, measured, _stored(group), how, _doubt(group), _is_test(group))
    told += _about_the_group(group, about)
    told += [_measurement(group, taken, kind, about) for kind in _of_their_own(taken)]
    return told


def _about_the_group(group: Group, told: _Told) -> Iterator[Trouble]:
    if group.attrib is not None and group.attrib not in _ATTRIB:
        yield trouble(told.place, "entry_unknown", "attrib", f"attrib={group.attrib}"[:16])
    if told.received_at is None:
        yield trouble(told.place, "bad_received", "modified")


def _of_their_own(taken: dict[int, Measure]) -> list[int]:
    """The types that make a reading: of a pressure only the systolic, and no pulse beside it."""
    if _SYSTOLIC not in taken and _DIASTOLIC not in taken:
        return sorted(taken)
    return sorted({*taken, _SYSTOLIC} - {_DIASTOLIC, _PULSE})


def _measurement(
    group: Group, taken: dict[int, Measure], kind: int, told: _Told
) -> Measurement | Trouble:
    if kind not in taken:
        return trouble(told.place, "missing", f"measures type {kind}")
    metric, unit = _METRICS[kind]
    paired = kind == _SYSTOLIC and _DIASTOLIC in taken
    first = _quantity_of(taken[kind], unit)
    second = _quantity_of(taken[_DIASTOLIC], unit) if paired else None
    if first is None or (paired and second is None):
        return trouble(told.place, "bad_number", f"measures type {kind}")
    named = group.deviceid if isinstance(group.deviceid, str) else ""
    device = named or group.hash_deviceid or text(group.deviceid)
    return Measurement(
        place=told.place,
        key=f"{group.grpid}.{kind}",
        message_id=str(group.grpid),
        series=_SERIES[metric, device, group.model, told.how, told.doubt, told.test],
        quantity=first,
        second=second,
        measured=told.measured,
        received_at=told.received_at or "",
    )


def _quantity_of(measure: Measure, unit: str) -> Quantity | None:
    return _QUANTITIES[as_sent(measure.value), measure.unit, unit]


def _series(told: tuple[str, str | None, str | None, _How, str, bool]) -> Series:
    metric, device, model, (entry, ambiguous), doubt, test = told
    return Series(
        metric=metric,
        instrument=Instrument(text(device), model=text(model)),
        entry=entry,
        ambiguous=True if doubt else ambiguous,
        ambiguous_said=doubt or ("" if ambiguous is None else entry.field),
        test=test or None,
        test_said="comment" if test else "",
    )


def _quantity(told: tuple[str, int, str]) -> Quantity | None:
    sent, exponent, unit = told
    value = scaled(sent, exponent)
    return None if value is None else Quantity(value, unit, sent, f"10^{exponent}")


_SERIES = Once(_series)
_QUANTITIES = Once(_quantity)


def _how(group: Group) -> _How:
    if group.comment is not NULL and note_says_typed(group.comment):
        return _COMMENTED
    return _UNKNOWN if group.attrib is None else _ATTRIB.get(group.attrib, _UNKNOWN)


def _is_test(group: Group) -> bool:
    return group.comment is not NULL and note_says_control(group.comment)


def _doubt(group: Group) -> str:
    """Give the field by which a weight may be another person's; blank where none says so."""
    if is_blank(group.probability):
        return ""
    sent = exact(as_sent(group.probability))
    if sent is None:
        return "probability is not understood"
    return "" if float(sent) >= _SURE_FROM else f"probability={float(sent):g}"


def _stored(group: Group) -> str | None:
    """When this version reached Withings, blank if it does not say; None if that is no time."""
    said = [time for time in (group.created, group.modified) if time is not None]
    if not said:
        return ""
    stored = since_1970(str(max(said)), "s")
    return stored.text if stored else None
