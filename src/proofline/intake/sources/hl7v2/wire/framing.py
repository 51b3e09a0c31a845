"""MLLP, the framing of HL7 v2 on a wire: 0x0B, the message, 0x1C 0x0D.

Read as the standard's transport guide tells it. A frame ends only where 0x0D follows 0x1C; a 0x1C
or 0x0B by itself inside a frame belongs to the message, which is then refused for it. So no byte in
a message can make two of it.
"""

from __future__ import annotations

from proofline.intake.payloads.payload import LONGEST_LINE

START, END = b"\x0b", b"\x1c\r"
_BETWEEN = b"\r\n"  # what senders leave between frames


class BrokenFraming(Exception):
    """The bytes are not framed as MLLP frames them, so nothing after them can be trusted."""


class Frames:
    """What arrives on one wire, piece by piece, and the messages that are whole in it.

    It holds no more than one message and one piece; a message of more than `longest` bytes is
    BrokenFraming, as is anything but line ends between two frames.
    """

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._held = bytearray()
        self._searched = 0

    @property
    def begun(self) -> bool:
        """Whether part of a message is held."""
        return bool(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """Take what arrived and give the messages that are whole now.

        Errors: BrokenFraming; the wire should be closed then.
        """
        self._held += data
        found: list[bytes] = []
        while (message := self._next()) is not None:
            found.append(message)
        return found

    def _next(self) -> bytes | None:
        held = self._held
        if not self._searched:
            while held and held[0] in _BETWEEN:
                del held[0]
            if held and held[:1] != START:
                raise BrokenFraming("what stands between two frames is no line end")
        end = held.find(END, max(self._searched - 1, 1))
        if end < 0:
            self._searched = len(held)
            if len(held) > self._longest:
                raise BrokenFraming("a message is too long")
            return None
        message = bytes(held[1:end])
        del held[: end + len(END)]
        self._searched = 0
        if len(message) > self._longest:
            raise BrokenFraming("a message is too long")
        return message


def framed(message: bytes) -> bytes:
    """Frame a message for the wire."""
    return START + message + END
