"""Do forecasts come true? Closed cycles, told again as of the days when they were open.

    python bench/forecast.py --seeds 11,12 --everyday 250 --into /tmp/proofline-forecast

Makes the demonstration practice (`proofline demo --seed N --everyday M`), forecasts it as of every
few days with what was known then, and compares with what came of each cycle. The prior is learned
from cycles that were over on that very day, so nothing is tested on what it was fitted to.

Told are, for each decile of the chance, how many forecasts there were, of how many cycles, what was
said and what came; and the Brier score (mean squared error of the chance; less is better) beside
that of two who only divide:

    share       days so far / days elapsed
    projection  the same share of the whole period, as part of what is needed, at most 1

Only what was still open counts: a rung already reached, or out of reach, is no forecast. Minutes
and calls have no chance and are not here. A decile is judged if it holds forecasts of at least 30
cycles. `calibration.svg` in the folder shows the same.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

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
ENOUGH = 30
GOAL = "99454"
"""The code whose forecast has to hold; of the short one few forecasts are ever in the middle."""
ALLOWED = 0.05
CODES = {"99454": "device supply, the full code", "99445": "device supply, the short code"}


@dataclass(frozen=True, slots=True)
class Case:
    """One forecast of one rung, what the others say, and what came; `line` begins with whose."""

    line: Line
    said: float
    share: float
    projection: float
    came: bool


def cases(folder: Path, end: date, every: int) -> Iterator[Case]:
    """Forecast as of every few days, and yield what came of the periods over by the end."""
    truth = outcomes(folder, end)
    day = FIRST_DAY + timedelta(days=every)
    while day < end:
        print(f"\r{folder.name} as of {day}", end="", file=sys.stderr)
        with opened(folder, Asked(day)) as (run, _):
            for outlook in forecast(run, decisions(run)):
                yield from of_outlook(outlook, truth, folder.name)
        day += timedelta(days=every)
    print(file=sys.stderr)


def outcomes(folder: Path, end: date) -> dict[Line, bool]:
    """Say of each line of a closed cycle whether its counts were met in the end."""
    found: dict[Line, bool] = {}
    with opened(folder, Asked(end)) as (run, _):
        for one in decisions(run):
            told = one["period"]
            counted = asks(one, run.pages[one["pack"]])
            if one["outcome"] != "open" and counted is not None:
                key = one["enrollment_id"], told["kind"], told["start"], one["code"]
                found[key] = met(counted)
    return found


def of_outlook(outlook: Outlook, truth: dict[Line, bool], practice: str) -> Iterator[Case]:
    """Yield the cases of one outlook: of lines whose end is known and was not known then."""
    elapsed = (outlook.as_of - outlook.period_start).days + 1
    length = elapsed + outlook.days_left
    for rung in outlook.rungs:
        key = (*outlook.key[:1], *outlook.key[2:], rung.code)
        undecided = rung.verdict in {"on_course", "at_risk"}
        if rung.earns and undecided and rung.chance is not None and key in truth:
            yield case(rung, (practice, *key), elapsed / length, truth[key])


def case(rung: Rung, line: Line, gone: float, came: bool) -> Case:  # noqa: FBT001
    """Put a forecast beside those of the two who divide; `gone` is the part of the period gone."""
    days = gone * 30
    share = min(rung.so_far / days, 1.0)
    return Case(line, rung.chance or 0.0, share, min(rung.so_far / gone / rung.needed, 1.0), came)


def brier(found: list[Case], who: str) -> float:
    """Give the mean squared error of somebody's chances."""
    return mean([float((getattr(one, who) - one.came) ** 2) for one in found])


def deciles(found: list[Case]) -> Iterator[tuple[int, list[Case]]]:
    """Yield the cases of each tenth of the chance said."""
    for tenth in range(10):
        here = [one for one in found if min(int(one.said * 10), 9) == tenth]
        if here:
            yield tenth, here


