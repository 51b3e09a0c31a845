"""What follows from decisions once lines are drawn: their basis kept, and amendments proposed.

All of it is the core's (`claims.amending`): here the rows that lines rested on, and the register of
each patient, are fetched from the book and put back into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from proofline.claims.amending.amendment import Amendment
from proofline.claims.amending.cases import Case
from proofline.claims.amending.finding import case_of, find
from proofline.claims.amending.kept import Clock, kept_of
from proofline.claims.amending.looking import FOLDER, keep_bases, keep_rows, look, resting
from proofline.claims.amending.register import Proposed, Register
from proofline.claims.amending.related import Related
from proofline.claims.book import Book as Lines
from proofline.claims.drawing import Decision
from proofline.decide.run import Run
from proofline.decide.snapshots.snapshot import SUFFIX
from proofline.desk.billing.book import said
from proofline.store.act import Act
from proofline.store.work import files
from proofline.store.work.lines import amendment_log

SNAPSHOT = "snapshot"
CLOCK: Clock = "cycle"


@dataclass(frozen=True, slots=True)
class Looked:
    """A run over the charts of some patients, its decisions of theirs, and the act it is for."""

    act: Act
    lines: Lines
    run: Run
    decisions: Sequence[Decision]
    as_of: date


def compare(looked: Looked) -> list[Proposed]:
    """Keep what unsent lines of the patients rest on, and hold what was sent against today."""
    patients = sorted({one["patient_id"] for one in looked.decisions})
    return [_of_patient(looked, patient_id) for patient_id in patients]


def _of_patient(looked: Looked, patient_id: str) -> Proposed:
    act, lines, run = looked.act, looked.lines, looked.run
    register = Register(amendment_log(act.tenant_id, patient_id, act))
    decisions = [one for one in looked.decisions if one["patient_id"] == patient_id]
    bases = [kept_of(one, CLOCK) for one in decisions]
    with TemporaryDirectory(prefix="proofline-") as made:
        folder = Path(made)
        (folder / FOLDER).mkdir(mode=0o700)
        keep_bases(run, bases, lines, (folder, said(act)), register=register)
        _fetch(register, act.tenant_id, folder / FOLDER)
        today = look(run, decisions, register, folder)
        found = find(lines, register, CLOCK, (today.bases, today.evidence))
        tags = resting(run, register, today) if found.amendments else {}
        related = Related(lines, register, tags, found.amendments)

        def opening(amendment: Amendment) -> Case | None:
            """Give the overpayment of an amendment with the lines that share its cause."""
            return case_of(lines, amendment, looked.as_of, related.siblings(amendment))

        aside = {*found.without_basis, *found.absent}
        proposed = register.propose(found.amendments, said(act), opening, aside=aside)
        keep_rows(today, found.amendments, folder)
        for path in (folder / FOLDER).glob(f"*{SUFFIX}"):
            files.keep_named(act, SNAPSHOT, path.name, path.read_bytes())
    return proposed


def _fetch(register: Register, tenant_id: str, folder: Path) -> None:
    """Lay out the rows that the lines of a register rested on, as a folder of a book has them."""
    digests = {told[-1][1].evidence_digest for told in register.bases.values()}
    names = {f"{one.removeprefix('sha256:')}{SUFFIX}" for one in digests if one}
    for name, data in files.named(tenant_id, SNAPSHOT, names).items():
        (folder / name).write_bytes(data)
