"""Holding lines back, letting them go, sending claims, and taking them along on paper.

A claim is sent once, with numbers of its own. Taken along it is not sent: the files are those of
the command line, and who took what of whom stays on record, with the digest of each file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, get_args

from proofline.claims.book import Book as Lines
from proofline.claims.claim import Claim
from proofline.claims.out.charges import SAVED, read_layout
from proofline.claims.out.kinds import claims_for, files_of, kept_back, printable
from proofline.claims.out.professional import professional
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.envelope import Envelope, Party
from proofline.desk.billing.book import SENT_AS, lines_of, looked, said, sending_at
from proofline.desk.billing.told import tell_lines
from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.desk.telling.events import HELD
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import Book
from proofline.store.trouble import not_visible
from proofline.store.work import files

WENT = "837"
"""As what the files that were sent are kept: which claims one carried is read from it."""

_NUMBERS = re.compile(r"interchange (\d+), group (\d+)", re.ASCII)


Kind = Literal["cms1500", "preview", "charges", "superbill"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_WRITTEN_AS = {"preview": "cms1500"}
_ENDS = {"cms1500": ".pdf", "preview": ".txt", "charges": ".csv", "superbill": ".pdf"}
_LAYOUT = "practicesuite.toml"

MOST = 500
"""Claims of one file at most; a page for each is drawn while somebody waits."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Who sends and who receives."""

    sender: Party
    receiver: Party


@dataclass(frozen=True, slots=True)
class Sent:
    """One submission: the number of its entry in the book of lines, and its file.

    A claim goes whole: `claims` went with all of their `lines`.
    """

    number: int
    name: str
    data: bytes
    claims: int
    lines: int


def hold(book: Book, line_ids: Collection[str], why: str, at: datetime) -> None:
    """Hold lines that are not sent yet.

    Errors: NotAllowed; NotVisible; DeskError without a reason or a line; ClaimsError if one was
    sent or held.
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
    refuse_no_line(line_ids)
    with book.act(kind, at, why) as act:
        lines = lines_of(book, act)
        looked(book, kind, lines, line_ids, at=at)
        (lines.hold if kind == "line.hold" else lines.release)(line_ids, said(act))
        if kind == "line.hold":
            tell_lines(book, act, lines, HELD, line_ids=line_ids)


def chosen_claims(chosen: Collection[str], *, every: bool) -> Collection[str]:
    """Give the chosen claims; none where nobody chose and all are meant.

    Errors: DeskError if no claim is chosen and nobody said that all are meant.
    """
    if not chosen and not every:
        raise DeskError("desk.nothing_chosen", "No claim is chosen.", "Mark at least one, or all.")
    return chosen


def refuse_no_line(chosen: Collection[str]) -> None:
    """Refuse an act on lines that names none. Errors: DeskError."""
    if not chosen:
        raise DeskError("desk.nothing_chosen", "No line is chosen.", "Mark at least one.")


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
        why = f"{SENT_AS}, interchange {taken[0]}, group {taken[1]}"
        entry = lines.submit(claim_ids, said(act, why))
        sent = _sent(entry.number, claims, _file(claims, ends, act.at, taken))
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
    return _sent(number, claims, _file(claims, ends, act.at, (int(told[1]), int(told[2]))))


def _sent(number: int, claims: list[Claim], file: tuple[str, bytes]) -> Sent:
    return Sent(number, *file, len(claims), sum(len(one.lines) for one in claims))


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
    refused = lines.unsendable(ready, sending_at(at))
    left = [one for one in ready if one not in refused]
    if not left:
        raise DeskError(
            "desk.nothing_ready", "No claim is ready to be sent.", "Draw what is earned first."
        )
    return left


@dataclass(frozen=True, slots=True)
class Choice:
    """The claims that a file of a kind would have, and by their ids why others are not in it."""

    kind: Kind
    claims: tuple[Claim, ...]
    left_out: Mapping[str, ClaimsError]

    @property
    def mark(self) -> str:
        """A digest of what is left out, blank where nothing is: who was told it can say so."""
        told = "\n".join(f"{one} {why.message}" for one, why in self.left_out.items())
        return sha256(told.encode()).hexdigest()[:16] if told else ""


@dataclass(frozen=True, slots=True)
class Taken:
    """One file: its name, free of PHI, its bytes, of how many claims, and why others are not in."""

    name: str
    data: bytes
    claims: int
    left_out: Mapping[str, ClaimsError]


def choice(book: Book, kind: Kind, chosen: Collection[str], at: datetime) -> Choice:
    """Say which of the chosen claims, or of all, can be written, before a file is made.

    What could not be sent is not written either. Errors: NotAllowed; DeskError for more claims than
    go into one file; ClaimsError if there are none such, or one chosen, or none, can be written.
    """
    permit(book, "claim.take")
    written = _WRITTEN_AS.get(kind, kind)
    lines = lines_of(book)
    claims = _of(lines, written, chosen)
    kept = kept_back(lines, claims, sending_at(at))
    claims = [one for one in claims if one.claim_id not in kept]
    if kept and (chosen or not claims):
        raise next(iter(kept.values()))
    _refuse_many(claims)
    claims, refused = printable(claims) if written == "cms1500" else (claims, {})
    return Choice(kind, tuple(claims), kept | refused)


def take(book: Book, kind: Kind, chosen: Collection[str], at: datetime) -> Taken:
    """Write chosen claims, or all that can be, as a file. Errors: as of `choice`."""
    return written(book, choice(book, kind, chosen, at), at)


def written(book: Book, of: Choice, at: datetime) -> Taken:
    """Write what was chosen as a file, and put on record who took it. Errors: as of `choice`."""
    claims, kind = [*of.claims], of.kind
    layout = (read_layout(SAVED / _LAYOUT), (0.0, 0.0))
    files = files_of(claims, _WRITTEN_AS.get(kind, kind), at, layout)
    name, data = next((name, data) for name, data in files.items() if name.endswith(_ENDS[kind]))
    look_at_all(book, f"claim.take.{kind}", {one.patient_id for one in claims}, at)
    with book.act("claim.take", at) as act:
        digest = f"sha256:{sha256(data).hexdigest()}"
        ids = tuple(one.claim_id for one in claims)
        act.vouch("claim.take", {"kind": kind, "claims": ids, "digest": digest})
    return Taken(name, data, len(claims), of.left_out)


def _of(lines: Lines, kind: str, chosen: Collection[str]) -> list[Claim]:
    """Give the claims of a kind, or those chosen. Errors: NotVisible; DeskError if there is none.

    A claim that is sent, or only drawn, is not written onto a form again.
    """
    found = claims_for(lines, kind)
    if not set(chosen) <= lines.claims.keys():
        raise not_visible()
    wanted = [claim for claim in found if not chosen or claim.claim_id in chosen]
    if not wanted or len(wanted) < len(set(chosen)):
        raise DeskError(
            "desk.nothing_to_write",
            "No claim, or not every chosen one, is ready to be written so.",
            "Draw and check first. Only a superbill is also written of what was only drawn.",
        )
    return wanted


def _refuse_many(claims: list[Claim]) -> None:
    if len(claims) > MOST:
        raise DeskError(
            "desk.too_many_claims",
            f"{len(claims)} claims are more than the {MOST} that go into one file.",
            "Choose some of them, or write them with `proofline claims write`.",
        )
