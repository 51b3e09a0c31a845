"""What differs between two pages of the law, entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import structs

from proofline.packs import shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proofline.packs.page import Change, Page

Said: TypeAlias = dict[str, Any]  # what an entry of a page says, by field

KINDS = ("title", "code", "exclusive", "absent", "requirement", "policy")


def differences(old: Page, new: Page) -> tuple[str, ...]:
    """Name every entry that only one page has or that they tell differently.

    The names are those of a page's [[change]] list, such as `code.99445`, sorted; `title` counts,
    the rest of a page's heading does not.
    """
    before, after = _entries(old), _entries(new)
    names = before.keys() | after.keys()
    return tuple(sorted(name for name in names if before.get(name) != after.get(name)))


def changed(older: Page, newer: Page) -> Iterator[tuple[str, Said, Said]]:
    """Give what differs, under the name that `[[change]]` has for it, and both sides of it."""
    names = differences(older, newer)
    for what in sorted(names, key=lambda name: KINDS.index(name.partition(".")[0])):
        yield what, *apart(said(entry(older, what)), said(entry(newer, what)))


def reasons(older: Page, newer: Page) -> dict[str, tuple[tuple[Page, Change], ...]]:
    """Give why entries differ: what each page on the way from one to the other declared, in time.

    A page declares its reasons against the page before it, a payer's against its base. Between two
    pages of which neither came of the other, and backwards in time, nobody has said why.
    """
    steps = [newer] if newer.base == older.name else []
    if newer.pack == older.pack:
        steps = [
            p for p in shelf.pages(newer.pack) if older.effective < p.effective <= newer.effective
        ]
    found: dict[str, tuple[tuple[Page, Change], ...]] = {}
    for page in steps:
        for change in page.changes:
            found[change.what] = (*found.get(change.what, ()), (page, change))
    return found


def entry(page: Page, what: str) -> object:
    """Find what a page has under the name of a change, such as `code.99445`; None if nothing."""
    return {"title": page.title} if what == "title" else _entries(page).get(what)


def said(told: object) -> Said:
    """Give what an entry of a page says, field by field, leaving out what is not set."""
    if told is None or isinstance(told, dict):
        return told or {}
    return {
        name.rstrip("_"): value
        for name, value in structs.asdict(told).items()  # type: ignore[arg-type]
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
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _entries(page: Page) -> Mapping[str, object]:
    sections: Mapping[str, Mapping[str, object]] = {
        "policy": page.policies,
        "requirement": page.requirements,
        "code": page.codes,
        "exclusive": page.exclusives,
        "absent": page.absents,
    }
    entries: dict[str, object] = {"title": page.title}
    for section, named in sections.items():
        entries |= {f"{section}.{name}": entry for name, entry in named.items()}
    return entries
