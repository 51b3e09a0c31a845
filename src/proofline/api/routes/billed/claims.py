"""Claims: drawn, taken along as a file, sent, corrected; and the files that went out."""

from __future__ import annotations

from typing import Literal

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Made, Reason, number_of
from proofline.desk.billing import answering, rounds, sending
from proofline.desk.billing.answering import Correction
from proofline.desk.billing.papers import papers_of
from proofline.desk.billing.rounds import Round
from proofline.desk.billing.sending import Sent, chosen_claims
from proofline.desk.roles import permit
from proofline.desk.showing.billing import files
from proofline.desk.showing.billing.files import FileSent

_KINDS = {"pdf": "application/pdf", "txt": "text/plain", "csv": "text/csv"}


class ChosenClaims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Claims by their ids; without ids `all` says that all are meant that nothing keeps back."""

    claim_ids: tuple[str, ...] = ()
    all: bool = False


class ClaimsTaken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As which kind of file claims are written; without ids `all` says all that can be."""

    kind: Literal["cms1500", "preview", "charges", "superbill"]
    claim_ids: tuple[str, ...] = ()
    all: bool = False


class LeftOut(msgspec.Struct, frozen=True):
    """A claim that is not in the file, and why."""

    claim_id: str
    why: str
    cure: str


class FileTaken(msgspec.Struct, frozen=True):
    """A file of claims: its bytes in base64, how many are in it, and which are not."""

    name: str
    kind: str
    file: bytes
    claims: int
    left_out: tuple[LeftOut, ...]


class Submission(msgspec.Struct, frozen=True):
    """What went out: its number in the book of lines, its file (837P) in base64, how much of it."""

    number: int
    name: str
    file: bytes
    claims: int
    lines: int


class CorrectedClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an answered claim is corrected, and why; `line_ids` are of a new one, none are all."""

    way: Literal["new", "replacement", "void"]
    reason: str
    line_ids: tuple[str, ...] = ()


class LineMoved(msgspec.Struct, frozen=True):
    """A line, and the state in which it stands now."""

    line_id: str
    state: str | None


@route("POST claims/draft", "write:claims", "claim.draft", of=Round)
def draft_claims(asked: Asked) -> object:
    """Draw what is earned and check it; what no edit blocks is ready to be sent."""
    return rounds.draw_all(asked.book, asked.at)


@route(
    "POST claims/take",
    "write:claims",
    "claim.take",
    of=FileTaken,
    body=ClaimsTaken,
    again="Ask with another key: it is written anew.",
)
def take_claims(asked: Asked) -> object:
    """Write claims as a file to take along; nothing is sent by it."""
    said: ClaimsTaken = asked.body
    permit(asked.book, "claim.take")
    chosen = chosen_claims(said.claim_ids, every=said.all)
    made = sending.take(asked.book, said.kind, chosen, asked.at)
    kind = _KINDS[made.name.rpartition(".")[2]]
    left = (LeftOut(one, why.message, why.remedy) for one, why in made.left_out.items())
    return FileTaken(made.name, kind, made.data, made.claims, tuple(left))


@route(
    "POST claims/send",
    "write:claims",
    "claim.submit",
    of=Submission,
    body=ChosenClaims,
    again="GET submissions/{0.number} gives it again, to the byte.",
)
def send_claims(asked: Asked) -> object:
    """Say of claims that they are sent, and give their file, to be handed in."""
    said: ChosenClaims = asked.body
    permit(asked.book, "claim.submit")
    chosen = chosen_claims(said.claim_ids, every=said.all)
    return _submission(rounds.send(asked.book, chosen, asked.at))


@route("GET submissions", "read:lines", "line.see", of=FileSent, gives="list")
def list_submissions(asked: Asked) -> object:
    """The last files that were sent."""
    return files.sent(asked.book)


@route("GET submissions/{number}", "read:claims", "claim.submit", of=Submission)
def get_submission(asked: Asked) -> object:
    """The file of a submission again, to the byte."""
    return _submission(rounds.file_of(asked.book, number_of(asked.ids["number"]), asked.at))


def _submission(sent: Sent) -> Submission:
    return Submission(sent.number, sent.name, sent.data, sent.claims, sent.lines)


@route(
    "POST claims/{claim_id}/correct",
    "write:amendments",
    "amendment.settle",
    of=Made,
    body=CorrectedClaim,
    status=201,
)
def correct_claim(asked: Asked) -> object:
    """Write down the claim that corrects, replaces or voids an answered one; it is sent later."""
    permit(asked.book, "amendment.settle")  # before the papers are read, which others may see
    said: CorrectedClaim = asked.body
    how = Correction(asked.ids["claim_id"], said.way, said.line_ids)
    told = (said.reason, asked.at)
    return Made(answering.correct(asked.book, how, papers_of(asked.book, asked.at), told).claim_id)


@route(
    "POST claims/{claim_id}/give-up",
    "write:amendments",
    "amendment.settle",
    of=LineMoved,
    gives="list",
    body=Reason,
)
def give_claim_up(asked: Asked) -> object:
    """Give a correction up that is not sent; its lines stand again as they were answered."""
    why = asked.body.reason
    made = answering.give_back(asked.book, asked.ids["claim_id"], why, asked.at)
    return [LineMoved(one.line_id, one.to) for one in made]


CLAIMS = (
    draft_claims,
    take_claims,
    send_claims,
    list_submissions,
    get_submission,
    correct_claim,
    give_claim_up,
)
