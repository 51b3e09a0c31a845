"""What an act of billing is done to: what was chosen, and never all because nothing was."""

from __future__ import annotations

from collections.abc import Collection

from proofline.desk.trouble import DeskError


def chosen_claims(chosen: Collection[str], *, every: bool) -> Collection[str]:
    """Give the chosen claims; none where nobody chose and all are meant.

    Errors: DeskError if no claim is chosen and nobody said that all are meant.
    """
    if not chosen and not every:
        raise DeskError("desk.nothing_chosen", "No claim is chosen.", "Mark at least one, or all.")
    return chosen


def refuse_no_line(chosen: Collection[str]) -> None:
    """Refuse an act on lines that names none. Errors: DeskError."""
    if not chosen:
        raise DeskError("desk.nothing_chosen", "No line is chosen.", "Mark at least one.")
