"""The log of a book: one act a line, in `book.ndjson`, only ever added to.

Each line carries the SHA-256 of the line before and of its own entry, so an entry cannot be
changed, taken out or put in unseen. An act is one line, however many claims it moves: it is there
whole or not at all. It is on disk before anybody is told that it happened. What a power cut leaves
of a line, without its end or with blocks that were never written, was never answered: it is cut off
when the next act is written, and kept aside as `book.torn`.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct, field

from proofline.claims.book.basis import Basis
from proofline.claims.claim import Claim, State
from proofline.claims.trouble import ClaimsError

NAME, TORN = "book.ndjson", ".torn"
_PRIVATE = 0o600


class Act(Struct, frozen=True):
    """Who did something, at which aware instant, and why; all three are given by the caller."""

    who: str
    at: datetime
    why: str = ""


class Change(Struct, frozen=True, omit_defaults=True):
    """One step of one line. `detail` is what an answer said: file, payer's claim number, amounts.

    `held` is the reason of a hold; an empty text releases; None leaves it as it is. `basis` is what
    the line was drawn from last, told when it is drawn and again when it is sent. `left` is what
    the last answer said that is left where one was taken off the line; None: none was.
    """

    line_id: str
    to: State | None = None
    claim_id: str = ""
    held: str | None = None
    detail: dict[str, str] = field(default_factory=dict)
    basis: Basis | None = None
    left: dict[str, str] | None = None


class Entry(Struct, frozen=True, omit_defaults=True):
    """One act in the book. `number` counts from 1; `controls` are control numbers used last.

    `as_of` is the day of the decisions that were drawn; `aside` are answers that a person set aside
    for good, by their marks, with what they said.
    """

    number: int
    kind: str
    act: Act
    changes: tuple[Change, ...] = ()
    claims: tuple[Claim, ...] = ()
    controls: dict[str, int] = field(default_factory=dict)
    as_of: date | None = None
    aside: dict[str, str] = field(default_factory=dict)


class _Line(Struct, frozen=True):
    digest: str
    entry: msgspec.Raw


class Numbered(Protocol):
    """An entry of any log; the first is 1."""

    @property
    def number(self) -> int:
        """Its number in the log."""


Kind = TypeVar("Kind", bound=Numbered)


class Chained(Protocol[Kind]):
    """A log wherever it is kept: read forward as it grows, added to while nobody else does.

    What each of these promises stands at `Log`, which keeps it in a file.
    """

    def news(self) -> Iterator[Kind]:
        """Yield the entries added since the last call."""

    def writing(self) -> AbstractContextManager[None]:
        """Keep everybody else from writing."""

    def add(self, entry: Kind) -> None:
        """Add an entry, inside `writing` and after all `news`."""

    @property
    def following(self) -> int:
        """The number of the next entry."""


class Log(Generic[Kind]):
    """A file of entries of one kind, read forward as it grows and added to under a lock."""

    def __init__(self, folder: Path, name: str, kind: type[Kind]) -> None:
        """Open the log of that name in a folder, which is made if it is not there."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(folder, error) from error
        self.path = folder / name
        self._read = 0
        self._digest = ""
        self._numbers = 0
        self._decode = msgspec.json.Decoder(kind).decode

    def news(self) -> Iterator[Kind]:
        """Yield the entries added since the last call. An end that was torn off is not read.

        Errors: ClaimsError if an entry was changed after it was written.
        """
        if not self.path.exists():
            return
        try:
            with self.path.open("rb") as file:
                file.seek(self._read)
                for line in file:
                    if not line.endswith(b"\n") or b"\0" in line:
                        if file.readline():
                            raise self._damaged()  # no power cut leaves a line behind a torn one
                        return
                    entry = self._checked(line)
                    self._read += len(line)
                    yield entry
        except OSError as error:
            raise _unusable(self.path.parent, error) from error

    def _checked(self, line: bytes) -> Kind:
        try:
            sent = msgspec.json.decode(line, type=_Line)
            entry = self._decode(sent.entry)
        except msgspec.MsgspecError as error:
            raise self._damaged() from error
        digest = digest_after(self._digest, bytes(sent.entry))
        if sent.digest != digest or entry.number != self._numbers + 1:
            raise self._damaged()
        self._digest, self._numbers = digest, entry.number
        return entry

    def _damaged(self) -> ClaimsError:
        return ClaimsError(
            "claims.book_damaged",
            f"Entry {self._numbers + 1} of {self.path} is not what was written.",
            "Put the file back from a backup; nothing is written to it until then.",
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep everybody else from writing. Read the `news` inside, before anything is decided."""
        try:
            file = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, _PRIVATE)
        except OSError as error:
            raise _unusable(self.path.parent, error) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def add(self, entry: Kind) -> None:
        """Add an entry and make it durable; to be called inside `writing`, after all `news`.

        Errors: ClaimsError if it could not be written; the book is then as it was.
        """
        raw = msgspec.json.encode(entry)
        digest = digest_after(self._digest, raw)
        line = (b'{"digest":"' + digest.encode() + b'","entry":', raw, b"}\n")  # no second copy
        try:
            self._put(line)
        except OSError as error:
            raise _unusable(self.path.parent, error) from error
        self._read += sum(map(len, line))
        self._digest, self._numbers = digest, entry.number

    @property
    def following(self) -> int:
        """The number of the next entry."""
        return self._numbers + 1

    def _put(self, line: Iterable[bytes]) -> None:
        new = not self.path.exists()
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            self._cut_off_torn(file)
            try:
                _write_all(file, line, self._read)
                os.fsync(file)
            except OSError:
                os.ftruncate(file, self._read)
                raise
        finally:
            os.close(file)
        if new:
            sync_folder(self.path.parent)

    def _cut_off_torn(self, file: int) -> None:
        torn = os.fstat(file).st_size - self._read
        if torn > 0:
            left = os.pread(file, torn, self._read)
            if b"\n" in left[:-1]:
                raise self._damaged()
            with self.path.with_suffix(TORN).open("ab") as aside:
                aside.write(left + b"\n")
            os.ftruncate(file, self._read)


def _write_all(file: int, line: Iterable[bytes], place: int) -> None:
    for piece in line:
        left = memoryview(piece)
        while left:
            written = os.pwrite(file, left, place)
            left, place = left[written:], place + written


def sync_folder(folder: Path) -> None:
    """Make a name that is new in a folder durable."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def digest_after(before: str, raw: bytes) -> str:
    """Chain an entry's bytes to the digest of the entry before it; blank before the first."""
    digest = sha256(before.encode())
    digest.update(raw)
    return digest.hexdigest()


def _unusable(folder: Path, error: OSError) -> ClaimsError:
    return ClaimsError(
        "claims.book_unusable",
        f"The book in {folder} cannot be read or written ({error.strerror}); it is as it was.",
        "Check the folder's permissions and make room, then give the same command again.",
    )
