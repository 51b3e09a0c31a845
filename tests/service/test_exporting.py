"""Lists as files: the whole list and not one page of it, cut aloud, free of formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from made_up_billing import NOW, decided_practice, decisions_of_one, drafted, lines
from made_up_outlooks import foreseen, outlook
from made_up_practices import Practice
from made_up_stories import GOOD, put_story
from proofline.desk.showing.audit import looking
from proofline.desk.showing.billing import lists
from proofline.desk.showing.today import TOGETHER
from proofline.store.models import Decision, Look, Person
from proofline.store.safekeeping.unpacking import Damaged
from proofline.web import exporting
from signing_in import client_of

__all__ = ["decided_practice"]


def rows_of(role: str, address: str) -> list[dict[str, str]]:
    answer = client_of(f"north-{role}").get(address)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return [*csv.DictReader(io.StringIO(answer.getvalue().decode()))]


def written(rows: Iterator[tuple[str, ...]]) -> list[list[str]]:
    answer = exporting.streamed("x", ("a", "b"), rows)
    return [*csv.reader(io.StringIO(answer.getvalue().decode()))]


def test_a_long_list_is_cut_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST", 2)
    assert written(iter([("1", "=2"), ("3", "4")])) == [["a", "b"], ["1", "'=2"], ["3", "4"]]
    *rows, last = written(iter([("1", "2"), ("3", "4"), ("5", "6")]))
    assert (len(rows), last) == (3, ["Cut after 2 rows: narrow the list."])


def test_what_breaks_off_says_so() -> None:
    def breaking() -> Iterator[tuple[str, ...]]:
        yield "1", "2"
        raise Damaged("decision 7")

    *_, last = written(breaking())
    assert last[0].startswith("Broken off: ")
    assert "decision 7" in last[0]


@pytest.mark.slow
def test_today_gives_every_page_and_puts_everybody_on_record(practice: Practice) -> None:
    many = 2 * TOGETHER + 1
    foreseen(practice.tenant_id, *(outlook(number) for number in range(many)))
    found = rows_of("coordinator", "/today/?as=csv&page=2")
    assert len({row["enrollment"] for row in found}) == len(found) == many
    seen = Look.objects.filter(act="patient.see").values_list("patient_id", flat=True)
    assert len(set(seen)) == many


@pytest.mark.slow
def test_lines_of_the_biller_go_whole(
    decided_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(decided_practice)
    monkeypatch.setattr(lists, "PAGE", 2)
    found = rows_of("biller", "/billing/?stand=drawn&as=csv")
    assert {row["line"] for row in found} == lines(decided_practice).lines.keys()
    book = decided_practice.opened("biller")
    second = lists.lines(book, lists.Asked("drawn"), NOW).after
    assert rows_of("biller", f"/billing/?stand=drawn&as=csv&after={second}") == found


@pytest.mark.slow
def test_held_lines_go_whole_with_what_holds_them(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_story(practice, GOOD)  # nobody signed
    monkeypatch.setattr(lists, "HELD_PAGE", 1)
    held = rows_of("biller", "/billing/?stand=held&as=csv")
    wanted = Decision.objects.filter(outcome="held").count()
    assert len({row["line"] for row in held}) == len(held) == wanted > 1
    assert all(row["why"] and row["held_by"] == "evidence" for row in held)


def test_the_audit_goes_whole(decided_practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    assert decided_practice.tenant_id
    monkeypatch.setattr("proofline.desk.showing.audit.finding.PAGE", 3)
    found = rows_of("compliance", "/audit/?csv=1&state=billable&page=2")
    wanted = sum(one["outcome"] == "billable" for one in decisions_of_one())
    assert len({row["line"] for row in found}) == len(found) == wanted > 3


def test_who_may_not_see_the_list_gets_no_file(practice: Practice) -> None:
    assert practice.tenant_id
    for role, address in (("owner", "/billing/?as=csv"), ("biller", "/today/?as=csv")):
        assert client_of(f"north-{role}").get(address).status_code == 403


@pytest.mark.slow
def test_who_saw_and_changed_what_is_given_whole(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_story(practice, GOOD)
    for _ in range(3):
        client_of("north-coordinator").get("/patient/ENR-1/")
    monkeypatch.setattr(looking, "MOST", 1)
    found = rows_of("compliance", "/audit/looks/ENR-1/?as=csv")
    seen = [row for row in found if row["what"] == "saw the patient"]
    assert len(seen) >= 3, "more than the page shows"
    assert {(row["who"], row["allowed"]) for row in seen} == {("north-coordinator", "yes")}
    assert found[0]["what"] == "asked who looked", "that this was asked is a look itself"
    assert {row["patient"] for row in found} == {seen[0]["patient"]}
    changed = {row["what"]: row["rows"] for row in found if row["entry"]}
    assert int(changed["Readings"]) > 1
    who = Person.objects.get(username="north-coordinator").pk
    theirs = rows_of("compliance", f"/audit/looks/person/{who}/?as=csv")
    assert {row["who"] for row in theirs} == {"north-coordinator"}
    assert client_of("north-biller").get("/audit/looks/ENR-1/?as=csv").status_code == 403
