"""What a line that left should be, and why: one proposal, whichever way the money goes."""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import Struct, structs

from proofline.claims.amending.kept import KeptDecision, Value
from proofline.claims.claim import State

Kind = Literal["upgrade", "downgrade", "refund", "unsettled", "redate", "information"]
"""More may be billed; less; nothing at all; somebody must settle it; another day; only why."""

MEANS: dict[Kind, str] = {
    "upgrade": "more can be billed",
    "downgrade": "less can be billed",
    "refund": "nothing can be billed",
    "unsettled": "it stands only when somebody has settled what it waits for",
    "redate": "it stands on another service date",
    "information": "it stands as it was billed",
}
_MARKS = 16


class Billed(Struct, frozen=True):
    """What a decision lets be billed: code, units, day and outcome; no code where there is none."""

    code: str = ""
    units: int = 0
    service_date: str = ""
    outcome: str = ""

    @property
    def words(self) -> str:
        """Say it: 99458 x2 on 2026-03-30, held."""
        if not self.code:
            return "nothing"
        held = "" if self.outcome == "billable" else f", {self.outcome.replace('_', ' ')}"
        return f"{self.code} x{self.units} on {self.service_date}{held}"


class Turn(Struct, frozen=True):
    """A finding that turned: from what to what, by status and value, and what was needed.

    `rows` says of each row of evidence that came, went or changed and that the fact is counted
    from what became of it, and when it was known; never a value that was measured.
    """

    requirement: str
    fact: str
    was: str
    now: str
    was_value: Value
    now_value: Value
    needs: str
    rows: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say it in one line."""
        return (
            f"{self.requirement} was {self.was} ({self.fact} {_told(self.was_value)}),"
            f" is {self.now} ({_told(self.now_value)}, needed {self.needs})"
        )


class Amendment(Struct, frozen=True):
    """One proposal. `line_id` is the line that left; `causes` name what other lines may share.

    `last_filing_day` is the last day on which a claim of an upgrade may arrive, empty where it is
    not known; `was_digest` and `now_digest` name the two decisions, and `today`
    are all those of the period, with which its lines are compared once this is accepted.
    """

    amendment_id: str
    line_id: str
    decision_key: str
    kind: Kind
    state: State
    was: Billed
    now: Billed
    turns: tuple[Turn, ...] = ()
    causes: tuple[str, ...] = ()
    note: str = ""
    last_filing_day: str = ""
    was_digest: str = ""
    now_digest: str = ""
    today: tuple[KeptDecision, ...] = ()

    @property
    def words(self) -> str:
        """Say it in one line, the same way in whoever's favour it is."""
        return (
            f"{self.kind}: {self.was.words} was billed, {self.now.words} stands today;"
            f" {MEANS[self.kind]}"
        )


def named(amendment: Amendment, basis: str) -> Amendment:
    """Give it its id, made from the line, what it was compared with, and what it says.

    The same book and evidence give the same id, so that nothing is proposed twice.
    """
    turned = [(one.requirement, one.was, one.now) for one in amendment.turns]
    said = (amendment.line_id, basis, amendment.kind, amendment.now, turned, amendment.note)
    mark = b32encode(sha256(msgspec.json.encode(said)).digest()).decode()[:_MARKS]
    return structs.replace(amendment, amendment_id=f"AM{mark}")


def billed(basis: KeptDecision | None) -> Billed:
    """Give what a decision lets be billed."""
    if basis is None or basis.outcome not in {"billable", "held"}:
        return Billed()
    return Billed(basis.code, basis.units, basis.service_date, basis.outcome)


def _told(value: Value) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
