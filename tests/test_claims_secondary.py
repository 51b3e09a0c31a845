"""What the first payer paid stands on the claim to the second one, from the posted remittance."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

import made_up_payer as payer
from claim_strategies import ENVELOPE, accepted
from made_up_claims import ACT, MBI, claim, line
from proofline.claims.answers.posting import post
from proofline.claims.answers.prior import Prior, prior
from proofline.claims.book import Book
from proofline.claims.claim import Adjustment, Claim, Coverage, Payer, PriorPayment
from proofline.claims.out.professional import professional
from proofline.claims.secondary import to_next_payer
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.reading import interchanges

SUPPLY, TIME = line("99454"), line("99457", charge=10_000)
PLAN = Coverage(Payer("88888", "Made-up Plan", "commercial", "CI"), "W1234", "P")
MEDICARE = Coverage(
    Payer("99999", "Made-up Medicare", "medicare_ffs"), MBI, "S", insurance_type="12"
)
DAY = date(2026, 11, 20)
LAST = Coverage(Payer("77777", "Made-up Gap Plan", "medigap", "CI"), "G77", "T")


def paid_by_the_plan(tmp_path: Path, *later: Coverage) -> tuple[Book, Claim]:
    """Send a claim to the plan and post: of 120.00 less 20.00 and 25.00, of 100.00 nothing."""
    one = claim(SUPPLY, TIME, coverages=(PLAN, *later))
    book = Book(tmp_path)
    book.draw([one], ACT)
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    said = {
        SUPPLY.code: (7_500, "CAS*CO*45*20.00~CAS*PR*2*25.00", ""),
        TIME.code: (0, "CAS*PR*1*100.00", ""),
    }
    assert post(book, payer.remittance(payer.claim_of(one, said), cents=7_500), ACT).changes
    return book, one


@pytest.mark.slow
def test_what_the_first_payer_said_stands_on_the_claim_to_the_second(tmp_path: Path) -> None:
    book, one = paid_by_the_plan(tmp_path, MEDICARE, LAST)
    told = prior(book, [SUPPLY.line_id, TIME.line_id])
    second = to_next_payer(one, told, attempt=2)
    assert [each.sequence for each in second.coverages] == ["S", "P", "T"]
    assert second.coverages[1].paid == 7_500
    assert second.coverages[1].lines == (
        PriorPayment(
            SUPPLY.line_id, 7_500, (Adjustment("CO", "45", 2_000), Adjustment("PR", "2", 2_500))
        ),
        PriorPayment(TIME.line_id, 0, (Adjustment("PR", "1", 10_000),)),
    )
    assert second.claim_id != one.claim_id
    data = professional([second], ENVELOPE)
    verdict, words = accepted(data)
    assert verdict, words
    found = interchanges(data)[0].groups[0].transactions[0].segments
    assert [x.elements[1] for x in found if x.tag == "SVD"] == ["75", "0"]
    assert [x.elements for x in found if x.tag == "CAS"] == [
        ("CO", "45", "20"),
        ("PR", "2", "25"),
        ("PR", "1", "100"),
    ]
    assert [x[2] for x in found if x.tag == "AMT" and x[1] == "EAF"] == ["25", "100"]
    assert [x[3] for x in found if x.tag == "DTP" and x[1] == "573"] == ["20261120"] * 2


@pytest.mark.slow
def test_one_line_may_go_on_without_the_other(tmp_path: Path) -> None:
    book, one = paid_by_the_plan(tmp_path, MEDICARE)
    second = to_next_payer(one, prior(book, [TIME.line_id]), attempt=2)
    assert [each.line_id for each in second.lines] == [TIME.line_id]
    assert second.coverages[1].paid == 0
    verdict, words = accepted(professional([second], ENVELOPE))
    assert verdict, words


@pytest.mark.slow
def test_the_third_payer_is_told_of_both(tmp_path: Path) -> None:
    book, one = paid_by_the_plan(tmp_path, MEDICARE, LAST)
    second = to_next_payer(one, prior(book, [SUPPLY.line_id]), attempt=2)
    medicare = replace(
        prior(book, [SUPPLY.line_id]),
        paid=2_000,
        lines=(PriorPayment(SUPPLY.line_id, 2_000, (Adjustment("OA", "23", 10_000),)),),
    )
    third = to_next_payer(second, medicare, attempt=3)
    assert [(each.sequence, each.paid) for each in third.coverages] == [
        *(("T", None), ("P", 7_500), ("S", 2_000)),
    ]
    verdict, words = accepted(professional([third], ENVELOPE))
    assert verdict, words


def test_without_another_payer_or_a_whole_answer_nothing_goes_on(tmp_path: Path) -> None:
    book, one = paid_by_the_plan(tmp_path)
    told = prior(book, [SUPPLY.line_id])
    with pytest.raises(ClaimsError) as caught:
        to_next_payer(one, told, attempt=2)
    assert caught.value.code == "claims.no_next_payer"
    other = claim(line("99458"), coverages=(PLAN, MEDICARE))
    with pytest.raises(ClaimsError) as caught:
        to_next_payer(other, told, attempt=2)
    assert caught.value.code == "claims.prior_unknown"


def test_an_answer_for_the_claim_as_a_whole_cannot_be_parted() -> None:
    first = replace(PLAN, paid=2_000, paid_on=DAY, adjustments=(Adjustment("PR", "1", 20_000),))
    one = claim(SUPPLY, TIME, coverages=(MEDICARE, first, LAST))
    told = Prior("1", 0, DAY, (PriorPayment(SUPPLY.line_id, 0),))
    with pytest.raises(ClaimsError) as caught:
        to_next_payer(one, told, attempt=2)
    assert caught.value.code == "claims.prior_unknown"
