"""Who is insured, and how a name is spelt, is checked before a claim is sent."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from made_up_claims import claim
from proofline.claims.claim import Claim, Coverage, Payer, Person
from proofline.claims.edits import Edit, Setting, edits

TODAY = date(2026, 5, 4)
PLAN = Payer("88888", "Made-up Plan", "commercial", "CI")
SPOUSE = Person("Madeup", "Robin")
MEDICARE = claim().coverages[0]


def through(coverage: Coverage) -> Claim:
    return claim(coverages=(coverage,))


def stopping(one: Claim) -> list[Edit]:
    return [edit for edit in edits(one, Setting(TODAY)) if edit.severity == "block"]


@pytest.mark.parametrize(
    "coverage",
    [
        replace(MEDICARE, relationship="01", insured=SPOUSE),
        Coverage(PLAN, "W1", relationship="01"),
        Coverage(PLAN, "W1", relationship="99", insured=SPOUSE),
        Coverage(PLAN, "W1", relationship="01", insured=Person("", "Robin")),
    ],
    ids=["medicare", "nobody named", "no such relationship", "no family name"],
)
def test_an_insured_who_is_not_on_file_stops_the_claim(coverage: Coverage) -> None:
    (found,) = stopping(through(coverage))
    assert (found.code, found.place) == ("payer.insured", "payer 1")
    assert found.cure


def test_a_patient_insured_through_a_spouse_passes() -> None:
    coverage = Coverage(PLAN, "W1", relationship="01", insured=SPOUSE)
    assert stopping(through(coverage)) == []


@pytest.mark.parametrize("name", ["\u041c\u0430\u0439", "\u4f8b\u5b50"])
def test_a_name_in_another_script_is_to_be_held_against_the_card(name: str) -> None:
    one = claim()
    found = edits(replace(one, patient=replace(one.patient, family_name=name)), Setting(TODAY))
    assert [(edit.code, edit.severity) for edit in found] == [("text.respelt", "warn")]
    assert "card" in found[0].cure
    assert name not in found[0].reason + found[0].cure
