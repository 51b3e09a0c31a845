"""Lines in the book of lines: where they stand, what happened to them, held and released."""

from __future__ import annotations

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done
from proofline.claims.book import Standing
from proofline.claims.book.standing import Told
from proofline.desk.billing import book as billing
from proofline.desk.billing import sending


class HeldLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines that are held or let go, all or none, and why."""

    line_ids: tuple[str, ...]
    reason: str


@route("GET claim-lines", "read:lines", "line.see", of=Standing, gives="page")
def list_claim_lines(asked: Asked) -> object:
    """Where each line stands that was ever drawn into a claim."""
    return billing.page_of_lines(asked.book, asked.place, asked.at)


@route("GET claim-lines/{line_id}/story", "read:lines", "line.see", of=Told, gives="list")
def tell_claim_line(asked: Asked) -> object:
    """All that happened to a line, in order."""
    return billing.story(asked.book, asked.ids["line_id"], asked.at)


@route("POST claim-lines/hold", "write:lines", "line.hold", of=Done, body=HeldLines)
def hold_lines(asked: Asked) -> object:
    """Hold lines that are not sent yet."""
    sending.hold(asked.book, asked.body.line_ids, asked.body.reason, asked.at)
    return Done()


@route("POST claim-lines/release", "write:lines", "line.release", of=Done, body=HeldLines)
def release_lines(asked: Asked) -> object:
    """Let held lines go; they are drawn into claims when claims are drafted."""
    sending.release(asked.book, asked.body.line_ids, asked.body.reason, asked.at)
    return Done()


LINES = (list_claim_lines, tell_claim_line, hold_lines, release_lines)
