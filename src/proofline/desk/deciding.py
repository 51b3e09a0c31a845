"""Keeping every decision current: what changed is decided anew, and nothing else.

The rows of a patient's chart go to the same engine that decides folders, as a folder of the
evidence contract in memory; there is no second way to a decision. While the engine works nothing is
locked: rows are read as of one instant, and decisions are kept in a short act of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec

from proofline.decide import Asked, fitting, opened
from proofline.decide.days import as_of as told_as_of
from proofline.decide.days import next_days
from proofline.decide.decision import decisions
from proofline.desk import days
from proofline.desk.care.aging import placed
from proofline.desk.care.foreseeing import Ahead, foresee, keep_ahead
from proofline.desk.pricing import prices, worth_of
from proofline.store.act import Act
from proofline.store.ahead import turning
from proofline.store.ahead.lessons import Lesson, learned
from proofline.store.ahead.turning import Edition, Turning
from proofline.store.book import Book
from proofline.store.charts import Chart, chart
from proofline.store.decided import WITHDRAWN, current, keep, line_of
from proofline.store.safekeeping.unpacking import Damaged, decision_in
from proofline.store.work.worth import Worth, price

if TYPE_CHECKING:
    from proofline.decide.run import Run
    from proofline.evidence import Evidence

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of memory; what is made in it is private
"""Where there is such a folder, a chart never touches a disk on its way to the engine."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What deciding some patients found: how many lines, which decisions and outlooks to keep.

    Of what `changed`, `news` says something else than before: not only by which engine or page.
    `holds` says of each patient how long, by which `edition` of law, engine and papers. `worth` is
    what each billable or held line is worth.
    """

    as_of: date
    looked_at: int
    changed: tuple[dict[str, Any], ...]
    news: tuple[dict[str, Any], ...]
    ahead: Ahead
    holds: tuple[Turning, ...]
    edition: Edition
    worth: Worth

    def without(self, patients: Collection[str]) -> Turn:
        """Leave out the decisions of some patients."""
        return replace(
            self,
            changed=tuple(one for one in self.changed if one["patient_id"] not in patients),
            news=tuple(one for one in self.news if one["patient_id"] not in patients),
            ahead=self.ahead.without(patients),
            holds=tuple(one for one in self.holds if one.patient_id not in patients),
        )


def decided(
    book: Book, patients: Collection[str], as_of: date, known: Lesson | None = None
) -> Turn:
    """Decide all enrollments of these patients as of the end of a day; nothing is written.

    Rows of other patients come along where they bear on these; what is decided for the others is
    left out. The book is best opened with `store.book.at_one_instant`. `known` is what the
    practice's past taught, if that is not kept yet.
    """
    asked = set(patients)
    rows = chart(book.shelf, asked)
    theirs = book.shelf.ever("enrollments", "enrollment_id", patient_id=asked)
    before = current(book.tenant_id, theirs)
    by = days.edition(book)
    with opened_rows(rows, as_of) as done:
        found = [one for one in decisions(done[0]) if one["patient_id"] in asked]
        priced, known = prices(book, done, found), known or learned(book.tenant_id)
        ahead = foresee(done[0], found, asked, known=known, prices=priced)
        until = next_days(done[0])
    kept = [before.pop(line_of(one), None) for one in found]
    pairs = list(zip(kept, found, strict=True))
    changed = [(old, one) for old, one in pairs if not _holds(old, one, as_of)]
    news = tuple(one for old, one in changed if _is_news(old, one))
    gone = [decision_in(one, " ".join(line)) for line, one in before.items() if one]
    gone = [one for one in gone if one["outcome"] != WITHDRAWN]
    holds = tuple(_turnings(book, asked, as_of, until))
    keeps = (*(one for _, one in changed), *map(_withdrawn, gone))
    ahead, worth = placed(ahead, holds), worth_of(found, priced)
    return Turn(as_of, len(found), keeps, news, ahead, holds, by, worth)


def _turnings(
    book: Book, patients: Collection[str], as_of: date, until: Mapping[str, date | None]
) -> Iterator[Turning]:
    zones = days.zones(book, patients)
    for one in sorted(patients):
        yield Turning(one, zones.get(one, ""), as_of, until.get(one))


def _holds(kept: bytes | None, found: dict[str, Any], today: date) -> bool:
    """Whether a kept decision says what was found, but for the days that are left by now."""
    if not kept:
        return False
    written = msgspec.json.encode(found)
    if kept == written or found["outcome"] != "open":
        return kept == written
    try:
        told = told_as_of(decision_in(kept, "a decision"), today)
    except Damaged:
        return False
    return msgspec.json.encode(told) == written


def _is_news(kept: bytes | None, found: dict[str, Any]) -> bool:
    """Whether a line says something else than it did, in another form or by another engine."""
    try:
        return not kept or _said(decision_in(kept, "a decision")) != _said(found)
    except Damaged:
        return True


def _said(decision: dict[str, Any]) -> tuple[object, ...]:
    findings = ((one["requirement"], one["status"]) for one in decision["findings"])
    told = (decision[name] for name in ("outcome", "units", "service_date"))
    return (*told, *findings)


def decided_today(book: Book, patients: Collection[str], at: datetime) -> list[Turn]:
    """Decide patients, each as of the day that it is for them; one run of the engine a day."""
    known, turns = None, []
    for day, theirs in days.by_day(book, patients, at).items():
        turns.append(decided(book, theirs, day, known))
        known = turns[-1].ahead.lesson
    return turns


def _withdrawn(decision: dict[str, Any]) -> dict[str, Any]:
    """A line that is decided no more, such as one of an enrollment that was a mistake."""
    return decision | {"outcome": WITHDRAWN, "units": 0, "service_date": None, "findings": []}


def keep_turn(act: Act, turn: Turn) -> None:
    """Keep what changed, what lies ahead and how long it holds, in an act."""
    if turn.changed:
        keep(act, turn.changed, turn.as_of)
    price(act.tenant_id, turn.worth)
    keep_ahead(act, turn.ahead)
    turning.keep(act, turn.holds, turn.edition)


def decide_patients(book: Book, patients: Collection[str], as_of: date, at: datetime) -> Turn:
    """Decide patients and keep what changed, in one go: for when nobody else is at work."""
    turn = decided(book, patients, as_of)
    with book.act("decision", at) as act:
        keep_turn(act, turn)
    return turn


@contextmanager
def opened_rows(rows: Chart, as_of: date) -> Iterator[tuple[Run, Evidence]]:
    """Decide all that rows hold, on the engine that is sooner done with so many."""
    engine = fitting(len(rows["readings"]) + len(rows["time_entries"]))
    with as_folder(rows) as folder, opened(folder, Asked(as_of), engine=engine) as done:
        yield done


@contextmanager
def as_folder(rows: Chart) -> Iterator[Path]:
    """Lay rows out as a folder of the evidence contract for the time of the block.

    A table without rows is laid out too: where the same tables stand, what is planned holds.
    """
    home = str(_MEMORY) if _MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="proofline-", dir=home) as made:
        folder = Path(made)
        for name, cells in rows.items():
            lines = msgspec.json.Encoder().encode_lines(cells)
            (folder / f"{name}.ndjson").write_bytes(lines)
        yield folder
