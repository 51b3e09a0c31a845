"""Answers of payers: files posted, and what found no line listed and settled by hand."""

from __future__ import annotations

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Brought, Done
from proofline.claims.answers.acknowledged import Acknowledged
from proofline.claims.answers.posting import Posted, Waiting
from proofline.claims.back.balance import Imbalance
from proofline.claims.book import Change
from proofline.desk.billing import answering


class WaitingAnswer(Waiting, frozen=True):
    """An answer that waits, by a name of its own: alerts wait too, and are described beside it."""


class AnswerTo(msgspec.Struct, frozen=True):
    """An answer that was posted: to which line, and where it stands by it; null: as before."""

    line_id: str
    state: str | None


class RemittancePosted(msgspec.Struct, frozen=True):
    """What came of a remittance: answers posted, how many were before or set aside, what waits.

    `kept` are cents that the payer kept from the payment for no line of it (below 0: added).
    `unbalanced` are claims and payments that do not add up; their money is posted as stated.
    """

    posted: tuple[AnswerTo, ...]
    before: int
    aside: int
    waiting: tuple[WaitingAnswer, ...]
    kept: int
    unbalanced: tuple[Imbalance, ...]


class FileAcknowledged(msgspec.Struct, frozen=True):
    """What came of an acknowledgment: answers posted, how many were before, what found nothing.

    `contradicted` are claims that were accepted and rejected both, of which to ask the payer.
    """

    posted: tuple[AnswerTo, ...]
    before: int
    unknown: tuple[str, ...]
    contradicted: tuple[str, ...]


class AnswerKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer by its key."""

    key: str


class AnswerSettled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer by its key, and why it is settled so."""

    key: str
    reason: str


class Attached(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer by its key, the line that it is of, and how that is known."""

    key: str
    line_id: str
    reason: str


@route("GET answers/waiting", "read:lines", "remit.post", of=WaitingAnswer, gives="page")
def list_waiting_answers(asked: Asked) -> object:
    """Answers of remittances that found no line, those tried longest ago first."""
    return answering.page_of_waiting(asked.book, asked.place)


@route("POST answers/attach", "write:lines", "remit.post", of=Done, body=Attached)
def attach_answer(asked: Asked) -> object:
    """Post an answer that waits to a line, as the payer stated it."""
    said: Attached = asked.body
    answering.attach(asked.book, said.key, said.line_id, asked.at, why=said.reason)
    return Done()


@route("POST answers/detach", "write:lines", "remit.post", of=Done, body=AnswerSettled)
def detach_answer(asked: Asked) -> object:
    """Take an answer off the line to which a person attached it; it waits again."""
    said: AnswerSettled = asked.body
    answering.detach(asked.book, said.key, asked.at, why=said.reason)
    return Done()


@route("POST answers/again", "write:lines", "remit.post", of=RemittancePosted, body=AnswerKey)
def try_answer_again(asked: Asked) -> object:
    """Try the file of an answer that waits once more; what fits by now is posted."""
    return _posted(answering.try_again(asked.book, asked.body.key, asked.at))


@route("POST answers/set-aside", "write:lines", "remit.post", of=Done, body=AnswerSettled)
def set_answer_aside(asked: Asked) -> object:
    """Say of an answer that waits that it is of no line of ours."""
    said: AnswerSettled = asked.body
    answering.set_aside(asked.book, said.key, said.reason, asked.at)
    return Done()


@route("POST answers/let-wait", "write:lines", "remit.post", of=Done, body=AnswerSettled)
def let_answer_wait(asked: Asked) -> object:
    """Let an answer that was set aside wait again."""
    said: AnswerSettled = asked.body
    answering.let_wait(asked.book, said.key, said.reason, asked.at)
    return Done()


@route("POST remittances", "write:remittances", "remit.post", of=RemittancePosted, body=Brought)
def post_remittance(asked: Asked) -> object:
    """Post a remittance (835): each answer to its line, once; the same file again posts nothing."""
    return _posted(answering.post(asked.book, asked.body.file, asked.at))


@route("POST acknowledgments", "write:remittances", "remit.post", of=FileAcknowledged, body=Brought)
def post_acknowledgment(asked: Asked) -> object:
    """Post an acknowledgment (TA1, 999 or 277CA): what it says of files and claims, once."""
    made: Acknowledged = answering.acknowledge(asked.book, asked.body.file, asked.at)
    return FileAcknowledged(_moved(made.changes), made.before, made.unknown, made.contradicted)


def _posted(made: Posted) -> RemittancePosted:
    waiting = tuple(WaitingAnswer(**msgspec.structs.asdict(one)) for one in made.waiting)
    kept = sum(one.adjustment.amount for one in made.kept)
    posted = _moved(made.changes)
    return RemittancePosted(posted, made.before, made.aside, waiting, kept, made.unbalanced)


def _moved(changes: tuple[Change, ...]) -> tuple[AnswerTo, ...]:
    return tuple(AnswerTo(one.line_id, one.to) for one in changes)


ANSWERS = (
    list_waiting_answers,
    attach_answer,
    detach_answer,
    try_answer_again,
    set_answer_aside,
    let_answer_wait,
    post_remittance,
    post_acknowledgment,
)
