"""What machines send to the demonstration: by doors of the service, each kind of trouble once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from made_up_people import CUFF, PATIENT, at, enrolled, put, with_patients
from made_up_practices import Practice
from proofline.cli.running import machines
from proofline.desk.arriving.messages import read
from proofline.desk.arriving.proof.sealing import seal_of
from proofline.desk.showing.intake.feeding import feeds_page
from proofline.desk.showing.intake.unheard import devices_page
from proofline.desk.showing.intake.waiting import waiting_page
from proofline.store.models import Message

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NOW = at(22, day=20)
GIVEN: dict[str, str | None] = {
    "device_id": CUFF,
    "patient_id": PATIENT,
    "from_date": "2026-03-01",
}


def mornings(device: str) -> list[machines.Row]:
    """Give a reading of each of the last twenty mornings."""
    measured = (at(7, day=20) - timedelta(days=days) for days in range(20))
    return [
        {"reading_id": f"{device}-{n}", "device_id": device, "measured_at": one.isoformat()}
        for n, one in enumerate(measured)
    ]


def test_feeds_do_well_fall_silent_and_wait_and_each_message_waits_for_its_own_reason(
    practice: Practice, tmp_path: Path
) -> None:
    integrator = practice.opened("integrator")
    usual, trap = mornings("MADE-UP-ORDINARY-CUFF"), mornings("MADE-UP-TRAP-CUFF")
    machines.send(integrator, [*usual, *trap], tmp_path, NOW)
    page = feeds_page(integrator, NOW, seal_of(settings.HOME))
    found = [row.health for row in page.feeds]
    told = {one.feed.source: (one.state, one.feed.scheme) for one in found}
    assert told == {
        "tenovi": ("open", "standard"),
        "bodytrace": ("silent", "basic"),
        "libreview": ("quiet", "drop"),
    }
    kept = Message.objects.values_list("source", "authenticity").distinct()
    assert set(kept) == {("tenovi", "signed"), ("bodytrace", "undated")}
    waits = [read(one.told).told[0].code for one in waiting_page(integrator, 1).rows]
    assert sorted(waits) == ["missing", "not_json", "other_bytes"]
    evenings = Message.objects.filter(message_id__startswith="evening-")
    assert {one.message_id.rpartition("-")[0] for one in evenings} == {
        "evening-MADE-UP-ORDINARY-CUFF"
    }
    assert len(evenings) == machines.DAYS
    lost = {one.device_id: one.readings for one in devices_page(integrator, NOW).nobodys}
    assert lost[machines.STRAY_CUFF] == 3
    assert len(lost) == 3


def test_what_a_cuff_sends_in_the_evening_is_its_patients(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(with_patients(practice))
    put(practice.opened("coordinator"), "assignments", GIVEN, when=at(6))
    rows = [{**one, "device_id": CUFF} for one in mornings("MADE-UP-ORDINARY-CUFF")]
    monkeypatch.setattr(machines, "ORDINARY", CUFF)
    machines.send(practice.opened("integrator"), rows, tmp_path, NOW)
    lost = {one.device_id for one in devices_page(practice.opened("integrator"), NOW).nobodys}
    assert CUFF not in lost
    assert machines.STRAY_CUFF in lost
