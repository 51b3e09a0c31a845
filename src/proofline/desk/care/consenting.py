"""Consent: captured by reading a published text aloud, revoked when the patient says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from proofline.desk.cells import instant, yes
from proofline.desk.days import zone_of
from proofline.desk.found import Cells, patient_for, performer, row_for
from proofline.desk.ids import new_id
from proofline.desk.trouble import DeskError
from proofline.explain.consents import most_lag
from proofline.packs.consents.checking import Agreement, Remark, remarks
from proofline.packs.consents.texts import text_of, texts
from proofline.store.book import Book

_AHEAD = timedelta(minutes=5)
"""How far clocks of two machines may stand apart."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What was said: to which program, by which text, how, when, and whether costs were told.

    `given_at` is when the patient agreed; that it is entered later is kept and shown.
    """

    patient_id: str
    program: str
    text_version: str
    modality: Literal["verbal", "written", "electronic"]
    given_at: datetime
    cost_share_disclosed: bool


def capture(book: Book, said: Capture, at: datetime) -> str:
    """Record a consent captured by whoever has the book open; give its id.

    Errors: NotAllowed; NotVisible; DeskError if it lies in the future, or if the text is not one of
    this program.
    """
    patient_for(book, "consent.capture", said.patient_id, at)
    if said.given_at > at + _AHEAD:
        raise DeskError(
            "desk.in_the_future",
            "The consent would be given in the future.",
            "Enter the instant at which the patient agreed.",
        )
    text = text_of(said.text_version)
    if text.program != said.program:
        raise DeskError(
            "desk.other_text",
            f"The text {said.text_version} is for {text.program}, not for {said.program}.",
            "Read the text of the program that the patient is to join.",
        )
    consent_id = new_id("csn", at)
    row = {
        "consent_id": consent_id,
        "patient_id": said.patient_id,
        "program": said.program,
        "text_version": said.text_version,
        "language": text.language,
        "modality": said.modality,
        "given_at": instant(said.given_at),
        "captured_at": instant(at),
        "captured_by": performer(book),
        "cost_share_disclosed": yes(said.cost_share_disclosed),
    }
    with book.act("consent.capture", at) as act:
        act.add("consents", [row])
    return consent_id


def doubts(row: Cells, zone: ZoneInfo) -> tuple[Remark, ...]:
    """Say what does not fit of a consent's row and the text it names; no outcome turns on it.

    Such as a day on which that text was not in force yet, or a capture long after it was given.
    """
    given = datetime.fromisoformat(row["given_at"] or "").astimezone(zone)
    captured, revoked = (
        datetime.fromisoformat(cell).astimezone(zone) if (cell := row[name]) else None
        for name in ("captured_at", "revoked_at")
    )
    told = row["cost_share_disclosed"]
    one = Agreement(
        row["consent_id"] or "", row["patient_id"] or "", row["program"] or "",
        row["text_version"], row["language"], None if told is None else told == "true",
        given, captured, revoked, given.date(), captured.date() if captured else None,
    )  # fmt: skip
    return tuple(remarks(one, texts(), most_lag(one.program, one.given_on)))


def doubts_of(book: Book, consent_id: str, at: datetime) -> tuple[Remark, ...]:
    """Say what does not fit of a consent on file. Errors: NotAllowed; NotVisible."""
    row = row_for(book, "patient.see", ("consents", "consent_id", consent_id), at)
    return doubts(row, zone_of(book, row["patient_id"] or ""))


def revoke(book: Book, consent_id: str, revoked_at: datetime, at: datetime) -> None:
    """Record that the patient took a consent back. Errors: NotAllowed; NotVisible; DeskError."""
    asked = ("consents", "consent_id", consent_id)
    row = row_for(book, "consent.revoke", asked, at)
    if revoked_at > at + _AHEAD or (instant(revoked_at) or "") < (row["given_at"] or ""):
        raise DeskError(
            "desk.revoked_when",
            "The consent would be revoked in the future, or before it was given.",
            "Enter the instant at which the patient took it back.",
        )
    with book.act("consent.revoke", at) as act:
        (row,) = book.shelf.rows("consents", consent_id={consent_id})
        if row["revoked_at"]:
            raise DeskError(
                "desk.revoked_before",
                "This consent was revoked before.",
                "If that was a mistake, capture a new consent.",
            )
        act.add("consents", [{**row, "revoked_at": instant(revoked_at)}])
