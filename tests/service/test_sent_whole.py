"""A claim goes whole: how many lines go along is said before it is sent, and after."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from made_up_billing import NOW, lines
from made_up_billing import decided_practice as desk
from made_up_overpaid import LIST, TOLD
from made_up_practices import Practice
from proofline.desk.billing import sending
from proofline.store.book import by_ourselves
from proofline.store.models import LineStanding
from proofline.store.work import standings
from signing_in import client_of

if TYPE_CHECKING:
    from django.test import Client

    from proofline.store.work.standings import LineNow

__all__ = ["desk"]
pytestmark = pytest.mark.slow
ENDS = (
    b'[sender]\nid = "MADEUP"\nname = "Made-up Practice"\ncontact = "Biller"\n'
    b'phone = "2175550199"\n[receiver]\nid = "PAYER"\nname = "Made-up Payer"\n'
)
BOX = re.compile(r'<input type="checkbox" name="claim"[^>]*>')
DESCRIBED = re.compile(r'aria-describedby="([^"]+)"')


def drawn() -> Client:
    """Give a biller who brought all papers, and drew what was earned."""
    client = client_of("north-biller")
    for kind, data in (("charges", LIST), ("directory", TOLD), ("ends", ENDS)):
        file = SimpleUploadedFile(f"{kind}.txt", data)
        client.post("/billing/papers/", {"kind": kind, "file": file})
    client.post("/billing/draw/")
    return client


def test_a_claim_with_a_held_line_is_not_told_to_go(desk: Practice) -> None:
    """Of what is ready that is counted, and no more, which is sent when all is sent."""
    client = drawn()
    (claim,) = lines(desk).current("ready")
    left = len(claim.lines) - 1
    assert left > 1
    sending.hold(desk.opened("biller"), [claim.lines[0].line_id], "made up", NOW)
    shown = client.get("/billing/?stand=ready")
    text = shown.content.decode()
    assert "Send all that is ready (0 lines)" in text
    assert text.count("waits for a held line of its claim") == left
    told = [one.beside for one in shown.context["page"]["list"].lines]
    assert [(one.kept, one.along) for one in told] == [("held", 0)] * left
    boxes = BOX.findall(text)
    assert len(boxes) == left
    assert all(" disabled " in box for box in boxes), "what cannot be sent cannot be chosen"
    reasons = {DESCRIBED.search(box)[1] for box in boxes}  # type: ignore[index]
    assert all(f'id="{one}">waits for a held line of its claim<' in text for one in reasons)
    for asked in ({"claim": [claim.claim_id]}, {"all": "yes"}):
        assert client.post("/billing/send/", asked).status_code == 422
    client.post("/billing/draw/")
    text = client.get("/billing/?stand=ready").content.decode()
    assert f"Send all that is ready ({left} lines)" in text
    assert "waits for a held line" not in text, "it was drawn anew without it"
    assert not any(" disabled " in box for box in BOX.findall(text))
    went = client.post("/billing/send/", {"all": "yes"}, follow=True).content.decode()
    assert f": 1 claim, with all of its lines: {left} lines." in went


def test_a_claim_drawn_anew_while_its_lines_are_read_is_told_to_take_none(
    desk: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, read = drawn(), standings.page

    def then_drawn_anew(*asked: Any) -> list[LineNow]:  # noqa: ANN401 - as the function asks
        found = read(*asked)
        with by_ourselves(desk.tenant_id):
            LineStanding.objects.filter(tenant_id=desk.tenant_id).update(claim_id="PCANEW")
        return found

    monkeypatch.setattr(standings, "page", then_drawn_anew)
    shown = client.get("/billing/?stand=ready")
    listed = shown.context["page"]["list"].lines
    assert listed
    assert not any(one.beside.along or one.beside.kept for one in listed)


def test_how_many_lines_go_along_is_said_before_and_after_sending(desk: Practice) -> None:
    client = drawn()
    shown = client.get("/billing/?stand=ready")
    listed = {one.line.line_id: one for one in shown.context["page"]["list"].lines}
    every = lines(desk).current("ready")
    for claim in every:
        for line in claim.lines:
            assert listed[line.line_id].beside.along == len(claim.lines) - 1
    claim = max(every, key=lambda one: len(one.lines))
    more = len(claim.lines) - 1
    assert more > 1
    text = shown.content.decode()
    assert text.count(f"goes with {more} other lines of its claim") >= len(claim.lines)
    assert f"Send all that is ready ({len(listed)} lines)" in text
    below = text.rpartition("</table>")[2]
    assert ("Send the chosen claims" in below) == (len(listed) > 10), "at hand after a long list"
    sent = client.post("/billing/send/", {"claim": [claim.claim_id] * 2}, follow=True)
    assert f": 1 claim, with all of its lines: {more + 1} lines." in sent.content.decode()
