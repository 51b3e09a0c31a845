"""Operator trouble: one family of errors, each of which says what to do next.

    ProoflineError          1   something the operator must mend
    ├── WrongUse            2   the command or the call was put together wrongly
    ├── Refused             3   strict reading found rows that it would have to set aside
    └── further kinds      1   stand in the rooms that raise them: evidence, packs, intake, decide

The number is the exit status of the command line. Evidence trouble is not an error but data: a
finding or a row set aside. Our own mistakes are not of this family either; they crash. Every code
is listed in docs/errors.md.
"""

from __future__ import annotations

import errno
from typing import ClassVar

_FULL = ("disk is full", "no space left", "could not extend file")
_NO_ROOM = "53100"
"""What SQLite and PostgreSQL say, and PostgreSQL's number for it."""


class ProoflineError(Exception):
    """Trouble that the operator can mend.

    `code` is a short stable name (`pack.unknown_key`), `message` says what is wrong, where and why,
    and `remedy` what to do next. None of the three may hold anything about a patient but an opaque
    id.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, code: str, message: str, remedy: str) -> None:
        """Keep the three parts; they are the arguments of the exception too, so that it pickles."""
        super().__init__(code, message, remedy)
        self.code = code
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        """Give the message and, after it, what to do next."""
        return f"{self.message} {self.remedy}".rstrip()


class WrongUse(ProoflineError):
    """The caller asked for what does not exist or makes no sense, such as a day that is no date."""

    exit_status: ClassVar[int] = 2


class Refused(ProoflineError):
    """Strict reading met rows that it would otherwise have set aside and counted."""

    exit_status: ClassVar[int] = 3


def is_full(error: BaseException | None) -> bool:
    """Whether an error of the system or of a database says that a disk is full."""
    if getattr(error, "errno", 0) == errno.ENOSPC:
        return True
    cause = getattr(error, "__cause__", None)  # PostgreSQL's own error, in whatever language
    told = str(error).lower()
    return getattr(cause, "sqlstate", "") == _NO_ROOM or any(words in told for words in _FULL)
