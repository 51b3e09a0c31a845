"""What the desk refuses, in words."""

from __future__ import annotations

from proofline.errors import ProoflineError


class DeskError(ProoflineError):
    """The act makes no sense as things stand; nothing was written."""


def refuse_silence(reason: str, of_what: str) -> None:
    """Refuse an act that owes a reason and has none. Errors: DeskError."""
    if not reason.strip():
        raise DeskError("desk.no_reason", f"{of_what} needs a reason.", "Say why; it is kept.")
