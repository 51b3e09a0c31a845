"""From billable decisions to claims that are ready: nothing is typed, nothing stale is drawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from proofline.claims.answers.details import remitted
from proofline.claims.book import Book as Lines
from proofline.claims.book import decided
from proofline.claims.book.basis import Decided
from proofline.claims.drawing import Decision, Drawn, Sheets, draw
from proofline.claims.edits import Edit, Setting, blocking, edits
from proofline.claims.edits.setting import Official, billed
from proofline.claims.expecting import Expecting
from proofline.claims.sheets.charges import Charges
from proofline.claims.sheets.directory import Directory
from proofline.claims.sheets.people import read_people
from proofline.claims.trouble import ClaimsError
from proofline.decide.decision import decisions
from proofline.desk import days
from proofline.desk.billing import following
from proofline.desk.billing.book import lines_of, said
from proofline.desk.billing.following import Looked
from proofline.desk.billing.told import tell_lines
from proofline.desk.deciding import opened_rows
from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.desk.telling.events import READY
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.charts import chart
from proofline.store.decided import Line, current
from proofline.store.jobs import waits
from proofline.store.safekeeping.unpacking import decision_in

DECIDING = "desk.deciding"
_EARLIER = "it is an earlier day for these patients than for those drawn before"
"""Why older decisions are drawn: they are the last of their patients, whatever day others have."""


@dataclass(frozen=True, slots=True)
class Papers:
    """What claims are written from besides decisions: charges, names and ids, expected prices.

    `official` are loaded tables for the edits; None: nothing is said of unit limits and pairs.
    """

    charges: Charges
    directory: Directory
    expected: Expecting | None = None
    official: Official | None = None


def draft(book: Book, patients: Collection[str], papers: Papers, at: datetime) -> Drawn:
    """Draw the billable decisions of patients into claims; lines that stand unchanged stay.

    What lines were drawn from is kept, and what differs today from what was sent is proposed as an
    amendment. Errors: NotAllowed; DeskError while decisions of theirs are being made anew.
    """
    permit(book, "claim.draft")
    if book.person_id is not None:
        look_at_all(book, "claim.draft", patients, at)
    drawn = [
        _draft_of_day(book, theirs, papers, (day, at))
        for day, theirs in days.by_day(book, patients, at).items()
    ]
    return Drawn(
        tuple(claim for one in drawn for claim in one.claims),
        tuple(edit for one in drawn for edit in one.undrawn),
    )


def _draft_of_day(
    book: Book, patients: set[str], papers: Papers, when: tuple[date, datetime]
) -> Drawn:
    """Draw the decisions of patients for whom it is the same day, in one act."""
    as_of, at = when
    rows = chart(book.shelf, patients)
    with opened_rows(rows, as_of) as (run, read):
        found: list[Decision] = [one for one in decisions(run) if one["patient_id"] in patients]
        enrolled = [row for row in rows["enrollments"] if row["patient_id"] in patients]
        ours = {row["enrollment_id"] or "" for row in enrolled}
        kept = current(book.tenant_id, ours)
        told = [decision_in(one, " ".join(line)) for line, one in kept.items()]
        billable = [one for one in told if _is_billable(one)]
        people = read_people(read.connection, sorted({one["enrollment_id"] for one in billable}))
        sheets = Sheets(people, papers.charges, papers.directory, papers.expected)
        drawn = draw(billable, sheets)
        with book.act("claim.draft", at) as act:
            _refuse_stale(book, patients, ours, kept)
            lines, who = lines_of(book, act), said(act)
            basis = of_their_day(lines, decided(billable, as_of))
            lines.draw(drawn.claims, who, judged=ours, decided=basis)
            following.compare(Looked(act, lines, run, found, as_of))
    return drawn


def of_their_day(lines: Lines, told: Decided) -> Decided:
    """Say why decisions are drawn that are older than those of patients who have a later day."""
    try:
        lines.refuse_older(told)
    except ClaimsError:
        return msgspec.structs.replace(told, older=_EARLIER)
    return told


def _is_billable(decision: dict[str, Any]) -> bool:
    return bool(decision["outcome"] == "billable")


def _refuse_stale(book: Book, patients: set[str], ours: set[str], kept: dict[Line, bytes]) -> None:
    if waits(book.tenant_id, "decide", patients) or current(book.tenant_id, ours) != kept:
        raise DeskError(
            DECIDING,
            "Something changed, and the patient's decisions are being made anew.",
            "Draft again in a moment.",
        )


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
        look_at_all(book, "claim.draft", {claim.patient_id for claim in waiting}, at)
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
