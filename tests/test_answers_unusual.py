"""What payers do beside paying once: pay again, take back, pay in parts, late, or as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

import made_up_back as made
import made_up_payer as payer
from made_up_claims import ACT, decision, line, sent
from proofline.claims.answers.acknowledged import Sent, acknowledge
from proofline.claims.answers.explaining import explain
from proofline.claims.answers.lists import aging, underpaid
from proofline.claims.answers.posting import Posted, attach, find, post, waiting
from proofline.claims.answers.prior import prior
from proofline.claims.book import Act, Book, Change
from proofline.claims.claim import Adjustment, Claim
from proofline.claims.trouble import ClaimsError

SUPPLY, TIME = line("99454"), line("99457", charge=10_000)
PAID = {"99454": payer.paid(SUPPLY)}
MONEY = 11_000


def state(book: Book, line_id: str = SUPPLY.line_id) -> str:
    return book.lines[line_id].state


def told(book: Book, *bodies: list[str], cents: int = MONEY, trace: str = "FIRST") -> Posted:
    return post(book, payer.remittance(*bodies, cents=cents, trace=trace), ACT)


def reversal(one: Claim, cents: int = MONEY) -> list[str]:
    rest = f"CAS*CO*45*{payer.dollars(cents - SUPPLY.charge)}"
    return payer.claim_of(one, {"99454": (cents, rest, "")}, status="22")


def test_a_payment_that_comes_again_under_another_trace_waits(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    told(book, payer.claim_of(one, PAID))
    again = told(book, payer.claim_of(one, PAID), trace="SECOND")
    (waits,) = again.waiting
    assert (again.changes, waits.paid) == ((), MONEY)
    assert waits.why.startswith(
        "with what this payer paid before it comes to 240.00 of 120.00 charged"
    )
    assert book.lines[SUPPLY.line_id].answered["total"] == "11000"


@pytest.mark.parametrize(
    ("payee", "posted"),
    [
        (f"XX*{made.NPI}", True),
        ("XX*1000000004", False),
        ("XX*1000000004~REF*TJ*{tax}", True),  # the group's other NPI, and our tax number
        ("XX*1000000004~REF*TJ*000000000", False),
        ("FI*{tax}", True),
        ("FI*000000000", False),
    ],
)
def test_money_for_another_provider_waits(tmp_path: Path, payee: str, posted: bool) -> None:
    book, one = sent(tmp_path)
    said = payee.format(tax=one.billing.tax_id)
    data = payer.remittance(payer.claim_of(one, PAID), cents=MONEY, payee=said)
    came = post(book, data, ACT)
    assert bool(came.changes) == posted
    assert [each.why for each in came.waiting] == (
        [] if posted else ["it pays another provider than the one that bills this line"]
    )


def test_after_the_first_is_taken_back_the_second_is_posted_in_either_order(
    tmp_path: Path,
) -> None:
    for number, order in enumerate([(0, 1), (1, 0)]):
        book, one = sent(tmp_path / str(number))
        told(book, payer.claim_of(one, PAID))
        both = [reversal(one), payer.claim_of(one, PAID)]
        posted = told(book, *(both[at] for at in order), cents=0, trace="SECOND")
        assert (len(posted.changes), posted.waiting) == (2, ())
        assert book.lines[SUPPLY.line_id].answered["total"] == "11000"
        assert state(book) == "paid"


def test_a_second_take_back_and_one_of_more_than_was_paid_wait(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    told(book, payer.claim_of(one, PAID))
    (more,) = told(book, reversal(one, 11_500), cents=-11_500, trace="MORE").waiting
    assert more.why == "it takes back more than was paid"
    told(book, reversal(one), cents=-MONEY, trace="SECOND")
    (twice,) = told(book, reversal(one), cents=-MONEY, trace="THIRD").waiting
    assert twice.why == "it takes back an answer that was taken back already"
    assert (state(book), book.paid(SUPPLY.line_id)) == ("denied", 0)
    assert explain(book, SUPPLY.line_id, None).taken_back


def test_a_charge_that_is_not_ours_waits(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    dearer = structs.replace(one, lines=(structs.replace(SUPPLY, charge=15_000), TIME))
    body = payer.claim_of(dearer, {"99454": (14_000, "CAS*CO*45*10.00", "")})
    (waits,) = told(book, body, cents=14_000).waiting
    assert waits.why == "it speaks of a charge of 150.00, and the line has 120.00"


def test_more_than_the_charge_in_one_answer_waits(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    body = payer.claim_of(one, {"99454": (90_000, "CAS*CO*45*10.00", "")})
    (waits,) = told(book, body, cents=90_000).waiting
    assert waits.why == "it pays 900.00 of 120.00 charged, unexplained"
    assert state(book) == "submitted"


def test_money_taken_without_a_reversal_waits(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    body = payer.claim_of(one, {"99454": (-MONEY, "CAS*PR*2*230.00", "")}, status="1")
    (waits,) = told(book, body, cents=-MONEY).waiting
    assert waits.why == "it takes 110.00 and names no answer that it takes back"
    assert (state(book), book.paid(SUPPLY.line_id)) == ("submitted", 0)


def test_denied_appealed_and_won(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    told(book, payer.claim_of(one, {"99454": payer.refused(SUPPLY, "50")}), cents=0)
    assert state(book) == "denied"
    book.record([Change(SUPPLY.line_id, "appealed")], Act("Made-up", ACT.at, "the order is there"))
    told(book, payer.claim_of(one, PAID), trace="WON")
    assert state(book) == "paid"
    assert explain(book, SUPPLY.line_id, decision("99454", findings=[])).causes == ()
    late = told(book, payer.claim_of(one, {"99454": payer.refused(SUPPLY, "50")}), trace="LATE")
    assert len(late.waiting) == 1, "a denial beside what was paid is for a person"


def test_halves_in_two_files_make_up_the_line(tmp_path: Path) -> None:
    book, one = sent(tmp_path)

    def half(cents: int, cas: str) -> list[str]:
        svc = [f"SVC*HC:99454*60.00*{payer.dollars(cents)}**1", "DTM*472*20260330", cas]
        money = f"60.00*{payer.dollars(cents)}*"
        return made.claim(one.claim_id, "1", money, *svc, f"REF*6R*{SUPPLY.line_id}")

    told(book, half(5_500, "CAS*CO*45*5.00"), cents=5_500)
    assert state(book) == "partly_paid", "half of the charge was answered"
    assert SUPPLY.line_id in {one.line_id for one in aging(book, date(2026, 6, 30))}
    told(book, half(5_500, "CAS*CO*45*5.00"), cents=5_500, trace="SECOND")
    assert (state(book), book.paid(SUPPLY.line_id)) == ("paid", 11_000)
    (third,) = told(book, half(1_000, "CAS*CO*45*50.00"), cents=1_000, trace="THIRD").waiting
    assert "comes to 180.00 of 120.00" in third.why


def test_the_same_check_in_two_files_posts_each_answer_once(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    first = payer.claim_of(one, PAID)
    second = payer.claim_of(one, {"99457": payer.refused(TIME, "151")})
    told(book, first)
    posted = told(book, second, cents=0)
    assert [change.line_id for change in posted.changes] == [TIME.line_id]
    whole = told(book, first, second)
    assert (whole.changes, whole.before, whole.waiting) == ((), 2, ())


def test_an_835_before_the_277ca_stays_paid(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    told(book, payer.claim_of(one, PAID))
    acknowledge(book, payer.status([one]), ACT, Sent())
    assert (state(book), state(book, TIME.line_id)) == ("paid", "accepted")


def test_a_claim_rejected_and_then_accepted_is_for_a_person(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    acknowledge(book, payer.status([one], [one.claim_id]), ACT, Sent())
    got = acknowledge(book, payer.status([one]), ACT, Sent())
    assert got.contradicted == (one.claim_id,)
    assert {each.state for each in book.lines.values()} == {"rejected"}
    again = acknowledge(book, payer.status([one]), ACT, Sent())
    assert (again.contradicted, again.before) == ((), 2)


def test_a_999_that_rejects_what_was_accepted_moves_nothing(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    acknowledge(book, payer.status([one]), ACT, Sent())
    body = ["AK1*HC*1*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*R", "AK9*R*1*1*0"]
    carried = Sent({("000000001", "1", "0001"): (one.claim_id,)})
    got = acknowledge(book, made.interchange("999", body), ACT, carried)
    assert got.contradicted == (one.claim_id,)
    assert {each.state for each in book.lines.values()} == {"accepted"}
    acknowledge(book, payer.status([one], [one.claim_id]), ACT, Sent())
    assert {each.state for each in book.lines.values()} == {"rejected"}, "that is the payer's word"


def test_money_that_a_plb_takes_back_is_told_in_the_story_once(tmp_path: Path) -> None:
    book, one = sent(tmp_path, SUPPLY)
    told(book, payer.claim_of(one, PAID))
    plb = [f"PLB*{made.NPI}*20261231*WO:PAYER{one.claim_id}*110.00"]
    data = payer.remittance(reversal(one), cents=-22_000, more=plb, trace="BACK")
    for _ in range(2):
        post(book, data, ACT)
    notes = [told.change.detail for told in book.story(SUPPLY.line_id)]
    kept = [one for one in notes if one.get("kind") == "provider adjustment"]
    assert [(one["kept"], one["trace"]) for one in kept] == [("11000", "BACK")]
    assert book.paid(SUPPLY.line_id) == 0


def test_a_claim_refused_as_a_whole_says_whose_amount_it_is(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    told(book, made.claim(one.claim_id, "4", "220*0*", kept="CAS*CO*109*220"), cents=0)
    for each in (SUPPLY, TIME):
        (cause,) = explain(book, each.line_id, None).causes
        assert (cause.amount, cause.of_claim) == (22_000, True)
    with pytest.raises(ClaimsError, match="as a whole"):
        prior(book, [SUPPLY.line_id])


def test_a_second_payer_pays_the_rest_and_no_more(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    first = {"99454": (8_000, "CAS*CO*45*20.00~CAS*PR*2*20.00", "")}
    told(book, payer.claim_of(one, first), cents=8_000)

    def second(cents: int, rest: int) -> Posted:
        body = {"99454": (cents, f"CAS*OA*23*{payer.dollars(rest)}", "")}
        data = payer.remittance(payer.claim_of(one, body, status="2"), cents=cents, trace="OTHER")
        return post(book, data.replace(b"1999999999", b"1888888888"), ACT)

    (waits,) = second(4_500, 7_500).waiting
    assert waits.why == "with what was paid before it comes to 125.00 of 120.00 charged"
    assert second(2_000, 10_000).waiting == ()
    assert (state(book), book.paid(SUPPLY.line_id)) == ("paid", 10_000)
    given = prior(book, [SUPPLY.line_id])
    assert (given.payer_number, given.paid, given.paid_on) == (
        "1999999999",
        8_000,
        date(2026, 11, 20),
    )
    (of_line,) = given.lines
    assert of_line.paid == 8_000
    rest = (Adjustment("CO", "45", 2_000), Adjustment("PR", "2", 2_000))
    assert of_line.adjustments == rest
    assert of_line.paid + sum(each.amount for each in of_line.adjustments) == SUPPLY.charge


def test_what_a_first_payer_made_is_not_told_on_before_it_is_known_whole(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    with pytest.raises(ClaimsError, match="no remittance stands"):
        prior(book, [SUPPLY.line_id])
    told(book, payer.claim_of(one, PAID))
    assert prior(book, [SUPPLY.line_id]).paid == MONEY
    told(book, reversal(one), cents=-MONEY, trace="BACK")
    with pytest.raises(ClaimsError, match="no remittance stands"):
        prior(book, [SUPPLY.line_id])
    with pytest.raises(ClaimsError, match="no line"):
        prior(book, ["PLNOBODY"])


def test_what_was_taken_back_is_no_underpayment(tmp_path: Path) -> None:
    book, one = sent(tmp_path, structs.replace(SUPPLY, expected=11_500))
    told(book, payer.claim_of(one, PAID))
    (short,) = underpaid(book)
    assert (short.allowed, short.short) == (11_000, 500)
    assert explain(book, SUPPLY.line_id, None).short == short
    told(book, reversal(one), cents=-MONEY, trace="BACK")
    assert list(underpaid(book)) == [], "what was taken back is no underpayment"


def test_a_take_back_of_nothing_is_attached_and_leaves_the_line_denied(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    data = payer.remittance(reversal(one), cents=-MONEY, trace="BACK")
    (waits,) = post(book, data, ACT).waiting
    attach(book, data, waits.key, (SUPPLY.line_id, ACT))
    assert (state(book), book.paid(SUPPLY.line_id)) == ("denied", -MONEY)
    assert explain(book, SUPPLY.line_id, None).taken_back
    told(book, payer.claim_of(one, PAID), trace="LATE")
    assert (state(book), book.paid(SUPPLY.line_id)) == ("denied", 0), "both come to nothing"


def test_what_waits_is_attached_or_set_aside_by_a_person(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    told(book, payer.claim_of(one, PAID))
    data = payer.remittance(payer.claim_of(one, PAID), cents=MONEY, trace="SECOND")
    (waits,) = post(book, data, ACT).waiting
    with pytest.raises(ClaimsError, match="No answer"):
        find(book, [data], "nobody")
    with pytest.raises(ClaimsError, match="no line"):
        attach(book, data, waits.key, ("PLNOBODY", ACT))
    with pytest.raises(ClaimsError, match="reason"):
        attach(book, data, waits.key, (SUPPLY.line_id, structs.replace(ACT, why=" ")))
    assert find(book, [data], waits.key) == (data, waits)
    (change,) = attach(book, data, waits.key, (SUPPLY.line_id, ACT)).changes
    assert (change.detail["by"], change.detail["total"]) == ("a person", "22000")
    again = post(book, data, ACT)
    assert (again.changes, again.before, again.waiting) == ((), 1, ())
    other = payer.remittance(payer.claim_of(one, PAID), cents=MONEY, trace="THIRD")
    (third,) = waiting(book, other)
    book.set_aside({third.key: third.why}, ACT)
    assert (waiting(book, other), post(Book(tmp_path), other, ACT).aside) == ((), 1)
    assert book.paid(SUPPLY.line_id) == 22_000
