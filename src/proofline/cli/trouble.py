"""How trouble is told on standard error: what is wrong, what to do next, and its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from proofline.errors import ProoflineError


def tell(trouble: ProoflineError) -> None:
    """Print an error in three lines; the code is the one listed in docs/errors.md."""
    click.secho(f"Error: {trouble.message}", fg="red", err=True)
    if trouble.remedy:
        click.echo(f"  What to do: {trouble.remedy}", err=True)
    click.secho(f"  ({trouble.code})", dim=True, err=True)


def note(text: str) -> None:
    """Print one line beside the answer: a count, a step, where something was written."""
    click.echo(text, err=True)
