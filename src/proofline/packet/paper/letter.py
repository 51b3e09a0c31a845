"""The patient's statement as one page, in large plain type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.packet.paper.drawing import running
from proofline.packet.paper.fonts import BOLD
from proofline.packet.paper.sheet import LEFT, Sheet, Style

if TYPE_CHECKING:
    from proofline.packet.packet import Packet
    from proofline.packet.statement import Statement

_TITLE = Style(BOLD, 20, 26)
_HEAD = Style(BOLD, 13, 19)
_TEXT = Style(size=12, leading=18)
_WIDE = 470.0


def letter(packet: Packet, said: Statement, digest: str) -> bytes:
    """Set a statement as a PDF of one page; `digest` is that of the packet it was made from."""
    sheet = Sheet(running(packet, digest))
    sheet.space(14)
    sheet.paragraph(said.title, _TITLE, to=LEFT + _WIDE)
    for head, text in said.parts:
        sheet.space(16)
        if head:
            sheet.paragraph(head, _HEAD, to=LEFT + _WIDE)
        sheet.paragraph(text, _TEXT, to=LEFT + _WIDE)
    return sheet.finished()
