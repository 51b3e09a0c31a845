"""TA1, 999 and 277CA of a made-up payer, read to the last element."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

import made_up_back as made
from proofline.claims.back.acknowledgments import acknowledgments
from proofline.claims.back.claim_status import (
    ClaimStatus,
    LevelStatus,
    Status,
    StatusNote,
    contradictory,
    intake_of,
)
from proofline.claims.back.implementation import Context, GroupAnswer
from proofline.claims.back.meanings import meaning, told
from proofline.claims.back.ta1 import InterchangeAnswer
from proofline.claims.x12.trouble import X12Refused
from referees import pyx12_says


def group(*changes: tuple[str, str]) -> GroupAnswer:
    data = made.implementation().decode()
    for old, new in changes:
        assert old in data
        data = data.replace(old, new, 1)
    (found,) = acknowledgments(data.encode())
    assert isinstance(found, GroupAnswer)
    return found


def claims(data: bytes) -> list[ClaimStatus]:
    return [one for one in acknowledgments(data) if isinstance(one, ClaimStatus)]


@pytest.mark.parametrize(
    ("verdict", "taken"), [("A", "accepted"), ("E", "accepted_with_errors"), ("R", "rejected")]
)
def test_a_ta1_says_what_became_of_an_interchange(verdict: str, taken: str) -> None:
    (found,) = acknowledgments(made.ta1(verdict, "025"))
    assert isinstance(found, InterchangeAnswer)
    assert (found.control, found.sent_on, found.taken, found.note) == (
        *("000000101", date(2026, 11, 19), taken, "025"),
    )


@pytest.mark.slow
def test_the_referee_accepts_what_is_made_up() -> None:
    for kind, data in made.every_answer().items():
        if kind == "277":  # pyx12 ships a map for X212 and does not know it
            continue
        assert (kind, *pyx12_says(data)) == (kind, True, [])


def test_a_999_says_which_set_is_rejected_and_which_is_not() -> None:
    found = group()
    assert (found.control, found.kind, found.guide) == ("17", "HC", "005010X222A1")
    assert (found.conformity, found.included, found.received, found.accepted) == (
        *("partly_accepted", 2, 2, 1),
    )
    rejected, accepted = found.sets
    assert (rejected.control, rejected.conformity, rejected.codes) == (
        *("0001", "rejected", ("5", "I5")),
    )
    assert (accepted.control, accepted.conformity, accepted.errors) == ("0002", "accepted", ())


def test_a_999_leads_to_segment_element_and_claim() -> None:
    first, second = group().sets[0].errors
    assert (first.tag, first.position, first.loop, first.code) == ("NM1", 23, "2010", "8")
    assert (first.claim_id, second.claim_id) == ("C-1002", "")
    missing, wrong = first.elements
    assert (missing.element, missing.component, missing.reference, missing.code) == (
        9,
        0,
        "67",
        "1",
    )
    assert (wrong.element, wrong.component, wrong.repetition, wrong.sent) == (3, 1, 1, "ZZTEST")
    assert second.contexts == (Context("SITUATIONAL TRIGGER", "", "CLM", "27"),)
    assert (second.elements[0].component, second.elements[0].sent) == (2, "99499")


def test_a_second_context_is_read_though_the_referee_wants_one() -> None:
    """X231A1 has up to nine segment contexts under one IK3 beside that of the business unit."""
    at = made.IMPLEMENTATION.index("CTX*CLM01:C-1002") + 1
    body = [*made.IMPLEMENTATION[:at], "CTX*SITUATIONAL TRIGGER*NM1*22", *made.IMPLEMENTATION[at:]]
    (found,) = acknowledgments(made.interchange("999", body))
    assert isinstance(found, GroupAnswer)
    assert [one.name for one in found.sets[0].errors[0].contexts] == [
        "CLM01",
        "SITUATIONAL TRIGGER",
    ]


@pytest.mark.parametrize(
    ("changes", "contradicts"),
    [
        ((), False),
        ((("AK9*P", "AK9*A"),), True),
        ((("AK9*P*2*2*1", "AK9*R*2*2*1"),), True),
        ((("AK9*P*2*2*1", "AK9*R*2*2*0"),), False),
        ((("AK9*P*2*2*1", "AK9*A*2*2*2"),), True),
        ((("IK5*R*5*I5", "IK5*E"), ("AK9*P*2*2*1", "AK9*E*2*2*2")), False),
    ],
)
def test_a_999_that_contradicts_itself_is_told(
    changes: tuple[tuple[str, str], ...], contradicts: bool
) -> None:
    assert group(*changes).contradicts_itself == contradicts


def test_a_277ca_says_of_each_claim_whether_it_was_taken_in() -> None:
    accepted, rejected = claims(made.claim_status())
    assert (accepted.claim_id, accepted.intake) == ("C-1001", "accepted")
    assert (accepted.payer_claim_id, accepted.clearinghouse_id) == ("PAYERC-1001", "HOUSE88")
    assert (accepted.first_day, accepted.last_day) == (date(2026, 10, 1), date(2026, 10, 31))
    assert accepted.provider is not None
    assert accepted.provider.id == made.NPI
    assert (rejected.claim_id, rejected.intake) == ("C-1002", "rejected")
    assert rejected.patient.given_name == "BORIS"
    (note,) = rejected.notes
    assert note.statuses == (Status("A7", "562", "85"), Status("A6", "153", "82"))
    assert (note.given_on, note.action, note.amount) == (date(2026, 11, 20), "U", 12000)


def test_a_277ca_leads_to_our_line() -> None:
    (line,) = claims(made.claim_status())[1].lines
    assert (line.line_id, line.procedure.code, line.charge, line.units) == (
        "L-2",
        "99457",
        6000,
        Decimal(1),
    )
    assert line.notes[0].statuses == (Status("A8", "507"),)
    assert line.first_day == date(2026, 10, 31)


def test_a_batch_is_spoken_of_as_a_whole() -> None:
    levels = [one for one in acknowledgments(made.claim_status()) if isinstance(one, LevelStatus)]
    source, receiver, provider = levels
    assert (source.received_on, source.processed_on) == (date(2026, 11, 19), date(2026, 11, 20))
    assert (receiver.trace, receiver.intake) == ("BATCH17", "received")
    assert receiver.counts == provider.counts == {"accepted": 1, "rejected": 1}
    assert receiver.amounts == provider.amounts == {"accepted": 12000, "rejected": 12000}


def test_a_batch_may_be_rejected_before_any_claim() -> None:
    end = made.STATUS_HEAD.index("QTY*90*1")
    body = [one.replace("A1:19:PR*20261120*WQ", "A8:746*20261120*U") for one in made.STATUS_HEAD]
    *_, receiver = acknowledgments(made.interchange("277", body[:end]))
    assert isinstance(receiver, LevelStatus)
    assert (receiver.level, receiver.intake) == ("receiver", "rejected")


def note(action: str, *categories: str) -> StatusNote:
    return StatusNote(tuple(Status(one, "20") for one in categories), None, action, None)


@pytest.mark.parametrize(
    ("notes", "intake", "contradicts"),
    [
        ([note("WQ", "A2")], "accepted", False),
        ([note("WQ", "A1")], "received", False),
        ([note("WQ", "A1"), note("WQ", "A2")], "accepted", False),
        ([note("U", "A3")], "rejected", False),
        ([note("WQ", "A7")], "rejected", True),
        ([note("U", "A2")], "rejected", True),
        ([note("WQ", "A2"), note("U", "A6")], "rejected", False),
        ([note("WQ", "E0")], "unclear", False),
        ([note("", "P2")], "accepted", False),
        ([note("", "F2")], "accepted", False),
        ([], "unclear", False),
    ],
)
def test_whatever_rejects_a_claim_rejects_it(
    notes: list[StatusNote], intake: str, contradicts: bool
) -> None:
    assert intake_of(*notes) == intake
    assert any(map(contradictory, notes)) == contradicts


def status(old: str, new: str) -> bytes:
    body = [*made.STATUS_HEAD, *made.STATUS_CLAIMS]
    body[body.index(old)] = new
    return made.interchange("277", [one for one in body if one])


def answer(old: str, new: str) -> bytes:
    body = list(made.IMPLEMENTATION)
    body[body.index(old)] = new
    return made.interchange("999", [one for one in body if one])


REFUSED: list[tuple[Callable[[], bytes], str, str, int]] = [
    (lambda: made.ta1("X"), "code", "TA1", 4),
    (lambda: made.ta1().replace(b"*261119*", b"*261131*"), "date", "TA1", 2),
    (lambda: made.ta1().replace(b"*261119*", b"*20261119*"), "date", "TA1", 2),
    (lambda: answer("AK1*HC*17*005010X222A1", ""), "missing_segment", "ST", 0),
    (lambda: answer("AK9*P*2*2*1", ""), "missing_segment", "IK5", 0),
    (lambda: answer("AK9*P*2*2*1", "AK9*P*2*2*x"), "number", "AK9", 4),
    (lambda: answer("AK9*P*2*2*1", "AK9*Q*2*2*1"), "code", "AK9", 1),
    (lambda: answer("IK5*A", "IK5*P"), "code", "IK5", 1),
    (lambda: answer("IK5*R*5*I5", ""), "missing_segment", "IK4", 0),
    (lambda: answer("AK2*837*0001*005010X222A1", ""), "unexpected", "IK3", 0),
    (lambda: answer("IK3*NM1*23*2010*8", ""), "unexpected", "CTX", 0),
    (lambda: answer("IK4*9*67*1", "IK4*x*67*1"), "number", "IK4", 1),
    (lambda: answer("IK4*9*67*1", "IK4**67*1"), "number", "IK4", 1),
    (lambda: answer("IK4*9*67*1", "XX*9"), "unexpected", "XX", 0),
    (lambda: status("BHT*0085*08*MADEUP1*20261120*0930*TH", ""), "missing_segment", "ST", 0),
    (lambda: status("HL*4*3*PT", "HL*4*3*22"), "code", "HL", 3),
    (lambda: status("HL*3*2*19*1", "HL*3*2*PT"), "level", "HL", 3),
    (lambda: status("TRN*2*C-1001", "TRN*2"), "required", "TRN", 2),
    (lambda: status("STC*A2:20:PR*20261120*WQ*120", ""), "missing_segment", "TRN", 0),
    (lambda: status("STC*A8:507*20261120*U", ""), "missing_segment", "SVC", 0),
    (lambda: status("STC*A8:507*20261120*U", "STC*A8*20261120*U"), "status", "STC", 1),
    (lambda: status("STC*A8:507*20261120*U", "STC**20261120*U"), "required", "STC", 1),
    (lambda: status("SVC*HC:99457*60*****1", "SVC*HC*60*****1"), "procedure", "SVC", 1),
    (lambda: status("DTP*472*D8*20261031", "DTP*472*D8*20261032"), "date", "DTP", 3),
    (
        lambda: status("DTP*472*RD8*20261001-20261031", "DTP*472*RD8*20261031-20261001"),
        *("date", "DTP", 3),
    ),
    (lambda: status("REF*D9*HOUSE88", "REF*D9"), "required", "REF", 2),
    (lambda: status("QTY*90*1", "QTY*XX*1"), "code", "QTY", 1),
    (lambda: made.interchange("277", [], guide="005010X228"), "other_guide", "ST", 0),
    (lambda: made.interchange("277", made.STATUS_HEAD[:1]), "missing_segment", "SE", 0),
    (lambda: status("HL*4*3*PT", "HL*4*1*PT"), "level", "HL", 2),
    (lambda: status("HL*5*3*PT", "HL*4*3*PT"), "level", "HL", 1),
    (lambda: status("HL*4*3*PT", "HL**3*PT"), "required", "HL", 1),
    (lambda: made.asked_status().replace(b"BHT*0010", b"BHT*0085"), "code", "BHT", 1),
    (lambda: made.asked_status().replace(b"HL*6*5*23", b"HL*6*4*23"), "level", "HL", 2),
    (made.remittance, "kind", "ST", 1),
]


@pytest.mark.parametrize(("make", "code", "tag", "element"), REFUSED)
def test_what_cannot_be_understood_refuses_the_file(
    make: Callable[[], bytes], code: str, tag: str, element: int
) -> None:
    with pytest.raises(X12Refused) as caught:
        list(acknowledgments(make()))
    place = caught.value.place
    assert (caught.value.code, place.tag, place.element) == (f"claims.x12_{code}", tag, element)


def test_an_answer_after_claims_names_them_by_our_number() -> None:
    pending, decided = claims(made.asked_status())
    assert (pending.claim_id, pending.patient.id, pending.intake) == ("C-1001", "W1001", "accepted")
    assert (decided.claim_id, decided.patient.given_name) == ("C-1002", "BORIS")
    assert (decided.intake, decided.notes[0].statuses) == ("accepted", (Status("F2", "88"),))
    assert [line.line_id for line in decided.lines] == ["L-2"]


def test_an_answer_without_our_number_names_no_claim() -> None:
    data = made.interchange(
        "277", [one for one in made.ASKED if not one.startswith("REF*EJ")], guide="005010X212"
    )
    assert [one.claim_id for one in claims(data)] == ["", ""]


def test_one_file_may_hold_several_kinds() -> None:
    data = made.ta1() + b"\n" + made.implementation().replace(b"000000007", b"000000008")
    data += made.claim_status().replace(b"000000007", b"000000009")
    assert [type(one).__name__ for one in acknowledgments(data)] == [
        *("InterchangeAnswer", "GroupAnswer"),
        *("LevelStatus", "LevelStatus", "LevelStatus", "ClaimStatus", "ClaimStatus"),
    ]


def test_codes_have_words_and_unknown_ones_stay_as_they_are() -> None:
    assert meaning("STC01", "A7") == "rejected, something is invalid"
    assert told("TA105", "000") == "000 no error"
    assert (told("IK403", "I99"), meaning("NO", "1")) == ("I99", "")
