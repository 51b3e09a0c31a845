"""Do forecasts come true? Closed cycles, told again as of the days when they were open.

    python bench/forecast.py --seeds 11,12 --into /tmp/proofline-forecast

Makes the demonstration practice of each seed (`proofline demo --seed N`), with a year of data as
`proofline serve --demo` has, forecasts it as of every
few days with what was known then, and compares with what came of each cycle. The prior is learned
from cycles that were over on that very day, so nothing is tested on what it was fitted to.

Who knows what: the generator (`cli/demo/habits.py`, `days.py`) draws shares, weekends, silences,
late beginnings, ends and work, and is told nothing of the forecast. The forecast (`insight`) sees
evidence alone, as of any practice, and is told nothing of the generator. No cycle is left out; a
trap's first cycle is written down, not drawn, and is judged like the others.

Told are, for each decile of the chance, how many forecasts there were, of how many cycles, what was
said and what came, and the standard error of their difference. Forecasts of one patient hang
together, and so do those of one practice, for one past teaches them. So the error is told twice,
with patients and with practices as what is drawn; of few practices the second one is rough. And
told is the Brier score (mean squared error of the chance; less is better) beside

    share       days so far / days elapsed; of minutes: so far / needed
    projection  what the whole period would have at the same pace, as part of what is needed, at
                most 1
    rate        the same chance for all, the best that there is in hindsight

Only what was still open counts: a rung already reached, or out of reach, is no forecast, and where
too few cycles are closed none is told. What is judged is each code by itself and, as one more
table, all forecasts together. A decile is judged from `ENOUGH` forecasts on. The goals are met if
every judged decile is within `ALLOWED`, whatever its error, and the Brier score is below those of
share and projection. A decile that is `OFF` by less than two errors of its patients may be so by
chance: that is said beside it and excuses nothing. Nor does a small gap prove much where the error
is as large: `calibration.svg` in the folder shows the same.

What a day knew is kept in the folder as well (`told_again`), so that another forecast of the same
seeds decides nothing again.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import inf, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from calibration_picture import picture
from told_again import Case, of_seed

if TYPE_CHECKING:
    from collections.abc import Iterator

Line = tuple[str, ...]
HEAD = "  said   came  error of practices"
FEW, OFF = "few", "OFF"
ENOUGH = 100
ALLOWED = 0.05
CODES = {
    "99454": "device supply, 16 days",
    "99445": "device supply, 2 days",
    "99470": "management, 10 minutes and a call",
    "99457": "management, 20 minutes and a call",
    "99458": "management, 40 minutes and a call",
}
ALL = "all codes"
OTHERS = ("share", "projection")
PRACTICE, PATIENT = 1, 2
"""How much of a line names the practice, and how much the patient's enrollment in it."""


@dataclass(slots=True)
class Told:
    """What was forecast of one code; `few` counts what was not told, for want of closed cycles."""

    cases: list[Case]
    few: int = 0

    def add(self, one: Case | None) -> None:
        """Add a forecast, or that none was told."""
        if one is None:
            self.few += 1
        else:
            self.cases.append(one)


def brier(found: list[Case], who: str) -> float:
    """Give the mean squared error of somebody's chances."""
    return mean([float((getattr(one, who) - one.came) ** 2) for one in found])


def deciles(found: list[Case]) -> Iterator[tuple[int, list[Case]]]:
    """Yield the cases of each tenth of the chance said."""
    for tenth in range(10):
        here = [one for one in found if min(int(one.said * 10), 9) == tenth]
        if here:
            yield tenth, here


def table(title: str, told: Told) -> tuple[list[str], bool]:
    """Write the table of one code, or of all, and tell whether its goals are met."""
    found = told.cases
    periods = {one.line for one in found}
    untold = f"{told.few:,} not told for want of closed ones"
    rows = [row(tenth, here) for tenth, here in deciles(found)]
    ours, *theirs = (brier(found, who) for who in ("said", *OTHERS))
    better = ours < min(theirs)
    rate = mean([one.came for one in found])
    within = f"{ENOUGH} or more within {ALLOWED * 100:.0f} points"
    told_of = ", ".join(f"{who} {score:.4f}" for who, score in zip(OTHERS, theirs, strict=True))
    return [
        f"{title}: {len(found):,} forecasts of {len(periods):,} periods, {untold}",
        f"  {'chance said':>12} {'forecasts':>10} {'periods':>8} {HEAD}",
        *(line for line, _ in rows),
        f"  Brier {ours:.4f}; {told_of}, rate {rate * (1 - rate):.4f}",
        f"  goal: deciles of {within}: {calibrated(rows)}",
        f"  goal: a lower Brier score than share and projection: {'met' if better else 'NOT MET'}",
    ], better and not any(wide.startswith(OFF) for _, wide in rows)


