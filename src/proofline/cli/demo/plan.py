"""What is particular about one patient of the synthetic practice.

A plan describes the first cycle exactly where a trap needs it and leaves the rest to habit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from proofline.cli.demo.book import Book, Row

AS_OF = date(2026, 4, 20)
FIRST_DAY = date(2026, 1, 2)  # cycle 1 is then 2 to 31 January: one calendar month
CYCLE_DAYS = 30

DayAndTime = tuple[int, str]  # day 1 to 30 of the first cycle; the time on the patient's wall
Stretch = tuple[int, str, int, str]  # day, time, seconds, activity
USUAL_CALL: tuple[Row, ...] = ({"channel": "phone", "reached": "patient"},)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One enrollment of the demonstration.

    `name` tells the trap and `lesson` what it shows. `readings`, `work` and `calls` describe the
    first cycle; an empty tuple of readings or of work leaves it to habit. `change` replaces cells
    of the rows made for a table, and `twist` adds rows that only this trap has. `episode` tells a
    second enrollment of the patient from the first. Only who is `new` to the cuff may begin late;
    who is `constant` uses it nearly every morning to this day.
    Nothing happens after the day `as_of`.
    """

    name: str
    lesson: str
    zone: str = "America/New_York"
    anchor: date = FIRST_DAY
    cycles: int | None = None
    readings: tuple[DayAndTime, ...] = ()
    work: tuple[Stretch, ...] = ()
    calls: tuple[Row, ...] = USUAL_CALL
    program: str = "RPM"
    episode: str = ""
    signed: bool = True
    consented: bool = True
    as_of: date = AS_OF
    change: Mapping[str, Row] = field(default_factory=dict)
    twist: Callable[[Book, Plan], None] | None = None
    new: bool = False
    constant: bool = False

    @property
    def patient(self) -> str:
        """The patient's id; it tells the trap."""
        return f"DEMO-{self.name}"

    @property
    def enrollment(self) -> str:
        """The enrollment's id: the patient, the program and the episode."""
        return f"{self.patient}-{self.program}{self.episode}"

    @property
    def device(self) -> str:
        """The id of the cuff."""
        return f"{self.patient}-CUFF"

    @property
    def last_day(self) -> date:
        """The last day of monitoring, or the day of the demonstration if it goes on."""
        if self.cycles is None:
            return self.as_of
        return self.anchor + timedelta(days=self.cycles * CYCLE_DAYS - 1)

    def at(self, day: int, wall: str) -> datetime:
        """Give the instant of a time on the patient's wall; day 1 is the anchor."""
        local = self.anchor + timedelta(days=day - 1)
        return datetime.combine(local, time.fromisoformat(wall), ZoneInfo(self.zone))

    def cycle_starts(self) -> list[int]:
        """List the days, counted from the anchor as 0, on which cycles begin."""
        return list(range(0, (self.last_day - self.anchor).days + 1, CYCLE_DAYS))

    def cells(self, table: str, **usual: str) -> Row:
        """Give the usual cells of a row with this plan's changes in their place."""
        return usual | self.change.get(table, {})
