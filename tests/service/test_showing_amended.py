"""Amendments and overpayments on the biller's page: looked at, settled, given back."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from made_up_billing import decided_practice as desk
from made_up_billing import rows_of_one
from made_up_overpaid import consent_was_a_mistake, later, paid
from proofline.desk.billing import book as billing
from proofline.desk.showing.billing import amended
from proofline.desk.showing.billing.stands import stands
from proofline.store.models import AmendmentRow, CaseRow, Look
from proofline.store.people import ROLES
from proofline.store.trouble import NotVisible
from proofline.web.templatetags.money import journey
from proofline.web.templatetags.telling import as_typed
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from made_up_practices import Clock, Practice

__all__ = ["desk", "later"]
pytestmark = pytest.mark.slow
MAY = {"biller", "compliance", "billing_practitioner"}


def test_what_is_owed_is_told_with_its_day_and_given_back_from_the_page(
    desk: Practice, later: Clock
) -> None:
    paid(desk, later)
    biller = desk.opened("biller")
    assert amended.amended(biller, later.at).overpayments == ()
    consent_was_a_mistake(desk, later)
    page = amended.amended(biller, later.at)
    told = stands(biller).amended
    assert (told.proposed, told.open) == (len(page.amendments) + page.more, len(page.overpayments))
    assert told.due == min(one.case.due for one in page.overpayments)
    assert all(one.line and one.line.state == "paid" for one in page.overpayments)
    one = page.overpayments[0]
    assert one.days_left == (one.case.due - later.at.date()).days

    client = client_of("north-biller")
    listed = client.get("/billing/amendments/").content.decode()
    assert not INLINE.search(listed)
    assert "overpayment" in client.get("/billing/").content.decode()
    address = f"/billing/overpayments/{one.case.case_id}/"
    shown = client.get(address).content.decode()
    assert "overdue" in shown, "by the clock of the page, which is months later"
    assert one.case.owed is not None
    assert f"${one.case.owed / 100:.2f} left to give back" in shown
    assert f'placeholder="{one.case.owed / 100:.2f}"' in shown
    assert as_typed(123_400) == "1234.00", "the form reads no comma"
    assert f'/rules/sources/#{one.case.rule.return_cite.split()[0]}"' in shown
    assert "cannot be taken back" in shown
    for sent, words in (
        ({"act": "return", "amount": "much", "on": "2026-05-01"}, "not a number"),
        ({"act": "return", "amount": "1.234", "on": "2026-05-01"}, "That is no amount"),
        ({"act": "return", "amount": "10.00", "on": "soon"}, "cannot be read"),
        ({"act": "return", "amount": "10.00", "on": "2026-05-01", "why": ""}, "needs a reason"),
    ):
        refused = client.post(address, {"why": "cheque 7", **sent})
        assert refused.status_code == 422
        assert words in refused.content.decode()
    whole = f"{one.case.paid / 100:.2f}"
    sent = {"act": "return", "amount": whole, "on": "2026-05-01", "why": "cheque 7"}
    assert client.post(address, sent).status_code == 303
    assert not CaseRow.objects.get(case_id=one.case.case_id).open
    kept = amended.overpayment(biller, one.case.case_id, later.at).case
    assert [(each.cents, each.on) for each in kept.returns] == [(one.case.paid, date(2026, 5, 1))]


def test_an_amendment_says_what_turned_and_is_settled_with_a_reason(
    desk: Practice, later: Clock
) -> None:
    paid(desk, later)
    consent_was_a_mistake(desk, later)
    biller = desk.opened("biller")
    one = next(
        each.amendment
        for each in amended.amended(biller, later.at).amendments
        if each.amendment.kind == "refund"
    )
    client = client_of("north-biller")
    address = f"/billing/amendments/{one.amendment_id}/"
    shown = client.get(address).content.decode()
    assert "consent on file" in shown
    assert client.post(address, {"act": "accept", "why": ""}).status_code == 422
    assert client.post(address, {"act": "decline", "why": "it was given"}).status_code == 303
    assert AmendmentRow.objects.get(amendment_id=one.amendment_id).standing == "declined"
    assert "it was given" in client.get(address).content.decode()
    assert client.get("/billing/amendments/AMNONE/").status_code == 404
    with pytest.raises(NotVisible):
        amended.overpayment(biller, "OPNONE", later.at)
    assert Look.objects.filter(act="amendment.see").exists()


def test_what_turned_and_what_follows_is_told_in_spanish_by_the_patients_clock(
    desk: Practice, later: Clock
) -> None:
    paid(desk, later)
    consent_was_a_mistake(desk, later)
    biller = desk.opened("biller")
    listed = amended.amended(biller, later.at).amendments
    one = next(each for each in listed if each.amendment.kind == "refund")
    whole = amended.amendment(biller, one.amendment.amendment_id, later.at)
    rows = [row for turn in whole.proposal.amendment.turns for row in turn.rows]
    assert [row for row in rows if "captured 20" in row], "else nothing here is told otherwise"
    client = client_of("north-biller")
    client.cookies["django_language"] = "es"
    address = f"/billing/amendments/{one.amendment.amendment_id}/"
    at = f"{datetime.fromisoformat(captured(rows)):%H:%M}"
    for page in (address, journey(whole.proposal.amendment.decision_key)):
        shown = client.get(page).content.decode()
        assert not re.search(r"captured \d|\d{4}-\d\d-\d\dT", shown), page
        assert "con captura el" in shown
        assert f"{at} UTC" not in shown, page
    sent = {"act": "accept", "why": "made up", "correct": "yes"}
    told = client.post(address, sent, follow=True).content.decode()
    assert "Aceptada. Lo que sigue: pida al pagador que reabra" in told


def captured(rows: list[str]) -> str:
    """Give the instant at which a row was captured, as the core said it."""
    return next(found[1] for row in rows if (found := re.search(r"captured (\S+)", row)))


def test_since_when_one_waits_and_what_became_of_its_claim_is_told_by_the_patients_clock(
    desk: Practice, later: Clock
) -> None:
    paid(desk, later)
    consent_was_a_mistake(desk, later)
    zone = next(row["time_zone"] for row in rows_of_one()["patients"]) or ""
    one = amended.amended(desk.opened("biller"), later.at).amendments[0]
    assert one.zone == zone != "UTC"
    assert one.line
    client = client_of("north-biller")
    listed = client.get("/billing/amendments/").content.decode()
    there = one.amendment.proposed_at.astimezone(ZoneInfo(zone))
    assert f"{there:%-d %b %Y, %H:%M %Z}" in listed
    whole = client.get(f"/billing/claims/{one.line.claim_id}/").content.decode()
    assert f" {there:%Z}</span>" in whole
    for page in (listed, whole):
        assert not re.search(r"\d\d:\d\d UTC", page)


def test_other_paid_lines_of_the_same_cause_lead_to_their_claims(
    desk: Practice, later: Clock
) -> None:
    paid(desk, later)
    consent_was_a_mistake(desk, later)
    biller = desk.opened("biller")
    listed = amended.amended(biller, later.at).overpayments
    one = next(each for each in listed if len(each.case.siblings) > 1)
    address = f"/billing/overpayments/{one.case.case_id}/"
    shown = client_of("north-biller").get(address).content.decode()
    lines = {line.line_id: line for line in billing.listing(biller, later.at).lines}
    for other in one.case.siblings:
        assert f'href="/billing/claims/{lines[other.line_id].claim_id}/"' in shown
    causes = {other.cause.rpartition(" ")[2] for other in one.case.siblings}
    assert all(f": consent {cause}" in shown for cause in causes)
    client = client_of("north-biller")
    client.cookies["django_language"] = "es"
    spanish = client.get(address).content.decode()
    assert all(f": consentimiento {cause}" in spanish for cause in causes)


def test_a_note_about_a_line_that_stands_is_not_called_a_line_that_stands_otherwise(
    desk: Practice, later: Clock
) -> None:
    paid(desk, later)
    consent_was_a_mistake(desk, later)
    ours = AmendmentRow.objects.filter(tenant_id=desk.tenant_id, standing="proposed")
    one = ours.first()
    assert one is not None
    before = stands(desk.opened("biller")).amended
    ours.filter(pk=one.pk).update(kind="information")
    told = stands(desk.opened("biller")).amended
    assert (told.proposed, told.changed, told.notes) == (
        *(before.proposed, before.changed - 1, before.notes + 1),
    )
    page = client_of("north-biller").get("/billing/").content.decode()
    assert "1 note about a line that stands as it was billed" in page


@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_see_amendments_opens_the_page(practice: Practice, role: str) -> None:
    assert practice.tenant_id
    answer = client_of(f"north-{role}").get("/billing/amendments/")
    assert answer.status_code == (200 if role in MAY else 403)


def test_overpayments_come_in_pages_with_their_count(
    desk: Practice, later: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(desk, later)
    consent_was_a_mistake(desk, later)
    biller = desk.opened("biller")
    every = [one.case.case_id for one in amended.amended(biller, later.at).overpayments]
    assert len(every) > 2
    monkeypatch.setattr(amended, "PAGE", 2)
    pages = [
        amended.amended(biller, later.at, number) for number in range(1, -(-len(every) // 2) + 1)
    ]
    assert [one.case.case_id for page in pages for one in page.overpayments] == every
    assert {(page.open, page.pages) for page in pages} == {(len(every), len(pages))}
    assert amended.amended(biller, later.at, 99).number == len(pages)
    client = client_of("north-biller")
    text = client.get("/billing/amendments/?page=2").content.decode()
    assert f"Page 2 of {len(pages)}" in text
    assert f"{len(every)} open" in text
