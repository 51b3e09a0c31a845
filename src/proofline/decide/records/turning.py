"""Why a decision of then would be another today: which requirement turned, and what turned it.

A requirement turns because a page of the law says otherwise, or because a fact is another; a fact
is another because of rows of evidence. All of it is read from the two decisions and the two pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofline.packs.page import Page

Decision = Mapping[str, Any]
Finding = Mapping[str, Any]
MEANT = ("outcome", "units", "service_date", "pack")
"""What of a decision is compared first; its texts and digests may differ without it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What turned between two decisions of one line, in words, with what the law cites for it."""

    what: str
    because: tuple[str, ...] = ()


def turns(then: Decision, now: Decision, pages: tuple[Page | None, Page | None]) -> Iterator[Turn]:
    """Yield what turned between a kept decision and the one of today; nothing where none did.

    `pages` are those that ruled then and rule now.
    """
    ended = then["outcome"] == "open" != now["outcome"]
    for name in MEANT:
        if then[name] != now[name] and not (name == "units" and 0 in {then[name], now[name]}):
            what = f"{_plain(name)} was {_plain(then[name])}, is {_plain(now[name])}"
            over = ended and name == "outcome"
            yield Turn(what, ("the period was not over then",) if over else ())
    before, after = _findings(then), _findings(now)
    for key in dict.fromkeys((*before, *after)):
        was, one = before.get(key), after.get(key)
        if _status(was) != _status(one):
            what = f"{key[0]} was {_status(was)}, is {_status(one)}"
            yield Turn(what, tuple(_because(was, one, pages)))


def _findings(decision: Decision) -> dict[tuple[str, int], Finding]:
    """Number the findings of one requirement: on the cycle clock it can stand there twice."""
    found: dict[tuple[str, int], Finding] = {}
    for finding in decision["findings"]:
        name = finding["requirement"]
        place = sum(1 for other, _ in found if other == name)
        found[name, place] = finding
    return found


def _status(finding: Finding | None) -> str:
    return "not asked" if finding is None else str(finding["status"])


def _because(
    was: Finding | None, now: Finding | None, pages: tuple[Page | None, Page | None]
) -> Iterator[str]:
    yield from _by_law(was, now, pages)
    if was is not None and now is not None and was["value"] != now["value"]:
        values = f"was {_plain(was['value'])}, is {_plain(now['value'])}"
        yield f"the fact {now['fact']} {values}"


def _by_law(
    was: Finding | None, now: Finding | None, pages: tuple[Page | None, Page | None]
) -> Iterator[str]:
    """Say how the page changed for a requirement, with its citation and the declared reason."""
    if was is not None and now is not None:
        bounds = (was["needs"], was["level"]), (now["needs"], now["level"])
        if bounds[0] == bounds[1]:
            return
        told = f"needs {was['needs']} ({was['level']}) then, {now['needs']} ({now['level']}) now"
    else:
        told = "is no requirement of that page" if now is None else "is a new requirement"
    one = now or was
    assert one is not None
    cite = f" ({one['cite']})" if one["cite"] else ""
    yield f"the law: it {told}{cite}"
    new = pages[1]
    if new is None or (pages[0] is not None and pages[0].name == new.name):
        return
    for change in new.changes:
        if change.what == f"requirement.{one['requirement']}":
            yield f"{new.name} declares why: {change.why} ({change.cite})"


def _plain(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")
