"""A claim goes whole: how many lines go along is said before it is sent, and after."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from made_up_billing import decided_practice as desk
from made_up_billing import lines
from made_up_overpaid import LIST, TOLD
from made_up_practices import Practice
from signing_in import client_of

__all__ = ["desk"]
pytestmark = pytest.mark.slow
ENDS = (
    b'[sender]\nid = "MADEUP"\nname = "Made-up Practice"\ncontact = "Biller"\n'
    b'phone = "2175550199"\n[receiver]\nid = "PAYER"\nname = "Made-up Payer"\n'
)


def test_how_many_lines_go_along_is_said_before_and_after_sending(desk: Practice) -> None:
    client = client_of("north-biller")
    for kind, data in (("charges", LIST), ("directory", TOLD), ("ends", ENDS)):
        file = SimpleUploadedFile(f"{kind}.txt", data)
        client.post("/billing/papers/", {"kind": kind, "file": file})
    client.post("/billing/draw/")
    shown = client.get("/billing/?stand=ready")
    listed = {one.line.line_id: one for one in shown.context["page"]["list"].lines}
    every = lines(desk).current("ready")
    for claim in every:
        for line in claim.lines:
            assert listed[line.line_id].along == len(claim.lines) - 1
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
