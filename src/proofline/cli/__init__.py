"""The terminal door: one command for each question that people ask of the book.

Only here is there a clock (`--as-of` may default to today) and a die (for the synthetic practice).
A command is imported when it is called, and imports what it needs when it runs, so that `explain`
answers at once.
"""

from __future__ import annotations

import gc
from typing import Any

import click

from proofline import __version__
from proofline.cli.lazily import Lazily
from proofline.cli.trouble import full_disk, tell
from proofline.errors import ProoflineError

COMMANDS = {
    "demo": "proofline.cli.demo.command",
    "decide": "proofline.cli.decide",
    "explain": "proofline.cli.explain",
    "forecast": "proofline.cli.insight.forecast",
    "check": "proofline.cli.check",
    "intake": "proofline.cli.intake",
    "devices": "proofline.cli.devices",
    "fees": "proofline.cli.fees",
    "packs": "proofline.cli.law.packs",
    "ledger": "proofline.cli.ledger",
    "claims": "proofline.cli.claims.drafting",
    "acks": "proofline.cli.claims.acks",
    "remits": "proofline.cli.claims.remits",
    "packet": "proofline.cli.packet.command",
    "snapshot": "proofline.cli.records.snapshot",
    "replay": "proofline.cli.records.replay",
    "amendments": "proofline.cli.amending.amendments",
    "overpayments": "proofline.cli.amending.overpayments",
    "consents": "proofline.cli.consents.command",
    "init": "proofline.cli.running.beginning",
    "serve": "proofline.cli.running.serving",
    "work": "proofline.cli.running.serving",
    "act": "proofline.site.acting.command",
    "people": "proofline.cli.running.people",
    "papers": "proofline.cli.running.papers",
    "calls": "proofline.cli.running.calls",
    "feeds": "proofline.cli.arriving.feeds",
    "quarantine": "proofline.cli.arriving.quarantine",
    "verify": "proofline.cli.running.kept.keeping",
    "backup": "proofline.cli.running.kept.keeping",
    "backup-key": "proofline.cli.running.kept.keeping",
    "keys": "proofline.cli.running.kept.keys",
    "restore": "proofline.cli.running.kept.keeping",
    "take-over": "proofline.cli.running.moving",
    "hand-over": "proofline.cli.running.moving",
}

EXIT_STATUS = """
\b
Exit status:
  0  done (decided, also when rows were set aside)
  2  wrong use of the command
  3  refused, because --strict met rows that would be set aside
  1  anything else that you can mend; the message says how
"""


SELDOM = 50_000
"""So many more objects there must be before Python looks for those that only name each other.

Its own 700 are reached a hundred times while a command is imported and its evidence read, and what
is found then is nothing: a twentieth of the time in which `explain` answers.
"""


class Door(Lazily):
    """The commands of `proofline`; trouble that the operator can mend becomes an exit status."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as click has it
        """Run as a program: the process is this command's alone, and tidied seldom."""
        gc.set_threshold(SELDOM)
        return super().__call__(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; trouble that the operator can mend is told, and sets the exit status."""
        try:
            return super().invoke(ctx)
        except ProoflineError as trouble:
            tell(trouble)
            ctx.exit(trouble.exit_status)
        except Exception as error:
            if (full := full_disk(error)) is None:
                raise
            tell(full)
            ctx.exit(full.exit_status)


@click.group(
    cls=Door,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_STATUS,
)
@click.version_option(__version__, prog_name="proofline")
def main() -> None:
    """Remote patient monitoring bills that can be defended, line by line."""