def row(tenth: int, here: list[Case]) -> tuple[str, str]:
    """Write the line of a decile, and give its mark."""
    said, came = points(here)
    patients, practices = error(here, PATIENT), error(here, PRACTICE)
    wide = mark(len(here), said - came, patients)
    periods = len({one.line for one in here})
    line = (
        f"  {tenth * 10:>5} to {tenth * 10 + 10:>3} {len(here):>10,} {periods:>8,}"
        f" {said:>6.3f} {came:>6.3f} {patients:>6.3f} {practices:>6.3f}  {wide}"
    )
    return line.rstrip(), wide


def calibrated(rows: list[tuple[str, str]]) -> str:
    """Say in how many of the judged deciles the goal is missed, and how often beyond chance."""
    judged = [wide for _, wide in rows if wide != FEW]
    off = [wide for wide in judged if wide.startswith(OFF)]
    if not off:
        return f"met in all {len(judged)}"
    return f"NOT MET in {len(off)} of {len(judged)}, {off.count(OFF)} of them beyond two errors"


def error(found: list[Case], whose: int) -> float:
    """Give the standard error of what came less what was said, if so much of a line is drawn."""
    sums: dict[Line, list[float]] = {}
    for one in found:
        sums.setdefault(one.line[:whose], []).append(one.came - one.said)
    if len(sums) == 1:
        return inf
    off = sum(map(sum, sums.values())) / len(found)
    squares = sum((sum(one) - off * len(one)) ** 2 for one in sums.values())
    return sqrt(squares * len(sums) / (len(sums) - 1)) / len(found)


def mark(forecasts: int, gap: float, patients: float) -> str:
    """Say of a decile whether it is judged and off, and whether that may be chance."""
    if forecasts < ENOUGH:
        return FEW
    if abs(gap) <= ALLOWED:
        return ""
    return f"{OFF}, may be chance" if abs(gap) < 2 * patients else OFF


def points(found: list[Case]) -> tuple[float, float]:
    """Give the mean of what was said and of what came."""
    return mean([one.said for one in found]), mean([one.came for one in found])


def mean(numbers: list[float] | list[bool]) -> float:
    """Give the mean."""
    return sum(numbers) / len(numbers)


def main() -> None:
    """Make the practices, tell them again, print the tables and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", default="11,12", help="with commas between them")
    parser.add_argument("--everyday", type=int, default=0, help="patients beside the usual ones")
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 12, 31))
    parser.add_argument("--jobs", type=int, default=1, help="practices told at the same time")
    parser.add_argument("--every", type=int, default=9, help="days between forecasts")
    parser.add_argument("--clock", choices=("cycle", "month"), default="cycle")
    parser.add_argument("--into", type=Path, required=True, help="folder for practices and picture")
    asked = parser.parse_args()
    titles = {code: f"{code}: {what}" for code, what in CODES.items()}
    found = {name: Told([]) for name in (*CODES, ALL)}
    seeds = [int(seed) for seed in asked.seeds.split(",")]
    with ProcessPoolExecutor(asked.jobs) as pool:
        for of_one in pool.map(partial(of_seed, asked), seeds):
            for code, one in of_one:
                if code in CODES:
                    found[code].add(one)
                    found[ALL].add(one)
    fine = True
    for name, told in found.items():
        lines, holds = table(titles.get(name, name), told)
        print("\n".join(lines))
        fine = fine and holds
    curves = {
        titles.get(name, name): [
            points(here) for _, here in deciles(told.cases) if len(here) >= ENOUGH
        ]
        for name, told in found.items()
    }
    (asked.into / "calibration.svg").write_text(picture(curves), encoding="utf-8")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
