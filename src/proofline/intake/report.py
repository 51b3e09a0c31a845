"""What became of each file that was taken in: the rows, and all that did not become a row.

Nothing here holds anything about a patient but opaque resource ids: values, names, dates and free
text of the input are never repeated.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["waiting", "not_mapped", "refused", "note"]
_LONGEST_SHOWN = 80
LISTED = 1_000
"""So many troubles of one code and file are listed: more are read by nobody, and take memory."""

_NUMBER = re.compile(r"\d+")


class IntakeError(ProoflineError):
    """The input or the evidence folder could not be read or written; nothing was changed."""


class Place(Struct, frozen=True, gc=False):
    """Where something stood: the file, `line 3` or `entry 2` within it, and `Type/id`."""

    file: str
    where: str = ""
    resource: str = ""


class Trouble(Struct, frozen=True, gc=False):
    """One thing to know about one resource.

    `kind` is `waiting` (it would come in if the cure were applied), `not_mapped` (evidence has no
    place for it), `refused` (it is broken or contradicts what is there) or `note` (it came in, and
    this is to be known of it). `path` is the element, `code` a stable short name.
    """

    place: Place
    kind: Kind
    code: str
    path: str
    reason: str
    cure: str


class FileReport(Struct):
    """What became of one file; counts are resources by type and rows by table.

    `already` are rows that the folder said before, `corrected` those of `added` that give a reading
    already there other content. Of each code of trouble the first thousand are listed; how many
    more there were of it is in `more`.
    """

    file: str
    resources: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    already: Counter[str] = field(default_factory=Counter)
    corrected: Counter[str] = field(default_factory=Counter)
    troubles: list[Trouble] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)
    _listed: Counter[str] = field(default_factory=Counter)

    def tell(self, trouble: Trouble) -> None:
        """List a trouble, or count it where a thousand of its code are listed already."""
        if self._listed[trouble.code] < LISTED:
            self._listed[trouble.code] += 1
            self.troubles.append(trouble)
        else:
            self.more[trouble.code] += 1

    def counted(self, code: str) -> bool:
        """Count one more trouble of a code if a thousand are listed already; say whether it was."""
        is_full = self._listed[code] >= LISTED
        if is_full:
            self.more[code] += 1
        return is_full

    def put_in_order(self) -> None:
        """Order the troubles as their places stand in the file."""
        self.troubles.sort(
            key=lambda one: [int(number) for number in _NUMBER.findall(one.place.where)]
        )

    def of_kind(self, kind: Kind) -> list[Trouble]:
        """Give the troubles of one kind in the order of the file."""
        return [trouble for trouble in self.troubles if trouble.kind == kind]


class Report(Struct):
    """What became of all files of one intake, and the tables that were written."""

    files: list[FileReport] = field(default_factory=list)
    written: dict[str, Path] = field(default_factory=dict)
    _by_name: dict[str, FileReport] = field(default_factory=dict)

    def of(self, file: str) -> FileReport:
        """Give the report of a file, begun if nothing was told of it before."""
        if file not in self._by_name:
            self._by_name[file] = FileReport(file)
            self.files.append(self._by_name[file])
        return self._by_name[file]

    def put(self, one: FileReport) -> None:
        """Put in the report of a file that was begun elsewhere."""
        self._by_name[one.file] = one
        self.files.append(one)

    def added(self) -> Counter[str]:
        """Count the rows added by table, over all files."""
        return sum((one.added for one in self.files), Counter[str]())

    def troubles(self) -> list[Trouble]:
        """Give all troubles, file by file."""
        return [trouble for one in self.files for trouble in one.troubles]


def shown(text: str) -> str:
    """Make foreign text safe for a terminal: printable ASCII, at most 80 characters."""
    if text.isascii() and text.isprintable() and len(text) <= _LONGEST_SHOWN:
        return text
    safe = "".join(mark if mark.isascii() and mark.isprintable() else "?" for mark in text)
    return safe if len(safe) <= _LONGEST_SHOWN else safe[: _LONGEST_SHOWN - 1] + "~"
