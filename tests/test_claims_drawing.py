"""Decisions become lines and claims: only billable ones, each always under the same id."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up_claims import BILLING_NPI, MBI, RENDERING_NPI, decision
from proofline.claims.claim import Claim
from proofline.claims.drawing import Drawn, Sheets, claim_id, draw, identity
from proofline.claims.parties import parted_name
from proofline.claims.payers.terms import terms_of
from proofline.claims.sheets.charges import Charges
from proofline.claims.sheets.directory import (
    CoverageEntry,
    Directory,
    PayerEntry,
    PractitionerEntry,
)
from proofline.claims.sheets.people import People, Row

EPOCH = date(1970, 1, 1)


def number(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH).days


def enrollment(**other: object) -> Row:
    usual: Row = {
        "enrollment_id": "MADEUP-E1",
        "patient_id": "MADEUP-P1",
        "billing_performer_id": "MADEUP-DOC",
        "ordering_performer_id": "",
        "diagnoses": "I10|E11.9",
        "payer_id": None,
        "place_of_service": None,
    }
    return usual | other


def coverage(name: str, kind: str, **other: object) -> Row:
    usual: Row = {
        "coverage_id": name,
        "patient_id": "MADEUP-P1",
        "payer_id": f"MADEUP-{name}",
        "kind": kind,
        "from_date": number("2020-01-01"),
        "to_date": None,
        "member_id": MBI,
    }
    return usual | other


def sheets(*enrollments: Row, coverages: list[Row] | None = None, **other: object) -> Sheets:
    people = People(
        enrollments={one["enrollment_id"]: one for one in enrollments or (enrollment(),)},
        patients={"MADEUP-P1": {"family_name": "Madeup", "given_name": "Ann", "sex": "female"}},
        coverages={"MADEUP-P1": coverages if coverages is not None else [MEDICARE]},
        performers={
            name: {"npi": RENDERING_NPI, "name": called, "practice_id": "MADEUP-PR"}
            for name, called in [("MADEUP-DOC", "Bo Sample MD"), ("MADEUP-DOC2", "Cy Other")]
        },
        practices={"MADEUP-PR": {"practice_id": "MADEUP-PR", "npi": BILLING_NPI}},
    )
    charges = Charges({code: ((date.min, cents),) for code, cents in CHARGED.items()})
    usual: dict[str, Any] = {"people": people, "charges": charges, "directory": Directory()}
    return Sheets(**(usual | other))


CHARGED = {"99453": 5_000, "99454": 12_000, "99457": 10_000, "99458": 9_000}
MEDICARE = coverage("A", "medicare_ffs")


def only(drawn: Drawn) -> Claim:
    assert len(drawn.claims) == 1
    assert drawn.undrawn == ()
    return drawn.claims[0]


@given(st.text(), st.sampled_from(["billable", "held", "open", "not_billable", "Billable", ""]))
def test_only_billable_decisions_are_drawn(enrollment_id: str, outcome: str) -> None:
    one = decision(outcome=outcome, enrollment_id=enrollment_id)
    drawn = draw([one], sheets(enrollment(enrollment_id=enrollment_id)))
    assert len(drawn.claims) == (1 if outcome == "billable" else 0)
    assert drawn.undrawn == ()


def test_a_line_is_drawn_from_its_decision_and_leads_back_to_it() -> None:
    claim = only(draw([decision("99458", units=3, service_date="2026-03-28")], sheets()))
    (line,) = claim.lines
    assert line.decision_key == "MADEUP-E1 cycle 2026-03-01 99458"
    assert (line.code, line.units, line.charge) == ("99458", 3, 27_000)
    assert (line.first_day, line.last_day) == (date(2026, 3, 28), date(2026, 3, 28))
    assert line.place_of_service == "11"
    assert claim.diagnoses == ("I10", "E119")
    assert line.diagnosis_pointers == (1, 2)


@given(st.text(), st.dates(), st.sampled_from(["99453", "99454", "99457"]))
def test_a_decision_always_has_the_same_line_id_of_x12s_basic_set(
    enrollment_id: str, start: date, code: str
) -> None:
    period = {"kind": "cycle", "start": start.isoformat()}
    one = decision(code, enrollment_id=enrollment_id, period=period)
    again = decision(code, enrollment_id=enrollment_id, period=period, units=2, pack="another")
    line_id, _ = identity(one)
    assert identity(again)[0] == line_id
    assert re.fullmatch("[A-Z0-9]{1,30}", line_id)
    assert identity(one | {"code": "99470"})[0] != line_id


def test_the_claim_id_is_fit_for_clm01_and_another_for_each_attempt() -> None:
    ids = {claim_id(["B", "A"], attempt) for attempt in range(1, 100)}
    assert len(ids) == 99
    assert claim_id(["A", "B"]) == claim_id(["B", "A"])
    assert all(re.fullmatch("[A-Z0-9]{20}", one) for one in ids)


def test_lines_of_one_patient_payer_and_practitioner_share_a_claim() -> None:
    codes = ["99453", "99454", "99457", "99458"]
    claim = only(draw([decision(code) for code in codes], sheets()))
    assert [line.code for line in claim.lines] == codes
    assert claim.total == 36_000


@pytest.mark.parametrize(
    "other",
    [
        enrollment(enrollment_id="MADEUP-E2", patient_id="MADEUP-P2"),
        enrollment(enrollment_id="MADEUP-E2", billing_performer_id="MADEUP-DOC2"),
    ],
)
def test_another_patient_or_practitioner_has_another_claim(other: Row) -> None:
    second = decision(enrollment_id="MADEUP-E2", patient_id=other["patient_id"])
    drawn = draw([decision(), second], sheets(enrollment(), other))
    assert [len(claim.lines) for claim in drawn.claims] == [1, 1]


def test_another_payer_on_the_service_date_has_another_claim() -> None:
    changed = [
        coverage("A", "medicare_ffs", to_date=number("2026-03-31")),
        coverage("B", "commercial", from_date=number("2026-04-01")),
    ]
    later = decision(service_date="2026-04-29", period={"kind": "cycle", "start": "2026-03-31"})
    drawn = draw([decision(), later], sheets(coverages=changed))
    kinds = [[one.payer.kind for one in claim.coverages] for claim in drawn.claims]
    assert kinds == [["medicare_ffs"], ["commercial"]]


def test_of_several_coverages_the_one_begun_last_pays_first() -> None:
    both = [MEDICARE, coverage("B", "commercial", from_date=number("2025-01-01"), member_id="X1")]
    claim = only(draw([decision()], sheets(coverages=both)))
    assert [(one.payer.kind, one.sequence) for one in claim.coverages] == [
        ("commercial", "P"),
        ("medicare_ffs", "S"),
    ]


def test_the_directory_settles_who_pays_first() -> None:
    both = [MEDICARE, coverage("B", "commercial", from_date=number("2019-01-01"), member_id="X1")]
    said = {"A": CoverageEntry("S", "12"), "B": CoverageEntry("P")}
    claim = only(draw([decision()], sheets(coverages=both, directory=Directory(coverage=said))))
    assert [(one.payer.kind, one.sequence, one.insurance_type) for one in claim.coverages] == [
        ("commercial", "P", ""),
        ("medicare_ffs", "S", "12"),
    ], "who is asked first stands first, or nobody could ever be asked"


def test_medicare_is_asked_before_a_supplement_that_began_later() -> None:
    both = [MEDICARE, coverage("B", "commercial", from_date=number("2025-01-01"), member_id="X1")]
    said = {"A": CoverageEntry("P"), "B": CoverageEntry("S")}
    claim = only(draw([decision()], sheets(coverages=both, directory=Directory(coverage=said))))
    assert [(one.payer.kind, one.sequence) for one in claim.coverages] == [
        ("medicare_ffs", "P"),
        ("commercial", "S"),
    ]


def test_without_a_coverage_the_enrollments_payer_is_asked_else_medicare() -> None:
    claim = only(draw([decision()], sheets(coverages=[])))
    assert claim.coverages[0].payer.kind == "medicare_ffs"
    named = Directory(payer={"MADEUP-X": PayerEntry("12345", "Made-up Health")})
    asked = sheets(enrollment(payer_id="MADEUP-X"), coverages=[], directory=named)
    payer = only(draw([decision()], asked)).coverages[0].payer
    assert (payer.id, payer.name) == ("12345", "Made-up Health")
    assert (payer.kind, payer.filing_code) == ("", "")


def test_medicare_gets_one_date_and_a_payer_that_wants_it_the_span() -> None:
    wants = Directory(payer={"MADEUP-B": PayerEntry("1", "Made-up", span_codes=("99454",))})
    covered = [coverage("B", "commercial")]
    both = [decision("99454"), decision("99457", service_date="2026-03-20")]
    spans = only(draw(both, sheets(coverages=covered, directory=wants))).lines
    assert [(line.first_day, line.last_day) for line in spans] == [
        (date(2026, 3, 1), date(2026, 3, 30)),
        (date(2026, 3, 20), date(2026, 3, 20)),
    ]
    single = only(draw([decision()], sheets())).lines[0]
    assert single.first_day == single.last_day == date(2026, 3, 30)


def test_a_code_without_a_charge_is_told_of_and_never_charged_nothing() -> None:
    drawn = draw([decision("99470"), decision("99454")], sheets())
    assert [line.code for line in drawn.claims[0].lines] == ["99454"]
    assert [edit.code for edit in drawn.undrawn] == ["charge.unknown"]
    assert drawn.undrawn[0].place == "MADEUP-E1 cycle 2026-03-01 99470"


def test_a_rural_clinic_is_not_billed_for_on_a_professional_claim() -> None:
    known = sheets()
    known.people.practices["MADEUP-PR"]["kind"] = "rhc"
    assert [edit.code for edit in draw([decision()], known).undrawn] == ["billing.institutional"]


def test_what_is_missing_stays_blank() -> None:
    known = sheets(enrollment(diagnoses=None), coverages=[])
    known.people.performers.clear()
    known.people.patients.clear()
    claim = only(draw([decision()], known))
    assert (claim.diagnoses, claim.billing.npi, claim.rendering.npi) == ((), "", "")
    assert (claim.patient.family_name, claim.patient.birth_date) == ("", None)


def test_a_claim_holds_at_most_fifty_lines_and_twelve_diagnoses() -> None:
    many = [
        decision(period={"kind": "cycle", "start": date(2020 + n // 12, n % 12 + 1, 1).isoformat()})
        for n in range(51)
    ]
    assert [len(claim.lines) for claim in draw(many, sheets()).claims] == [50, 1]
    first = enrollment(diagnoses="|".join(f"I{n}" for n in range(10, 20)))
    second = enrollment(enrollment_id="MADEUP-E2", diagnoses="E11.9|E78.5|N18.3")
    drawn = draw([decision(), decision(enrollment_id="MADEUP-E2")], sheets(first, second))
    assert [claim.diagnoses[0] for claim in drawn.claims] == ["I10", "E119"]


def test_each_line_points_to_the_diagnoses_of_its_own_enrollment() -> None:
    second = enrollment(enrollment_id="MADEUP-E2", diagnoses="E11.9|N18.30")
    both = [decision(), decision("99457", enrollment_id="MADEUP-E2")]
    claim = only(draw(both, sheets(enrollment(), second)))
    assert claim.diagnoses == ("I10", "E119", "N1830")
    assert [line.diagnosis_pointers for line in claim.lines] == [(1, 2), (2, 3)]


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Bo Sample MD", "Sample", "Bo"),
        ("Sample, Bo Q., MD", "Sample", "Bo Q."),
        ("Dr. Bo Sample", "Sample", "Bo"),
        ("Bo Sample, PA-C", "Sample", "Bo"),
        ("Sample", "Sample", ""),
        ("", "", ""),
    ],
)
def test_names_are_parted_without_titles(name: str, family: str, given: str) -> None:
    assert parted_name(name) == (family, given)


def test_the_directorys_name_goes_before_that_of_evidence() -> None:
    entry = PractitionerEntry("Van Sample", "Bo", "207Q00000X")
    named = Directory(practitioner={"MADEUP-DOC": entry})
    rendering = only(draw([decision()], sheets(directory=named))).rendering
    assert (rendering.family_name, rendering.given_name) == ("Van Sample", "Bo")


@pytest.mark.parametrize(
    ("service", "last"),
    [("2026-03-30", "2027-03-30"), ("2024-02-29", "2025-02-28"), ("2025-12-31", "2026-12-31")],
)
def test_medicare_takes_a_line_for_one_calendar_year(service: str, last: str) -> None:
    day = terms_of("medicare_ffs").last_filing_day(date.fromisoformat(service))
    assert day == date.fromisoformat(last)


def test_of_an_unknown_kind_of_payer_nothing_is_known() -> None:
    terms = terms_of("somebody_else")
    assert terms.last_filing_day(date(2026, 1, 1)) is None
    assert terms.takes("7") is None
    assert terms_of("medicare_ffs").takes("7") is False
    assert terms_of("medicaid").takes("8") is True
