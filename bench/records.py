"""What it costs to keep every decision, and to replay it, beside making it: and what memory does.

    python bench/records.py --cycles 2000,20000 --data /tmp/proofline-bench

Each size is decided (`decide --format ndjson`), decided and kept (`--keep`), and replayed. Told are
processor seconds, their ratio to deciding alone, and the peak of memory, which must not grow with
the size beyond what the engine is given.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from meter import Cost, measure, note
from practice import make

PROOFLINE = (sys.executable, "-c", "from proofline.cli import main; main()")
AS_OF = "2026-12-31"


def costs(cycles: int, data: Path) -> dict[str, Cost]:
    """Measure the three commands on a practice of so many patients, one cycle each."""
    evidence = data / str(cycles)
    make(cycles, evidence)
    with tempfile.TemporaryDirectory(dir=data) as made:
        folder = Path(made)
        out = ["--format", "ndjson", "--output", str(folder / "decisions.ndjson")]
        decide = [*PROOFLINE, "decide", str(evidence), "--as-of", AS_OF, *out]
        found: dict[str, Cost] = {}
        for name, command in {
            "decide": decide,
            "decide and keep": [*decide, "--keep", str(folder / "records")],
            "replay": [*PROOFLINE, "replay", str(folder / "records")],
        }.items():
            note(f"{cycles:,} cycles: {name}")
            found[name] = measure(command, folder)
        shutil.rmtree(folder / "records")
    return found


def main() -> None:
    """Measure every size asked for and print a line for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", default="2000,20000", help="sizes, with commas between them")
    parser.add_argument("--data", type=Path, default=Path("/tmp/proofline-bench"))  # noqa: S108
    asked = parser.parse_args()
    for cycles in map(int, asked.cycles.split(",")):
        found = costs(cycles, asked.data)
        for name, cost in found.items():
            ratio = cost.processor / found["decide"].processor
            print(
                f"{cycles:>9,} cycles  {name:<16} {cost.processor:8.1f} s of processor"
                f"  {ratio:5.2f} x decide  {cost.peak / 2**20:7.0f} MiB at the peak"
            )


if __name__ == "__main__":
    main()
