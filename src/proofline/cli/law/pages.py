"""Pages of the law on a terminal: the shelf, one page in words, two pages compared."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from proofline.cli.screen import console
from proofline.explain.law import PERIODS, askers, units_in_words
from proofline.packs import shelf
from proofline.packs.changes import changed, reasons
from proofline.packs.sources import POLICY, key_and_place, sources

if TYPE_CHECKING:
    from proofline.packs.page import Page

PLAIN: dict[str, Any] = {
    "title_justify": "left",
    "title_style": "bold",
    "box": None,
    "pad_edge": False,
}
LEVEL_STYLE = {"gate": "bold", "hold": "yellow", "warn": "dim"}


def shelf_table(pages: list[Page]) -> None:
    """Print every page with the span of service dates that it rules."""
    table = Table(title="The law on file", **PLAIN)
    for head in ("page", "from", "to", "codes", "digest"):
        table.add_column(head, overflow="fold", no_wrap=head != "codes")
    following = {one.name: two for one, two in pairwise(pages) if one.pack == two.pack}
    for page in pages:
        successor = following.get(page.name)
        until = "" if successor is None else f"before {successor.effective}"
        codes = " ".join(page.codes) + ("" if page.enforced else "  (announced, not enforced)")
        table.add_row(page.name, str(page.effective), until, codes, short(page.digest))
    console().print(table)


def short(digest: str) -> str:
    """Give the first twelve characters of a digest, enough to tell pages apart by eye."""
    return digest.removeprefix("sha256:")[:12]


def page_in_words(page: Page) -> None:
    """Print all that a page says, in the order in which it is decided."""
    out = console()
    out.print(Text(page.title, style="bold"))
    out.print(f"{page.name}, from {page.effective}{until(page)}, {page.digest}")
    if not page.enforced:
        out.print(Text("Announced and not enforced: shown, never used to refuse.", "yellow"))
    out.print()
    out.print(codes_table(page))
    out.print()
    out.print(requirements_table(page))
    out.print()
    for ladder in page.exclusives.values():
        out.print(Text(f"{' over '.join(ladder.codes)}: {ladder.text}"))
    for absent in page.absents.values():
        out.print(Text(f"{absent.code} is not on this page: {absent.text}"))
    out.print()
    out.print(policies_table(page))
    out.print()
    out.print(sources_table(page))


def until(page: Page) -> str:
    """Say before which day the page rules; nothing while no later page is on file."""
    later = [day for day in shelf.effective_dates(page.pack) if day > page.effective]
    return f" and before {later[0]}" if later else ""


def codes_table(page: Page) -> Table:
    """Show the codes of a page: what each stands for, for which period and in which units."""
    table = Table(title="Codes", **PLAIN)
    for head in ("code", "stands for", "period", "units"):
        table.add_column(head)
    for code in page.codes.values():
        table.add_row(code.code, code.title, PERIODS[code.period], units_in_words(code))
    return table


def requirements_table(page: Page) -> Table:
    """Show what is asked, once, with the codes that ask it and on whose word."""
    table = Table(title="Requirements", **PLAIN)
    for head in ("level", "asks", "fact and bound", "of", "source"):
        table.add_column(head)
    for name, asked in page.requirements.items():
        table.add_row(
            Text(asked.level, style=LEVEL_STYLE[asked.level]),
            Text(asked.text),
            Text(f"{asked.fact} {asked.needs}"),
            Text(" ".join(askers(page, name))),
            Text(asked.cite, style="dim"),
        )
    return table


def policies_table(page: Page) -> Table:
    """Show the choices on points that no source settles."""
    table = Table(title="Policies: what no source settles", **PLAIN)
    for head in ("policy", "choice", "in words", "source"):
        table.add_column(head, overflow="fold")
    for policy in page.policies.values():
        source = policy.cite or "no source found"
        table.add_row(policy.name, policy.choice, Text(policy.text), Text(source, style="dim"))
    return table


def sources_table(page: Page) -> Table:
    """Show the documents that the page cites, and how sure we are of each."""
    title = "Sources: A was read itself, B seen through its readers, C is a vendor's, K remembered"
    table = Table(title=title, **PLAIN)
    for head in ("source", "grade", "what it is"):
        table.add_column(head, overflow="fold")
    for key in sorted({key_and_place(cite)[0] for _, cite in page.cites()} - {POLICY}):
        one = sources()[key]
        table.add_row(key, one.grade, Text(f"{one.title}, {one.publisher}, {one.date}"))
    return table


def differences(older: Page, newer: Page) -> None:
    """Print every difference between two pages, with the reasons that the newer one declares."""
    out = console()
    why = reasons(older, newer)
    adjacent = newer.supersedes == older.effective or newer.base == older.name
    out.print(Text(f"{older.name} -> {newer.name}", style="bold"))
    rows = list(changed(older, newer))
    if not rows:
        out.print("The two pages say the same.")
    elif not why:
        out.print(Text(unreasoned(older, newer), style="yellow"))
    for what, before, after in rows:
        out.print()
        out.print(Text(what, style="bold"))
        for sign, side, style in (("-", before, "red"), ("+", after, "green")):
            for part, words in side.items():
                out.print(Text(f"  {sign} {part}: {words}", style=style))
        for page, change in why.get(what, ()):
            since = "" if adjacent else f", from {page.effective}"
            out.print(Text(f"  Why{since}: {change.why} [{change.cite}]"))


def unreasoned(older: Page, newer: Page) -> str:
    """Say why no reasons stand beside the differences of two pages."""
    if older.pack == newer.pack:
        return f"{newer.name} is the earlier page; name it first to see the reasons."
    return "Neither page was made from the other, so no page says why they differ."
