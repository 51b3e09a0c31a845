"""What a payer allowed less than expected, refused or kept back: said where it is posted."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from msgspec import structs

import made_up_payer as payer
from made_up_billing import ENDS, NOW, PAPERS, PATIENT, decided_practice, lines
from made_up_practices import Practice
from proofline.claims.book import Change, Entry
from proofline.claims.claim import Claim, ClaimLine
from proofline.desk.billing import drafting, sending
from proofline.desk.showing.billing import answered, stands
from proofline.store.book import by_ourselves
from proofline.store.work import standings
from signing_in import client_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

__all__ = ["decided_practice"]


def half(line: ClaimLine, *_who: object) -> int:
    """Expect half of every charge."""
    return line.charge // 2


def sent_as_half_expected(desk: Practice) -> Claim:
    biller = desk.opened("biller")
    papers = replace(PAPERS, expected=half)  # type: ignore[arg-type]  # asked like an Expecting
    drafting.draft(biller, {PATIENT}, papers, NOW)
    drafting.make_ready(biller, papers, NOW)
    (claim, *_) = lines(desk).current("ready")
    sending.submit(biller, [claim.claim_id], ENDS, NOW)
    return claim


@pytest.mark.slow
def test_what_was_taken_back_is_in_the_list_and_its_file_with_all_of_its_charge(
    decided_practice: Practice,
) -> None:
    claim = sent_as_half_expected(decided_practice)
    first, payee = claim.lines[0], payer.payee_of(claim)
    cents, off, _ = payer.paid(first)
    client = client_of("north-biller")
    for status, cas, sign in (("1", off, 1), ("22", off.replace("10.00", "-10.00"), -1)):
        body = payer.claim_of(claim, {first.code: (cents, cas, "")}, status=status)
        data = payer.remittance(body, cents=sign * cents, payee=payee, trace=f"MADEUP{status}")
        (one,) = posted(client, data).context["page"].listed
        assert (one.paid, one.takes_back) == (sign * cents, status == "22")
    (line,) = client.get("/denials/").context["page"].lines
    assert line.amount == first.charge
    answer = client.get("/denials/?as=csv")
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert (row["cause"], row["answered_by_evidence"]) == ("CLP02-taken_back", "no")
    assert float(row["charge_refused"]) * 100 == first.charge


def posted(client: Client, data: bytes) -> Any:  # noqa: ANN401 - as Django's own answers
    return client.post("/billing/answers/", {"file": SimpleUploadedFile("answer.835", data)})


@pytest.mark.slow
def test_what_is_short_denied_or_kept_beside_the_claims_is_told_first(
    decided_practice: Practice,
) -> None:
    """Of what the pages say to be allowed and kept back every cent is in the file."""
    claim = sent_as_half_expected(decided_practice)
    short = claim.lines[0]
    denied = [one for one in claim.lines if one.code == "99454"]
    paid = [one for one in claim.lines if one.code not in {short.code, "99454"}]
    assert short not in denied
    assert sum(one.code == short.code for one in claim.lines) == 1
    low = (800, f"CAS*CO*45*{payer.dollars(short.charge - 1000)}~CAS*PR*2*2.00", "")
    verdicts = {one.code: payer.paid(one) for one in paid}
    verdicts |= {short.code: low, "99454": payer.refused(denied[0], "16")}
    cents = 800 + sum(one.charge - 1000 for one in paid)
    kept = [f"PLB*{claim.billing.npi}*20261231*WO:{claim.claim_id}*5*L6*-1.25"]
    told = payer.claim_of(claim, verdicts)
    payee = payer.payee_of(claim)
    data = payer.remittance(told, cents=cents - 375, more=kept, payee=payee)
    client = client_of("north-biller")
    answer = posted(client, data)
    page = answer.context["page"]
    assert [one.line_id for one in page.listed[: len(denied)]] == [one.line_id for one in denied]
    assert page.listed[len(denied)].line_id == short.line_id
    assert (page.denied, page.short, page.paid) == (len(denied), 1, cents)
    assert page.withheld == 375
    less = short.charge // 2 - 1000
    assert page.listed[len(denied)].short.short == less
    beside = "kept from the payment, for no line of it"
    assert beside in answer.content.decode()
    again = posted(client, data).content.decode()
    assert "This file was posted before" in again
    assert beside not in again, "that counts no more twice than its answers"
    seen = client.get(f"/billing/claims/{claim.claim_id}/")
    assert "$5.00 kept back beside the claim" in seen.content.decode()
    page = seen.context["page"]
    got = {one.line.line_id: one.paid for one in page.lines}
    assert got[short.line_id] == 800, "whatever was kept beside it"
    assert sum(got.values()) == cents
    standing = lines(decided_practice).lines[short.line_id]
    assert standing.answered["payer_claim_id"] == f"PAYER{claim.claim_id}", "to correct it by"
    words = f"allowed $10.00, ${less / 100:.2f} less than expected"
    for address in (f"/billing/claims/{claim.claim_id}/", "/billing/?stand=paid"):
        assert words in client.get(address).content.decode()
    answer = client.get("/billing/?stand=paid&as=csv")
    rows = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    found = {row["line"]: row["allowed_less_than_expected"] for row in rows}
    assert float(found.pop(short.line_id)) * 100 == less
    assert set(found.values()) == {""}


def shown_short(client: Client) -> list[str]:
    """Give the lines of the list of those allowed less than expected, which its file has alike."""
    address = "/billing/?stand=paid&short=yes"
    answer = client.get(address)
    listed = [one.line.line_id for one in answer.context["page"]["list"].lines]
    told = client.get(f"{address}&as=csv").getvalue().decode()
    assert [row["line"] for row in csv.DictReader(io.StringIO(told))] == listed
    (part,) = [one for one in answer.context["page"]["stands"].parts if one.stand == "paid"]
    shorts = [one.short for one in answer.context["page"]["list"].lines]
    assert part.short == len(listed)
    assert part.short_cents == sum(one.short for one in shorts)
    return listed


def filters(client: Client, kept: str) -> str:
    """Give the words of the two lists of what was paid, as the page has them."""
    page = client.get(f"/billing/?stand=paid&short=yes{kept}").content.decode()
    found = re.search(r'<nav class="filters".*?</nav>', page, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", " ", found[0])


@pytest.mark.slow
def test_a_list_holds_only_what_was_allowed_less_than_expected(
    decided_practice: Practice,
) -> None:
    """Also after a file takes the answer back and pays anew, and when lists are made anew."""
    claim = sent_as_half_expected(decided_practice)
    first, second, *_ = claim.lines
    assert first.code != second.code
    payee = payer.payee_of(claim)
    client = client_of("north-biller")
    assert shown_short(client) == []
    low = (800, f"CAS*CO*45*{payer.dollars(first.charge - 800)}", "")
    verdicts = {first.code: low, second.code: payer.paid(second)}
    body = payer.claim_of(claim, verdicts)
    cents = 800 + verdicts[second.code][0]
    posted(client, payer.remittance(body, cents=cents, payee=payee, trace="MADEUP1"))
    assert shown_short(client) == [first.line_id]
    page = client.get("/billing/?stand=paid").content.decode()
    assert f"by ${(first.charge // 2 - 800) / 100:,.2f}" in page
    assert 'short=yes"' in page
    whole = filters(client, "")
    assert re.search(r"\d", whole)
    for kept in (f"&month={first.last_day:%Y-%m}", "&payer=NONE"):
        assert re.sub(r"[\d$.,]|\bby\b", "", whole).split() == filters(client, kept).split(), (
            "the sums are of all months and payers, and are told of these only"
        )
    with by_ourselves(decided_practice.tenant_id):
        standings.rebuild(decided_practice.tenant_id)
    assert shown_short(client) == [first.line_id]
    gone = (800, low[1].replace("45*", "45*-"), "")
    back = payer.claim_of(claim, {first.code: gone}, status="22")
    anew = payer.claim_of(claim, {first.code: payer.paid(first)})
    more = payer.paid(first)[0] - 800
    posted(client, payer.remittance(back, anew, cents=more, payee=payee, trace="MADEUP2"))
    assert shown_short(client) == []
    assert (
        "Nothing here was allowed less"
        in client.get("/billing/?stand=paid&short=yes").content.decode()
    )


@pytest.mark.slow
def test_answers_that_are_not_listed_lead_to_where_their_lines_are(
    decided_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answered, "LISTED", 1)
    claim = sent_as_half_expected(decided_practice)
    verdicts = {one.code: payer.paid(one) for one in claim.lines}
    cents = sum(verdicts[one.code][0] for one in claim.lines)
    body = payer.claim_of(claim, verdicts)
    data = payer.remittance(body, cents=cents, payee=payer.payee_of(claim))
    answer = posted(client_of("north-biller"), data)
    (listed,) = answer.context["page"].listed
    states = {
        stands.stand_of(lines(decided_practice).lines[one.line_id].state)
        for one in claim.lines
        if one.line_id != listed.line_id
    }
    page = answer.content.decode()
    assert answer.context["page"].beyond == len(claim.lines) - 1
    assert sum(n for _, n in answer.context["page"].unlisted) == len(claim.lines) - 1
    for one in states:
        assert f'<a href="/billing/?stand={one}">' in page.partition("They are in these")[2]


@pytest.mark.slow
def test_each_figure_of_what_is_short_leads_to_as_many_lines(decided_practice: Practice) -> None:
    """Also of lines that were paid in part: they stand apart from those that were paid."""
    claim = sent_as_half_expected(decided_practice)
    first, second, *_ = claim.lines
    in_part = f"CAS*CO*45*{payer.dollars(first.charge - 2800)}~CAS*CO*16*20.00"
    low = f"CAS*CO*45*{payer.dollars(second.charge - 800)}"
    body = payer.claim_of(claim, {first.code: (800, in_part, ""), second.code: (800, low, "")})
    carried = [one for one in claim.lines if one.code in {first.code, second.code}]
    client = client_of("north-biller")
    data = payer.remittance(body, cents=800 * len(carried), payee=payer.payee_of(claim))
    answer = posted(client, data)
    shorts = {one.became for one in answer.context["page"].posted if one.short}
    assert shorts == {"paid", "partly_paid"}
    figure = re.compile(r'<a class="figure" href="([^"]*short=yes)"><b>(\d+)</b>')
    led = figure.findall(answer.content.decode())
    assert len(led) == len(shorts)
    assert sum(int(n) for _, n in led) == answer.context["page"].short == len(carried)
    for address, n in led:
        page = client.get(html.unescape(address)).context["page"]
        assert len(page["list"].lines) == int(n)


@pytest.mark.slow
def test_the_tile_counts_what_is_short_also_where_nothing_was_paid(
    decided_practice: Practice,
) -> None:
    """As where all that was allowed is the patient's to pay."""
    claim = sent_as_half_expected(decided_practice)
    first = claim.lines[0]
    assert sum(one.code == first.code for one in claim.lines) == 1
    cas = f"CAS*CO*45*{payer.dollars(first.charge - 900)}~CAS*PR*1*9.00"
    body = payer.claim_of(claim, {first.code: (0, cas, "")}, status="1")
    client = client_of("north-biller")
    posted(client, payer.remittance(body, cents=0, payee=payer.payee_of(claim)))
    assert shown_short(client) == [first.line_id]
    page = client.get("/billing/?stand=paid").content.decode()
    tile = re.search(r'href="/billing/\?stand=paid".*?</a>', page, re.DOTALL)
    assert tile
    assert "1 below what was expected" in tile[0]


