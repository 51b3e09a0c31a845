"""How the work list is narrowed: what an address asks for, and how many patients each way leaves.

A patient is of a way when one of their rows is, and the list then shows those rows of theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from proofline.desk.care.aging import LATER, NOTHING, THIS_WEEK
from proofline.desk.care.alerts import BEYOND, UNSURE
from proofline.store.ahead.places import Count, Told, Wanted

URGENT = (BEYOND, UNSURE)
"""Alerts that put a patient first: somebody's reading wants to be looked at."""
SHOWS = ("due", "days", "week", "warnings", "all")
"""What the list can be narrowed to; blank is everything in which something can be done."""

_WHICH: Mapping[str, Mapping[str, object]] = {
    "": {"before": NOTHING},
    "due": {"alerted": True},
    "days": {"before": THIS_WEEK},
    "week": {"before": LATER},
    "warnings": {"kind": "less", "before": NOTHING},
    "all": {},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: which part of the list, of which act and program, which page.

    Of alerts the first are shown, or with `every_alert` as many as anybody can look through.
    """

    show: str = ""
    act: str = ""
    program: str = ""
    page: int = 1
    every_alert: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One way to narrow the list: its word, whether it is on, how many patients it leaves.

    The other ways that are on stay on: what stands beside a word is what the list will have.
    """

    word: str
    on: bool
    rows: int


def wanted(asked: Asked) -> Wanted:
    """Give what the store is asked for."""
    return Wanted(URGENT, asked.program, asked.act, **_which(asked))  # type: ignore[arg-type]


def total(counted: Sequence[Count], asked: Asked) -> int:
    """Count the patients that are left."""
    return sum(one.patients for one in counted if any(_fitting(one, asked)))


def shows(counted: Sequence[Count], asked: Asked) -> tuple[Way, ...]:
    """Give the parts of the list, each beside the act and the program that are asked for."""
    return tuple(
        Way(word, word == asked.show, total(counted, replace(asked, show=word)))
        for word in ("", *SHOWS)
    )


def acts(counted: Sequence[Count], asked: Asked) -> tuple[Way, ...]:
    """Give the next acts that the list can be narrowed to, most frequent first."""
    return _ways(counted, replace(asked, act=""), "next_act", asked.act)


def programs(counted: Sequence[Count], asked: Asked) -> tuple[Way, ...]:
    """Give the programs that the list can be narrowed to, most frequent first."""
    return _ways(counted, replace(asked, program=""), "program", asked.program)


def _ways(counted: Sequence[Count], others: Asked, column: str, on: str) -> tuple[Way, ...]:
    """Give what a column can be narrowed to beside the others; a patient counts once for each.

    What is asked for is among it, also where it leaves nothing: it has to be there to be let go.
    """
    found: Counter[str] = Counter({on: 0} if on else {})
    for one in counted:
        for word in {getattr(row, column) for row in _fitting(one, others)}:
            found[word] += one.patients
    return tuple(Way(word, word == on, rows) for word, rows in _most_first(found))


def _most_first(found: Counter[str]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _fitting(one: Count, asked: Asked) -> list[Told]:
    which = _which(asked)
    if which.get("alerted") and not one.alerted:
        return []
    return [row for row in one.told if _fits(row, which, asked)]


def _fits(row: Told, which: Mapping[str, object], asked: Asked) -> bool:
    before = which.get("before")
    return (
        (not isinstance(before, int) or row.urgency < before)
        and which.get("kind", row.kind) == row.kind
        and asked.act in {"", row.next_act}
        and asked.program in {"", row.program}
    )


def _which(asked: Asked) -> Mapping[str, object]:
    return _WHICH.get(asked.show, _WHICH[""])
