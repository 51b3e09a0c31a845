"""The biller's pages: what stands where, drawn and sent, answered, denied and answered back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

import made_up_payer as payer
from made_up_billing import (
    NOW,
    PAPERS,
    PATIENT,
    decided_practice,
    decisions_of_one,
    drafted,
    lines,
    sent,
)
from made_up_practices import Practice
from proofline.claims.answers.reasons import NOTHING
from proofline.claims.sheets.charges import Charges
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing import answering, rounds, sending
from proofline.desk.roles import NotAllowed
from proofline.desk.showing import denials
from proofline.desk.showing.billing import answered, lists, stands
from proofline.desk.showing.billing import claim as claims
from proofline.desk.showing.billing.lists import Asked
from proofline.desk.trouble import DeskError
from proofline.store.models import LineStanding, Look, Message
from proofline.store.people import ROLES
from proofline.store.trouble import NotVisible
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from proofline.claims.claim import Claim

__all__ = ["decided_practice"]

MAY = {"biller", "compliance", "billing_practitioner"}
CHARGES = b"code,charge\n99445,110.00\n99453,40.00\n99454,120.00\n99457,100.00\n99458,80.00\n"
DIRECTORY = b'[payer.DEMO-MEDICARE]\nid = "99999"\nname = "Made-up Medicare"\n'
ENDS = (
    b'[sender]\nid = "MADEUP"\nname = "Made-up Practice"\ncontact = "Biller"\n'
    b'phone = "2175550199"\n[receiver]\nid = "PAYER"\nname = "Made-up Payer"\n'
)


@pytest.fixture
def desk(decided_practice: Practice) -> Practice:
    return decided_practice


def told(desk: Practice) -> dict[str, int]:
    return {one.stand: one.sum.lines for one in stands.stands(desk.opened("biller")).parts}


def outcomes(outcome: str) -> int:
    return sum(one["outcome"] == outcome for one in decisions_of_one())


def refuse(desk: Practice, claim: Claim, *reasons: str) -> None:
    """Refuse every line of a claim, for one reason after the other."""
    codes = dict.fromkeys(one.code for one in claim.lines)
    why = {code: reasons[n % len(reasons)] for n, code in enumerate(codes)}
    verdicts = {one.code: payer.refused(one, why[one.code]) for one in claim.lines}
    data = payer.remittance(payer.claim_of(claim, verdicts), cents=0, payee=payer.payee_of(claim))
    answering.post(desk.opened("biller"), data, NOW)


# Where lines stand.


@pytest.mark.slow
def test_parts_count_what_is_held_drawn_ready_and_sent(desk: Practice) -> None:
    before = stands.stands(desk.opened("biller"))
    assert before.undrawn == outcomes("billable") > 0
    assert told(desk)["held"] == outcomes("held")
    there = drafted(desk)
    assert told(desk)["drawn"] == len(there.lines)
    first = next(iter(there.lines))
    sending.hold(desk.opened("biller"), [first], "looked for", NOW)
    assert told(desk)["held"] == outcomes("held") + 1
    assert told(desk)["drawn"] == len(there.lines) - 1
    (shown,) = lists.lines(desk.opened("biller"), Asked("held"), NOW).lines
    assert (shown.line.line_id, shown.line.held) == (first, "looked for")
    assert stands.stands(desk.opened("biller")).undrawn == 0


@pytest.mark.slow
def test_a_list_is_in_the_order_of_days_and_of_its_month_only(desk: Practice) -> None:
    drafted(desk)
    biller = desk.opened("biller")
    whole = lists.lines(biller, Asked("drawn"), NOW).lines
    days = [one.line.service_date for one in whole]
    assert days == sorted(days)
    month = days[0].isoformat()[:7]
    part = lists.lines(biller, Asked("drawn", month=month), NOW).lines
    assert [one.line.line_id for one in part] == [
        one.line.line_id for one in whole if one.line.service_date.isoformat()[:7] == month
    ]
    last = whole[-2].line
    mark = f"{last.service_date}.{last.line_id}"
    rest = lists.lines(biller, Asked("drawn", after=mark), NOW)
    assert [one.line.line_id for one in rest.lines] == [whole[-1].line.line_id]
    assert rest.after == ""
    assert {one.patient for one in whole} != {PATIENT}, "names are shown, not ids"


# The round.


@pytest.mark.slow
def test_a_round_draws_what_is_earned_and_another_adds_nothing(desk: Practice) -> None:
    biller = desk.opened("biller")
    done = rounds.draw_earned(biller, PAPERS, NOW)
    assert (done.drawn, done.left) == (outcomes("billable"), 0)
    assert done.ready == len(lines(desk).current("ready")) > 0
    assert rounds.draw_earned(biller, PAPERS, NOW).drawn == 0


def test_without_charges_each_decision_says_why_it_is_not_drawn(desk: Practice) -> None:
    bare = replace(PAPERS, charges=Charges({}))
    done = rounds.draw_earned(desk.opened("biller"), bare, NOW)
    assert done.drawn == 0
    assert len(done.undrawn) == outcomes("billable")
    assert all(one.cure for one in done.undrawn)


# Answers.


@pytest.mark.slow
def test_a_file_tells_of_each_answer_what_became_of_it(desk: Practice) -> None:
    claim, done = sent(desk)
    biller = desk.opened("biller")
    taken = answered.post(biller, payer.taken_in(done.data), NOW)
    assert len(taken.posted) == len(claim.lines)
    assert {one.became for one in taken.posted} == {"submitted"}
    accepted = answered.post(biller, payer.status([claim]), NOW)
    assert {one.became for one in accepted.posted} == {"accepted"}
    verdicts = {one.code: payer.paid(one) for one in claim.lines}
    data = payer.remittance(
        payer.claim_of(claim, verdicts), cents=claim.total, payee=payer.payee_of(claim)
    )
    paid = answered.post(biller, data, NOW)
    assert paid.paid == sum(one.charge - 1000 for one in claim.lines)
    assert {one.became for one in paid.posted} == {"paid"}
    again = answered.post(biller, data, NOW)
    assert (again.posted, again.before) == ((), len(claim.lines))
    assert Message.objects.filter(source="837").count() == 1


@pytest.mark.slow
def test_an_answer_to_what_was_never_sent_is_said_to_be_unknown(desk: Practice) -> None:
    claim, done = sent(desk)
    foreign = payer.taken_in(done.data.replace(b"*1*", b"*1*", 0)).replace(
        b"AK1*HC*1*", b"AK1*HC*77*"
    )
    found = answered.post(desk.opened("biller"), foreign, NOW)
    assert found.posted == ()
    assert found.unknown
    assert lines(desk).lines[claim.lines[0].line_id].state == "submitted"


@pytest.mark.slow
def test_an_answer_for_another_day_is_posted_and_the_difference_told(desk: Practice) -> None:
    claim, _ = sent(desk)
    first = claim.lines[0]
    other = first.last_day + timedelta(days=1)
    body = payer.claim_of(claim, {first.code: payer.paid(first)})
    body = [each.replace(f"{first.last_day:%Y%m%d}", f"{other:%Y%m%d}") for each in body]
    data = payer.remittance(body, cents=first.charge - 1000, payee=payer.payee_of(claim))
    (one,) = answered.post(desk.opened("biller"), data, NOW).posted
    (text,) = one.differs
    assert text.startswith(f"the payer answered for {other}, we billed {first.last_day}")
    found = denials.denied_line(desk.opened("biller"), first.line_id, NOW)
    assert found.differs == found.told.differs == (text,)
    with override("es"):
        (said,) = denials.denied_line(desk.opened("biller"), first.line_id, NOW).differs
    assert said.startswith(f"el pagador respondió por {other}, facturamos {first.last_day}")


# Denials.


@pytest.mark.slow
def test_what_the_payer_calls_denied_without_a_reason_has_a_cause(desk: Practice) -> None:
    claim, _ = sent(desk)
    first = claim.lines[0]
    agreed = (0, f"CAS*CO*45*{payer.dollars(first.charge)}", "")
    data = payer.remittance(
        payer.claim_of(claim, {first.code: agreed}), cents=0, payee=payer.payee_of(claim)
    )
    answering.post(desk.opened("biller"), data, NOW)  # CLP02 = 4
    found = denials.denied(desk.opened("biller"), "", 0, NOW)
    assert [(one.key, one.cents) for one in found.causes] == [("CLP02-denied", first.charge)]
    assert [one.told.line.line_id for one in found.lines] == [first.line_id]


@pytest.mark.slow
def test_what_the_payer_took_back_is_among_the_denials(desk: Practice) -> None:
    claim, _ = sent(desk)
    first, payee = claim.lines[0], payer.payee_of(claim)
    cents, off, _ = payer.paid(first)
    back = (cents, off.replace("10.00", "-10.00"), "")
    for status, verdict, sign in (("1", payer.paid(first), 1), ("22", back, -1)):
        body = payer.claim_of(claim, {first.code: verdict}, status=status)
        data = payer.remittance(body, cents=sign * cents, payee=payee, trace=f"MADEUP{status}")
        answering.post(desk.opened("biller"), data, NOW)
    found = denials.denied(desk.opened("biller"), "", 0, NOW)
    assert [(one.key, one.cents) for one in found.causes] == [("CLP02-taken_back", first.charge)]
    assert [one.told.taken_back for one in found.lines] == [True]


@pytest.mark.slow
def test_causes_add_up_what_was_refused(desk: Practice) -> None:
    claim, _ = sent(desk)
    refuse(desk, claim, "16", "50")
    found = denials.denied(desk.opened("biller"), "", 0, NOW)
    assert found.count == len(claim.lines)
    assert found.cents == claim.total
    expected = [one.expected for one in claim.lines]
    assert found.expected == (sum(one or 0 for one in expected) if any(expected) else None)
    assert found.unpriced == expected.count(None)
    (stood,) = (one for one in stands.stands(desk.opened("biller")).parts if one.stand == "denied")
    assert (stood.charge, stood.sum.amount) == (found.cents, found.expected), "both pages agree"
    assert {one.key for one in found.causes} == {"CO-16", "CO-50"}
    assert sum(one.lines for one in found.causes) == len(claim.lines)
    some = denials.denied(desk.opened("biller"), "CO-50", 0, NOW)
    assert {cause.code for one in some.lines for cause in one.causes} == {"50"}
    assert some.count == next(one.lines for one in found.causes if one.code == "50")


@pytest.mark.slow
def test_the_worth_of_a_cause_is_that_of_its_own_lines_and_unknown_is_not_nothing(
    desk: Practice,
) -> None:
    claim, _ = sent(desk)
    refuse(desk, claim, "16", "50")
    of = {
        one.key: denials.denied(desk.opened("biller"), one.key, 0, NOW)
        for one in denials.denied(desk.opened("biller"), "", 0, NOW).causes
    }
    ids = {key: [one.told.line.line_id for one in found.lines] for key, found in of.items()}
    LineStanding.objects.update(expected=None)
    LineStanding.objects.filter(line_id__in=ids["CO-50"][:1]).update(expected=4321)
    for key, known, told in (
        ("CO-16", None, "charged and refused</a>, amount not known"),
        ("CO-50", 4321, "$43.21 expected for it"),
    ):
        found = denials.denied(desk.opened("biller"), key, 0, NOW)
        charges = [one.charge for one in claim.lines if one.line_id in ids[key]]
        assert (found.count, found.cents) == (len(charges), sum(charges))
        assert (found.expected, found.unpriced) == (known, len(charges) - (known is not None))
        assert told in client_of("north-biller").get(f"/denials/?cause={key}").content.decode()


@pytest.mark.slow
def test_a_deadline_is_the_payers_and_counts_from_the_remittance(desk: Practice) -> None:
    claim, _ = sent(desk)
    refuse(desk, claim, "50")
    (one, *_) = denials.denied(desk.opened("biller"), "", 0, NOW).lines
    paid_on = one.told.remitted_on
    assert paid_on is not None
    last = paid_on + timedelta(days=120)  # 42 CFR 405.942 (a): redetermination, Part B
    assert one.told.last_day == last
    assert one.days_left == (last - NOW.date()).days


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "answer"), [("50", {"answered", "questioned"}), ("99999", {"nothing"})]
)
def test_what_answers_is_the_decisions_finding_or_plainly_nothing(
    desk: Practice, code: str, answer: set[str]
) -> None:
    claim, _ = sent(desk)
    refuse(desk, claim, code)
    for one in denials.denied(desk.opened("biller"), "", 0, NOW).lines:
        assert one.answer in answer
        for cause in one.causes:
            assert bool(cause.questioned) != (cause.on_file == NOTHING)


@pytest.mark.slow
def test_an_appeal_and_giving_up_are_steps_with_reasons(desk: Practice) -> None:
    claim, _ = sent(desk)
    refuse(desk, claim, "50")
    biller, line = desk.opened("biller"), claim.lines[0].line_id
    for act in (answering.appeal, answering.give_up):
        with pytest.raises(DeskError, match="reason"):
            act(biller, [line], " ", NOW)
        with pytest.raises(NotVisible):
            act(biller, ["PLNONE"], "why", NOW)
        with pytest.raises(NotAllowed):
            act(desk.opened("owner"), [line], "why", NOW)
    answering.appeal(biller, [line], "the order was on file", NOW)
    assert lines(desk).lines[line].state == "appealed"
    answering.give_up(biller, [line], "too late", NOW)
    assert lines(desk).lines[line].state == "denied", "the appeal is given up, the answer stands"
    answering.give_up(biller, [line], "not worth it", NOW)
    assert lines(desk).lines[line].state == "voided"


@pytest.mark.slow
def test_what_was_never_sent_is_not_given_up(desk: Practice) -> None:
    line = next(iter(drafted(desk).lines))
    with pytest.raises(ClaimsError, match="never sent"):
        answering.give_up(desk.opened("biller"), [line], "why", NOW)


# One claim.


@pytest.mark.slow
def test_a_claim_offers_only_what_its_payer_takes(desk: Practice) -> None:
    claim, _ = sent(desk)
    biller = desk.opened("biller")
    assert not claims.claim(biller, claim.claim_id, NOW).answered
    refuse(desk, claim, "16")
    found = claims.claim(biller, claim.claim_id, NOW)
    assert found.answered
    assert found.ways == ("new",), "Part B takes neither a replacement nor a void"
    assert len(found.denied) == len(claim.lines)
    steps = [one.became for one in found.lines[0].story]
    assert steps == ["drawn", "ready", "submitted", "denied"]
    assert {one.who for one in found.lines[0].story} == {"north-biller"}
    with pytest.raises(NotVisible):
        claims.claim(biller, "PCNONE", NOW)


# The pages.


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_see_lines_opens_the_pages(practice: Practice, role: str) -> None:
    assert practice.tenant_id
    client = client_of(f"north-{role}")
    for page in ("/billing/", "/billing/?stand=held", "/billing/files/", "/denials/"):
        answer = client.get(page)
        assert answer.status_code == (200 if role in MAY else 403), page
        assert not INLINE.search(answer.content.decode())
    for page in ("/billing/draw/", "/billing/send/"):
        status = client.post(page).status_code
        assert status == (403 if role != "biller" else status)
        assert status != 500


@pytest.mark.slow
def test_a_biller_draws_and_sends_from_the_page(desk: Practice) -> None:
    client = client_of("north-biller")
    refused = client.post("/billing/send/", {"all": "yes"})
    assert refused.status_code == 422
    for kind, data in (("charges", CHARGES), ("directory", DIRECTORY), ("ends", ENDS)):
        file = SimpleUploadedFile(f"{kind}.txt", data)
        answer = client.post("/billing/papers/", {"kind": kind, "file": file})
        assert answer.status_code == 303, answer.content.decode()
    drafted(desk)
    claim = next(iter(lines(desk).claims.values()))
    line = claim.lines[0].line_id
    address = f"/billing/claims/{claim.claim_id}/"
    silent = client.post(f"{address}hold/", {"line": line, "why": " ", "hold": "yes"})
    assert silent.status_code == 422
    assert "needs a reason" in silent.content.decode()
    assert (
        client.post(f"{address}hold/", {"line": line, "why": "a card", "hold": "yes"}).status_code
        == 303
    )
    assert lines(desk).lines[line].held == "a card"
    assert "a card" in client.get(address).content.decode()
    done = client.post(f"{address}hold/", {"line": line, "why": "found", "release": "yes"})
    assert done.status_code == 303
    assert lines(desk).lines[line].held == ""


def test_a_paper_that_cannot_be_read_is_refused_on_the_page(practice: Practice) -> None:
    assert practice.tenant_id
    client = client_of("north-biller")
    file = SimpleUploadedFile("charges.csv", b"code,price\n1,2\n")
    answer = client.post("/billing/papers/", {"kind": "charges", "file": file})
    assert answer.status_code == 422
    assert "lacks the column charge" in answer.content.decode()
    assert "charge list" in client.get("/billing/").content.decode(), "it says what is missing"


@pytest.mark.slow
def test_every_patient_of_a_list_is_looked_at_on_record(desk: Practice) -> None:
    drafted(desk)
    biller = desk.opened("biller")
    before = Look.objects.filter(patient_id=PATIENT, act="line.see").count()
    lists.lines(biller, Asked("drawn"), NOW)
    assert Look.objects.filter(patient_id=PATIENT, act="line.see").count() == before + 1
