"""The book of lines: each step allowed or refused, durable, replayed, and never sent twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from msgspec import structs

from made_up_claims import ACT, claim, drawn, line, sent
from proofline.claims.book import Act, Book, Change
from proofline.claims.book.log import NAME
from proofline.claims.book.steps import steps
from proofline.claims.claim import State
from proofline.claims.correcting import new_claim, replacement, void
from proofline.claims.drawing import claim_id
from proofline.claims.payers.terms import terms_of
from proofline.claims.trouble import ClaimsError

STATES: tuple[State, ...] = get_args(State)
SILENT = structs.replace(ACT, why="")


def states(book: Book) -> set[State]:
    return {one.state for one in book.lines.values()}


def answer(book: Book, to: State, *line_ids: str) -> None:
    book.record([Change(line_id, to) for line_id in line_ids or book.lines], ACT)


def test_the_way_of_a_line_is_kept_with_who_when_and_why(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    answer(book, "accepted")
    answer(book, "paid")
    story = book.story(one.lines[0].line_id)
    way = [told.change.to for told in story]
    assert way == ["drawn", "ready", "submitted", "accepted", "paid"]
    assert all(told.act == ACT for told in story)


def test_a_replay_gives_the_same_book(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    answer(book, "denied", one.lines[0].line_id)
    again = Book(tmp_path)
    assert again.lines == book.lines
    assert again.claims == book.claims == {one.claim_id: one}
    assert again.submission(3) == [one]


def test_no_state_that_was_sent_leads_back_to_ready() -> None:
    unsent: set[State] = {"drawn", "ready"}
    assert {now for now in STATES if steps().allow(now, "ready")} <= unsent
    assert {now for now in STATES if steps().allow(now, "submitted")} <= {"ready", "corrected"}


def test_what_was_rejected_is_not_what_was_denied() -> None:
    anew, adjudicated = {"drawn", "voided", "corrected"}, {"paid", "partly_paid", "denied"}
    assert steps().after["rejected"] == anew | adjudicated
    assert "drawn" not in steps().after["denied"]
    assert "appealed" in steps().after["denied"]
    assert "appealed" not in steps().after["rejected"]


def test_a_line_is_not_sent_twice(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    before = (tmp_path / NAME).read_bytes()
    for state in ("", "accepted", "paid"):
        if state:
            answer(book, state)  # type: ignore[arg-type]
            before = (tmp_path / NAME).read_bytes()
        with pytest.raises(ClaimsError, match="Only ready"):
            book.submit([one.claim_id], ACT)
        assert (tmp_path / NAME).read_bytes() == before


def test_a_line_is_not_sent_twice_in_one_act_either(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    book.make_ready([one.claim_id], ACT)
    entry = book.submit([one.claim_id, one.claim_id], ACT)
    assert len(entry.changes) == 2
    assert {kept.sent for kept in book.lines.values()} == {1}


def test_a_book_that_was_opened_before_knows_what_others_sent(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    book.make_ready([one.claim_id], ACT)
    other = Book(tmp_path)
    book.submit([one.claim_id], ACT)
    with pytest.raises(ClaimsError, match="submitted"):
        other.submit([one.claim_id], ACT)


def test_holding_and_releasing_need_a_reason(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    held = one.lines[0].line_id
    with pytest.raises(ClaimsError, match="needs a reason"):
        book.hold([held], SILENT)
    book.hold([held], ACT)
    assert book.lines[held].held == ACT.why
    with pytest.raises(ClaimsError, match="is held"):
        book.make_ready([one.claim_id], ACT)
    with pytest.raises(ClaimsError, match="needs a reason"):
        book.release([held], SILENT)
    book.release([held], ACT)
    book.make_ready([one.claim_id], ACT)
    assert states(book) == {"ready"}


def test_what_is_yet_to_come_is_not_sent(tmp_path: Path) -> None:
    book = Book(tmp_path)
    days = {"first_day": date(2026, 5, 6), "last_day": date(2026, 5, 6)}
    one = claim(line("99454", **days), line("99457", charge=10_000))
    book.draw([one], ACT)
    book.make_ready([one.claim_id], ACT)  # checked for a later day
    assert list(book.unsendable([one.claim_id], ACT)) == [one.claim_id]
    with pytest.raises(ClaimsError, match="is of a day to come"):
        book.submit([one.claim_id], ACT)
    book.submit([one.claim_id], structs.replace(ACT, at=ACT.at + timedelta(days=2)))
    assert states(book) == {"submitted"}


def test_what_was_sent_cannot_be_held(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    with pytest.raises(ClaimsError, match="not there to hold"):
        book.hold([one.lines[0].line_id], ACT)


def test_a_held_line_keeps_back_only_itself(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    held, free = (kept.line_id for kept in one.lines)
    book.hold([held], ACT)
    book.draw([one], ACT)
    (fresh,) = book.current("drawn")
    assert [kept.line_id for kept in fresh.lines] == [free]
    book.make_ready([fresh.claim_id], ACT)
    book.release([held], ACT)
    book.draw([one], ACT)
    assert book.current("drawn") == [one]


def test_drawing_again_what_is_unchanged_writes_nothing(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    book.make_ready([one.claim_id], ACT)
    before = (tmp_path / NAME).read_bytes()
    assert book.draw([one], ACT, judged=["MADEUP-E1"]) is None
    assert (tmp_path / NAME).read_bytes() == before
    assert states(book) == {"ready"}


def test_a_ready_line_that_changed_is_to_be_checked_again(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    book.make_ready([one.claim_id], ACT)
    mended = structs.replace(one, diagnoses=("I110",))
    book.draw([mended], ACT)
    assert states(book) == {"drawn"}
    assert book.current("drawn") == [mended]


def test_a_sent_line_is_not_drawn_again(tmp_path: Path) -> None:
    book, one = sent(tmp_path, line("99454"))
    more = claim(line("99454"), line("99457"))
    book.draw([more], ACT)
    assert book.lines[one.lines[0].line_id].state == "submitted"
    (fresh,) = book.current("drawn")
    assert [kept.code for kept in fresh.lines] == ["99457"]


def test_a_line_whose_decision_no_longer_stands_is_given_up_or_told_of(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    book.draw([], ACT, judged=["SOMEBODY-ELSE"])
    assert states(book) == {"drawn"}
    book.draw([], ACT, judged=["MADEUP-E1"])
    assert states(book) == {"voided"}
    with pytest.raises(ClaimsError, match="voided"):
        book.submit([one.claim_id], ACT)
    book.draw([one], ACT, judged=["MADEUP-E1"])
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    book.draw([], ACT, judged=["MADEUP-E1"])
    assert states(book) == {"submitted"}
    assert set(book.overtaken([], ["MADEUP-E1"])) == set(book.lines)
    assert book.overtaken(book.lines, ["MADEUP-E1"]) == []


def test_a_rejected_line_is_drawn_into_a_new_claim_and_sent_once_more(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    answer(book, "rejected")
    book.draw([one], ACT)
    (fresh,) = book.current("drawn")
    assert fresh.claim_id == claim_id(book.lines, attempt=2) != one.claim_id
    assert fresh.lines == one.lines
    with pytest.raises(ClaimsError, match="another claim"):
        book.make_ready([one.claim_id], ACT)
    book.make_ready([fresh.claim_id], ACT)
    book.submit([fresh.claim_id], ACT)
    assert {kept.sent for kept in book.lines.values()} == {2}


def test_medicare_takes_neither_replacement_nor_void() -> None:
    for way in (replacement, void):
        with pytest.raises(ClaimsError, match="not known to take"):
            way(claim(), "ICN1", terms_of("medicare_ffs"), attempt=2)
        with pytest.raises(ClaimsError, match="claim number"):
            way(claim(), " ", terms_of("medicaid"), attempt=2)


def test_a_denied_line_is_replaced_and_a_paid_one_voided(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    answer(book, "denied")
    second = replacement(one, "ICN1", terms_of("medicaid"), attempt=2)
    with pytest.raises(ClaimsError, match="reason"):
        book.correct(second, SILENT)
    book.correct(second, ACT)
    assert (second.frequency, second.original_reference) == ("7", "ICN1")
    book.submit([second.claim_id], ACT)
    answer(book, "paid")
    third = void(second, "ICN2", terms_of("medicaid"), attempt=3)
    book.correct(third, ACT)
    book.submit([third.claim_id], ACT)
    assert states(book) == {"voided"}
    book.draw([one], ACT)
    assert states(book) == {"voided"}


def test_a_new_claim_for_paid_lines_would_be_a_duplicate(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    paid, denied = (kept.line_id for kept in one.lines)
    answer(book, "paid", paid)
    answer(book, "denied", denied)
    with pytest.raises(ClaimsError, match="duplicate"):
        book.correct(new_claim(one, [paid], attempt=2), ACT)
    again = new_claim(one, [denied], attempt=2)
    book.correct(again, ACT)
    book.submit([again.claim_id], ACT)
    assert book.lines[paid].state == "paid"
    assert book.lines[denied].state == "submitted"
    with pytest.raises(ClaimsError, match="already"):
        book.correct(again, ACT)


@pytest.mark.parametrize("to", ["drawn", "ready", "submitted", "corrected"])
def test_no_answer_can_send(tmp_path: Path, to: State) -> None:
    book, one = drawn(tmp_path)
    with pytest.raises(ClaimsError):
        book.record([Change(one.lines[0].line_id, to)], ACT)


def test_an_answer_to_an_unknown_line_is_refused_whole(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    with pytest.raises(ClaimsError, match="not in the book"):
        answer(book, "accepted", one.lines[0].line_id, "PLUNKNOWN")
    assert states(book) == {"submitted"}


def test_an_act_needs_somebody_and_an_instant(tmp_path: Path) -> None:
    book = Book(tmp_path)
    for act in (Act(" ", ACT.at), Act("Somebody", datetime(2026, 5, 4))):  # noqa: DTZ001 - the point
        with pytest.raises(ClaimsError, match="somebody"):
            book.draw([claim()], act)
