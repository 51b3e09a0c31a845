"""Readings of a period drawn as curves, with the limits that hold, and the numbers beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _lazy

from proofline.explain.explanation import standing

if TYPE_CHECKING:
    from proofline.decide.chart import Reading
    from proofline.explain.explanation import Period
    from proofline.store.work.alerts import Limits

BROAD, HIGH = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 12, 24
_STEPS = (Decimal(1), Decimal(2), Decimal(5))
_TICKS = 5
NAMES = {
    "85354-9": (_lazy("Blood pressure"), _lazy("systolic"), _lazy("diastolic")),
    "8480-6": (_lazy("Systolic blood pressure"), "", ""),
    "8462-4": (_lazy("Diastolic blood pressure"), "", ""),
    "8867-4": (_lazy("Heart rate"), "", ""),
    "29463-7": (_lazy("Body weight"), "", ""),
    "2339-0": (_lazy("Blood glucose"), "", ""),
    "41653-7": (_lazy("Blood glucose"), "", ""),
    "15074-8": (_lazy("Blood glucose"), "", ""),
    "59408-5": (_lazy("Oxygen saturation"), "", ""),
    "2708-6": (_lazy("Oxygen saturation"), "", ""),
    "8310-5": (_lazy("Body temperature"), "", ""),
    "19868-9": (_lazy("Peak flow"), "", ""),
}
"""What the LOINC codes of metrics are called, and their two parts where they have two."""
UNITS = {"mm[Hg]": "mmHg", "[lb_av]": "lb", "[degF]": "°F", "Cel": "°C", "/min": "per minute"}
"""What people call units whose UCUM code they would not know."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One reading in the picture; `counts` tells whether it counts."""

    x: float
    y: float
    counts: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """The readings of one part: its name, its dots and the line through them."""

    name: str
    number: int
    dots: tuple[Dot, ...]

    @property
    def points(self) -> str:
        """The line as SVG has it."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark at an axis, or a limit: where, and what is written there."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One reading as a row of the table beside the picture."""

    at: datetime
    values: tuple[str, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """One metric in one unit: the picture and its numbers."""

    metric: str
    name: str
    unit: str
    unit_name: str
    parts: tuple[str, ...]
    traces: tuple[Trace, ...]
    limits: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    days: tuple[Tick, ...]
    rows: tuple[Row, ...]


def curves(
    readings: Iterable[Reading], period: Period, limits: Sequence[Limits]
) -> tuple[Curve, ...]:
    """Draw each metric of a period, unit by unit; what has no number is only in the day's list."""
    found: dict[tuple[str, str], list[Reading]] = {}
    for one in readings:
        if period.holds(one.day) and _number(one.value) is not None:
            found.setdefault((one.metric, one.unit or ""), []).append(one)
    return tuple(
        _curve(of, period, [one for one in limits if (one.metric, one.unit) == key])
        for key, of in sorted(found.items())
    )


def unit_name(unit: str | None) -> str:
    """Give what a UCUM unit is called."""
    return UNITS.get(unit or "", unit or "")


def metric_name(metric: str) -> str:
    """Give what a metric is called, or its code."""
    return str(NAMES[metric][0]) if metric in NAMES else metric


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    days: int
    low: Decimal
    high: Decimal

    def x(self, at: datetime) -> float:
        """Give where an instant of the patient's clock lies."""
        since = at.replace(tzinfo=None) - datetime.combine(self.first, datetime.min.time())
        return self.of_day(since / timedelta(days=1))

    def of_day(self, number: float) -> float:
        """Give where a day begins, by its number from 0."""
        return round(_LEFT + number / self.days * (BROAD - _LEFT - _RIGHT), 1)

    def y(self, value: Decimal) -> float:
        """Give how high a value stands."""
        share = (value - self.low) / (self.high - self.low)
        return round(HIGH - _BOTTOM - float(share) * (HIGH - _TOP - _BOTTOM), 1)


def _curve(readings: list[Reading], period: Period, limits: Sequence[Limits]) -> Curve:
    first = readings[0]
    levels = _levels([*_values(readings), *_bounds(limits)])
    length = (period.end - period.start).days + 1
    scale = _Scale(period.start, length, levels[0], levels[-1])
    two = any(_number(one.value_2) is not None for one in readings)
    named = NAMES.get(first.metric, (first.metric, "", ""))
    parts = [("value", named[1]), *([("value_2", named[2])] if two else [])]
    return Curve(
        first.metric,
        str(named[0]),
        first.unit or "",
        unit_name(first.unit),
        tuple(str(name) or unit_name(first.unit) for _, name in parts),
        tuple(
            Trace(str(name), number, tuple(_dots(readings, column, scale)))
            for number, (column, name) in enumerate(parts, start=1)
        ),
        tuple(Tick(scale.y(bound), format(bound, "f")) for bound in _bounds(limits)),
        tuple(Tick(scale.y(level), format(level, "f")) for level in levels),
        tuple(
            Tick(scale.of_day(n), date_format(period.start + timedelta(days=n), "j M"))
            for n in range(0, length, 7)
        ),
        tuple(
            Row(
                one.measured_at,
                tuple(getattr(one, column) or "" for column, _ in parts),
                standing(one) == "counts",
            )
            for one in readings
        ),
    )


def _dots(readings: Iterable[Reading], column: str, scale: _Scale) -> Iterator[Dot]:
    for one in readings:
        value = _number(getattr(one, column))
        if value is not None:
            yield Dot(scale.x(one.measured_at), scale.y(value), standing(one) == "counts")


def _values(readings: Iterable[Reading]) -> Iterator[Decimal]:
    for one in readings:
        yield from (v for cell in (one.value, one.value_2) if (v := _number(cell)) is not None)


def _bounds(limits: Iterable[Limits]) -> list[Decimal]:
    return sorted({bound for one in limits for bound in (one.low, one.high) if bound is not None})


def _levels(values: list[Decimal]) -> list[Decimal]:
    """Give round levels that hold all values between the first and the last."""
    low, high = min(values), max(values)
    rough = max(high - low, abs(high) / 50, Decimal("0.1")) / (_TICKS - 1)
    power = Decimal(10) ** rough.adjusted()
    step = next((one * power for one in _STEPS if one * power >= rough), power * 10)
    level = low // step * step
    found = [level]
    while found[-1] <= high:
        found.append(found[-1] + step)
    return found


def _number(cell: str | None) -> Decimal | None:
    try:
        read = Decimal(cell or "")
    except InvalidOperation:
        return None
    return read if read.is_finite() else None
