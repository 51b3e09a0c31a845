"""The sign-offs that answer a period, each with the digest that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofline.decide.asked import day_number, day_of

if TYPE_CHECKING:
    from datetime import date

    from proofline.decide.engines import Engine

_SIGNED = """
SELECT s.sign_off_id, s.evidence_digest, CAST((o.signed_at + z.offset_us) // 86400000000 AS INTEGER) AS day
FROM standing_sign_offs AS s
JOIN periods AS p ON p.period_no = s.period_no
JOIN charts AS c ON c.chart_no = p.chart_no
JOIN sign_offs AS o ON o.sign_off_id = s.sign_off_id
JOIN zone_spans AS z ON z.time_zone = c.time_zone AND o.signed_at >= z.from_us AND o.signed_at < z.to_us
WHERE c.enrollment_id = '{}' AND p.kind = '{}' AND p.first_day = {}
ORDER BY o.signed_at, s.sign_off_id
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-off: its local day, and the digest of what was attested, None where it names none."""

    sign_off_id: str
    digest: str | None
    day: date


def signed(engine: Engine, enrollment_id: str, kind: str, start: date) -> Iterator[Signed]:
    """Yield the sign-offs of an enrollment's period, by the instant at which they were given."""
    key = enrollment_id.replace("'", "''")
    for row in engine.rows(_SIGNED.format(key, kind, day_number(start))):
        yield Signed(row["sign_off_id"], row["evidence_digest"], day_of(row["day"]))
