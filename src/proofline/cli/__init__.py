"""The terminal door: one command per question that people ask of the book.

Only here is there a clock (`--as-of` defaults to today) and a seed (for the synthetic practice).
Every command imports what it needs when it runs, so that `explain` answers at once.
"""

from __future__ import annotations

import click

from proofline import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="proofline")
def main() -> None:
    """Remote patient monitoring bills that can be defended, line by line."""
