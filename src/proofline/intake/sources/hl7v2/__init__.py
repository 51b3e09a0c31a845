"""HL7 v2: observations of devices, ORU^R01 of versions 2.3 to 2.8, IHE PCD-01 among them.

Read on the word of the standard (chapters 2 and 7), IHE's PCD technical framework and the Continua
guides for the rows of devices; from the sender's side only what such messages look like.

* MSH-7 is when the sender made the message; it stands for the time of receipt where it carries its
  offset, and its offset is that of every time in the message that has none (chapter 2).
* OBX-14, else that of the row's head, else OBR-7, is when the device measured. OBR-7 and 8 are when
  an order's observations began and ended: OBR-8 serves where OBR-7 is blank, and what only the two
  time sums up a day if they are a day apart. OBR-22 is when results were reported or changed, which
  may be days later, and is never a time of measurement. Nothing in a
  message says whose clock that was: the Continua guides have the hub set it right, IHE is silent.
* OBX-17 says how a value came about: AMEAS by itself, MMEAS by hand, both together by hand. Plain
  words in it hold too, of which what says manual outweighs what says automatic. It is
  optional, and without it the entry is unknown. Whether IHE means it to hold for the rows under a
  head nobody says; it does not here.
* OBX-11: D, W and X take a value back. The reading comes in without one, as a correction of what
  was there. On a head (no type, no value) X is what senders write for `nothing here`.
* OBX-8: the words of ISO/IEEE 11073 for a measurement's state; INV, NAV, CAL, BUSY and EARLY make
  it none, TEST and DEMO make it a test, QUES leaves it a reading.
* NTE-3 under a row or an OBR: words that say that somebody typed the value in outweigh OBX-17, as a
  note does in FHIR. What else it says is not read.
* OBX-13, 15, 16, 19 and 20 (who saw it, where on the body), PV1, ORC and segments of a
  vendor's own (Z..) are not read. What stands after SPM was measured on a specimen.

An HL7 message has no id of a reading: OBR-3 is constant with some senders. So a reading is known by
device, metric and time, and a later message with another value for the same is its correction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.intake.report import Trouble
from proofline.intake.sources.hl7v2.again import Again
from proofline.intake.sources.hl7v2.messages import messages
from proofline.intake.sources.hl7v2.reading import observed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.measurements.measurement import Measurement
    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

_AGAIN = Again()
TITLE = "HL7 v2 messages with observations (ORU^R01, IHE PCD-01)"


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read the messages of a file: one, many, a batch, framed for MLLP or not."""
    for message in messages(payload, _AGAIN.read):
        if isinstance(message, Trouble):
            yield message
        elif isinstance(message, list):
            yield from message
        else:
            told = observed(message)
            _AGAIN.learn(message, told)
            yield from told
