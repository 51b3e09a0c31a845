"""A biller's day in a real browser: sent, answered, paid and denied, with scripts and without."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from proofline.claims.claim import (
    Address,
    BillingProvider,
    Claim,
    ClaimLine,
    Person,
    Practitioner,
)
from proofline.claims.x12.envelope import Party
from proofline.claims.x12.reading import segments
from proofline.cli.demo import payer
from referees import pyx12_says
from visiting import Visitors

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""The made-up payer's own clock; the pages ask nothing of it."""


def claims_in(data: bytes) -> list[Claim]:
    """Read from a file of claims what a payer needs for its answer."""
    found: list[tuple[str, list[dict[str, str]]]] = []
    npi = ""
    for one in segments(data):
        if one.tag == "NM1" and one[1] == "85":
            npi = one[9]
        if one.tag == "CLM":
            found.append((one[1], []))
        if one.tag == "SV1":
            _, code, *_ = one[1].split(":")
            found[-1][1].append({"code": code, "charge": one[2], "units": one[4]})
        if one.tag == "DTP" and one[1] == "472":
            found[-1][1][-1]["on"] = one[3][-8:]
        if one.tag == "REF" and one[1] == "6R":
            found[-1][1][-1]["id"] = one[2]
    billing = BillingProvider("Made-up Practice", npi, "", Address())
    return [
        Claim(name, Person("Made", "Up"), (), billing, Practitioner(npi), (), _lines(lines))
        for name, lines in found
    ]


def _lines(told: list[dict[str, str]]) -> tuple[ClaimLine, ...]:
    days = [datetime.strptime(one["on"], "%Y%m%d").replace(tzinfo=UTC).date() for one in told]
    return tuple(
        ClaimLine(
            one["id"], "", one["code"], int(one["units"]), round(float(one["charge"]) * 100), on, on
        )
        for one, on in zip(told, days, strict=True)
    )


def figure(page: Page, stand: str) -> int:
    """Read how many lines stand somewhere, as the page says it."""
    return int(page.locator(f'a.figure[href$="stand={stand}"] b').inner_text().replace(",", ""))


def post(page: Page, name: str, data: bytes) -> None:
    """Bring a payer's file, and wait until the page says what became of it."""
    page.goto("/billing/answers/")
    file = FilePayload(name=name, mimeType="text/plain", buffer=data)
    page.set_input_files("#file", files=[file])
    page.click("main button:has-text('Post it')")
    expect(page.locator("section[aria-labelledby=posted]")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_what_is_ready_is_sent_answered_paid_and_denied(
    visitors: Visitors, tmp_path: Path, *, scripts: bool
) -> None:
    page = visitors.at("biller", scripts=scripts)
    page.goto("/billing/?stand=ready")
    ready, paid, denied = (figure(page, one) for one in ("ready", "paid", "denied"))
    assert ready > 0
    page.locator("tbody input[type=checkbox]").first.check()
    page.click("text=Send the chosen claims")
    expect(page.locator("main [role=status]")).to_contain_text("Sent as submission")
    with page.expect_download() as download:
        page.locator("a[download]").first.click()
    download.value.save_as(tmp_path / "sent.x12")
    data = (tmp_path / "sent.x12").read_bytes()
    assert pyx12_says(data).accepts, pyx12_says(data).objections
    (claim,) = claims_in(data)

    page.goto("/billing/?stand=ready")
    assert figure(page, "ready") == ready - len(claim.lines)
    practice = Party(id="DEMO", name="Made-up Practice")
    post(page, "status.x12", payer.accepted([claim], practice, NOW))
    assert page.locator("tbody .chip", has_text="accepted").count() == len(claim.lines)
    post(page, "remittance.x12", payer.remitted([claim], practice, NOW))
    refused = page.locator("tbody .chip", has_text="denied").count()
    page.goto("/billing/")
    assert figure(page, "denied") == denied + refused
    assert figure(page, "paid") == paid + len(claim.lines) - refused

    page.goto(f"/billing/claims/{claim.claim_id}/")
    expect(page.locator("tbody .chip", has_text="paid").first).to_be_visible()
    again = page.request.get("/billing/files/")
    assert again.status == 200


def test_a_denial_says_what_answers_it_and_is_appealed_once(visitors: Visitors) -> None:
    page = visitors.at("biller", scripts=False)
    page.goto("/denials/")
    causes = page.locator("section[aria-labelledby=causes] tbody tr")
    assert causes.count() > 0
    causes.first.locator("a").click()
    line = page.locator("section[aria-labelledby=refused] tbody tr").first
    line.locator("td a").first.click()
    expect(page.locator("h2", has_text="Until when")).to_be_visible()
    assert page.locator("text=answers it").count() + page.locator("text=Nothing on file").count()
    page.fill("#why", "the order was on file before the period")
    page.click("text=An appeal was sent")
    expect(page.locator("main [role=status]")).to_contain_text("The appeal is noted")
    assert page.locator("tbody .chip", has_text="appealed").count() == 1


def test_a_line_is_held_and_released_with_reasons(visitors: Visitors) -> None:
    page = visitors.at("biller", scripts=False)
    page.goto("/billing/?stand=ready")
    page.locator("tbody td a").last.click()
    page.locator("input[name=line]").first.check()
    page.fill("#why", "waiting for a card")
    page.click("main button:has-text('Hold')")
    expect(page.locator("main [role=status]")).to_contain_text("Held back")
    expect(page.locator("main")).to_contain_text("waiting for a card")
    page.locator("input[name=line]").first.check()
    page.fill("#why", "the card came")
    page.click("main button:has-text('Release')")
    expect(page.locator("main [role=status]")).to_contain_text("Released")


def test_a_biller_sees_no_readings_and_an_owner_no_names(visitors: Visitors) -> None:
    owner = visitors.at("owner")
    for address in ("/billing/", "/denials/"):
        answer = owner.goto(address)
        assert answer is not None
        assert answer.status == 403
    owner.goto("/practice/lines/?what=paid")
    assert "Madeup" not in owner.content()
    biller = visitors.at("biller")
    answer = biller.goto("/practice/")
    assert answer is not None
    assert answer.status == 403


@pytest.mark.parametrize(
    ("role", "address"),
    [("biller", "/billing/"), ("billing_practitioner", "/signing/"), ("compliance", "/audit/")],
)
def test_what_is_printed_has_the_table_and_nothing_to_press(
    visitors: Visitors, role: str, address: str
) -> None:
    page = visitors.at(role)
    page.goto(address)
    page.emulate_media(media="print")
    expect(page.locator("main table").first).to_be_visible()
    assert page.locator("main th[scope=row]").first.is_visible()
    pressed = page.locator("button, input:not([type=hidden]), select")
    assert not any(one.is_visible() for one in pressed.all())
