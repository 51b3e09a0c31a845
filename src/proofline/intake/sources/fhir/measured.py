"""The measured part of an Observation: metric, values and unit, or why it has none.

Vital signs repeat their values, so code, value and components together are interpreted once.

* An Observation with a value, or a blood pressure with its two parts, is one reading. A panel of
  other parts (vital signs, 85353-1) is one reading for each part that Proofline knows.
* A panel that only points at its members (`hasMember`) is none: the members come by themselves.
* A unit that is not in UCUM is translated if it is one of the usual words, else left blank.
* Text is a value only if it is a bound (`HI`, `>600`): see `measurements.bounds`.
* `dataAbsentReason` beside a value is against FHIR's rule obs-6; the value does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw, Struct

from proofline.intake.measurements import metrics
from proofline.intake.measurements.numbers import is_living
from proofline.intake.measurements.once import Once
from proofline.intake.sources.fhir import codes
from proofline.intake.sources.fhir.amounts import (
    NOTHING,
    Amount,
    Part,
    absence,
    amount,
    codings,
    name_of,
    notes_on,
    of_another,
    part,
)
from proofline.intake.sources.fhir.by_hand import coded_by_hand
from proofline.intake.sources.fhir.decoding import elements
from proofline.intake.sources.fhir.other_values import (
    as_bound,
    is_bound,
    is_plain,
    other_values,
    why_none,
)
from proofline.intake.sources.fhir.words import Why

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proofline.intake.sources.fhir.shapes import Coding, Observation

_UNIT_OF_ANOTHER = "unit_of_another"
_NO_NUMBER = frozenset({b"", b"null"})


class What(Struct, frozen=True, gc=False):
    """One thing measured, and how it was sent; a blank value is a heartbeat.

    `blank` and `blank_sent` are the columns that it leaves blank, `part` the metric if it is one of
    several of its Observation, else blank; `by_hand` is the field that says that it was typed in.
    """

    metric: str
    kind: str
    value: str
    value_2: str
    unit: str
    value_sent: str
    value_2_sent: str
    unit_sent: str
    blank: tuple[str, ...]
    blank_sent: tuple[str, ...]
    part: str
    by_hand: str = ""


class Measured(Struct, frozen=True, gc=False):
    """All that an Observation measures and what is to be said of it, or why it is no reading."""

    refused: Why = ()
    what: tuple[What, ...] = ()
    notes: tuple[Why, ...] = ()


class Measurements:
    """Tells what Observations measure."""

    def __init__(self) -> None:
        self.often: Once[tuple[bytes, ...], Measured] = Once(_measured, 48)

    def of(self, sent: Observation) -> Measured:
        """Tell of one Observation.

        Errors: Unreadable if an element is not as FHIR has it.
        """
        often = bytes(sent.code), bytes(sent.value_quantity), bytes(sent.component)
        if is_plain(sent):
            return self.often[often]
        integer = bytes(sent.value_integer), bytes(sent.of_integer)
        seldom = *integer, bytes(sent.has_member), bytes(sent.data_absent_reason)
        text, odd = bytes(sent.value_string), (path.encode() for path in other_values(sent))
        return self.often[(*often, *seldom, text, *odd)]


class _Sent(Struct, frozen=True):
    """What an Observation sends of its value, interpreted; `odd` names values of other types."""

    codings: list[Coding]
    amount: Amount
    numbers: int
    parts: list[Part]
    has_members: bool
    absent: str
    odd: list[str]


def _measured(key: tuple[bytes, ...]) -> Measured:
    sent = _interpreted(key)
    measured = _told(sent)
    by_hand = next((one.amount.by_hand for one in sent.parts if one.is_sign), "")
    if coded_by_hand(key[0]):
        by_hand = "code (entered by hand)"
    if not by_hand:
        return measured
    typed = tuple(msgspec.structs.replace(one, by_hand=by_hand) for one in measured.what)
    return msgspec.structs.replace(measured, what=typed)


def _told(sent: _Sent) -> Measured:
    if len(sent.odd) + sent.numbers > 1:
        return Measured(("choice", "value[x]", "value[x]"))
    why_not = codes.not_a_reading(sent.codings)
    if why_not:
        return Measured(("not_a_reading", "code", why_not))
    metric = codes.metric_of(sent.codings, sent.amount.unit)
    if sent.odd and not is_bound(sent.amount, metric):
        return Measured(why_none(sent.odd[0], metric))
    if len(codes.kinds_of(sent.codings, sent.amount.unit)) > 1:
        return Measured(("codes_disagree", "code"))
    if metric == metrics.BLOOD_PRESSURE:
        return _pressure(sent)
    return _single(sent, metric) if metric else _panel(sent)


def _interpreted(key: tuple[bytes, ...]) -> _Sent:
    code, quantity, component = key[:3]
    integer, beside, member, absent, text, *odd = key[3:] or (b"", b"", b"", b"", b"")
    return _Sent(
        codings(code),
        as_bound(text) or amount(quantity, integer, beside),
        (quantity not in _NO_NUMBER) + (integer not in _NO_NUMBER),
        [part(bytes(raw)) for raw in elements(component, Raw, "component")],
        member not in {b"", b"null", b"[]"},
        absence(absent),
        [path.decode() for path in odd],
    )


def _single(sent: _Sent, metric: str) -> Measured:
    if sent.has_members and not sent.amount.sent:
        return Measured(("members_only", "hasMember"))
    path = "valueString" if sent.odd else "valueQuantity"
    one = _one(metric, sent.amount, sent.absent, path)
    return _together([one], _left_out(sent.parts))


def _pressure(sent: _Sent) -> Measured:
    systolic, diastolic, others = _halves(sent.parts, bare=True)
    if systolic is None and diastolic is None and sent.has_members:
        return Measured(("members_only", "hasMember"))
    bare = any(one and one.bare for one in (systolic, diastolic))
    said: tuple[Why, ...] = (("no_system", "component.code"),) if bare else ()
    return _together([_two(systolic, diastolic, sent.absent)], said + _left_out(others))


def _panel(sent: _Sent) -> Measured:
    """Read a panel of parts that are each a measurement, or say that the code is not known."""
    systolic, diastolic, others = _halves(sent.parts)
    known = [one for one in others if one.metric]
    if sent.amount.sent or not (systolic or diastolic or known):
        return Measured(_unknown_code(sent))
    found = [
        _one(one.metric, one.amount, one.absent, "component.valueQuantity", part_of_panel=True)
        for one in known
    ]
    if systolic or diastolic:
        found.insert(0, _two(systolic, diastolic, sent.absent, part_of_panel=True))
    return _together(found, _left_out(one for one in others if not one.metric))


def _halves(
    parts: list[Part], *, bare: bool = False
) -> tuple[Part | None, Part | None, list[Part]]:
    """Find the two parts of a blood pressure, and give the others.

    Where the whole is known to be one, a `bare` code of a part can mean nothing but LOINC's.
    """
    upper = [one for one in parts if one.is_systolic or (bare and _is(one, codes.SYSTOLIC))]
    lower = [one for one in parts if one.is_diastolic or (bare and _is(one, codes.DIASTOLIC))]
    halves = next(iter(upper), None), next(iter(lower), None)
    return *halves, [one for one in parts if one not in halves]


def _is(one: Part, known: set[tuple[str, str]]) -> bool:
    return (codes.LOINC, one.bare) in known


def _unknown_code(sent: _Sent) -> Why:
    if any(one.system == codes.MDC and metrics.of_mdc(one.code, "") == "" for one in sent.codings):
        return "glucose_unit", "valueQuantity"
    if not sent.amount.sent:
        if sent.has_members:
            return "members_only", "hasMember"
        if sent.parts and not any(one.amount.sent for one in sent.parts):
            return "bits", "component"
    names = " + ".join(name_of(one) for one in sent.codings) or "no code"
    return "code_not_known", "code", names


def _left_out(parts: Iterable[Part]) -> tuple[Why, ...]:
    return tuple(("component_left_out", "component", one.name) for one in parts if one.is_data)


_Found = tuple[What | None, tuple[Why, ...]]
"""A measurement and what is to be said of it, or none and why."""


def _together(found: list[_Found], left_out: tuple[Why, ...]) -> Measured:
    """Give the measurements, unless one is unsound; a unit of another refuses only its own part."""
    what: list[What] = []
    notes: tuple[Why, ...] = ()
    for one, said in found:
        if one:
            what.append(one)
        elif said[0][0] != _UNIT_OF_ANOTHER or len(found) == 1:
            return Measured(said[0])
        notes += said
    if not what:
        return Measured(notes[0])
    return Measured((), tuple(what), notes + left_out)


def _one(
    metric: str, sent: Amount, absent: str, path: str, *, part_of_panel: bool = False
) -> _Found:
    if sent.value is None:
        return None, (("bad_number", f"{path}.value"),)
    if not absent and (unit := of_another(sent, metric)):
        return None, ((_UNIT_OF_ANOTHER, f"{path}.code", unit),)
    value = "" if absent else sent.value
    notes = notes_on(sent, metric, path)
    if not value:
        reason = "the bound has no number" if sent.comparator else "no reason given"
        notes += (("no_value", "dataAbsentReason", absent or reason),)
    elif not is_living(value):
        value, notes = "", (*notes, ("not_living", f"{path}.value"))
    elif not metrics.is_shown(value, "", sent.unit):
        notes += (("unlikely", f"{path}.value"),)
    return _what(metric, (value, ""), (sent, NOTHING), part_of_panel=part_of_panel), notes


def _two(
    systolic: Part | None, diastolic: Part | None, absent: str, *, part_of_panel: bool = False
) -> _Found:
    upper = systolic.amount if systolic else NOTHING
    lower = diastolic.amount if diastolic else NOTHING
    path = "component.valueQuantity"
    if upper.value is None or lower.value is None:
        return None, (("bad_number", f"{path}.value"),)
    if upper.unit and lower.unit and upper.unit != lower.unit:
        return None, (("two_units", f"{path}.code"),)
    for half in (systolic, diastolic):
        if half and not half.absent and (unit := of_another(half.amount, metrics.BLOOD_PRESSURE)):
            return None, ((_UNIT_OF_ANOTHER, f"{path}.code", unit),)
    first = "" if systolic and systolic.absent else upper.value
    second = "" if diastolic and diastolic.absent else lower.value
    notes: tuple[Why, ...] = ()
    if not all(map(is_living, filter(None, (first, second)))):
        first = second = ""
        notes = (("not_living", f"{path}.value"),)
    elif not first:
        reason = (systolic.absent if systolic else absent) or "no reason given"
        notes = (("no_value", "component(systolic)", reason),)
    elif not second:
        notes = (("no_diastolic", "component(diastolic)"),)
    elif not metrics.is_shown(first, second, upper.unit):
        notes = (("unlikely", f"{path}.value"),)
    notes += notes_on(upper, metrics.BLOOD_PRESSURE, path)
    notes += tuple(
        why for why in notes_on(lower, metrics.BLOOD_PRESSURE, path) if why[0] == "bound"
    )
    halves = (upper if upper.unit else lower, lower)
    values, metric = (first, second), metrics.BLOOD_PRESSURE
    what = _what(metric, values, halves, part_of_panel=part_of_panel)
    by_hand = upper.by_hand or lower.by_hand
    return msgspec.structs.replace(what, value_sent=upper.sent, by_hand=by_hand), notes


def _what(
    metric: str, values: tuple[str, str], sent: tuple[Amount, Amount], *, part_of_panel: bool
) -> What:
    cells = {"value": values[0], "value_2": values[1], "unit": sent[0].unit}
    sent_cells = {
        "value_sent": sent[0].sent,
        "value_2_sent": sent[1].sent,
        "unit_sent": sent[0].unit_sent,
    }
    return What(
        metric=metric,
        kind=metrics.DEVICE_KIND[metric],
        **cells,
        **sent_cells,
        blank=tuple(column for column, cell in cells.items() if not cell),
        blank_sent=tuple(column for column, cell in sent_cells.items() if not cell),
        part=metric if part_of_panel else "",
        by_hand=sent[0].by_hand or sent[1].by_hand,
    )
