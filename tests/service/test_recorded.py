"""Rows that came together: what their entry records of them, and that they are there so."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from made_up_practices import START, Practice
from proofline.ledger.audit.vouching import Heads
from proofline.ledger.entry import canonical
from proofline.packet import verify
from proofline.store.auditing.recorded import alike, key_of, recorded, rows_in, rows_under
from proofline.store.models import Job
from proofline.store.safekeeping.verifying import faults
from proofline.store.trouble import StoreError
from proofline.store.vouching import ledger

Row = dict[str, str | None]
CELLS = st.text('ab "\\\u00e9', max_size=3)
UNLIKE = st.lists(st.dictionaries(st.sampled_from("wxyz"), st.none() | CELLS), max_size=20)
ALIKE = st.sets(st.sampled_from("wxyz"), min_size=1).flatmap(
    lambda names: st.lists(
        st.fixed_dictionaries(
            {name: st.text("ab\u00e9", min_size=1, max_size=2) for name in names}
        ),
        min_size=8,
        max_size=20,
    )
)


def readings(count: int, **other: str) -> list[Row]:
    return [
        {
            "reading_id": f"R-{number:02}",
            "device_id": f"D-{number % 3}",
            "metric": "8867-4",
            "value": str(60 + number),
            "unit": "/min",
            "measured_at": f"2026-03-01T12:{number:02}:00Z",
            "entry": "automatic",
            **other,
        }
        for number in range(count)
    ]


def keep(practice: Practice, rows: list[Row]) -> None:
    with practice.opened("coordinator").act("test", START) as act:
        act.add("readings", rows)


@pytest.mark.slow
@given(UNLIKE | ALIKE)
def test_what_is_recorded_of_rows_is_what_they_say(rows: list[Row]) -> None:
    said = [{name: cell for name, cell in row.items() if cell} for row in rows]
    payload = json.loads(canonical(recorded(rows, alike(rows))))
    assert rows_in(payload) == verify.rows_in(payload) == said


@pytest.mark.slow
@given(UNLIKE | ALIKE, st.sampled_from([("w",), ("x", "y"), ("z", "w")]), st.data())
def test_rows_are_found_under_their_keys(
    rows: list[Row], key: tuple[str, ...], data: st.DataObject
) -> None:
    payload = json.loads(canonical(recorded(rows, alike(rows))))
    there = [(key_of(row, key), row) for row in rows_in(payload) or ()]
    wanted = data.draw(st.sets(st.sampled_from([*{under for under, _ in there}] or [("",)])))
    found = [*rows_under(payload, key, wanted)]
    assert found == [(under, row) for under, row in there if under in wanted]


@pytest.mark.parametrize(
    "payload",
    [
        *({}, {"rows": None}, {"cells": []}, {"cells": [["D"]], "columns": ["w"], "each": 3}),
        {"cells": [None, [], ["D", []]], "columns": ["w", "x"], "each": {}},
        {"rows": [None, {"w": ["D"]}]},
    ],
)
def test_of_a_payload_that_somebody_changed_nothing_is_found(payload: dict[str, object]) -> None:
    assert [*rows_under(payload, ("w",), {("E",)})] == []


def test_what_all_rows_say_is_recorded_once() -> None:
    rows = readings(8, source="tenovi")
    told = recorded(rows, alike(rows))
    same = {"metric": "8867-4", "unit": "/min", "entry": "automatic", "source": "tenovi"}
    assert told["each"] == same
    assert told["columns"] == ("device_id", "measured_at", "reading_id", "value")
    assert list(told["cells"])[1] == ("D-1", "2026-03-01T12:01:00Z", "R-01", "61")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "rows",
    [
        readings(7),
        [*readings(8), *readings(1, test="true")],
        [*readings(8), *readings(1, value="")],
        [{"reading_id": f"R-{number}"} for number in range(8)],
        readings(1) * 8,
    ],
    ids=["few", "another column", "a blank", "one column", "all the same"],
)
def test_other_rows_are_recorded_one_by_one(rows: list[Row]) -> None:
    assert "rows" in recorded(rows, alike(rows))


@pytest.mark.parametrize("count", [7, 8, 50])
def test_rows_are_there_in_their_order_and_as_recorded(practice: Practice, count: int) -> None:
    sent = readings(count, source='a "made-up" source, \\ and \u00e9')
    before = ledger().size()
    keep(practice, sent)
    kept = practice.opened("coordinator").shelf.rows("readings")
    assert [{name: cell for name, cell in row.items() if cell} for row in kept] == sent
    assert ledger().size() == before + 1
    assert list(faults(Heads())) == []


@pytest.mark.parametrize("other", [{"colour": "red"}, {"device_id": ""}])
def test_many_rows_that_the_contract_does_not_know_are_refused(
    practice: Practice, other: dict[str, str]
) -> None:
    with pytest.raises(StoreError, match="cannot be kept"):
        keep(practice, readings(8, **other))
    assert practice.opened("coordinator").shelf.rows("readings") == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL holds no NUL at all")
def test_a_text_does_not_end_at_a_nul(practice: Practice) -> None:
    rows = [row | {"patient_id": f"P\0{row['reading_id']}"} for row in readings(9)]
    keep(practice, rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT patient_id FROM evidence_readings")
        kept = {patient for (patient,) in cursor.fetchall()}
    assert kept == {row["patient_id"] for row in rows}
    assert kept <= set(Job.objects.filter(kind="decide").values_list("subject", flat=True))
    assert list(faults(Heads())) == []
