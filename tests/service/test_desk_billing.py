"""From decided periods to money at the desk: signed, drafted, held, sent, answered, corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

import made_up_payer as payer
from made_up_billing import (
    AS_OF,
    ENDS,
    ENROLLMENT,
    NOW,
    PAPERS,
    PATIENT,
    decided_practice,
    decisions_of_one,
    drafted,
    lines,
    rows_of_one,
    sent,
)
from made_up_practices import Practice
from proofline.claims.book import Book as Lines
from proofline.claims.book.log import NAME, Entry, Log
from proofline.claims.out.professional import professional
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.envelope import Envelope, Party
from proofline.claims.x12.trouble import X12Refused
from proofline.decide.deciding import FEW_ROWS, fitting
from proofline.desk.billing import answering, drafting, sending, signing
from proofline.desk.billing import book as billing
from proofline.desk.billing.answering import Correction
from proofline.desk.billing.sending import Ends
from proofline.desk.billing.signing import Shown
from proofline.desk.deciding import decided
from proofline.desk.telling import events
from proofline.desk.telling.events import Wish
from proofline.desk.trouble import DeskError
from proofline.store.book import Book, at_one_instant, by_ourselves
from proofline.store.decided import digests_of
from proofline.store.models import Event, Job, Line, Look, Message
from proofline.store.trouble import NotVisible

if TYPE_CHECKING:
    from proofline.claims.claim import Claim

__all__ = ["decided_practice"]


@pytest.fixture
def desk(decided_practice: Practice) -> Practice:
    return decided_practice


@pytest.mark.slow
def test_billable_decisions_are_drawn_and_drawing_again_adds_nothing(desk: Practice) -> None:
    book = drafted(desk)
    billable = sum(one["outcome"] == "billable" for one in decisions_of_one())
    assert len(book.lines) == billable > 0
    assert {one.state for one in book.lines.values()} == {"drawn"}
    before = Line.objects.count()
    drafted(desk)
    assert Line.objects.count() == before


@pytest.mark.slow
def test_either_engine_decides_and_draws_the_same(
    desk: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = AS_OF + timedelta(days=40)  # cycles have closed by then, so decisions change
    found = []
    for few, name in ((-1, "duckdb"), (FEW_ROWS, "sqlite")):
        monkeypatch.setattr("proofline.decide.deciding.FEW_ROWS", few)
        assert fitting(0) == name
        drafted(desk)
        with at_one_instant(desk.tenant_id) as book:
            found.append((decided(book, {PATIENT}, later), [*lines(desk).lines.values()]))
    on_duckdb, on_sqlite = found
    assert on_duckdb == on_sqlite
    turn, drawn = on_sqlite
    assert turn.changed
    assert turn.ahead.outlooks
    assert drawn


@pytest.mark.slow
def test_nothing_is_drawn_while_decisions_are_being_made_anew(desk: Practice) -> None:
    with desk.opened("coordinator").act("test", NOW) as act:
        act.add("patients", [rows_of_one()["patients"][0] | {"phone": "217 555 0111"}])
    with pytest.raises(DeskError, match="made anew"):
        drafting.draft(desk.opened("biller"), {PATIENT}, PAPERS, NOW)
    assert not Line.objects.exists()


@pytest.mark.slow
def test_a_line_is_held_and_released_with_reasons(desk: Practice) -> None:
    biller = desk.opened("biller")
    line_id = next(iter(drafted(desk).lines))
    with pytest.raises(DeskError, match="reason"):
        sending.hold(biller, [line_id], " ", NOW)
    sending.hold(biller, [line_id], "the consent is looked for", NOW)
    with pytest.raises(ClaimsError, match="not there to hold"):
        sending.hold(biller, [line_id], "again", NOW)
    drafted(desk)
    drafting.make_ready(biller, PAPERS, NOW)
    assert lines(desk).lines[line_id].state == "drawn"
    sending.release(biller, [line_id], "it was found", NOW)
    drafted(desk)
    drafting.make_ready(biller, PAPERS, NOW)
    assert lines(desk).lines[line_id].state == "ready"
    told = [one.act.why for one in billing.story(biller, line_id, NOW) if one.kind != "draw"]
    assert told[:2] == ["the consent is looked for", "it was found"]


def test_claims_are_sent_once_with_numbers_of_their_own(desk: Practice) -> None:
    claim, done = sent(desk)
    assert done.name == "837p-000000001.x12"
    assert claim.claim_id.encode() in done.data
    states = {lines(desk).lines[one.line_id].state for one in claim.lines}
    assert states == {"submitted"}
    with pytest.raises(ClaimsError, match="is submitted"):
        sending.submit(desk.opened("biller"), [claim.claim_id], ENDS, NOW)
    again = sending.file_again(desk.opened("biller"), done.number, ENDS, NOW + timedelta(days=1))
    assert again == done


@pytest.mark.slow
def test_what_cannot_be_written_is_not_sent(desk: Practice) -> None:
    drafted(desk)
    drafting.make_ready(desk.opened("biller"), PAPERS, NOW)
    (claim, *_) = lines(desk).current("ready")
    before = Line.objects.count()
    nobody = Ends(Party(id="", name=""), ENDS.receiver)
    with pytest.raises(X12Refused):
        sending.submit(desk.opened("biller"), [claim.claim_id], nobody, NOW)
    assert Line.objects.count() == before


@pytest.mark.slow
def test_a_remittance_is_posted_once_and_kept(desk: Practice) -> None:
    claim, _ = sent(desk)
    biller = desk.opened("biller")
    paid = {one.code: payer.paid(one) for one in claim.lines}
    who = payer.payee_of(claim)
    data = payer.remittance(payer.claim_of(claim, paid), cents=claim.total, payee=who)
    assert len(answering.post(biller, data, NOW).changes) == len(claim.lines)
    states = {lines(desk).lines[one.line_id].state for one in claim.lines}
    assert states == {"paid"}
    again = answering.post(biller, data, NOW)
    assert (again.changes, again.before) == ((), len(claim.lines))
    assert Message.objects.filter(source="835").count() == 1


@pytest.mark.slow
def test_an_answered_claim_is_corrected_with_a_reason(desk: Practice) -> None:
    claim, _ = sent(desk)
    denied = {one.code: payer.refused(one, "16") for one in claim.lines}
    who = payer.payee_of(claim)
    data = payer.remittance(payer.claim_of(claim, denied), cents=0, payee=who)
    answering.post(desk.opened("biller"), data, NOW)
    how = Correction(claim.claim_id, "new")
    compliance = desk.opened("compliance")
    with pytest.raises(DeskError, match="reason"):
        answering.correct(compliance, how, PAPERS, ("", NOW))
    void = Correction(claim.claim_id, "void")
    with pytest.raises(ClaimsError, match="not known to take"):
        answering.correct(compliance, void, PAPERS, ("a mistake", NOW))
    made = answering.correct(compliance, how, PAPERS, ("the modifier was missing", NOW))
    assert made.claim_id != claim.claim_id
    states = {lines(desk).lines[one.line_id].state for one in claim.lines}
    assert states == {"corrected"}


def told(desk: Practice) -> list[tuple[str, dict[str, str]]]:
    """What subscribers are told, in order: kinds with the ids of each."""
    found = Event.objects.filter(tenant_id=desk.tenant_id).order_by("at", "event_id")
    said = [msgspec.json.decode(bytes(one.body)) for one in found]
    return [(one["type"], one["data"]) for one in said]


@pytest.mark.slow
def test_who_asked_is_told_what_becomes_of_lines(desk: Practice) -> None:
    wish = Wish("https://hooks.example/x", ("line.ready", "line.held", "line.denied"))
    events.subscribe(desk.opened("integrator"), wish, NOW)
    biller = desk.opened("biller")
    line_ids = sorted(drafted(desk).lines)
    assert told(desk) == []
    sending.hold(biller, line_ids[:1], "the consent is looked for", NOW)
    assert [(kind, ids["line_id"]) for kind, ids in told(desk)] == [("line.held", line_ids[0])]
    sending.release(biller, line_ids[:1], "it was found", NOW)
    claim, _ = sent(desk)
    drafting.make_ready(biller, PAPERS, NOW)  # nothing is ready anew
    ready = [ids["line_id"] for kind, ids in told(desk) if kind == "line.ready"]
    assert sorted(ready) == line_ids
    denied = {one.code: payer.refused(one, "16") for one in claim.lines}
    data = payer.remittance(payer.claim_of(claim, denied), cents=0, payee=payer.payee_of(claim))
    answering.post(biller, data, NOW)
    answering.post(biller, data, NOW)  # posted once, told once
    found = [ids for kind, ids in told(desk) if kind == "line.denied"]
    assert sorted(one["line_id"] for one in found) == sorted(one.line_id for one in claim.lines)
    keys = {
        " ".join((one["enrollment_id"], one["period_kind"], one["period_start"], one["code"]))
        for one in found
    }
    assert keys == {one.decision_key for one in claim.lines}
    assert {one["claim_id"] for one in found} == {claim.claim_id}
    assert all(len(one) == 6 for one in found)
    assert Job.objects.filter(kind="tell").count() == len(told(desk))


@pytest.mark.slow
def test_what_is_not_there_is_not_visible_and_looks_are_kept(desk: Practice) -> None:
    biller = desk.opened("biller")
    line_id = next(iter(drafted(desk).lines))
    for call in (
        lambda: sending.hold(biller, ["PLNONE"], "x", NOW),
        lambda: sending.submit(biller, ["PCNONE"], ENDS, NOW),
        lambda: sending.file_again(biller, 99, ENDS, NOW),
        lambda: billing.story(biller, "PLNONE", NOW),
        lambda: answering.correct(biller, Correction("PCNONE", "new"), PAPERS, ("x", NOW)),
    ):
        with pytest.raises(NotVisible):
            call()
    before = Look.objects.filter(patient_id=PATIENT, act="line.see").count()
    billing.story(biller, line_id, NOW)
    billing.standing(biller, NOW)
    assert Look.objects.filter(patient_id=PATIENT, act="line.see").count() == before + 2


@pytest.mark.slow
def test_the_same_acts_in_a_folder_leave_the_same_lines(desk: Practice, tmp_path: Path) -> None:
    """The database is another place for the log, not another book."""
    claim, done = sent(desk)
    folder = Lines(tmp_path)
    kept = lines(desk)
    log = Log(tmp_path, NAME, Entry)
    for line in Line.objects.filter(log="book").order_by("number"):
        log.add(msgspec.json.decode(bytes(line.act), type=Entry))
    folder.refresh()
    assert dict(folder.lines) == dict(kept.lines)
    assert folder.submission(done.number) == [claim]
    envelope = Envelope(ENDS.sender, ENDS.receiver, "P", _made(kept, claim, done.number), 1, 1)
    assert professional([claim], envelope) == done.data


def _made(book: Lines, claim: Claim, number: int) -> datetime:
    told = book.story(claim.lines[0].line_id)
    return next(one.act.at for one in told if one.number == number)


@pytest.mark.slow
def test_an_entry_that_was_changed_is_noticed(desk: Practice) -> None:
    drafted(desk)
    first = Line.objects.get(log="book", number=1)
    with by_ourselves(desk.tenant_id):
        Line.objects.create(
            tenant_id=desk.tenant_id,
            log="book",
            number=2,
            digest=first.digest,
            act=first.act,
            at=NOW,
        )
    with pytest.raises(ClaimsError, match="not what was written"):
        lines(desk)


# Signing.


def shown(desk: Practice, **other: object) -> Shown:
    with by_ourselves(desk.tenant_id) as book:
        row = next(r for r in rows_of_one()["sign_offs"])
        first = date.fromisoformat(row["period_start"] or "")
        last = date.fromisoformat(row["period_end"] or "")
        told = {"first": first, "last": last}
        (digest,) = digests_of(book.tenant_id, ENROLLMENT, (first, last))
    return Shown(**({"enrollment_id": ENROLLMENT, "digest": digest} | told | other))  # type: ignore[arg-type]


def practitioner(desk: Practice) -> Book:
    """The billing practitioner, as the performer who bills for the patient."""
    (row,) = desk.opened("compliance").shelf.rows("enrollments", enrollment_id={ENROLLMENT})
    return replace(
        desk.opened("billing_practitioner"), performer_id=row["billing_performer_id"] or ""
    )


def test_a_period_is_signed_by_the_digest_of_what_was_shown_once(desk: Practice) -> None:
    book, seen = practitioner(desk), shown(desk)
    assert seen.digest
    sign_off_id = signing.sign_off(book, seen, NOW, NOW)
    (row,) = book.shelf.rows("sign_offs", sign_off_id={sign_off_id})
    assert row["evidence_digest"] == seen.digest
    with pytest.raises(DeskError, match="exactly this before"):
        signing.sign_off(book, seen, NOW, NOW)


@pytest.mark.parametrize(
    ("seconds", "fresh"), [(0, True), (300, True), (301, False), (-1, False), (None, False)]
)
def test_a_signature_needs_a_fresh_second_factor(
    desk: Practice, seconds: int | None, *, fresh: bool
) -> None:
    shown_at = None if seconds is None else NOW - timedelta(seconds=seconds)
    if fresh:
        signing.sign_off(practitioner(desk), shown(desk), shown_at, NOW)
    else:
        with pytest.raises(DeskError, match="second factor"):
            signing.sign_off(practitioner(desk), shown(desk), shown_at, NOW)


def test_what_changed_or_is_not_over_or_is_anothers_is_not_signed(desk: Practice) -> None:
    with pytest.raises(DeskError, match="not what was shown"):
        signing.sign_off(practitioner(desk), shown(desk, digest="sha256:0"), NOW, NOW)
    with pytest.raises(DeskError, match="not over"):
        signing.sign_off(practitioner(desk), shown(desk, last=NOW.date()), NOW, NOW)
    with pytest.raises(DeskError, match="Somebody else bills"):
        signing.sign_off(desk.opened("billing_practitioner"), shown(desk), NOW, NOW)
