"""Bytes become segments, by the delimiters that each ISA declares.

A byte order mark and line ends between segments are passed over, as is padding after the last:
line ends, spaces, NUL, and the mark of an end that old systems write. Any other byte outside a
segment, a control character inside one, and every size beyond its limit is refused. Text is ASCII;
a segment with other bytes is read as UTF-8 or, where it is not that, as Latin-1, because a payer's
accent must not keep money from being posted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from proofline.claims.x12.segment import Delimiters, Segment
from proofline.claims.x12.trouble import Place, refused

FILE_BYTES = 128 * 1024 * 1024
"""A file may be so large; the largest remittances seen are a few megabytes."""

SEGMENT_BYTES = 8192
"""A segment may be so long; the longest that the 005010 guides allow is far below."""

SEGMENT_ELEMENTS = 99
"""A segment may have so many elements; element positions are two digits in every guide."""

ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
"""The only segment of fixed width: each element of the ISA (X12.5, 5010 Appendix C.1)."""

_STRETCH, _LONGEST_STRETCH = 4096, 65536
_BOM = b"\xef\xbb\xbf"
_LINE_ENDS, _PADDING = b"\r\n", b"\r\n\t \x00\x1a"
_OTHERS = (
    (b"PK\x03\x04", "It is a ZIP archive.", "Unpack it, and give what is in it."),
    (b"\x1f\x8b", "It is packed with gzip.", "Unpack it, and give what is in it."),
    (
        b"\xff\xfe",
        "It is written in UTF-16.",
        "Save it as plain text (ASCII), as the payer sent it.",
    ),
    (
        b"\xfe\xff",
        "It is written in UTF-16.",
        "Save it as plain text (ASCII), as the payer sent it.",
    ),
    (b"%PDF", "It is a PDF.", "Ask the payer for the X12 file behind it (835, 999, 277CA)."),
    (
        b"<",
        "It is a page of HTML or XML.",
        "Ask the payer for the X12 file behind it (835, 999, 277CA).",
    ),
    (
        b"isa",
        "Its tags are in small letters.",
        "Ask the sender for the file as the payer wrote it.",
    ),
)
"""What is given for X12 by mistake, by how it begins."""
_TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NO_REPETITION = "U"
_RESEND = "Ask the sender for the file anew, and keep it from being opened in an editor."


def tokens(data: bytes) -> Iterator[Segment]:
    """Give all segments of a file in order; raises `X12Refused` at the first that is none.

    What comes between envelopes is not looked at here; see `proofline.claims.x12.reading`. Plain
    text is parted a stretch at a time; all else is walked segment by segment, to the same result.
    """
    if len(data) > FILE_BYTES:
        reason = f"The file is larger than {FILE_BYTES // 1024**2} MiB."
        raise refused("too_large", Place(), reason, "Ask the sender to split it.")
    position = len(_BOM) if data.startswith(_BOM) else 0
    number, length, walked_to = 0, _STRETCH, 0
    delimiters: Delimiters | None = None
    tags: set[str] = set()
    while (position := _past_line_ends(data, position)) < len(data):
        if data[position] in _PADDING and not data[position:].strip(_PADDING):
            return
        if data.startswith(b"ISA", position):
            delimiters = _declared(data, Place(number + 1, offset=position))
            length, walked_to = _STRETCH, 0
        elif delimiters is not None and position >= walked_to:
            pieces, gap, walked_to = _stretch(data, position, delimiters.segment, length)
            length, mark = min(2 * length, _LONGEST_STRETCH), delimiters.element
            for piece in pieces:
                values = piece.split(mark)
                if values[0] not in tags and not _learned(values[0], tags):
                    break
                if len(values) > SEGMENT_ELEMENTS:
                    break
                number += 1
                yield Segment(values[0], values, number, position, delimiters, piece)
                position += len(piece) + gap
            else:
                position = walked_to if pieces else position
            continue
        number += 1
        found, position = _walked(data, position, delimiters, number)
        yield found


def _learned(tag: str, tags: set[str]) -> bool:
    """Note a tag that was not met before; an ISA and what is no tag are walked instead."""
    if tag == "ISA" or not _TAG.fullmatch(tag):
        return False
    tags.add(tag)
    return True


def _walked(
    data: bytes, position: int, delimiters: Delimiters | None, number: int
) -> tuple[Segment, int]:
    """Give the segment that begins at a place, and the first byte after it."""
    place = Place(number, offset=position)
    if delimiters is None:
        raise _no_isa(data, place)
    end = data.find(delimiters.segment.encode(), position, position + SEGMENT_BYTES)
    if end < 0:
        raise _endless(data, place)
    return _segment(data[position:end], delimiters, number, position), end + 1


def _no_isa(data: bytes, place: Place) -> Exception:
    """Say what a file is that is no X12, where its beginning tells."""
    found = (told for told in _OTHERS if data.startswith(told[0], place.offset))
    _, what, cure = next(found, (b"", "", "Give a file of X12 interchanges."))
    reason = "The file does not begin with an ISA segment."
    return refused("no_isa", place, f"{reason} {what}".rstrip(), cure)


def _stretch(data: bytes, start: int, mark: str, length: int) -> tuple[list[str], int, int]:
    """Part at most so many bytes that hold whole segments of plain text, each ended alike.

    Gives the segments, how many bytes part them, and where the stretch ends. There are none where
    something in it has to be looked at closely: bytes beyond ASCII, control characters, blank
    segments, a length beyond its limit.
    """
    end = data.rfind(mark.encode(), start, start + length)
    if end < 0 or not (raw := data[start:end]).isascii():
        return [], 0, start + length
    text = raw.decode()
    count = text.count(mark)
    ends = (found for found in (f"{mark}\r\n", f"{mark}\n") if count and text.count(found) == count)
    parting = next(ends, mark)
    pieces = text.split(parting)
    if not "".join(pieces).isprintable() or len(max(pieces, key=len)) >= SEGMENT_BYTES:
        return [], 0, start + length
    return pieces, len(parting), end + 1


def _past_line_ends(data: bytes, position: int) -> int:
    """Give the next byte that is neither CR nor LF."""
    while position < len(data) and data[position] in _LINE_ENDS:
        position += 1
    return position


def _declared(data: bytes, place: Place) -> Delimiters:
    """Take the delimiters out of the ISA that begins at a place, after checking its widths."""
    width = len("ISA") + sum(ISA_WIDTHS) + len(ISA_WIDTHS) + 1
    text = data[place.offset : place.offset + width].decode("latin-1")
    if len(text) < width:
        raise refused("cut_off", place, "The ISA segment is cut off.", _RESEND)
    element, end = text[3], text[-1]
    values = text[4:-1].split(element)
    place = Place(place.number, "ISA", 0, place.offset)
    for position, size in enumerate(ISA_WIDTHS, 1):
        if position > len(values) or len(values[position - 1]) != size:
            place = Place(place.number, "ISA", position, place.offset)
            reason = f"An ISA has {size} characters in this element, filled up with spaces."
            raise refused("isa_width", place, reason, _RESEND)
    repetition = "" if values[10] == _NO_REPETITION else values[10]
    found = Delimiters(element, values[15], repetition, end)
    marks = [mark for mark in (element, values[15], repetition, end) if mark]
    if len(set(marks)) < len(marks) or not all(map(_may_part, marks)):
        reason = "The delimiters are not four different characters that are no letter or digit."
        raise refused("delimiters", place, reason, _RESEND)
    return found


def _may_part(mark: str) -> bool:
    """Tell whether a character may be a delimiter: ASCII, and nothing that data is made of."""
    return mark.isascii() and not mark.isalnum() and mark not in {" ", "\x00"}


def _segment(raw: bytes, delimiters: Delimiters, number: int, offset: int) -> Segment:
    """Part the bytes of one segment into its tag and elements."""
    text = _text(raw)
    values = text.split(delimiters.element)
    if not _TAG.fullmatch(values[0]):
        place = Place(number, offset=offset)
        reason = "What stands here is no segment: it has no tag of two or three capitals or digits."
        raise refused("no_segment", place, reason, _RESEND)
    found = Segment(values[0], values, number, offset, delimiters, text)
    if len(found) > SEGMENT_ELEMENTS:
        reason = f"The segment has more than {SEGMENT_ELEMENTS} elements."
        raise refused("too_many_elements", found.place(), reason, _RESEND)
    if not text.isprintable():
        _refuse_control(found)
    return found


def _text(raw: bytes) -> str:
    """Decode one segment: ASCII is UTF-8 too, and Latin-1 takes every byte."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _refuse_control(found: Segment) -> None:
    """Refuse control characters in the data; some senders use them as delimiters, rightly."""
    parting = {found.delimiters.component, found.delimiters.repetition}
    for position, value in enumerate(found.elements, 1):
        if any(mark not in parting for mark in _CONTROL.findall(value)):
            reason = "The element has a line end or another control character in it."
            raise refused("control_character", found.place(position), reason, _RESEND)


def _endless(data: bytes, place: Place) -> Exception:
    """Say what is wrong with a segment that does not end where it must."""
    if len(data) - place.offset < SEGMENT_BYTES:
        reason = "The file ends within this segment, or something stands after the last one."
        return refused("cut_off", place, reason, _RESEND)
    reason = f"The segment is longer than {SEGMENT_BYTES} bytes."
    return refused("segment_too_long", place, reason, _RESEND)
