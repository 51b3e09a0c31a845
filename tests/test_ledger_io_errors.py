"""What was told as kept survives a disk that fails anywhere; what is not known is told as that."""

from __future__ import annotations

import pytest

from probes import io_errors
from sampling import tried

EACH = tried("PROBE_EDITS", 7, 1)
"""Of so many moments the disk fails at one."""


@pytest.mark.parametrize("each", [97, pytest.param(EACH, marks=pytest.mark.slow)])
def test_nothing_told_as_kept_is_lost_when_the_disk_fails(each: int) -> None:
    found = io_errors.run(seed=1, each=each)
    assert (found["wrong"], found["ways"]) == (0, {})
    assert found["n"] > 1_200 // each
    assert found["told"]["unknown"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sabotage", "way"),
    [("swallow", "lost"), ("early", "lost"), ("denied", "there though refused")],
)
def test_the_probe_sees_each_sabotage(sabotage: str, way: str) -> None:
    ways = io_errors.run(seed=1, sabotage=sabotage, each=97)["ways"]
    assert any(name.startswith(way) for name in ways)
