"""What a person attached to the wrong line is taken off again, as if it had never been there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

import made_up_payer as payer
from made_up_claims import ACT, line, sent
from proofline.claims.answers.acknowledged import Sent, acknowledge
from proofline.claims.answers.details import key_of, remitted
from proofline.claims.answers.explaining import explain
from proofline.claims.answers.posting import attach, post, waiting
from proofline.claims.book import Book, Change, Entry
from proofline.claims.book.standing import Ledger
from proofline.claims.book.steps import steps
from proofline.claims.claim import Claim
from proofline.claims.correcting import Wanted, answered_as, corrected, given_up
from proofline.claims.detaching import by_hand, detach
from proofline.claims.payers.terms import Terms
from proofline.claims.trouble import ClaimsError

SUPPLY = line("99454")
LINE, MONEY = SUPPLY.line_id, 11_000
WHY = structs.replace(ACT, why="it is of another patient")
Verdict = payer.Verdict
PAID, REFUSED = payer.paid(SUPPLY), payer.refused(SUPPLY, "50")
PART: Verdict = (6_000, "CAS*CO*45*10.00~CAS*PR*2*50.00", "")


def stray(one: Claim, verdict: Verdict, trace: str) -> bytes:
    """A remittance whose number of the line is nobody's."""
    body = payer.claim_of(one, {"99454": verdict})
    strange = [re.sub(r"^REF\*6R\*.*", "REF*6R*PLNOBODYKNOWS", segment) for segment in body]
    return payer.remittance(strange, cents=verdict[0], trace=trace)


def attached(book: Book, data: bytes) -> str:
    """Attach the one answer of a file; give its key."""
    (one,) = waiting(book, data)
    attach(book, data, one.key, (LINE, ACT))
    return one.key


