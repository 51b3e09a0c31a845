"""What a line was drawn from: its decision, kept so that a later one can be compared with it.

The basis of a line is the last one kept before the line left. Findings keep what was found and
needed; their words stand on the page that the basis names. The evidence is kept as the snapshot
that `evidence_digest` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Literal

import msgspec
from msgspec import Struct

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


class Basis(Struct, frozen=True):
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


def basis_of(decision: Decision, clock: Clock) -> Basis:
    """Give what is kept of a decision."""
    line_id, key = identity(decision)
    names = Held.__struct_fields__
    return Basis(
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
        digest=digest_of(decision),
        clock=clock,
    )


def digest_of(decision: Mapping[str, Any]) -> str:
    """Name a decision: `sha256:` and the hash of its JSON with sorted keys."""
    return "sha256:" + sha256(msgspec.json.encode(decision, order="deterministic")).hexdigest()


def by_period(bases: Iterable[Basis]) -> dict[PeriodKey, dict[str, Basis]]:
    """Sort bases by period and code."""
    found: dict[PeriodKey, dict[str, Basis]] = {}
    for one in bases:
        found.setdefault(one.period, {})[one.code] = one
    return found
