"""Rows of the official text files, and their columns by the text that stands over them.

The files come as CSV or parted by tabs, in latin-1, with a preamble, and with headings that run
over several lines: a column is known by all that stands over it, read downwards. Its place is never
relied on, for it changes from year to year.
"""

from __future__ import annotations

import csv
import hashlib
import re
from decimal import Decimal
from typing import IO, TYPE_CHECKING, NamedTuple

from proofline.claims.fees.trouble import FeesError, bad_file
from proofline.intake.payloads.unpacking import HEAD_BYTES, is_packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LONGEST_LINE = 1 << 16
"""No official line comes near this many bytes; a longer one is not read on."""

AGAIN = "Download the file from CMS again, and give its .csv or .txt as it is."
PREAMBLE = 40
"""The heading stands within so many lines."""

CODE_LENGTH = 5
"""So many characters have HCPCS codes."""

_BOM = b"\xef\xbb\xbf"
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,6})?|\.\d{1,6}", re.ASCII)
_CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]", re.ASCII)


class Row(NamedTuple):
    """One row: the line of the file on which it ends, and its cells without outer blanks."""

    line: int
    cells: list[str]

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells)


class Text:
    """An official file, read row by row; when all is read, `sha256` is its digest."""

    def __init__(self, path: Path) -> None:
        """Keep where it lies; nothing is read yet."""
        self.path, self.name = path, path.name
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The digest of what was read so far."""
        return self._digest.hexdigest()

    def rows(self) -> Iterator[Row]:
        """Give every row. Errors: FeesError, if it is packed, no text, or a quote never closes."""
        self._digest = hashlib.sha256()
        try:
            with self.path.open("rb") as file:
                yield from self._rows(file)
        except OSError as error:
            raise bad_file(self.name, "it cannot be read.", "Check path and rights.") from error

    def _rows(self, file: IO[bytes]) -> Iterator[Row]:
        head = file.read(1 << 14)
        if is_packed(head[:HEAD_BYTES]):
            cure = "Unpack the .zip, and give the .csv or .txt that is in it; .xlsx is not read."
            raise bad_file(self.name, "it is packed.", cure)
        file.seek(0)
        tabs = b"\t" in head
        reader = csv.reader(
            self._lines(file),
            delimiter="\t" if tabs else ",",
            quoting=csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL,
            strict=True,
        )
        try:
            for cells in reader:
                yield Row(reader.line_num, [cell.strip() for cell in cells])
        except csv.Error as error:
            raise bad_file(
                self.name, "its quotes do not close.", AGAIN, line=reader.line_num
            ) from error

    def _lines(self, file: IO[bytes]) -> Iterator[str]:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            self._digest.update(line)
            if len(line) > LONGEST_LINE or b"\0" in line:
                raise bad_file(self.name, "it is no text file of CMS's.", AGAIN, line=number)
            yield (line.removeprefix(_BOM) if number == 1 else line).decode("latin-1")

    def bad(self, why: str, *, line: int | None = None, column: str = "") -> FeesError:
        """Make the error that something in this file is wrong."""
        return bad_file(self.name, why, AGAIN, line=line, column=column)


class Heading:
    """The columns of a file by all the text over them, in capitals with single blanks."""

    def __init__(self, text: Text, rows: Iterable[Row]) -> None:
        """Read the heading downwards from the rows over which it runs."""
        stacked = list(rows)
        self.text, self.line = text, stacked[-1].line
        self.width = max(len(row.cells) for row in stacked)
        self.titles = [
            upper(" ".join(row.cells[at] for row in stacked if at < len(row.cells)))
            for at in range(self.width)
        ]

    def find(self, name: str, pattern: str) -> int:
        """Give the one column whose title the pattern finds; FeesError if there is not just one."""
        found = self.all(pattern)
        if len(found) != 1:
            why = f"the heading has {'no' if not found else 'more than one'} such column."
            raise self.text.bad(why, line=self.line, column=name)
        return found[0]

    def all(self, pattern: str) -> list[int]:
        """Give every column whose title the pattern finds."""
        return [at for at, title in enumerate(self.titles) if re.search(pattern, title)]

    def number(self, row: Row, at: int) -> Decimal:
        """Read a number that is not negative. Errors: FeesError for anything else."""
        if not _NUMBER.fullmatch(row.cells[at]):
            raise self.text.bad("there is no number.", line=row.line, column=self.titles[at])
        return Decimal(row.cells[at])

    def code(self, row: Row, at: int) -> str:
        """Read a code of five characters. Errors: FeesError for anything else."""
        if not _CODE.fullmatch(row.cells[at]):
            raise self.text.bad("there is no HCPCS code.", line=row.line, column=self.titles[at])
        return row.cells[at]

    def checked(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Give the rows that are not blank. Errors: FeesError if one is not as wide as the heading.

        A row may be wider or narrower by cells that are empty.
        """
        for row in rows:
            missing = self.width - len(row.cells)
            if missing and any(row.cells[self.width :]):
                raise self.text.bad("the row is wider than the heading.", line=row.line)
            if not row.blank:
                yield Row(row.line, row.cells + [""] * missing) if missing else row


def upper(title: str) -> str:
    """Give a title in capitals with single blanks."""
    return " ".join(title.upper().split())


def is_code(cell: str) -> bool:
    """Say whether a cell holds something of the form of a HCPCS code."""
    return _CODE.fullmatch(cell) is not None
