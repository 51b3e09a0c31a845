"""Evidence trouble: a row that cannot be used is data, kept with its place and its cure.

Operator trouble (a folder that is not there, a file that cannot be opened, a strict reading that
found bad rows) is raised; everything else is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from proofline.errors import ProoflineError, Refused


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason why one row was set aside.

    `line` is the physical line on which the row begins, counted from 1 (for Parquet and DuckDB the
    number of the row). `value` is the cell and `row` the whole row as they were sent, as text; both
    may hold patient data and are therefore left out of `repr`.
    """

    table: str
    file: str
    line: int
    column: str
    value: str | None = field(repr=False)
    expected: str
    cure: str
    row: str = field(repr=False)

    def __str__(self) -> str:
        """Say place, expectation and cure; never what was sent."""
        return f"{self.file}:{self.line}: {self.column}: expected {self.expected}; {self.cure}"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that its reader could not take apart: where it begins, what was wrong, how it came."""

    line: int
    column: str
    value: str | None
    expected: str
    cure: str
    row: str


class EvidenceUnreadable(ProoflineError):
    """A folder or file that cannot be read at all; to decide without it would mislead."""

    exit_status: ClassVar[int] = 1


class EvidenceRefused(Refused):
    """Strict reading found rows that would have to be set aside."""
