"""Old facts under today's law, and the rows that came to a period since it was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from proofline.decide.asked import day_number
from proofline.decide.snapshots import Change, Snapshot, changes, find, of_period
from proofline.packs import shelf

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.decide.records.record import Record
    from proofline.decide.records.sheet import Sheet
    from proofline.decide.run import Run
    from proofline.packs.page import Page

DAYS = ("end_day", "work_day", "setup_day")


@dataclass(frozen=True, slots=True)
class Since:
    """The rows that differ for a decision; `told` is False where nobody can say: was not kept."""

    rows: tuple[Change, ...]
    told: bool = True


def page(name: str, law: Path) -> Page | None:
    """Give a page by its name from a folder of packs; None where it has no such page."""
    pack, _, day = name.partition("/")
    if pack not in shelf.packs(root=law):
        return None
    effective = date.fromisoformat(day)
    if effective not in shelf.effective_dates(pack, root=law):
        return None
    return shelf.load(pack, effective, root=law)


def still_ruled(sheets: Iterable[Sheet], law: Path) -> Iterator[Sheet]:
    """Yield the sheets with those lines that the page of the same name rules by this law too.

    A line that another page would rule today has other facts, which only the evidence tells.
    """
    for sheet in sheets:
        names = [sheet.columns.index(name) for name in ("page", *DAYS)]
        kept = tuple(
            line
            for line in sheet.lines
            if _rules(str(line[names[0]]), [line[place] for place in names[1:]], law)
        )
        if kept:
            yield replace(sheet, lines=kept)


def _rules(name: str, days: Iterable[object], law: Path) -> bool:
    pack, _, effective = name.partition("/")
    if page(name, law) is None:
        return False
    first = day_number(date.fromisoformat(effective))
    later = (day_number(day) for day in shelf.effective_dates(pack, root=law))
    end = min((day for day in later if day > first), default=None)
    return end is None or all(day is None or int(str(day)) < end for day in days)


def since(kept: Record, then: Run, now: Run, folder: Path | None) -> Since:
    """Find the rows of a decision's period that differ between what was known then and now.

    What was known then is the snapshot on file in the folder, else taken anew from the evidence as
    of that day, if it still has the digest that was kept.
    """
    digest = kept.decision["evidence_digest"]
    before = find(digest, folder) if folder is not None else None
    before = before or snapshot_of(kept, then)
    after = snapshot_of(kept, now)
    if before is None or before.digest != digest:
        return Since((), told=False)
    return Since(() if after is None else changes(before, after))


def snapshot_of(record: Record, run: Run) -> Snapshot | None:
    """Take the snapshot of a record's period from the evidence of a run; None where it has none."""
    enrollment, kind, start, _ = record.key
    return of_period(run.engine, enrollment, kind, date.fromisoformat(start))
