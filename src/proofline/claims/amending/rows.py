"""The rows of evidence that changed between two decisions, told by what is counted from them."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from proofline.claims.amending.amendment import Turn
from proofline.claims.amending.kept import KeptDecision, PeriodKey
from proofline.decide.snapshots import Change, Row, Snapshot, changes, in_words

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KNOWN_AT = ("received_at", "captured_at", "entered_at")
_BEYOND = "no row of this period changed that it is counted from: look at those beside it"
_JUDGED = {"refused", "unsettled"}
_SHARED = ("device_id", "performer_id", "consent_id", "service_id", "stay_id")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows of periods then (by the digest that a basis names) and now, where they differ.

    `digests` are today's of every period; `enrollments` all that the evidence holds.
    """

    then: Mapping[str, Snapshot]
    now: Mapping[PeriodKey, Snapshot]
    digests: Mapping[PeriodKey, str]
    enrollments: frozenset[str]

    def changed(self, basis: KeptDecision) -> tuple[Change, ...] | None:
        """Give the rows that differ; None where the rows of then were not kept."""
        if self.digests.get(basis.period) == basis.evidence_digest:
            return ()
        before, after = self.then.get(basis.evidence_digest), self.now.get(basis.period)
        if before is None or after is None:
            return None
        return changes(before, after)


class ChangedRows:
    """The rows that changed between two decisions, told by the facts that are counted from them."""

    def __init__(self, changed: tuple[Change, ...] | None) -> None:
        """Take the rows that changed; None where those of then were not kept."""
        self._changed = changed

    def of(self, turn: Turn) -> tuple[str, ...]:
        """Say the rows that a fact is counted from."""
        if self._changed is None:
            return ("the rows of that day were not kept",)
        found = self._of(turn.fact)
        first = _first_hand(found)
        follow = Counter(one.row.kind for one in found if one not in first)
        said = [_words(one) for one in first] or [_BEYOND]
        return (*said, *(f"{count} rows of kind {kind} followed" for kind, count in follow.items()))

    def causes(self, told: Iterable[Turn]) -> tuple[str, ...]:
        """Name what other lines may share: requirement, and device, performer, consent, stay."""
        found: dict[str, None] = {}
        for turn in told:
            for one in _first_hand(self._of(turn.fact)):
                found |= dict.fromkeys(f"{turn.requirement} {tag}" for tag in tags(one.row))
        return tuple(found)

    def _of(self, fact: str) -> list[Change]:
        kinds = bears_on(fact)
        return [one for one in self._changed or () if kinds is None or one.row.kind in kinds]


def _first_hand(found: list[Change]) -> list[Change]:
    """Give the rows that say something else, without those that only count otherwise for it."""
    first = [one for one in found if one.before is None or set(one.columns) - _JUDGED]
    return first or found


def tags(row: Row) -> list[str]:
    """Name what a row shares with others: its device, performer, consent, service or stay."""
    named_ = [
        f"{name.removesuffix('_id')} {row.cells[name]}" for name in _SHARED if row.cells.get(name)
    ]
    if row.kind == "claimed_twice":
        named_.append(f"time {row.cells['from_s']}-{row.cells['to_s']}")
    return named_


def _words(change: Change) -> str:
    """Say a row that changed, with when it was known where the row tells it."""
    for name in _KNOWN_AT:
        cell = change.row.cells.get(name)
        if cell is not None:
            at = _EPOCH + timedelta(microseconds=int(cell))
            return f"{in_words(change)}, {name.removesuffix('_at')} {at.isoformat()}"
    return in_words(change)


@cache
def _bearing() -> Mapping[str, frozenset[str]]:
    raw = tomllib.loads((Path(__file__).parent / "bearing.toml").read_text("utf-8"))
    return {start: frozenset(kinds) for start, kinds in raw.items()}


def bears_on(fact: str) -> frozenset[str] | None:
    """Give the kinds of rows that a fact is counted from; None is any."""
    starts = [start for start in _bearing() if fact.startswith(start)]
    return _bearing()[max(starts, key=len)] if starts else None
