"""A systolic and a diastolic row become one reading of the panel.

They belong together where OBX-4 puts both under one head (1.0.1.1 and 1.0.1.2) or gives both the
same id; else where one order has just one of each for one device and time. What cannot be paired
without guessing stays two readings.
"""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct
from msgspec.structs import replace

from proofline.intake.measurements.measurement import UNSAID, Measurement, Said
from proofline.intake.measurements.metrics import BLOOD_PRESSURE, DIASTOLIC, SYSTOLIC
from proofline.intake.sources.hl7v2.observations import Row
from proofline.intake.sources.hl7v2.plans import SUB_ID

METRICS = frozenset({SYSTOLIC, DIASTOLIC})


class Half(Struct, gc=False):
    """One of the two rows of a pressure, and what it says."""

    row: Row
    said: Measurement

    def together(self) -> tuple[object, ...]:
        """What two halves must have in common, wherever they stand."""
        said = self.said
        value = said.quantity
        return (
            id(self.row.order),
            said.measured.text,
            said.series.instrument.id,
            value.unit,
            bool(value.value),
        )

    def under(self) -> tuple[object, ...]:
        """The same, with the head that OBX-4 puts them under."""
        sub_id = self.row.cells[SUB_ID]
        return (*self.together(), sub_id.rpartition(".")[0] or sub_id)


def pair(halves: list[Half]) -> set[int]:
    """Make systolic rows into panels, and give the `id` of every diastolic that went into one."""
    if len(halves) == len(METRICS):  # the usual case, and then any key is as good
        return _joined(halves) if halves[0].together() == halves[1].together() else set()
    taken: set[int] = set()
    for key in (Half.under, Half.together):
        groups: defaultdict[tuple[object, ...], list[Half]] = defaultdict(list)
        for half in halves:
            if id(half.said) not in taken and half.said.series.metric in METRICS:
                groups[key(half)].append(half)
        for group in groups.values():
            if len(group) == len(METRICS):
                taken |= _joined(group)
    return taken


def _joined(both: list[Half]) -> set[int]:
    """Join two halves if they are one of each."""
    one, other = both[0].said, both[1].said
    if one.series.metric == other.series.metric:
        return set()
    return {_join(one, other) if one.series.metric == SYSTOLIC else _join(other, one)}


def _join(systolic: Measurement, diastolic: Measurement) -> int:
    if systolic.quantity.value:
        systolic.second = diastolic.quantity
    one, other = systolic.series, diastolic.series
    tested = other if other.test else one
    systolic.series = replace(
        one,
        metric=BLOOD_PRESSURE,
        entry=_weaker(one.entry, other.entry),
        test=tested.test,
        test_said=tested.test_said,
    )
    return id(diastolic)


def _weaker(one: Said, other: Said) -> Said:
    """A pair came in automatically only if both of it did; a field that says otherwise is kept."""
    both = (one, other)
    by_hand = (said for said in both if said.word == "manual")
    doubted = (said for said in both if said.word == UNSAID.word and said.field)
    if found := next(by_hand, None) or next(doubted, None):
        return found
    return one if one.word == other.word else UNSAID
