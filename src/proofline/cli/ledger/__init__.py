"""`proofline ledger`: keep evidence so that a change shows, and prove that nothing was changed."""

from __future__ import annotations

from importlib import import_module

import click

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


class _Commands(click.Group):
    """The commands of the group, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which they are met."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is no such one."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.group(cls=_Commands)
def ledger() -> None:
    """Keep evidence so that a change shows, and prove that nothing was changed.

    A LEDGER is a SQLite file or an address postgresql://USER@HOST/DATABASE. Leave the password out
    of the address: PostgreSQL finds it in PGPASSWORD or ~/.pgpass.
    """
