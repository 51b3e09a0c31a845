"""What differs between two pages of the law, entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proofline.packs.page import Page


def differences(old: Page, new: Page) -> tuple[str, ...]:
    """Name every entry that only one page has or that they tell differently.

    The names are those of a page's [[change]] list, such as `code.99445`, sorted; `title` counts,
    the rest of a page's heading does not.
    """
    before, after = _entries(old), _entries(new)
    names = before.keys() | after.keys()
    return tuple(sorted(name for name in names if before.get(name) != after.get(name)))


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
