"""Everything around transaction sets: ISA, GS, ST, and their closing segments with true counts.

Nothing here asks a clock or makes up a number: the moment and the control numbers are the caller's,
who keeps the numbers and never gives one twice. The same values give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from proofline.claims.x12.folding import identifier
from proofline.claims.x12.tokens import ISA_WIDTHS
from proofline.claims.x12.trouble import X12Refused
from proofline.claims.x12.writing import segment

MOST_CONTROL = 999_999_999
"""ISA13 has nine digits, and the guides hold GS06 to the same."""

END = "~"


class Party(Struct, frozen=True):
    """A sender or receiver: `id` and `qualifier` go into the ISA (ISA05 to ISA08).

    `application` is the code in the GS and `number` the one in loops 1000A and 1000B; left empty,
    both are `id`. `contact` and `phone` are needed of the sender of claims only.
    """

    id: str
    name: str
    qualifier: str = "ZZ"
    application: str = ""
    number: str = ""
    contact: str = ""
    phone: str = ""


class Envelope(Struct, frozen=True):
    """What one interchange says of itself; `usage` is T for a test and P for production.

    `made` is an aware moment, written as its own clock shows it. `interchange` and `group` are
    control numbers (ISA13, GS06) from 1 to 999,999,999 that the pair of parties has not seen yet.
    """

    sender: Party
    receiver: Party
    usage: Literal["T", "P"]
    made: datetime
    interchange: int
    group: int


def number_after(control: int) -> int:
    """Give the control number that follows; after nine nines they begin again at 1."""
    return control % MOST_CONTROL + 1


def wrapped(
    envelope: Envelope, kind: str, guide: str, sets: Iterable[tuple[str, list[str]]]
) -> Iterator[bytes]:
    """Wrap transaction sets into one interchange of one functional group, piece by piece.

    `kind` is GS01 (`HC` for claims), `guide` GS08 and ST03, and each set its ST01 (`837`) and the
    segments between ST and SE. Raises `X12Refused` where the envelope cannot be written; then, and
    where `sets` raises, what was given before is no file.
    """
    yield (_isa(envelope) + END + _gs(envelope, kind, guide) + END).encode()
    count = 0
    for count, (transaction, body) in enumerate(sets, 1):
        control = f"{count:04d}"
        # The guide of the 835 (005010X221A1) is the one that leaves ST03 out.
        first = segment("ST", transaction, control, "" if transaction == "835" else guide)
        last = segment("SE", str(len(body) + 2), control)
        yield (END.join((first, *body, last)) + END).encode()
    if not count:
        reason = "There is nothing to send."
        raise X12Refused("claims.x12_empty", reason, "Draw claims before writing a file.")
    closing = segment("GE", str(count), str(envelope.group))
    yield f"{closing}{END}{segment('IEA', '1', f'{envelope.interchange:09d}')}{END}".encode()


def _isa(envelope: Envelope) -> str:
    """Write the ISA, the one segment of fixed widths; `made` has minutes in it, no seconds."""
    for control in (envelope.interchange, envelope.group):
        if not 1 <= control <= MOST_CONTROL:
            reason = "A control number is not within 1 to 999,999,999."
            raise X12Refused("claims.x12_control", reason, "Give the number after the last one.")
    if envelope.made.tzinfo is None:
        reason = "The moment of writing has no time zone."
        raise X12Refused("claims.x12_moment", reason, "Give it with its offset from UTC.")
    sender, receiver = envelope.sender, envelope.receiver
    values = (
        *("00", "", "00", ""),
        *(sender.qualifier, identifier(sender.id, "The sender's id", most=15)),
        *(receiver.qualifier, identifier(receiver.id, "The receiver's id", most=15)),
        *(f"{envelope.made:%y%m%d}", f"{envelope.made:%H%M}", "^", "00501"),
        *(f"{envelope.interchange:09d}", "0", envelope.usage, ":"),
    )
    filled = [value.ljust(width) for value, width in zip(values, ISA_WIDTHS, strict=True)]
    return "*".join(("ISA", *filled))


def _gs(envelope: Envelope, kind: str, guide: str) -> str:
    """Write the GS of the only group."""
    sender, receiver = envelope.sender, envelope.receiver
    return segment(
        *("GS", kind),
        identifier(sender.application or sender.id, "The sender's application code", most=15),
        identifier(receiver.application or receiver.id, "The receiver's application code", most=15),
        *(f"{envelope.made:%Y%m%d}", f"{envelope.made:%H%M}", str(envelope.group), "X", guide),
    )
