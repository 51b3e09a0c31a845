"""The made-up payer of the demonstration writes what a payer would: referees accept its files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec import structs

from claim_strategies import accepted
from made_up_claims import ACT, line, sent
from proofline.claims.answers.acknowledged import acknowledge, sent_claims
from proofline.claims.answers.posting import post
from proofline.claims.back.balance import imbalances
from proofline.claims.back.remitting import whole_remittances
from proofline.claims.claim import Claim
from proofline.claims.fees.shelf import Shelf
from proofline.claims.out.professional import professional
from proofline.claims.x12.envelope import Envelope, Party
from proofline.claims.x12.reading import segments
from proofline.cli.demo import fees, payer

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
OURS = Party("MADEUPPRACTICE", "Made-up Practice", contact="Made-up Biller", phone="2175550199")
LINES = (line("99454"), line("99457", charge=10_000), line("99458", charge=8_000, units=2))


def files_of(claim: Claim) -> tuple[bytes, list[bytes]]:
    out = professional([claim], Envelope(OURS, payer.PAYER, "P", AT, 1, 1))
    back = [
        payer.taken_in(out, OURS, AT),
        payer.accepted([claim], OURS, AT),
        payer.remitted([claim], OURS, AT),
    ]
    return out, back


@pytest.mark.slow
def test_a_referee_accepts_what_it_writes(tmp_path: Path) -> None:
    _, claim = sent(tmp_path, *LINES)
    for data in files_of(claim)[1]:
        verdict, told = accepted(data)
        assert verdict, told


def test_its_files_lead_lines_from_submitted_to_paid(tmp_path: Path) -> None:
    book, claim = sent(tmp_path, *LINES)
    out, (took, status, remittance) = files_of(claim)
    acknowledge(book, took, ACT, sent_claims([out]))
    assert {one.state for one in book.lines.values()} == {"submitted"}
    acknowledge(book, status, ACT, sent_claims([out]))
    assert {one.state for one in book.lines.values()} == {"accepted"}
    posted = post(book, remittance, ACT)
    assert (posted.waiting, posted.unbalanced) == ((), ())
    assert {one.state for one in book.lines.values()} == {"paid"}


def test_every_refusal_takes_the_whole_charge_and_the_rest_balances() -> None:
    one = line("99457", charge=10_000)
    verdicts = [payer.verdict(number, one) for number in range(100)]
    assert {each.paid + sum(cents for *_, cents in each.taken) for each in verdicts} == {10_000}
    # 100 // 23 = 4, 100 // 41 = 2, 100 // 67 = 1 and 100 // 89 = 1; none falls on another's place.
    assert sum(each.paid == 0 for each in verdicts) == 8


def test_what_is_expected_is_what_it_allows_and_it_pays_the_rest_of_the_patients_share() -> None:
    one = structs.replace(line("99454", charge=12_000), expected=5_211)
    judged = payer.verdict(0, one)
    # 52.11 allowed of 120.00; of that 20 %, 10.42, is the patient's, so that 41.69 is paid.
    assert judged.paid == 4_169
    assert judged.taken == (("CO", "45", 6_789), ("PR", "2", 1_042))


def test_a_line_priced_by_other_fees_is_allowed_less_than_expected() -> None:
    one = structs.replace(line("99454", charge=12_000), expected=5_211)
    (place,) = (n for n in range(payer.ELSEWHERE) if payer.verdict(n, one).paid not in {0, 4_169})
    judged = payer.verdict(place, one)
    # 94 of 100 of 52.11, 48.98, is allowed; of that 20 %, 9.80, is the patient's.
    assert judged.paid == 3_918
    assert judged.taken == (("CO", "45", 7_102), ("PR", "2", 980))
    assert judged.remark == payer.verdict(0, one).remark == "", "no remark tells it from others"


def test_that_it_may_be_appealed_is_said_of_a_claim_and_not_of_its_lines(tmp_path: Path) -> None:
    _, claim = sent(tmp_path, *LINES)
    told = [*segments(payer.remitted([claim], OURS, AT))]
    tags = [one.tag for one in told]
    assert [one[3] for one in told if one.tag == "MOA"] == ["MA01"]
    assert tags.index("CLP") < tags.index("MOA") < tags.index("SVC")
    assert "LQ" not in tags, "every line of it was paid"


def test_an_answer_that_was_misread_waits_for_a_person(tmp_path: Path) -> None:
    book, claim = sent(tmp_path, *LINES)
    posted = post(book, payer.remitted([payer.misread(claim)], OURS, AT, number=2), ACT)
    assert [one.code for one in posted.waiting] == ["99454"]
    assert {one.state for one in book.lines.values()} == {"submitted"}


def test_made_up_fees_price_the_days_that_no_file_speaks_for_and_no_others(tmp_path: Path) -> None:
    for number, data in enumerate(fees.made_up(date(2025, 12, 1), date(2027, 1, 31))):
        (tmp_path / f"{number}.facts").write_bytes(data)
    alone, shelf = Shelf(), Shelf(tmp_path)
    days = [date(2025, 12, 1), date(2026, 2, 28), date(2026, 7, 1), date(2027, 1, 31)]
    assert [alone.speaks(on) for on in days] == [True, False, True, False]
    told = [shelf.relative_value("99454", on)[1] for on in days]
    assert [one.file == "made up" for one in told] == [False, True, False, True]
    assert all(one.first <= on <= one.last for one, on in zip(told, days, strict=True))
    year = [one.conversion_factor for one in told]
    assert year[1] == year[2] == year[3] != year[0], "each is its own year's, where there is one"
    assert shelf.unit_limit("99454", days[1]) is None
    assert shelf.pair("99454", "99457", days[1]) is None


def test_an_835_of_many_lines_balances(tmp_path: Path) -> None:
    _, claim = sent(tmp_path, *LINES)
    (told,) = whole_remittances(payer.remitted([claim] * 40, OURS, AT))
    assert [each for one in told.claims for each in imbalances(one)] == []
    assert told.payment.amount == sum(one.paid for one in told.claims)
