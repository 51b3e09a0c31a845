"""From bytes to messages: frames, batches, line ends, characters.

A payload may be one message or many, in a batch (FHS, BHS … BTS, FTS) or simply one after another,
framed for MLLP or not. The standard ends a segment with CR; LF and CRLF are read too. A line that
is no segment continues the one before it (text with a line end in it), so nothing is cut off.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from proofline.intake.payloads.payload import LONGEST_LINE, WIDEST, text_of
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.sources.hl7v2.er7 import ABSENT, delimiters
from proofline.intake.sources.hl7v2.header import CHARSETS, Message, header_of
from proofline.intake.sources.hl7v2.wire.framing import START, BrokenFraming, Frames
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proofline.intake.payloads.payload import Payload

MOST_SEGMENTS = 20_000
"""Segments of one message."""

_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HEAD = re.compile(rb"(?:\A|[\r\n])(MSH|FHS|BHS|BTS|FTS)(?=[^A-Za-z0-9\s])")
_AROUND = (b"F", b"B")
"""How the heads and ends of batches begin, and few other segments: to look for less is quicker."""

_HEADS = frozenset({"MSH", "FHS", "BHS", "BTS", "FTS"})
_SHORT = 64 * 1024
_CONTROLS = bytes(one for one in (*range(0x20), 0x7F) if one not in b"\t\r\n")
_NAME_LENGTH = 3
_Known = TypeVar("_Known")
_Read = TypeVar("_Read")


class _Batch(Struct):
    """How many messages there were, in all and since the last BHS, and whether one is open."""

    messages: int = 0
    here: int = 0
    open: bool = False

    def count(self) -> None:
        """Count one message more."""
        self.messages += 1
        self.here += 1


def _nothing(_data: bytes, _place: Place) -> None:
    """Know no message."""


def messages(
    sent: Payload, known: Callable[[bytes, Place], _Known | None] = _nothing
) -> Iterator[Message | _Known | Trouble]:
    """Give the messages of a payload in order; what is none is told as trouble.

    What `known` makes of the bytes of a message is given in its place, unless that is None.
    """
    alone = _alone(sent.data, Place(sent.name, f"message {sent.first_line}"), known)
    if alone is not None:
        yield alone
        return
    data, here = sent.data.removeprefix(_UTF_8_MARK), Place(sent.name)
    utf_16 = data.startswith(_UTF_16_MARKS)
    if utf_16:
        text = text_of(sent)
        if isinstance(text, Trouble):
            yield text
            return
        data = text.encode()
    elif b"\0" in data[:WIDEST]:
        yield trouble(here, "nul", "")
        return
    batch = _Batch(sent.first_line - 1)
    for body in _bodies(data, here):
        if isinstance(body, Trouble):
            yield body
        else:
            yield from _in_body(body, here, batch, partial(_read, known, utf_16=utf_16))
    if batch.open:
        yield trouble(here, "batch_cut", "BTS")


def _read(
    known: Callable[[bytes, Place], _Known | None], data: bytes, place: Place, *, utf_16: bool
) -> Message | _Known | Trouble:
    found = known(data, place)
    return message_of(data, place, charset="utf-8" if utf_16 else "") if found is None else found


def _alone(
    data: bytes, place: Place, known: Callable[[bytes, Place], _Known | None]
) -> Message | _Known | None:
    """Read a payload that is one message and nothing else, as most are; None if it is not."""
    if len(data) > _SHORT or not data.startswith(b"MSH"):
        return None
    message = _read(known, data, place, utf_16=False)
    if isinstance(message, Trouble):
        return None
    if isinstance(message, Message) and not _HEADS.isdisjoint(message.names[1:]):
        return None
    return message


def _bodies(data: bytes, here: Place) -> Iterator[bytes | Trouble]:
    """What stands in the frames of a framed file; a file that is not framed is one body."""
    if not data.lstrip(b"\r\n").startswith(START):
        yield data
        return
    frames = Frames(max(len(data), 1))
    try:
        yield from frames.feed(data)
    except BrokenFraming:
        yield trouble(here, "framing", "")
        return
    if frames.begun:
        yield trouble(here, "framing", "")


def _in_body(
    body: bytes, here: Place, batch: _Batch, read: Callable[[bytes, Place], _Read]
) -> Iterator[_Read | Trouble]:
    if not body.strip():
        yield trouble(here, "empty", "")
        return
    starts = _starts(body)
    if body[: starts[0]].strip():
        yield trouble(here, "no_message", "MSH")
    for start, end in pairwise(starts):
        name = body[start : start + _NAME_LENGTH]
        if name == b"MSH":
            batch.count()
            place = Place(here.file, f"message {batch.messages}")
            yield read(body[start:end], place)
        elif (said := _batch_line(name, body[start:end], batch)) is not None:
            yield trouble(here, "batch_count", "BTS-1", said)


def _starts(body: bytes) -> list[int]:
    """Where the heads of messages and batches begin, at the beginning of a line; then the end."""
    ends = [end for end in (b"\r", b"\n") if end in body]
    marks = [end + b"MSH" for end in ends if end + b"MSH" in body]
    around = any(end + letter in body for end in ends for letter in _AROUND)
    if len(marks) > 1 or around or not body.startswith(b"MSH"):
        return [*(head.start(1) for head in _HEAD.finditer(body)), len(body)]
    found = [0]
    # The usual case, in which there is nothing to look for but one mark, in a tenth of the time.
    while marks and (at := body.find(marks[0], found[-1])) >= 0:
        found.append(at + 1)
    return [*found, len(body)]


def _batch_line(name: bytes, line: bytes, batch: _Batch) -> str | None:
    """Follow a batch; at its end, tell how many messages are missing or too many."""
    if name == b"BHS":
        batch.here, batch.open = 0, True
    if name != b"BTS":
        return None
    batch.open = False
    said = line[_NAME_LENGTH + 1 :].split(line[_NAME_LENGTH : _NAME_LENGTH + 1], 1)[0].strip()
    if said.isdigit() and said.lstrip(b"0") != str(batch.here).encode().lstrip(b"0"):
        return str(batch.here)
    return None


def message_of(data: bytes, place: Place, *, charset: str = "") -> Message | Trouble:
    """Read the bytes of one message, which begin with MSH; `charset` overrules MSH-18."""
    if len(data) > LONGEST_LINE or len(data.translate(None, _CONTROLS)) < len(data):
        return trouble(place, "too_long" if len(data) > LONGEST_LINE else "control", "")
    head = data.partition(b"\r")[0].partition(b"\n")[0].decode("iso8859-1")
    marks = delimiters(head)
    if marks is None:
        return trouble(place, "delimiters", "MSH-2")
    header = header_of(head, marks)
    text = _text(data, charset or CHARSETS.get(header.sender.charset))
    if text is not None and ABSENT in marks and ABSENT in text:
        return trouble(place, "delimiters", "MSH-2")
    if text is None:
        named = shown(header.sender.charset) or "ASCII or UTF-8"
        return trouble(place, "charset", "MSH-18", named)
    ends = len(text) > MOST_SEGMENTS and text.count("\r") + text.count("\n")
    if ends > 2 * MOST_SEGMENTS:
        return trouble(place, "too_many", "", f"{MOST_SEGMENTS} segments in one message")
    names, segments = _segments(text, marks.field)
    if not head.isascii():
        header = header_of(segments[0], marks)
    return Message(place, marks, header, names, segments, data)


def _text(data: bytes, codec: str | None) -> str | None:
    """The characters of a message; None in a set that is not taken, or bytes that are not of it."""
    try:
        return data.decode(codec) if codec else None
    except UnicodeDecodeError:
        return None


def _segments(text: str, mark: str) -> tuple[list[str], list[str]]:
    """Split at every line end, and name the segments; what is none is joined to the one before it.

    Not `splitlines`: that also splits at marks which are letters of a text in other alphabets.
    """
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    lines = text.strip("\r").split("\r")
    names = [line[:_NAME_LENGTH] for line in lines]
    marks = "".join([line[_NAME_LENGTH : _NAME_LENGTH + 1] for line in lines])
    told = "".join(names)
    if marks == mark * len(lines) and told.isalnum() and told.isupper():
        return names, lines
    lines = [line for line in lines if line.strip()]
    begun = [place for place, line in enumerate(lines) if _is_segment(line, mark)]
    ends = [*begun[1:], len(lines)]
    joined = ["\n".join(lines[start:end]) for start, end in zip(begun, ends, strict=True)]
    return [line[:_NAME_LENGTH] for line in joined], joined


def _is_segment(line: str, mark: str) -> bool:
    name = line[:_NAME_LENGTH]
    return line[_NAME_LENGTH : _NAME_LENGTH + 1] in {mark, ""} and name.isalnum() and name.isupper()
