"""Whose decisions an act can turn: everybody whom the engine decides otherwise is asked for."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from evidence_strategies import Row, Tables, folders, write
from made_up_practices import START, Clock, Practice
from made_up_stories import ENROLLMENT, PATIENT, SIGNED, STAFF, put_story
from proofline.decide import decide
from proofline.desk.moving.taking_over import take_over
from proofline.desk.people import open_practice
from proofline.desk.working import Worker
from proofline.store.book import by_ourselves
from proofline.store.models import Decision, Job
from proofline.store.rows import Shelf
from proofline.store.whose import Touched
from sampling import examples

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

EXAMPLES = examples(6, 15)
NURSE, NINE = "N-1", "2026-02-10T15:00:00Z"


def entry(name: str, patient: str, begun: str, ended: str, nurse: str = NURSE) -> Row:
    return {
        "entry_id": name, "enrollment_id": f"E-{patient}", "performer_id": nurse,
        "started_at": begun, "ended_at": ended, "activity": "review", "method": "timer",
    }  # fmt: skip


@pytest.fixture
def book(practice: Practice) -> Practice:
    """Three patients: a nurse worked for two of them, one after the other, and the third is apart.

    P-1 has the cuff; D-1 bills for P-1 and P-2, D-2 for P-3, whose practice is another; D-3 ordered
    for P-2.
    """
    names = {"P-1": "D-1", "P-2": "D-1", "P-3": "D-2"}
    with practice.opened("coordinator").act("test", START) as act:
        act.add("practices", [{"practice_id": "PR-1"}])
        act.add(
            "performers", [{"performer_id": n, "role": "physician"} for n in ("D-1", "D-2", "D-3")]
        )
        act.add("performers", [{"performer_id": NURSE, "role": "clinical_staff"}])
        act.add("patients", [{"patient_id": n, "time_zone": "America/Chicago"} for n in names])
        rows = [
            {"enrollment_id": f"E-{n}", "patient_id": n, "program": "RPM",
             "setup_date": "2026-01-02", "billing_performer_id": biller,
             "ordering_performer_id": "D-3" if n == "P-2" else biller}
            for n, biller in names.items()
        ]  # fmt: skip
        act.add("enrollments", rows)
        act.add("devices", [{"device_id": "CUFF", "kind": "blood_pressure"}])
        act.add("assignments", [
            {"device_id": "CUFF", "patient_id": "P-1", "from_date": "2026-01-02"},
        ])  # fmt: skip
        act.add("time_entries", [
            entry("T-1", "P-1", NINE, "2026-02-10T15:20:00Z"),
            entry("T-2", "P-2", "2026-02-10T15:20:00Z", "2026-02-10T15:40:00Z"),
        ])  # fmt: skip
    Job.objects.all().delete()
    return practice


def asked(practice: Practice, table: str, *rows: Row, withdrawn: bool = False) -> set[str]:
    """Give whom an act asks for that adds rows, or withdraws them."""
    Job.objects.all().delete()
    with practice.opened("coordinator").act("test", START, "a reason") as act:
        (act.withdraw if withdrawn else act.add)(table, rows)
    return set(Job.objects.filter(kind="decide").values_list("subject", flat=True))


def test_minutes_that_another_patient_has_ask_for_that_patient(book: Practice) -> None:
    """One minute of T-1 and the whole of T-2 are on the same minutes as what is logged for P-3."""
    both = entry("T-3", "P-3", "2026-02-10T15:19:00Z", "2026-02-10T15:40:00Z")
    assert asked(book, "time_entries", both) == {"P-1", "P-2", "P-3"}
    moved = both | {"started_at": "2026-02-11T15:00:00Z", "ended_at": "2026-02-11T15:09:00Z"}
    assert asked(book, "time_entries", moved) == {"P-1", "P-2", "P-3"}  # they have theirs again
    assert asked(book, "time_entries", moved) >= {"P-3"}
    assert asked(book, "time_entries", both) == {"P-1", "P-2", "P-3"}
    assert asked(book, "time_entries", both, withdrawn=True) == {"P-1", "P-2", "P-3"}


def test_minutes_of_their_own_ask_for_nobody_else(book: Practice) -> None:
    after = entry("T-3", "P-3", "2026-02-10T15:40:00Z", "2026-02-10T16:00:00Z")
    assert asked(book, "time_entries", after) == {"P-3"}
    another = entry("T-4", "P-3", NINE, "2026-02-10T15:40:00Z", nurse="N-2")
    assert asked(book, "time_entries", another) == {"P-3"}


def test_a_device_that_goes_to_a_second_patient_asks_for_the_first(book: Practice) -> None:
    given = {"device_id": "CUFF", "patient_id": "P-2", "from_date": "2026-02-01"}
    assert asked(book, "assignments", given) == {"P-1", "P-2"}
    of_another = {
        "reading_id": "R-1", "device_id": "CUFF", "patient_id": "P-3", "metric": "85354-9",
        "measured_at": NINE, "entry": "automatic",
    }  # fmt: skip
    assert asked(book, "readings", of_another) == {"P-1", "P-2", "P-3"}


def test_who_works_or_bills_asks_for_their_patients(book: Practice) -> None:
    assert asked(book, "performers", {"performer_id": NURSE, "role": "auxiliary"}) == {"P-1", "P-2"}
    assert asked(book, "performers", {"performer_id": "D-2", "role": "npp"}) == {"P-3"}
    assert asked(book, "performers", {"performer_id": "D-3", "role": "auxiliary"}) == {"P-2"}
    assert asked(book, "practices", {"practice_id": "PR-1", "kind": "rhc"}) == {"P-1", "P-2", "P-3"}


@pytest.mark.slow
def test_a_line_is_not_billable_any_more_as_soon_as_its_minutes_are_claimed_twice(
    practice: Practice, clock: Clock
) -> None:
    """The story has 25 minutes and no more; somebody logs 10 of them for another patient."""
    at = datetime(2026, 4, 15, 12, tzinfo=UTC)
    put_story(practice, SIGNED, at=at)
    put_story(practice, "no readings", "OTHER-", at=at)
    clock.at = at + timedelta(hours=1)
    worker = Worker("w", clock)
    while worker.round():
        pass
    assert outcome_of_minutes() == "billable"
    with practice.opened("coordinator").act("test", clock.at) as act:
        twice = entry("TWICE", "?", "2026-03-10T14:10:00Z", "2026-03-10T14:20:00Z", nurse=STAFF)
        act.add("time_entries", [twice | {"enrollment_id": f"OTHER-{ENROLLMENT}"}])
    clock.after(seconds=1)
    while worker.round():
        pass
    assert outcome_of_minutes() == "held"


def outcome_of_minutes() -> str:
    found = Decision.objects.filter(
        patient_id=PATIENT, code="99457", period_kind="cycle", period_start="2026-03-01"
    )
    return found.latest("id").outcome


@pytest.mark.slow
@settings(max_examples=EXAMPLES, derandomize=True, suppress_health_check=list(HealthCheck))
@given(made=folders(), data=st.data())
def test_everybody_whom_a_row_turns_is_asked_for(
    db: None,  # noqa: ARG001 - the database
    tmp_path_factory: pytest.TempPathFactory,
    made: tuple[Tables, date],
    data: st.DataObject,
) -> None:
    """Whoever is decided otherwise without a row is asked for when it comes, and when it goes."""
    tables, as_of = made
    assume(len(tables["patients"]) > 1)
    name, row = data.draw(one_row(tables))
    without = tables | {name: [one for one in tables[name] if one != row]}
    tables = tables | {name: [*without[name], row]}
    folder = tmp_path_factory.mktemp("made")
    whole = decided_in(write(tables, folder / "whole"), as_of)
    less = decided_in(write(without, folder / "less"), as_of)
    turned = {one for one in whole.keys() | less.keys() if whole.get(one) != less.get(one)}
    tenant_id = open_practice(
        "Made-up", f"first-{os.urandom(6).hex()}", "a made-up password", START
    )
    with by_ourselves(tenant_id) as book:
        take_over(book, folder / "whole", START)
        assert whom(tenant_id, name, row) >= turned
        with book.act("test", START, "a mistake") as act:
            act.withdraw(name, [row])
        assert whom(tenant_id, name, row) >= turned


@st.composite
def one_row(draw: st.DrawFn, tables: Tables) -> tuple[str, Row]:
    """Draw a row of the folder; mostly work, or a device, that is another patient's as well."""
    held = sorted(name for name, rows in tables.items() if rows)
    shared = [name for name in ("time_entries", "assignments") if name in held]
    mostly = draw(st.integers(0, 3)) > 0
    name = draw(st.sampled_from(shared if shared and mostly else held))
    row = draw(st.sampled_from(tables[name]))
    other = draw(st.sampled_from(tables["enrollments"]))
    if name == "time_entries":
        return name, row | {"entry_id": "another", "enrollment_id": other["enrollment_id"]}
    return name, row | {"patient_id": other["patient_id"]} if name == "assignments" else row


def whom(tenant_id: str, table: str, row: Row) -> set[str]:
    touched = Touched()
    touched.note(table, lambda column: {cell for cell in (row.get(column),) if cell})
    return touched.patients(Shelf(tenant_id))


def decided_in(folder: Path, as_of: date) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in decide(folder, as_of=as_of, engine="sqlite"):
        found.setdefault(one["patient_id"], []).append(msgspec.json.encode(one))
    return found
