"""Whether an interchange was taken in: the TA1 (X12.5, as the 005010 guides reprint it)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from proofline.claims.back.parts import Envelope
from proofline.claims.back.values import needed, one_of
from proofline.claims.x12.segment import Segment
from proofline.claims.x12.trouble import refused

Taken = Literal["accepted", "accepted_with_errors", "rejected"]
_TAKEN: dict[str, Taken] = {"A": "accepted", "E": "accepted_with_errors", "R": "rejected"}
_CENTURY = 2000


class InterchangeAnswer(Struct, frozen=True):
    """One TA1: what became of the interchange that we sent under `control` (its ISA13).

    `sent_on` is our ISA09; `note` is the code of the trouble, 000 for none (TA105).
    """

    envelope: Envelope
    control: str
    sent_on: date
    taken: Taken
    note: str
    number: int


def interchange_answer(envelope: Envelope, ta1: Segment) -> InterchangeAnswer:
    """Read a TA1; raises `X12Refused`."""
    taken = _TAKEN[one_of(ta1, 4, _TAKEN)]
    return InterchangeAnswer(
        envelope, needed(ta1, 1), _short_day(ta1), taken, needed(ta1, 5), ta1.number
    )


def _short_day(ta1: Segment) -> date:
    """Read TA102, a date as YYMMDD in this century."""
    text = needed(ta1, 2)
    try:
        if not (text.isascii() and text.isdigit() and len(text) == len("YYMMDD")):
            raise ValueError  # noqa: TRY301 - told below like a day that no month has
        return date(_CENTURY + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        reason = "A day of the calendar must stand here, written as YYMMDD."
        cure = "Nothing of the file was taken. Ask the sender for it anew."
        raise refused("date", ta1.place(2), reason, cure) from None
