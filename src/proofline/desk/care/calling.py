"""Calls: logged with their outcome, and joined to what the telephone system recorded."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from proofline.desk.cells import instant
from proofline.desk.found import Cells, enrollment_for, performer, row_for
from proofline.desk.ids import new_id
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import Book

NEAR = timedelta(minutes=5)
"""How far the telephone system's start may lie from the logged one. Policy: no source found."""


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt to communicate and whom it reached; blank `reached` is unknown."""

    enrollment_id: str
    channel: str
    started_at: datetime
    ended_at: datetime | None
    reached: str


def log(book: Book, call: Call, at: datetime) -> str:
    """Log a call; give its id. Errors: NotAllowed; NotVisible; DeskError if it is not over."""
    enrollment_for(book, "call.log", call.enrollment_id, at)
    ended = call.ended_at or call.started_at
    if ended < call.started_at or ended > at:
        raise DeskError(
            "desk.call_unusual",
            "The call ends before it begins, or is not over yet.",
            "Log the call when it is over.",
        )
    call_id = new_id("cal", at)
    row = {
        "interaction_id": call_id,
        "enrollment_id": call.enrollment_id,
        "performer_id": performer(book),
        "channel": call.channel,
        "started_at": instant(call.started_at),
        "ended_at": instant(call.ended_at),
        "reached": call.reached or None,
    }
    with book.act("call.log", at) as act:
        act.add("interactions", [row])
    return call_id


def withdraw(book: Book, call_id: str, reason: str, at: datetime) -> None:
    """Say that a call of one's own was logged by mistake; it counts no more and stays on record.

    Errors: NotAllowed; NotVisible; DeskError without a reason, or for somebody else's call.
    """
    row_for(book, "call.log", ("interactions", "interaction_id", call_id), at)
    refuse_silence(reason, "Taking a call back")
    with book.act("call.withdraw", at, reason) as act:
        rows = book.shelf.rows("interactions", interaction_id={call_id})
        if not rows or rows[-1]["performer_id"] != performer(book):
            raise DeskError(
                "desk.not_your_call",
                "The call was taken back meanwhile, or it is somebody else's.",
                "Ask whoever called; nobody can say for another whom they spoke to.",
            )
        act.withdraw("interactions", rows[-1:])


@dataclass(frozen=True, slots=True)
class Recorded:
    """One of the telephone system's call records, the `line`th; `number` is as it was dialled."""

    line: int
    record_id: str
    number: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of call records, by their lines; `joined` now, or when they came before."""

    joined: tuple[int, ...]
    ambiguous: tuple[int, ...]
    unmatched: tuple[int, ...]


def join_records(book: Book, data: bytes, at: datetime) -> Joined:
    """Join a file of call records: a CSV with the columns record_id, number and started_at.

    Errors: NotAllowed; DeskError with the line of what cannot be read; then nothing is joined.
    """
    permit(book, "call.join")
    return join(book, [*_records(data)], at)


def join(book: Book, records: Sequence[Recorded], at: datetime) -> Joined:
    """Join call records to logged calls to the same number at about the same time.

    A record that fits several calls, or a call that several fit, is left to a person. Errors:
    NotAllowed; DeskError with the line of a record without number, id or offset; then nothing is
    joined.
    """
    permit(book, "call.join")
    for record in records:
        _refuse_unusable(record)
    taken, first = _known(book), {one.record_id.strip(): one for one in reversed(records)}
    fits = _fitting(_unjoined(book), [one for name, one in first.items() if name not in taken])
    claims = Counter(row["interaction_id"] for found in fits.values() for row in found)
    alone = {
        name: found[0]
        for name, found in fits.items()
        if len(found) == 1 and claims[found[0]["interaction_id"]] == 1
    }
    if alone:
        with book.act("call.join", at) as act:
            rows = [row | {"call_record_id": name} for name, row in alone.items()]
            act.add("interactions", rows)
    named = [(one.line, one.record_id.strip()) for one in records]
    return Joined(
        tuple(line for line, name in named if name in alone or name in taken),
        tuple(line for line, name in named if fits.get(name) and name not in alone),
        tuple(line for line, name in named if name in fits and not fits[name]),
    )


def _fitting(
    calls: Sequence[tuple[str, Cells]], records: Iterable[Recorded]
) -> dict[str, list[Cells]]:
    """Give the calls that each record fits, by its id."""
    return {
        record.record_id.strip(): [
            row
            for number, row in calls
            if number == _digits(record.number) and _near(row["started_at"], record.started_at)
        ]
        for record in records
    }


def _known(book: Book) -> set[str]:
    """The records that are joined already: none backs a second call, however often it comes."""
    return {row["call_record_id"] or "" for row in book.shelf.rows("interactions")} - {""}


def _unjoined(book: Book) -> list[tuple[str, Cells]]:
    """The calls without a record, each with the digits of its patient's number."""
    patients = {row["patient_id"]: _digits(row["phone"]) for row in book.shelf.rows("patients")}
    of = {row["enrollment_id"]: row["patient_id"] for row in book.shelf.rows("enrollments")}
    return [
        (number, row)
        for row in book.shelf.rows("interactions")
        if not row["call_record_id"] and (number := patients.get(of.get(row["enrollment_id"]), ""))
    ]


def _records(data: bytes) -> Iterator[Recorded]:
    try:
        text = data.decode("utf-8-sig")
        for number, row in enumerate(csv.DictReader(io.StringIO(text), strict=True), start=2):
            yield _recorded(number, row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(1) from error


def _recorded(number: int, row: dict[str, str | None]) -> Recorded:
    try:
        started = datetime.fromisoformat(row["started_at"] or "")
        called, record_id = row["number"] or "", (row["record_id"] or "").strip()
    except (KeyError, ValueError) as error:
        raise _unreadable(number) from error
    return Recorded(number, record_id, called, started)


def _refuse_unusable(record: Recorded) -> None:
    whole = record.started_at.utcoffset() is not None and record.record_id.strip()
    if not whole or not _digits(record.number):
        raise _unreadable(record.line)


def _unreadable(line: int) -> DeskError:
    return DeskError(
        "desk.call_records",
        f"Line {line} of the call records cannot be read.",
        "Each has record_id, number and started_at, this with its offset.",
    )


def _digits(number: str | None) -> str:
    """The last ten digits: with or without the country's number it is one telephone."""
    return "".join(one for one in number or "" if one.isdigit())[-10:]


def _near(logged: str | None, recorded: datetime) -> bool:
    if not logged:
        return False
    return abs(datetime.fromisoformat(logged).astimezone(UTC) - recorded) <= NEAR
