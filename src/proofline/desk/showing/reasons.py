"""Why a decision holds a line: its own findings that stand in the way, with their cures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class InTheWay:
    """One requirement that is not met or not proven: its text, what was found, what would cure it.

    `cite` names source and place, as the page of the law has them; `pack` names that page.
    """

    requirement: str
    status: str
    text: str
    cure: str
    found: object
    needs: str
    cite: str
    pack: str


def in_the_way(decision: Mapping[str, Any]) -> tuple[InTheWay, ...]:
    """Give the findings of a decision that hold or refuse its line, in their order."""
    return tuple(
        InTheWay(
            one["requirement"],
            one["status"],
            one["text"],
            one["cure"] or "",
            one["value"],
            str(one["needs"]),
            one["cite"] or "",
            decision["pack"],
        )
        for one in decision["findings"]
        if one["status"] != "met" and one["level"] != "warn"
    )
