"""Charts of the readings, and both clocks on one timeline; drawn as lines and shapes, not pictures.

What counts is filled and what does not is hollow, so that a copy in black and white says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from proofline.packet.paper import words
from proofline.packet.paper.fonts import PLAIN, width
from proofline.packet.paper.marks import Mark
from proofline.packet.paper.sheet import LABEL, LEFT, RIGHT, SMALL_QUIET, STRONG

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

    from proofline.explain.explanation import DayMark
    from proofline.packet.packet import Logged, Packet, Span
    from proofline.packet.paper.sheet import Draw, Sheet

_AXIS = LEFT + 34
_HIGH = 112.0
_WIDE = 230.0
"""Points that a period takes on the timeline before its first and last day are written into it."""
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """Values between `low` and `high` onto heights; `ticks` are those that are written."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def height(self, value: float) -> float:
        """Give the height of a value above the foot of the chart."""
        return _HIGH * (value - self.low) / (self.high - self.low)


def scale_of(values: Sequence[float]) -> Scale:
    """Choose round ticks around values, about four."""
    least, most = min(values), max(values)
    span = (most - least) or max(abs(most), 1.0) * 0.1
    raw = span / 3.5
    power = 10.0 ** floor(log10(raw))
    step = next(power * one for one in _STEPS if power * one >= raw)
    low, high = floor(least / step), ceil(most / step)
    if low == high:
        high += 1
    ticks = tuple(number * step for number in range(low, high + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def charts(sheet: Sheet, packet: Packet) -> None:
    """Draw one chart for each measure and device, each above the marks of the days."""
    found: dict[tuple[str, str, str], list[Logged]] = {}
    for one in packet.readings:
        if one.inside and one.reading.value is not None:
            key = (one.reading.metric, one.reading.unit or "", one.reading.device_id)
            found.setdefault(key, []).append(one)
    for (metric, unit, device), of_key in found.items():
        sheet.need(_HIGH + 74)
        sheet.y -= 13
        sheet.put(LEFT, words.measured(metric), STRONG)
        sheet.put(RIGHT, f"{unit or 'unit not on file'}, device {device}", SMALL_QUIET, right=True)
        sheet.y -= 10 + _HIGH
        _plot(sheet, packet.days, of_key)
        sheet.y -= 34
    legend(sheet)


def legend(sheet: Sheet) -> None:
    """Say what the shapes of readings and days mean."""
    sheet.need(24)
    sheet.y -= 12
    told = (
        ("readings:", None),
        ("filled, counts", True),
        ("hollow, does not count or is to be settled", False),
    )
    x = LEFT
    for text, filled in told:
        if filled is not None:
            sheet.draw(_dots([(x + 2.5, sheet.y + 2.4)], filled=filled))
            x += 9
        sheet.put(x, text, LABEL)
        x += 5.2 + len(text) * 3.25
    sheet.y -= 11
    x = LEFT
    sheet.put(x, "days:", LABEL)
    x += 22
    for word in ("counts", "unsettled", "refused", "nothing", "to_come"):
        sheet.draw(_mark(Mark(word), x, sheet.y))
        text = {"refused": "readings, none counts", "unsettled": "to be settled"}.get(
            word, word.replace("_", " ")
        )
        sheet.put(x + 8, text, LABEL)
        x += 16 + len(text) * 3.35


def _plot(sheet: Sheet, days: Sequence[DayMark], logged: Sequence[Logged]) -> None:
    """Draw grid, readings and the strip of days; `sheet.y` is the foot of the chart."""
    numbers = [float(v) for one in logged for v in (one.reading.value, one.reading.value_2) if v]
    scale = scale_of(numbers)
    foot, step = sheet.y, (RIGHT - _AXIS) / len(days)
    for tick in scale.ticks:
        y = foot + scale.height(tick)
        sheet.draw(_stroke([(_AXIS, y, RIGHT, y)], 0.88, 0.4))
        sheet.put_at(_AXIS - 5, y - 2.2, f"{tick:g}")
    first = days[0].day
    pairs: dict[bool, list[tuple[float, float, float, float]]] = {True: [], False: []}
    dots: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for one in logged:
        reading = one.reading
        part = (reading.measured_at.hour * 60 + reading.measured_at.minute) / 1440
        x = _AXIS + ((reading.day - first).days + 0.12 + 0.76 * part) * step
        heights = [
            foot + scale.height(float(v)) for v in (reading.value, reading.value_2) if v is not None
        ]
        counts = one.standing == "counts"
        dots[counts] += [(x, y) for y in heights]
        if len(heights) == 2:  # noqa: PLR2004 - the two values of a blood pressure
            pairs[counts].append((x, min(heights) + 1.9, x, max(heights) - 1.9))
    sheet.draw(_stroke(pairs[True], 0.55, 0.6))
    sheet.draw(_stroke(pairs[False], 0.7, 0.4, dashed=True))
    sheet.draw(_dots(dots[True], filled=True))
    sheet.draw(_dots(dots[False], filled=False))
    strip(sheet, days, foot - 12, step)


def strip(sheet: Sheet, days: Sequence[DayMark], y: float, step: float) -> None:
    """Draw the mark of each local day with its number below, and months where they begin."""
    for number, one in enumerate(days):
        x = _AXIS + number * step + step / 2
        sheet.draw(_mark(Mark(one.standing), x - 2.5, y))
        told = f"{one.day.day}"
        sheet.put_at(x + width(told, PLAIN, LABEL.size) / 2, y - 9, told)
        if number == 0 or one.day.day == 1:
            sheet.put_at(x - step / 2 + 1, y - 18, f"{one.day:%b %Y}", left=True)
            if number:
                edge = x - step / 2
                sheet.draw(_stroke([(edge, y - 19, edge, y + 12 + _HIGH)], 0.6, 0.5))


def clocks(sheet: Sheet, packet: Packet) -> None:
    """Draw both clocks on one axis: the period that decides, and those of the other clock."""
    first = min(one.start for one in packet.spans)
    last = max(one.end for one in packet.spans)
    step = (RIGHT - _AXIS) / ((last - first).days + 1)
    bars = _minutes(packet)
    sheet.need(104)
    sheet.y -= 30
    most = max(bars.values(), default=0.0)
    base = sheet.y
    for when, minutes in bars.items():
        x = _AXIS + (when - first).days * step
        high = 24 * minutes / most
        sheet.draw(_bar(x + step * 0.2, base, step * 0.6, high))
    sheet.draw(_stroke([(_AXIS, base, RIGHT, base)], 0.5, 0.5))
    sheet.put(LEFT, "work", LABEL)
    calls = [
        (_AXIS + ((one.call.day - first).days + 0.5) * step, base - 6)
        for one in packet.calls
        if one.standing == "counts"
    ]
    sheet.draw(_dots(calls, filled=True))
    sheet.put_at(LEFT, base - 8.2, "live calls", left=True)
    sheet.y = base - 16
    for decides in (True, False):
        sheet.put_at(LEFT, sheet.y - 9.4, "decides" if decides else "beside it", left=True)
        for one in packet.spans:
            if one.decides is decides:
                _bracket(sheet, one, (one.start - first).days, step)
        sheet.y -= 24


def _bracket(sheet: Sheet, span: Span, offset: int, step: float) -> None:
    left = _AXIS + offset * step
    right = left + ((span.end - span.start).days + 1) * step
    sheet.draw(_box(left, sheet.y - 15, right - left - 1.2, 18, filled=span.decides))
    number = f" {span.number}" if span.number else ""
    name = f"{span.start:%b %Y}" if span.kind == "month" else f"{span.kind}{number}"
    minutes = "no work on file" if span.minutes is None else f"{span.minutes} min"
    calls = "" if span.live_calls is None else f", {span.live_calls} live"
    if right - left > _WIDE:
        name += f", {span.start} to {span.end}"
    text = f"{name}: {minutes}{calls}"
    sheet.put_at(left + 5, sheet.y - 8.6, text, left=True)


def _minutes(packet: Packet) -> dict[date, float]:
    """Add up the counted work of each day, for the height of its bar only."""
    found: dict[date, float] = {}
    for one in packet.work:
        if one.standing == "counts":
            length = (one.work.ended_at - one.work.started_at) / timedelta(minutes=1)
            found[one.work.day] = found.get(one.work.day, 0.0) + length
    return found


def _mark(mark: Mark, x: float, y: float) -> Draw:
    return lambda canvas: mark.draw(canvas, x, y)


def _dots(places: Iterable[tuple[float, float]], *, filled: bool) -> Draw:
    found = list(places)

    def _how(canvas: Canvas) -> None:
        canvas.setFillGray(0.08 if filled else 1)
        canvas.setStrokeGray(0.08 if filled else 0.35)
        canvas.setLineWidth(0.6)
        path = canvas.beginPath()
        for x, y in found:
            path.circle(x, y, 1.8)
        canvas.drawPath(path, stroke=1, fill=1)

    return _how


def _stroke(
    lines: Iterable[tuple[float, float, float, float]],
    shade: float,
    thick: float,
    *,
    dashed: bool = False,
) -> Draw:
    found = list(lines)

    def _how(canvas: Canvas) -> None:
        canvas.setStrokeGray(shade)
        canvas.setLineWidth(thick)
        canvas.setDash([1.2, 1.2] if dashed else [])
        canvas.lines(found)
        canvas.setDash([])

    return _how


def _bar(x: float, y: float, wide: float, high: float) -> Draw:
    def _how(canvas: Canvas) -> None:
        canvas.setFillGray(0.3)
        canvas.rect(x, y, wide, high, stroke=0, fill=1)

    return _how


def _box(x: float, y: float, wide: float, high: float, *, filled: bool) -> Draw:
    def _how(canvas: Canvas) -> None:
        canvas.setFillGray(0.88 if filled else 1)
        canvas.setStrokeGray(0.5)
        canvas.setLineWidth(0.5)
        canvas.rect(x, y, wide, high, stroke=1, fill=1)

    return _how
