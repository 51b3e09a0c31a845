"""Decide one patient again and again in one process; print the medians in milliseconds.

The evidence is a folder of one patient, opened anew each time. What is measured is the decision:
handing the evidence to the engine, all facts, all findings and the outcome of every line; first on
the wall, then of the processor.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import date
from pathlib import Path

from proofline.decide import Asked
from proofline.decide.engines.sqlite import on_sqlite
from proofline.decide.run import run
from proofline.evidence import open_evidence


def decided(folder: Path, as_of: date) -> tuple[float, float]:
    """Decide once; the seconds that took on the wall and of the processor."""
    with open_evidence(folder, as_of=as_of) as evidence:
        wall, processor = time.perf_counter(), time.process_time()
        with on_sqlite(evidence) as engine:
            run(engine, Asked(as_of))
            return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    """Decide once to warm up, then as often as asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    took = [decided(asked.folder, asked.as_of) for _ in range(asked.times + 1)][1:]
    print(*(1000 * statistics.median(figures) for figures in zip(*took, strict=True)))


if __name__ == "__main__":
    main()
