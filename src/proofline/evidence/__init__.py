"""The evidence room: what happened, as rows, each checked against the contract before its use."""

from proofline.evidence.connecting import Memory
from proofline.evidence.room import RELATIONS, Evidence, open_evidence
from proofline.evidence.tables import TABLE, TABLES
from proofline.evidence.trouble import EvidenceRefused, EvidenceUnreadable, Trouble

__all__ = [
    "RELATIONS",
    "TABLE",
    "TABLES",
    "Evidence",
    "EvidenceRefused",
    "EvidenceUnreadable",
    "Memory",
    "Trouble",
    "open_evidence",
]
