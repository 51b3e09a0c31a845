"""What devices watch: every kind that our own intake writes is classified."""

from __future__ import annotations

import sqlite3
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import proofline
import scenarios
from proofline.decide import decide
from proofline.facts.story import sql
from proofline.intake.measurements.metrics import DEVICE_KIND
from proofline.intake.sources.fhir.codes import DEVICE_KINDS
from storybook import as_csv, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

SRC = Path(proofline.__file__).parent
BODY = {"blood_pressure", "glucose", "weight", "thermometer", "ecg"}
BREATH = {"pulse_oximeter", "respiration"}
EITHER = {"spirometer", "peak_flow"}


def written() -> set[str]:
    """Gather the kinds that come out of intake: by measurement, by FHIR's words, by 21 CFR."""
    regulations = tomllib.loads((SRC / "intake/fda/regulations.toml").read_text("utf-8"))
    return {*DEVICE_KIND.values(), *DEVICE_KINDS.values(), *regulations.values()} - {""}


def watched(kinds: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Ask the facts what devices of these kinds watch, and for which system."""
    with sqlite3.connect(":memory:") as book:
        book.execute("CREATE TABLE devices (device_id TEXT, kind TEXT)")
        book.executemany("INSERT INTO devices VALUES (?, ?)", [(kind, kind) for kind in kinds])
        return {key: (what, system) for key, what, system, _ in book.execute(sql("device_kinds"))}


def test_every_kind_that_intake_writes_is_classified() -> None:
    kinds = written()
    assert kinds == BODY | BREATH | EITHER
    told = watched(kinds)
    assert {kind for kind, (what, _) in told.items() if what == "body"} == BODY
    assert {kind for kind, (what, _) in told.items() if what == "breath"} == BREATH
    assert {kind for kind, (what, _) in told.items() if what == "either"} == EITHER


def test_kinds_are_named_in_the_patients_statement_by_the_same_words() -> None:
    measures = tomllib.loads((SRC / "packet/statement.toml").read_text("utf-8"))["en"]["measure"]
    assert watched(measures.keys() - {"other"}).keys() == measures.keys() - {"other"}


@pytest.mark.parametrize("kind", ["Peak_Flow", " peak flow ", "PEAK-FLOW-METER", "spirometer"])
def test_capitals_spaces_and_hyphens_tell_nothing(kind: str) -> None:
    assert [*watched([kind]).values()] == [("either", "respiratory")]


@pytest.mark.parametrize("kind", ["other", "", "smart shirt", "blood"])
def test_a_kind_that_tells_nothing_is_not_classified(kind: str) -> None:
    assert watched([kind]) == {}


def test_one_program_alone_is_decided_as_all_are(tmp_path: Path) -> None:
    """A cycle of the other program, cut short, is known of although nobody asks about its lines."""
    story = tell(
        "enrollments.end_date = 2026-03-20; enrollments.end_reason = changed;"
        "+ enrollments enrollment_id=ENR-2, program=RTM, setup_date=2026-03-21,"
        " order_date=2026-03-20, end_date=-, end_reason=-;"
        "+ consents consent_id=CON-2, program=RTM; + devices device_id=DEV-2, kind=goniometer;"
        "+ assignments device_id=DEV-2, from_date=2026-03-21;"
        "days = 1..16; days = 21..50 with device_id=DEV-2"
    )
    tables = {name: as_csv(rows) for name, rows in story.tables().items() if rows}
    folder = scenarios.write(tables, tmp_path)
    as_of = story.day_of_knowledge()
    every = [*decide(folder, as_of=as_of, engine="sqlite")]
    alone = [*decide(folder, as_of=as_of, program="RTM", engine="sqlite")]
    outcomes = [(line["code"], line["outcome"]) for line in alone]
    assert ("98977", "held") in outcomes
    assert alone == [line for line in every if line["program"] == "RTM"]


@pytest.mark.parametrize(
    ("setup", "codes"),
    [
        ("2025-03-01", {"98975", "98976", "98977", "98978", "98980"}),
        ("2026-03-01", {"98975", "98976", "98977", "98978", "98980"}),
    ],
)
def test_what_waits_for_the_kind_of_a_device_says_so(
    tmp_path: Path, setup: str, codes: set[str]
) -> None:
    """A reader of the finding alone must learn what would release the line."""
    story = tell(
        f"setup = {setup}; no other_services; enrollments.program = RTM; consents.program = RTM;"
        f"days = 1..16; 20 min on {setup}; call on {setup}"
    )
    tables = {name: as_csv(rows) for name, rows in story.tables().items() if rows}
    folder = scenarios.write(tables, tmp_path)
    made = decide(folder, as_of=story.day_of_knowledge(), engine="sqlite", clock="month")
    waits = {
        line["code"]: [said["cure"] for said in line["findings"] if said["status"] == "unproven"]
        for line in made
        if line["outcome"] == "held" and line["period"]["start"] == setup
    }
    assert waits.keys() == codes
    assert [said for cures in waits.values() for said in cures if "kind" not in said] == []
