"""The form of the contract: what can be said of a table, and of a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "choice", "date", "instant", "boolean", "number", "list"]
"""What a cell holds: an opaque id, free text, one of a few words, a local day, a moment, yes or no, a decimal, a list."""

Clock = Literal["", "patient_id", "enrollment_id", "assignment"]
"""Whose time zone reads an instant without an offset: the patient named, the enrollment's, or the device's wearer."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table: its name, what its cells hold, its meaning, whether blanks are refused.

    `choices` are all the words that a `choice` may hold, and those with a meaning that a `text` may.
    """

    name: str
    kind: Kind
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
    """One table: its grain, its columns, what identifies a row and what a row must satisfy as a whole.

    `key` names the columns that identify a row. Two rows of one `key` with different content contradict each other;
    `on_conflict` says what then happens: `set_aside` both, `correct` (the later received holds), or `keep` both.
    `large` tables may hold tens of millions of rows and stay views over the files that can be scanned.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    on_conflict: Literal["set_aside", "correct", "keep"] = "set_aside"
    orders: tuple[Order, ...] = ()
    clock: Clock = ""
    large: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in the order of the contract."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called `name`; a name that the contract does not know is our own mistake and crashes."""
        return next(column for column in self.columns if column.name == name)


def id_column(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "id", meaning, required)


def text_column(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "text", meaning, required)


def choice_column(name: str, choices: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "choice", meaning, required, tuple(choices.split()))


def date_column(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "date", meaning, required)


def instant_column(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "instant", meaning, required)


def boolean_column(name: str, meaning: str) -> Column:
    return Column(name, "boolean", meaning)


def number_column(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning)


def list_column(name: str, meaning: str) -> Column:
    return Column(name, "list", meaning)
