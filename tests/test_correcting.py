"""Corrections that meet what happened meanwhile: lines that moved on, and originals that are paid.

What the terminal refuses here, a page refuses too: both make the claim by one function.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

import made_up_payer as payer
from at_the_terminal import typed
from made_up_claims import ACT, BILLING_NPI, claim, line
from proofline.claims.amending.amendment import Amendment, Billed
from proofline.claims.amending.ways import correction
from proofline.claims.answers.posting import post
from proofline.claims.book import Book, Change
from proofline.claims.claim import Claim, Payer
from proofline.claims.correcting import (
    Wanted,
    Way,
    attempt,
    corrected,
    given_back,
    given_up,
    replacement,
)
from proofline.claims.payers.terms import Terms
from proofline.claims.trouble import ClaimsError

SUPPLY, TIME = line("99454"), line("99457", charge=10_000)
TAKES = Terms(replacement=True, void=True)
WHY = ("--why", "a made-up fault")
PAYEE = f"XX*{BILLING_NPI}"


def answered(folder: Path) -> tuple[Book, Claim]:
    """Open a book with a claim of a payer that takes any correction: one line paid, one denied."""
    one = claim(SUPPLY, TIME)
    asked = structs.replace(
        one.coverages[0], payer=Payer("77777", "Made-up Health", "commercial", "CI"), member_id="X1"
    )
    one = structs.replace(one, coverages=(asked,))
    book = Book(folder)
    book.draw([one], ACT)
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    verdicts = {"99454": payer.paid(SUPPLY), "99457": payer.refused(TIME, "16", "MA130")}
    body = payer.claim_of(one, verdicts)
    post(book, payer.remittance(body, cents=verdicts["99454"][0], payee=PAYEE), ACT)
    return book, one


def anew(book: Book, one: Claim) -> Claim:
    """Correct the denied line by a new claim."""
    made = corrected(book, one, Wanted("new", (TIME.line_id,)), TAKES)
    book.correct(made, ACT)
    return made


@pytest.mark.parametrize("way", ["replacement", "void"])
def test_a_replacement_takes_no_line_along_that_moved_on(tmp_path: Path, way: str) -> None:
    book, one = answered(tmp_path)
    later = anew(book, one)
    before = dict(book.lines)
    refused = typed("claims", "correct", SUPPLY.line_id, "--book", tmp_path, "--as", way, *WHY)
    assert (refused.exit_code, "was drawn into another claim" in refused.stderr) == (1, True)
    book.refresh()
    assert dict(book.lines) == before
    assert book.lines[TIME.line_id].claim_id == later.claim_id


def test_the_book_itself_takes_no_claim_of_lines_that_parted(tmp_path: Path) -> None:
    book, one = answered(tmp_path)
    made = replacement(one, "PAYER-1", TAKES, attempt=attempt(book, one))
    anew(book, one)  # somebody else, between making that and writing it down
    with pytest.raises(ClaimsError, match=f"{TIME.line_id} was drawn into another claim"):
        book.correct(made, ACT)


def test_an_amendment_replaces_no_claim_of_which_a_line_moved_on(tmp_path: Path) -> None:
    book, one = answered(tmp_path)
    was, now = (Billed("99454", units, "2026-03-30", "billable") for units in (1, 2))
    found = Amendment("AM", SUPPLY.line_id, SUPPLY.decision_key, "upgrade", "paid", was, now)
    assert correction(book, found, TAKES, date(2026, 6, 1)).way == "replacement"
    anew(book, one)
    way = correction(book, found, TAKES, date(2026, 6, 1))
    assert (way.way, way.claim) == ("reopening", None)
    assert "went on to a later claim" in way.words


def paid_after_all(book: Book, one: Claim) -> None:
    """Take the denial back, and pay the line of the first claim."""
    lost = payer.claim_of(one, {"99457": payer.refused(TIME, "16", "MA130")}, status="22")
    now = payer.claim_of(one, {"99457": payer.paid(TIME)})
    data = payer.remittance(lost, now, cents=payer.paid(TIME)[0], trace="LATER", payee=PAYEE)
    post(book, data, ACT)
    assert book.paid(TIME.line_id) == payer.paid(TIME)[0]


def test_a_correction_that_was_paid_meanwhile_is_given_up_and_not_held(tmp_path: Path) -> None:
    book, one = answered(tmp_path)
    made = anew(book, one)
    paid_after_all(book, one)
    assert book.lines[TIME.line_id].state == "corrected", "its correction waits to be sent"
    with pytest.raises(ClaimsError, match="was paid meanwhile") as refused:
        book.submit([made.claim_id], ACT)
    assert "Give its correction up" in refused.value.remedy
    with pytest.raises(ClaimsError):  # what it was told before cannot be done
        book.hold([TIME.line_id], ACT)

    done = typed("claims", "give-up", TIME.line_id, "--book", tmp_path, *WHY)
    assert f"{TIME.line_id} is paid again: its correction is given up" in done.stdout
    book.refresh()
    now = book.lines[TIME.line_id]
    assert (now.state, now.claim_id) == ("paid", one.claim_id)
    whole = corrected(book, one, Wanted("replacement"), TAKES)
    assert len(whole.lines) == len(one.lines), "all its lines are together again"


def test_a_correction_goes_back_whole_and_a_denied_line_stands_denied(tmp_path: Path) -> None:
    book, one = answered(tmp_path)
    book.correct(corrected(book, one, Wanted("replacement"), TAKES), ACT)
    book.record(given_up(book, [SUPPLY.line_id]), ACT)
    states = {each.line_id: (each.state, each.claim_id) for each in book.lines.values()}
    stood = {SUPPLY.line_id: "paid", TIME.line_id: "denied"}
    assert states == {each: (state, one.claim_id) for each, state in stood.items()}
    book.record(given_up(book, [TIME.line_id]), ACT)
    assert book.lines[TIME.line_id].state == "voided", "a denied line is given up as ever"


def test_what_was_sent_is_not_brought_back(tmp_path: Path) -> None:
    book, one = answered(tmp_path)
    made = anew(book, one)
    book.submit([made.claim_id], ACT)
    with pytest.raises(ClaimsError, match="cannot become voided"):
        book.record(given_up(book, [TIME.line_id]), ACT)


def test_the_edits_tell_a_corrected_line_what_can_be_done(tmp_path: Path) -> None:
    book, one = answered(tmp_path)
    anew(book, one)
    paid_after_all(book, one)
    told = typed("claims", "check", "--book", tmp_path, "--as-of", "2026-06-01").output
    assert "What was paid stan" in told
    assert "Hold it" not in told


@pytest.mark.parametrize("first", ["new", "replacement", "void"])
@pytest.mark.parametrize("second", ["new", "replacement", "void"])
def test_what_was_given_up_is_corrected_again(tmp_path: Path, first: Way, second: Way) -> None:
    """Its claim has its id in the book, so the next one has another."""
    book, one = answered(tmp_path)
    for way in (first, second, first):
        lines = (TIME.line_id,) if way == "new" else ()
        made = corrected(book, one, Wanted(way, lines), TAKES)
        book.correct(made, ACT)
        assert book.lines[TIME.line_id].claim_id == made.claim_id
        book.record(given_back(book, made.claim_id), ACT)
        assert book.lines[TIME.line_id].state == "denied"
        with pytest.raises(ClaimsError, match=r"is (denied|paid)\."):
            given_back(book, made.claim_id)


def test_a_correction_after_a_rejected_one_goes_back_to_what_was_adjudicated(
    tmp_path: Path,
) -> None:
    book, one = answered(tmp_path)
    sent = corrected(book, one, Wanted("replacement"), TAKES)
    book.correct(sent, ACT)
    book.submit([sent.claim_id], ACT)
    book.record([Change(line.line_id, "rejected") for line in one.lines], ACT)
    again = corrected(book, sent, Wanted("replacement", reference="MADE-UP"), TAKES)
    book.correct(again, ACT)
    book.record(given_back(book, again.claim_id), ACT)
    assert {each.claim_id for each in book.lines.values()} == {one.claim_id}
