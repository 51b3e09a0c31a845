"""What packets cost: one after the other from one run, their memory, and the stranger's check.

python bench/packet.py --packets 10000 --data /tmp/proofline-bench

The practice is decided once; then packets of its lines are made, and not written. Growth is memory
at the end against memory after the first thousand: what is flat does not grow with their number.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from contenders import AS_OF, practice

from proofline.decide import Asked, opened
from proofline.packet import verify
from proofline.packet.archive import archived
from proofline.packet.gathering import Gathered, gathered

GOAL_SECONDS, GOAL_GROWTH = 0.15, 1.05
WARM, PACE = 1_000, 100
KILO = 1024


def held() -> float:
    """Give the memory that the process holds now, in MB."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * resource.getpagesize() / KILO / KILO


def lines(folder: Path) -> Iterator[Gathered]:
    """Decide the practice once and gather every line that is billable or held."""
    asked = Asked(date.fromisoformat(AS_OF))
    with opened(folder, asked) as (run, _):
        rows = run.engine.rows("SELECT enrollment_id FROM charts ORDER BY enrollment_id")
        ids = [row["enrollment_id"] for row in rows]
        yield from gathered(run, ids, lambda one: one["outcome"] in {"billable", "held"})


def told(what: str, figure: str, *, met: bool) -> None:
    """Print one line beside its goal."""
    print(f"{what:50}{figure:>26}   {'met' if met else 'MISSED'}")


def main() -> None:
    """Make the packets and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    data = Path(tempfile.gettempdir()) / "proofline-bench"
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--packets", type=int, default=10_000)
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    folder = practice(max(1, given.packets // 2), given.data)
    found = islice(lines(folder), given.packets)
    first = next(found)  # with the decision of the whole practice, once
    size, early, late, made, archive = 0, held(), held(), 1, archived(first.packet, first.grounds)
    begun = time.process_time()
    for made, one in enumerate(found, start=2):
        archive = archived(one.packet, one.grounds)
        size += len(archive)
        if made == min(WARM, given.packets // 2):
            early = held()
        if made % PACE == 0:
            late = held()  # while the run is open, not after
        if made % WARM == 0:
            print(f"{made:,} packets, {held():,.0f} MB", file=sys.stderr)
    each = (time.process_time() - begun) / max(1, made - 1)
    begun = time.process_time()
    verify.checked(archive, "")
    checked = time.process_time() - begun
    print(f"{made:,} packets of {size / max(1, made - 1) / KILO:,.0f} kB, decided once")
    told(
        "one packet, processor",
        f"{each * 1000:.1f} ms of {GOAL_SECONDS * 1000:.0f}",
        met=each <= GOAL_SECONDS,
    )
    growth = late / early
    told(
        f"memory at the end to that after {min(WARM, given.packets // 2):,}",
        f"{growth:.3f} ({late:,.0f} MB)",
        met=growth <= GOAL_GROWTH,
    )
    print(f"{'the stranger checks one, processor':50}{checked * 1000:>23.1f} ms")


if __name__ == "__main__":
    main()
