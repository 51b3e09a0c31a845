"""What was downloaded: a file by itself, or the members of a .zip, one after the other.

Nothing is unpacked to a disk, names in an archive only tell what kind of file a member is, and
every size is counted while it is read: what grows too large, or out of too little, is left at once.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from proofline.intake.payloads.unpacking import HIGHEST_RATIO, LARGEST_MEMBER, MOST_MEMBERS
from proofline.intake.report import IntakeError, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_LINE = 1 << 20
"""Bytes of one line; the tables of the FDA have some hundreds."""

_RATIO_FROM = 1 << 20
_BLOCK = 1 << 18


class Download:
    """A file to read from its beginning, called `name` in messages.

    `packed` is how many bytes it takes in its archive, None for a file by itself.
    """

    def __init__(
        self, name: str, file: IO[bytes], packed: int | None = None, largest: int = LARGEST_MEMBER
    ) -> None:
        self.name = name
        self._file = file
        self._count = 0
        ratio = largest if packed is None else max(_RATIO_FROM, packed * HIGHEST_RATIO)
        self._room = min(largest, ratio)

    def lines(self) -> Iterator[bytes]:
        """Give its lines without their ends.

        Errors: as of `read`, and IntakeError for a line longer than any of the FDA.
        """
        held = b""
        while data := self.read(_BLOCK):
            *whole, held = (held + data).split(b"\n")
            yield from whole
            if len(held) > LONGEST_LINE:
                raise self._too_large()
        if held:
            yield held

    def read(self, size: int = LARGEST_MEMBER) -> bytes:
        """Give up to so many bytes, none at its end.

        Errors: IntakeError if it cannot be read or is larger than any file of the FDA.
        """
        try:
            data = self._file.read(min(size, self._room - self._count + 1))
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise unreadable(self.name, error) from error
        self._count += len(data)
        if self._count > self._room:
            raise self._too_large()
        return data

    def _too_large(self) -> IntakeError:
        return IntakeError(
            "intake.unreadable",
            f"{self.name} has, or unpacks to, more than any file of the FDA has.",
            "Download it again, from the FDA or the National Library of Medicine.",
        )


def downloads(path: Path, ending: str, largest: int = LARGEST_MEMBER) -> Iterator[Download]:
    """Give a file with this ending by itself, or all members of a .zip that have it.

    An ending such as `/device.txt` is a whole name, in whichever folder of the archive; `largest`
    is how many bytes each may have when it is unpacked.

    Errors: IntakeError if the file or the archive cannot be read.
    """
    try:
        if path.suffix.lower() != ".zip":
            with path.open("rb") as file:
                yield Download(path.name, file, None, largest)
            return
        with zipfile.ZipFile(path) as archive:
            for member in _members(archive, path.name, ending):
                name = f"{path.name}: {shown(member.filename)}"
                with archive.open(member) as packed:
                    yield Download(name, packed, member.compress_size, largest)
    except (OSError, NotImplementedError, RuntimeError, zipfile.BadZipFile) as error:
        raise unreadable(path.name, error) from error


def holds(path: Path, ending: str) -> bool:
    """Say whether a .zip has a member with this ending; False too for what is no .zip.

    Errors: IntakeError if it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(_members(archive, path.name, ending))
    except zipfile.BadZipFile:
        return False
    except OSError as error:
        raise unreadable(path.name, error) from error


def _members(archive: zipfile.ZipFile, name: str, ending: str) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise unreadable(name, zipfile.BadZipFile())
    return [member for member in members if f"/{member.filename.lower()}".endswith(ending)]


def unreadable(name: str, error: Exception) -> IntakeError:
    """Tell of a file that cannot be read."""
    return IntakeError(
        "intake.unreadable",
        f"{name} cannot be read ({type(error).__name__}).",
        "Download it again.",
    )
