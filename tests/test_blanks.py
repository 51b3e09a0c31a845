"""No line comes out better because somebody left a cell empty, or wrote a word that nobody knows.

Each story has one thing that stands in the way of its lines. Every cell of it that may be empty is
emptied, one at a time; what then is billable, and was not, is a way to earn by not writing down.
Some blanks say something by the contract: an end that is not there has not come. A row with a word
that nobody knows is set aside and stands in nobody's way, so words are changed where nothing does.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import pytest

from proofline.decide import decide
from proofline.evidence.tables import TABLES
from scenarios import named_for, write
from storybook import Tables, as_csv, tell

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 12, 31)
GOOD = "days = 1..16; 45 min on 2026-03-10; call on 2026-03-10"
STORIES = {
    "GOOD": f"{GOOD}; no other_services",
    "SUPPLY": f"{GOOD}; + other_services code=99454, from_date=2026-03-15, billing_npi=others",
    "SETUP": f"{GOOD}; other_services.from_date = 2026-03-02",
    "RTM": f"{GOOD}; + enrollments enrollment_id=ENR-2, program=RTM, end_date=2026-04-20",
    "AGAIN": f"{GOOD}; + enrollments enrollment_id=ENR-2, setup_date=2026-02-10",
    "OWN": f"{GOOD}; + stays kind=global_surgery, from_date=2026-02-20, to_date=2026-05-20,"
    " performer_id=NP, related=true",
    "ACCESS": f"{GOOD}; + stays kind=access_model, from_date=2026-03-05, to_date=2026-04-20,"
    " performer_id=DOCTOR",
    "HOSPICE": f"{GOOD}; + stays kind=hospice, from_date=2026-03-05, to_date=2026-03-09",
    "ORDER": f"{GOOD}; enrollments.order_kind = none; enrollments.order_date = -",
    "NEW": f"{GOOD}; enrollments.established = false; enrollments.established_on = -",
    "BILLER": f"{GOOD}; performers.bills_em = false",
    "GADGET": f"{GOOD}; devices.fda_basis = none; devices.fda_reference = -",
    "PAPER": f"{GOOD}; devices.fda_reference = -",
    "SCHEDULING": "days = 1..30; 18 min on 2026-03-10; call on 2026-03-10;"
    " 5 min on 2026-03-11 with activity=scheduling",
    "NOBODY": "days = 1..30; 25 min on 2026-03-10; call on 2026-03-10 with reached=nobody",
    "VISIT": "days = 1..30; 25 min on 2026-03-10 with performer_id=NP; call on 2026-03-10;"
    " + other_services code=99214, from_date=2026-03-10, performer_id=NP",
    "CLAIMED": "days = 1..30; + enrollments enrollment_id=ENR-2, program=CCM; 20 min on 2026-03-10;"
    " 6 min on 2026-03-10 with enrollment_id=ENR-2; call on 2026-03-10",
    "NAMED": "days = 1..15; days = 16 with patient_id=PAT-9",
    "ELSEWHERE": "days = 1..15; days = 17 with patient_id=PAT-1; assignments.to_date = 2026-03-16",
}
SAYS_SO = {
    "assignments.to_date": "still there",
    "readings.patient_id": "found through the assignment",
    "readings.value": "no measurement",
}
"""Blanks that the contract reads as a fact."""
OPTIONAL = {table.name: {c.name for c in table.columns if not c.required} for table in TABLES}
WORDS = {
    table.name: {c.name for c in table.columns if c.kind in {"choice", "boolean", "date"}}
    for table in TABLES
}

Where = tuple[str, str, str, str]


def changed(name: str, told: str, columns: dict[str, set[str]]) -> dict[str, tuple[str, Tables]]:
    """Give the story once for each cell of these columns, changed to what is told, by a name."""
    found: dict[str, tuple[str, Tables]] = {}
    for table, rows in tell(STORIES[name]).tables().items():
        last = {str({k: v for k, v in row.items() if k not in MOMENTS}): row for row in rows}
        for row in last.values() if table != "sign_offs" else []:
            for column in sorted(columns[table] & {key for key, cell in row.items() if cell}):
                evidence = tell(STORIES[name]).tables()
                evidence[table][rows.index(row)][column] = told
                found[f"{name}{len(found)}"] = f"{table}.{column}", evidence
    return found


MOMENTS = {"reading_id", "measured_at", "received_at"}
"""What tells apart the readings of a story that are all alike; the last of them stands for them."""


def decided(told: dict[str, Tables], folder: Path) -> dict[str, dict[Where, tuple[str, int]]]:
    """Decide many stories in one folder, and give outcome and units of the lines of each."""
    tables: Tables = defaultdict(list)
    for name, evidence in told.items():
        for table, rows in evidence.items():
            tables[table] += named_for(name, rows)
    write({table: as_csv(rows) for table, rows in tables.items()}, folder)
    found: dict[str, dict[Where, tuple[str, int]]] = defaultdict(dict)
    for line in decide(folder, as_of=AS_OF, clock="month"):
        name, _, enrollment = line["enrollment_id"].partition("-")
        period = line["period"]
        where = enrollment, period["kind"], period["start"], line["code"]
        found[name][where] = line["outcome"], line["units"]
    return found


def better(now: dict[Where, tuple[str, int]], before: dict[Where, tuple[str, int]]) -> list[Where]:
    """Give the lines that are billable and were not, or for fewer units; not on a lower rung."""
    rungs = {"99445": "99454", "99470": "99457"}
    found = []
    for where, (outcome, units) in now.items():
        was = [before.get((*where[:3], code)) for code in (where[3], rungs.get(where[3], ""))]
        if outcome == "billable" and not any(
            one and one[0] == "billable" and one[1] >= units for one in was
        ):
            found.append(where)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "columns", "names"),
    [("", OPTIONAL, list(STORIES)), ("no-such-word", WORDS, ["GOOD"])],
    ids=["blank", "unknown word"],
)
def test_nothing_is_earned_by_not_telling(
    told: str, columns: dict[str, set[str]], names: list[str], tmp_path: Path
) -> None:
    variants = {key: one for name in names for key, one in changed(name, told, columns).items()}
    stories = {name: tell(STORIES[name]).tables() for name in names}
    made = decided(stories | {key: evidence for key, (_, evidence) in variants.items()}, tmp_path)
    earned = {
        (name, cell, where[3])
        for key, (cell, _) in variants.items()
        if cell not in SAYS_SO
        for name in [key.rstrip("0123456789")]
        for where in better(made[key], made[name])
    }
    assert len(variants) > 25
    assert earned == set()
