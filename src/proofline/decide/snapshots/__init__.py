"""What a sign-off attests to, as a thing of its own: the rows that bear on a period, and why.

snapshot   the rows as text whose SHA-256 is the `evidence_digest` of the period; taking and reading
signed     the sign-offs of a period and whether what they name is still the evidence
changes    what differs between two snapshots, in words
rows.toml  the columns of each kind of row
"""

from __future__ import annotations

from proofline.decide.snapshots.changes import Change, changes, in_words
from proofline.decide.snapshots.signed import Signed, signed
from proofline.decide.snapshots.snapshot import (
    BadSnapshot,
    Row,
    Snapshot,
    find,
    of_period,
    read,
    taken,
    write,
)

__all__ = [
    "BadSnapshot",
    "Change",
    "Row",
    "Signed",
    "Snapshot",
    "changes",
    "find",
    "in_words",
    "of_period",
    "read",
    "signed",
    "taken",
    "write",
]
