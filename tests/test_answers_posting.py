"""Answers find their line, are posted once, and what finds none waits."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

import made_up_back as made
import made_up_payer as payer
from made_up_claims import ACT, claim, decision, line, sent
from proofline.claims.answers.acknowledged import Sent, acknowledge, sent_claims
from proofline.claims.answers.details import remitted
from proofline.claims.answers.lists import aging, unbilled, underpaid
from proofline.claims.answers.posting import Posted, post
from proofline.claims.book import Book
from proofline.claims.book.log import NAME
from proofline.claims.out.professional import professional
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.envelope import Envelope, Party
from proofline.errors import ProoflineError

SUPPLY, TIME = line("99454"), line("99457", charge=10_000)
PAID = {"99454": payer.paid(SUPPLY), "99457": payer.refused(TIME, "151", "N362")}
MONEY = 11_000


def states(book: Book) -> dict[str, str]:
    return {one.line_id: one.state for one in book.lines.values()}


def by(posted: Posted) -> list[str]:
    return [one.detail["by"] for one in posted.changes]


def test_lines_are_found_by_our_own_number_and_posted(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    posted = post(book, payer.remittance(payer.claim_of(one, PAID), cents=MONEY), ACT)
    assert by(posted) == ["REF*6R", "REF*6R"]
    assert states(book) == {SUPPLY.line_id: "paid", TIME.line_id: "denied"}
    (told,) = remitted(book, TIME.line_id)
    assert (told["paid"], told["adjustments"], told["remarks"]) == (
        "0",
        "CO-151:10000",
        "N362 MA01",
    )
    assert book.lines[SUPPLY.line_id].answered["total"] == "11000"


def test_without_our_number_claim_code_and_date_find_the_line(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    data = payer.remittance(payer.claim_of(one, PAID, named=False), cents=MONEY)
    assert by(post(book, data, ACT)) == ["claim number, code and date"] * 2
    assert states(book)[TIME.line_id] == "denied"


def test_the_same_file_again_posts_nothing_in_any_envelope(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    data = payer.remittance(payer.claim_of(one, PAID), cents=MONEY)
    post(book, data, ACT)
    before = (tmp_path / NAME).read_bytes()
    for again in (data, data.replace(b"000000007", b"000000008")):
        posted = post(Book(tmp_path), again, ACT)
        assert (posted.changes, posted.before, posted.waiting) == ((), 2, ())
    assert (tmp_path / NAME).read_bytes() == before


def test_the_same_answers_in_another_order_or_in_parts_post_nothing(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    stranger = made.claim("MADEUPSTRANGER", "4", "10.00*0*", kept="CAS*CO*29*10.00")
    ours = payer.claim_of(one, PAID)
    post(book, payer.remittance(stranger, ours, cents=MONEY), ACT)
    for again in (payer.remittance(ours, stranger, cents=MONEY), payer.remittance(ours, cents=0)):
        posted = post(book, again, ACT)
        assert (posted.changes, posted.before) == ((), 2)
    assert book.lines[SUPPLY.line_id].answered["total"] == "11000"


def test_two_equal_halves_of_a_line_in_one_claim_are_both_posted_once(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    half = ["SVC*HC:99454*60.00*55.00**1", "DTM*472*20260330", "CAS*CO*45*5.00"]
    half.append(f"REF*6R*{SUPPLY.line_id}")
    body = made.claim(one.claim_id, "1", "120.00*110.00*", *half, *half)
    data = payer.remittance(body, cents=MONEY)
    assert len(post(book, data, ACT).changes) == 2
    assert post(book, data, ACT).before == 2
    assert book.lines[SUPPLY.line_id].answered["total"] == "11000"


@pytest.mark.parametrize("lines", [True, False])
def test_a_claim_that_pays_beyond_its_adjustments_says_so(tmp_path: Path, *, lines: bool) -> None:
    book, one = sent(tmp_path, SUPPLY)
    told = payer.line_of(SUPPLY, PAID["99454"]) if lines else []
    kept = "" if lines else "CAS*CO*45*10.00"
    body = made.claim(one.claim_id, "1", "120.00*120.00*", *told, kept=kept)
    posted = post(book, payer.remittance(body, cents=12_000), ACT)
    assert remitted(book, SUPPLY.line_id)[-1]["unbalanced"] == "1000"
    assert [(off.rule, off.difference) for off in posted.unbalanced] == [("claim", 1000)]


def test_what_is_paid_after_it_was_rejected_is_not_sent_anew(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    acknowledge(book, payer.status([one], [one.claim_id]), ACT, Sent())
    assert set(states(book).values()) == {"rejected"}
    book.draw([one], ACT)
    (again,) = book.current("drawn")
    book.make_ready([again.claim_id], ACT)
    post(book, payer.remittance(payer.claim_of(one, PAID), cents=MONEY), ACT)
    with pytest.raises(ClaimsError, match=f"{SUPPLY.line_id} was paid meanwhile"):
        book.submit([again.claim_id], ACT)


def test_another_amount_under_the_same_trace_waits(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    post(book, payer.remittance(payer.claim_of(one, PAID), cents=MONEY), ACT)
    other = PAID | {"99457": (5_000, "CAS*CO*151*50.00", "")}
    posted = post(book, payer.remittance(payer.claim_of(one, other), cents=16_000), ACT)
    assert [w.why for w in posted.waiting][-1].startswith("it differs from what was posted")
    assert remitted(book, TIME.line_id)[-1]["total"] == "0"


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ((b"REF*6R*PL", b"REF*6R*XX"), "no line of this number"),
        ((b"HC:99454", b"HC:99091"), "another code"),
    ],
)
def test_what_finds_no_line_waits_with_its_money(
    tmp_path: Path, harm: tuple[bytes, bytes], why: str
) -> None:
    book, one = sent(tmp_path)
    only = {"99454": PAID["99454"]}
    data = payer.remittance(payer.claim_of(one, only), cents=MONEY).replace(*harm)
    posted = post(book, data, ACT)
    (waits,) = posted.waiting
    assert why in waits.why
    assert waits.paid == MONEY
    assert set(states(book).values()) == {"submitted"}


def test_a_date_that_is_not_ours_waits(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    data = payer.remittance(payer.claim_of(one, PAID, named=False), cents=MONEY)
    posted = post(book, data.replace(b"DTM*472*20260330", b"DTM*472*20260331"), ACT)
    assert len(posted.waiting) == 2


def test_a_take_back_is_tied_to_its_original_and_nets_out(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    only = {"99454": PAID["99454"]}
    post(book, payer.remittance(payer.claim_of(one, only), cents=MONEY), ACT)
    back = payer.claim_of(one, {"99454": (MONEY, "CAS*CO*45*-10.00", "")}, status="22")
    anew = payer.claim_of(one, {"99454": payer.refused(SUPPLY, "119", "N640")})
    plb = [f"PLB*{made.NPI}*20261231*WO:PAYER{one.claim_id}*-110.00"]
    data = payer.remittance(back, anew, cents=0, more=plb, trace="SECOND")
    posted = post(book, data, ACT)
    first, reversal, _last = remitted(book, SUPPLY.line_id)
    assert reversal["reverses"] == first["answer"]
    assert (reversal["paid"], reversal["total"]) == ("-11000", "0")
    assert states(book)[SUPPLY.line_id] == "denied"
    (kept,) = posted.kept
    assert (kept.adjustment.reason, kept.claim_ids) == ("WO", (one.claim_id,))
    assert post(book, data, ACT).changes == ()


def test_a_take_back_of_what_was_never_posted_waits(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    back = payer.claim_of(one, {"99454": (MONEY, "CAS*CO*45*-10.00", "")}, status="22")
    (waits,) = post(book, payer.remittance(back, cents=-MONEY), ACT).waiting
    assert waits.why == "it takes back an answer that was never posted"


def test_a_deductible_is_no_denial(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    verdict = {"99454": (0, "CAS*PR*1*110.00~CAS*CO*45*10.00", "")}
    post(book, payer.remittance(payer.claim_of(one, verdict, status="1"), cents=0), ACT)
    assert states(book)[SUPPLY.line_id] == "paid"


def test_a_part_refused_is_partly_paid_and_an_unknown_reason_is_no_agreement(
    tmp_path: Path,
) -> None:
    book, one = sent(tmp_path)
    verdict = {"99454": (5_000, "CAS*CO*999*70.00", "")}
    post(book, payer.remittance(payer.claim_of(one, verdict), cents=5_000), ACT)
    assert states(book)[SUPPLY.line_id] == "partly_paid"


def test_money_of_a_claim_as_a_whole_goes_to_no_line_of_several(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    body = payer.claim_of(one, PAID)
    body.insert(1, "CAS*CO*B9*110.00")
    body[0] = body[0].replace("*110.00*", "*0*")
    posted = post(book, payer.remittance(body, cents=0), ACT)
    assert len(posted.waiting) == 2
    assert set(states(book).values()) == {"submitted"}


def test_a_claim_refused_as_a_whole_refuses_its_lines(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    body = made.claim(one.claim_id, "4", "220*0*", kept="CAS*CO*109*220")
    post(book, payer.remittance(body, cents=0), ACT)
    assert set(states(book).values()) == {"denied"}


def test_money_for_a_line_that_was_never_sent_waits(tmp_path: Path) -> None:
    book = Book(tmp_path)
    one = claim()
    book.draw([one], ACT)
    posted = post(book, payer.remittance(payer.claim_of(one, PAID), cents=MONEY), ACT)
    assert {w.why for w in posted.waiting} == {"this line was never sent"}


def test_a_test_file_and_a_cut_file_post_nothing(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    data = payer.remittance(payer.claim_of(one, PAID), cents=MONEY, usage="T")
    with pytest.raises(ClaimsError, match="test"):
        post(book, data, ACT)
    with pytest.raises(ProoflineError):
        post(book, data[: len(data) // 2], ACT)
    assert set(states(book).values()) == {"submitted"}


def test_a_277ca_accepts_or_rejects_once(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    data = payer.status([one])
    assert len(acknowledge(book, data, ACT, Sent()).changes) == 2
    assert set(states(book).values()) == {"accepted"}
    before = (tmp_path / NAME).read_bytes()
    assert acknowledge(Book(tmp_path), data, ACT, Sent()).before == 2
    assert (tmp_path / NAME).read_bytes() == before
    acknowledge(book, payer.status([one], [one.claim_id]), ACT, Sent())
    assert set(states(book).values()) == {"rejected"}, "another verdict is another answer"


def test_a_rejected_claim_is_rejected_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    stranger = structs.replace(one, claim_id="PCNOBODY")
    got = acknowledge(book, payer.status([one, stranger], [one.claim_id]), ACT, Sent())
    assert got.unknown == ("claim PCNOBODY",)
    assert set(states(book).values()) == {"rejected"}


@pytest.mark.parametrize(("verdict", "state"), [("A", "submitted"), ("R", "rejected")])
def test_a_999_rejects_what_the_set_carried_and_accepts_nothing(
    tmp_path: Path, verdict: str, state: str
) -> None:
    book, one = sent(tmp_path)
    carried = Sent({("000000001", "1", "0001"): (one.claim_id,)})
    body = ["AK1*HC*1*005010X222A1", "AK2*837*0001*005010X222A1", f"IK5*{verdict}"]
    body.append(f"AK9*{verdict}*1*1*{int(verdict == 'A')}")
    data = made.interchange("999", body)
    assert len(acknowledge(book, data, ACT, carried).changes) == 2
    assert set(states(book).values()) == {state}
    assert acknowledge(book, data, ACT, carried).changes == ()
    assert acknowledge(book, data, ACT, Sent()).unknown


@pytest.mark.parametrize(("day", "state"), [(19, "rejected"), (18, "submitted")])
def test_a_ta1_speaks_of_the_file_of_its_number_and_day(
    tmp_path: Path, day: int, state: str
) -> None:
    book, one = sent(tmp_path)
    at = datetime(2026, 11, day, 9, 30, tzinfo=UTC)
    ours = Party("PRACTICE7", "Made-up Practice", contact="Made-up Desk", phone="5155550100")
    ends = (ours, Party("MADEUPMAC", "Made-up Payer"))
    file = professional([one], Envelope(*ends, "P", at, 101, 1))
    answered = acknowledge(book, made.ta1(), ACT, sent_claims([file]))
    assert set(states(book).values()) == {state}
    assert bool(answered.unknown) == (state == "submitted")


@pytest.mark.parametrize(("charge", "state"), [(0, "accepted"), (100, "submitted")])
def test_a_claim_accepted_with_another_charge_is_asked_about(
    tmp_path: Path, charge: int, state: str
) -> None:
    book, one = sent(tmp_path)
    ours, told = payer.dollars(one.total), payer.dollars(one.total + charge)
    data = payer.status([one]).replace(f"*WQ*{ours}".encode(), f"*WQ*{told}".encode())
    answered = acknowledge(book, data, ACT, Sent())
    assert set(states(book).values()) == {state}
    assert answered.contradicted == ((one.claim_id,) if charge else ())


def test_what_is_allowed_is_held_against_what_was_expected(tmp_path: Path) -> None:
    first = structs.replace(SUPPLY, expected=11_500)
    book, one = sent(tmp_path, first, TIME)
    post(book, payer.remittance(payer.claim_of(one, PAID), cents=MONEY), ACT)
    (short,) = underpaid(book)
    assert (short.line_id, short.short) == (SUPPLY.line_id, 500)


def test_open_lines_grow_old_and_unsent_ones_are_unbilled(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    post(book, payer.remittance(payer.claim_of(one, PAID), cents=MONEY), ACT)
    (old,) = aging(book, TIME.last_day.replace(month=6))
    assert (old.line_id, old.state, old.days, old.bucket) == (TIME.line_id, "denied", 92, 120)
    decided = [decision("99454"), decision("99458"), decision("99445", outcome="held")]
    (missed,) = unbilled(book, decided)
    assert missed.state is None
    assert missed.decision_key.endswith("99458")


def test_two_who_post_the_same_file_at_once_post_it_once(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    other = Book(tmp_path)
    data = payer.remittance(payer.claim_of(one, PAID), cents=MONEY)
    assert len(post(book, data, ACT).changes) == 2
    second = post(other, data, ACT)
    assert (second.changes, second.before) == ((), 2)
    answers = acknowledge(Book(tmp_path), payer.status([one]), ACT, Sent())
    assert [change.to for change in answers.changes] == [None, None], "late: it was paid already"
    assert states(Book(tmp_path)) == {SUPPLY.line_id: "paid", TIME.line_id: "denied"}
