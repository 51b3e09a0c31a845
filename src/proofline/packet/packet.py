"""All that is told of one claim line: plain frozen data, the same for the page and for programs.

It is put together from the explanation (`explain`), whose parts stand in it unchanged, and from the
papers as they are on file. What is not on file is an empty part and is named in `missing`; a
carrier prints it as "not on file" and never leaves it out.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from proofline.decide.chart import Call, Contested, Reading, Work
from proofline.explain.explanation import DayMark, Left, Standing

SCHEMA = "proofline.packet/1"

Row = dict[str, Any]
"""A row of evidence in the columns of its table: days as days, instants in UTC."""


class Span(Struct, frozen=True):
    """A period on one of the two clocks, with its minutes and live calls; `decides` marks ours.

    `number` is that of a cycle; `possible_minutes` is what settling all doubts could make of them.
    """

    kind: str
    start: date
    end: date
    number: int | None
    decides: bool
    minutes: int | None
    possible_minutes: int | None
    live_calls: int | None


class Line(Struct, frozen=True):
    """The line of the packet, as `claims` names it; `title` is ours, for CPT's wording is AMA's."""

    line_id: str
    title: str
    clock: str
    period: str


class Said(Struct, frozen=True):
    """Which findings earned the line, stand against it, or are only to be known: by requirement."""

    earned_by: tuple[str, ...]
    against: tuple[str, ...]
    to_know: tuple[str, ...]


class Logged(Struct, frozen=True):
    """One reading of the raw log: as it came, on which days, and whether it counts.

    `measured_utc` is the instant of `reading.measured_at`, which is in the patient's time. One that
    is not `inside` lies in the period by its UTC day only; it is there for the count by UTC.
    """

    reading: Reading
    measured_utc: datetime
    inside: bool
    standing: Standing
    why: str


class Worked(Struct, frozen=True):
    """One piece of work within one day, whether it counts, and the time entry it is part of."""

    work: Work
    standing: Standing
    why: str
    entry: Row


class Called(Struct, frozen=True):
    """One attempt to communicate, whether it is live, and when it ended."""

    call: Call
    standing: Standing
    why: str
    ended_at: datetime | None


class TextRead(Struct, frozen=True):
    """A consent text word for word, with the digest of its words; blank where they are unknown."""

    version: str
    language: str
    words: str
    digest: str
    effective: date | None


class Cited(Struct, frozen=True):
    """A citation and the document behind it, with what was read of it and how sure it makes us."""

    cite: str
    title: str
    publisher: str
    date: str
    url: str
    read: str
    grade: str


class Chosen(Struct, frozen=True):
    """A policy: a point that no source settles and the choice made; `cite` is empty without one."""

    name: str
    choice: str
    text: str
    cite: str


class Law(Struct, frozen=True):
    """The page of the law that ruled the line, what it cites, and its policies."""

    page: str
    title: str
    effective: date
    digest: str
    cited: tuple[Cited, ...]
    policies: tuple[Chosen, ...]


class Step(Struct, frozen=True):
    """One step of the line in the book: what happened, who did it, when, why, and what was said."""

    number: int
    kind: str
    state: str
    who: str
    at: datetime
    why: str
    detail: dict[str, str]


class Billed(Struct, frozen=True):
    """The line in the book: its state, its claim, the charge in cents, and its story."""

    state: str
    claim_id: str
    charge: int
    modifiers: tuple[str, ...]
    diagnoses: tuple[str, ...]
    steps: tuple[Step, ...]


class Packet(Struct, frozen=True):
    """Everything that defends one line, or tells that it cannot be defended.

    `papers` are the rows that bear on the line, by the names of the evidence contract. `days` has
    one mark for each local day of the period, `spans` both clocks side by side. `billed` is None
    without a book that has the line. `missing` names the parts of which nothing is on file.
    """

    schema: str
    line: Line
    as_of: date
    time_zone: str
    decision: dict[str, Any]
    said: Said
    beside: tuple[tuple[str, str, int], ...]
    spans: tuple[Span, ...]
    days: tuple[DayMark, ...]
    readings: tuple[Logged, ...]
    work: tuple[Worked, ...]
    calls: tuple[Called, ...]
    contested: tuple[Contested, ...]
    left: tuple[Left, ...]
    papers: dict[str, tuple[Row, ...]]
    texts: tuple[TextRead, ...]
    law: Law
    billed: Billed | None
    amendments: tuple[Row, ...]
    missing: tuple[str, ...]

    @property
    def patient(self) -> Row:
        """The patient's row; blank cells are unknown."""
        return self.papers["patients"][0]

    @property
    def enrollment(self) -> Row:
        """The enrollment's row."""
        return self.papers["enrollments"][0]

    def performer(self, performer_id: str | None) -> Row:
        """The row of somebody who works or bills; empty where none is on file."""
        for row in self.papers["performers"]:
            if row["performer_id"] == performer_id:
                return row
        return {}
