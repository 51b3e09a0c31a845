"""Each edit has a claim that it stops, and the claim beside it that it lets pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from made_up_claims import ACT, MBI, claim, decision, line, with_line
from proofline.claims.book import Book, Change
from proofline.claims.claim import (
    Adjustment,
    Claim,
    ClaimLine,
    Coverage,
    Payer,
    Practitioner,
    PriorPayment,
)
from proofline.claims.drawing import identity
from proofline.claims.edits import Billed, Edit, Setting, blocking, edits
from proofline.claims.edits.setting import billed
from proofline.claims.sheets.directory import Directory, PayerEntry
from proofline.intake.icd10cm import CodeBook, CodeList

TODAY = date(2026, 5, 4)
Changed = Callable[[Claim], Claim]


def put(path: str, value: object) -> Changed:
    """Give a claim with another value at a place such as `billing.address.state`."""

    def replaced(struct: Any, names: list[str]) -> Any:  # noqa: ANN401 - any struct of a claim
        name, *rest = names
        inner = value if not rest else replaced(getattr(struct, name), rest)
        return structs.replace(struct, **{name: inner})

    return lambda one: replaced(one, path.split("."))


def in_line(**other: object) -> Changed:
    return lambda one: with_line(one, **other)


def paid_by(**other: object) -> Changed:
    return lambda one: structs.replace(
        one, coverages=(structs.replace(one.coverages[0], **other), *one.coverages[1:])
    )


def payer(**other: object) -> Changed:
    return lambda one: paid_by(payer=structs.replace(one.coverages[0].payer, **other))(one)


def codes(found: list[Edit], severity: str = "block") -> set[str]:
    return {one.code for one in found if one.severity == severity}


def test_a_claim_without_a_fault_passes() -> None:
    assert edits(claim(), Setting(TODAY)) == []


STOPPED: list[tuple[str, Changed]] = [
    ("claim.id", put("claim_id", "with spaces")),
    ("claim.id", put("claim_id", "A" * 21)),
    ("claim.lines", put("lines", ())),
    ("claim.lines", put("lines", tuple(line(line_id=f"L{n}") for n in range(51)))),
    ("claim.reference", put("frequency", "7")),
    ("claim.reference", put("frequency", "8")),
    ("claim.reference", put("original_reference", "ICN1")),
    ("claim.frequency", put("frequency", "7")),
    ("billing.name", put("billing.name", "")),
    ("billing.npi", put("billing.npi", "")),
    ("billing.npi", put("billing.npi", "1234567890")),
    ("billing.npi", put("billing.npi", "123456789")),
    ("billing.tax_id", put("billing.tax_id", "")),
    ("billing.tax_id", put("billing.tax_id", "12345678")),
    ("billing.address", put("billing.address.line", "")),
    ("billing.state", put("billing.address.state", "QQ")),
    ("billing.zip", put("billing.address.postal_code", "62701")),
    ("billing.zip", put("billing.address.postal_code", "62701000A")),
    ("billing.po_box", put("billing.address.line", "P.O. Box 12")),
    ("billing.taxonomy", put("billing.taxonomy", "207Q")),
    ("rendering.name", put("rendering.family_name", "")),
    ("rendering.npi", put("rendering.npi", "")),
    ("rendering.npi", put("rendering.npi", "1245319590")),
    ("rendering.taxonomy", put("rendering.taxonomy", "family doctor")),
    ("ordering.npi", in_line(ordering=Practitioner("", "Sample", "Di"))),
    ("ordering.name", in_line(ordering=Practitioner("1245319599"))),
    ("patient.name", put("patient.family_name", "")),
    ("patient.birth_date", put("patient.birth_date", None)),
    ("patient.birth_date", put("patient.birth_date", date(2026, 4, 1))),
    ("patient.sex", put("patient.sex", "")),
    ("patient.address", put("patient.address.city", "")),
    ("patient.state", put("patient.address.state", "QQ")),
    ("patient.zip", put("patient.address.postal_code", "6270A")),
    ("payer.none", put("coverages", ())),
    ("payer.name", payer(name="")),
    ("payer.id", payer(id="")),
    ("payer.kind", payer(kind="")),
    ("payer.kind", payer(filing_code="")),
    ("payer.member", paid_by(member_id="")),
    ("payer.mbi", paid_by(member_id="123456789A")),
    ("payer.sequence", paid_by(sequence="S")),
    ("payer.sequence", paid_by(sequence="")),
    ("diagnosis.missing", put("diagnoses", ())),
    ("diagnosis.form", put("diagnoses", ("I10", "E11.9"))),
    ("diagnosis.form", put("diagnoses", ("I10", "11E9"))),
    ("diagnosis.twice", put("diagnoses", ("I10", "I10"))),
    ("diagnosis.many", put("diagnoses", tuple(f"I{n}" for n in range(10, 23)))),
    ("line.id", in_line(line_id="")),
    ("line.id", in_line(line_id="a small one")),
    ("line.id", lambda one: structs.replace(one, lines=(one.lines[0], one.lines[0]))),
    ("line.code", in_line(code="9945")),
    ("line.code", in_line(code="Z1234")),
    ("line.modifier", in_line(modifiers=("GTX",))),
    ("line.modifier", in_line(modifiers=("25", "25"))),
    ("line.modifier", in_line(modifiers=("25", "59", "XE", "XP", "XS"))),
    ("line.pointer", in_line(diagnosis_pointers=())),
    ("line.pointer", in_line(diagnosis_pointers=(3,))),
    ("line.pointer", in_line(diagnosis_pointers=(0,))),
    ("line.pointer", in_line(diagnosis_pointers=(1, 1))),
    ("line.charge", in_line(charge=0)),
    ("line.charge", in_line(charge=-1)),
    ("line.charge", in_line(charge=120.005)),
    ("line.charge", in_line(charge=Decimal("120.005"))),
    ("line.charge", in_line(charge=10_000_000_000)),
    ("line.units", in_line(units=0)),
    ("line.units", in_line(units=1.5)),
    ("line.units", in_line(units=-1)),
    ("line.units_over", in_line(units=2)),
    ("claim.total", lambda one: with_line(one, charge=-50_000)),
    ("line.days", in_line(first_day=date(2026, 3, 31))),
    ("line.future", in_line(last_day=date(2026, 5, 5))),
    ("line.late", in_line(first_day=date(2025, 5, 3), last_day=date(2025, 5, 3))),
    ("line.place", in_line(place_of_service="1")),
    ("line.place", in_line(place_of_service="02")),
    ("line.base", lambda one: structs.replace(one, lines=(line("99458"),))),
    ("text.unwritable", put("patient.family_name", "\u2665")),
    ("text.unwritable", put("patient.family_name", "Made*up")),
    ("text.unwritable", put("patient.given_name", "A~n")),
    ("text.unwritable", put("patient.address.line", "1 Sample:St")),
    ("text.unwritable", put("billing.name", "Made^up Practice")),
    ("text.unwritable", put("patient.address.city", "S" * 31)),
    ("text.unwritable", paid_by(member_id="1EG4 ")),
]


@pytest.mark.parametrize(("code", "changed"), STOPPED)
def test_what_is_wrong_is_stopped(code: str, changed: Changed) -> None:
    found = edits(changed(claim()), Setting(TODAY))
    assert code in codes(found)
    assert blocking(found)
    assert all(one.reason and one.cure and one.place for one in found)


def test_no_edit_tells_a_name_or_a_number_of_the_patient() -> None:
    for _, changed in STOPPED:
        one = changed(claim())
        for found in edits(one, Setting(TODAY)):
            said = found.reason + found.cure + found.place
            assert not {"Madeup", MBI, "1 Sample St"} & set(said.split())


def test_an_edit_of_a_line_names_the_line() -> None:
    one = with_line(claim(), units=0)
    (found,) = [edit for edit in edits(one, Setting(TODAY)) if edit.code == "line.units"]
    assert (found.line_id, found.claim_id) == (one.lines[0].line_id, one.claim_id)
    assert found.place == "line 1"


def test_marks_on_letters_are_folded_and_no_reason_to_stop() -> None:
    one = put("patient.family_name", "Núñez-Øst")(claim())
    assert edits(one, Setting(TODAY)) == []


@pytest.mark.parametrize(("day", "late"), [("2026-03-30", False), ("2026-03-31", True)])
def test_medicares_last_day_is_the_anniversary(day: str, late: bool) -> None:
    served = date(2025, 3, 30)
    one = claim(line("99454", first_day=served, last_day=served))
    found = edits(one, Setting(date.fromisoformat(day)))
    assert ("line.late" in codes(found)) is late


def test_a_span_is_late_by_its_first_day() -> None:
    one = claim(line("99454", first_day=date(2025, 5, 3), last_day=date(2025, 6, 1)))
    assert "line.late" in codes(edits(one, Setting(TODAY)))


def test_a_payer_without_a_limit_on_file_is_told_of_not_passed_over() -> None:
    ours = paid_by(payer=Payer("77777", "Made-up Health", "commercial", "CI"), member_id="X1")
    one = ours(claim())
    assert codes(edits(one, Setting(TODAY)), "warn") == {"line.filing_unknown"}
    known = Directory(payer={"MADEUP": PayerEntry("77777", "Made-up Health", filing_days=30)})
    assert "line.late" in codes(edits(one, Setting(TODAY, known)))
    assert edits(one, Setting(date(2026, 4, 29), known)) == []


def test_a_replacement_passes_where_the_payer_takes_it() -> None:
    medicaid = paid_by(payer=Payer("88888", "Made-up Medicaid", "medicaid", "MC"), member_id="X1")
    one = structs.replace(medicaid(claim()), frequency="7", original_reference="ICN1")
    assert codes(edits(one, Setting(TODAY))) == set()


def second_payer(**other: object) -> Coverage:
    usual: dict[str, Any] = {
        "payer": Payer("77777", "Made-up Health", "commercial", "CI"),
        "member_id": "X1",
    }
    return Coverage(**(usual | other))


def test_the_second_payer_is_asked_with_what_the_first_paid() -> None:
    first = claim().coverages[0]
    asked = structs.replace(first, sequence="S", insurance_type="12")
    waiting = structs.replace(claim(), coverages=(asked, second_payer(sequence="P")))
    assert "payer.before" in codes(edits(waiting, Setting(TODAY)))
    paid_on, rest = date(2026, 4, 20), (Adjustment("CO", "45", claim().total - 9_000),)
    told = second_payer(sequence="P", paid=9_000, paid_on=paid_on, adjustments=rest)
    assert edits(structs.replace(claim(), coverages=(asked, told)), Setting(TODAY)) == []
    for other in ({"adjustments": ()}, {"paid_on": None}, {"paid": 9_001}):
        odd = structs.replace(claim(), coverages=(asked, structs.replace(told, **other)))
        assert codes(edits(odd, Setting(TODAY))) == {"payer.prior"}
    unsaid = structs.replace(asked, insurance_type="")
    found = edits(structs.replace(claim(), coverages=(unsaid, told)), Setting(TODAY))
    assert codes(found) == {"payer.insurance_type"}


def test_each_line_of_a_prior_payment_makes_up_its_charge() -> None:
    asked = structs.replace(claim().coverages[0], sequence="S", insurance_type="12")
    ids = [one.line_id for one in claim().lines]
    paid = (
        PriorPayment(ids[0], 8_000, (Adjustment("PR", "2", 4_000),)),
        PriorPayment(ids[1], 10_000),
    )
    told = second_payer(sequence="P", paid=18_000, paid_on=date(2026, 4, 20), lines=paid)
    assert edits(structs.replace(claim(), coverages=(asked, told)), Setting(TODAY)) == []
    odd = structs.replace(told, lines=paid[:1], paid=8_000)
    found = edits(structs.replace(claim(), coverages=(asked, odd)), Setting(TODAY))
    assert codes(found) == {"payer.prior"}


def of(code: str, day: date, start: str, **other: object) -> ClaimLine:
    """Make the line of another period."""
    period = {"kind": "cycle", "start": start, "end": start, "number": 2}
    line_id, key = identity(decision(code, period=period))
    dated = {"first_day": day, "last_day": day, "line_id": line_id, "decision_key": key}
    return line(code, **(dated | other))


@pytest.mark.parametrize(
    ("code", "day", "stopped"),
    [
        ("99454", date(2026, 4, 29), False),  # thirty days after
        ("99454", date(2026, 4, 28), True),
        ("99445", date(2026, 4, 28), True),  # the ladder has one period
        ("99457", date(2026, 3, 31), True),
        ("99470", date(2026, 3, 1), True),
        ("99457", date(2026, 4, 1), False),
        ("99453", date(2026, 3, 1), False),
    ],
)
def test_what_stands_once_in_a_period(code: str, day: date, stopped: bool) -> None:
    other = of(code, day, "2026-03-31")
    elsewhere = Setting(TODAY, others={"MADEUP-P1": [Billed("MADEUP-P1", other)]})
    assert ("line.repeated" in codes(edits(claim(), elsewhere))) is stopped
    both = claim(*claim().lines, other)
    assert ("line.repeated" in codes(edits(both, Setting(TODAY)))) is stopped


def test_another_patients_lines_take_nothing() -> None:
    other = of("99454", date(2026, 4, 1), "2026-03-31")
    elsewhere = Setting(TODAY, others={"MADEUP-P2": [Billed("MADEUP-P2", other)]})
    assert edits(claim(), elsewhere) == []


def test_a_second_set_up_in_an_episode_is_stopped() -> None:
    other = of("99453", date(2026, 1, 1), "2026-01-01")
    found = edits(claim(line("99453"), other), Setting(TODAY))
    assert "line.repeated" in codes(found)


def test_an_add_on_stands_beside_its_base_on_this_claim_or_another() -> None:
    beside = claim(line("99457"), line("99458", units=3))
    assert edits(beside, Setting(TODAY)) == []
    base = of("99457", date(2026, 3, 2), "2026-03-02")
    alone = claim(line("99458"))
    assert edits(alone, Setting(TODAY, others={"MADEUP-P1": [Billed("MADEUP-P1", base)]})) == []
    april = of("99457", date(2026, 4, 2), "2026-04-02")
    late = Setting(TODAY, others={"MADEUP-P1": [Billed("MADEUP-P1", april)]})
    assert "line.base" in codes(edits(alone, late))


def test_diagnoses_are_looked_up_in_the_list_of_the_day() -> None:
    listed = CodeBook([CodeList(date(2025, 10, 1), {"I10": True, "E11": False})])
    for named, code in [("Z9999", "diagnosis.unknown"), ("E11", "diagnosis.unknown")]:
        one = structs.replace(claim(), diagnoses=("I10", named))
        assert code in codes(edits(one, Setting(TODAY, diagnoses=listed)))
    one = structs.replace(claim(), diagnoses=("I10",))
    assert edits(one, Setting(TODAY, diagnoses=listed)) == []
    found = edits(one, Setting(TODAY, diagnoses=CodeBook()))
    assert codes(found, "warn") == {"diagnosis.no_list"}


def test_lines_of_the_book_take_their_period_until_they_are_denied(tmp_path: Path) -> None:
    book = Book(tmp_path)
    one = claim()
    book.draw([one], ACT)
    assert len(billed(book)["MADEUP-P1"]) == 2
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    book.record([Change(one.lines[0].line_id, "denied")], ACT)
    assert [kept.line.code for kept in billed(book)["MADEUP-P1"]] == ["99457"]
