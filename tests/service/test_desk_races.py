"""Two people at once: exactly one wins, on both databases, with processes of their own."""

from __future__ import annotations

import time

import msgspec
import pytest

from made_up_claims import claim
from service_places import Place, made_once, place

__all__ = ["made_once", "place"]  # fixtures
pytestmark = pytest.mark.slow

PEOPLE = 4
ONE = claim()
CLAIM = msgspec.json.encode(ONE).decode()
BEGIN = """
import sys, time
from pathlib import Path
import msgspec
from proofline.claims.book import Act as Said
from proofline.claims.claim import Claim
from proofline.claims.x12.envelope import Party
from proofline.desk.billing import sending
from proofline.desk.billing.book import lines_of
from proofline.desk.billing.sending import Ends
from proofline.desk.care import alerts, consenting, episodes, pairing
from proofline.desk.care.consenting import Capture
from proofline.desk.care.episodes import Enrolment
from proofline.desk.hours import correcting, timing
from proofline.desk.hours.timing import Stretch
from proofline.desk import people
from proofline.desk.people import Newcomer
from proofline.errors import ProoflineError
from proofline.store.book import visible_to
from proofline.store.models import Alert, Person
from proofline.store.work.alerts import raise_alert
DAY = date(2026, 3, 1)
"""
PREPARED = (
    BEGIN
    + """
first = Person.objects.get(username="first")
with visible_to(first, TENANT, AT) as book:
    for number in range(4):
        who = Newcomer(f"nurse-{number}", "four made-up words", "coordinator", "NURSE")
        people.give_role(book, people.add_person(book, who, AT), "biller", AT)
    for number in range(3):
        who = Newcomer(f"admin-{number}", "four made-up words", "administrator")
        people.add_person(book, who, AT)
    people.take_role(book, first, "administrator", AT)
with by_ourselves(TENANT) as book, book.act("test", AT) as act:
    for patient in ("P-1", "P-2", "P-3", "P-4"):
        act.add("patients", [{"patient_id": patient, "time_zone": "America/Chicago"}])
        row = {"enrollment_id": "E-" + patient, "patient_id": patient, "program": "RPM"}
        act.add("enrollments", [row | {"billing_performer_id": "DOC"}])
    act.add("devices", [{"device_id": "D-1", "kind": "weight"}])
    consent = {"consent_id": "C-1", "patient_id": "P-1", "program": "RPM"}
    act.add("consents", [consent | {"given_at": "2026-01-01T00:00:00Z"}])
    raise_alert(book, "P-1", "device_silent", "D-1", at=AT)
    claim = msgspec.json.decode(sys.argv[1], type=Claim)
    lines, said = lines_of(book, act), Said("made up", AT)
    lines.draw([claim], said)
    lines.make_ready([claim.claim_id], said)
"""
)
RACE = (
    BEGIN
    + """
me, go, act = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
person = Person.objects.get(username=f"{'admin' if act == 'leave' else 'nurse'}-{me}")
now = datetime.now(UTC)
yesterday = now - timedelta(days=1)
ENDS = Ends(Party(id="OURS", name="Ours", contact="X", phone="2175550199"), Party("THEIRS", "T"))
span = Stretch("E-P-%d" % (me + 1), "review", yesterday, yesterday + timedelta(minutes=10))
calls = {
    "pair": lambda b: pairing.pair(b, "D-1", "P-%d" % (me + 1), now, since=DAY),
    "type": lambda b: timing.type_in(b, span, "no computer", now),
    "enrol": lambda b: episodes.enrol(b, Enrolment("P-1", "CCM", "DOC"), now),
    "end": lambda b: episodes.end(b, "E-P-1", DAY, now, reason="moved"),
    "revoke": lambda b: consenting.revoke(b, "C-1", now, now),
    "hold": lambda b: sending.hold(b, [sys.argv[4]], "a reason", now),
    "submit": lambda b: sending.submit(b, [sys.argv[5]], ENDS, now),
    "take": lambda b: alerts.take(b, Alert.objects.get().pk, now),
    "leave": lambda b: people.take_role(b, person, "administrator", now),
}
print("ready", flush=True)
while not go.exists():
    time.sleep(0.001)
try:
    with visible_to(person, TENANT, now) as book:
        calls[act](book)
    print("won")
except ProoflineError as refused:
    print(refused.code)
"""
)
LEFT = (
    BEGIN
    + """
from proofline.store.models import Membership
with by_ourselves(TENANT) as book:
    print(len(book.shelf.rows("assignments")), len(book.shelf.rows("time_entries")),
          len(book.shelf.rows("enrollments", patient_id={"P-1"})),
          Membership.objects.filter(role="administrator", until=None).count())
"""
)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        ("pair", "desk.device_taken"),
        ("type", "desk.time_twice"),
        ("enrol", "desk.enrolled_before"),
        ("end", "desk.end_unusual"),
        ("revoke", "desk.revoked_before"),
        ("hold", "claims.step_refused"),
        ("submit", "claims.step_refused"),
        ("take", "desk.alert_taken"),
    ],
)
def test_of_several_who_do_the_same_at_once_one_wins(place: Place, act: str, refusal: str) -> None:
    place.run(PREPARED, CLAIM)
    told = raced(place, act, PEOPLE)
    assert sorted(told) == sorted([*[refusal] * (PEOPLE - 1), "won"])


def test_of_three_administrators_who_all_leave_at_once_one_stays(place: Place) -> None:
    place.run(PREPARED, CLAIM)
    told = raced(place, "leave", 3)
    assert sorted(told) == ["desk.last_administrator", "won", "won"]
    assert place.run(LEFT).split()[3] == "1"


def raced(place: Place, act: str, people: int) -> list[str]:
    """Let so many do it at the same moment; give what each was told."""
    go = place.home / "go"
    ours = (go, act, ONE.lines[0].line_id, ONE.claim_id)
    started = [place.start(RACE, number, *ours) for number in range(people)]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready", process.communicate()[1]
    time.sleep(0.05)
    go.touch()
    told = []
    for process in started:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        told.append(out.strip())
    return told
