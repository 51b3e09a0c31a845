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

_RATIO_FROM = 1 << 20


class Download:
    """A file to read from its beginning, called `name` in messages.

    `packed` is how many bytes it takes in its archive, None for a file by itself.
    """

    def __init__(self, name: str, file: IO[bytes], packed: int | None = None) -> None:
        self.name = name
        self._file = file
        self._count = 0
        ratio = LARGEST_MEMBER if packed is None else max(_RATIO_FROM, packed * HIGHEST_RATIO)
        self._room = min(LARGEST_MEMBER, ratio)

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
            raise IntakeError(
                "intake.unreadable",
                f"{self.name} unpacks to more than any file of the FDA has.",
                "Download it again, from the FDA or the National Library of Medicine.",
            )
        return data


def downloads(path: Path, ending: str) -> Iterator[Download]:
    """Give a file with this ending by itself, or all members of a .zip that have it.

    Errors: IntakeError if the file or the archive cannot be read.
    """
    try:
        if path.suffix.lower() != ".zip":
            with path.open("rb") as file:
                yield Download(path.name, file)
            return
        with zipfile.ZipFile(path) as archive:
            for member in _members(archive, path.name, ending):
                name = f"{path.name}: {shown(member.filename)}"
                with archive.open(member) as packed:
                    yield Download(name, packed, member.compress_size)
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
    return [member for member in members if member.filename.lower().endswith(ending)]


def unreadable(name: str, error: Exception) -> IntakeError:
    """Tell of a file that cannot be read."""
    return IntakeError(
        "intake.unreadable",
        f"{name} cannot be read ({type(error).__name__}).",
        "Download it again.",
    )
