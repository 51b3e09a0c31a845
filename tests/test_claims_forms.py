"""The same claims in other forms: FHIR as HL7's model reads it, charge files as programs do."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.claim import Claim as FhirClaim
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from claim_strategies import CLAIM, DOCTOR, OTHER_SCRIPTS, PLAN, claims
from proofline.claims.claim import Adjustment, Claim, Coverage, Person, PriorPayment
from proofline.claims.out.charges import SAVED, charges, guarded, read_layout, saved
from proofline.claims.out.fhir_claim import fhir_claim
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.trouble import X12Refused

TODAY = date(2026, 3, 1)
MANDATORY = (
    "Patient ID (PC Ref)",
    "Provider Code",
    "Insurance Name",
    "Date of Service From",
    "Primary Policy #",
)
OURS = replace(CLAIM, patient_id="MADEUP-P1")
SECOND = replace(
    CLAIM,
    coverages=(
        replace(CLAIM.coverages[0], sequence="S", insurance_type="12"),
        Coverage(
            PLAN,
            "W1",
            "P",
            paid=7000,
            paid_on=date(2026, 2, 20),
            lines=(
                PriorPayment("C-1.1", 4000, (Adjustment("CO", "45", 370),)),
                PriorPayment("C-1.2", 3000, (Adjustment("PR", "2", 1850),)),
            ),
        ),
    ),
)


def fhir(claim: Claim) -> dict[str, object]:
    """Write a claim, let HL7's model accept it, and give it with exact decimals."""
    data = fhir_claim(claim, TODAY)
    assert data == fhir_claim(claim, TODAY)
    FhirClaim.model_validate_json(data)
    found: dict[str, object] = json.loads(data, parse_float=Decimal)
    return found


def rows(data: bytes) -> list[dict[str, str]]:
    """Read a charge file back."""
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@pytest.mark.slow
@settings(max_examples=60)
@given(claims())
def test_every_claim_is_one_that_fhir_accepts_with_the_same_money(claim: Claim) -> None:
    found = fhir(claim)
    assert found["total"] == {"value": Decimal(claim.total) / 100, "currency": "USD"}
    nets = [item["net"]["value"] for item in found["item"]]  # type: ignore[attr-defined]
    assert nets == [Decimal(line.charge) / 100 for line in claim.lines]
    held = {"#" + one["id"] for one in found["contained"]}  # type: ignore[attr-defined]
    named = set(references(found))
    assert named <= held


