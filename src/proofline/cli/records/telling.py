"""What a replay says, and how it counts: each kind of difference told a few times, then counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from proofline.cli.counting import counted
from proofline.cli.trouble import note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proofline.decide.records.keeping import Head
    from proofline.decide.records.record import Record

LONGEST = 60
EACH = 5000


@dataclass
class Telling:
    """Tells on standard output what differs, at most `most` of each kind; `amiss` sums it up."""

    most: int
    progress: bool = False
    amiss: int = 0
    told: int = field(default=0, init=False)
    seen: int = field(default=0, init=False)

    def begin(self, what: str) -> None:
        """Begin a new count."""
        self.told = self.seen = 0
        self.show(what)

    def show(self, what: str) -> None:
        """Say on standard error what is being done."""
        if self.progress:
            note(what)

    def went_by(self, what: str) -> None:
        """Count one decision."""
        self.seen += 1
        if self.seen % EACH == 0:
            self.show(f"{self.seen:,} {what}")

    def tell(self, title: str, lines: Iterable[str]) -> None:
        """Tell one difference under its title."""
        self.told += 1
        if self.told <= self.most:
            click.echo(title)
            for line in lines:
                click.echo(f"  {line}")
        elif self.told == self.most + 1:
            click.echo("… and more, which --most tells")

    def wrong(self, what: str) -> None:
        """Tell of something that is not as it was kept."""
        self.amiss += 1
        click.echo(what)


def named(record: Record) -> str:
    """Name a decision: its code, its enrollment and its period."""
    enrollment, kind, start, code = record.key
    return f"{code} of {enrollment}, {kind} from {start}"


def short(value: object) -> str:
    """Write a value on one line, cut where it is long."""
    if value is None or isinstance(value, bool):
        return "unknown" if value is None else "yes" if value else "no"
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def edition_notes(head: Head, texts: Mapping[str, str], tzdata: str) -> list[str]:
    """Say in what this edition is not the one that decided: its text, and its time zones."""
    from proofline.decide.records.texts import differing  # noqa: PLC0415

    notes = []
    files = list(differing(head.texts, texts))
    if files:
        notes.append(f"the engine's text is another than then: {', '.join(files)}")
    if head.setting.tzdata != tzdata:
        notes.append(f"the time zone database was {head.setting.tzdata} then and is {tzdata} now")
    return notes


def summed_up(seen: int, told: int, what: str) -> str:
    """Say how many of so many decisions differ."""
    return f"{counted(seen, 'decision')} {what}: {told:,} {'differs' if told == 1 else 'differ'}"
