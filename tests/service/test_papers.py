"""The practice's papers in its book: the last of a kind holds, and the same readers read them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from made_up_practices import START, Practice
from proofline.claims.fees.medicare import DATA
from proofline.claims.fees.trouble import FeesError
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing import papers
from proofline.desk.billing.papers import keep_paper
from proofline.desk.roles import NotAllowed
from proofline.desk.trouble import DeskError
from proofline.store.models import Job

DAY, LATER = date(2026, 3, 1), START + timedelta(hours=1)
LIST = b"code,charge\n99454,120.00\n"
DEARER = b"code,charge\n99454,130.50\n"
DIRECTORY = b'[payer."P-1"]\nid = "99999"\nname = "Made-up"\n'
ENDS = b'[sender]\nid = "A"\nname = "Made-up"\n[receiver]\nid = "B"\nname = "Made-up too"\n'
RATE = b'[[rate]]\npayer = "P-1"\ncodes = ["99454"]\nfrom = 2026-01-01\ncents = 5000\n'


def test_the_last_of_a_kind_holds_and_the_earlier_one_held_before(practice: Practice) -> None:
    book = practice.opened("owner")
    keep_paper(book, "directory", DIRECTORY, START)
    assert keep_paper(book, "charges", LIST, START)
    assert not keep_paper(book, "charges", LIST, START)
    assert keep_paper(book, "charges", DEARER, LATER)
    biller = practice.opened("biller")
    assert papers.papers_of(biller, LATER).charges.of("99454", DAY) == 13_050
    assert papers.papers_of(biller, START).charges.of("99454", DAY) == 12_000
    assert keep_paper(book, "charges", LIST, LATER + timedelta(hours=1))  # back to the first
    assert papers.papers_of(biller, LATER + timedelta(hours=1)).charges.of("99454", DAY) == 12_000
    told = papers.papers_of(biller, LATER).directory.payer["P-1"]
    assert (told.id, told.name) == ("99999", "Made-up")


@pytest.mark.parametrize(
    ("kind", "data", "error"),
    [
        ("charges", b"code\n99454\n", ClaimsError),
        ("charges", b"code,charge\n99454,none\n", ClaimsError),
        ("directory", b"[payer", ClaimsError),
        ("directory", b"[doctor.A]\n", ClaimsError),
        ("contracts", RATE + b'percent = "110"\n', FeesError),
        ("ends", b'[sender]\nid = "A"\nname = "x"\n', ClaimsError),
        ("fees", b"no facts", FeesError),
        ("prices", b"", DeskError),
        ("charges", b" " * (papers.MOST_BYTES + 1), DeskError),
    ],
)
def test_what_cannot_be_read_is_not_kept(
    practice: Practice, kind: str, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        keep_paper(practice.opened("owner"), kind, data, START)
    assert papers.held_papers(practice.opened("owner"), LATER) == []


def test_what_is_missing_is_said_with_its_cure(practice: Practice) -> None:
    book = practice.opened("biller")
    assert papers.missing(book, START) == ["charges", "directory"]
    with pytest.raises(DeskError, match="lack the charges") as told:
        papers.papers_of(book, START)
    assert "papers keep charges" in told.value.remedy
    keep_paper(book, "charges", LIST, START)
    assert papers.missing(book, LATER) == ["directory"]
    with pytest.raises(DeskError, match="lack the ends"):
        papers.ends_of(book, LATER)


def test_ends_contracts_and_fees_are_read_as_the_commands_read_them(practice: Practice) -> None:
    book = practice.opened("administrator")
    for kind, data in {"charges": LIST, "directory": DIRECTORY, "ends": ENDS}.items():
        keep_paper(book, kind, data, START)
    keep_paper(book, "contracts", RATE, START)
    facts = sorted(DATA.glob("*.facts"))
    keep_paper(book, "fees", facts[0].read_bytes(), START)
    ends = papers.ends_of(book, LATER)
    assert (ends.sender.id, ends.receiver.id) == ("A", "B")
    there = papers.papers_of(book, LATER)
    assert there.official is not None
    assert [one.source.file for one in there.official.loaded]  # type: ignore[attr-defined]
    assert {one.kind for one in papers.held_papers(book, LATER)} == set(papers.KINDS)


def test_papers_are_kept_by_who_may_and_seen_in_ones_own_practice(
    practice: Practice, other_practice: Practice
) -> None:
    keep_paper(practice.opened("biller"), "charges", LIST, START)
    for role in ("coordinator", "clinician", "compliance", "integrator"):
        with pytest.raises(NotAllowed):
            keep_paper(practice.opened(role), "charges", DEARER, LATER)
    assert papers.held_papers(other_practice.opened("biller"), LATER) == []
    with pytest.raises(NotAllowed):
        papers.papers_of(practice.opened("coordinator"), LATER)


def test_new_papers_ask_for_what_waited_for_them(practice: Practice) -> None:
    with practice.opened("coordinator").act("test", START) as act:
        act.add("patients", [{"patient_id": "P-1", "time_zone": "America/Chicago"}])
    keep_paper(practice.opened("biller"), "charges", LIST, START)
    assert Job.objects.get(kind="bill").subject == "P-1"