def table(code: str, found: list[Case]) -> tuple[list[str], bool]:
    """Write the table of one code, and tell whether it holds."""
    cycles = {one.line for one in found}
    lines = [f"{code}, {CODES[code]}: {len(found):,} forecasts of {len(cycles):,} cycles"]
    lines.append(f"  {'chance said':>12} {'forecasts':>10} {'cycles':>7} {'said':>6} {'came':>6}")
    holds = True
    for tenth, here in deciles(found):
        said, came = mean([one.said for one in here]), mean([one.came for one in here])
        enough = len({one.line for one in here}) >= ENOUGH
        off = enough and abs(said - came) > ALLOWED
        holds = holds and not off
        mark = "off" if off else "" if enough else "few"
        lines.append(
            f"  {tenth * 10:>5} to {tenth * 10 + 10:>3} {len(here):>10,}"
            f" {len({one.line for one in here}):>7,} {said:>6.3f} {came:>6.3f}  {mark}"
        )
    ours, share, projection = (brier(found, who) for who in ("said", "share", "projection"))
    better = ours < min(share, projection)
    lines.append(f"  Brier {ours:.4f}; share {share:.4f}, projection {projection:.4f}")
    verdict = f"calibrated {'yes' if holds else 'NO'}, better {'yes' if better else 'NO'}"
    return [*lines, f"  {verdict}"], holds and better


def mean(numbers: list[float] | list[bool]) -> float:
    """Give the mean."""
    return sum(numbers) / len(numbers)


def picture(found: dict[str, list[Case]]) -> str:
    """Draw what was said against what came, a curve for each code; on the diagonal all is true."""
    colors = {"99454": "#0b5cad", "99445": "#b3541e"}
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 470" font-size="12">',
        '<rect width="460" height="470" fill="#fff"/>',
        '<path d="M40 420V20M40 420H440" stroke="#888" fill="none"/>',
        '<path d="M40 420L440 20" stroke="#bbb" stroke-dasharray="4 4"/>',
        '<path d="M40 400L420 20M60 420L440 40" stroke="#eee"/>',
        '<text x="180" y="450">chance said</text>',
        '<text x="36" y="436">0</text><text x="425" y="436">100%</text>',
        '<text x="8" y="24">100%</text>',
        '<text x="14" y="260" transform="rotate(-90 14 260)">what came</text>',
    ]
    for place, (code, of_code) in enumerate(found.items()):
        points = [
            (40 + 400 * mean([c.said for c in here]), 420 - 400 * mean([c.came for c in here]))
            for _, here in deciles(of_code)
            if len({one.line for one in here}) >= ENOUGH
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        color = colors[code]
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="1.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>' for x, y in points]
        told = f"{code}: {CODES[code]}"
        parts.append(f'<text x="60" y="{36 + 18 * place}" fill="{color}">{told}</text>')
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    """Make the practices, tell them again, print the tables and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", default="11,12", help="with commas between them")
    parser.add_argument("--everyday", type=int, default=250, help="patients beside the usual ones")
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 8, 31))
    parser.add_argument("--every", type=int, default=4, help="days between forecasts")
    parser.add_argument("--into", type=Path, required=True, help="folder for practices and picture")
    asked = parser.parse_args()
    found: dict[str, list[Case]] = {code: [] for code in CODES}
    for seed in map(int, asked.seeds.split(",")):
        folder = asked.into / f"practice-{seed}-{asked.everyday}"
        make_practice(folder, seed=seed, end=asked.end, everyday=asked.everyday)
        for one in cases(folder, asked.end, asked.every):
            if one.line[-1] in found:
                found[one.line[-1]].append(one)
    fine = True
    for code, of_code in found.items():
        lines, holds = table(code, of_code)
        print("\n".join(lines))
        fine = fine and (holds or code != GOAL)
    (asked.into / "calibration.svg").write_text(picture(found), encoding="utf-8")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
