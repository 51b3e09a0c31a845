"""Today by patient: who is in several programs is one row, and counts once for each way."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from made_up_outlooks import also, foreseen, outlook
from made_up_practices import START, Practice
from proofline.desk.showing.today import Asked, today
from signing_in import client_of

if TYPE_CHECKING:
    from proofline.desk.showing.today import TodayPage


def page_of(practice: Practice, **asked: str | int) -> TodayPage:
    return today(practice.opened("coordinator"), Asked(**asked), START)  # type: ignore[arg-type]


def shown(practice: Practice, **asked: str | int) -> list[list[str]]:
    """Give the enrollments of each row of the list."""
    rows = page_of(practice, **asked).rows
    return [[one.enrollment_id for one in row.programs] for row in rows]


def in_two_programs(practice: Practice) -> None:
    """Put P-2 in two programs, one more pressing than that of P-1, the other less."""
    foreseen(
        practice.tenant_id,
        outlook(1, days=2, gain=2_000),
        outlook(2, days=9, gain=9_000),
        also(2, days=2, gain=4_000),
        also(3, "none"),
    )


def test_a_patient_in_two_programs_is_one_row_where_the_worse_one_stands(
    practice: Practice,
) -> None:
    in_two_programs(practice)
    page = page_of(practice)
    assert shown(practice) == [["E-2-CCM", "E-2"], ["E-1"]]
    assert [row.name for row in page.rows] == ["Madeup-P-2", "Madeup-P-1"]
    assert page.total == 2


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"program": "CCM"}, [["E-2-CCM"]]),
        ({"program": "RPM"}, [["E-1"], ["E-2"]]),
        ({"act": "remind"}, [["E-1"], ["E-2"]]),
        ({"show": "days"}, [["E-2-CCM"], ["E-1"]]),
        ({"show": "all", "program": "CCM"}, [["E-2-CCM"], ["E-3-CCM"]]),
    ],
)
def test_a_narrowed_row_shows_what_was_asked_for_and_stands_by_it(
    practice: Practice, asked: dict[str, str | int], found: list[list[str]]
) -> None:
    in_two_programs(practice)
    assert shown(practice, **asked) == found


def test_each_way_counts_patients_once(practice: Practice) -> None:
    in_two_programs(practice)
    page = page_of(practice)
    assert {way.word: way.rows for way in page.programs} == {"RPM": 2, "CCM": 1}
    assert {way.word: way.rows for way in page.acts} == {"remind": 2, "call": 1}
    assert {way.word: way.rows for way in page.shows} == {
        "": 2, "due": 0, "days": 2, "week": 2, "warnings": 0, "all": 3,
    }  # fmt: skip
    for way in (*page.shows, *page.acts, *page.programs):  # what it promises is what it gives
        after = Asked(
            way.word if way in page.shows else "",
            way.word if way in page.acts else "",
            way.word if way in page.programs else "",
        )
        assert len(today(practice.opened("coordinator"), after, START).rows) == way.rows


def test_a_page_ends_with_a_patient_and_the_next_one_begins_with_another(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofline.desk.showing.today.TOGETHER", 1)
    in_two_programs(practice)
    assert shown(practice) == [["E-2-CCM", "E-2"]]
    assert shown(practice, page=2) == [["E-1"]]
    assert page_of(practice).more
    assert not page_of(practice, page=2).more


def test_the_page_leads_to_both_programs_of_a_patient(practice: Practice) -> None:
    in_two_programs(practice)
    coordinator = client_of("north-coordinator")
    text = coordinator.get("/today/").content.decode()
    assert text.count(">Madeup-P-2</a>") == 1
    assert '<a href="/patient/E-2-CCM/">CCM</a>' in text
    assert '<a href="/patient/E-2/">RPM</a>' in text
    sent = b"".join(coordinator.get("/today/?as=csv").streaming_content)  # type: ignore[attr-defined]
    rows = [*csv.reader(io.StringIO(sent.decode()))][1:]
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("E-2-CCM", "Madeup-P-2", "CCM"),
        ("E-2", "Madeup-P-2", "RPM"),
        ("E-1", "Madeup-P-1", "RPM"),
    ]
