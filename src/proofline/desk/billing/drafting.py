"""From billable decisions to claims that are ready: nothing is typed, nothing stale is drawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec

from proofline.claims.answers.details import remitted
from proofline.claims.book import Book as Lines
from proofline.claims.drawing import Drawn, Expected, Sheets, draw
from proofline.claims.edits import Edit, Setting, blocking, edits
from proofline.claims.edits.setting import Official, billed
from proofline.claims.sheets.charges import Charges
from proofline.claims.sheets.directory import Directory
from proofline.claims.sheets.people import People, read_people
from proofline.desk.billing.book import lines_of, said
from proofline.desk.billing.told import tell_lines
from proofline.desk.deciding import as_folder
from proofline.desk.found import look
from proofline.desk.roles import permit
from proofline.desk.telling.events import READY
from proofline.desk.trouble import DeskError
from proofline.evidence import open_evidence
from proofline.store.book import Book
from proofline.store.charts import Chart, chart
from proofline.store.decided import current
from proofline.store.jobs import waits


@dataclass(frozen=True, slots=True)
class Papers:
    """What claims are written from besides decisions: charges, names and ids, expected prices.

    `official` are loaded tables for the edits; None: nothing is said of unit limits and pairs.
    """

    charges: Charges
    directory: Directory
    expected: Expected | None = None
    official: Official | None = None


def draft(book: Book, patients: Collection[str], papers: Papers, at: datetime) -> Drawn:
    """Draw the billable decisions of patients into claims; lines that stand unchanged stay.

    Errors: NotAllowed; DeskError while decisions of theirs are being made anew.
    """
    permit(book, "claim.draft")
    for patient_id in sorted(patients):
        look(book, "claim.draft", patient_id, at)
    rows = chart(book.shelf, patients)
    ours = {r["enrollment_id"] or "" for r in rows["enrollments"] if r["patient_id"] in patients}
    kept = current(book.tenant_id, ours)
    decisions = [msgspec.json.decode(one) for one in kept.values()]
    billable = [one for one in decisions if one["outcome"] == "billable"]
    people = _people(rows, {one["enrollment_id"] for one in billable}, at)
    drawn = draw(billable, Sheets(people, papers.charges, papers.directory, papers.expected))
    with book.act("claim.draft", at) as act:
        stale = waits(book.tenant_id, "decide", set(patients))
        if stale or current(book.tenant_id, ours) != kept:
            raise DeskError(
                "desk.deciding",
                "Something changed, and the patient's decisions are being made anew.",
                "Draft again in a moment.",
            )
        lines_of(book, act).draw(drawn.claims, said(act), judged=ours)
    return drawn


def make_ready(book: Book, papers: Papers, at: datetime) -> list[Edit]:
    """Hold what is drawn against the edits, and make ready what nothing blocks; give the edits.

    Errors: NotAllowed.
    """
    permit(book, "claim.draft")
    with book.act("claim.ready", at, "no edit blocks it") as act:
        lines = lines_of(book, act)
        setting = _setting(lines, papers, at)
        waiting = lines.current("drawn", "ready", "corrected")
        found = {claim.claim_id: edits(claim, setting) for claim in waiting}
        held = {one.claim_id for one in lines.lines.values() if one.held}
        done = {claim.claim_id for claim in lines.current("ready", "corrected")} | held
        clean = [one for one, told in found.items() if one not in done and not blocking(told)]
        if clean:
            before = {one for one, now in lines.lines.items() if now.state == "ready"}
            made = lines.make_ready(clean, said(act))
            fresh = [one.line_id for one in made.changes if one.line_id not in before]
            tell_lines(book, act, lines, READY, line_ids=fresh)
        for patient_id in sorted({claim.patient_id for claim in waiting}):
            look(book, "claim.draft", patient_id, at)
    return [one for told in found.values() for one in told]


def _setting(lines: Lines, papers: Papers, at: datetime) -> Setting:
    return Setting(
        as_of=at.date(),
        directory=papers.directory,
        others=billed(lines),
        corrected={one.line_id for one in lines.lines.values() if one.state == "corrected"},
        paid={one: lines.paid(one) for one in lines.lines if remitted(lines, one)},
        official=papers.official,
    )


def _people(rows: Chart, enrolled: set[str], at: datetime) -> People:
    """Read names, addresses and numbers by the same hands as from a folder."""
    with as_folder(rows) as folder, open_evidence(folder, as_of=at.date()) as evidence:
        return read_people(evidence.connection, sorted(enrolled))
