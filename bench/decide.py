"""Proofline's whole decision beside the floor, pandas, the oracle and OpenFisca.

    python bench/decide.py --cycles 10000,100000,1000000 --data /tmp/proofline-bench

Read bench/README.md first: it says what is compared with what. Nothing here is a timed test.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

import report
from contenders import CONTENDERS, Contender, practice
from meter import UNFINISHED, BrokenRunError, Cost, line_through, measure, median, note

SAMPLES = (200, 2000)


@dataclass(frozen=True)
class Bench:
    """Where the practices lie, how often everything runs, and who takes part."""

    data: Path
    runs: int
    contenders: Sequence[Contender]

    def medians(self, cycles: int, contenders: Sequence[Contender]) -> dict[str, Cost]:
        """Run everybody in turn, again and again, on a practice of this size."""
        folder = practice(cycles, self.data)
        costs: dict[str, list[Cost]] = {one.name: [] for one in contenders}
        with tempfile.TemporaryDirectory(dir=self.data) as made:
            for run in range(self.runs):
                for one in contenders:
                    note(f"{cycles:,} cycles: run {run + 1} of {self.runs}, {one.name}")
                    output = Path(made) / f"{one.name}.parquet"
                    costs[one.name].append(attempt(one.on(folder, output), Path(made)))
        return {name: median(each) for name, each in costs.items()}


def attempt(command: Sequence[str], cwd: Path) -> Cost:
    """Measure a command; if it breaks (or memory runs out) say so and let the others go on."""
    try:
        return measure(command, cwd)
    except BrokenRunError as broken:
        note(f"did not finish: {broken}")
        return UNFINISHED


def figures(bench: Bench, sizes: Sequence[int]) -> dict[int, dict[str, Cost]]:
    """Measure every size; whoever only gets samples is put on a straight line through them."""
    sampled = [one for one in bench.contenders if one.sampled]
    whole = [one for one in bench.contenders if not one.sampled]
    small, large = (bench.medians(size, sampled) if sampled else {} for size in SAMPLES)
    measured = {}
    for size in sizes:
        stretched = {
            one.name: line_through(SAMPLES, (small[one.name], large[one.name]), at=size)
            for one in sampled
        }
        measured[size] = bench.medians(size, whole) | stretched
        print("\n".join(report.table(size, measured[size])), flush=True)
    return measured


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [one.name for one in CONTENDERS]
    parser.add_argument("--cycles", default="10000,100000", help="sizes, separated by commas")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(tempfile.gettempdir()) / "proofline-bench",
        help="where practices are kept between calls (about 1 GB for each million cycles)",
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of each, of which the median")
    parser.add_argument("--only", default=",".join(names), help=f"some of {','.join(names)}")
    return parser.parse_args()


def main() -> None:
    """Measure and print; exit status 1 if somebody did not finish."""
    asked = arguments()
    asked.data.mkdir(parents=True, exist_ok=True)
    wanted = asked.only.split(",")
    bench = Bench(asked.data, asked.runs, [one for one in CONTENDERS if one.name in wanted])
    measured = figures(bench, [int(size) for size in asked.cycles.split(",")])
    print("\n".join([*report.goals(measured), *report.footnote(SAMPLES)]))
    sys.exit(any(isnan(cost.seconds) for costs in measured.values() for cost in costs.values()))


if __name__ == "__main__":
    main()
