"""Decisions as they are kept: each one whole, as the bytes that were decided; the last one holds.

Reasons repeat from line to line, so the bytes are kept compressed, a tenth of their size.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import msgspec
from django.db import connection

from proofline.store.act import Act
from proofline.store.counting import last_decisions
from proofline.store.counting.tallies import DECIDED, counted
from proofline.store.safekeeping.unpacking import Damaged, decision_in, unpacked

Line = tuple[str, str, str, str]
"""What is decided: the enrollment, the kind and first day of its period, the code."""

WITHDRAWN = "withdrawn"
"""The outcome of a line whose period or enrollment is there no more."""

_COLUMNS = (
    "tenant_id, enrollment_id, patient_id, program, period_kind, period_start, period_end, code,"
    " units, outcome, service_date, as_of, decided_at, record, digest, vouched_by"
)
_LAST = """
SELECT d.enrollment_id, d.period_kind, d.period_start, d.code, d.record
FROM store_decision AS d
WHERE d.tenant_id = %s AND d.enrollment_id = %s AND NOT EXISTS (
    SELECT 1 FROM store_decision AS n
    WHERE n.tenant_id = d.tenant_id AND n.enrollment_id = d.enrollment_id AND n.code = d.code
    AND n.period_start = d.period_start AND n.period_kind = d.period_kind AND n.id > d.id
)
"""


def line_of(decision: dict[str, Any]) -> Line:
    """Say which line a decision decides."""
    period = decision["period"]
    return (decision["enrollment_id"], period["kind"], period["start"], decision["code"])


def current(tenant_id: str, enrollments: Collection[str]) -> dict[Line, bytes]:
    """Give the bytes of the decisions that hold for these enrollments, by line.

    Bytes that cannot be unpacked any more are given as none at all, b"", so that whoever decides
    decides anew; `decision_in` refuses them.
    """
    found: dict[Line, bytes] = {}
    with connection.cursor() as cursor:
        for enrollment in sorted(enrollments):
            cursor.execute(_LAST, [tenant_id, enrollment])
            for enrollment_id, kind, start, code, record in cursor.fetchall():
                found[enrollment_id, kind, str(start), code] = _or_nothing(record)
    return found


def _or_nothing(packed: bytes) -> bytes:
    try:
        return unpacked(packed, "a decision")
    except Damaged:
        return b""


def digests_of(tenant_id: str, enrollment_id: str, span: tuple[date, date]) -> set[str]:
    """Give the evidence digests of the periods from one day to another; none if none is decided.

    There can be two: a cycle and a calendar month may have the same days.
    """
    first, last = (day.isoformat() for day in span)
    records = current(tenant_id, {enrollment_id}).items()
    decided = [decision_in(one, " ".join(line)) for line, one in records]
    standing = [one for one in decided if one["outcome"] != WITHDRAWN]
    periods = ((one["period"], one["evidence_digest"]) for one in standing)
    return {digest for told, digest in periods if (told["start"], told["end"]) == (first, last)}


def count_billable(tenant_id: str) -> int:
    """Count the billable decisions that hold."""
    found = counted(tenant_id, DECIDED)
    return sum(one.amounts.lines for one in found if one.key == ("billable",))


def keep(act: Act, decisions: Sequence[dict[str, Any]], as_of: date) -> None:
    """Keep decisions in an act: the rows, and in the ledger the digest of each."""
    records = [msgspec.json.encode(one) for one in decisions]
    digests = [f"sha256:{sha256(record).hexdigest()}" for record in records]
    told = {line: digests[n] for n, line in enumerate(_lines(decisions))}
    entry = act.vouch("decision", {"decisions": told, "as_of": as_of.isoformat()})
    rows = [
        (
            *(act.tenant_id, one["enrollment_id"], one["patient_id"], one["program"]),
            *(one["period"]["kind"], one["period"]["start"], one["period"]["end"], one["code"]),
            *(one["units"], one["outcome"], one["service_date"], as_of, act.at),
            *(zlib.compress(record), digest, entry),
        )
        for one, record, digest in zip(decisions, records, digests, strict=True)
    ]
    marks = ", ".join(["%s"] * len(rows[0]))
    last = last_decisions.newest(act.tenant_id)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO store_decision ({_COLUMNS}) VALUES ({marks})", rows)
    last_decisions.follow(act.tenant_id, last)


def _lines(decisions: Iterable[dict[str, Any]]) -> Iterable[str]:
    return (" ".join(line_of(one)) for one in decisions)
