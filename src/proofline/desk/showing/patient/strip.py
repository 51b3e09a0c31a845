"""The days of a period as squares, and what came on one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from proofline.desk.showing.patient.measured import unit_name
from proofline.explain.explanation import standing
from proofline.explain.reasons import reason

if TYPE_CHECKING:
    from proofline.decide.chart import Reading
    from proofline.explain.explanation import DayMark, Explanation

_CLASSES = {
    "counts": "counted",
    "unsettled": "weak",
    "refused": "not",
    "nothing": "",
    "to_come": "ahead",
}
_WORDS = {
    "counts": _lazy("counts"),
    "unsettled": _lazy("to be settled"),
    "refused": _lazy("does not count"),
    "nothing": _lazy("nothing sent"),
    "to_come": _lazy("to come"),
}
CAME = {
    "signed": _lazy("signed by the sender"),
    "undated": _lazy("signed, without a time"),
    "pulled": _lazy("fetched from the sender"),
    "file": _lazy("from a file"),
    "manual": _lazy("typed in"),
}
"""How a reading came, which is how far it can be relied on."""
_WEAK = {
    ("authenticity", "manual"): _lazy("typed in"),
    ("entry", "memory"): _lazy("sent later from the device's memory"),
    ("time_quality", "estimated"): _lazy("its time is estimated"),
    ("time_quality", "local-clock"): _lazy("its time is that of a wall clock"),
}
"""What makes a reading weak, as the forecast has it (`insight.seen`)."""


@dataclass(frozen=True, slots=True)
class Day:
    """One square: the day, how it stands, its class, the words."""

    day: date
    standing: str
    colour: str
    words: str
    readings: int
    today: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Came:
    """One reading: when, what, how it came, and whether it counts, or why not and what cures it."""

    reading_id: str
    at: datetime
    metric: str
    value: str
    device_id: str
    how: str
    weak: str
    standing: str
    why: str
    cure: str


def days(told: Explanation, here: str) -> tuple[Day, ...]:
    """Lay the squares of a period side by side; `here` is the day that is opened, if any."""
    of_day: dict[date, list[Reading]] = {}
    for one in told.chart.readings:
        of_day.setdefault(one.day, []).append(one)
    return tuple(
        _day(mark, of_day.get(mark.day, []), today=told.as_of, here=here) for mark in told.strip
    )


def readings_on(readings: Iterable[Reading], day: date) -> tuple[Came, ...]:
    """Give what came on one local day, by the time."""
    return tuple(came(one) for one in readings if one.day == day)


def came(one: Reading) -> Came:
    """Tell of one reading."""
    told = reason(token) if (token := one.refused or one.unsettled) else None
    how = CAME.get(one.authenticity or "")
    return Came(
        one.reading_id,
        one.measured_at,
        one.metric,
        " / ".join(cell for cell in (one.value, one.value_2) if cell) + f" {unit_name(one.unit)}",
        one.device_id,
        str(how) if how else _("not known how it came"),
        weak(one),
        standing(one),
        told.words if told else "",
        told.cure if told else "",
    )


def weak(one: Reading) -> str:
    """Say why a reading is weak, or nothing."""
    found = (words for (name, value), words in _WEAK.items() if getattr(one, name) == value)
    return str(next(found, ""))


def _day(mark: DayMark, readings: list[Reading], *, today: date, here: str) -> Day:
    counted = [one for one in readings if standing(one) == "counts"]
    words = str(_WORDS[mark.standing])
    colour = _CLASSES[mark.standing]
    if mark.standing in {"unsettled", "refused"}:
        tokens = dict.fromkeys(one.refused or one.unsettled or "" for one in readings)
        words += ": " + "; ".join(_(reason(token).words) for token in tokens if token)
    elif len(counted) == 1 and (doubt := weak(counted[0])):
        colour = "weak"
        words += ", " + _("resting on one reading: %(why)s") % {"why": doubt}
    return Day(
        mark.day,
        mark.standing,
        colour,
        words,
        len(readings),
        mark.day == today,
        mark.day.isoformat() == here,
    )
