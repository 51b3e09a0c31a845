"""The figures as a table for each size, and the goals beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from contenders import CONTENDERS
from meter import Cost

Figures = Mapping[str, Cost]
HEADS = ("seconds", "processor", "x floor", "x Proofline", "peak MB")
MEGABYTE = 1_000_000
FULL = 1_000_000
STATED = "the goals are stated at 1,000,000 cycles"


def table(cycles: int, figures: Figures) -> list[str]:
    """Lay out one size: seconds, processor, peak, and how it compares with floor and Proofline."""
    lines = ["", row(f"{cycles:,} patient cycles", HEADS)]
    for one in CONTENDERS:
        if one.name in figures:
            cost = figures[one.name]
            if isnan(cost.seconds):
                lines.append(row(one.title, ["did not finish"]))
                continue
            cells = (
                *(f"{cost.seconds:,.2f}", f"{cost.processor:,.2f}"),
                *(times(figures, one.name, "floor"), times(figures, one.name, "proofline")),
                f"{cost.peak / MEGABYTE:,.0f}",
            )
            lines.append(row(f"{one.title} *" if one.sampled else one.title, cells))
    return lines


def row(title: str, cells: Sequence[str]) -> str:
    """Set a title to the left and its cells to the right, fourteen characters each."""
    return f"{title:34}" + "".join(f"{cell:>14}" for cell in cells)


def times(figures: Figures, name: str, of: str) -> str:
    """Say how many times the seconds of another a contender takes."""
    known = name in figures and of in figures and not isnan(figures[of].seconds)
    return f"{ratio(figures, name, of):,.2f}" if known else "-"


def ratio(figures: Figures, name: str, of: str) -> float:
    """Divide the seconds of two contenders."""
    return figures[name].seconds / figures[of].seconds


def goals(measured: Mapping[int, Figures]) -> list[str]:
    """Set the goals beside the largest size that was measured."""
    size = max(measured)
    figures = measured[size]
    if "proofline" not in figures:
        return []
    lines = ["", f"Goals at {size:,} cycles" + ("" if size == FULL else f" ({STATED})")]
    if "floor" in figures:
        lines.append(judged("times the floor (a)", ratio(figures, "proofline", "floor"), most=8))
    for name, least in (("pandas", 5), ("oracle", 30), ("openfisca", 30), ("openfisca-arrays", 30)):
        if name in figures:
            faster = ratio(figures, name, "proofline")
            lines.append(judged(f"times faster than {name}", faster, least=least))
    lines.append(judged("MB at the peak", figures["proofline"].peak / MEGABYTE, most=2000))
    return lines + growth(sorted(measured), measured)


def growth(sizes: Sequence[int], measured: Mapping[int, Figures]) -> list[str]:
    """Compare the ratio to the floor at the largest size with that at the size before."""
    both = [size for size in sizes if {"proofline", "floor"} <= set(measured[size])][-2:]
    if len(both) < 2:  # noqa: PLR2004 - a growth has two ends
        return []
    small, large = (ratio(measured[size], "proofline", "floor") for size in both)
    what = f"times the ratio to the floor at {both[0]:,}"
    return [judged(what, large / small, most=1.3)]


def judged(what: str, value: float, *, least: float = 0, most: float = float("inf")) -> str:
    """Give one line: the figure, the goal, and whether it is met."""
    goal = f"at least {least:g}" if least else f"at most {most:g}"
    verdict = "met" if least <= value <= most else "MISSED"
    return f"  {value:10,.2f} {what:42} {goal:15} {'not measured' if isnan(value) else verdict}"


def footnote(samples: Sequence[int]) -> list[str]:
    """Say how the starred rows came about."""
    small, large = samples
    return [
        "",
        f"* a straight line through samples of {small:,} and {large:,} cycles, not a run of all;",
        "  its peak is that of the larger sample.",
        "Every run is a process of its own, start included. Runs alternate; medians.",
    ]
