"""Bytes to JSON texts: a file that is one document, or the lines of bulk NDJSON.

Which it is shows in the bytes, not in the name. Lines are read in blocks, so that a file of any
size takes no more memory than a small one.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from proofline.intake.payloads.payload import LONGEST_LINE, Authenticity
from proofline.intake.payloads.unpacking import Member, Part
from proofline.intake.report import Place, Trouble
from proofline.intake.sources.fhir.decoding import Unreadable, read_as
from proofline.intake.sources.fhir.shapes import Head
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_MIB = 1024 * 1024
_LARGEST_DOCUMENT = 256 * _MIB
_BLOCK = 128 * 1024
_OPENINGS = (b'{"resourceType":"Observation"', b'{"resourceType": "Observation"')
"""How the lines of nearly all bulk exports begin, so that few have to be looked at twice."""


class Input(Struct, frozen=True):
    """A file to take in: the name people know it by, its bytes or where they lie, their digest.

    Of what was packed, its place in the file of all that was taken out; the digest is that of the
    archive, for it is what arrived.

    `blocks` remembers where blocks of Observations begin and how many lines each has, so that they
    are counted only once.
    """

    name: str
    bytes: bytes | Path | tuple[IO[bytes], Member]
    sha256: str
    blocks: dict[int, int] = field(default_factory=dict)
    authenticity: Authenticity = "file"

    @property
    def file_name(self) -> str:
        """The name without the folder."""
        return Path(self.name).name

    def opened(self) -> BinaryIO:
        """Open it for reading from the start."""
        if isinstance(self.bytes, Path):
            return self.bytes.open("rb")
        if isinstance(self.bytes, tuple):
            return io.BufferedReader(Part(*self.bytes))
        return io.BytesIO(self.bytes)


class Text(NamedTuple):
    """One JSON text: its bytes and its line, 0 for a whole file."""

    line: int
    data: bytes

    @property
    def where(self) -> str:
        """Name the line, if it is one of several."""
        return f"line {self.line}" if self.line else ""


class Block(NamedTuple):
    """So many lines, `first` and those that follow, that all begin as Observations do."""

    first: int
    many: int
    data: bytes

    def texts(self) -> Iterator[Text]:
        """Give them one by one."""
        for number, line in enumerate(self.data.split(b"\n"), self.first):
            if line and not line.isspace():
                yield Text(number, line)


def in_memory(name: str, data: bytes, authenticity: Authenticity = "file") -> Input:
    """Make an input of bytes that are at hand."""
    return Input(name, data, hashlib.sha256(data).hexdigest(), authenticity=authenticity)


def texts(sent: Input) -> Iterator[Text | Block | Trouble]:
    """Give the whole file, or its lines, Observations in blocks; what is neither is trouble."""
    with sent.opened() as file:
        start = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
        file.seek(start)
        first = _line_with_something(file)
        is_more = bool(_line_with_something(file))
        file.seek(start)
        if code := _not_json(first):
            yield trouble(Place(sent.name), code)
        elif is_more and _is_json(first):
            yield from _lines(file, sent)
        else:
            yield from _whole(file, sent, is_more=is_more)


def _line_with_something(file: BinaryIO) -> bytes:
    line = file.readline(LONGEST_LINE)
    while line.isspace():
        line = file.readline(LONGEST_LINE)
    return line


def _not_json(first: bytes) -> str:
    if first.startswith(_WIDE_BOMS) or b"\0" in first[:4]:
        return "not_utf8"
    return {b"": "empty", b"<": "xml"}.get(first.lstrip()[:1], "")


def _whole(file: BinaryIO, sent: Input, *, is_more: bool) -> Iterator[Text | Block | Trouble]:
    """Give a document of several lines; but lines after a broken first one if so named."""
    start = file.tell()
    data = file.read(_LARGEST_DOCUMENT + 1)
    too_large = len(data) > _LARGEST_DOCUMENT
    named_lines = is_more and sent.name.lower().endswith((".ndjson", ".jsonl"))
    if named_lines and (too_large or not _is_json(data)):
        file.seek(start)
        yield from _lines(file, sent)
    elif too_large:
        yield trouble(Place(sent.name), "too_large", "", str(_LARGEST_DOCUMENT // _MIB))
    else:
        yield Text(0, data)


def _lines(file: BinaryIO, sent: Input) -> Iterator[Text | Block | Trouble]:
    number, start = 1, file.tell()
    while data := file.read(_BLOCK):
        if not data.endswith(b"\n"):
            data += file.readline(LONGEST_LINE)
        count = sent.blocks.get(start) or _observations(data)
        if count:
            sent.blocks[start] = count
            yield Block(number, count, data)
        else:
            count = data.count(b"\n")
            yield from _one_by_one(data, sent.name, number)
        start += len(data)
        number += count
        while not data.endswith(b"\n") and (rest := file.readline(LONGEST_LINE)):
            data = rest  # the end of a line that is too long
            start += len(data)
            number += data.endswith(b"\n")


def _observations(data: bytes) -> int:
    """Count the lines; 0 unless each of them is whole and begins as Observations do."""
    opening = next((one for one in _OPENINGS if data.startswith(one)), None)
    if opening is None or not data.endswith(b"\n") or len(data) > LONGEST_LINE:
        return 0
    count, at, end = 0, 0, len(data)
    while at < end:  # to find the end of each line is twice as fast as to count them all at once
        if not data.startswith(opening, at):
            return 0
        at = data.find(b"\n", at) + 1
        count += 1
    return count


def _one_by_one(data: bytes, name: str, first: int) -> Iterator[Text | Trouble]:
    for number, line in enumerate(data.split(b"\n"), first):
        if len(line) > LONGEST_LINE:
            place = Place(name, f"line {number}")
            yield trouble(place, "too_long", "", str(LONGEST_LINE // _MIB))
        elif line and not line.isspace():
            yield Text(number, line)


def _is_json(text: bytes) -> bool:
    try:
        read_as(text, Head)
    except Unreadable:
        return False
    return True
