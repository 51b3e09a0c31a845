"""Decisions and their history, lines, parked jobs, feeds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from proofline.api.bodies import after_cursor
from proofline.api.route import Asked, route
from proofline.desk.requests import lists
from proofline.desk.requests.lists import MOST, Place
from proofline.store.outside.lists import Decided, Feed, LineId, Parked, Wanted
from proofline.store.trouble import not_visible


class LineSearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which lines are looked for; what is left out does not matter. Days are of a period's end."""

    outcome: Literal["billable", "held", "not_billable", "open"] | None = None
    code: str | None = None
    ends_from: date | None = None
    ends_to: date | None = None
    cursor: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = 50


@route(
    "GET enrollments/{enrollment_id}/decisions",
    "read:decisions",
    "patient.see",
    of=Decided,
    gives="page",
)
def list_decisions(asked: Asked) -> object:
    """Decisions that hold for an enrollment, with their findings."""
    return lists.decisions(asked.book, asked.ids["enrollment_id"], asked.place, asked.at)


@route(
    "GET enrollments/{enrollment_id}/lines/{period_kind}/{period_start}/{code}/decisions",
    "read:decisions",
    "patient.see",
    of=Decided,
    gives="page",
)
def list_line_history(asked: Asked) -> object:
    """Every decision of one line, the first one first."""
    said = asked.ids
    try:
        first = date.fromisoformat(said["period_start"])
    except ValueError as error:
        raise not_visible() from error
    line = LineId(said["enrollment_id"], said["period_kind"], first, said["code"])
    return lists.history(asked.book, line, asked.place, asked.at)


@route("POST lines/search", "read:lines", "practice.see", of=Decided, gives="page", body=LineSearch)
def search_lines(asked: Asked) -> object:
    """Lines by outcome, code and end of period."""
    said: LineSearch = asked.body
    wanted = Wanted(said.outcome, said.code, said.ends_from, said.ends_to)
    place = Place(after_cursor(said.cursor, "searchLines"), said.limit)
    return lists.lines(asked.book, wanted, place, asked.at)


@route("GET jobs/parked", "read:feeds", "feed.see", of=Parked, gives="page")
def list_parked_jobs(asked: Asked) -> object:
    """Work that failed too often."""
    return lists.parked(asked.book, asked.place)


@route("GET feeds", "read:feeds", "feed.see", of=Feed, gives="list")
def list_feeds(asked: Asked) -> object:
    """What came from each source."""
    return lists.feeds(asked.book)


BILLING = (
    list_decisions,
    list_line_history,
    search_lines,
    list_parked_jobs,
    list_feeds,
)
