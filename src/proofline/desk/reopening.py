"""A patient's chart in the engine once more: as it is known now, or as it was known at an instant.

What was decided is decided again from the rows of then, and what was signed is laid beside what
there is now. Nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from proofline.decide import Asked, opened
from proofline.decide.decision import Decision, decisions
from proofline.decide.run import Run
from proofline.decide.snapshots import Snapshot, changes, in_words, of_period
from proofline.desk.deciding import as_folder
from proofline.store.auditing.decided import Version
from proofline.store.charts import chart
from proofline.store.decided import Line, line_of
from proofline.store.jobs import LEASE
from proofline.store.rows import Shelf


@contextmanager
def reopened(shelf: Shelf, patient_id: str, asked: Asked) -> Iterator[Run]:
    """Run the engine over all that bears on a patient, for the time of the block."""
    with as_folder(chart(shelf, {patient_id})) as folder, opened(folder, asked) as (run, _):
        yield run


@dataclass(frozen=True, slots=True)
class Remade:
    """A decision of a line made again, and the evidence of its period; None: there is none.

    `known_at` is the instant up to which rows were read, None for now.
    """

    decision: Decision | None
    evidence: Snapshot | None
    known_at: datetime | None


def remade(shelf: Shelf, patient_id: str, line: Line, as_of: date) -> Remade:
    """Decide a line of a patient again, from a shelf as of the end of a day."""
    enrollment_id, kind, first, _ = line
    if not shelf.rows("enrollments", enrollment_id={enrollment_id}):
        return Remade(None, None, shelf.known_at)
    with reopened(shelf, patient_id, Asked(as_of, enrollment_id=enrollment_id)) as run:
        made = next((one for one in decisions(run) if line_of(one) == line), None)
        evidence = of_period(run.engine, enrollment_id, kind, date.fromisoformat(first))
    return Remade(made, evidence, shelf.known_at)


def as_then(tenant_id: str, kept: Version) -> Remade:
    """Decide a kept decision again from what was known then, whether or not it comes out the same.

    Rows are read some moments before a decision is kept, and others may come in between; where the
    rows of the instant of keeping give other bytes, those from before the worker's lease are tried.
    """
    told = kept.decision
    line, patient_id = line_of(told), str(told["patient_id"])
    first = remade(Shelf(tenant_id, kept.decided_at), patient_id, line, kept.as_of)
    if same(first, kept):
        return first
    before: datetime = kept.decided_at - timedelta(seconds=LEASE.total_seconds())
    second = remade(Shelf(tenant_id, before), patient_id, line, kept.as_of)
    return second if same(second, kept) else first


def same(one: Remade, kept: Version) -> bool:
    """Whether a decision came out as the bytes that were kept, but for the engine's own name."""
    if one.decision is None:
        return False
    again = one.decision | {"engine": kept.decision["engine"]}
    return msgspec.json.encode(again) == kept.record


def evidence_of(tenant_id: str, kept: Version) -> Snapshot | None:
    """Take the evidence anew on which a decision was made; None where it cannot be had any more."""
    found = as_then(tenant_id, kept).evidence
    said = kept.decision["evidence_digest"]
    return found if found is not None and found.digest == said else None


def changed(before: Snapshot, after: Snapshot | None) -> list[str]:
    """Say in words which rows differ; never a value of a reading, a note or a diagnosis."""
    return [in_words(one) for one in changes(before, after)] if after is not None else []
