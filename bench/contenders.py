"""Who runs, and on what: the command of each contender, and the practice made for a size."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from meter import measure, note

BENCH = Path(__file__).parent
AS_OF = "2026-11-20"  # every cycle of practice.sql has ended and been signed off by then


@dataclass(frozen=True)
class Contender:
    """One way to answer: its name in the table, its command, and whether it is too slow for all."""

    name: str
    title: str
    command: tuple[str, ...]
    sampled: bool = False

    def on(self, folder: Path, output: Path) -> list[str]:
        """Give the command with the folder it reads and the file it writes."""
        places = {"FOLDER": str(folder), "OUTPUT": str(output)}
        return [places.get(word, word) for word in self.command]


def script(name: str, *options: str) -> tuple[str, ...]:
    """Give the command of a script beside this one that reads a folder and writes a file."""
    return (sys.executable, str(BENCH / name), "FOLDER", *options)


def practice(cycles: int, data: Path) -> Path:
    """Give the folder of a practice of this size, made unless it lies there already."""
    folder = data / str(cycles)
    note(f"{cycles:,} cycles: practice in {folder}")
    # In a process of its own, so that the one that measures stays small.
    measure([sys.executable, str(BENCH / "practice.py"), str(cycles), str(folder)], data)
    return folder


WRITES = ("--as-of", AS_OF, "--output", "OUTPUT")
PROOFLINE = str(Path(sys.executable).with_name("proofline"))
DECIDES = (
    *(PROOFLINE, "decide", "FOLDER"),
    *("--as-of", AS_OF, "--format", "parquet", "--output", "OUTPUT"),
)
CONTENDERS = (
    Contender("start", "Python and DuckDB, doing nothing", (sys.executable, "-c", "import duckdb")),
    Contender("floor", "(a) the floor: day bitmaps", script("floor.py")),
    Contender("proofline", "Proofline", DECIDES),
    Contender("pandas", "(b) pandas", script("analyst.py", *WRITES)),
    Contender("oracle", "(c) the oracle", script("referee.py", *WRITES), sampled=True),
    Contender("openfisca", "(d) OpenFisca, situations",
              script("statute.py", *WRITES, "--way", "situations"), sampled=True),
    Contender("openfisca-arrays", "(d) OpenFisca, arrays",
              script("statute.py", *WRITES, "--way", "arrays")),
)  # fmt: skip
