"""Every edit of a small whole ledger by SQL is told, on both databases; sabotage is not."""

from __future__ import annotations

import pytest

from probes import edits
from sampling import tried

KINDS = {
    "bit",
    "null",
    "emptied",
    "shortened",
    "deleted",
    "doubled",
    "exchanged",
    "rotated",
    "tail",
}

ON_SQLITE = tried("PROBE_EDITS", 11, 1)
ON_POSTGRES = tried("PROBE_EDITS", 61, 1)
"""One of so many edits is tried; each of them takes some minutes."""


@pytest.mark.slow
def test_a_sample_of_all_edits_is_told() -> None:
    found = edits.run(each=613)
    assert (found["missed"], found["which"]) == (0, [])
    assert found["n"] > 60


@pytest.mark.slow
@pytest.mark.parametrize("sabotage", ["leaves", "rows"])
def test_the_probe_sees_a_verifier_that_believes_what_is_stored(sabotage: str) -> None:
    assert edits.run(each=997, sabotage=sabotage)["missed"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("postgres", "each"), [(False, ON_SQLITE), (True, ON_POSTGRES)], ids=["sqlite", "postgres"]
)
def test_every_bit_of_every_cell_and_every_row_is_told(postgres: bool, each: int) -> None:
    found = edits.run(postgres=postgres, each=each)
    assert (found["missed"], found["which"]) == (0, [])
    assert found["kinds"]["bit"] > 40_000 // each
    assert each > 1 or found["kinds"].keys() >= KINDS
    assert found["refused_by_the_database"].get("bit", 0) < found["kinds"]["bit"] // 20
