"""HL7 v2 messages for tests, plainly made up."""

from __future__ import annotations

from pathlib import Path

from proofline.intake import source
from proofline.intake import sources as room
from proofline.intake.measurements.measurement import Measurement
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload
from proofline.intake.report import Trouble

FIXTURES = Path(room.__file__).parents[1] / "fixtures" / "hl7v2"
HEAD = r"MSH|^~\&|HUB|HOME|PROOF|PRACTICE|20260701080000+0000||ORU^R01^ORU_R01|M-1|P|2.5.1"


def told(data: bytes | str) -> list[Measurement | Trouble]:
    """Read bytes as a file of HL7 v2."""
    sent = data.encode() if isinstance(data, str) else data
    return list(source("hl7v2").decode(payload("made-up.hl7", sent), Options()))


def readings(data: bytes | str) -> list[Measurement]:
    """Give what is a reading in them."""
    return [one for one in told(data) if isinstance(one, Measurement)]


def codes(data: bytes | str) -> list[str]:
    """Give the codes of what is trouble in them."""
    return [one.code for one in told(data) if isinstance(one, Trouble)]


def message(*rows: str, head: str = HEAD, end: str = "\r") -> str:
    """Write a message of one patient and one order with these rows."""
    patient, order = "PID|||P-1^^^PRACTICE^PI", "OBR|1|||X^Y^L|||20260701075500+0000"
    return end.join([head, patient, order, *rows]) + end


def weight(value: str, status: str = "F", rest: str = "|||||||SCALE-1") -> str:
    """Write a row with a weight; `rest` is all that comes after OBX-11."""
    return f"OBX|1|NM|29463-7^Weight^LN||{value}|kg|||||{status}{rest}"
