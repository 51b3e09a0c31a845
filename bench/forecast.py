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
too few cycles are closed none is told. A decile is judged from `ENOUGH` forecasts on. The goals are
met if every judged decile of a code is within `ALLOWED`, whatever its error, and its Brier score is
below those of share and projection. A decile that is `OFF` by less than two errors of its patients
may be so by chance, and is marked. `calibration.svg` in the folder shows the same.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from math import inf, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from calibration_picture import picture

from proofline.cli.demo import make_practice
from proofline.cli.demo.plan import FIRST_DAY
from proofline.decide import Asked, opened
from proofline.decide.decision import decisions
from proofline.insight import forecast
from proofline.insight.counts import asks
from proofline.insight.standing import met

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.insight import Outlook, Rung

Line = tuple[str, ...]
HEAD = "  said   came  error of practices"
ENOUGH = 100
ALLOWED = 0.05
CODES = {
    "99454": "device supply, 16 days",
    "99445": "device supply, 2 days",
    "99470": "management, 10 minutes and a call",
    "99457": "management, 20 minutes and a call",
    "99458": "management, 40 minutes and a call",
}
OTHERS = ("share", "projection")
PRACTICE, PATIENT = 1, 2
"""How much of a line names the practice, and how much the patient's enrollment in it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One forecast of one rung, what the others say, and what came; `line` begins with whose."""

    line: Line
    said: float
    share: float
    projection: float
    came: bool


Found: TypeAlias = "tuple[str, Case | None]"
"""A code with a forecast of it; None: too few cycles were closed for one."""


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


def of_seed(asked: argparse.Namespace, seed: int) -> list[Found]:
    """Make the practice of a seed and tell it again."""
    folder = asked.into / f"practice-{seed}-{asked.everyday}"
    make_practice(folder, seed=seed, end=asked.end, everyday=asked.everyday)
    return list(tell_again(folder, asked))


def tell_again(folder: Path, asked: argparse.Namespace) -> Iterator[Found]:
    """Forecast as of every few days; yield codes with what came of the periods over by the end."""
    truth = outcomes(folder, Asked(asked.end, asked.clock))
    day = FIRST_DAY + timedelta(days=asked.every)
    while day < asked.end:
        print(f"{folder.name} as of {day}", file=sys.stderr)
        with opened(folder, Asked(day, asked.clock)) as (run, _):
            for outlook in forecast(run, decisions(run)):
                yield from of_outlook(outlook, truth, folder.name)
        day += timedelta(days=asked.every)


def outcomes(folder: Path, asked: Asked) -> dict[Line, bool]:
    """Say of each line of a closed period whether its counts were met in the end."""
    found: dict[Line, bool] = {}
    with opened(folder, asked) as (run, _):
        for one in decisions(run):
            told = one["period"]
            counted = asks(one, run.pages[one["pack"]])
            if one["outcome"] != "open" and counted is not None:
                key = one["enrollment_id"], told["kind"], told["start"], one["code"]
                found[key] = met(counted)
    return found


def of_outlook(outlook: Outlook, truth: dict[Line, bool], practice: str) -> Iterator[Found]:
    """Yield the cases of one outlook: of lines whose end is known and was not known then."""
    elapsed = (outlook.as_of - outlook.period_start).days + 1
    gone = elapsed / (elapsed + outlook.days_left)
    for rung in outlook.rungs:
        key = (*outlook.key[:1], *outlook.key[2:], rung.code)
        if not rung.earns or rung.verdict in {"reached", "unreachable"} or key not in truth:
            continue
        if rung.chance is not None:
            yield rung.code, case(rung, (practice, *key), (elapsed, gone), came=truth[key])
        elif rung.few:
            yield rung.code, None


def case(rung: Rung, line: Line, time: tuple[int, float], *, came: bool) -> Case:
    """Put a forecast beside those of the two who divide, by the days gone and their part."""
    elapsed, gone = time
    whole = elapsed if rung.fact == "transmission_days" else rung.needed
    projection = min(rung.so_far / gone / rung.needed, 1.0)
    return Case(line, rung.chance or 0.0, min(rung.so_far / whole, 1.0), projection, came)


def brier(found: list[Case], who: str) -> float:
    """Give the mean squared error of somebody's chances."""
    return mean([float((getattr(one, who) - one.came) ** 2) for one in found])


def deciles(found: list[Case]) -> Iterator[tuple[int, list[Case]]]:
    """Yield the cases of each tenth of the chance said."""
    for tenth in range(10):
        here = [one for one in found if min(int(one.said * 10), 9) == tenth]
        if here:
            yield tenth, here


def table(code: str, told: Told) -> tuple[list[str], bool]:
    """Write the table of one code, and tell whether its goals are met."""
    found = told.cases
    cycles = {one.line for one in found}
    untold = f"{told.few:,} not told for want of closed ones"
    lines = [
        f"{code}, {CODES[code]}: {len(found):,} forecasts of {len(cycles):,} periods, {untold}",
        f"  {'chance said':>12} {'forecasts':>10} {'periods':>8} {HEAD}",
    ]
    off = 0
    for tenth, here in deciles(found):
        said, came = points(here)
        errors = error(here, PATIENT), error(here, PRACTICE)
        wide = mark(len(here), said - came, errors[0])
        off += wide.startswith("OFF")
        lines.append(
            f"  {tenth * 10:>5} to {tenth * 10 + 10:>3} {len(here):>10,}"
            f" {len({one.line for one in here}):>8,} {said:>6.3f} {came:>6.3f}"
            f" {errors[0]:>6.3f} {errors[1]:>6.3f}  {wide}".rstrip()
        )
    ours, *theirs = (brier(found, who) for who in ("said", *OTHERS))
    better = ours < min(theirs)
    rate = mean([one.came for one in found])
    told_of = ", ".join(f"{who} {score:.4f}" for who, score in zip(OTHERS, theirs, strict=True))
    calibrated = f"NOT MET in {off}" if off else "met"
    lines += [
        f"  Brier {ours:.4f}; {told_of}, rate {rate * (1 - rate):.4f}",
        f"  goal: deciles of {ENOUGH} or more within {ALLOWED * 100:.0f} points: {calibrated}",
        f"  goal: a lower Brier score than share and projection: {'met' if better else 'NOT MET'}",
    ]
    return lines, better and not off


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
        return "few"
    if abs(gap) <= ALLOWED:
        return ""
    return "OFF, may be chance" if abs(gap) < 2 * patients else "OFF"


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
    found = {code: Told([]) for code in CODES}
    seeds = [int(seed) for seed in asked.seeds.split(",")]
    with ProcessPoolExecutor(asked.jobs) as pool:
        for of_one in pool.map(partial(of_seed, asked), seeds):
            for code, one in of_one:
                if code in found:
                    found[code].add(one)
    fine = True
    for code, told in found.items():
        lines, holds = table(code, told)
        print("\n".join(lines))
        fine = fine and holds
    curves = {
        f"{code}: {CODES[code]}": [
            points(here) for _, here in deciles(told.cases) if len(here) >= ENOUGH
        ]
        for code, told in found.items()
    }
    (asked.into / "calibration.svg").write_text(picture(curves), encoding="utf-8")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
