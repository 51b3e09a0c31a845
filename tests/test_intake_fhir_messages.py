"""What a FHIR message says around a reading: when, by which id, for a test, and of how much."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from made_up_fhir import CUFF, codes, heart, reading, taken
from proofline.intake.sources.fhir import decode, take_in

if TYPE_CHECKING:
    from pathlib import Path

START = "2026-03-01T07:12:00-06:00"
TEST = {"meta": {"security": [{"code": "HTEST"}]}}
PERSON = {"resourceType": "Patient", "id": "ada-example"}


def over(start: str, end: str) -> dict[str, object]:
    return heart(effectiveDateTime=None, effectivePeriod={"start": start, "end": end})


def bundle(kind: str, *entries: dict[str, Any], **more: object) -> dict[str, object]:
    return {"resourceType": "Bundle", "type": kind, "entry": [*entries], **more}


def created(resource: dict[str, Any]) -> dict[str, Any]:
    return {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}


@pytest.mark.parametrize("end", [START, "2026-03-01T07:13:00-06:00", "2026-03-02T06:11:58-06:00"])
def test_a_period_of_less_than_a_day_is_measured_at_its_start(end: str) -> None:
    assert reading(over(START, end))["measured_at"] == START


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("2026-03-02T12:11:59Z", "summary"),  # 23 hours, less the second that senders leave out
        ("2026-03-02T13:12:00Z", "summary"),
        ("2026-03-31T07:12:00-06:00", "summary"),
        ("2026-03-01T13:11:59Z", "bad_time"),  # a second before the start
    ],
)
def test_a_longer_period_sums_up_and_one_that_runs_backwards_is_none(end: str, code: str) -> None:
    result = taken(over(START, end))
    assert codes(result)["Observation/o-1"] == [code]
    assert result.rows == []


def test_a_schedule_of_one_event_is_a_time_and_any_other_is_none() -> None:
    def timed(**timing: object) -> dict[str, object]:
        return heart(effectiveDateTime=None, effectiveTiming=timing)

    assert reading(timed(event=[START]))["measured_at"] == START
    for several in ({"event": [START, START]}, {"event": [START], "repeat": {"count": 2}}):
        assert codes(taken(timed(**several)))["Observation/o-1"] == ["schedule"]


@pytest.mark.parametrize("named", [CUFF | TEST, PERSON | TEST])
def test_a_reading_of_a_test_patient_or_a_test_device_is_a_test(named: dict[str, Any]) -> None:
    rows = [one.cells for one in taken(named, heart()).rows if one.table == "readings"]
    assert [row["test"] for row in rows] == ["true"]
    came, kept = taken(named, heart()).provenance
    assert came.cells["test_said"] == f"{named['resourceType']}.meta=HTEST"
    assert kept.cells["test_said"] == came.cells["test_said"]


@pytest.mark.parametrize("named", [CUFF | TEST, PERSON | TEST])
def test_a_label_is_known_to_every_later_intake(tmp_path: Path, named: dict[str, Any]) -> None:
    def take(resource: dict[str, Any]) -> None:
        path = tmp_path / "sent.json"
        path.write_text(json.dumps(resource))
        take_in([path], tmp_path / "evidence")

    for resource in (named, heart(), heart(id="o-2", subject={"reference": "Patient/other"},
                                           device={"reference": "Device/other"})):  # fmt: skip
        take(resource)
    lines = (tmp_path / "evidence" / "readings.ndjson").read_text().splitlines()
    assert [json.loads(line).get("test") for line in lines] == ["true", None]
    before = (tmp_path / "evidence" / "provenance.ndjson").read_bytes()
    for resource in (named, heart()):
        take(resource)
    assert (tmp_path / "evidence" / "provenance.ndjson").read_bytes() == before


@pytest.mark.parametrize("kind", ["history", "subscription-notification"])
def test_what_a_server_has_created_has_its_id_and_what_it_is_asked_to_has_none(kind: str) -> None:
    told = bundle(kind, created(CUFF), created(heart()))
    row = reading(told)
    assert (row["reading_id"], row["device_id"]) == ("o-1", "cuff-1")
    asked = reading(bundle("transaction", created(CUFF), created(heart())))
    assert asked["reading_id"].startswith("sha256-")


def test_a_page_with_another_after_it_says_so() -> None:
    more = bundle("searchset", {"resource": heart()}, link=[{"relation": "next", "url": "made-up"}])
    assert codes(taken(more))["Bundle"] == ["more_pages"]
    last = bundle("searchset", {"resource": heart()}, link=[{"relation": "self", "url": "made-up"}])
    assert "Bundle" not in codes(taken(last))


def test_a_list_is_refused_with_the_forms_that_are_taken() -> None:
    result = decode([("list.json", json.dumps([CUFF, heart()], indent=1).encode())])
    (said,) = result.files["list.json"].troubles
    assert (said.code, said.kind) == ("a_list", "refused")
    assert "NDJSON" in said.cure