def references(value: object) -> list[str]:
    """Collect all references of a resource."""
    if isinstance(value, dict):
        own = value.get("reference")
        inner = [one for part in value.values() for one in references(part)]
        return [own, *inner] if isinstance(own, str) else inner
    return [one for part in value for one in references(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", OTHER_SCRIPTS.values(), ids=OTHER_SCRIPTS)
def test_fhir_and_charges_carry_names_in_every_script(name: str) -> None:
    claim = replace(OURS, patient=replace(CLAIM.patient, family_name=name))
    patient = fhir(claim)["contained"][0]  # type: ignore[index]
    assert patient["name"] == [{"family": name, "given": ["Pat"]}]
    assert name not in charges([claim], read_layout(SAVED / "practicesuite.toml")).decode()


def test_fhir_money_has_its_two_decimals() -> None:
    assert b'"total":{"value":92.20,"currency":"USD"}' in fhir_claim(CLAIM, TODAY)


@pytest.mark.slow
def test_fhir_says_what_the_first_payer_paid_and_why_not_more() -> None:
    found = fhir(SECOND)
    response = next(
        one
        for one in found["contained"]  # type: ignore[attr-defined]
        if one["resourceType"] == "ClaimResponse"
    )
    assert response["payment"]["amount"]["value"] == Decimal("70.00")
    amounts = [
        [part["amount"]["value"] for part in one["adjudication"]] for one in response["item"]
    ]
    assert amounts == [[Decimal("40.00"), Decimal("3.70")], [Decimal("30.00"), Decimal("18.50")]]
    assert found["insurance"][1]["claimResponse"] == {"reference": "#response-2"}  # type: ignore[index]


def test_fhir_refuses_a_first_payment_that_does_not_add_up() -> None:
    paid = replace(SECOND.coverages[1], paid=7001)
    with pytest.raises(X12Refused) as caught:
        fhir_claim(replace(SECOND, coverages=(SECOND.coverages[0], paid)), TODAY)
    assert caught.value.code == "claims.x12_prior_payment"


def test_a_void_is_cancelled_and_leads_to_what_it_takes_back() -> None:
    found = fhir(replace(CLAIM, frequency="8", original_reference="PAYER1"))
    assert found["status"] == "cancelled"
    assert found["related"][0]["reference"] == {"value": "PAYER1"}  # type: ignore[index]
    with pytest.raises(ClaimsError) as caught:
        fhir_claim(replace(CLAIM, frequency="7"), TODAY)
    assert caught.value.code == "claims.form_missing"


def test_a_claim_without_lines_is_no_fhir_claim() -> None:
    with pytest.raises(ClaimsError):
        fhir_claim(replace(CLAIM, lines=()), TODAY)


@pytest.mark.parametrize("pointer", [0, 3, -1])
def test_a_pointer_to_no_diagnosis_is_never_sent(pointer: int) -> None:
    line = replace(CLAIM.lines[0], diagnosis_pointers=(pointer,))
    claim = replace(OURS, lines=(line,))
    with pytest.raises(ClaimsError) as caught:
        fhir_claim(claim, TODAY)
    assert caught.value.code == "claims.form_impossible"
    with pytest.raises(ClaimsError) as caught:
        charges([claim], read_layout(SAVED / "practicesuite.toml"))
    assert caught.value.code == "claims.form_impossible"


def test_who_ordered_stands_beside_the_line() -> None:
    ordered = replace(CLAIM.lines[0], ordering=replace(DOCTOR, npi="1111111112"))
    found = fhir(replace(CLAIM, lines=(ordered, CLAIM.lines[1])))
    assert [one["careTeamSequence"] for one in found["item"]] == [[1, 2], [1]]  # type: ignore[attr-defined]


def test_practicesuite_has_its_mandatory_columns_first() -> None:
    layout = read_layout(SAVED / "practicesuite.toml")
    assert saved() == ["practicesuite"]
    assert tuple(column.name for column in layout.columns)[:5] == MANDATORY
    assert all(column.required for column in layout.columns[:5])
    data = charges([OURS], layout)
    assert data.count(b"\r\n") == 3
    found = rows(data)
    assert [found[0][name] for name in MANDATORY] == [
        "MADEUP-P1",
        "1245319599",
        "Medicare",
        "01/01/2026",
        "1EG4TE5MK73",
    ]
    assert [(one["CPT Code"], one["Units"], one["Charge"], one["Line ID"]) for one in found] == [
        ("99454", "1", "43.70", "C-1.1"),
        ("99457", "1", "48.50", "C-1.2"),
    ]
    assert [found[0][f"Diagnosis {number}"] for number in (1, 2, 3)] == ["I10", "E119", ""]


def test_an_empty_mandatory_cell_is_refused_without_a_word_of_the_patient() -> None:
    with pytest.raises(ClaimsError) as caught:
        charges([CLAIM], read_layout(SAVED / "practicesuite.toml"))
    assert caught.value.code == "claims.form_missing"
    assert "Patient ID (PC Ref)" in caught.value.message
    assert "Example" not in str(caught.value)


@given(st.sampled_from("=+-@\t\r\uff1d\uff0b\uff0d\uff20"), st.text(max_size=20))
def test_no_cell_begins_as_a_formula(mark: str, rest: str) -> None:
    assert guarded(mark + rest) == f"'{mark}{rest}"


@pytest.mark.slow
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_every_text_comes_back_guarded_and_whole(text: str) -> None:
    claim = replace(OURS, patient_id=text)
    cell = rows(charges([claim], read_layout(SAVED / "practicesuite.toml")))[0][MANDATORY[0]]
    assert cell == guarded(text)
    assert cell.lstrip()[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20") or not cell.lstrip()


def test_a_receivers_own_codes_and_fixed_texts(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        '[[column]]\nname = "Doctor"\nvalue = "rendering.npi"\ncodes = { "1245319599" = "DOC7" }\n'
        '[[column]]\nname = "Site"\nfixed = "-1"\n'
        '[[column]]\nname = "Day"\nvalue = "line.first_day"\ndates = "YYYYMMDD"\n'
    )
    layout = read_layout(path)
    assert charges([CLAIM], layout).splitlines()[1] == b"DOC7,'-1,20260101"
    other = replace(CLAIM, rendering=replace(DOCTOR, npi="1111111112"))
    with pytest.raises(ClaimsError) as caught:
        charges([other], layout)
    assert caught.value.code == "claims.charge_code"


BAD = {
    "= 1": ("the file", ""),
    "": ("column is missing", "[[column]]"),
    "title = 'x'\ncolum = 1": ("key colum", "Did you mean column?"),
    "[[column]]\nvalue = 'line.code'": ("column 1 has no name", "heading"),
    "[[column]]\nname = 'A'": ("column 1 needs either", "one of the two"),
    "[[column]]\nname = 'A'\nvalue = 'line.cod'": ("column 1, value", "Did you mean line.code?"),
    "[[column]]\nname = 'A'\nvalue = 'zzz'": ("column 1, value", "The values are claim.id"),
    "[[column]]\nname = 'A'\nvaleu = 'line.code'": ("column 1, valeu", "Did you mean value?"),
    "[[column]]\nname = 'A'\nfixed = 1": ("column 1, fixed is no text", "quotation"),
    "[[column]]\nname = 'A'\nfixed = 'b'\ndates = 'DMY'": ("column 1, dates", "MM/DD/YYYY"),
    "[[column]]\nname = 'A'\nfixed = 'b'\ncodes = [1]": ("column 1, codes", "theirs"),
    "[[column]]\nname = 'A'\nfixed = 'b'\nrequired = 1": ("column 1, required", "Write one"),
    "column = [1]": ("column 1 is no table", "[[column]]"),
    "[[column]]\nname='A'\nfixed='b'\n[[column]]\nname='A'\nfixed='c'": ("column 2", "Rename"),
}


@pytest.mark.parametrize("text", BAD)
def test_a_bad_mapping_is_refused_with_place_and_cure(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(ClaimsError) as caught:
        read_layout(path)
    place, cure = BAD[text]
    assert caught.value.code == "claims.charge_layout"
    assert f"bad.toml: {place}" in caught.value.message
    assert cure in caught.value.remedy
    assert caught.value.remedy


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClaimsError):
        read_layout(tmp_path / "none.toml")


def test_who_is_insured_is_a_related_person_of_the_patient() -> None:
    robin = Person("Example", "Robin", date(1948, 5, 6), "M")
    through = Coverage(PLAN, "W1", relationship="19", insured=robin)
    contained: Any = fhir(replace(OURS, coverages=(through,)))["contained"]
    (person,) = (one for one in contained if one["resourceType"] == "RelatedPerson")
    (coverage,) = (one for one in contained if one["resourceType"] == "Coverage")
    assert person["name"] == [{"family": "Example", "given": ["Robin"]}]
    assert coverage["subscriber"] == {"reference": f"#{person['id']}"}
    assert coverage["beneficiary"] == {"reference": "#patient"}
    assert coverage["relationship"]["coding"][0]["code"] == "child"
