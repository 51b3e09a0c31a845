"""The form of the contract: what can be said of a table, and of a column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["id", "text", "choice", "date", "instant", "boolean", "number", "list"]
"""An opaque id, text, one of a few words, a local day, a moment, yes or no, a decimal, a list."""

Clock = Literal["", "patient_id", "enrollment_id", "assignment"]
"""By whose zone an instant without an offset is read: that of the patient named, of the
enrollment's, or of whoever had the device; blank where a table has no instants."""

Conflict = Literal["set_aside", "complete", "correct", "keep", "doubt"]
"""What becomes of rows of one key with different content: none is used; they complete each other
where one is blank, and none is used if they say two things; the one received last holds; all are
used; or none is used as it stands, and each stays for what it may yet be, under an id of its own
and without what it would be counted by (see `Table.in_doubt`)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table: what its cells hold, what they mean, whether a blank is refused.

    `choices` are the words that a `choice` may hold; for other kinds there are none.
    """

    kind: Kind
    name: str
    meaning: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Two columns that must stand in time order; `strict` refuses equal ones as well."""

    earlier: str
    later: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its grain, its columns, what identifies a row and what a row must satisfy.

    `key` names the columns that identify a row. A `large` table may hold tens of millions of rows,
    and where its file can be scanned it is never copied. `in_doubt` are the columns that are
    unknown in rows of one key that contradict each other, where these stay.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    on_conflict: Conflict = "set_aside"
    in_doubt: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    clock: Clock = ""
    large: bool = False
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The column names in the order of the contract."""

    def __post_init__(self) -> None:
        """Gather the names once: they are asked for with every row."""
        object.__setattr__(self, "names", tuple(column.name for column in self.columns))

    @property
    def corrected(self) -> bool:
        """Whether a row may be the correction of another."""
        return self.on_conflict == "correct"

    def column(self, name: str) -> Column:
        """The column called `name`, which must be one of the contract."""
        return next(column for column in self.columns if column.name == name)
