"""Denials: refused lines with what answers each; an appeal that was sent, a line given up."""

from __future__ import annotations

from datetime import date

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.billed.claims import LineMoved
from proofline.api.routes.made import Done
from proofline.claims.answers.explaining import Cause
from proofline.desk.billing import answering
from proofline.desk.requests.lists import Page
from proofline.desk.showing import denials
from proofline.desk.showing.denials import DeniedLine


class RefusedFor(msgspec.Struct, frozen=True):
    """One cause: group and reason code (CARC), cents, what it means here and what can be done.

    `questioned` are requirements that it puts in doubt, and `held` those of them that are met.
    """

    group: str
    code: str
    cents: int
    means: str
    do: str
    answer: str
    questioned: tuple[str, ...]
    held: tuple[str, ...]


class Denial(msgspec.Struct, frozen=True):
    """A line that its payer refused: cents by cause (`CO-16`), and what the evidence says to it.

    `answer` is `answered`, `questioned` or `nothing`; `last_day` is the last one of an appeal, null
    where none is known or open. `expected` is in cents, null where it is not known.
    """

    line_id: str
    claim_id: str
    enrollment_id: str
    code: str
    state: str
    refused: dict[str, int]
    expected: int | None
    answered_on: date | None
    last_day: date | None
    answer: str
    causes: tuple[RefusedFor, ...]


class Appealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines whose appeal was sent, and on which ground."""

    line_ids: tuple[str, ...]
    reason: str


class GivenUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines that are given up, and why.

    `shown` is the state in which whoever asks saw them, blank where that does not matter; given up
    twice, a line would be lost for good.
    """

    line_ids: tuple[str, ...]
    reason: str
    shown: str = ""


@route("GET denials", "read:lines", "line.see", of=Denial, gives="page")
def list_denials(asked: Asked) -> object:
    """Lines that payers refused, those first whose answer came first; at most 50 a page."""
    place = asked.place
    found = denials.denied(asked.book, "", place.after, asked.at)
    shown = [_denial(one) for one in found.lines[: place.most]]
    more = found.after is not None or len(found.lines) > len(shown)
    return Page(shown, place.after + len(shown) if more else None)


@route("GET denials/{line_id}", "read:lines", "line.see", of=Denial)
def get_denial(asked: Asked) -> object:
    """One answered line with all that answers it."""
    return _denial(denials.denied_line(asked.book, asked.ids["line_id"], asked.at))


def _denial(one: DeniedLine) -> Denial:
    told = one.told
    return Denial(
        *(told.line.line_id, told.claim_id, one.enrollment_id, told.line.code, told.state),
        *(dict(one.refused), told.line.expected, told.remitted_on, told.last_day),
        *(one.answer, tuple(map(_cause, one.causes))),
    )


def _cause(one: Cause) -> RefusedFor:
    questioned = tuple(each.requirement for each in one.questioned)
    held = tuple(each.requirement for each in one.questioned if each.status == "met")
    told = (one.group, one.code, one.amount, one.means, one.do, one.answer)
    return RefusedFor(*told, questioned, held)


@route("POST claim-lines/appeal", "write:amendments", "amendment.settle", of=Done, body=Appealed)
def appeal_lines(asked: Asked) -> object:
    """Say that an appeal of answered lines was sent, and on which ground."""
    said: Appealed = asked.body
    answering.appeal(asked.book, said.line_ids, said.reason, asked.at)
    return Done()


@route(
    "POST claim-lines/give-up",
    "write:amendments",
    "amendment.settle",
    of=LineMoved,
    gives="list",
    body=GivenUp,
)
def give_lines_up(asked: Asked) -> object:
    """Give up refused lines, their appeal, or a correction of them that is not sent."""
    said: GivenUp = asked.body
    made = answering.give_up(asked.book, said.line_ids, said.reason, asked.at, shown=said.shown)
    return [LineMoved(one.line_id, one.to) for one in made]


DENIALS = (list_denials, get_denial, appeal_lines, give_lines_up)
