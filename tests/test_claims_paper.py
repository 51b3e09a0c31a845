"""Paper: what stands on the pages is read back from the PDF and is exactly what the claim says."""

from __future__ import annotations

import io
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pypdf import PdfReader

from claim_strategies import CLAIM, DOCTOR, HOME, LATIN, MEDICARE, OTHER_SCRIPTS, PLAN, claims
from proofline.claims.claim import Address, Claim, Coverage, Person, PriorPayment
from proofline.claims.out.cms1500 import Box, form, forms, overlay, preview, unfit
from proofline.claims.out.superbill import dollars, superbill
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.folding import folded

SHORT = replace(
    CLAIM, billing=replace(CLAIM.billing, address=Address("1 St", "Town", "MO", "64001"))
)


def pages(data: bytes) -> list[str]:
    """Read the text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def grid(data: bytes) -> list[dict[tuple[int, int], str]]:
    """Read what is printed where: row and column of each value, by the geometry of the form."""
    found = []
    for page in PdfReader(io.BytesIO(data)).pages:
        here: dict[tuple[int, int], str] = {}

        def keep(text: str, _: object, matrix: list[float], *__: object, here=here) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
            if text.strip():
                row = (792 - 20 - matrix[5] + 3) / 12
                column = (matrix[4] - 24) / 7.2 + 1
                assert abs(row - round(row)) < 0.01
                assert abs(column - round(column)) < 0.01
                here[round(row), round(column)] = text.strip()

        page.extract_text(visitor_text=keep)
        found.append(here)
    return found


def named(claim: Claim) -> dict[str, str]:
    """Give what is printed on the first form by item and label."""
    return {f"{one.box.item} {one.box.label}": one.text for one in next(iter(forms(claim)))}


def test_boxes_neither_overlap_nor_leave_the_page() -> None:
    table = form()
    taken: dict[tuple[int, int], str] = {}
    placed: list[tuple[str, int, Box]] = [(name, box.row, box) for name, box in table.box.items()]
    for number in range(table.lines):
        first = table.first_line + number * table.line_rows
        placed += [(f"{number} {name}", first + box.row, box) for name, box in table.line.items()]
    for name, row, box in placed:
        assert 1 <= row <= 64
        assert 1 <= box.column <= box.column + box.width - 1 <= 79, name
        for column in range(box.column, box.column + box.width):
            assert taken.setdefault((row, column), name) == name, (name, taken[row, column])


def test_the_form_takes_what_the_claim_says_where_the_boxes_are() -> None:
    data = overlay([SHORT])
    assert data == overlay([SHORT])
    (found,) = grid(data)
    assert found[8, 1] == "X"
    assert found[8, 50] == "1EG4TE5MK73"
    assert found[10, 1] == "EXAMPLE, PAT"
    assert [found[10, at] for at in (31, 34, 37, 47)] == ["02", "29", "1940", "X"]
    assert found[18, 50] == "NONE"
    assert [found[38, 3], found[38, 16]] == ["I10", "E119"]
    assert [found[44, at] for at in (1, 4, 7, 10, 13, 16)] == ["01", "01", "26", "01", "30", "26"]
    assert [found[44, at] for at in (19, 25, 45, 53, 61, 68)] == [
        *("11", "99454", "AB", "43 70", "1", "1245319599"),
    ]
    assert found[46, 25] == "99457"
    assert found[56, 55] == "92 20"
    assert found[61, 50] == "1234567893"
    assert (10, 50) not in found, "Medicare pays first: item 4 stays blank"


@pytest.mark.slow
@settings(max_examples=40)
@given(claims())
def test_every_value_is_read_back_from_the_pdf(claim: Claim) -> None:
    try:
        wanted = list(forms(claim))
    except ClaimsError as trouble:
        assert trouble.code in {"claims.form_too_long", "claims.form_impossible"}  # noqa: PT017
        return
    found = grid(overlay([claim]))
    assert found == [{(one.row, one.column): one.text for one in page} for page in wanted]
    for one in wanted[0]:
        assert one.text in preview([claim]).decode()


def test_a_seventh_line_goes_onto_a_form_of_its_own_with_its_own_total() -> None:
    lines = tuple(replace(CLAIM.lines[0], line_id=f"C-1.{n}", charge=100 + n) for n in range(8))
    first, second = grid(overlay([replace(SHORT, lines=lines)]))
    assert (first[56, 56], second[56, 56]) == ("6 15", "2 13")
    assert (54, 25) in first
    assert (46, 25) in second
    assert (48, 25) not in second


def test_other_payers_and_replacements_fill_their_items() -> None:
    asked = Coverage(replace(PLAN, filing_code="ZZ"), "W1")
    before = Coverage(PLAN, "B2", "P", 1500, date(2026, 2, 1), lines=(PriorPayment("C-1.1", 1500),))
    claim = replace(
        SHORT,
        coverages=(asked, before),
        frequency="7",
        original_reference="ABC123",
        lines=(replace(CLAIM.lines[0], ordering=DOCTOR, note="see report"), CLAIM.lines[1]),
    )
    found = named(claim)
    assert found["1 Other"] == found["11d Another plan: yes"] == found["6 Patient is the insured"]
    assert found["4 Insured"] == found["9 Other insured"] == "EXAMPLE, PAT"
    assert found["9a Other policy"] == "B2"
    assert (found["22 Resubmission code"], found["22 Original reference"]) == ("7", "ABC123")
    assert found["29 Amount paid"] == "15 00"
    assert found["17 Ordering provider"] == "ANNA EXAMPLE DOCTOR"
    assert found["17b Ordering NPI"] == DOCTOR.npi
    assert found["24 Note"] == "ZZSEE REPORT"


def test_medicare_after_another_payer_names_the_first() -> None:
    second = replace(MEDICARE, sequence="S", insurance_type="12")
    found = named(replace(SHORT, coverages=(second, Coverage(PLAN, "B2", "P"))))
    assert found["4 Insured"] == "SAME"
    assert found["11 Insured's policy"] == "B2"
    assert found["11c Insurance plan"] == "EXAMPLE HEALTH PLAN"
    with pytest.raises(ClaimsError):
        named(replace(SHORT, coverages=(second,)))


IMPOSSIBLE = {
    "no payer": replace(CLAIM, coverages=()),
    "13 diagnoses": replace(CLAIM, diagnoses=("I10",) * 13),
    "no such diagnosis": replace(CLAIM, diagnoses=("I10",)),
    "5 modifiers": replace(CLAIM, lines=(replace(CLAIM.lines[0], modifiers=("95",) * 5),)),
    "5 pointers": replace(CLAIM, lines=(replace(CLAIM.lines[0], diagnosis_pointers=(1,) * 5),)),
    "below nothing": replace(CLAIM, lines=(replace(CLAIM.lines[0], charge=-1),)),
    "what it replaces": replace(CLAIM, frequency="7"),
    "two who ordered": replace(
        CLAIM,
        lines=(
            replace(CLAIM.lines[0], ordering=DOCTOR),
            replace(CLAIM.lines[1], ordering=replace(DOCTOR, npi="1111111112")),
        ),
    ),
}


@pytest.mark.parametrize("claim", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_the_form_cannot_say_is_refused(claim: Claim) -> None:
    with pytest.raises(ClaimsError) as caught:
        overlay([claim])
    assert caught.value.code == "claims.form_impossible"


MISSING = {
    "birth date": replace(CLAIM, patient=replace(CLAIM.patient, birth_date=None)),
    "name": replace(CLAIM, patient=replace(CLAIM.patient, family_name="")),
    "tax number": replace(CLAIM, billing=replace(CLAIM.billing, tax_id="")),
    "phone": replace(CLAIM, billing=replace(CLAIM.billing, phone="12345")),
    "member": replace(CLAIM, coverages=(replace(MEDICARE, member_id=""),)),
}


@pytest.mark.parametrize("claim", MISSING.values(), ids=MISSING)
def test_what_is_not_on_file_is_not_made_up(claim: Claim) -> None:
    with pytest.raises(ClaimsError) as caught:
        overlay([claim])
    assert caught.value.code == "claims.form_missing"


def test_nothing_is_cut_off() -> None:
    long = replace(SHORT, patient=replace(CLAIM.patient, family_name="Examplefamily" * 3))
    with pytest.raises(ClaimsError) as caught:
        overlay([long])
    assert caught.value.code == "claims.form_too_long"
    assert "item 2 " in caught.value.message
    assert "xamplefamily" not in str(caught.value).lower()


def test_who_is_insured_stands_in_its_own_items() -> None:
    robin = Person("Example", "Robin", date(1948, 5, 6), "M", SHORT.billing.address)
    through = Coverage(PLAN, "W1", relationship="01", insured=robin, group="G-1")
    (own,) = grid(overlay([replace(SHORT, coverages=(through,))]))
    assert own[10, 1] == "EXAMPLE, PAT"
    assert own[10, 50] == "EXAMPLE, ROBIN"
    assert (own[12, 38], (12, 33) in own) == ("X", False)
    assert (own[12, 50], own[18, 50], own[20, 59], own[20, 68]) == ("1 ST", "G-1", "1948", "X")
    second = replace(MEDICARE, sequence="S", insurance_type="12")
    (medicare,) = grid(overlay([replace(SHORT, coverages=(second, through))]))
    assert (medicare[10, 50], medicare[12, 38], medicare[12, 50]) == ("EXAMPLE, ROBIN", "X", "1 ST")
    with pytest.raises(ClaimsError) as caught:
        overlay([replace(SHORT, coverages=(replace(through, insured=None),))])
    assert caught.value.code == "claims.form_missing"


def test_a_practice_may_have_a_shorter_name_for_paper() -> None:
    long = replace(SHORT.billing, name="Made-up Practice Of A Very Long Name Indeed")
    claim = replace(SHORT, billing=long)
    (why,) = unfit([SHORT, claim]).values()
    assert "paper_name" in why.remedy
    short = replace(claim, billing=replace(long, paper_name="Made-up Practice"))
    assert unfit([short]) == {}
    (form_,) = forms(short)
    assert [one.text for one in form_ if one.box.item == "33" and one.row == 58] == [
        "MADE-UP PRACTICE"
    ]


@pytest.mark.parametrize("script", OTHER_SCRIPTS)
def test_a_name_without_glyphs_is_refused_and_not_told(script: str) -> None:
    name = OTHER_SCRIPTS[script]
    claim = replace(SHORT, patient=replace(CLAIM.patient, family_name=name))
    with pytest.raises(ClaimsError) as caught:
        superbill([claim])
    assert caught.value.code == "claims.form_characters"
    assert name not in str(caught.value)
    assert folded(name, "A name", most=60).encode() in overlay([claim])


def test_a_name_with_something_else_than_letters_is_refused_on_paper() -> None:
    claim = replace(SHORT, patient=replace(CLAIM.patient, family_name="Sample \U0001f600"))
    for write in (superbill, overlay, preview):
        with pytest.raises(ClaimsError) as caught:
            write([claim])
        assert caught.value.code == "claims.form_characters"
        assert "\U0001f600" not in str(caught.value)


ALPHABETS = "".join([*LATIN, *OTHER_SCRIPTS.values(), "\u0301\u200f\u202e\u00ad\u00a0 -'"])


@pytest.mark.slow
@settings(max_examples=150)
@given(st.text(ALPHABETS, min_size=1, max_size=12) | st.text(min_size=1, max_size=8))
def test_names_are_refused_or_right_on_both_papers(name: str) -> None:
    claim = replace(SHORT, patient=replace(CLAIM.patient, family_name=name))
    try:
        text = "".join(pages(superbill([claim]))[0].split())
    except ClaimsError as trouble:
        assert trouble.code == "claims.form_characters"  # noqa: PT017
        assert len(name) < 4 or name not in str(trouble)  # noqa: PT017
    else:
        assert "".join(unicodedata.normalize("NFC", f"{name},Pat").split()) in text
    try:
        (printed,) = grid(overlay([claim]))
    except ClaimsError as trouble:
        assert trouble.code.startswith("claims.form_")  # noqa: PT017
    else:
        assert printed[10, 1] == f"{folded(name, '', most=60)}, PAT"


@pytest.mark.parametrize("name", [name for name in LATIN if name != "Nguyễn Thị"])
def test_latin_names_stand_on_a_superbill_as_on_file(name: str) -> None:
    claim = replace(CLAIM, patient=replace(CLAIM.patient, given_name=name))
    assert f"Example, {name}" in pages(superbill([claim]))[0]


@pytest.mark.slow
@settings(max_examples=30)
@given(claims())
def test_a_superbill_says_what_the_claim_says(claim: Claim) -> None:
    plain = replace(claim, patient=CLAIM.patient)
    data = superbill([plain])
    assert data == superbill([plain])
    (text,) = pages(data)
    assert f"Claim {claim.claim_id}" in text
    for line in claim.lines:
        assert all(part in text for part in (line.code, dollars(line.charge), *line.modifiers))
        assert f"{line.first_day:%m/%d/%Y}" in text
    for coverage in claim.coverages:
        assert f"{coverage.payer.name}, {coverage.member_id}" in text
    for letter, code in zip("ABCDEFGHIJKL", claim.diagnoses, strict=False):
        assert f"{letter} {code}" in text
    assert dollars(claim.total) in text


def lowest(data: bytes) -> float:
    """Give the height of the lowest text above the edge of the paper, in points."""
    heights: list[float] = []

    def keep(text: str, _: object, matrix: list[float], *__: object) -> None:
        if text.strip():
            heights.append(matrix[5])

    for page in PdfReader(io.BytesIO(data)).pages:
        page.extract_text(visitor_text=keep)
    return min(heights)


@pytest.mark.slow
@pytest.mark.parametrize("payers", [1, 6, 11])
def test_a_long_superbill_goes_on_and_long_names_take_rows(payers: int) -> None:
    lines = tuple(replace(CLAIM.lines[0], line_id=f"C-1.{n}") for n in range(50))
    patient = replace(CLAIM.patient, family_name="Example" * 12, address=HOME)
    claim = replace(CLAIM, lines=lines, patient=patient, coverages=(MEDICARE,) * payers)
    data = superbill([claim])
    found = pages(data)
    assert sum(page.count("99454") for page in found) == 50
    assert ["Total" in page for page in found] == [False] * (len(found) - 1) + [True]
    assert ["Continued" in page for page in found] == [True] * (len(found) - 1) + [False]
    assert all("Example" * 12 in page.replace("\n", "") for page in found)
    assert lowest(data) > 40


def test_people_who_fill_the_whole_page_are_refused() -> None:
    with pytest.raises(ClaimsError) as caught:
        superbill([replace(CLAIM, coverages=(MEDICARE,) * 30)])
    assert caught.value.code == "claims.form_impossible"


def test_no_claims_make_no_paper() -> None:
    for write in (superbill, overlay):
        with pytest.raises(ClaimsError) as caught:
            write([])
        assert caught.value.code == "claims.form_empty"
