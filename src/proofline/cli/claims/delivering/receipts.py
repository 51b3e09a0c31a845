"""What was delivered: a log beside the book that keeps a file from being delivered twice.

Each delivery writes down `begun` before anything leaves, `renaming` before the file gets its name
at the other end, and `done` after. A crash before `renaming` is safe to retry; after it, the other
end is looked at, and where that does not tell, a person must.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from proofline.claims.book.log import sync_folder
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Stage = Literal["begun", "renaming", "done"]
NAME = "receipts.ndjson"


class Receipt(msgspec.Struct, frozen=True):
    """One stage of one delivery: the digest of the file, its name, where to, who, and when."""

    digest: str
    name: str
    to: str
    stage: Stage
    by: str
    at: str


class There(Protocol):
    """The other end: a folder that takes files aside and then gives them their name."""

    where: str

    def size(self, name: str) -> int | None:
        """Give the size of a file in bytes, None where there is none."""

    def read(self, name: str) -> bytes:
        """Give what a file holds."""

    def put(self, name: str, data: bytes) -> None:
        """Write a file, or what is missing of it; durable where the other end can do that."""

    def rename(self, name: str, to: str) -> None:
        """Give a file its name; never over another."""


class Receipts:
    """The log of one book, held under a lock while something is delivered."""

    def __init__(self, folder: Path) -> None:
        """Open the log in the folder of a book."""
        self._path = folder / NAME

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other delivery of this book waiting."""
        file = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def last(self, digest: str) -> Receipt | None:
        """Give how far the delivery of a file came, wherever it went.

        Errors: ProoflineError if the log is damaged.
        """
        if not self._path.exists():
            return None
        lines = self._path.read_bytes().splitlines()
        try:
            found = [msgspec.json.decode(one, type=Receipt) for one in lines if one.endswith(b"}")]
        except msgspec.DecodeError as error:
            raise ProoflineError(
                "claims.receipts_damaged",
                f"A line of {self._path} is not what was written; nothing was sent.",
                "Put the file back from a backup: without it, a file might leave twice.",
            ) from error
        return next((one for one in reversed(found) if one.digest == digest), None)

    def add(self, receipt: Receipt) -> None:
        """Write down a stage; it is on disk when this returns."""
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, b"\n" * self._torn() + msgspec.json.encode(receipt) + b"\n")
            os.fsync(file)
        finally:
            os.close(file)
        sync_folder(self._path.parent)

    def _torn(self) -> bool:
        """Tell whether a power cut left a line without its end."""
        data = self._path.read_bytes()
        return bool(data) and not data.endswith(b"\n")


def deliver(
    receipts: Receipts,
    there: There,
    file: tuple[str, bytes],
    act: tuple[str, str],
    *,
    first: Callable[[], None],
) -> str:
    """Deliver a file once; gives what was done, in words.

    `first` is called while no other delivery of the book runs, before anything leaves for the first
    time; what it raises keeps the file here. The file is written under a name that nobody takes up,
    its size is compared, and only then it gets its name. Errors: ProoflineError where it cannot be
    known whether it was taken up already, or where another file has its name.
    """
    name, data = file
    digest, part = sha256(data).hexdigest(), f".{name}.part"
    with receipts.held():
        last = receipts.last(digest)
        if last and last.stage == "done":
            return f"was delivered to {last.to} on {last.at}; not again"
        if last is None or last.stage == "begun":
            first()

        def say(stage: Stage) -> None:
            """Write down how far it came."""
            receipts.add(Receipt(digest, name, there.where, stage, *act))

        if there.size(name) is not None:
            if there.size(name) != len(data) or there.read(name) != data:
                raise ProoflineError(
                    "claims.send_exists",
                    f"Another file named {name} is at {there.where}; it was left as it is.",
                    "Give the file another name.",
                )
            say("done")
            return f"is at {there.where} already; not again"
        if last and last.stage == "renaming" and there.size(part) is None:
            raise ProoflineError(
                "claims.send_unknown",
                f"Whether {name} was delivered to {last.to} cannot be known: it was cut off at the"
                " last step, and is not there any more.",
                "Ask the receiver. If it was not taken up, take its last line out of"
                f" {NAME} and send again.",
            )
        say("begun")
        there.put(part, data)
        if (size := there.size(part)) != len(data):
            raise ProoflineError(
                "claims.send_size",
                f"{there.where} has {size} bytes of {name} instead of {len(data)}.",
                "Send again: what is missing is sent then, and nothing twice.",
            )
        say("renaming")
        there.rename(part, name)
        say("done")
    return f"delivered to {there.where}, {len(data):,} bytes"
