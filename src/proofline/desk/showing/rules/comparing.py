"""Two pages of the law side by side, what both cite, and the open periods that a change touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.desk.found import look_at_all
from proofline.desk.roles import may, permit
from proofline.desk.showing.rules.pages import last_day, page_of, slug_of
from proofline.desk.showing.rules.reading import Citation, citation
from proofline.desk.showing.seeking import name_of
from proofline.packs import shelf
from proofline.packs.changes import Said, changed, differences, reasons
from proofline.packs.page import Page
from proofline.packs.sources import Source, key_and_place, sources
from proofline.store.book import Book
from proofline.store.counting import open_periods
from proofline.store.counting.open_periods import OpenPeriod

PAGE = 50
"""Rows of a list on one page."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that two pages tell differently: what went, what came, and the reason declared.

    `kind` and `name` are those of the entry; `anchor` is where it stands on its page.
    """

    kind: str
    name: str
    gone: Said
    come: Said
    why: str
    citation: Citation | None

    @property
    def anchor(self) -> str:
        """Where the entry stands on its page."""
        plain = self.kind in {"code", "requirement", "title"}
        return self.name if plain else f"{self.kind}.{self.name}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from one page to another, which codes it touches, and how many open periods.

    `touched` is None for whoever may not see the practice, and for a page of a payer.
    """

    older: Page
    newer: Page
    slug: str
    dates: tuple[str, ...]
    differences: tuple[Difference, ...]
    codes: tuple[str, ...]
    touched: int | None
    under: int | None


@dataclass(frozen=True, slots=True)
class OpenUnder:
    """One open period of a list: whose, when, and its open codes."""

    name: str
    period: OpenPeriod


@dataclass(frozen=True, slots=True)
class OpenList:
    """The open periods that a page rules, or that a change of it touches, a page of them."""

    page: Page
    slug: str
    older: str
    codes: tuple[str, ...]
    rows: tuple[OpenUnder, ...]
    count: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Cited:
    """A source with the pages that cite it, newest first: slug, date, how often."""

    source: Source
    pages: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Every source; of the one that is `opened` by its key the pages are listed, not counted."""

    cited: tuple[Cited, ...]
    opened: str


def compare(book: Book, program: str, newer: str, older: str) -> Changes:
    """Compare two pages; a reason stands where one page alone between them declared it.

    Errors: PackError; DeskError for what is no day.
    """
    new = page_of(program, newer)
    before = older or (new.supersedes or new.effective).isoformat()
    old, new = sorted([page_of(program, before), new], key=lambda page: page.effective)
    declared = {what: steps[0][1] for what, steps in reasons(old, new).items() if len(steps) == 1}
    shown = tuple(
        Difference(
            what.partition(".")[0],
            what.partition(".")[2],
            gone,
            come,
            declared[what].why if what in declared else "",
            citation(declared[what].cite) if what in declared else None,
        )
        for what, gone, come in changed(old, new)
    )
    codes = _touched(new, old)
    counts = may(book, "practice.see") and slug_of(new.pack) != new.pack
    dates = tuple(one.isoformat() for one in reversed(shelf.effective_dates(new.pack)))
    return Changes(
        *(old, new, slug_of(new.pack), dates, shown, codes),
        *(_count(book, new, codes) if counts else (None, None)),
    )


def open_list(book: Book, of: tuple[str, str, str], number: int, at: datetime) -> OpenList:
    """List the open periods under a page (program, day), or touched by its change from a day.

    Errors: NotAllowed; PackError; DeskError for what is no day.
    """
    permit(book, "patient.see")
    program, day, older = of
    page = page_of(program, day)
    codes = _touched(page, page_of(program, older)) if older else tuple(sorted(page.codes))
    count, _every = _count(book, page, codes)
    pages = max(1, -(-count // PAGE))
    number = min(max(1, number), pages)
    asked = open_periods.Asked(page.program, (page.effective, last_day(page)), codes)
    some = open_periods.under(book.tenant_id, asked, PAGE, (number - 1) * PAGE)
    ids = {one.patient_id for one in some}
    look_at_all(book, "patient.see", ids, at)
    rows = book.shelf.rows("patients", patient_id=ids) if ids else []
    names = {row["patient_id"]: name_of(row) for row in rows}
    shown = tuple(OpenUnder(names.get(one.patient_id, one.patient_id), one) for one in some)
    return OpenList(page, slug_of(page.pack), older, codes, shown, count, number, pages)


def cited() -> tuple[Cited, ...]:
    """Give every source with the pages that cite it, in the order of the file of sources."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for pack in shelf.packs():
        slug = slug_of(pack)
        for page in reversed(shelf.pages(pack)):
            keys = [key_and_place(cite)[0] for _, cite in page.cites()]
            for key in dict.fromkeys(keys):
                at = (slug, page.effective.isoformat(), keys.count(key))
                found.setdefault(key, []).append(at)
    return tuple(Cited(one, tuple(found.get(key, ()))) for key, one in sources().items())


def _count(book: Book, page: Page, codes: tuple[str, ...]) -> tuple[int, int]:
    span = (page.effective, last_day(page))
    return open_periods.count(book.tenant_id, page.program, span, codes)


def _touched(page: Page, other: Page) -> tuple[str, ...]:
    """Name the codes that differ, ask what differs, or stand in a ladder that differs."""
    told = [what.partition(".") for what in differences(other, page)]
    entries = {name: {entry for kind, _, entry in told if kind == name} for name in _KINDS}
    found = {one.code for one in page.codes.values() if one.code in entries["code"]}
    found |= {
        one.code
        for one in page.codes.values()
        if entries["requirement"].intersection((*one.requires, *one.month_requires))
    }
    ladders = (page.exclusives[one] for one in entries["exclusive"] if one in page.exclusives)
    return tuple(sorted(found | {code for ladder in ladders for code in ladder.codes}))


_KINDS = ("code", "requirement", "exclusive")