def test_a_line_is_as_if_it_had_never_been_answered(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    data = stray(one, PAID, "FIRST")
    before = book.lines[LINE]
    key = attached(book, data)
    assert (book.lines[LINE].state, book.paid(LINE)) == ("paid", MONEY)
    change = detach(book, key, WHY)
    assert change.detail["paid"] == str(MONEY)
    assert (book.lines[LINE], book.paid(LINE), remitted(book, LINE)) == (before, 0, [])
    with pytest.raises(ClaimsError, match="No remittance"):
        explain(book, LINE, None)
    steps_told = [(told.kind, told.change.to, told.act.why) for told in book.story(LINE)]
    assert steps_told[-2:] == [("record", "paid", ACT.why), ("detach", "submitted", WHY.why)]
    assert Book(tmp_path).lines[LINE] == before, "and so it is replayed"


def test_it_waits_and_only_a_person_posts_it_again(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    first = payer.remittance(payer.claim_of(one, {"99454": PAID}), cents=MONEY, trace="FIRST")
    post(book, first, ACT)
    twice = payer.remittance(payer.claim_of(one, {"99454": PAID}), cents=MONEY, trace="SECOND")
    key = attached(book, twice)
    assert book.paid(LINE) == 2 * MONEY
    detach(book, key, WHY)
    assert (book.paid(LINE), book.lines[LINE].answered["trace"]) == (MONEY, "FIRST")
    back = payer.claim_of(one, {"99454": (MONEY, "CAS*CO*45*10.00", "")}, status="22")
    post(book, payer.remittance(back, cents=-MONEY, trace="BACK"), ACT)
    again = post(book, twice, ACT)  # it would fit by now, and the payer names our line
    assert (again.changes, [each.key for each in again.waiting]) == ((), [key])
    assert again.waiting[0].why.startswith(f"a person took it off line {LINE}")
    assert attached(book, twice) == key
    assert (book.lines[LINE].state, book.paid(LINE)) == ("paid", MONEY)
    assert post(book, twice, ACT).before == 1
    detach(book, key, WHY)
    assert book.paid(LINE) == 0


def test_what_came_after_it_holds_and_is_added_up_anew(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    key = attached(book, stray(one, PART, "WRONG"))
    other = attached(book, stray(one, REFUSED, "RIGHT"))
    assert (book.lines[LINE].state, book.paid(LINE)) == ("partly_paid", 6_000)
    detach(book, key, WHY)
    assert (book.lines[LINE].state, book.paid(LINE)) == ("denied", 0)
    assert [each["total"] for each in remitted(book, LINE)] == ["0"]
    assert [*by_hand(book, LINE).values()] == [other]


def test_what_a_person_did_since_stays(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    key = attached(book, stray(one, REFUSED, "FIRST"))
    book.record([Change(LINE, "appealed")], structs.replace(ACT, why="medical necessity"))
    assert detach(book, key, WHY).to is None
    assert (book.lines[LINE].state, remitted(book, LINE)) == ("appealed", [])


def test_the_payers_number_is_that_of_the_answer_that_is_left(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    number = stray(one, PAID, "FIRST").decode()
    told = re.search(r"CLP\*[^~]*", number)
    assert told is not None
    ours = told[0].split("*")[7]
    other = number.replace(told[0], told[0].replace(ours, "ANOTHERNUMBER"))
    post(book, payer.remittance(payer.claim_of(one, {"99454": PART}), cents=6_000), ACT)
    key = attached(book, other.encode())
    assert (answered_as(book, one), book.lines[LINE].answered["payer_claim_id"]) == (
        "ANOTHERNUMBER",
        "ANOTHERNUMBER",
    )
    detach(book, key, WHY)
    assert (answered_as(book, one), book.lines[LINE].answered["payer_claim_id"]) == (ours, ours)


def _silent(book: Book, key: str) -> None:
    detach(book, key, structs.replace(ACT, why=" "))


def _twice(book: Book, key: str) -> None:
    detach(book, key, WHY)
    detach(book, key, WHY)


def _of_the_payer(book: Book, key: str) -> None:
    detach(book, key, WHY)
    (one,) = book.claims.values()
    post(book, payer.remittance(payer.claim_of(one, {"99454": PAID}), cents=MONEY), ACT)
    (told,) = (each for each in book.story(LINE) if each.change.detail.get("by") == "REF*6R")
    assert not by_hand(book, LINE)
    mark, content = told.answer
    detach(book, key_of(mark, content), WHY)


def _taken_back(book: Book, key: str) -> None:
    (one,) = book.claims.values()
    back = payer.claim_of(one, {"99454": (MONEY, "CAS*CO*45*10.00", "")}, status="22")
    post(book, payer.remittance(back, cents=-MONEY, trace="BACK"), ACT)
    assert book.paid(LINE) == 0
    detach(book, key, WHY)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (_silent, "claims.reason"),
        (_twice, "claims.not_attached"),
        (_of_the_payer, "claims.not_attached"),
        (_taken_back, "claims.taken_back"),
    ],
)
def test_what_cannot_be_taken_off(
    tmp_path: Path, wrong: Callable[[Book, str], None], code: str
) -> None:
    book, one = sent(tmp_path)
    key = attached(book, stray(one, PAID, "FIRST"))
    with pytest.raises(ClaimsError) as refused:
        wrong(book, key)
    assert refused.value.code == code


def test_no_other_act_goes_the_way_back(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    attached(book, stray(one, PAID, "FIRST"))
    assert not steps().allow("paid", "submitted")
    back = Change(LINE, "submitted")
    to_claim = Change(LINE, "submitted", one.claim_id)  # only a correction is given up so
    for kind, change, goes in (
        ("record", back, False),
        ("record", to_claim, False),
        ("submit", back, False),
        ("detach", back, True),
    ):
        ledger = Ledger(lines=dict(book.lines))
        entry = Entry(99, kind, WHY, (change,))
        if goes:
            assert ledger.following(entry)[LINE].state == "submitted"
        else:
            with pytest.raises(ClaimsError, match="cannot become submitted"):
                ledger.following(entry)
    never = set(steps().after) - set(steps().back)
    assert never == set(steps().after) - {"paid", "partly_paid", "denied", "corrected"}


def test_a_correction_of_what_is_answered_no_more_is_given_up_with_the_line(
    tmp_path: Path,
) -> None:
    book, one = sent(tmp_path)
    key = attached(book, stray(one, REFUSED, "FIRST"))
    book.correct(corrected(book, one, Wanted("new", (LINE,)), Terms()), ACT)
    detach(book, key, WHY)
    book.record(given_up(book, [LINE]), WHY)
    assert book.lines[LINE].state == "voided", "nothing stands that it could go back to"


def test_an_acknowledgment_before_it_is_what_is_left(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    acknowledge(book, payer.status([one]), ACT, Sent())
    before = book.lines[LINE]
    assert before.state == "accepted"
    detach(book, attached(book, stray(one, PAID, "FIRST")), WHY)
    assert book.lines[LINE] == before


VERDICTS: tuple[Verdict, ...] = (PAID, REFUSED, PART)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=7))
def test_attached_and_taken_off_at_will_only_what_is_left_counts(
    tmp_path_factory: pytest.TempPathFactory, turns: Sequence[int]
) -> None:
    """The referee is a book to which nothing but what is left was ever attached."""
    book, one = sent(tmp_path_factory.mktemp("turned"))
    files = [stray(one, verdict, f"T{n}") for n, verdict in enumerate(VERDICTS)]
    standing: dict[int, str] = {}
    for n in turns:  # an answer that is attached is taken off, one that is not is attached
        if n in standing:
            detach(book, standing.pop(n), WHY)
        else:
            standing[n] = attached(book, files[n])
    plain, _ = sent(tmp_path_factory.mktemp("plain"))
    for n in standing:
        attached(plain, files[n])
    assert book.lines[LINE].state == plain.lines[LINE].state
    assert book.paid(LINE) == plain.paid(LINE)
    assert remitted(book, LINE) == remitted(plain, LINE)
