"""What a sender of HL7 v2 is told, and hl7apy as the referee of what is read and written.

hl7apy reads every fixture that we take in, strictly; where the two differ, the reason stands beside
the message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.exceptions import HL7apyException
from hl7apy.parser import parse_message

from made_up_hl7 import FIXTURES, HEAD, message, told, weight
from proofline.intake import source
from proofline.intake.measurements.measurement import Measurement
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload
from proofline.intake.report import Trouble
from proofline.intake.sources.hl7v2.messages import messages
from proofline.intake.sources.hl7v2.wire.answers import Outcome, answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hl7apy.core import Element

# Acknowledgements.


def acknowledged(sent: str, *, kept: bool = True, mode: str = "") -> str | None:
    sent = sent.replace("|P|2.5.1", f"|P|2.5.1|||{mode}") if mode else sent
    found = told(sent)
    troubles = [one for one in found if isinstance(one, Trouble)]
    outcome = Outcome(kept, len(found) - len(troubles), troubles)
    data = answer(sent.encode(), outcome, "20260701080001+0000")
    return None if data is None else data.decode()


def test_acknowledgement_names_message_and_verdict_and_turns_the_parties_round() -> None:
    said = acknowledged(message(weight("82.4")))
    assert said is not None
    head, verdict, end = said.split("\r")
    assert head.split("|")[2:9] == [
        *("PROOF", "PRACTICE", "HUB", "HOME", "20260701080001+0000", "", "ACK^R01^ACK")
    ]
    assert (verdict, end) == ("MSA|AA|M-1", "")


def test_who_has_no_mark_of_escapes_is_answered_in_the_usual_ones() -> None:
    said = acknowledged(message(weight("82.4")).replace("^~\\&", "^~", 1))
    assert said is not None
    assert said.startswith("MSH|^~\\&|PROOF|PRACTICE|HUB|HOME|")
    assert "MSA|AA|M-1" in said


@pytest.mark.parametrize(
    ("sent", "kept", "verdict", "errors"),
    [
        (message(weight("82.4")), True, "AA", []),
        (message(weight("82.4")), False, "AE", ["207"]),
        (message(weight("heavy")), True, "AE", ["102"]),
        (message(weight("heavy"), weight("82.4")), True, "AA", ["102"]),
        (message("OBX|1|NM|1-8^Made up^LN||1|kg|||||F"), True, "AA", []),
        (message(head=HEAD.replace("ORU^R01", "OUL^R22")), True, "AR", ["200"]),
        (message(head=HEAD.replace("2.5.1", "2.1")), True, "AR", ["203"]),
        (message(head=HEAD.replace("M-1", "")), True, "AR", ["101"]),
        ("nothing of the kind", True, "AR", ["207"]),
    ],
)
def test_verdict(sent: str, kept: bool, verdict: str, errors: list[str]) -> None:
    said = acknowledged(sent, kept=kept)
    assert said is not None
    assert re.findall(r"\rMSA\|(..)", said) == [verdict]
    assert re.findall(r"\rERR\|\|[^|]*\|(\d+)\^", said) == errors


@pytest.mark.parametrize(
    ("mode", "row", "verdict"),
    [
        ("|NE", "82.4", None),
        ("NE|NE", "82.4", None),
        ("NE|AL", "82.4", "AA"),
        ("AL|NE", "82.4", "CA"),
        ("NE|ER", "82.4", None),
        ("NE|ER", "heavy", "AE"),
        ("NE|SU", "heavy", None),
        ("ER|NE", "heavy", "CE"),
    ],
)
def test_enhanced_mode_gets_the_answers_it_asks_for(
    mode: str, row: str, verdict: str | None
) -> None:
    said = acknowledged(message(weight(row)), mode=mode)
    assert (said and re.findall(r"\rMSA\|(..)", said)[0]) == verdict


def test_nothing_in_a_message_breaks_its_acknowledgement() -> None:
    nasty = HEAD.replace("M-1", r"M\X0D\MSA\F\1").replace("|HUB|", "|HU\x1c\x0bB\x85|")
    data = answer(nasty.encode("iso8859-1"), Outcome(kept=True), "20260701080001+0000")
    assert data is not None
    assert data.count(b"\r") == 2
    assert b"\x1c" not in data
    assert rb"M\X0D\MSA\F\1" in data


# The referee.


def rows(element: Element) -> Iterator[Element]:
    """All OBX under an element of hl7apy, in their order."""
    for child in element.children:
        if child.name == "OBX":
            yield child
        elif child.classname == "Group":
            yield from rows(child)


def values(text: str, level: int) -> list[str]:
    """OBX-5 of each row as hl7apy reads it."""
    return [row.obx_5.to_er7() for row in rows(parse_message(text, validation_level=level))]


# What hl7apy refuses, though IHE or the field has it; the values it reads all the same.
NOT_STRICT = {"MADEUP-0003": "OBX-18 before 2.4, in which it was new"}
# It takes hexadecimal escapes for text, and escapes their marks when it writes them.
ESCAPED_AGAIN = {"MADEUP$0020": ("@E@", "@")}


def taken() -> list[tuple[str, str, list[Measurement]]]:
    found: list[tuple[str, str, list[Measurement]]] = []
    for path in sorted(FIXTURES.glob("*.hl7")):
        sent = payload(path.name, path.read_bytes())
        by_place: dict[str, list[Measurement]] = {}
        for one in source("hl7v2").decode(sent, Options()):
            if isinstance(one, Measurement):
                by_place.setdefault(one.place.where.rpartition(" OBX")[0], []).append(one)
        for one in messages(sent):
            if not isinstance(one, Trouble) and one.place.where in by_place:
                text = "\r".join(line.replace("\n", " ") for line in one.segments) + "\r"
                found.append((one.header.control_id, text, by_place[one.place.where]))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("control_id", "text", "said"), taken(), ids=lambda one: str(one)[:20])
def test_hl7apy_reads_what_we_take(control_id: str, text: str, said: list[Measurement]) -> None:
    level = VALIDATION_LEVEL.STRICT
    if control_id in NOT_STRICT:
        with pytest.raises(HL7apyException):
            values(text, level)
        level = VALIDATION_LEVEL.TOLERANT
    found = [one.replace(*ESCAPED_AGAIN.get(control_id, ("", ""))) for one in values(text, level)]
    for one in said:
        assert found[int(one.place.where.rpartition(" ")[2]) - 1] == one.quantity.sent


@pytest.mark.slow
@pytest.mark.parametrize("version", ["2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8", "2.8.2"])
@pytest.mark.parametrize("row", ["82.4", "heavy"])
@pytest.mark.parametrize("kept", [True, False])
def test_hl7apy_finds_our_acknowledgements_valid(version: str, row: str, kept: bool) -> None:
    """Not of 2.3, in which hl7apy has no ACK."""
    said = acknowledged(message(weight(row), head=HEAD.replace("2.5.1", version)), kept=kept)
    assert said is not None
    parsed = parse_message(said, validation_level=VALIDATION_LEVEL.STRICT)
    assert parsed.validate()
