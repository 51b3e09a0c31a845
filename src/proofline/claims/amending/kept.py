"""What a line was drawn from: its decision, kept so that a later one can be compared with it.

Of a line it is the last one kept before the line left. Findings keep what was found and needed;
their words stand on the page that it names. The evidence is kept as the snapshot that
`evidence_digest` names. The book has the day and digest of the same decision (`book/basis.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from proofline.claims.book.basis import digest_of
from proofline.claims.drawing import Decision, identity

Value = int | str | bool | None
PeriodKey = tuple[str, str, str]
"""Enrollment, kind and first day of a period."""
Clock = Literal["cycle", "month"]


class Held(Struct, frozen=True, array_like=True):
    """One finding as it was: requirement, met or not, level, fact, its value, what is needed."""

    requirement: str
    status: str
    level: str
    fact: str
    value: Value
    needs: str


class KeptDecision(Struct, frozen=True):
    """The decision on one code of one period, as far as a later one is compared with it.

    `digest` is of the whole decision as JSON with sorted keys; `clock` that of the run.
    """

    line_id: str
    decision_key: str
    patient_id: str
    code: str
    outcome: str
    units: int
    service_date: str
    facts: dict[str, Value]
    findings: tuple[Held, ...]
    pack: str
    pack_digest: str
    evidence_digest: str
    digest: str
    clock: Clock = "cycle"

    @property
    def period(self) -> PeriodKey:
        """The period that it was decided for."""
        enrollment, kind, start, _ = self.decision_key.rsplit(" ", 3)
        return enrollment, kind, start


def kept_of(decision: Decision, clock: Clock) -> KeptDecision:
    """Give what is kept of a decision."""
    line_id, key = identity(decision)
    names = Held.__struct_fields__
    return KeptDecision(
        line_id=line_id,
        decision_key=key,
        patient_id=decision["patient_id"],
        code=decision["code"],
        outcome=decision["outcome"],
        units=decision["units"],
        service_date=decision["service_date"],
        facts=dict(decision["facts"]),
        findings=tuple(Held(*(one[name] for name in names)) for one in decision["findings"]),
        pack=decision["pack"],
        pack_digest=decision["pack_digest"],
        evidence_digest=decision["evidence_digest"] or "",
        digest=f"sha256:{digest_of(decision)}",
        clock=clock,
    )


def by_period(bases: Iterable[KeptDecision]) -> dict[PeriodKey, dict[str, KeptDecision]]:
    """Sort bases by period and code."""
    found: dict[PeriodKey, dict[str, KeptDecision]] = {}
    for one in bases:
        found.setdefault(one.period, {})[one.code] = one
    return found
