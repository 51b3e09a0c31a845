"""What the desk refuses, in words."""

from __future__ import annotations

from proofline.errors import ProoflineError


class DeskError(ProoflineError):
    """The act makes no sense as things stand; nothing was written."""
