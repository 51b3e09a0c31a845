"""What the store refuses, in words."""

from __future__ import annotations

from proofline.errors import ProoflineError


class StoreError(ProoflineError):
    """The book cannot do what was asked; nothing was written."""


class NotVisible(ProoflineError):
    """There is no such thing, or it is not this person's to see: the answer is the same."""


def not_visible() -> NotVisible:
    """Give the one answer for what does not exist and for what is somebody else's."""
    return NotVisible(
        "store.not_visible",
        "There is nothing under this address that you can see.",
        "Check the address, or ask your administrator for access.",
    )
