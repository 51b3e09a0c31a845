"""The whole packet drawn: its sections in order, numbered, each there even where it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.packet.paper import care, closing, front, monitoring, words
from proofline.packet.paper.sheet import BODY, HEAD, LEFT, NUMBER, Running, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from proofline.packet.entered import Entered
    from proofline.packet.packet import Packet

    Part = Callable[[Sheet, Packet], None]

_PARTS: tuple[tuple[str, Part], ...] = (
    ("Decision and reasons", front.reasons),
    ("Both clocks", front.clocks),
    ("Readings", monitoring.readings),
    ("Daily log", monitoring.daily_log),
    ("Devices", monitoring.devices),
    ("Consent", care.consent),
    ("The order", care.order),
    ("Time log", care.time_log),
    ("Call log", care.call_log),
    ("Sign-off", care.sign_off),
    ("Conflicts checked", closing.conflicts),
    ("What did not count", closing.left_out),
    ("Claim and remittances", closing.billed),
    ("The law as cited", closing.law),
    ("Abbreviations and marks", closing.abbreviations),
)
_INDEX, _CHECK = "What is asked for, and where it stands", "How to check this packet"


def drawn(packet: Packet, digest: str, entered: Entered | None) -> bytes:
    """Draw a packet as a PDF; `digest` is that of packet.json and stands on every page."""
    sheet = Sheet(running(packet, digest))
    numbers = {name: number for number, (name, _) in enumerate(_PARTS, start=2)}
    front.title(sheet, packet)
    _section(sheet, 1, _INDEX)
    front.asked_for(sheet, packet, numbers)
    for name, part in _PARTS:
        _section(sheet, numbers[name], name)
        part(sheet, packet)
    _section(sheet, len(_PARTS) + 2, _CHECK)
    closing.checking(sheet, packet, entered)
    if sheet.undrawn:
        sheet.space(6)
        sheet.paragraph(
            f"Characters without a glyph in the font of this document: they stand as code points"
            f" in angle quotes in {sheet.undrawn} places. packet.json holds them as on file.",
            BODY,
        )
    return sheet.finished()


def running(packet: Packet, digest: str) -> Running:
    """Give what stands on every page: whose it is, of which day, by whom, and the digest."""
    row, enrollment = packet.patient, packet.enrollment
    biller = enrollment["billing_performer_id"]
    decision = packet.decision
    born = words.day(row["birth_date"])
    return Running(
        title=f"Packet of line {packet.line.line_id}",
        heads=(
            ("patient", words.patient(row) + (f", born {born}" if born else "")),
            ("date of service", f"{decision['service_date']}, {decision['code']}"),
            ("practitioner", words.person(packet.performer(biller), biller)),
        ),
        foot=f"packet {digest}",
    )


def _section(sheet: Sheet, number: int, name: str) -> None:
    sheet.space(16)
    sheet.need(84)
    sheet.y -= HEAD.leading
    sheet.put(LEFT, str(number), NUMBER)
    sheet.put(LEFT + 22, name, HEAD)
    sheet.y -= 6
