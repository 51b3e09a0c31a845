"""What a forecast says: one outlook for each open period of an enrollment, as plain frozen data.

A suggestion to bill more and a warning to bill less are of one shape and kept alike; which of them
is shown first is decided by the money alone, never by its sign.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from proofline.claims.claim import Cents
from proofline.decide.records.canonical import canonical

Verdict = Literal["reached", "on_course", "at_risk", "unreachable"]
Kind = Literal["more", "less"]
Act = Literal["call", "remind", "log_minutes", "consent", "order", "sign", "pair", "settle", "none"]
Key: TypeAlias = tuple[str, str, str, str]


class Rung(Struct, frozen=True):
    """One code of a period, and how far its count is: days with readings, or minutes.

    `so_far` counts what is certain, `doubtful` what waits for somebody to settle it, `needed` is
    the bound of the page in force. `possible` is the most that days can still become; None for
    minutes, which have no such limit. `calls_missing` are live calls that the code asks for as
    well. `chance` is that of meeting count and calls by the end of the period, 0 to 1 with three
    decimals: of days by the patient's habit, of minutes how often the practice did it from there.
    It is None where there is no model for it, and where too `few` closed periods teach it.

    `stake_cents` is what this rung brings beyond the code that takes the period without it; None
    where no fee is loaded for the day, and on a rung that brings nothing by itself because the line
    belongs to the cycle (`earns` is False: the calendar month only has to support it).
    `last_day_reading` and `last_day_call` are the last days on which to begin: readings every day
    from then on, or the call and the minutes on that day, still reach the rung; None where neither
    is missing or the rung is out of reach. `weak_days` rest on one doubtful reading each; `fragile`
    says that the rung cannot do without them. `blocked_by` names the requirements, other than the
    counts, that refuse or hold the line today; a sign-off is none, for it follows the period.
    """

    code: str
    fact: str
    so_far: int
    doubtful: int
    needed: int
    possible: int | None
    calls_missing: int
    chance: float | None
    stake_cents: Cents | None
    earns: bool
    last_day_reading: date | None
    last_day_call: date | None
    verdict: Verdict
    weak_days: int
    fragile: bool
    blocked_by: tuple[str, ...]
    words: str
    few: bool = False


class Suggestion(Struct, frozen=True):
    """What somebody could do or should not: `more` to earn a code, `less` not to lean on one.

    `gain_cents` is the expected money of doing it: what the chance rises by, times what is at
    stake; for `less` what would be taken wrongly, below zero. None where no fee is loaded.
    `last_day` is the last day on which it helps.
    """

    kind: Kind
    act: Act
    codes: tuple[str, ...]
    gain_cents: Cents | None
    last_day: date | None
    words: str


class Outlook(Struct, frozen=True):
    """One open period of one enrollment: its rungs, the act that gains most, all suggestions.

    `period_kind` is `cycle` or `month`, `clock` that of the management codes in the run. `next_act`
    is the first of `suggestions`, or one with the act `none`. `fees_until` is the last day of the
    fees by which it is priced, where none are loaded for the end of the period itself.
    """

    enrollment_id: str
    patient_id: str
    program: str
    period_kind: Literal["cycle", "month"]
    period_start: date
    period_end: date
    clock: Literal["cycle", "month"]
    as_of: date
    days_left: int
    rungs: tuple[Rung, ...]
    next_act: Suggestion
    suggestions: tuple[Suggestion, ...]
    fees_until: date | None = None

    @property
    def key(self) -> Key:
        """Name the period: enrollment, program, kind and first day."""
        return (
            self.enrollment_id,
            self.program,
            self.period_kind,
            self.period_start.isoformat(),
        )

    def to_json(self) -> bytes:
        """Write it as canonical JSON, the same bytes for the same outlook."""
        return canonical(self)


def read_outlook(written: bytes) -> Outlook:
    """Read an outlook back. Errors: msgspec's, for bytes that `to_json` did not write."""
    return msgspec.json.decode(written, type=Outlook)