class Passes(tuple[Change, ...]):
    """The changes of an entry, that count how often all of them are gone through."""

    __slots__ = ()
    many = 0

    def __iter__(self) -> Iterator[Change]:
        Passes.many += 1
        return super().__iter__()


@pytest.mark.slow
def test_many_answers_are_gone_through_no_more_often_than_few(
    decided_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each line it took seconds that squared with the lines of a file."""
    claim = sent_as_half_expected(decided_practice)
    lay_down, passes = standings.follow, []

    def counted(tenant_id: str, entry: Entry) -> None:
        Passes.many = 0
        lay_down(tenant_id, structs.replace(entry, changes=Passes(entry.changes)))
        passes.append((len(entry.changes), Passes.many))

    monkeypatch.setattr(standings, "follow", counted)
    client = client_of("north-biller")
    first, *others = {one.code for one in claim.lines}
    for codes in ({first}, {*others}):
        verdicts = {one.code: payer.paid(one) for one in claim.lines if one.code in codes}
        cents = sum(payer.paid(one)[0] for one in claim.lines if one.code in codes)
        body = payer.claim_of(claim, verdicts)
        who = payer.payee_of(claim)
        posted(client, payer.remittance(body, cents=cents, payee=who, trace=f"MADEUP{len(codes)}"))
    (few, passed), (many, passed_then) = sorted(passes)
    assert few < many
    assert 0 < passed == passed_then


def denied(client: Client, cause: str = "") -> tuple[int, dict[str, int]]:
    """Give the cents refused, which all that tells of them has alike, and those of each cause."""
    page = client.get(f"/denials/?cause={cause}").context["page"]
    told = client.get(f"/denials/?cause={cause}&as=csv").getvalue().decode()
    rows = list(csv.DictReader(io.StringIO(told)))
    in_file = sum(round(float(row["charge_refused"]) * 100) for row in rows)
    assert page.cents == sum(one.amount for one in page.lines) == in_file
    return page.cents, {one.key: one.cents for one in page.causes}


def part_of(line: ClaimLine, claim: Claim, cents: int, reason: str) -> list[str]:
    """Deny a part of a line."""
    part = structs.replace(line, charge=cents)
    of_part = structs.replace(claim, lines=(part,))
    return payer.claim_of(of_part, {line.code: payer.refused(part, reason)})


@pytest.mark.slow
def test_a_line_denied_in_two_parts_is_refused_for_both_their_causes(
    decided_practice: Practice,
) -> None:
    claim = sent_as_half_expected(decided_practice)
    first, payee = claim.lines[0], payer.payee_of(claim)
    third = first.charge // 3
    client = client_of("north-biller")
    for reason, cents in (("16", third), ("50", first.charge - third)):
        body = part_of(first, claim, cents, reason)
        posted(client, payer.remittance(body, cents=0, payee=payee, trace=f"MADEUP{reason}"))
    assert denied(client) == (first.charge, {"CO-16": third, "CO-50": first.charge - third})
    assert denied(client, "CO-16")[0] == third


@pytest.mark.slow
def test_what_two_payers_refuse_is_refused_once(decided_practice: Practice) -> None:
    claim = sent_as_half_expected(decided_practice)
    first, payee = claim.lines[0], payer.payee_of(claim)
    client = client_of("north-biller")
    for reason, number in (("16", b"1999999999"), ("50", b"1888888888")):
        body = payer.claim_of(claim, {first.code: payer.refused(first, reason)})
        data = payer.remittance(body, cents=0, payee=payee, trace=f"MADEUP{reason}")
        posted(client, data.replace(b"1999999999", number))
    assert denied(client) == (first.charge, {"CO-50": first.charge})


@pytest.mark.slow
def test_of_a_chosen_cause_only_its_own_cents_are_told(decided_practice: Practice) -> None:
    claim = sent_as_half_expected(decided_practice)
    first, payee = claim.lines[0], payer.payee_of(claim)
    cas = f"CAS*CO*16*10.00**50*{payer.dollars(first.charge - 1000)}"
    body = payer.claim_of(claim, {first.code: (0, cas, "")})
    client = client_of("north-biller")
    posted(client, payer.remittance(body, cents=0, payee=payee))
    assert denied(client)[0] == first.charge
    assert denied(client, "CO-16")[0] == 1000
    assert denied(client, "CO-50")[0] == first.charge - 1000


@pytest.mark.slow
def test_a_line_that_one_file_takes_back_and_pays_anew_is_counted_once_as_it_ends(
    decided_practice: Practice,
) -> None:
    claim = sent_as_half_expected(decided_practice)
    first, payee = claim.lines[0], payer.payee_of(claim)
    cents, off, _ = payer.paid(first)
    client = client_of("north-biller")
    body = payer.claim_of(claim, {first.code: (cents, off, "")})
    posted(client, payer.remittance(body, cents=cents, payee=payee, trace="MADEUP1"))
    gone = (cents, off.replace("10.00", "-10.00"), "")
    back = payer.claim_of(claim, {first.code: gone}, status="22")
    low = (800, f"CAS*CO*45*{payer.dollars(first.charge - 800)}", "")
    anew = payer.claim_of(claim, {first.code: low})
    data = payer.remittance(back, anew, cents=800 - cents, payee=payee, trace="MADEUP2")
    answer = posted(client, data)
    page = answer.context["page"]
    assert (len(page.posted), page.denied, page.short) == (2, 0, 1)
    assert {one.became for one in page.posted} == {"paid"}
    assert "what answers it" not in answer.content.decode()
    assert client.get("/denials/").context["page"].count == 0


@pytest.mark.slow
@pytest.mark.parametrize("number", ["OTHER/77", "OTHER77"])
def test_money_kept_for_a_claim_of_another_number_names_the_claim_of_the_line(
    decided_practice: Practice, number: str
) -> None:
    """Known by our own number of the line (REF*6R), whatever the payer calls its claim."""
    claim = sent_as_half_expected(decided_practice)
    first = claim.lines[0]
    verdict = payer.paid(first)
    ours = payer.claim_of(claim, {first.code: verdict})
    body = [one.replace(f"CLP*{claim.claim_id}*", f"CLP*{number}*") for one in ours]
    kept = [f"PLB*{claim.billing.npi}*20261231*WO:PAYER{claim.claim_id}*5"]
    payee = payer.payee_of(claim)
    data = payer.remittance(body, cents=verdict[0] - 500, more=kept, payee=payee)
    client = client_of("north-biller")
    for _again in range(2):
        answer = posted(client, data)
        assert answer.status_code == 200
        (one,) = answer.context["page"].kept
        assert one.claim_ids == (claim.claim_id,)
    kinds = [one.change.detail.get("kind") for one in lines(decided_practice).story(first.line_id)]
    assert kinds[-2:] == ["remittance", "provider adjustment"]
    file = SimpleUploadedFile("answer.835", data)
    told = client.post("/billing/answers/", {"file": file}, headers={"accept-language": "es"})
    assert ">Retenido</th>" in told.content.decode()
    story = lines(decided_practice).story(claim.lines[1].line_id)
    assert not any(one.change.detail for one in story), "what is not answered tells of no money"
