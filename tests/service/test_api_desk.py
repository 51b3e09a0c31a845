"""What the API does that only pages did: patients, papers, claims, feeds, people, glass."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, get_args

import pytest

import made_up_payer as payer
from api_callers import ask, machine, signed_in
from made_up_billing import ENDS_FILE, NOW, PAPERS, decided_practice, drafted, lines
from made_up_people import CUFF, PATIENT, enrolled, put, with_patients
from made_up_practices import START
from proofline.api.routes import ROUTES
from proofline.api.routes.billed.papers import PaperKind
from proofline.api.routes.patients import Program
from proofline.api.routes.running.intake import PlainSource, Scheme, Source
from proofline.api.routes.running.people import Role
from proofline.desk.arriving.proof.proving import NEEDS_MAPPING, schemes
from proofline.desk.billing import drafting
from proofline.desk.billing.papers import KINDS
from proofline.desk.people import looks_at
from proofline.desk.roles import acts
from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake import source_names
from proofline.store.models import BreakGlass, Look, Person
from proofline.store.people import ROLES

if TYPE_CHECKING:
    from made_up_practices import Practice

__all__ = ["decided_practice"]
NEW = {
    "record_number": "P-NEW",
    "family_name": "Made-Up",
    "given_name": "Newly",
    "time_zone": "America/Chicago",
    "program": "CCM",
    "billing_performer_id": "NORTH-BILLER",
}


@pytest.fixture
def north(practice: Practice) -> Practice:
    return with_patients(practice)


def in_base64(data: bytes) -> str:
    return b64encode(data).decode()


def code(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - of Django's test client
    return answer.status_code, answer.json().get("code", "")


def done(answer: Any) -> Any:  # noqa: ANN401
    assert answer.status_code in {200, 201}, answer.content
    return answer.json()


def test_somebody_new_is_registered_found_and_read(north: Practice) -> None:
    nurse = signed_in("north-coordinator")
    made = done(ask(nurse, north, "POST", "patients", {**NEW, "birth_date": "1931-02-03"}))
    enrollment = done(ask(nurse, north, "GET", f"enrollments/{made['id']}"))
    assert (enrollment["patient_id"], enrollment["program"]) == ("P-NEW", "CCM")
    assert code(ask(nurse, north, "POST", "patients", NEW)) == (409, "desk.patient_known")
    nowhere = {**NEW, "time_zone": "Mars/Olympus", "record_number": "P-2"}
    assert code(ask(nurse, north, "POST", "patients", nowhere)) == (409, "desk.newcomer")
    (hit,) = done(ask(nurse, north, "POST", "patients/search", {"words": "Newly"}))["hits"]
    assert hit["enrollment_id"] == made["id"]
    patient = done(ask(nurse, north, "GET", "patients/P-NEW"))
    assert (patient["birth_date"], patient["sex"]) == ("1931-02-03", None)
    assert code(ask(signed_in("north-owner"), north, "GET", "patients/P-NEW"))[0] == 403


def test_what_an_auditor_asks_of_a_consent_is_told(north: Practice) -> None:
    nurse = signed_in("north-coordinator")
    body = {"patient_id": PATIENT, "program": "RPM", "text_version": "rpm-en-1"}
    body |= {"modality": "verbal", "given_at": "2019-03-01T12:00:00Z"}
    made = done(ask(nurse, north, "POST", "consents", {**body, "cost_share_disclosed": False}))
    told = done(ask(nurse, north, "GET", f"consents/{made['id']}/doubts"))["items"]
    assert {one["consent_id"] for one in told} == {made["id"]}
    assert "not_yet_in_force" in {one["what"] for one in told}


def test_a_timer_is_seen_kept_alive_and_let_go(north: Practice) -> None:
    enrollment, nurse = enrolled(north), signed_in("north-coordinator")
    assert done(ask(nurse, north, "GET", "timer"))["started_at"] is None
    wanted = {"enrollment_id": enrollment, "activity": "review"}
    done(ask(nurse, north, "POST", "timer/start", wanted))
    done(ask(nurse, north, "POST", "timer/alive"))
    assert done(ask(nurse, north, "GET", "timer"))["enrollment_id"] == enrollment
    gone = {"enrollment_id": enrollment, "reason": " "}
    assert code(ask(nurse, north, "POST", "timer/discard", gone)) == (409, "desk.no_reason")
    done(ask(nurse, north, "POST", "timer/discard", {**gone, "reason": "by mistake"}))
    assert code(ask(nurse, north, "POST", "timer/stop", {})) == (409, "desk.no_timer")
    assert not north.opened("coordinator").shelf.rows("time_entries")


def test_a_call_is_taken_back_by_whoever_logged_it(north: Practice) -> None:
    call = {"enrollment_id": enrolled(north), "channel": "phone", "ended_at": None}
    call |= {"started_at": "2026-03-01T09:00:00Z", "reached": "patient"}
    nurse, doctor = signed_in("north-coordinator"), signed_in("north-clinician")
    place = f"calls/{done(ask(nurse, north, 'POST', 'calls', call))['id']}/withdraw"
    why = {"reason": "it was another patient"}
    assert code(ask(doctor, north, "POST", place, why)) == (409, "desk.not_your_call")
    done(ask(nurse, north, "POST", place, why))
    assert not north.opened("coordinator").shelf.rows("interactions")


def test_papers_come_as_files_and_a_file_is_as_long_as_it_is(north: Practice) -> None:
    owner = signed_in("north-owner")
    rows = b"".join(b"9%04d,120.00\n" % number for number in range(1, 1_000))
    body = {"kind": "charges", "file": in_base64(b"code,charge\n" + rows)}
    assert len(body["file"]) > 10_000
    assert done(ask(owner, north, "POST", "papers", body)) == {"new": True}
    assert done(ask(owner, north, "POST", "papers", body)) == {"new": False}
    (kept,) = done(ask(signed_in("north-compliance"), north, "GET", "papers"))["items"]
    assert kept["kind"] == "charges"
    missing = done(ask(owner, north, "GET", "papers/missing"))["items"]
    assert missing == [{"kind": "directory"}]
    for cell in ("not base64!", "AAA", 7, ["AAAA"], None):
        refused = ask(owner, north, "POST", "papers", {**body, "file": cell})
        assert code(refused) == (422, "api.body"), cell
        assert refused.json()["where"] == "$.file"
    wrong = {**body, "file": in_base64(b"code\n99454\n")}
    assert code(ask(owner, north, "POST", "papers", wrong)) == (409, "claims.charges")
    long = {**body, "file": "A" * (5 << 20)}
    assert code(ask(owner, north, "POST", "papers", long)) == (413, "api.too_much")


@pytest.mark.parametrize("path", ["send", "take"])
def test_not_all_claims_are_meant_where_none_is_named(north: Practice, path: str) -> None:
    kind = {"kind": "superbill"} if path == "take" else {}
    client = signed_in("north-biller")
    nobody: tuple[dict[str, Any], ...] = ({}, {"claim_ids": []}, {"all": False})
    for none in nobody:
        refused = ask(client, north, "POST", f"claims/{path}", {**kind, **none})
        assert code(refused) == (409, "desk.nothing_chosen")
    every = ask(client, north, "POST", f"claims/{path}", {**kind, "all": True})
    assert code(every) in {(409, "desk.nothing_ready"), (409, "desk.nothing_to_write")}
    closed = ask(signed_in("north-coordinator"), north, "POST", f"claims/{path}", kind)
    assert code(closed) == (403, "desk.not_allowed")


@pytest.mark.parametrize("act", ["hold", "release", "appeal", "give-up"])
def test_nothing_is_done_to_no_line(north: Practice, act: str) -> None:
    body: dict[str, Any] = {"line_ids": [], "reason": "a made-up reason"}
    refused = ask(signed_in("north-biller"), north, "POST", f"claim-lines/{act}", body)
    assert code(refused) == (409, "desk.nothing_chosen")
    closed = ask(signed_in("north-coordinator"), north, "POST", f"claim-lines/{act}", body)
    assert code(closed) == (403, "desk.not_allowed")


@pytest.mark.slow
def test_claims_are_sent_answered_appealed_and_given_up(decided_practice: Practice) -> None:
    desk = decided_practice
    drafted(desk)
    drafting.make_ready(desk.opened("biller"), PAPERS, NOW)
    claim = lines(desk).current("ready")[0]
    paper = {"kind": "ends", "file": in_base64(ENDS_FILE)}
    done(ask(signed_in("north-owner"), desk, "POST", "papers", paper))
    key = machine(desk, "write:claims", "read:claims", "write:remittances", role="biller")
    both = {"claim_ids": [claim.claim_id], "all": True}  # what is named goes, and no more
    sent = done(ask(key, desk, "POST", "claims/send", both))
    file = b64decode(sent["file"])
    assert (sent["claims"], sent["lines"]) == (1, len(claim.lines))
    assert claim.claim_id.encode() in file
    again = done(ask(key, desk, "GET", f"submissions/{sent['number']}"))
    assert again == sent
    first, *others = claim.lines
    verdicts = {one.code: payer.paid(one) for one in others}
    verdicts[first.code] = payer.refused(first, "16", "MA13")
    told = payer.claim_of(claim, verdicts)
    cents = sum(one.charge - 1000 for one in others)
    data = payer.remittance(told, cents=cents, payee=payer.payee_of(claim))
    posted = done(ask(key, desk, "POST", "remittances", {"file": in_base64(data)}))
    assert {one["line_id"]: one["state"] for one in posted["posted"]} == {
        **{one.line_id: "paid" for one in others},
        first.line_id: "denied",
    }
    twice = done(ask(key, desk, "POST", "remittances", {"file": in_base64(data)}))
    assert (twice["posted"], twice["before"]) == ([], len(claim.lines))
    taken = {"file": in_base64(payer.taken_in(file))}
    assert done(ask(key, desk, "POST", "acknowledgments", taken))["unknown"] == []
    broken = ask(key, desk, "POST", "remittances", {"file": in_base64(b"ISA")})
    assert (broken.status_code, broken.json()["code"][:10]) == (409, "claims.x12")
    biller = signed_in("north-biller")
    (denial,) = done(ask(biller, desk, "GET", "denials"))["items"]
    assert (denial["line_id"], denial["refused"]) == (first.line_id, {"CO-16": first.charge})
    lines_of = {"line_ids": [first.line_id], "reason": "the days are on file"}
    assert code(ask(key, desk, "POST", "claim-lines/appeal", lines_of)) == (403, "api.scope")
    done(ask(biller, desk, "POST", "claim-lines/appeal", lines_of))
    stale = ask(biller, desk, "POST", "claim-lines/give-up", {**lines_of, "shown": "denied"})
    assert code(stale) == (409, "claims.step_refused")
    moved = done(ask(biller, desk, "POST", "claim-lines/give-up", lines_of))
    assert moved["items"] == [{"line_id": first.line_id, "state": "denied"}]
    (enrollment, kind, start, what) = first.decision_key.rsplit(" ", 3)
    place = f"lines/{enrollment}/{kind}/{start}/{what}/packet"
    packet = done(ask(signed_in("north-compliance"), desk, "GET", place))
    assert b64decode(packet["file"]).startswith(b"PK")
    letter = done(ask(biller, desk, "GET", f"{place[: -len('packet')]}statement?language=es"))
    assert b64decode(letter["file"]).startswith(b"%PDF-")
    other = ask(biller, desk, "GET", f"{place[: -len('packet')]}statement?language=fr")
    assert code(other) == (409, "api.parameter")


def test_feeds_are_opened_once_and_their_messages_settled(north: Practice) -> None:
    boss = signed_in("north-administrator")
    made = done(ask(boss, north, "POST", "feeds", {"source": "tenovi"}))
    assert made["secret"]
    assert made["way"].startswith("/ingest/tenovi/")
    odd = {"source": "tenovi", "scheme": "standard", "secret": "no key"}
    assert ask(boss, north, "POST", "feeds", odd).status_code == 409, "and 400 is for no JSON"
    (health,) = done(ask(boss, north, "GET", "feeds/health"))["items"]
    assert (health["feed_id"], health["state"]) == (made["feed_id"], "quiet")
    other = done(ask(boss, north, "POST", f"feeds/{made['feed_id']}/rotate", {}))
    assert other["secret"] not in {"", made["secret"]}
    sender = machine(north, "write:readings")
    body = {"source": "tenovi", "file": in_base64(b'[{"odd": 1}]')}
    taken = done(ask(sender, north, "POST", "readings/files", body))
    assert taken["state"] == "held"
    (waits,) = done(ask(boss, north, "GET", "messages"))["items"]
    shown = done(ask(boss, north, "GET", f"messages/{waits['number']}"))
    assert (shown["body"], shown["size"]) == (None, 12), "who may not see readings sees none"
    place = f"messages/{waits['number']}/drop"
    assert code(ask(boss, north, "POST", place, {"reason": ""})) == (409, "desk.no_reason")
    done(ask(boss, north, "POST", place, {"reason": "a test of theirs"}))
    assert done(ask(boss, north, "GET", "messages"))["items"] == []
    judged = done(ask(boss, north, "POST", "readings/samples", body))
    assert [one["readings"] for one in judged["items"]] == [0]
    done(ask(boss, north, "POST", f"feeds/{made['feed_id']}/close"))
    (health,) = done(ask(boss, north, "GET", "feeds/health"))["items"]
    assert health["state"] == "closed"


def test_silent_devices_are_told_without_their_patients(north: Practice) -> None:
    given = {"device_id": CUFF, "patient_id": PATIENT, "from_date": "2026-01-01"}
    put(north.opened("coordinator"), "assignments", {**given, "owner": "practice"})
    sees_nobody = (signed_in("north-administrator"), machine(north, "read:devices"))
    for caller in sees_nobody:
        (silent,) = done(ask(caller, north, "GET", "devices/silent"))["items"]
        assert silent == {"device_id": CUFF, "since": "2026-01-01", "last": None}
        assert code(ask(caller, north, "GET", f"patients/{PATIENT}"))[0] == 403


def test_people_are_for_people(north: Practice) -> None:
    boss = signed_in("north-administrator")
    new = {"username": "a-newcomer", "password": "four made-up words here", "role": "biller"}
    number = done(ask(boss, north, "POST", "people", new))["number"]
    done(ask(boss, north, "POST", f"people/{number}/roles/give", {"role": "owner"}))
    done(ask(boss, north, "POST", f"people/{number}/roles/take", {"role": "biller"}))
    listed = done(ask(boss, north, "GET", "people"))["items"]
    (one,) = [each for each in listed if each["number"] == number]
    assert (one["roles"], one["former"]) == (["owner"], ["biller"])
    done(ask(boss, north, "POST", f"people/{number}/disable"))
    assert not Person.objects.get(pk=number).is_active
    own = Person.objects.get(username="north-administrator").pk
    again = ask(boss, north, "POST", f"people/{own}/let-in", {"password": "other made-up words"})
    assert code(again) == (409, "desk.not_yours_to_reset")
    for route in ROUTES:
        closed = ("cycle.sign_off", "person.", "role.", "key.", "glass.", "people.", "look.")
        if route.act.startswith(closed) and not route.fhir:
            assert not route.scope, route.name


def test_glass_is_broken_seen_and_reviewed_by_others(north: Practice) -> None:
    owner, compliance = signed_in("north-owner"), signed_in("north-compliance")
    assert code(ask(owner, north, "GET", f"patients/{PATIENT}"))[0] == 403
    done(ask(owner, north, "POST", "glass", {"reason": "a made-up emergency"}))
    done(ask(owner, north, "GET", f"patients/{PATIENT}"))
    (event,) = done(ask(compliance, north, "GET", "glass"))["items"]
    place, found = f"glass/{event['glass_id']}/review", {"finding": "they were needed"}
    assert code(ask(owner, north, "POST", place, found)) == (409, "desk.glass_reviewed")
    done(ask(compliance, north, "POST", place, found))
    assert BreakGlass.objects.get().reviewed_by is not None
    assert code(ask(owner, north, "GET", f"patients/{PATIENT}"))[0] == 403, "it is closed by it"
    seen = done(ask(compliance, north, "GET", f"patients/{PATIENT}/looks"))["items"]
    assert [one["allowed"] for one in seen][:2] == [False, True]
    assert seen[1]["purpose"] == "broken glass"
    assert Look.objects.filter(act="look.see", patient_id=PATIENT).exists()
    assert looks_at(north.opened("owner"), PATIENT, START)


def test_words_of_bodies_are_those_of_the_desk() -> None:
    assert get_args(PaperKind) == tuple(KINDS)
    assert set(get_args(Source)) == set(source_names())
    assert set(get_args(PlainSource)) == set(source_names()) - {NEEDS_MAPPING}
    assert set(get_args(Scheme)) == {"", *schemes()}
    assert get_args(Role) == ROLES
    programs = next(one for one in EVERY_TABLE["enrollments"].columns if one.name == "program")
    assert get_args(Program) == tuple(programs.choices)
    assert "papers.see" in acts()
