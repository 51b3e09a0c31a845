"""Decide one patient again and again in one process; print the median in milliseconds.

The evidence is a folder of one patient: reading it, all facts, all findings and writing the lines
are inside, only the start of Python and the first, cold decision are not.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from proofline.decide import write_parquet


def main() -> None:
    """Decide once to warm up, then as often as asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    took = []
    with tempfile.TemporaryDirectory() as made:
        for _ in range(asked.times + 1):
            start = time.perf_counter()
            write_parquet(asked.folder, Path(made) / "lines.parquet", as_of=asked.as_of)
            took.append(time.perf_counter() - start)
    print(1000 * statistics.median(took[1:]))


if __name__ == "__main__":
    main()
