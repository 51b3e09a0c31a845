"""What is told to go is what goes: not days to come, nor what is drawn anew or paid meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

import made_up_payer as payer
from made_up_billing import NOW, lines, sent
from made_up_billing import decided_practice as desk
from made_up_crowds import crowd, keep_papers
from made_up_practices import Practice
from proofline.claims.book import book
from proofline.claims.book.book import sent_until
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing import answering, rounds, sending
from proofline.desk.showing.billing import lists
from proofline.desk.showing.billing.lists import Asked
from proofline.store.counting import going
from proofline.store.models import Look
from signing_in import client_of

if TYPE_CHECKING:
    from proofline.claims.claim import Claim
    from proofline.desk.showing.billing.lists import LineList

__all__ = ["desk"]
pytestmark = pytest.mark.slow


def ready(desk: Practice, at: datetime) -> LineList:
    return lists.lines(desk.opened("biller"), Asked("ready"), at)


def two_claims(desk: Practice) -> tuple[Claim, Claim]:
    """Give two claims that are ready, the second of later days: of the first the last is held."""
    keep_papers(desk.opened("owner"), NOW)
    crowd(desk.tenant_id, range(1), NOW)
    biller = desk.opened("biller")
    (early,) = lines(desk).current("ready")
    last = max(one.last_day for one in early.lines)
    late = [one.line_id for one in early.lines if one.last_day == last]
    sending.hold(biller, late, "made up", NOW)
    rounds.draw_all(biller, NOW)
    first, second = lines(desk).current("ready")
    return (first, second) if last in {one.last_day for one in second.lines} else (second, first)


def test_a_claim_of_a_day_to_come_is_neither_counted_nor_chosen_nor_sent(
    desk: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, late = two_claims(desk)
    day = max(one.last_day for one in late.lines)
    before = datetime.combine(day - timedelta(days=1), time(9, 59), UTC)
    assert sent_until(before) == day - timedelta(days=1) >= max(n.last_day for n in early.lines)
    assert sent_until(before + timedelta(minutes=1)) == day, "it is that day in the farthest east"
    found = ready(desk, before)
    assert found.going == len(early.lines)
    kept = {one.line.claim_id: one.beside for one in found.lines if one.beside.kept}
    assert set(kept) == {late.claim_id}
    assert (kept[late.claim_id].kept, kept[late.claim_id].until) == ("to_come", day)
    assert ready(desk, before + timedelta(minutes=1)).going == len(early.lines) + len(late.lines)

    # No act goes behind an earlier one, so that here the days to come are moved, not the clock.
    monkeypatch.setattr(book, "_FARTHEST_EAST", before + timedelta(hours=14) - datetime.now(UTC))
    client = client_of("north-biller")
    text = client.get("/billing/?stand=ready").content.decode()
    assert f"Send all that is ready ({len(early.lines)} lines)" in text
    assert text.count(f"its claim can be sent from {day:%-d %b %Y}") == len(late.lines)
    assert text.count(f'value="{late.claim_id}"') == len(late.lines)
    for box in text.split("<input ")[1:]:
        if f'value="{late.claim_id}"' in box:
            assert " disabled " in box.partition(">")[0]
    refused = client.post("/billing/send/", {"claim": [late.claim_id]})
    assert refused.status_code == 422
    assert "is of a day to come" in refused.content.decode()
    went = client.post("/billing/send/", {"all": "yes"}, follow=True).content.decode()
    assert f": 1 claim, with all of its lines: {len(early.lines)} lines." in went


def test_a_claim_with_a_line_released_again_waits_until_it_is_drawn_anew(desk: Practice) -> None:
    _, claim = two_claims(desk)
    biller, one = desk.opened("biller"), claim.lines[0].line_id
    sending.hold(biller, [one], "made up", NOW)
    sending.release(biller, [one], "made up", NOW)
    before = ready(desk, NOW)
    ours = [each.beside.kept for each in before.lines if each.line.claim_id == claim.claim_id]
    assert ours == ["undrawn"] * (len(claim.lines) - 1)
    with pytest.raises(ClaimsError):
        rounds.send(biller, [claim.claim_id], NOW)
    going = rounds.send(biller, (), NOW)
    assert going.lines == before.going, "what was counted is what is sent"
    rounds.draw_all(biller, NOW)
    assert ready(desk, NOW).going == len(claim.lines)


def test_what_was_paid_after_it_was_rejected_is_not_told_to_go(desk: Practice) -> None:
    claim, _ = sent(desk)
    biller = desk.opened("biller")
    keep_papers(desk.opened("owner"), NOW)
    answering.acknowledge(biller, payer.status([claim], [claim.claim_id]), NOW)
    rounds.draw_all(biller, NOW)
    assert ready(desk, NOW).going == len(claim.lines)
    verdicts = {one.code: payer.paid(one) for one in claim.lines}
    told = payer.claim_of(claim, verdicts)
    cents = sum(verdicts[one.code][0] for one in claim.lines)
    answering.post(biller, payer.remittance(told, cents=cents, payee=payer.payee_of(claim)), NOW)
    found = ready(desk, NOW)
    assert found.going == 0
    assert {one.beside.kept for one in found.lines} == {"paid"}
    text = client_of("north-biller").get("/billing/?stand=ready").content.decode()
    (now,) = {one.line.claim_id for one in found.lines}
    cure = f'<a href="/billing/claims/{now}/">a line of its claim was paid meanwhile: hold it'
    assert text.count(cure) == len(found.lines), "where the one that was paid is held"
    for one in lines(desk).current("ready"):
        with pytest.raises(ClaimsError, match="was paid meanwhile"):
            rounds.send(biller, [one.claim_id], NOW)


def test_a_file_of_lines_does_not_count_what_goes(
    desk: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_claims(desk)
    asked: list[object] = []

    def counted(*told: object) -> int:
        asked.append(told)
        return 0

    monkeypatch.setattr(going, "beside_those_kept", counted)
    client = client_of("north-biller")
    assert len(client.get("/billing/?stand=ready&as=csv").getvalue().splitlines()) > 1
    assert not asked
    assert client.get("/billing/?stand=ready").status_code == 200
    assert len(asked) == 1


@pytest.mark.parametrize("kind", ["charges", "superbill"])
def test_what_cannot_be_sent_is_not_taken_along_on_paper_either(
    desk: Practice, kind: sending.Kind
) -> None:
    kept, other = two_claims(desk)
    biller = desk.opened("biller")
    rounds.send(biller, [kept.claim_id], NOW)
    answering.acknowledge(biller, payer.status([kept], [kept.claim_id]), NOW)
    rounds.draw_all(biller, NOW)
    (anew,) = [one for one in lines(desk).current("ready") if one.claim_id != other.claim_id]
    verdicts = {one.code: payer.refused(one, "16") for one in kept.lines}
    first = kept.lines[0]
    verdicts[first.code] = payer.paid(first)
    cents = sum(verdicts[one.code][0] for one in kept.lines)
    told = payer.claim_of(kept, verdicts)
    answering.post(biller, payer.remittance(told, cents=cents, payee=payer.payee_of(kept)), NOW)
    taken = sending.take(biller, kind, (), NOW)
    assert (taken.claims, len(taken.left_out)) == (1, 1)
    assert "was paid meanwhile" in taken.left_out[anew.claim_id].message
    assert not sending.take(biller, kind, [other.claim_id], NOW).left_out
    with pytest.raises(ClaimsError, match="was paid meanwhile"):
        sending.take(biller, kind, [anew.claim_id], NOW)

    client = client_of("north-biller")
    page = client.post("/billing/take/", {"kind": kind})  # said before there is a file
    text = page.content.decode()
    assert (page.status_code, "Content-Disposition" in page) == (200, False)
    assert f'<a class="small" href="/billing/claims/{anew.claim_id}/">' in text
    assert "was paid meanwhile" in text
    assert "Download 1 claim without them" in text
    mark = text.partition('name="without" value="')[2].partition('"')[0]
    before = Look.objects.filter(act=f"claim.take.{kind}").count()
    stale = client.post("/billing/take/", {"kind": kind, "without": "what was told before"})
    assert "Content-Disposition" not in stale, "others are left out than were told"
    assert Look.objects.filter(act=f"claim.take.{kind}").count() == before
    file = client.post("/billing/take/", {"kind": kind, "without": mark})
    assert "attachment" in file["Content-Disposition"]
    assert file["Proofline-Left-Out"] == "1"
    whole = {"kind": kind, "claim": other.claim_id, "without": mark}  # mended meanwhile
    assert client.post("/billing/take/", whole)["Proofline-Left-Out"] == "0"
    assert "was paid meanwhile" not in client.get("/billing/files/").content.decode()
