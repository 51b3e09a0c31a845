"""(d) OpenFisca-core with the same rules, over facts counted with numpy beforehand.

Two ways. `--way arrays` sets whole columns at once: the best OpenFisca can do. `--way situations`
builds and calculates one situation a patient, as its web API does for each request; the driver
does this on a sample and scales.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

import counted
import law
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core.simulations import SimulationBuilder

YEAR = "2026"
OUTCOMES = np.array(["not_billable", "held", "billable"])


def by_arrays(facts: dict[str, counted.Array], size: int) -> dict[str, counted.Array]:
    """Calculate all patients in one simulation."""
    simulation = SimulationBuilder().build_default_simulation(law.system(), count=size)
    for name, column in facts.items():
        simulation.set_input(name, YEAR, column)
    return {name: simulation.calculate(name, YEAR) for name in answers()}


def by_situations(facts: dict[str, counted.Array], size: int) -> dict[str, counted.Array]:
    """Calculate each patient in a simulation of its own, from a dictionary."""
    system, found = law.system(), {name: np.zeros(size, np.int64) for name in answers()}
    for row in range(size):
        situation = {name: {YEAR: column[row].item()} for name, column in facts.items()}
        simulation = SimulationBuilder().build_from_dict(system, {"patients": {"one": situation}})
        for name, column in found.items():
            column[row] = simulation.calculate(name, YEAR)[0]
    return found


WAYS: dict[str, Any] = {"arrays": by_arrays, "situations": by_situations}


def answers() -> list[str]:
    """Name the variables that are asked for."""
    return [f"{what}_{code}" for code in law.CODES for what in ("outcome", "units")]


def main() -> None:
    """Count, calculate, write one line per patient and code as Parquet."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--way", choices=sorted(WAYS), default="arrays")
    asked = parser.parse_args()
    patients, facts = counted.count(asked.folder, asked.as_of)
    found = WAYS[asked.way](facts, len(patients))
    lines = [
        pa.table({
            "patient_id": patients,
            "code": np.repeat(code, len(patients)),
            "outcome": OUTCOMES[found[f"outcome_{code}"]],
            "units": found[f"units_{code}"],
        })
        for code in law.CODES
    ]  # fmt: skip
    pq.write_table(pa.concat_tables(lines), asked.output)


if __name__ == "__main__":
    main()
