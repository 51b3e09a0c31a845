"""Between which values readings are unremarkable, and that somebody looked at them.

Both are for people: a limit is a clinician's word, and no machine looks.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done
from proofline.desk.care import limits, reviewing
from proofline.store.work.alerts import Limits

# fmt: off
Loinc = Literal[
    "85354-9", "55284-4", "29463-7", "3141-9", "59408-5", "2708-6", "99504-3", "105272-9",
    "41653-7", "14743-9", "2339-0", "15074-8", "8331-1", "8328-7", "8332-9", "8333-7", "8310-5",
    "33452-4", "19935-6", "20150-9", "8889-8", "8867-4", "9279-1",
]
"""What intake keeps readings under. A blood pressure is 85354-9, systolic its `value` and diastolic
its `value_2`; a limit of 8480-6 or 8462-4 would hold nothing back of what a cuff sends."""
Ucum = Literal[
    "mm[Hg]", "/min", "%", "mg/dL", "mmol/L", "kg", "g", "[lb_av]",
    "Cel", "[degF]", "L/min", "L", "mL", "s", "min", "1",
]
# fmt: on
"""Units that readings come in; a free text could be of a patient, and would hold nothing back."""
Number = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,9})?$")]
"""Digits as text, so that no number is rounded on its way, and none is infinite."""


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits of one metric by its LOINC code, in a UCUM unit; null: none on that side.

    A blood pressure is 85354-9: systolic is its `value`, diastolic its `value_2`.
    """

    metric: Loinc
    unit: Ucum
    part: Literal["value", "value_2"] = "value"
    low: Number | None = None
    high: Number | None = None


class Held(msgspec.Struct, frozen=True):
    """Limits that hold, as they were set: digits as text."""

    patient_id: str
    metric: str
    part: str
    unit: str
    low: str | None
    high: str | None


class Reviewed(msgspec.Struct, frozen=True):
    """How many readings were new to those who reviewed."""

    new: int


@route("GET patients/{patient_id}/limits", "read:alerts", "reading.see", of=Held, gives="list")
def list_limits(asked: Asked) -> object:
    """Limits that hold for a patient's readings."""
    return [
        Held(one.patient_id, one.metric, one.part, one.unit, _text(one.low), _text(one.high))
        for one in limits.limits_of(asked.book, asked.ids["patient_id"], asked.at)
    ]


@route("POST patients/{patient_id}/limits", "", "threshold.set", of=Done, body=Bounds)
def set_limits(asked: Asked) -> object:
    """Set the limits of one metric; readings beyond them raise an alert from now on."""
    said: Bounds = asked.body
    low, high = (Decimal(one) if one is not None else None for one in (said.low, said.high))
    wanted = Limits(asked.ids["patient_id"], said.metric, said.part, said.unit, low, high)
    limits.set_limits(asked.book, wanted, asked.at)
    return Done()


@route("POST patients/{patient_id}/reviews", "", "reading.review", of=Reviewed)
def review_readings(asked: Asked) -> object:
    """Say that one looked at all readings there are; the time it took is logged by itself."""
    return Reviewed(reviewing.review(asked.book, asked.ids["patient_id"], asked.at))


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


WATCHING = (list_limits, set_limits, review_readings)
