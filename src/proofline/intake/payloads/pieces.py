"""Large files in pieces that fit into memory, each a payload by itself.

A file of lines is cut between lines, one of HL7 messages between messages. What is one document
from its beginning to its end cannot be cut: it is read whole, or refused if it is too large.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from proofline.intake.payloads.payload import LONGEST_LINE, is_json, is_lines
from proofline.intake.report import Place, Trouble
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from typing import IO

    from proofline.intake.payloads.payload import Payload

WHOLE = 64 << 20
"""Bytes up to which a file is read at once."""

PIECE = 8 << 20
"""About so many bytes has each piece of what is larger."""

Heading = Callable[[bytes], int]
"""Of a source of tables, its verb `heading`, the options filled in: how many of the bytes at the
beginning of a file stand before its first row, and belong before the rows of each piece."""

_MARK = b"\xef\xbb\xbf"
_HL7 = re.compile(rb"\s*\x0b?(MSH|FHS|BHS)[^\w\s]")
_MESSAGE = re.compile(rb"[\r\n\x0b](?=MSH[^\w\s])")
# The segments around a batch say how many messages it has, which no piece can know.
_BATCH = re.compile(rb"(?<![^\r\n\x0b])(?:FHS|BHS|BTS|FTS)[^\w\s][^\r\n\x1c]*")


class _Cutter(Struct, frozen=True):
    """Where a kind of file may be cut, and what each piece begins with.

    `last` gives the last place in some bytes at which one may cut, 0 if there is none; `count` how
    many lines or messages they hold.
    """

    last: Callable[[bytes], int]
    count: Callable[[bytes], int]
    heading: bytes = b""
    left_out: re.Pattern[bytes] | None = None


def pieces(
    file: IO[bytes], span: tuple[int, int], whole: Payload, heading: Heading | None = None
) -> Iterator[Payload | Trouble]:
    """Give what lies between two places of a file as payloads; `whole` is all but its bytes."""
    start, end = span
    file.seek(start)
    if end - start <= WHOLE:
        yield replace(whole, data=file.read(end - start))
        return
    first = file.read(PIECE).removeprefix(_MARK)
    cutter = _cutter(first, heading)
    if cutter is None:
        yield trouble(Place(whole.name), "too_large", "", str(WHOLE >> 20))
    else:
        yield from _cut(first, file, end, cutter=cutter, whole=whole)


def _cutter(first: bytes, heading: Heading | None) -> _Cutter | None:
    if _HL7.match(first):
        return _Cutter(_last_message, _messages, left_out=_BATCH)
    first_line = first.lstrip().partition(b"\n")[0]
    # Of an array that is cut nobody can say that it is none, only of its first line that it is one.
    if is_lines(first) and (first_line[:1] != b"[" or is_json(first_line)):
        return _Cutter(_last_line, _lines)
    if heading and (end := heading(first)):
        return _Cutter(_last_row, _lines, heading=first[:end])
    return None


def _cut(
    held: bytes, file: IO[bytes], end: int, *, cutter: _Cutter, whole: Payload
) -> Iterator[Payload | Trouble]:
    """Give the pieces, each numbered by its first line or message, the heading before each."""
    headed = cutter.count(cutter.heading)
    held, number, told = held[len(cutter.heading) :], 1 + headed, False
    while held:
        more = file.read(min(PIECE, end - file.tell()))
        at = cutter.last(held) if more else len(held)
        if at:
            data = held[:at] if cutter.left_out is None else cutter.left_out.sub(b"", held[:at])
            # The lines of the heading are counted with those of the piece.
            yield replace(whole, data=cutter.heading + data, first_line=number - headed)
            number, told = number + cutter.count(held[:at]), False
        elif len(held) > LONGEST_LINE:
            # It is passed by to its last byte; how it ends is told of once more, as broken.
            if not told:
                yield trouble(Place(whole.name, f"line {number}"), "too_long", "")
            at, told = len(held) - 1, True
        held = held[at:] + more


def _last_line(data: bytes) -> int:
    return data.rfind(b"\n") + 1


def _last_row(data: bytes) -> int:
    """The end of the last row that ends outside of quotes."""
    end, quotes = data.rfind(b"\n") + 1, data.count(b'"')
    quotes -= data.count(b'"', end)
    while end and quotes % 2:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', before, end)
        end = before
    return end


def _last_message(data: bytes) -> int:
    found = max(data.rfind(mark + b"MSH") for mark in (b"\r", b"\n", b"\x0b"))
    return found + (data[found : found + 1] != b"\x0b") if found > 0 else 0


def _lines(data: bytes) -> int:
    return data.count(b"\n")


def _messages(data: bytes) -> int:
    return len(_MESSAGE.findall(b"\n" + data))
