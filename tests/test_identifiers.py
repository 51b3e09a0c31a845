"""NPI, MBI and ICD-10-CM against the specimens that their publishers print."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from at_the_terminal import typed
from proofline.evidence.identifiers import is_npi, mbi
from proofline.intake.icd10cm import CodeBook
from proofline.intake.report import IntakeError


@pytest.mark.parametrize("text", ["1234567893", "1245319599"])  # CMS's specimen, and another
def test_npi_holds(text: str) -> None:
    assert is_npi(text)


@pytest.mark.parametrize(
    "text", ["1234567890", "3234567893", "123456789", "12345678933", "\u0661234567893"]
)
def test_npi_fails(text: str) -> None:
    assert not is_npi(text)


@given(st.integers(100_000_000, 299_999_999))
def test_one_check_digit_of_ten_holds(body: int) -> None:
    holding = [digit for digit in range(10) if is_npi(f"{body}{digit}")]
    assert len(holding) == 1


@given(st.integers(100_000_000, 299_999_999), st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_is_found(body: int, place: int, digit: int) -> None:
    npi = next(f"{body}{last}" for last in range(10) if is_npi(f"{body}{last}"))
    wrong = npi[:place] + str(digit) + npi[place + 1 :]
    assert is_npi(wrong) == (wrong == npi)


@pytest.mark.parametrize(
    "text", ["1EG4-TE5-MK73", "1EG4TE5MK73", "1eg4-te5-mk73"]
)  # CMS's specimen
def test_mbi_holds(text: str) -> None:
    assert mbi(text) == "1EG4TE5MK73"


@pytest.mark.parametrize(
    "text",
    ["0EG4TE5MK73", "1SG4TE5MK73", "1EG4TE5MK7", "1EG4TE5MK7I", "1E14TE5MKK3", "123-45-6789A", ""],
)
def test_mbi_fails(text: str) -> None:
    assert mbi(text) is None


# Rows in the columns of the official order files.
FY2026 = """\
00001 I10     0 Made-up heading                                              Made-up heading
00002 I110    1 Made-up leaf                                                 Made-up leaf
00003 E119    1 Made-up leaf                                                 Made-up leaf
"""
APRIL_2026 = FY2026 + "00004 E1199   1 Made-up leaf of April\n"
FY2027 = FY2026.replace("E119    1", "E119    0") + "00005 E1190   1 Made-up leaf\n"


@pytest.fixture
def book(tmp_path: Path) -> CodeBook:
    book = CodeBook()
    for name, text in {
        "icd10cm-order-2027.txt": FY2027,
        "icd10cm-order-2026.txt": FY2026,
        "icd10cm-order-April-2026.txt": APRIL_2026,
    }.items():
        (tmp_path / name).write_text(text)
        book.load(tmp_path / name)
    return book


@pytest.mark.parametrize(
    ("code", "day", "standing"),
    [
        ("I11.0", date(2026, 9, 30), "billable"),
        ("i110", date(2026, 10, 1), "billable"),
        ("I10", date(2026, 1, 1), "heading"),
        ("E11.9", date(2026, 9, 30), "billable"),
        ("E11.9", date(2026, 10, 1), "heading"),  # another list from October on
        ("E11.99", date(2026, 3, 31), "unknown"),
        ("E11.99", date(2026, 4, 1), "billable"),  # April's update
        ("E11.99", date(2026, 10, 1), "unknown"),
        ("E11.9", date(2025, 9, 30), "no_list"),
        ("E11.9", date(2027, 10, 1), "no_list"),  # last year's list is not this year's
    ],
)
def test_code_stands_by_the_date_of_service(
    book: CodeBook, code: str, day: date, standing: str
) -> None:
    assert book.standing(code, day) == standing


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("icd10cm-order-2027.txt", "no such columns\n", "icd10cm.not_an_order_file"),
        ("codes.txt", FY2026, "icd10cm.no_year"),
    ],
)
def test_what_is_no_order_file_is_refused(tmp_path: Path, name: str, text: str, code: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(IntakeError) as error:
        CodeBook().load(tmp_path / name)
    assert error.value.code == code


@pytest.mark.slow
def test_check_tells_of_numbers_and_codes_that_a_payer_refuses(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    for table, text in {
        "patients": "patient_id,time_zone\nP,America/New_York\n",
        "performers": "performer_id,role,npi\nB,physician,1234567893\nC,npp,1234567890\n",
        "coverages": "coverage_id,patient_id,payer_id,kind,member_id\n"
        "V,P,medicare,medicare_ffs,1EG4-TE5-MK73\nW,P,x,commercial,whatever\n",
        "enrollments": "enrollment_id,patient_id,program,billing_performer_id,setup_date,"
        "diagnoses\n"
        "E,P,RPM,B,2026-02-01,I11.0|I10\nF,P,RPM,B,2027-10-01,I11.0\n",
    }.items():
        (evidence / f"{table}.csv").write_text(text)
    (tmp_path / "icd10cm-order-2026.txt").write_text(FY2026)
    asked = ["check", str(evidence), "--icd10cm", str(tmp_path / "icd10cm-order-2026.txt")]
    said = typed(*asked).output
    assert "performers: 1 of 2 with npi: no NPI, its check digit fails" in said
    assert "coverages" not in said.partition("table")[0]
    assert "1 with the diagnosis I10: a heading" in said
    assert "1 with the diagnosis I11.0: no ICD-10-CM of that day" in said
    assert "1234567890" not in said
