"""A FHIR reading that its sender takes back counts no more, in whatever order the news comes."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from made_up_fhir import heart
from proofline.evidence import open_evidence
from proofline.intake.sources.fhir import take_in

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.intake.report import Report

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
FIRST = {"meta": {"lastUpdated": "2026-03-01T13:13:00Z"}}
LATER = {"meta": {"lastUpdated": "2026-03-02T09:00:00Z"}}
BACK: dict[str, Any] = {"status": "entered-in-error"}
PANEL = {
    "code": {"coding": [{"system": LOINC, "code": "85353-1"}]},
    "valueQuantity": None,
    "component": [
        {
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": value, "system": UCUM, "code": unit},
        }
        for code, value, unit in (("8867-4", 61, "/min"), ("9279-1", 14, "/min"))
    ],
}


def take(tmp_path: Path, *observations: dict[str, Any]) -> Report:
    path = tmp_path / "sent.ndjson"
    path.write_text("\n".join(map(json.dumps, observations)))
    return take_in([path], tmp_path / "evidence")


def said(report: Report) -> list[str]:
    return [one.code for one in report.troubles() if one.code != "device_unknown"]


def holding(tmp_path: Path) -> list[tuple[str | None, bool]]:
    """Give the value of each version that holds, and whether it waits for a person (E3)."""
    query = """
        SELECT r.value, coalesce(s.contradicted, FALSE)
        FROM readings r LEFT JOIN superseded_readings s USING (row_no)
        WHERE s.row_no IS NULL OR s.contradicted
        ORDER BY r.reading_id, r.value NULLS FIRST
    """
    with open_evidence(tmp_path / "evidence", as_of=date(2026, 6, 1)) as evidence:
        return evidence.connection.execute(query).fetchall()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "then"),
    [
        (heart(**FIRST), heart(**LATER, **BACK)),
        (heart(**LATER, **BACK), heart(**FIRST)),  # a history lists the newest first
        (heart(), heart(**LATER, **BACK)),
        (heart(**FIRST, status="preliminary"), heart(**LATER, status="cancelled")),
        (heart(**FIRST), {"resourceType": "Observation", "id": "o-1", **LATER, **BACK}),
    ],
    ids=["in order", "newest first", "first undated", "cancelled", "nothing left of it"],
)
def test_what_is_taken_back_holds_no_value(
    tmp_path: Path, first: dict[str, Any], then: dict[str, Any]
) -> None:
    take(tmp_path, first)
    take(tmp_path, then)
    assert holding(tmp_path) == [(None, False)]
    before = (tmp_path / "evidence" / "readings.ndjson").read_bytes()
    take(tmp_path, then)
    take(tmp_path, first)
    assert (tmp_path / "evidence" / "readings.ndjson").read_bytes() == before


@pytest.mark.slow
def test_a_history_in_one_file_is_read_as_if_its_versions_came_one_by_one(tmp_path: Path) -> None:
    take(tmp_path, heart(**LATER, **BACK), heart(**FIRST))
    assert holding(tmp_path) == [(None, False)]


@pytest.mark.slow
@pytest.mark.parametrize("first", [heart(), heart(**FIRST)], ids=["undated", "dated"])
def test_a_withdrawal_that_says_no_time_has_the_reading_wait(
    tmp_path: Path, first: dict[str, Any]
) -> None:
    take(tmp_path, first)
    assert said(take(tmp_path, heart(**BACK))) == ["withdrawn", "takes_back"]
    assert holding(tmp_path) == [(None, True), ("61", True)]


@pytest.mark.slow
def test_of_a_panel_every_reading_is_taken_back(tmp_path: Path) -> None:
    take(tmp_path, heart(**PANEL, **FIRST))
    assert holding(tmp_path) == [("61", False), ("14", False)]
    take(tmp_path, heart(**PANEL, **LATER, **BACK))
    assert holding(tmp_path) == [(None, False), (None, False)]


def test_what_was_sent_again_after_its_withdrawal_counts_and_that_is_said(tmp_path: Path) -> None:
    take(tmp_path, heart(**LATER))
    assert said(take(tmp_path, heart(**FIRST, **BACK))) == ["withdrawn", "withdrawn_but_there"]
    assert holding(tmp_path) == [("61", False)]


def bundle(kind: str, *entries: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries), **more}


def deletion(url: str = "Observation/o-1", at: str = "", **more: object) -> dict[str, Any]:
    response = {"response": {"status": "204", "lastModified": at}} if at else {}
    return {"request": {"method": "DELETE", "url": url}, **response, **more}


def version(observation: dict[str, Any]) -> dict[str, Any]:
    return {"resource": observation, "request": {"method": "PUT", "url": "Observation/o-1"}}


AT = "2026-03-02T09:00:00Z"
DELETIONS = {
    "history": bundle("history", deletion(at=AT)),
    "absolute": bundle("history", deletion("https://made.up/fhir/Observation/o-1", at=AT)),
    "by fullUrl": bundle(
        "history",
        {"fullUrl": "https://made.up/fhir/Observation/o-1", "request": {"method": "DELETE"},
         "response": {"lastModified": AT}},
    ),
    "transaction": bundle("transaction", deletion(), timestamp=AT),
    "bulk export": bundle("transaction", deletion(), meta={"lastUpdated": AT}),
    "with what it was": bundle("history", deletion(at=AT, resource=heart(**FIRST))),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("how", DELETIONS)
@pytest.mark.parametrize("first", [True, False], ids=["the reading first", "the deletion first"])
def test_what_a_server_deleted_holds_no_value_in_any_order(
    tmp_path: Path, how: str, *, first: bool
) -> None:
    news = [heart(**FIRST), DELETIONS[how]]
    for one in news if first else reversed(news):
        take(tmp_path, one)
    assert holding(tmp_path) == [(None, False)]
    before = (tmp_path / "evidence" / "readings.ndjson").read_bytes()
    for one in news:
        take(tmp_path, one)
    assert (tmp_path / "evidence" / "readings.ndjson").read_bytes() == before


@pytest.mark.slow
def test_a_history_with_a_deletion_is_read_as_if_its_versions_came_one_by_one(
    tmp_path: Path,
) -> None:
    report = take(tmp_path, bundle("history", deletion(at=AT), version(heart(**FIRST))))
    assert said(report) == ["deleted", "corrects"]
    assert holding(tmp_path) == [(None, False)]


@pytest.mark.slow
def test_what_was_made_anew_after_its_deletion_counts(tmp_path: Path) -> None:
    anew = heart(meta={"lastUpdated": "2026-03-03T09:00:00Z"})
    take(tmp_path, bundle("history", version(anew), deletion(at=AT), version(heart(**FIRST))))
    assert holding(tmp_path)[-1] == ("61", False)
    take(tmp_path, heart(**FIRST, id="o-2"))
    assert ("61", False) in holding(tmp_path)


@pytest.mark.slow
def test_a_panel_that_was_deleted_before_it_came_never_counts(tmp_path: Path) -> None:
    take(tmp_path, DELETIONS["history"])
    take(tmp_path, heart(**PANEL, **FIRST))
    assert holding(tmp_path) == [(None, False), (None, False)]


@pytest.mark.slow
def test_a_deletion_that_says_no_time_has_the_reading_wait(tmp_path: Path) -> None:
    take(tmp_path, heart(**FIRST))
    take(tmp_path, bundle("history", deletion()))
    assert holding(tmp_path) == [(None, True), ("61", True)]


@pytest.mark.slow
def test_a_withdrawal_with_nothing_left_of_it_is_remembered(tmp_path: Path) -> None:
    take(tmp_path, {"resourceType": "Observation", "id": "o-1", **LATER, **BACK})
    take(tmp_path, heart(**FIRST))
    assert holding(tmp_path) == [(None, False)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("Observation?identifier=made-up", "deletes_some"),
        ("Observation/o-1/_history/1", "deletes_some"),
        ("Observation", "deletes_some"),
        ("Device/o-1", "no_resource"),
        ("", "no_resource"),
    ],
)
def test_a_deletion_of_what_is_not_named_takes_nothing_back(
    tmp_path: Path, url: str, code: str
) -> None:
    take(tmp_path, heart(**FIRST))
    assert said(take(tmp_path, bundle("transaction", deletion(url)))) == [code]
    assert holding(tmp_path) == [("61", False)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "odd",
    [
        {"timestamp": 5, "entry": [deletion()]},
        {"entry": [deletion() | {"response": 5}]},
        {"entry": [deletion() | {"response": {"lastModified": "yesterday"}}]},
        {"entry": [{"request": {"method": "DELETE", "url": 5}, "fullUrl": "x/Observation/o-1"}]},
    ],
)
def test_a_deletion_in_odd_words_has_the_reading_wait(tmp_path: Path, odd: dict[str, Any]) -> None:
    take(tmp_path, heart(**FIRST))
    take(tmp_path, bundle("transaction") | odd)
    assert holding(tmp_path) == [(None, True), ("61", True)]


def posted(observation: dict[str, Any], at: str) -> dict[str, Any]:
    """Give a message of somebody who has no lasting ids, such as a hub."""
    entry = {"resource": observation, "request": {"method": "POST", "url": "Observation"}}
    sent = observation | {"id": "in-this-message", "meta": {"lastUpdated": at}}
    return bundle("transaction", entry | {"resource": sent})


CUFF = {"device": {"identifier": {"system": "urn:made-up", "value": "cuff-1"}}}
OTHER = heart(**CUFF, valueQuantity={"value": 62, "unit": "/min"})
NOBODY_SAYS = {"resourceType": "Observation", "subject": {"reference": "Patient/p-1"}}


@pytest.mark.slow
def test_without_a_lasting_id_it_is_found_by_what_was_measured(tmp_path: Path) -> None:
    take(tmp_path, posted(heart(**CUFF), "2026-03-01T13:13:00Z"))
    take(tmp_path, posted(heart(**CUFF) | BACK, AT))
    assert holding(tmp_path) == [(None, False)]


@pytest.mark.slow
def test_without_a_lasting_id_and_value_it_is_found_by_device_and_instant(tmp_path: Path) -> None:
    take(tmp_path, posted(heart(**CUFF), "2026-03-01T13:13:00Z"))
    report = take(tmp_path, posted(heart(**CUFF, valueQuantity=None) | BACK, AT))
    assert "withdraws_one_of" not in said(report)
    assert holding(tmp_path) == [(None, False)]


@pytest.mark.slow
def test_what_may_be_meant_waits_where_two_can_be(tmp_path: Path) -> None:
    for one in (heart(**CUFF), OTHER):
        take(tmp_path, posted(one, "2026-03-01T13:13:00Z"))
    report = take(tmp_path, posted(heart(**CUFF, valueQuantity=None) | BACK, AT))
    assert "withdraws_one_of" in said(report)
    held = holding(tmp_path)
    assert {waits for _, waits in held} == {True}
    assert {value for value, _ in held} == {None, "61", "62"}


@pytest.mark.slow
def test_a_withdrawal_of_nobody_knows_what_says_so(tmp_path: Path) -> None:
    take(tmp_path, heart(**FIRST))
    report = take(tmp_path, posted(NOBODY_SAYS | BACK, AT))
    assert said(report)[-1] == "withdraws_unknown"
    assert holding(tmp_path) == [("61", False)]
