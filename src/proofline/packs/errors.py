"""Trouble with a page of the law: a file that breaks the grammar, or a date that no page covers."""

from __future__ import annotations

from proofline.errors import ProoflineError


class PackError(ProoflineError):
    """A rule pack cannot be read, does not exist, or has no page for the date asked for."""
