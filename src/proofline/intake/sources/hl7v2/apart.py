"""Rows of one message that share device, metric and time, and are more than one reading.

A monitor counts the pulse by its electrodes and by the clip on the finger, or has two clips: such
rows differ in OBX-3 or OBX-4. The first is known as every reading is; one that says otherwise is
known by its code too, or by its OBX-4 where the codes are the same. So the status of one channel
(`X`, nothing to be had) takes nothing from what another measured.
"""

from __future__ import annotations

from typing import TypeAlias

from proofline.intake.measurements.fields import digest_key
from proofline.intake.measurements.measurement import Measurement
from proofline.intake.sources.hl7v2.observations import Row
from proofline.intake.sources.hl7v2.plans import CODE, SUB_ID

Same: TypeAlias = "tuple[str, str, str]"


def known_by(said: Measurement) -> Same:
    """Give by what a reading is known that has no id of its own: device, metric and time."""
    series = said.series
    return series.instrument.id or series.patient_id, series.metric, said.measured.sent


def tell_apart(found: list[tuple[Row, Measurement]]) -> None:
    """Give a key to each row that shares all this with one before it and is another reading."""
    if len({said.series.metric for _, said in found}) == len(found):
        return  # as nearly always
    before: dict[Same, tuple[Row, Measurement]] = {}
    for row, said in found:
        same = known_by(said)
        first, said_first = before.setdefault(same, (row, said))
        if said is said_first or _values(said) == _values(said_first):
            continue
        code, sub_id = row.cells[CODE], row.cells[SUB_ID]
        if code != first.cells[CODE]:
            said.key = digest_key(*same, code)
        elif sub_id != first.cells[SUB_ID]:
            said.key = digest_key(*same, code, sub_id)


def are_apart(told: list[Measurement]) -> bool:
    """Say whether no two of these share device, metric and time."""
    return len({known_by(one) for one in told}) == len(told)


def _values(said: Measurement) -> tuple[str, str]:
    return said.quantity.value, said.second.value if said.second else ""
