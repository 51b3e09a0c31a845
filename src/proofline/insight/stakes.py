"""What a code is worth, and what a rung adds to the one below it.

A period carries one code of a ladder, so a rung is worth its fee less that of the next lower one. A
fee that nobody loaded is unknown, and so is every difference with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from proofline.claims.claim import Cents, ClaimLine
from proofline.claims.drawing import OFFICE
from proofline.claims.parties import payers_on

if TYPE_CHECKING:
    from proofline.claims.drawing import Expected
    from proofline.claims.sheets.directory import Directory
    from proofline.claims.sheets.people import People
    from proofline.insight.outlook import Outlook
    from proofline.packs.page import Page

Fees: TypeAlias = Callable[[str, str, date], Cents | None]
"""What one unit of a code brings for an enrollment on a day: (enrollment, code, day), or None."""


def unknown(enrollment_id: str, code: str, on: date) -> Cents | None:
    """Know no fee."""
    del enrollment_id, code, on
    return None


def fees_of(expected: Expected, people: People, directory: Directory) -> Fees:
    """Price codes as claims will be: by the payer of the day, its contract or the fee schedule."""

    @cache
    def fee(enrollment_id: str, code: str, on: date) -> Cents | None:
        """Price one unit of a code; asked of the sheets once."""
        enrollment = people.enrollments[enrollment_id]
        place = enrollment["place_of_service"] or OFFICE
        line = ClaimLine("", "", code, 1, 0, on, on, place_of_service=place)
        first = payers_on(enrollment, on, (people, directory))[0]
        return expected(line, first, people.practice_of(enrollment["billing_performer_id"]))

    return fee


def dated(outlooks: Iterable[Outlook], stands_in: Callable[[date], date | None]) -> list[Outlook]:
    """Say of each outlook by which earlier fees it is priced, if there are none for its end."""
    return [msgspec.structs.replace(one, fees_until=stands_in(one.period_end)) for one in outlooks]


def stakes(
    page: Page, codes: Iterable[str], fee: Mapping[str, Cents | None]
) -> dict[str, Cents | None]:
    """Give what each code adds to the next lower one of its ladder that is in force."""
    below = {
        code: ladder.codes[place + 1]
        for ladder in page.exclusives.values()
        for place, code in enumerate(ladder.codes[:-1])
    }
    return {code: _beyond(fee, code, below.get(code)) for code in codes}


def _beyond(fee: Mapping[str, Cents | None], code: str, lower: str | None) -> Cents | None:
    whole, part = fee.get(code), 0 if lower is None else fee.get(lower)
    return None if whole is None or part is None else whole - part
