"""Every number of the practice's page has a list, and every list is a file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.formats import date_format

from made_up_billing import AS_OF, NOW, decided_practice, decisions_of_one, drafted
from made_up_censuses import enrol, file_of, owner, worked
from made_up_practices import Practice
from proofline.desk.billing import sending
from proofline.desk.showing.practice import behind, census, hours, money
from proofline.store.book import by_ourselves
from proofline.store.decided import keep
from signing_in import client_of

__all__ = ["decided_practice"]


def test_what_all_logged_together_leads_to_all_of_it(practice: Practice) -> None:
    enrol(practice, "E1", "RPM", setup_date="2026-01-05")
    worked(practice, "T1", "E1", "2026-03-02T10:00:00Z", "2026-03-02T10:25:00Z")
    worked(practice, "D2", "E1", "2026-03-03T10:00:00Z", "2026-03-03T10:05:00Z")
    worked(practice, "T3", "E1", "2026-02-03T10:00:00Z", "soon")
    told = {one.month: one for one in hours.staff(owner(practice), NOW).together}
    assert told["2026-03"].minutes == 30
    assert (told["2026-02"].minutes, told["2026-02"].entries) == (0, True)
    assert not told["2026-04"].entries
    assert [row["entry"] for row in file_of("/practice/entries/?month=2026-03")] == ["T1", "D2"]
    (theirs,) = file_of("/practice/entries/?month=2026-03&performer=%3DDOCTOR")
    assert theirs["performer"] == "'=DOCTOR", "a spreadsheet takes it for no formula"


def test_the_page_of_the_staff_leads_to_the_time_of_everybody(practice: Practice) -> None:
    month = f"{datetime.now(UTC):%Y-%m}"
    enrol(practice, "E1", "RPM", setup_date="2026-01-05")
    worked(practice, "T1", "E1", f"{month}-01T00:00:00Z", f"{month}-01T00:05:00Z")
    client = client_of("north-owner")
    all_of_it = f"/practice/entries/?month={month}"
    assert client.get("/practice/staff/").content.decode().count(f'href="{all_of_it}"') == 1
    page = client.get(all_of_it).content.decode()
    assert "Time of everybody" in page
    assert f"{date_format(date.fromisoformat(f'{month}-01'), 'j M Y')}, 00:00 UTC" in page
    assert ">5:00<" in page
    assert "NURSE" in page


def test_lists_of_the_census_go_whole(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(census, "PAGE", 1)
    enrol(practice, "=E1", "RPM", setup_date="2026-01-05")
    enrol(practice, "E2", "RPM", setup_date="2026-01-06", end_date="2026-03-10")
    enrol(practice, "E3", "RPM")
    found = file_of("/practice/enrollments/?program=RPM&after=1")
    assert [row["enrollment"] for row in found] == ["'=E1", "E2", "E3"]
    assert [row["ended"] for row in found] == ["", "2026-03-10", ""]
    (undated,) = file_of("/practice/enrollments/?program=RPM&undated=yes")
    assert undated["enrollment"] == "E3"
    page = client_of("north-owner").get("/practice/census/").content.decode()
    assert "?program=RPM&amp;undated=yes" in page


@pytest.mark.slow
def test_lines_held_by_hand_lead_on_to_those_that_decisions_hold(
    decided_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [
        one | {"outcome": "held"}
        for one in decisions_of_one()
        if one["code"] == "99454" and one["outcome"] == "billable"
    ]
    there = drafted(decided_practice)
    by_hand = [
        one.line_id for c in there.current("drawn") for one in c.lines if one.code != "99454"
    ]
    sending.hold(decided_practice.opened("biller"), by_hand, "made up", NOW)
    with by_ourselves(decided_practice.tenant_id) as ours, ours.act("decision", NOW) as act:
        keep(act, held, AS_OF)
    monkeypatch.setattr(behind, "PAGE", 1)
    monkeypatch.setattr(behind, "DECIDED_PAGE", 2)
    book = owner(decided_practice)
    leaking = money.money(book, NOW).sums[4].lines
    assert leaking == len(by_hand) + len(held) > len(by_hand) > 1
    rows = file_of("/practice/lines/?what=leaking")
    assert len({row["line"] for row in rows}) == len(rows) == leaking
    assert [row["why"] for row in rows[: len(by_hand)]] == ["made up"] * len(by_hand)
    assert {row["code"] for row in rows[len(by_hand) :]} == {"99454"}
