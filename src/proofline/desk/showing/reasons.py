"""Why a decision holds a line: its own findings that stand in the way, with their cures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class InTheWay:
    """One requirement that is not met or not proven: its text, what was found, what would cure it.

    `cite` names source and place, as the page of the law has them.
    """

    requirement: str
    status: str
    text: str
    cure: str
    found: str
    needs: str
    cite: str


def in_the_way(findings: Iterable[Mapping[str, Any]]) -> tuple[InTheWay, ...]:
    """Give the findings that hold or refuse a line, in the order of the decision."""
    return tuple(
        InTheWay(
            one["requirement"],
            one["status"],
            one["text"],
            one["cure"] or "",
            _told(one["value"]),
            str(one["needs"]),
            one["cite"] or "",
        )
        for one in findings
        if one["status"] != "met" and one["level"] != "warn"
    )


def _told(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
