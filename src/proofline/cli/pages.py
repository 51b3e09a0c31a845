"""Pages of the law on a terminal: the shelf, one page in words, two pages compared."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from rich.table import Table
from rich.text import Text

from proofline.cli.screen import console
from proofline.packs import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.packs.page import Code, Page

Said: TypeAlias = dict[str, Any]  # what an entry of a page says, by field

KINDS = ("title", "code", "exclusive", "absent", "requirement", "policy")
PERIODS = {
    "cycle": "per 30-day cycle",
    "month": "per calendar month",
    "clock": "per cycle or per month, as --clock says",
    "setup": "once, in the first cycle that reaches its days",
}
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
    out.print(f"{page.name}, from {page.effective}, {page.digest}")
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


def codes_table(page: Page) -> Table:
    """Show the codes of a page: what each stands for, for which period and in which units."""
    table = Table(title="Codes", **PLAIN)
    for head in ("code", "stands for", "period", "units"):
        table.add_column(head)
    for code in page.codes.values():
        table.add_row(code.code, code.title, PERIODS[code.period], units_in_words(code))
    return table


def units_in_words(code: Code) -> str:
    """Say how many units are earned, and beside which code."""
    beside = "" if code.base is None else f", beside {code.base} only"
    if code.units is None:
        return "one" + beside
    units = code.units
    return f"one per {units.each} of {units.fact} after {units.after}, at most {units.cap}{beside}"


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


def askers(page: Page, requirement: str) -> list[str]:
    """Name the codes that ask a requirement; `*` marks those that ask it on the cycle clock."""
    plain = [code.code for code in page.codes.values() if requirement in code.requires]
    second = [f"{c.code}*" for c in page.codes.values() if requirement in c.month_requires]
    return ["all"] if len(plain) == len(page.codes) else plain + second


def policies_table(page: Page) -> Table:
    """Show the choices on points that no source settles."""
    table = Table(title="Policies: what no source settles", **PLAIN)
    for head in ("policy", "choice", "in words", "source"):
        table.add_column(head, overflow="fold")
    for policy in page.policies.values():
        source = policy.cite or "no source found"
        table.add_row(policy.name, policy.choice, Text(policy.text), Text(source, style="dim"))
    return table


def differences(older: Page, newer: Page) -> None:
    """Print every difference between two pages, with the reasons that the newer one declares."""
    out = console()
    reasons = {change.what: change for change in newer.changes}
    out.print(Text(f"{older.name} -> {newer.name}", style="bold"))
    rows = list(changed(older, newer))
    if not rows:
        out.print("The two pages say the same.")
    for what, before, after in rows:
        out.print()
        out.print(Text(what, style="bold"))
        for sign, side, style in (("-", before, "red"), ("+", after, "green")):
            for part, words in side.items():
                out.print(Text(f"  {sign} {part}: {words}", style=style))
        if what in reasons:
            out.print(Text(f"  Why: {reasons[what].why} [{reasons[what].cite}]"))


def changed(older: Page, newer: Page) -> Iterator[tuple[str, Said, Said]]:
    """Give what differs, under the name that `[[change]]` has for it, and both sides of it."""
    names = changes.differences(older, newer)
    for what in sorted(names, key=lambda name: KINDS.index(name.partition(".")[0])):
        yield what, *apart(said(entry(older, what)), said(entry(newer, what)))


def entry(page: Page, what: str) -> object:
    """Find what a page has under the name of a change, such as `code.99445`; None if nothing."""
    kind, _, name = what.partition(".")
    if kind == "title":
        return {"title": page.title}
    sections = {
        "code": page.codes,
        "exclusive": page.exclusives,
        "absent": page.absents,
        "requirement": page.requirements,
        "policy": page.policies,
    }
    return sections[kind].get(name)


def said(told: object) -> Said:
    """Give what an entry of a page says, field by field, leaving out what is not set."""
    if told is None or isinstance(told, dict):
        return told or {}
    values = {field.name: getattr(told, field.name) for field in fields(told)}  # type: ignore[arg-type]
    return {
        name.rstrip("_"): value
        for name, value in values.items()
        if name not in {"name", "code"} and value not in (None, ())
    }


def apart(before: Said, after: Said) -> tuple[Said, Said]:
    """Leave out what two versions of an entry have in common; of lists, keep what came or went."""
    names = [name for name in before | after if before.get(name) != after.get(name)]
    gone: Said = {}
    come: Said = {}
    for name in names:
        one, two = before.get(name), after.get(name)
        if isinstance(one, tuple) and isinstance(two, tuple):
            one, two = [x for x in one if x not in two], [x for x in two if x not in one]
        gone |= {name: in_words(one)} if one else {}
        come |= {name: in_words(two)} if two else {}
    return gone, come


def in_words(value: object) -> str:
    """Write one value of a page for reading."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
