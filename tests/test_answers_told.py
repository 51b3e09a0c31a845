"""What a state says and what is explained are one: refused, taken off as agreed, told otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

import made_up_payer as payer
from at_the_terminal import on_disk, typed
from made_up_claims import ACT, line, sent
from proofline.claims.answers.details import remitted
from proofline.claims.answers.explaining import Explained, explain
from proofline.claims.answers.lists import aging, underpaid
from proofline.claims.answers.matching import differences
from proofline.claims.answers.posting import post
from proofline.claims.book import Book, Change
from proofline.cli.claims.explaining import told as said
from proofline.errors import ProoflineError

ASK = "ask it which day it has on file"
SUPPLY, TIME = line("99454"), line("99457", charge=10_000)
PAID = {"99454": payer.paid(SUPPLY)}


def answered(folder: Path, cas: str, status: str = "1", cents: int = 0) -> tuple[Book, Explained]:
    """Answer a line of 120.00 from which 115.00 was expected."""
    book, one = sent(folder, structs.replace(SUPPLY, expected=11_500), TIME)
    body = payer.claim_of(one, {"99454": (cents, cas, "")}, status=status)
    post(book, payer.remittance(body, cents=cents), ACT)
    return book, explain(book, SUPPLY.line_id, None)


@pytest.mark.parametrize(
    ("cas", "status", "state", "causes"),
    [
        # CLP02 = 1 and a contractual adjustment to zero: nobody refused anything
        ("CAS*CO*45*120.00", "1", "paid", []),
        ("CAS*PR*1*110.00~CAS*CO*45*10.00", "1", "paid", []),
        # the payer's own word for it, whatever the adjustments say
        ("CAS*CO*45*120.00", "4", "denied", [("CLP02", "denied", 12_000)]),
        ("CAS*CO*50*120.00", "4", "denied", [("CO", "50", 12_000)]),
        # a refusing reason, whatever CLP02 says: most payers send 1
        ("CAS*CO*50*120.00", "1", "denied", [("CO", "50", 12_000)]),
        ("CAS*PR*204*120.00", "1", "denied", [("PR", "204", 12_000)]),
        ("CAS*CO*45*70.00~CAS*CO*151*50.00", "1", "denied", [("CO", "151", 5_000)]),
        # nothing paid, and nothing or not all of it accounted for
        ("", "1", "denied", [("CAS", "none", 12_000)]),
        ("CAS*CO*45*20.00", "1", "denied", [("CAS", "none", 10_000)]),
    ],
)
def test_a_line_is_denied_where_a_refusal_is_explained_and_else_not(
    tmp_path: Path, cas: str, status: str, state: str, causes: list[tuple[str, str, int]]
) -> None:
    book, told = answered(tmp_path, cas, status)
    assert book.lines[SUPPLY.line_id].state == told.state == state
    assert [(one.group, one.code, one.amount) for one in told.causes] == causes
    assert all(one.means and one.answer for one in told.causes)
    assert ("nothing was refused" in "\n".join(said(told))) == (not causes)


def test_what_is_taken_off_to_nothing_is_an_underpayment_and_settled(tmp_path: Path) -> None:
    book, told = answered(tmp_path, "CAS*CO*45*120.00")
    (short,) = underpaid(book)
    assert (short.expected, short.allowed, short.short) == (11_500, 0, 11_500)
    assert told.short == short
    assert [(one.group, one.code, one.amount) for one in told.agreed] == [("CO", "45", 12_000)]
    assert "CO-45 120.00, not refused: the charge above the fee schedule or contract" in said(told)
    assert SUPPLY.line_id not in {one.line_id for one in aging(book, SUPPLY.last_day)}


def test_a_denied_line_is_no_underpayment_wherever_a_person_brought_it(tmp_path: Path) -> None:
    book, told = answered(tmp_path, "CAS*CO*50*120.00")
    assert told.causes
    assert list(underpaid(book)) == []
    book.record([Change(SUPPLY.line_id, "appealed")], ACT)
    assert list(underpaid(book)) == []
    assert explain(book, SUPPLY.line_id, None).short is None


FIRST, SECOND = "1999999999", "1888888888"
PAID_BY_FIRST = ("1", FIRST, 9_200, "CAS*CO*45*5.00~CAS*PR*2*23.00")
BACK = ("22", FIRST, 9_200, "CAS*CO*45*-5.00~CAS*PR*2*-23.00")


@pytest.mark.parametrize(
    ("answers", "short"),
    [
        # what the first payer corrects after the second answered is compared still
        (
            [
                *(PAID_BY_FIRST, ("2", SECOND, 2_300, "CAS*OA*23*97.00"), BACK),
                ("1", FIRST, 9_300, "CAS*CO*45*5.00~CAS*PR*2*22.00"),
            ],
            [0, 0, 0, 0],
        ),
        # the first payer takes its answer back for good: the other one's is compared
        ([PAID_BY_FIRST, BACK, ("1", SECOND, 5_000, "CAS*CO*45*70.00")], [0, 0, 6_500]),
        # the first payer says that another one is to be asked, which pays all
        (
            [("4", FIRST, 0, "CAS*CO*22*120.00"), ("1", SECOND, 11_500, "CAS*CO*45*5.00")],
            [0, 0],
        ),
    ],
)
def test_what_the_payer_asked_first_allowed_is_compared(
    tmp_path: Path, answers: list[tuple[str, str, int, str]], short: list[int]
) -> None:
    """Of 120.00 charged 115.00 are expected."""
    book, one = sent(tmp_path, structs.replace(SUPPLY, expected=11_500))
    for place, (status, number, cents, cas) in enumerate(answers):
        body = payer.claim_of(one, {"99454": (cents, cas, "")}, status=status)
        brought = -cents if status == "22" else cents
        data = payer.remittance(body, cents=brought, trace=f"TRACE-{place}")
        posted = post(book, data.replace(FIRST.encode(), number.encode()), ACT)
        assert (len(posted.changes), posted.waiting) == (1, ())
        assert sum(each.short for each in underpaid(book)) == short[place]


def test_a_part_refused_by_the_payers_word_is_partly_paid(tmp_path: Path) -> None:
    book, told = answered(tmp_path, "CAS*CO*45*20.00", "4", cents=10_000)
    assert book.lines[SUPPLY.line_id].state == "partly_paid"
    assert [(one.group, one.code, one.amount) for one in told.causes] == [
        ("CLP02", "denied", 2_000)  # 120.00 less what was paid
    ]


def test_a_second_payer_who_points_to_the_first_leaves_its_refusal(tmp_path: Path) -> None:
    book, one = sent(tmp_path, SUPPLY)
    first = payer.claim_of(one, {"99454": payer.refused(SUPPLY, "50")}, status="1")
    post(book, payer.remittance(first, cents=0), ACT)
    second = payer.claim_of(one, {"99454": (0, "CAS*OA*23*120.00", "")}, status="2")
    data = payer.remittance(second, cents=0, trace="SECOND").replace(b"1999999999", b"1888888888")
    post(book, data, ACT)
    told = explain(book, SUPPLY.line_id, None)
    assert told.state == "denied"
    assert [cause.code for cause in told.causes] == ["50"]


@pytest.mark.parametrize(
    ("sent_back", "told"),
    [
        ("DTM*472*20260330", []),
        ("DTM*150*20260330~DTM*151*20260330", []),
        ("", []),  # a day that was not sent is unknown, and no other day
        (
            "DTM*472*20260331",
            [f"the payer answered for 2026-03-31, we billed 2026-03-30: {ASK}"],
        ),
        (
            "DTM*150*20260301~DTM*151*20260330",
            [f"the payer answered for 2026-03-01 to 2026-03-30, we billed 2026-03-30: {ASK}"],
        ),
    ],
)
def test_another_day_than_ours_is_posted_and_told(
    tmp_path: Path, sent_back: str, told: list[str]
) -> None:
    book, one = sent(tmp_path)
    body = [each for each in payer.claim_of(one, PAID) if not each.startswith("DTM*472")]
    at = next(number for number, each in enumerate(body) if each.startswith("SVC"))
    body[at + 1 : at + 1] = filter(None, sent_back.split("~"))
    posted = post(book, payer.remittance(body, cents=11_000), ACT)
    assert [change.detail["by"] for change in posted.changes] == ["REF*6R"]
    (detail,) = remitted(book, SUPPLY.line_id)
    assert list(differences(detail)) == told
    assert list(explain(book, SUPPLY.line_id, None).differs) == told


def test_a_code_that_the_payer_changed_is_posted_and_told(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    body = payer.claim_of(one, {"99457": (2_084, "CAS*CO*45*79.16", "")})
    body = [
        each.replace("HC:99457*100.00*20.84**1", "HC:99470*100.00*20.84**1*HC:99457")
        for each in body
    ]
    post(book, payer.remittance(body, cents=2_084), ACT)
    (text,) = explain(book, TIME.line_id, None).differs
    assert text.startswith("the payer answered for 99470, we billed 99457")


def test_the_terminal_tells_it_when_it_is_posted(tmp_path: Path) -> None:
    _, one = sent(tmp_path / "book")
    body = [each.replace("*20260330", "*20260331") for each in payer.claim_of(one, PAID)]
    file = on_disk(tmp_path, "paid.835", payer.remittance(body, cents=11_000))
    got = typed("remits", "match", file, "--book", tmp_path / "book")
    assert got.exit_code == 0, got.output
    assert "1 posted, 0 posted before, 0 waiting" in got.output
    assert "the payer answered for 2026-03-31, we billed 2026-03-30" in got.output


def test_a_file_that_is_refused_at_its_last_segment_posts_nothing(tmp_path: Path) -> None:
    book, one = sent(tmp_path)
    bodies = [payer.claim_of(one, PAID), payer.claim_of(one, {"99457": payer.refused(TIME, "50")})]
    data = payer.remittance(*bodies, cents=11_000).replace(b"IEA*1*", b"IEA*2*")
    before = {one.line_id: one.state for one in book.lines.values()}
    with pytest.raises(ProoflineError, match="IEA"):
        post(book, data, ACT)
    assert {one.line_id: one.state for one in Book(tmp_path).lines.values()} == before
    assert remitted(book, SUPPLY.line_id) == []


def test_what_finds_no_line_waits_in_the_order_of_the_file(tmp_path: Path) -> None:
    book, one = sent(tmp_path, SUPPLY)
    stranger = structs.replace(
        one, claim_id="MADEUPSTRANGER", lines=(structs.replace(SUPPLY, line_id="XX1"),)
    )
    ours, theirs = payer.claim_of(one, PAID), payer.claim_of(stranger, PAID)
    twice = payer.claim_of(one, {"99454": (10_000, "CAS*CO*45*20.00", "")})
    posted = post(book, payer.remittance(theirs, ours, twice, theirs, cents=43_000), ACT)
    assert len(posted.changes) == 1
    assert [waits.claim_id for waits in posted.waiting] == [
        "MADEUPSTRANGER",
        one.claim_id,
        "MADEUPSTRANGER",
    ]
