"""An 835 of a made-up payer, read to the last element and weighed to the cent."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

import made_up_back as made
from proofline.claims.back.balance import Imbalance, Rule, Sums, weigh
from proofline.claims.back.remittance import (
    Adjudication,
    Adjustment,
    Amount,
    Coded,
    Dated,
    Procedure,
    RemitClaim,
)
from proofline.claims.back.remitting import remittances, whole_remittances
from proofline.claims.x12.trouble import X12Refused
from referees import oxedi_says, oxedi_sums, pyx12_says, pyx12_sums


def read_claims(data: bytes = b"") -> list[RemitClaim]:
    (whole,) = whole_remittances(data or made.remittance())
    return list(whole.claims)


def sums_of(data: bytes) -> Sums:
    ((_, sums),) = weigh(remittances(data))
    return sums


def changed(old: str, new: str, *, stated: str = made.STATED) -> bytes:
    text = made.remittance(stated).decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def without(segment: str) -> bytes:
    """Leave a segment out of the only transaction, and count anew."""
    body = [*made.header(made.STATED), *(one for each in made.CLAIMS for one in each)]
    body.append(made.PROVIDER)
    body.remove(segment)
    return made.interchange("835", body)


def test_the_head_says_who_paid_whom_what_and_when() -> None:
    (whole,) = whole_remittances(made.remittance(usage="T"))
    payment = whole.payment
    assert (payment.amount, payment.paid_on, payment.trace) == (
        13809,
        date(2026, 11, 20),
        "MADEUPCHECK77",
    )
    assert (payment.payer.name, payment.payee.id) == ("MADE UP CONTRACTOR", made.NPI)
    assert (payment.produced_on, payment.payer_number) == (date(2026, 11, 19), "1999999999")
    assert payment.envelope.test
    assert (payment.departures, whole.closing.departures) == ((), ())


def test_a_line_keeps_everything_that_was_said_of_it() -> None:
    first, second = read_claims()[0].lines
    assert (first.line_id, second.line_id) == ("L-1", "L-2")
    assert (first.charge, first.paid, first.units) == (6000, 4086, Decimal(1))
    assert (first.first_day, first.last_day) == (date(2026, 10, 1), date(2026, 10, 30))
    assert (second.first_day, second.last_day) == (date(2026, 10, 31), date(2026, 10, 31))
    assert first.adjustments == (
        Adjustment("CO", "45", 789),
        Adjustment("CO", "253", 83),
        Adjustment("PR", "2", 1042),
    )
    assert first.amounts == (Amount("B6", 5211),)
    assert second.remarks == (Coded("HE", "N362"),)


def test_all_six_triplets_of_an_adjustment_are_read() -> None:
    (line,) = read_claims()[4].lines
    assert line.adjustments == (
        Adjustment("CO", "45", 2000, Decimal(1)),
        Adjustment("CO", "253", 50),
        Adjustment("CO", "144", -100),
        Adjustment("CO", "104", 200, Decimal(2)),
        Adjustment("CO", "89", 300),
        Adjustment("CO", "161", -50, Decimal(3)),
    )


def test_a_reversal_names_what_it_takes_back() -> None:
    back, anew = read_claims()[2:4]
    assert (back.is_reversal, back.charge, back.paid) == (True, -6000, -4086)
    assert back.original_reference == anew.payer_claim_id == "PAYERC-0900"
    assert back.lines[0].line_id == anew.lines[0].line_id == "L-0"


def test_a_changed_code_keeps_what_we_had_sent() -> None:
    (line,) = read_claims()[5].lines
    assert line.procedure == Procedure("HC", "99470")
    assert (line.submitted, line.submitted_units) == (Procedure("HC", "99457"), Decimal(1))


def test_the_claim_keeps_remarks_days_and_patient_share() -> None:
    first, denied, *_ = read_claims()
    assert first.adjudications == (Adjudication("MOA", ("MA01",)),)
    assert first.days == (Dated("050", date(2026, 11, 5)),)
    assert (first.patient_share, denied.patient_share) == (1042, None)
    assert [one.value for one in denied.lines[0].remarks] == ["N640", "M86"]


def test_all_remark_codes_of_mia_are_read_wherever_they_stand() -> None:
    mia = "MIA*0**3*138.5*N1***********4****N20*N21*N22*N23*5"
    body = [mia if one == "MOA***MA01" else one for one in made.PAID]
    (claim,) = read_claims(made.interchange("835", [*made.header("40.86"), *body]))
    (told,) = claim.adjudications
    assert told.remarks == ("N1", "N20", "N21", "N22", "N23")
    assert told.values == (
        *(Coded("MIA01", "0"), Coded("MIA03", "3"), Coded("MIA04", "138.5")),
        *(Coded("MIA16", "4"), Coded("MIA24", "5")),
    )


def test_what_the_payer_keeps_stands_beside_the_claims() -> None:
    (whole,) = whole_remittances(made.remittance())
    kept = [(one.reason, one.reference, one.amount) for one in whole.closing.adjustments]
    assert kept == [("WO", "PAYERC-0800", 1000), ("L6", "", -125)]
    assert sums_of(made.remittance()) == Sums(13809, 14684, 875, 6, ())


@pytest.mark.slow
def test_the_referees_agree_on_what_balances() -> None:
    data = made.remittance()
    assert tuple(oxedi_sums(data)) == tuple(pyx12_sums(data)) == (6, 13809, 14684, 875)
    assert pyx12_says(data) == (True, [])
    assert oxedi_says(data) == ([], [])


# what is changed, and what fails then: rule, the segment it is told at, stated, explained, where
UNBALANCED: list[tuple[str, str, list[tuple[Rule, str, int, int, str, int]]]] = [
    ("BPR*I*138.09", "BPR*I*140.09", [("transaction", "ST*", 14009, 13809, "", 0)]),
    ("PAYERC-0800*10*", "PAYERC-0800*9*", [("transaction", "ST*", 13809, 13909, "", 0)]),
    (
        "CAS*CO*119*60*1",
        "CAS*CO*119*59.99*1",
        [
            ("line", "SVC*HC:99454*60*0**0", 0, 1, "C-1002", 1),
            ("claim", "CLP*C-1002", 0, 1, "C-1002", 0),
        ],
    ),
    (
        "SVC*HC:99454*60*40.86",
        "SVC*HC:99454*60*40.87",
        [("line", "SVC*HC:99454*60*40.87", 4087, 4086, "C-1001", 1)],
    ),
    (
        "CLP*C-1004*1*60*20.84",
        "CLP*C-1004*1*60*20.85",
        [
            ("claim", "CLP*C-1004", 2085, 2084, "C-1004", 0),
            ("transaction", "ST*", 13809, 13810, "", 0),
        ],
    ),
]


def number_of(data: bytes, begins: str) -> int:
    """Count the segments up to the first that begins so."""
    segments = [one.strip() for one in data.decode().split("~")]
    return next(at for at, one in enumerate(segments, 1) if one.startswith(begins))


@pytest.mark.parametrize(("old", "new", "expected"), UNBALANCED)
def test_what_does_not_add_up_is_shown_and_not_corrected(
    old: str, new: str, expected: list[tuple[Rule, str, int, int, str, int]]
) -> None:
    data = changed(old, new)
    sums = sums_of(data)
    assert list(sums.imbalances) == [
        Imbalance(rule, number_of(data, begins), left, right, claim, line)
        for rule, begins, left, right, claim, line in expected
    ]
    assert not sums.balanced
    # oxedi weighs the same three rules; where line and claim both fail it tells both
    assert len(oxedi_says(data).unbalanced) == len(expected)


def test_what_no_referee_weighs_is_told_and_balances() -> None:
    share = sums_of(changed("CLP*C-1004*1*60*20.84*5.21", "CLP*C-1004*1*60*20.84*5.20"))
    assert share.imbalances == (
        Imbalance("patient_share", number_of(made.remittance(), "CLP*C-1004"), 520, 521, "C-1004"),
    )
    body = [*made.header("0"), *made.claim("C-1", "1", "70*0*", kept="CAS*CO*45*10")]
    body += ["SVC*HC:99454*59*0", "DTM*472*20261031", "CAS*CO*45*59"]
    charges = sums_of(made.interchange("835", body))
    assert [one.rule for one in charges.imbalances] == ["claim", "line_charges"]
    data = changed("CLP*C-1004*1*60*20.84*5.21", "CLP*C-1004*1*60*20.84*5.20")
    assert (share.balanced, oxedi_says(data).unbalanced) == (True, [])


REFUSED: list[tuple[Callable[[], bytes], str, str, int]] = [
    (lambda: changed("CAS*CO*151*60", "CAS*CR*151*60"), "code", "CAS", 1),
    (lambda: changed("CAS*CO*151*60", "CAS*CO**60"), "required", "CAS", 2),
    (lambda: changed("CAS*CO*151*60", "CAS*CO*151"), "number", "CAS", 3),
    (lambda: changed("CAS*CO*45*7.89**253*.83", "CAS*CO*45*7.89**253"), "number", "CAS", 6),
    (lambda: changed("CAS*CO*45*7.89**253*.83", "CAS*CO*45*7.89***.83"), "required", "CAS", 5),
    (lambda: changed("CAS*CO*45*7.89", "CAS*CO*45*7.891"), "cents", "CAS", 3),
    (lambda: changed("CAS*CO*45*7.89", "CAS*CO*45*7E1"), "number", "CAS", 3),
    (lambda: changed("CAS*CO*45*7.89", "CAS*CO*45*+7"), "number", "CAS", 3),
    (lambda: changed("CAS*CO*45*7.89", "CAS*CO*45*\u0667"), "number", "CAS", 3),
    (lambda: changed("CAS*CO*45*7.89", f"CAS*CO*45*{'9' * 30}"), "number", "CAS", 3),
    (lambda: changed("CLP*C-1002*4*60", "CLP*C-1002*9*60"), "code", "CLP", 2),
    (lambda: changed("CLP*C-1002*4", "CLP**4"), "required", "CLP", 1),
    (lambda: changed("SVC*HC:99457", "SVC*HC"), "procedure", "SVC", 1),
    (lambda: changed("DTM*472*20261031", "DTM*472*20261131"), "date", "DTM", 2),
    (lambda: changed("LQ*HE*N362", "LQ*XX*N362"), "code", "LQ", 1),
    (lambda: changed("LQ*HE*N362", "ZZ*HE*N362"), "unexpected", "ZZ", 0),
    (lambda: changed("20261231*WO", "20261331*WO"), "date", "PLB", 2),
    (lambda: changed("WO:PAYERC-0800*10", ":PAYERC-0800*10"), "required", "PLB", 3),
    (lambda: without("TRN*1*MADEUPCHECK77*1999999999"), "missing_segment", "ST", 0),
    (lambda: without("N1*PR*MADE UP CONTRACTOR"), "unexpected", "N3", 0),
    (lambda: changed("DTM*405", "CUR*PR*CAD~DTM*405"), "currency", "CUR", 2),
    (lambda: changed("N1*PE", "N1*PR"), "unexpected", "N1", 0),
    (lambda: made.interchange("835", [], guide="004010X091A1"), "other_guide", "ST", 0),
    (made.implementation, "kind", "ST", 1),
    (made.ta1, "kind", "TA1", 1),
]


@pytest.mark.parametrize(("make", "code", "tag", "element"), REFUSED)
def test_what_leaves_money_unclear_refuses_the_file(
    make: Callable[[], bytes], code: str, tag: str, element: int
) -> None:
    with pytest.raises(X12Refused) as caught:
        list(remittances(make()))
    place = caught.value.place
    assert (caught.value.code, place.tag, place.element) == (f"claims.x12_{code}", tag, element)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("data", "begins", "words"),
    [
        (without("PER*BL*MADE UP HELP*TE*5155550100"), "N1*PR", "technical contact"),
        (without("N3*1 NOWHERE ROAD"), "N1*PR", "address (N3)"),
        (without("LX*1"), "CLP*C-1001", "an LX"),
        (without("NM1*QC*1*ZZTEST*ANYA****MI*1EG4TE5MK73"), "CLP*C-1001", "NM1*QC"),
        (
            changed("CAS*CO*151*60~\nREF*6R*L-2", "REF*6R*L-2~\nCAS*CO*151*60"),
            "CAS*CO*151",
            "earlier",
        ),
        (changed("*MB*PAYERC-1001*11*1", "*MB*PAYERC-1001*11*1*7"), "CLP*C-1001", "not used"),
    ],
)
def test_what_leaves_money_clear_is_read_and_told(data: bytes, begins: str, words: str) -> None:
    (whole,) = whole_remittances(data)
    told = [*whole.payment.departures, *whole.closing.departures]
    told += [one for claim in whole.claims for one in claim.departures]
    assert [one.number for one in told] == [number_of(data, begins)]
    assert words in told[0].reason
    assert sums_of(data).balanced
    assert not pyx12_says(data).accepts


def test_a_payment_below_zero_is_told() -> None:
    (whole,) = whole_remittances(
        made.interchange("835", [*made.header("-40.86"), *made.TAKEN_BACK])
    )
    (told,) = whole.payment.departures
    assert (told.tag, told.element, whole.payment.amount) == ("BPR", 2, -4086)


def test_several_transactions_are_weighed_each_by_itself() -> None:
    one = [*made.header("40.86"), *made.PAID]
    other = [*made.header("1"), *made.DENIED]
    both = list(weigh(remittances(made.interchange("835", one, other))))
    assert [sums.difference for _, sums in both] == [0, 100]
    assert [payment.envelope.control for payment, _ in both] == ["0001", "0002"]


@pytest.mark.slow  # tracing memory makes reading ten times slower
def test_ten_thousand_claims_take_the_memory_of_one() -> None:
    few, many = made.large_remittance(100), made.large_remittance(10_000)
    # 0 to 399 cents less than 40.86, again and again: 10,000 x 4086 - 25 x 79,800
    assert tuple(oxedi_sums(many)) == (10_000, 38_865_000, 38_865_000, 0)
    peaks = []
    for data, count, paid in ((few, 100, 403_650), (many, 10_000, 38_865_000)):
        tracemalloc.start()
        sums = sums_of(data)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert sums == Sums(paid, paid, 0, count, ())
    assert peaks[1] < 2_000_000  # the file alone has 3,700,000 bytes, its claims ten times as much
