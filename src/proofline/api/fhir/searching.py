"""What a search may ask for, and the page of what it found.

`patient` is an id or a reference, `date` a day or an instant with or without a prefix, at most two
of them joined by a comma would be a choice in FHIR, so a span takes `date` and `date-to`. `_count`
is the length of a page; the link `next` leads on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from proofline.api.bodies import SEARCHED, after_cursor, cursor
from proofline.api.fhir.ids import our_id
from proofline.api.fhir.resources import Json
from proofline.api.problems import wrong
from proofline.api.route import Asked
from proofline.desk.requests.lists import MOST, Place

PATIENT = {"patient": "An id of a patient, or a reference such as Patient/P-1."}
DATE = {"date": "A day or an instant, with eq, ge, gt, le or lt before it."}
PAGING = {"_count": f"Resources of a page, 1 to {MOST}.", "_cursor": "As the link `next` has it."}
_PREFIXES = ("eq", "ge", "gt", "le", "lt")
_LONGEST_COUNT = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that a search asks for, from an instant until before another."""

    first: datetime | None = None
    until: datetime | None = None

    def holds(self, cell: str | None) -> bool:
        """Whether an instant of the evidence lies in it."""
        at = datetime.fromisoformat(cell) if cell else None
        if at is None:
            return self.first is None and self.until is None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return not (self.first and at < self.first) and not (self.until and at >= self.until)


def patient_of(query: Mapping[str, str]) -> str | None:
    """Give our id of the patient that a search is about; blank for one that cannot be there."""
    if "patient" not in query:
        return None
    return our_id(query["patient"].removeprefix("Patient/")) or ""


def span_of(query: Mapping[str, str]) -> Span:
    """Read `date`. Errors: ApiError 400."""
    said = query.get("date")
    if said is None:
        return Span()
    if not re.match(SEARCHED, said):
        raise _no_date(400)
    prefix = said[:2] if said[:2] in _PREFIXES else ""
    text = said.removeprefix(prefix)
    try:
        first, until = _stretch(text)
    except (ValueError, OverflowError) as error:
        raise _no_date(409) from error
    spans = {
        "ge": Span(first, None),
        "gt": Span(until, None),
        "le": Span(None, until),
        "lt": Span(None, first),
    }
    return spans.get(prefix, Span(first, until))


def _no_date(status: int) -> Exception:
    return wrong(
        status,
        "api.date",
        "The date is none that can be searched for.",
        "Give a day such as ge2026-03-01, or an instant with its offset.",
        where="date",
    )


def _stretch(text: str) -> tuple[datetime, datetime]:
    if len(text) == len("2026-03-01"):
        first = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        return first, first + timedelta(days=1)
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError(text)
    return at, at + timedelta(seconds=1)


def place_of(query: Mapping[str, str], name: str) -> Place:
    """Read `_count` and `_cursor`. Errors: ApiError 400."""
    count = query.get("_count", "50")
    usable = count.isascii() and count.isdigit() and len(count) <= _LONGEST_COUNT
    if not usable or not 1 <= int(count) <= MOST:
        raise wrong(
            400, "api.limit", f"A page has 1 to {MOST} resources.", "Ask for fewer.", where="_count"
        )
    return Place(after_cursor(query.get("_cursor", ""), name), int(count))


def bundle(asked: Asked, kind: str, found: list[tuple[int, Json]], after: int | None) -> Json:
    """Give a page as a searchset, with the link to itself and to the next one."""
    links: list[Json] = [_link(asked, kind, "self", asked.query)]
    if (mark := cursor(after, kind)) is not None:
        links.append(_link(asked, kind, "next", {**asked.query, "_cursor": mark}))
    base = f"{asked.base}fhir/"
    return (
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "link": links,
            "entry": [
                {
                    "fullUrl": f"{base}{kind}/{one['id']}",
                    "resource": one,
                    "search": {"mode": "match"},
                }
                for _, one in found
            ],
        }
        if found
        else {"resourceType": "Bundle", "type": "searchset", "link": links}
    )


def _link(asked: Asked, kind: str, relation: str, query: Mapping[str, str]) -> Json:
    told = f"?{urlencode(query)}" if query else ""
    return {"relation": relation, "url": f"{asked.base}fhir/{kind}{told}"}
