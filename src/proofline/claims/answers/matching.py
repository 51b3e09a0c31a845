"""Which of our lines an adjudicated one speaks of, and by what it was known.

First by REF*6R, our own number of the line; a payer that leaves it out is followed by claim number,
code and date. What names our line but another code, or could be two lines, matches nothing: money
on the wrong line is worse than money that waits. What is found by our own number may still be told
of another day, or paid under another code that replaces ours: that is posted, and kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field

from proofline.claims.back.remittance import RemitClaim, RemitLine
from proofline.claims.book import Book
from proofline.claims.claim import Claim, ClaimLine

Which = Literal["day", "code"]
"""In what an answer may differ from what we billed."""

By = Literal["REF*6R", "claim number, code and date", "claim number alone", "a person"]


class Match(Struct, frozen=True):
    """A line of ours and what it was known by; or an empty `line_id`, and why not.

    `differs` is what the payer told otherwise than we billed, as it is kept with the answer.
    """

    line_id: str = ""
    by: By | None = None
    why_not: str = ""
    differs: dict[str, str] = field(default_factory=dict)


class Matcher:
    """Finds lines in a book as it stands when this is made."""

    def __init__(self, book: Book) -> None:
        """Index the claims of the book by line, those written last before all others."""
        self._claims: Mapping[str, Claim] = book.claims
        self._by_line: dict[str, tuple[Claim, ClaimLine]] = {
            line.line_id: (claim, line) for claim in book.claims.values() for line in claim.lines
        }

    def line(self, claim: RemitClaim, line: RemitLine) -> Match:
        """Find the line that an adjudicated one speaks of."""
        if line.line_id:
            return self._by_own_number(claim, line)
        ours = self._claims.get(claim.claim_id)
        if ours is None:
            return Match(why_not="no claim and no line of the book has its numbers")
        first, last = _days(claim, line)
        if first is None or last is None:
            return Match(why_not="it names neither our line nor a date")
        fits = [
            one
            for one in ours.lines
            if one.code in _codes(line) and one.first_day <= first <= last <= one.last_day
        ]
        return _only(fits, "claim number, code and date", line)

    def _by_own_number(self, claim: RemitClaim, line: RemitLine) -> Match:
        found = self._by_line.get(line.line_id)
        if found is None:
            return Match(why_not="the book has no line of this number (REF*6R)")
        carried = self._claims.get(claim.claim_id, found[0])
        ours = next((one for one in carried.lines if one.line_id == line.line_id), None)
        if ours is None:
            return Match(why_not="the claim that it names never carried the line that it names")
        if ours.code not in _codes(line):
            return Match(why_not=f"it names our line of {ours.code}, but another code")
        return Match(ours.line_id, "REF*6R", differs=_differing(ours, line))

    def whole(self, claim: RemitClaim) -> tuple[Match, ...]:
        """Find the lines of an adjudicated claim of which no line is told.

        Where it was denied, all of its lines are meant; money is of one line only if there is one.
        """
        ours = self._claims.get(claim.claim_id)
        if ours is None:
            return (Match(why_not="no claim of the book has its number"),)
        if len(ours.lines) > 1 and (claim.paid or claim.patient_share):
            return (Match(why_not="it pays a claim of several lines and does not say which"),)
        return tuple(Match(one.line_id, "claim number alone") for one in ours.lines)


def _days(claim: RemitClaim, line: RemitLine) -> tuple[date | None, date | None]:
    """Give first and last day of a line: its own, else those of the claim (DTM 232 and 233)."""
    told = {one.qualifier: one.day for one in claim.days}
    first = line.first_day or told.get("232")
    return first, line.last_day or line.first_day or told.get("233", first)


def _codes(line: RemitLine) -> set[str]:
    return {line.procedure.code, *([line.submitted.code] if line.submitted else [])}


def _only(fits: list[ClaimLine], by: By, line: RemitLine) -> Match:
    if len(fits) == 1:
        return Match(fits[0].line_id, by, differs=_differing(fits[0], line))
    if fits:
        return Match(why_not="several lines of the claim have its code and date")
    return Match(why_not="no line of the claim has its code and date")


def _differing(ours: ClaimLine, line: RemitLine) -> dict[str, str]:
    """Give days outside of ours, and a code that is not ours; a day that was not told is none."""
    found: dict[str, str] = {}
    first, last = line.first_day, line.last_day or line.first_day
    if first and last and not ours.first_day <= first <= last <= ours.last_day:
        found |= {"told_first": first.isoformat(), "told_last": last.isoformat()}
        found |= {"our_first": ours.first_day.isoformat(), "our_last": ours.last_day.isoformat()}
    if line.procedure.code != ours.code:
        found |= {"told_code": line.procedure.code, "our_code": ours.code}
    return found


def differing(detail: Mapping[str, str]) -> Iterator[tuple[Which, str, str]]:
    """Give in what a posted answer speaks otherwise of its line: which, as told, as billed."""
    if "told_first" in detail:
        told = _span(detail["told_first"], detail["told_last"])
        yield "day", told, _span(detail["our_first"], detail["our_last"])
    if "told_code" in detail:
        yield "code", detail["told_code"], detail["our_code"]


def differences(detail: Mapping[str, str]) -> Iterator[str]:
    """Say where a posted answer speaks of its line otherwise than we billed it, and what to do."""
    for which, told, ours in differing(detail):
        yield f"the payer answered for {told}, we billed {ours}: {_TO_DO[which]}"


_TO_DO: Mapping[Which, str] = {
    "day": "ask it which day it has on file",
    "code": "it changed the code (SVC06)",
}


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"
