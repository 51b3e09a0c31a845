"""The evidence room: what happened, as rows, each checked against the contract before its use.

Its door opens a module when a name of it is first asked for: the commands read the contract to say
what they take, and `--help` and completion wait for no database.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_KEPT_IN = {
    "connecting": ("Memory",),
    "room": ("RELATIONS", "Evidence", "open_evidence"),
    "tables": ("TABLE", "TABLES"),
    "trouble": ("EvidenceRefused", "EvidenceUnreadable", "Trouble"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever goes by the name
    """Give what goes by a name of the door, and keep it; raises `AttributeError` for any other."""
    for module, names in _KEPT_IN.items():
        if name in names:
            found = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = found
            return found
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
