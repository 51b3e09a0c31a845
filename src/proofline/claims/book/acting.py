"""What an act in the book has to say: who does it and when, and of some of them why."""

from __future__ import annotations

from proofline.claims.book.log import Act
from proofline.claims.trouble import ClaimsError


def refuse_nobody(act: Act) -> None:
    """Refuse an act of nobody, or of no instant. Errors: ClaimsError."""
    if not act.who.strip() or act.at.tzinfo is None:
        raise ClaimsError(
            "claims.act",
            "An act in the book needs somebody who does it and an instant with its offset.",
            "Say who, and when.",
        )


def refuse_silence(act: Act, to_do: str) -> None:
    """Refuse an act without a reason, where it needs one. Errors: ClaimsError."""
    if not act.why.strip():
        raise ClaimsError("claims.reason", f"To {to_do} needs a reason.", "Say why; it is kept.")
