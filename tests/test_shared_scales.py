"""When values of one scale are two people's: a table, and what no table can show."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofline.evidence import open_evidence
from proofline.intake import shared_scales
from proofline.intake.shared_scales import Weighed, doubted, shared, weighed
from proofline.intake.taking_in import take_in

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


def mornings(*kilograms: str | float) -> list[Weighed]:
    """One value a day, in order; the reading's id is the number of the day."""
    return [
        Weighed(START + timedelta(days=day), Decimal(str(value)), str(day))
        for day, value in enumerate(kilograms)
    ]


@pytest.mark.parametrize(
    ("kilograms", "days"),
    [
        ((82, 82.4, 61, 82.1, 61.3, 82), "23456"),  # two people in turns
        ((82, 82.4, 61, 61.2, 61.1, 61), ""),  # changed for good: a new patient, or a new scale
        ((82, 82.4, 61, 82.1, 82.3), ""),  # once alone may be a bag, or a wrong step
        ((82, 86.9, 82, 86.9, 82), ""),  # less than 5 kg: salt and water can do that
        ((82, 87, 82, 87, 82), "12345"),
        ((82, 84, 86, 88, 90, 88, 86, 84, 82), ""),  # gained and lost, with values in between
        ((70, 75, 80, 85, 90, 70, 75, 80, 85, 90), ""),  # no two groups
        ((82, 82, 82), ""),
        ((82,), ""),
        ((), ""),
        ((82, 61, 82, 61, 82, 82, 82, 82), "12345"),  # after the last turn they are one person's
    ],
)
def test_groups_in_turns_are_shared(kilograms: tuple[float, ...], days: str) -> None:
    found = shared(mornings(*kilograms))
    assert "".join(str(int(one.reading_id) + 1) for one in found) == days


def test_only_the_last_sixty_days_are_looked_at() -> None:
    long_ago = [
        Weighed(one.at - timedelta(days=61), one.kilograms, f"old {one.reading_id}")
        for one in mornings(61, 82, 61, 82)
    ]
    assert shared([*long_ago, *mornings(82, 82, 82, 82)]) == []


@pytest.mark.slow
@given(st.lists(st.decimals(40, 150, places=1), max_size=12), st.randoms())
def test_order_of_arrival_is_nothing(kilograms: list[Decimal], shuffle: object) -> None:
    values = mornings(*map(float, kilograms))
    expected = shared(values)
    shuffle.shuffle(values)  # type: ignore[attr-defined]
    assert shared(values) == expected


@pytest.mark.slow
@given(st.lists(st.decimals(80, 84, places=1), max_size=30))
def test_one_person_is_never_two(kilograms: list[Decimal]) -> None:
    assert shared(mornings(*map(float, kilograms))) == []


@pytest.mark.parametrize(
    ("changes", "kilograms"),
    [
        ({}, "80"),
        ({"unit": "g", "value": "80000"}, "80.000"),
        ({"unit": "[lb_av]", "value": "100"}, "45.35923700"),
        ({"value": ""}, None),
        ({"metric": "85354-9", "unit": "mm[Hg]"}, None),
        ({"measured_at": "2026-05-01T07:00:00"}, None),  # whose wall it was is not known here
    ],
)
def test_what_is_a_weight(changes: dict[str, str], kilograms: str | None) -> None:
    row = {
        "reading_id": "R1",
        "metric": "29463-7",
        "value": "80",
        "unit": "kg",
        "measured_at": "2026-05-01T07:00:00-04:00",
    } | changes
    found = weighed(row)
    assert (found and str(found.kilograms)) == kilograms


def rows(*kilograms: float) -> list[dict[str, str]]:
    return [
        {
            "reading_id": str(day),
            "device_id": "D1",
            "metric": "29463-7",
            "value": str(value),
            "unit": "kg",
            "measured_at": f"2026-05-{day + 1:02}T07:00:00-04:00",
            "received_at": f"2026-05-{day + 1:02}T11:05:00Z",
        }
        for day, value in enumerate(kilograms)
    ]


def test_doubt_is_known_from_when_the_last_value_came() -> None:
    found = doubted(rows(82, 61, 82, 61))
    assert [one["reading_id"] for one in found] == ["0", "1", "2", "3"]
    assert {one["ambiguous_person"] for one in found} == {"true"}
    assert {one["received_at"] for one in found} == {"2026-05-04T11:05:00Z"}
    assert [one["value"] for one in found] == ["82", "61", "82", "61"]


def test_what_is_in_doubt_already_gets_no_further_version() -> None:
    sent = rows(82, 61, 82, 61)
    assert doubted([*sent, *doubted(sent)]) == []


def sent(path: Path, *pounds: float) -> Path:
    readings = [
        {
            "metric": "weight",
            "hwi_device_id": "made-up-scale",
            "timestamp": f"2026-05-{day + 1:02}T11:00:00Z",
            "created": f"2026-05-{day + 1:02}T11:05:00Z",
            "value_1": str(value),
            "hardware_uuid": "F0",
            "sensor_code": "11",
        }
        for day, value in enumerate(pounds)
    ]
    path.write_text(json.dumps(readings))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("few", [64, 0], ids=["at once", "a part at a time"])
def test_intake_doubts_once_what_a_second_person_made_doubtful(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(shared_scales, "_FEW_DEVICES", few)
    evidence = tmp_path / "evidence"
    first = take_in("tenovi", [sent(tmp_path / "may.json", 180, 140, 180)], evidence)
    assert [one.code for one in first.troubles()] == []
    more = sent(tmp_path / "more.json", 180, 140, 180, 140)
    second = take_in("tenovi", [more], evidence)
    assert [one.code for one in second.troubles()] == ["shared"]
    lines = [json.loads(line) for line in (evidence / "readings.ndjson").read_text().splitlines()]
    doubted_ = [one for one in lines if one.get("ambiguous_person") == "true"]
    assert len(lines) == 4 + 4
    assert {one["received_at"] for one in doubted_} == {"2026-05-04T11:05:00Z"}
    before = (evidence / "readings.ndjson").read_bytes()
    again = take_in("tenovi", [more], evidence)
    assert not again.added()
    assert (evidence / "readings.ndjson").read_bytes() == before
    with open_evidence(evidence, as_of=date(2026, 5, 31)) as read:
        assert read.troubles == []


def test_each_device_is_looked_at_by_itself() -> None:
    sent = [row | {"device_id": f"D{day % 2}"} for day, row in enumerate(rows(82, 61, 82, 61))]
    assert doubted(sent) == []
