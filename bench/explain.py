"""How long one answer takes: `proofline explain` from a cold process, and a decision in a warm one.

python bench/explain.py --data /tmp/proofline-bench
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from compileall import compile_dir
from math import nan
from pathlib import Path

from contenders import AS_OF, BENCH, PROOFLINE, practice
from meter import Cost, measure, median

import proofline

CYCLES = 10_000
COLD_GOAL, WARM_GOAL = 0.3, 0.05


def cold(folder: Path, runs: int) -> Cost:
    """Explain patients far apart, each in a process of its own; the median."""
    asked = [f"ENR-{CYCLES * (2 * run + 1) // (2 * runs):08}" for run in range(runs)]
    compile_dir(Path(proofline.__file__).parent, quiet=1)  # as installing does
    commands = [
        [PROOFLINE, "explain", enrollment, "--evidence", str(folder), "--as-of", AS_OF]
        for enrollment in asked
    ]
    return median([measure(command, folder.parent) for command in commands])


def warm(folder: Path) -> Cost:
    """Decide one patient in a process that did so before; the median."""
    command = [sys.executable, str(BENCH / "warm.py"), str(folder), "--as-of", AS_OF]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, processor = (float(figure) / 1000 for figure in said.stdout.split())
    return Cost(seconds, processor, nan)


def told(what: str, cost: Cost, goal: float) -> str:
    """Give one line: wall and processor, the goal, and whether the wall meets it."""
    verdict = "met" if cost.seconds <= goal else "MISSED"
    figures = f"{cost.seconds * 1000:8,.0f} ms{cost.processor * 1000:8,.0f} ms of processor"
    return f"{what:55}{figures}   goal {goal * 1000:4.0f} ms   {verdict}"


def main() -> None:
    """Measure both and print them beside their goals."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, default=Path(tempfile.gettempdir()) / "proofline-bench"
    )
    parser.add_argument("--runs", type=int, default=11, help="cold runs, of which the median")
    asked = parser.parse_args()
    asked.data.mkdir(parents=True, exist_ok=True)
    cost = cold(practice(CYCLES, asked.data), asked.runs)
    print(told(f"explain, cold process, folder of {CYCLES:,} patients", cost, COLD_GOAL))
    cost = warm(practice(1, asked.data))
    print(told("decide, warm process, folder of one patient", cost, WARM_GOAL))


if __name__ == "__main__":
    main()
