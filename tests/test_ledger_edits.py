"""Every edit of a small whole ledger by SQL is told, on both databases; sabotage is not."""

from __future__ import annotations

import os

import pytest

from probes import edits

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

ON_POSTGRES = int(os.environ.get("PROBE_EDITS", "31"))
"""Every so many edits are tried on PostgreSQL too; PROBE_EDITS=1 tries each, in some minutes."""


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
    ("postgres", "each"), [(False, 1), (True, ON_POSTGRES)], ids=["sqlite", "postgres"]
)
def test_every_bit_of_every_cell_and_every_row_is_told(postgres: bool, each: int) -> None:
    found = edits.run(postgres=postgres, each=each)
    assert (found["missed"], found["which"]) == (0, [])
    assert found["kinds"]["bit"] > 40_000 // each
    assert each > 1 or found["kinds"].keys() >= KINDS
    assert found["refused_by_the_database"].get("bit", 0) < found["kinds"]["bit"] // 20
