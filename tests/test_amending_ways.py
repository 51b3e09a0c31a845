"""What accepting leads to, by what the payer takes and whether there is still time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from made_up_claims import ACT, line, sent
from proofline.claims.amending.amendment import Amendment, Billed, Kind
from proofline.claims.amending.ways import correction
from proofline.claims.book import Book, Change
from proofline.claims.claim import ClaimLine
from proofline.claims.payers.terms import Terms

SUPPLY = line("99454")
ADD_ON = line("99458", units=1, charge=8_000)
TAKES, TAKES_NOT = Terms(replacement=True, void=True), Terms(replacement=False, void=False)
ON = date(2026, 11, 22)


def amendment(one: ClaimLine, kind: Kind, now: Billed, **other: object) -> Amendment:
    was = Billed(one.code, one.units, one.last_day.isoformat(), "billable")
    made = Amendment("AM", one.line_id, one.decision_key, "refund", "paid", was, now)
    return structs.replace(made, kind=kind, **other)


def paid(folder: Path, *lines: ClaimLine) -> Book:
    """Send one claim, and be paid with the payer's number of it."""
    book, one = sent(folder, *lines)
    detail = {"payer_claim_id": "PAYER-1"}
    book.record([Change(each.line_id, "paid", detail=detail) for each in one.lines], ACT)
    return book


STANDS = Billed("99458", 2, "2026-03-30", "billable")
NOTHING = Billed()
OTHER = Billed("99445", 1, "2026-03-30", "billable")
WAYS: list[tuple[ClaimLine, Kind, Billed, Terms, str, str]] = [
    (ADD_ON, "upgrade", STANDS, TAKES, "replacement", "7"),
    (ADD_ON, "upgrade", STANDS, TAKES_NOT, "reopening", ""),
    (ADD_ON, "upgrade", STANDS, Terms(), "reopening", ""),  # unknown is not taken for allowed
    (SUPPLY, "refund", NOTHING, TAKES, "void", "8"),
    (SUPPLY, "refund", NOTHING, TAKES_NOT, "reopening", ""),
    (SUPPLY, "downgrade", OTHER, TAKES, "void", "8"),
    (SUPPLY, "information", OTHER, TAKES, "nothing", ""),
    (SUPPLY, "unsettled", OTHER, TAKES, "nothing", ""),
    (SUPPLY, "redate", Billed("99454", 1, "2026-03-20", "billable"), TAKES, "replacement", "7"),
]


@pytest.mark.parametrize("row", WAYS)
def test_the_way_is_one_that_the_payer_takes(
    tmp_path: Path, row: tuple[ClaimLine, Kind, Billed, Terms, str, str]
) -> None:
    one, kind, now, terms, way, frequency = row
    book = paid(tmp_path, one)
    found = correction(book, amendment(one, kind, now), terms, ON)
    assert found.way == way
    assert (found.claim.frequency if found.claim else "") == frequency
    if found.claim is None:
        return
    assert found.claim.original_reference == "PAYER-1"
    book.correct(found.claim, ACT)  # and the book takes it
    assert book.lines[one.line_id].state == "corrected"


def test_a_replacement_has_the_units_and_charge_of_today(tmp_path: Path) -> None:
    book = paid(tmp_path, ADD_ON, line("99457", charge=10_000))
    found = correction(book, amendment(ADD_ON, "upgrade", STANDS), TAKES, ON)
    assert found.claim is not None
    told = {each.code: (each.units, each.charge) for each in found.claim.lines}
    assert told == {"99458": (2, 16_000), "99457": (1, 10_000)}


def test_a_claim_with_other_lines_is_not_voided(tmp_path: Path) -> None:
    book = paid(tmp_path, SUPPLY, line("99457", charge=10_000))
    found = correction(book, amendment(SUPPLY, "refund", NOTHING), TAKES, ON)
    assert (found.way, found.claim) == ("replacement", None)
    assert "without this line" in found.words


def test_what_is_earned_beside_is_drafted_as_a_line_of_its_own(tmp_path: Path) -> None:
    book = paid(tmp_path, SUPPLY)
    new = amendment(SUPPLY, "upgrade", STANDS, was=Billed())
    assert correction(book, new, TAKES_NOT, ON).way == "draft"


@pytest.mark.parametrize(
    ("last", "way"), [("2026-11-22", "draft"), ("2026-11-21", "nothing"), ("", "draft")]
)
def test_an_upgrade_after_timely_filing_leads_nowhere(tmp_path: Path, last: str, way: str) -> None:
    book = paid(tmp_path, SUPPLY)
    new = amendment(SUPPLY, "upgrade", STANDS, was=Billed(), last_filing_day=last)
    assert correction(book, new, TAKES_NOT, ON).way == way


def test_without_the_payers_number_nothing_is_written(tmp_path: Path) -> None:
    book, _ = sent(tmp_path, SUPPLY)
    found = correction(book, amendment(SUPPLY, "refund", NOTHING), TAKES, ON)
    assert found.claim is None
    assert "wait for the answer" in found.words
