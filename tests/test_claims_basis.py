"""Lines are tied to the day and the digest of their decisions, from the draft to the submission."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import made_up_payer as payer
from made_up_claims import ACT, claim, decision, line
from proofline.claims.answers.explaining import explain
from proofline.claims.answers.posting import post
from proofline.claims.book import Basis, Book, Decided, decided
from proofline.claims.book.basis import digest_of
from proofline.claims.claim import Claim
from proofline.claims.trouble import ClaimsError

APRIL, MAY = date(2026, 4, 20), date(2026, 5, 4)
SUPPLY, TIME = line("99454"), line("99457", charge=10_000)
BOTH = [decision("99454"), decision("99457")]


def drawn(folder: Path, day: date = MAY, of: list[dict[str, object]] = BOTH) -> tuple[Book, Claim]:
    book, one = Book(folder), claim(SUPPLY, TIME)
    book.draw([one], ACT, judged=["MADEUP-E1"], decided=decided(of, day))
    return book, one


def test_a_submission_keeps_what_its_lines_were_drawn_from(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    book.make_ready([one.claim_id], ACT)
    entry = book.submit([one.claim_id], ACT)
    told = {change.line_id: change.basis for change in entry.changes}
    assert told == {
        SUPPLY.line_id: Basis(MAY, digest_of(BOTH[0])),
        TIME.line_id: Basis(MAY, digest_of(BOTH[1])),
    }
    assert Book(tmp_path).lines[SUPPLY.line_id].basis == told[SUPPLY.line_id]


def test_a_digest_is_of_all_that_a_decision_says_in_any_order_of_its_keys() -> None:
    one = decision("99454")
    assert digest_of(one) == digest_of(dict(reversed(one.items())))
    assert digest_of(one) != digest_of(decision("99454", findings=[{"status": "met"}]))


def test_older_decisions_are_refused_and_nothing_is_forgotten(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    book.make_ready([one.claim_id], ACT)
    for older in (decided([], APRIL), None):
        with pytest.raises(ClaimsError, match="drawn from those of 2026-05-04") as refused:
            book.draw([], ACT, judged=["MADEUP-E1"], decided=older)
        assert refused.value.code == "claims.older_decisions"
    assert {each.state for each in Book(tmp_path).lines.values()} == {"ready"}


def test_older_decisions_are_refused_even_where_the_later_ones_drew_nothing(
    tmp_path: Path,
) -> None:
    book = Book(tmp_path)
    book.draw([], ACT, decided=Decided(MAY))
    with pytest.raises(ClaimsError, match="2026-04-20"):
        book.draw([claim()], ACT, decided=decided(BOTH, APRIL))


def test_a_mistaken_day_is_mended_with_a_reason_that_is_kept(tmp_path: Path) -> None:
    book, one = drawn(tmp_path, date(2062, 5, 4))
    entry = book.draw([one], ACT, decided=decided(BOTH, MAY, "2062 was a slip"))
    assert entry is not None
    assert entry.act.why == "older decisions: 2062 was a slip"
    assert book.draw([one], ACT, decided=decided(BOTH, MAY)) is None


def test_a_later_decision_that_says_the_same_leaves_a_line_ready(tmp_path: Path) -> None:
    book, one = drawn(tmp_path, APRIL)
    book.make_ready([one.claim_id], ACT)
    later = [decision("99454", findings=[{"status": "met"}]), BOTH[1]]
    book.draw([one], ACT, judged=["MADEUP-E1"], decided=decided(later, MAY))
    assert book.lines[SUPPLY.line_id].state == "ready"
    assert book.lines[SUPPLY.line_id].basis == Basis(MAY, digest_of(later[0]))
    assert book.draw([one], ACT, judged=["MADEUP-E1"], decided=decided(later, MAY)) is None


def test_a_held_line_without_a_decision_is_given_up_and_comes_back_only_by_a_draft(
    tmp_path: Path,
) -> None:
    book, one = drawn(tmp_path)
    book.hold([SUPPLY.line_id], ACT)
    rest = claim(TIME)
    book.draw([rest], ACT, judged=["MADEUP-E1"], decided=decided(BOTH[1:], MAY))
    held = book.lines[SUPPLY.line_id]
    assert (held.state, bool(held.held)) == ("voided", True)
    book.draw([one], ACT, judged=["MADEUP-E1"], decided=decided(BOTH, MAY))
    assert book.lines[SUPPLY.line_id].state == "voided", "the hold goes on"
    book.release([SUPPLY.line_id], ACT)
    assert book.lines[SUPPLY.line_id].state == "voided", "nothing stands behind it yet"
    book.draw([one], ACT, judged=["MADEUP-E1"], decided=decided(BOTH, MAY))
    assert book.lines[SUPPLY.line_id].state == "drawn"


def test_enrollments_are_told_by_who_bills_them(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    assert book.enrollments([one.billing.npi]) == {"MADEUP-E1"}
    assert book.enrollments(["1999999992", ""]) == set()


def test_a_decision_that_says_otherwise_than_when_it_was_sent_is_told(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    body = payer.claim_of(one, {"99454": payer.refused(SUPPLY, "50")})
    post(book, payer.remittance(body, cents=0), ACT)
    assert explain(book, SUPPLY.line_id, BOTH[0]).changed is False
    assert explain(book, SUPPLY.line_id, decision("99454", findings=[])).changed is True
    assert explain(book, SUPPLY.line_id, None).changed is None
