"""Holding lines back, letting them go, and sending claims: each once, with numbers of their own."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from proofline.claims.book import Act as Said
from proofline.claims.claim import Claim
from proofline.claims.out.professional import professional
from proofline.claims.x12.envelope import Envelope, Party
from proofline.desk.billing.book import lines_of, looked, said
from proofline.desk.billing.told import tell_lines
from proofline.desk.roles import permit
from proofline.desk.telling.events import HELD
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import Book
from proofline.store.trouble import not_visible
from proofline.store.work import files

WENT = "837"
"""As what the files that were sent are kept: which claims one carried is read from it."""

_NUMBERS = re.compile(r"interchange (\d+), group (\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ends:
    """Who sends and who receives."""

    sender: Party
    receiver: Party


@dataclass(frozen=True, slots=True)
class Sent:
    """One submission: the number of its entry in the book of lines, and its file."""

    number: int
    name: str
    data: bytes


def hold(book: Book, line_ids: Collection[str], why: str, at: datetime) -> None:
    """Hold lines that are not sent yet.

    Errors: NotAllowed; NotVisible; DeskError without a reason; ClaimsError if one was sent or held.
    """
    _hold_or_release(book, "line.hold", line_ids, (why, at))


def release(book: Book, line_ids: Collection[str], why: str, at: datetime) -> None:
    """Release held lines; draft again, and they are drawn into claims. Errors: as for holding."""
    _hold_or_release(book, "line.release", line_ids, (why, at))


def _hold_or_release(
    book: Book, kind: str, line_ids: Collection[str], told: tuple[str, datetime]
) -> None:
    why, at = told
    permit(book, kind)
    refuse_silence(why, "Holding or releasing a line")
    with book.act(kind, at, why) as act:
        lines = lines_of(book, act)
        looked(book, kind, lines, line_ids, at=at)
        (lines.hold if kind == "line.hold" else lines.release)(line_ids, said(act))
        if kind == "line.hold":
            tell_lines(book, act, lines, HELD, line_ids=line_ids)


def submit(book: Book, claim_ids: Collection[str], ends: Ends, at: datetime) -> Sent:
    """Say of claims that they are sent, and give their file (837P).

    Both or neither: a file is given only for what the book says is sent. `file_again` gives the
    same bytes. Errors: NotAllowed; NotVisible; ClaimsError if one cannot be sent or written.
    """
    permit(book, "claim.submit")
    with book.act("claim.submit", at) as act:
        lines = lines_of(book, act)
        if not set(claim_ids) <= lines.claims.keys():
            raise not_visible()
        claims = [lines.claims[one] for one in dict.fromkeys(claim_ids)]
        looked(book, "claim.submit", lines, [n.line_id for c in claims for n in c.lines], at=at)
        _file(claims, ends, act.at, (1, 1))  # refused before a control number is taken
        numbers = lines.next_controls(said(act), interchange=1, group=1)
        taken = (numbers["interchange"], numbers["group"])
        why = f"written as 837p, interchange {taken[0]}, group {taken[1]}"
        entry = lines.submit(claim_ids, said(act, why))
        sent = Sent(entry.number, *_file(claims, ends, act.at, taken))
        files.keep(act, WENT, sent.data)
        return sent


def file_again(book: Book, number: int, ends: Ends, at: datetime) -> Sent:
    """Give the file of a submission again, to the byte, where it was lost on its way.

    Errors: NotAllowed; NotVisible if the entry of that number is no submission.
    """
    permit(book, "claim.submit")
    lines = lines_of(book)
    try:
        claims = lines.submission(number)
    except KeyError as error:
        raise not_visible() from error
    ids = [line.line_id for claim in claims for line in claim.lines]
    looked(book, "claim.submit", lines, ids, at=at)
    act = next(told.act for told in lines.story(ids[0]) if told.number == number)
    told = _NUMBERS.search(act.why)
    assert told is not None, "every submission of the desk names its numbers"
    return Sent(number, *_file(claims, ends, act.at, (int(told[1]), int(told[2]))))


def _file(
    claims: list[Claim], ends: Ends, at: datetime, numbers: tuple[int, int]
) -> tuple[str, bytes]:
    envelope = Envelope(ends.sender, ends.receiver, "P", at, *numbers)
    return f"837p-{numbers[0]:09d}.x12", professional(claims, envelope)


def sendable(book: Book, at: datetime) -> list[str]:
    """Give the claims that are ready or corrected and that nothing keeps from being sent.

    Errors: NotAllowed; DeskError if there is none.
    """
    permit(book, "claim.submit")
    lines = lines_of(book)
    ready = [claim.claim_id for claim in lines.current("ready")]
    ready += [claim.claim_id for claim in lines.current("corrected")]
    refused = lines.unsendable(ready, Said("", at))
    left = [one for one in ready if one not in refused]
    if not left:
        raise DeskError(
            "desk.nothing_ready", "No claim is ready to be sent.", "Draw what is earned first."
        )
    return left
