"""Columns drawn by the server: where each bar of a picture stands; a template writes the SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 460, 190
_LEFT, _TOP, _BOTTOM = 46, 8, 34
_GAP = 0.28
"""The part of a column's room that stays empty."""

_STEPS = (1, 2, 2.5, 5, 10)
_MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place, the class that colours it, and what it says to a reader of its title."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text below a column, or beside a line."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Key:
    """What a colour of a picture stands for."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A picture: its bars, the lines behind them with their numbers, and the names of columns."""

    title: str
    bars: tuple[Bar, ...]
    lines: tuple[Label, ...]
    names: tuple[Label, ...]
    legend: tuple[Key, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


@dataclass(frozen=True, slots=True)
class Series:
    """What is stacked: a name, the class that colours it, and a value for each column."""

    name: str
    kind: str
    values: Sequence[int]


def columns(
    title: str,
    names: Sequence[str],
    series: Sequence[Series],
    unit: int = 1,
    *,
    money: bool = False,
) -> Columns:
    """Draw stacked columns; `unit` is what one of the numbers at the side stands for."""
    totals = [sum(one.values[n] for one in series) for n in range(len(names))]
    marks = _marks(max(totals, default=0) / unit)
    top = marks[-1] * unit
    room = (WIDTH - _LEFT) / max(len(names), 1)
    high = HEIGHT - _TOP - _BOTTOM
    bars: list[Bar] = []
    for n, name in enumerate(names):
        y = float(_TOP + high)
        for one in series:
            tall = high * one.values[n] / top
            y -= tall
            if one.values[n] > 0:
                told = one.values[n] / unit
                words = f"{name}, {one.name}: {'$' if money else ''}{told:,.0f}"
                x, width = _LEFT + room * (n + _GAP / 2), room * (1 - _GAP)
                bars.append(
                    Bar(round(x, 1), round(y, 1), round(width, 1), round(tall, 1), one.kind, words)
                )
    lines = [
        Label(_LEFT - 6, round(_TOP + high * (1 - one / marks[-1]), 1), _short(one, money=money))
        for one in marks
    ]
    below = [
        Label(round(_LEFT + room * (n + 0.5), 1), HEIGHT - _BOTTOM + 16, name)
        for n, name in enumerate(names)
    ]
    legend = tuple(Key(one.kind, one.name) for one in series)
    return Columns(title, tuple(bars), tuple(lines), tuple(below), legend)


def _marks(most: float) -> list[float]:
    """Give round numbers from 0 to at least the highest value, few enough to be read."""
    size = 1.0
    while size * 10 * _MOST_LINES < most:
        size *= 10
    step = next((size * one for one in _STEPS if size * one * _MOST_LINES >= most), size * 10)
    count = max(1, -int(-most // step))
    return [step * n for n in range(count + 1)]


def _short(number: float, *, money: bool) -> str:
    thousand = 1000
    told = f"{number / thousand:g}k" if number >= thousand else f"{number:g}"
    return f"${told}" if money else told
