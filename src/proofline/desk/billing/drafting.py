"""From billable decisions to claims that are ready: nothing is typed, nothing stale is drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
from proofline.decide.run import Run
from proofline.desk import days
from proofline.desk.billing import following
from proofline.desk.billing.book import lines_of, said
from proofline.desk.billing.following import Looked
from proofline.desk.billing.told import tell_lines
from proofline.desk.deciding import opened_rows
from proofline.desk.found import look_at_all
from proofline.desk.pricing import Prices, worth_of
from proofline.desk.roles import permit
from proofline.desk.telling.events import READY
from proofline.desk.trouble import DeskError
from proofline.store.act import Act
from proofline.store.book import Book
from proofline.store.charts import chart
from proofline.store.decided import Line, current
from proofline.store.jobs import waits
from proofline.store.safekeeping.unpacking import decision_in
from proofline.store.work.worth import Worth, price

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

    All of it is one act, also where it is two days for these patients. What lines were drawn from
    is kept, and what differs today from what was sent is proposed as an amendment.

    Errors: NotAllowed; DeskError while decisions of theirs are being made anew.
    """
    permit(book, "claim.draft")
    if book.person_id is not None:
        look_at_all(book, "claim.draft", patients, at)
    with ExitStack() as opened:
        drawn = [
            opened.enter_context(_of_day(book, theirs, papers, day))
            for day, theirs in days.by_day(book, patients, at).items()
        ]
        if drawn:
            with book.act("claim.draft", at) as act:
                _write(book, drawn, act)
    return Drawn(
        tuple(claim for one in drawn for claim in one.drawn.claims),
        tuple(edit for one in drawn for edit in one.drawn.undrawn),
    )


@dataclass(frozen=True, slots=True)
class _OfDay:
    """What is drawn of patients for whom it is the same day, and what it was drawn from.

    `kept` are the decisions that hold of their enrollments, `run` and `found` all of them today,
    `worth` is what those that are billable or held are worth.
    """

    as_of: date
    patients: set[str]
    enrollments: set[str]
    kept: dict[Line, bytes]
    run: Run
    found: Sequence[Decision]
    billable: Sequence[Decision]
    drawn: Drawn
    worth: Worth


@contextmanager
def _of_day(book: Book, patients: set[str], papers: Papers, as_of: date) -> Iterator[_OfDay]:
    """Draw the decisions of patients as of their day, and hold the run open to be looked into."""
    rows = chart(book.shelf, patients)
    with opened_rows(rows, as_of) as (run, read):
        found: list[Decision] = [one for one in decisions(run) if one["patient_id"] in patients]
        enrolled = [row for row in rows["enrollments"] if row["patient_id"] in patients]
        ours = {row["enrollment_id"] or "" for row in enrolled}
        kept = current(book.tenant_id, ours)
        told = [decision_in(one, " ".join(line)) for line, one in kept.items()]
        billable = [one for one in told if _is_billable(one)]
        people = read_people(read.connection, sorted({one["enrollment_id"] for one in told}))
        by = Prices(papers.expected, people, papers.directory) if papers.expected else None
        sheets = Sheets(people, papers.charges, papers.directory, papers.expected)
        drawn, worth = draw(billable, sheets), worth_of(told, by)
        yield _OfDay(as_of, patients, ours, kept, run, found, billable, drawn, worth)


def _write(book: Book, drawn: Sequence[_OfDay], act: Act) -> None:
    """Write down what was drawn of every day, or nothing of it; each day is an entry of its own.

    Nothing is written before all decisions are seen to hold still.
    """
    for one in drawn:
        _refuse_stale(book, one.patients, one.enrollments, one.kept)
    lines, who = lines_of(book, act), said(act)
    for one in drawn:
        price(book.tenant_id, one.worth)
        basis = of_their_day(lines, decided(one.billable, one.as_of))
        lines.draw(one.drawn.claims, who, judged=one.enrollments, decided=basis)
        following.compare(Looked(act, lines, one.run, one.found, one.as_of))


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
