"""What is packed: .zip and .gz, taken out with every size counted while it is read.

Whoever packs can lie: of sizes, of numbers, with members that overlap, with little that grows to
very much. So nothing is believed: the directory of a .zip is read here and not by a library that
reads on, members must lie side by side, and what grows too large is left at once. Names in an
archive are never used; a member is known by its number. One bad member spoils the archive, for
nobody can say what else is wrong with it.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    from _typeshed import WriteableBuffer

MOST_MEMBERS = 1_000
LARGEST_MEMBER = 1 << 30
LARGEST = 1 << 31
HIGHEST_RATIO = 100
"""So many times its packed size something may unpack to, once it is larger than a megabyte."""

_RATIO_FROM = 1 << 20
_BLOCK = 1 << 16
_ZIP, _EMPTY_ZIP, _GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
_OTHERS = (b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"MSCF")
_PACKED = (_ZIP, _EMPTY_ZIP, _GZIP, *_OTHERS)
_TAR_AT, _TAR = 257, b"ustar"
HEAD_BYTES = _TAR_AT + len(_TAR)
"""So much of the beginning of a file tells whether it is packed."""

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_LONGEST_DIRECTORY = 1 << 20
_ENCRYPTED = 1
_STORED, _DEFLATED = 0, 8
_RAW, _GZIP_HEAD = -15, 31  # as zlib calls them
_ENTRY_MARK, _SEE_EXTRA = b"PK\x01\x02", 0xFFFFFFFF
_OFFICE = b"[Content_Types].xml"
_TOO_MUCH = "it unpacks to more than Proofline takes"
_NOT_PLAIN = "its directory is not that of one plain .zip file"
_NOT_CONTENT = (b"__MACOSX/",)


class PackedError(Exception):
    """Why an archive is left as it is."""


class Member(NamedTuple):
    """What was packed: its number, and where in the file of all that was taken out it lies."""

    number: int
    start: int
    end: int


class _Entry(NamedTuple):
    at: int
    method: int
    crc: int
    packed: int
    size: int


class Part(io.RawIOBase):
    """What lies between two places of a file, as a file; where the other is read does not matter.

    So the same member can be read from several places at once.
    """

    def __init__(self, file: IO[bytes], member: Member) -> None:
        self._file, self._at = file, member.start
        self._start, self._end = member.start, member.end

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from any place."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, counted from the start, from here, or from the end; give where that is."""
        base = {os.SEEK_SET: self._start, os.SEEK_CUR: self._at, os.SEEK_END: self._end}[whence]
        self._at = max(self._start, base + offset)
        return self._at - self._start

    def readinto(self, into: WriteableBuffer) -> int:
        """Read as much as there is and as fits; give how much that was."""
        room = memoryview(into).cast("B")
        told = os.pread(self._file.fileno(), max(0, min(len(room), self._end - self._at)), self._at)
        room[: len(told)] = told
        self._at += len(told)
        return len(told)


def is_packed(head: bytes) -> bool:
    """Say whether bytes that begin so are an archive of any kind, one that we open or not."""
    return head.startswith(_PACKED) or head[_TAR_AT:].startswith(_TAR)


def unpack(file: IO[bytes], beside: Path) -> tuple[IO[bytes], list[Member]]:
    """Take out all members of an archive, into one file without a name.

    Errors: PackedError with the reason, in words for people, why it is left as it is.
    """
    out = TemporaryFile(dir=beside)  # noqa: SIM115 - the caller reads and closes it
    try:
        return out, list(_members(file, out))
    except (zlib.error, struct.error, EOFError) as broken:
        out.close()
        raise PackedError("it is broken") from broken
    except PackedError:
        out.close()
        raise


def _members(file: IO[bytes], out: IO[bytes]) -> Iterator[Member]:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if head.startswith(_GZIP):
        yield _taken(_gunzipped(file), out, 1)
    elif head.startswith((_ZIP, _EMPTY_ZIP)):
        yield from _unzipped(file, out)
    else:
        raise PackedError("only .zip and .gz are opened")


def _taken(blocks: Iterator[bytes], out: IO[bytes], number: int) -> Member:
    """Write what is unpacked, counted, and refuse what is itself packed."""
    start, head = out.tell(), b""
    for block in blocks:
        if len(head) < HEAD_BYTES:
            head += block[:HEAD_BYTES]
        out.write(block)
        if out.tell() - start > LARGEST_MEMBER or out.tell() > LARGEST:
            raise PackedError(_TOO_MUCH)
    if is_packed(head):
        raise PackedError("it holds another archive")
    return Member(number, start, out.tell())


