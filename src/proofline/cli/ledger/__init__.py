"""`proofline ledger`: keep evidence so that a change shows, and prove that nothing was changed."""

from __future__ import annotations

import click

from proofline.cli.lazily import Lazily

COMMANDS = {
    "keep": "proofline.cli.ledger.keeping",
    "verify": "proofline.cli.ledger.checking",
    "key": "proofline.cli.ledger.heads",
    "checkpoint": "proofline.cli.ledger.heads",
    "witness": "proofline.cli.ledger.heads",
    "timestamp": "proofline.cli.ledger.stamping",
    "prove": "proofline.cli.ledger.proving",
    "destroy": "proofline.cli.ledger.keeping",
}


@click.group(cls=Lazily, modules=COMMANDS)
def ledger() -> None:
    """Keep evidence so that a change shows, and prove that nothing was changed.

    A LEDGER is a SQLite file or an address postgresql://USER@HOST/DATABASE. Leave the password out
    of the address: PostgreSQL finds it in PGPASSWORD or ~/.pgpass.
    """
