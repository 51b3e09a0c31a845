"""Time and calls of a period, piece by piece, and every version of one time entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from proofline.explain.explanation import standing, standing_in
from proofline.explain.reasons import reason
from proofline.store.work.versions import versions

if TYPE_CHECKING:
    from proofline.decide.chart import Call, Work
    from proofline.explain.explanation import Explanation
    from proofline.store.book import Book
    from proofline.store.charts import Cells

CHANNELS = ("phone", "video", "in_person", "secure_message", "sms", "voicemail")
REACHED = ("patient", "caregiver", "nobody")
"""How somebody was called and who answered, as the evidence has it; blank is not known."""
_TWICE = "contested_by_patient", "contested_by_performer"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of work within one day; `own` tells whether whoever looks may correct it."""

    entry_id: str
    began: datetime
    seconds: int
    activity: str
    who: str
    typed: bool
    note: str
    standing: str
    why: str
    own: bool

    @property
    def minutes(self) -> str:
        """How long it took, as minutes and seconds."""
        return f"{self.seconds // 60}:{self.seconds % 60:02}"


@dataclass(frozen=True, slots=True)
class Talk:
    """One attempt to communicate, and whether whoever looks may take it back."""

    began: datetime
    channel: str
    reached: str
    who: str
    recorded: bool
    standing: str
    why: str
    call_id: str
    own: bool


@dataclass(frozen=True, slots=True)
class Before:
    """One version of a time entry: what it said, who recorded it, when and why."""

    began: str
    ended: str
    activity: str
    recorded_at: datetime
    by: int | None
    reason: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One time entry with all its versions, and whether whoever looks may correct it."""

    entry_id: str
    enrollment_id: str
    own: bool
    versions: tuple[Before, ...]


def pieces(told: Explanation, rows: Iterable[Cells], names: dict[str, str], me: str) -> list[Piece]:
    """Tell of each piece of work; `rows` are the time entries, `me` the performer who looks."""
    entries = {row["entry_id"]: row for row in rows}
    return [_piece(told, one, entries.get(one.entry_id) or {}, names, me=me) for one in told.work]


def talks(calls: Iterable[Call], names: dict[str, str], me: str) -> list[Talk]:
    """Tell of each call; `me` is the performer who looks."""
    return [
        Talk(
            one.started_at,
            one.channel,
            one.reached or "",
            names.get(one.performer_id or "", one.performer_id or ""),
            bool(one.call_record_id),
            standing(one),
            reason(token).words if (token := one.refused or one.unsettled) else "",
            one.interaction_id,
            bool(me) and one.performer_id == me,
        )
        for one in calls
    ]


def entry(book: Book, entry_id: str) -> Entry | None:
    """Give every version of a time entry; None where there is none."""
    found = versions(book.tenant_id, "time_entries", {"entry_id": entry_id})
    if not found:
        return None
    last = found[-1]
    own = last.cells["performer_id"] == book.performer_id and not last.withdrawn
    return Entry(
        entry_id,
        last.cells["enrollment_id"] or "",
        own and bool(book.performer_id),
        tuple(
            Before(
                one.cells["started_at"] or "",
                one.cells["ended_at"] or "",
                one.cells["activity"] or "",
                one.recorded_at,
                one.recorded_by,
                one.reason,
                one.withdrawn,
            )
            for one in found
        ),
    )


def _piece(told: Explanation, one: Work, row: Cells, names: dict[str, str], *, me: str) -> Piece:
    stands = standing_in(told.chart, one)
    token = one.refused or one.unsettled
    if token is None and stands == "unsettled":
        token = _TWICE[0]
    return Piece(
        one.entry_id,
        one.started_at,
        int((one.ended_at - one.started_at).total_seconds()),
        one.activity or "",
        names.get(one.performer_id, one.performer_id),
        row.get("method") == "typed",
        row.get("note") or "",
        stands,
        reason(token).words if token else "",
        bool(me) and one.performer_id == me,
    )
