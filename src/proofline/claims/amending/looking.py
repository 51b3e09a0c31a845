"""From a run over the evidence to what is kept of it, and to what it is compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from proofline.claims.amending.amendment import Amendment
from proofline.claims.amending.kept import KeptDecision, PeriodKey, kept_of
from proofline.claims.amending.register import Register
from proofline.claims.amending.rows import Evidence, tags
from proofline.claims.book import Act, Book
from proofline.claims.drawing import Decision
from proofline.decide.asked import day_of
from proofline.decide.snapshots import Snapshot, taken, write
from proofline.decide.snapshots import find as snapshot_of

if TYPE_CHECKING:
    from proofline.decide.run import Run

FOLDER = "snapshots"
"""Where a book keeps the rows of evidence that its lines were drawn from."""
_PERIODS = """
SELECT p.period_no, c.enrollment_id, p.kind, p.first_day
FROM periods AS p JOIN charts AS c ON c.chart_no = p.chart_no
"""


@dataclass(frozen=True, slots=True)
class Today:
    """Today's decisions of the periods of a book, and the rows of those that differ."""

    bases: tuple[KeptDecision, ...]
    evidence: Evidence


def keep_bases(
    run: Run,
    bases: Iterable[KeptDecision],
    book: Book,
    place: tuple[Path, Act],
    *,
    register: Register | None = None,
) -> int:
    """Keep the decisions that lines not yet sent are drawn from, and the rows of their periods.

    Of a period with such a line every decision is kept, so that what is earned later shows. Gives
    how many were new. `bases` are of every decision of the run; the register is that of the folder
    unless another is named.
    """
    folder, act = place
    unsent = {one.line_id for one in book.lines.values() if one.state in {"drawn", "ready"}}
    bases = list(bases)
    drawn = {one.period for one in bases if one.line_id in unsent}
    gone = {one.line_id for one in book.lines.values() if one.line_id not in unsent}
    kept = [one for one in bases if one.period in drawn and one.line_id not in gone]
    register = register or Register(folder)
    fresh = [one for one in kept if register.basis(one.line_id) != one]
    wanted = {one.period for one in fresh}
    for _, snapshot in _snapshots(run, wanted):
        write(snapshot, _private(folder))
    return register.keep(fresh, act, run.asked.as_of)


def look(run: Run, decisions: Iterable[Decision], register: Register, folder: Path) -> Today:
    """Give today's side of the comparison for every period of which a basis is kept.

    Rows are taken only of periods that differ, which on most days are few or none.
    """
    then = _then(run, register)
    bases = tuple(
        one for one in (kept_of(d, run.asked.clock) for d in decisions) if one.period in then
    )
    digests = {one.period: one.evidence_digest for one in bases}
    turned = {period for period, digest in then.items() if digests.get(period) != digest}
    now = dict(_snapshots(run, turned))
    held = run.engine.rows("SELECT DISTINCT enrollment_id FROM enrollments")
    enrolled = frozenset(row["enrollment_id"] for row in held)
    found = {then[period]: snapshot_of(then[period], folder / FOLDER) for period in now}
    kept = {digest: snapshot for digest, snapshot in found.items() if snapshot is not None}
    return Today(bases, Evidence(kept, now, digests, enrolled))


def resting(run: Run, register: Register, today: Today) -> dict[PeriodKey, frozenset[str]]:
    """Give the tags that every period of which a basis is kept rests on.

    What a period rested on when it was billed is among them, for it may be gone today.
    """
    then = _then(run, register)
    found: dict[PeriodKey, frozenset[str]] = {}
    for period, snapshot in _snapshots(run, then.keys()):
        rows = [*snapshot.rows]
        if period in today.evidence.now and (kept := today.evidence.then.get(then[period])):
            rows += kept.rows
        found[period] = frozenset(tag for row in rows for tag in tags(row))
    return found


def _then(run: Run, register: Register) -> dict[PeriodKey, str]:
    """Give the evidence digest of each period that lines of the run's clock were drawn from."""
    return {
        one.period: one.evidence_digest
        for told in register.bases.values()
        for _, one in told[-1:]
        if one.clock == run.asked.clock
    }


def _snapshots(run: Run, wanted: Collection[PeriodKey]) -> Iterable[tuple[PeriodKey, Snapshot]]:
    if not wanted or not run.pages:
        return
    numbers: dict[int, PeriodKey] = {}
    for row in run.engine.rows(_PERIODS):
        period = (row["enrollment_id"], row["kind"], day_of(row["first_day"]).isoformat())
        if period in wanted:
            numbers[row["period_no"]] = period
    for number, snapshot in taken(run.engine, numbers):
        yield numbers[number], snapshot


def keep_rows(today: Today, found: Iterable[Amendment], folder: Path) -> None:
    """Keep the rows of the periods that are to be amended, to be compared with later."""
    for period in {basis.period for one in found for basis in one.today}:
        if period in today.evidence.now:
            write(today.evidence.now[period], _private(folder))


def _private(folder: Path) -> Path:
    """Give the folder of snapshots, which nobody else may read: they hold what was measured."""
    place = folder / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    return place
