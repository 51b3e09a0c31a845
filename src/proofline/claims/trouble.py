"""Trouble of the claims room that the operator can mend; no message holds anything of a patient."""

from __future__ import annotations

from proofline.errors import ProoflineError


class ClaimsError(ProoflineError):
    """A file of the practice or the book of lines cannot be used, or a step is not allowed."""
