"""The shelf of the law: every page with the days that it rules, and how much of it is still open.

A page is asked for by its program, or the pack of a payer, and a day: the page that rules that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from proofline.desk.roles import may
from proofline.desk.trouble import DeskError
from proofline.packs import shelf
from proofline.packs.page import Page
from proofline.store.book import Book
from proofline.store.counting import open_periods

END = date.max
"""The last day of a page that no other follows yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A page on the shelf: `slug` names it in addresses beside its date, `last` its last day.

    `open` counts the open periods whose last day it rules; None for a page of a payer, and for
    people who may not see the practice.
    """

    page: Page
    slug: str
    last: date
    now: bool
    open: int | None

    @property
    def effective(self) -> str:
        """The date in its address."""
        return self.page.effective.isoformat()

    @property
    def ends(self) -> date | None:
        """The last day that it rules; None while no other follows."""
        return None if self.last == END else self.last

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that it knows, in order."""
        return tuple(sorted(self.page.codes))


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pages of one program or payer, the newest first."""

    title: str
    slug: str
    pages: tuple[Standing, ...]


def shelves(book: Book, at: datetime) -> tuple[Shelf, ...]:
    """Give all pages: programs with open periods first, those of payers last."""
    counted = open_periods.ends(book.tenant_id) if may(book, "practice.see") else None
    found = [_shelf(pack, at.date(), counted) for pack in shelf.packs()]
    return tuple(sorted(found, key=_rank))


def _rank(one: Shelf) -> tuple[bool, int, str]:
    """Order the shelves by whose they are, how much of them is open, and the alphabet."""
    unsettled = sum(page.open or 0 for page in one.pages)
    return (one.slug in shelf.payer_packs(), -unsettled, one.title)


def slug_of(pack: str) -> str:
    """Name a pack in addresses: Medicare's by the program, a payer's by its own name."""
    first = shelf.pages(pack)[0]
    return pack if pack in shelf.payer_packs() else first.program


def page_of(program: str, day: str) -> Page:
    """Give the page that rules a day. Errors: PackError; DeskError for what is no day."""
    pack = program if program in shelf.packs() else shelf.base_pack(program)
    return shelf.on(pack, _read(day))


def last_day(page: Page) -> date:
    """Give the last day that a page rules; END while no other follows."""
    later = [one for one in shelf.effective_dates(page.pack) if one > page.effective]
    return later[0] - timedelta(days=1) if later else END


def _read(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as trouble:
        raise DeskError(
            "desk.no_day", f"{day[:20]} is not a day.", "Write it as 2026-01-01."
        ) from trouble


def _shelf(pack: str, today: date, counted: list[tuple[str, date, int]] | None) -> Shelf:
    pages = shelf.pages(pack)
    bounds = [*(page.effective for page in pages), None]
    slug = slug_of(pack)
    rows: list[Standing] = []
    for page, (first, following) in zip(pages, pairwise(bounds), strict=True):
        last = following - timedelta(days=1) if following else END
        now = first is not None and first <= today <= last
        open_now = None if counted is None or slug == pack else _within(counted, page, last)
        rows.append(Standing(page, slug, last, now, open_now))
    return Shelf(pages[-1].title.partition(",")[0], slug, tuple(reversed(rows)))


def _within(counted: list[tuple[str, date, int]], page: Page, last: date) -> int:
    return sum(
        count
        for program, end, count in counted
        if program == page.program and page.effective <= end <= last
    )