def _inflated(file: IO[bytes], start: int, end: int, head: int) -> Iterator[bytes]:
    """Unpack one stream that lies between two places, as long as it does not grow beyond measure.

    The file is left at the end of the stream. Errors: EOFError, zlib.error if it is broken.
    """
    stream, given, rest = zlib.decompressobj(head), 0, b""
    file.seek(start)
    while not stream.eof:
        rest = rest or file.read(min(_BLOCK, end - file.tell()))
        told = stream.decompress(rest, _BLOCK * 16)
        if not rest and not told:
            raise EOFError
        rest = stream.unconsumed_tail
        given += len(told)
        taken = file.tell() - start - len(rest) - len(stream.unused_data)
        if given > _RATIO_FROM and given > taken * HIGHEST_RATIO:
            raise PackedError(f"it unpacks to more than {HIGHEST_RATIO} times its size")
        yield told
    file.seek(file.tell() - len(stream.unused_data))


def _gunzipped(file: IO[bytes]) -> Iterator[bytes]:
    """Unpack the streams of a .gz file; several may follow each other."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    for _ in range(MOST_MEMBERS):
        yield from _inflated(file, file.tell(), size, _GZIP_HEAD)
        if file.tell() == size:
            return
    raise PackedError(f"it has more than {MOST_MEMBERS} parts")


def _unzipped(file: IO[bytes], out: IO[bytes]) -> Iterator[Member]:
    directory, entries = _directory(file)
    free = 0
    for number, entry in enumerate(sorted(entries), 1):
        start = _start(file, entry)
        if entry.at < free or start + entry.packed > directory:
            raise PackedError("its members overlap")
        free = start + entry.packed
        member = _taken(_member(file, entry, start), out, number)
        if entry.size != member.end - member.start:
            raise PackedError("a member is not as large as it says")
        yield member


def _directory(file: IO[bytes]) -> tuple[int, list[_Entry]]:
    """Read where the directory of a .zip begins, and the members that it names."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST_COMMENT - _END.size))
    tail = file.read()
    at = tail.rfind(_EMPTY_ZIP)
    if at < 0:
        raise EOFError
    _, disk, first_disk, here, count, length, start, _ = _END.unpack_from(tail, at)
    if count > MOST_MEMBERS:
        raise PackedError(f"it has more than {MOST_MEMBERS} members")
    if disk or first_disk or here != count or length > _LONGEST_DIRECTORY:
        raise PackedError(_NOT_PLAIN)
    file.seek(start)
    told, entries, here = file.read(length), [], 0
    for _ in range(count):
        entry, name, here = _entry(told, here)
        if name == _OFFICE:
            raise PackedError("it is a document of an office program; save it as CSV")
        if not name.startswith(_NOT_CONTENT) and not name.endswith(b"/"):
            entries.append(entry)
    if here != length:
        raise PackedError(_NOT_PLAIN)
    if sum(entry.size for entry in entries) > LARGEST:
        raise PackedError(_TOO_MUCH)
    return start, entries


def _entry(told: bytes, here: int) -> tuple[_Entry, bytes, int]:
    """Read one entry of the directory: it, its name, and where the next begins."""
    (mark, _, _, flags, method, _, _, crc, packed, size, name, extra, comment, _, _, _, at) = (
        _ENTRY.unpack_from(told, here)
    )
    if mark != _ENTRY_MARK:
        raise EOFError
    if flags & _ENCRYPTED:
        raise PackedError("it is encrypted")
    if method not in {_STORED, _DEFLATED} or _SEE_EXTRA in {packed, size, at}:
        raise PackedError("it is packed in a way that is not opened")
    if size > LARGEST_MEMBER:
        raise PackedError(_TOO_MUCH)
    if size > _RATIO_FROM and size > packed * HIGHEST_RATIO:
        raise PackedError(f"it unpacks to more than {HIGHEST_RATIO} times its size")
    here += _ENTRY.size
    after = here + name + extra + comment
    return _Entry(at, method, crc, packed, size), told[here : here + name], after


def _start(file: IO[bytes], entry: _Entry) -> int:
    """Find where the packed bytes of a member begin, behind its own head."""
    file.seek(entry.at)
    mark, *_, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    if mark != _ZIP:
        raise EOFError
    return entry.at + _LOCAL.size + int(name) + int(extra)


def _member(file: IO[bytes], entry: _Entry, start: int) -> Iterator[bytes]:
    end, crc = start + entry.packed, 0
    deflated = entry.method == _DEFLATED
    for block in _inflated(file, start, end, _RAW) if deflated else _stored(file, start, end):
        crc = zlib.crc32(block, crc)
        yield block
    if crc != entry.crc or file.tell() != end:
        raise EOFError


def _stored(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while block := file.read(min(_BLOCK, end - file.tell())):
        yield block
