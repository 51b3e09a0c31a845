"""Each trap of the synthetic practice comes out as the rules say, worked out by hand for cycle 1.

The columns are supply and management: a code alone is billable, in brackets it is held, `-` is
nothing. A ladder that habit fills (the minutes of a trap that is about days) is not asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proofline.cli.demo import make_practice
from proofline.decide import decide

SUPPLY = ("99454", "99445")
MANAGEMENT = ("99457", "99458", "99470")

EXPECTED = """
UTC-FLIP-UP                 | 99445   |
UTC-FLIP-DOWN               | 99454   |
DST-START                   | 99454   |
DST-END                     | -       |
HONOLULU-LAST-EVENING       | 99454   |
GUAM-DAY-31                 | 99445   |
16-READINGS-8-DAYS          | 99445   |
TWO-DEVICES-SAME-DAY        | 99445   |
MANUAL-DAY-16               | 99445   |
UNKNOWN-ENTRY-DAY-16        | (99454) |
AMBIGUOUS-WEIGHT            | (99454) |
LATE-FROM-MEMORY            | 99454   |
LATE-NOT-YET-KNOWN          | 99445   |
DELIVERED-AGAIN             | 99445   |
HEARTBEAT                   | 99445   |
STRANGERS-DEVICE            | (99454) |
FEBRUARY-CYCLE              | 99454   |
YEAR-BOUNDARY               | 99445   |
YEAR-BOUNDARY-2025          | -       |
BAD-ROWS                    | 99445   |
MINUTES-19-AND-A-HALF       |         | 99470
REVIEWS-OF-31-SECONDS       |         | 99470
SHORT-AND-FULL-TIME         |         | 99457
THIRD-ADD-ON                |         | 99457 99458x3
FOURTH-ADD-ON               |         | 99457 99458x3
TWO-NURSES-ONE-CALL         |         | 99470
MINUTE-OF-TWO-PATIENTS-A    |         | (99457)
MINUTE-OF-TWO-PATIENTS-B    |         | (99457)
MINUTE-OF-RPM-AND-CCM       |         | (99457)
TEACHING-IS-SET-UP          |         | 99470
WORK-WITHOUT-A-NAME         |         | (99457)
ACROSS-MIDNIGHT             |         | 99457
TWO-CLOCKS                  |         | (99457)
CALL-MISSING                |         | -
CALL-VOICEMAIL              |         | -
CALL-TEXT-ONLY              |         | -
CALL-BOT                    |         | -
CALL-REACHED-WHOM           |         | (99457)
CONSENT-REVOKED             | 99445   |
CONSENT-NOT-ENTERED         | -       | -
SHORT-AND-FULL-SUPPLY       | 99454   |
BILLED-ALREADY              | -       |
ANOTHER-PRACTICE            | -       | -
RTM-BESIDE                  | -       | -
IN-HOSPITAL                 | 99445   |
DIED                        | 99445   |
WELLNESS-GADGET             | -       |
CLEARANCE-WITHOUT-NUMBER    | (99454) |
PATIENTS-OWN-CUFF           | (99454) |
NOBODY-SIGNED               | (99454) |
SIGNED-TOO-EARLY            | (99454) |
"""

SETUP = {
    "SETUP-TWICE": "-",
    "SETUP-NEVER": "(99453)",
    "SETUP-AGAIN": "99453",
    "CONSENT-WRITTEN-LATER": "99453",
    "PAYER-ANNOUNCED": "99453",
    "DST-END": "-",
    "WELLNESS-GADGET": "-",
}

Lines = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def first_cycles(tmp_path_factory: pytest.TempPathFactory) -> Lines:
    """Decide the practice once and keep the lines of each enrollment's first cycle."""
    folder: Path = tmp_path_factory.mktemp("practice")
    lines: Lines = {}
    for one in decide(folder, as_of=make_practice(folder, seed=7)):
        if one["period"]["number"] == 1:
            lines.setdefault(one["enrollment_id"], []).append(one)
    return lines


def carried(lines: list[dict[str, Any]], codes: tuple[str, ...]) -> str:
    """Write what a period carries of some codes: `99457 99458x3`, `(99454)` for held, `-`."""
    said = []
    for one in lines:
        if one["code"] in codes and one["outcome"] in {"billable", "held"}:
            name = one["code"] + (f"x{one['units']}" if one["units"] > 1 else "")
            said.append(name if one["outcome"] == "billable" else f"({name})")
    return " ".join(said) or "-"


@pytest.mark.parametrize("row", EXPECTED.strip().splitlines(), ids=lambda row: row.split()[0])
def test_the_first_cycle_of_a_trap(row: str, first_cycles: Lines) -> None:
    name, supply, management = (cell.strip() for cell in row.split("|"))
    lines = first_cycles[f"DEMO-{name}-RPM"]
    if supply:
        assert carried(lines, SUPPLY) == supply
    if management:
        assert carried(lines, MANAGEMENT) == management


@pytest.mark.parametrize(("name", "expected"), SETUP.items())
def test_set_up_in_a_trap(name: str, expected: str, first_cycles: Lines) -> None:
    assert carried(first_cycles[f"DEMO-{name}-RPM"], ("99453",)) == expected


def test_a_second_episode_has_a_set_up_of_its_own(first_cycles: Lines) -> None:
    assert carried(first_cycles["DEMO-SETUP-AGAIN-RPM-2"], ("99453",)) == "99453"
