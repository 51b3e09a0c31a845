"""Answers of payers that found no line: listed, attached to a line by hand, taken off it again."""

from __future__ import annotations

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done
from proofline.claims.answers.posting import Waiting
from proofline.desk.billing import answering


class WaitingAnswer(Waiting, frozen=True):
    """An answer that waits, by a name of its own: alerts wait too, and are described beside it."""


class Attached(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer by its key, the line that it is of, and how that is known."""

    key: str
    line_id: str
    reason: str


class TakenOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer by its key, and why it is not of the line that it was attached to."""

    key: str
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


@route("POST answers/detach", "write:lines", "remit.post", of=Done, body=TakenOff)
def detach_answer(asked: Asked) -> object:
    """Take an answer off the line to which a person attached it; it waits again."""
    said: TakenOff = asked.body
    answering.detach(asked.book, said.key, asked.at, why=said.reason)
    return Done()


ANSWERS = (list_waiting_answers, attach_answer, detach_answer)
