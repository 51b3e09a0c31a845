"""What was told as kept outlives a power cut at any instant; the probe can tell if it does not."""

from __future__ import annotations

import pytest

from probes import power_cut
from sampling import tried

CUTS = tried("PROBE_CUTS", 5_000, 50_000)
"""How many cuts the slow round tries: a minute of processor for all."""


@pytest.mark.parametrize("cuts", [150, pytest.param(CUTS, marks=pytest.mark.slow)])
def test_nothing_told_as_kept_is_lost_in_a_power_cut(cuts: int) -> None:
    found = power_cut.run(cuts, seed=cuts)
    assert found["n"] >= cuts
    assert (found["lost"], found["damaged"], found["ways"]) == (0, 0, {})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sabotage", "way"),
    [
        ("normal", "lost: nothing"),
        ("off", "damaged: pieces"),
        ("early", "lost: everything"),
    ],
)
def test_the_probe_sees_each_sabotage(sabotage: str, way: str) -> None:
    assert power_cut.run(400, seed=1, sabotage=sabotage)["ways"].get(way, 0) > 0
