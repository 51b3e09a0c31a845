"""Both clocks on one timeline: the cycles of thirty days above, the calendar months below.

A program without cycles has its months above, and nothing below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proofline.explain.explanation import Period, period_of

if TYPE_CHECKING:
    from proofline.decide import Chart

BROAD = 1000
"""Width of the picture, in its own units."""
_CYCLES, _AFTER = 8, 2
"""So many cycles are shown, and so many of them may follow the one that is looked at."""
_ROOM_FOR_A_NAME, _LETTER = 26, 7
_FOOT, _FOOT_ALONE = 76, 46
_ORDER = ("billable", "held", "open", "not_billable")
_COLOURS = {"billable": "good", "held": "warn", "open": "now", "not_billable": "none"}


@dataclass(frozen=True, slots=True)
class Box:
    """One period in the picture: where it stands, what is written in it, and where it leads."""

    x: float
    width: float
    name: str
    told: str
    title: str
    asked: str
    colour: str
    here: bool

    @property
    def middle(self) -> float:
        """Where its words are centred."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture of both clocks; `today` is None where today lies outside of it.

    `cycles` are what the program is decided by, `months` the calendar below them, if they differ.
    """

    cycles: tuple[Box, ...]
    months: tuple[Box, ...]
    today: float | None
    earlier: str
    later: str

    @property
    def foot(self) -> int:
        """Where the picture ends, but for the word below the line of today."""
        return _FOOT if self.months else _FOOT_ALONE


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def at(self, day: date) -> float:
        """Give where a day begins."""
        return round((day - self.first).days / ((self.last - self.first).days + 1) * BROAD, 1)

    def box(self, first: date, last: date) -> tuple[float, float]:
        """Give where a span begins and how wide it is, as far as it is in the picture."""
        begin = self.at(max(first, self.first))
        return begin, round(self.at(min(last, self.last) + timedelta(days=1)) - begin, 1)


def timeline(chart: Chart, chosen: Period, today: date) -> Timeline | None:
    """Draw the cycles around the chosen period and the months below; None without any period."""
    lines: dict[Period, list[dict[str, Any]]] = {}
    for one in chart.decisions:
        lines.setdefault(period_of(one), []).append(one)
    kind = min((one.kind for one in lines), default="")  # cycles, where there are any
    cycles = sorted((one for one in lines if one.kind == kind), key=lambda period: period.start)
    if not cycles:
        return None
    shown = _window(cycles, chosen, today)
    scale = _Scale(shown[0].start, shown[-1].end)
    before, after = cycles.index(shown[0]), cycles.index(shown[-1]) + 1
    return Timeline(
        tuple(_cycle(one, lines[one], scale, here=one == chosen) for one in shown),
        tuple(_months(chart, scale, chosen)) if kind == "cycle" else (),
        scale.at(today) if scale.first <= today <= scale.last else None,
        _asked(cycles[before - 1]) if before else "",
        _asked(cycles[after]) if after < len(cycles) else "",
    )


def told(lines: Iterable[Mapping[str, Any]]) -> str:
    """Name the codes of a period that can be billed or may still be, or that there are none."""
    codes = [one["code"] for one in lines if one["outcome"] != "not_billable"]
    return ", ".join(codes) or _("nothing to bill")


def standing(lines: Iterable[Mapping[str, Any]]) -> str:
    """Name the best outcome among the lines of a period."""
    return min((str(one["outcome"]) for one in lines), key=_ORDER.index)


def months_of(first: date, last: date) -> list[tuple[date, date]]:
    """Give first and last day of every calendar month that two days touch."""
    found = []
    begin = first.replace(day=1)
    while begin <= last:
        after = (begin + timedelta(days=32)).replace(day=1)
        found.append((begin, after - timedelta(days=1)))
        begin = after
    return found


def _window(cycles: Sequence[Period], chosen: Period, today: date) -> Sequence[Period]:
    same = chosen.kind == cycles[0].kind
    day = chosen.start if same else min(chosen.end, today)
    place = max((n for n, one in enumerate(cycles) if one.start <= day), default=0)
    last = min(max(place + 1 + _AFTER, _CYCLES), len(cycles))
    return cycles[max(last - _CYCLES, 0) : last]


def _asked(period: Period) -> str:
    return str(period.number) if period.kind == "cycle" else f"{period.start:%Y-%m}"


def _cycle(period: Period, lines: list[dict[str, Any]], scale: _Scale, *, here: bool) -> Box:
    x, width = scale.box(period.start, period.end)
    name, span, words = _told_of(period, lines)
    colour = _COLOURS[standing(lines)]
    return Box(x, width, name, words, f"{span}: {told(lines)}", _asked(period), colour, here)


def _told_of(period: Period, lines: Iterable[Mapping[str, Any]]) -> tuple[str, str, str]:
    """Give the name of a period, its name at length, and how much of it there is."""
    return _cycle_told(period, lines) if period.kind == "cycle" else _month_told(period, lines)


def _cycle_told(period: Period, lines: Iterable[Mapping[str, Any]]) -> tuple[str, str, str]:
    days = max((one["facts"].get("transmission_days") or 0 for one in lines), default=0)
    name = _("Cycle %(number)s") % {"number": period.number}
    span = f"{date_format(period.start, 'j M')} - {date_format(period.end, 'j M Y')}"
    words = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    return name, f"{name}, {span}", words


def _month_told(period: Period, lines: Iterable[Mapping[str, Any]]) -> tuple[str, str, str]:
    minutes = [one["facts"].get("treatment_minutes") for one in lines]
    most = max((one for one in minutes if one is not None), default="?")
    words = _("%(minutes)s min") % {"minutes": most}
    return date_format(period.start, "M Y"), date_format(period.start, "F Y"), words


def _months(chart: Chart, scale: _Scale, chosen: Period) -> Iterable[Box]:
    worked = {one.first_day: one for one in chart.months}
    for first, last in months_of(scale.first, scale.last):
        x, width = scale.box(first, last)
        month = worked.get(first)
        minutes = _("%(minutes)s min") % {"minutes": month.minutes if month else 0}
        name = date_format(first, "M")
        title = f"{date_format(first, 'F Y')}: {minutes}"
        here = chosen.kind == "month" and chosen.start == first
        roomy = width >= _ROOM_FOR_A_NAME + _LETTER * len(minutes)
        yield Box(
            x,
            width,
            name if width >= _ROOM_FOR_A_NAME else "",
            minutes if roomy else "",
            title,
            f"{first:%Y-%m}",
            "none",
            here,
        )
