"""How trouble is told on standard error: what is wrong, what to do next, and its code."""

from __future__ import annotations

import click

from proofline.errors import ProoflineError, is_full


def tell(trouble: ProoflineError) -> None:
    """Print an error in three lines; the code is the one listed in docs/errors.md."""
    click.secho(f"Error: {trouble.message}", fg="red", err=True)
    if trouble.remedy:
        click.echo(f"  What to do: {trouble.remedy}", err=True)
    click.secho(f"  ({trouble.code})", dim=True, err=True)


def full_disk(error: Exception) -> ProoflineError | None:
    """Say of an error of the system or of a database that a disk is full; None of any other."""
    if not is_full(error):
        return None
    return ProoflineError(
        "store.full",
        "There is no room on a disk; what was begun is not there, or is not whole.",
        "Make room, and say the same again.",
    )


def note(text: str) -> None:
    """Print one line beside the answer: a count, a step, where something was written."""
    click.echo(text, err=True)
