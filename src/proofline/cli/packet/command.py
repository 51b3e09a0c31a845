"""`proofline packet`: all an auditor needs for one claim line, as one file that checks itself."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from proofline.cli.asking import EVIDENCE, Day, clock_option
from proofline.cli.packet.files import write
from proofline.cli.packet.lines import line_of, lines_of
from proofline.cli.packet.statement import statement
from proofline.cli.packet.vouching import vouching
from proofline.cli.trouble import note
from proofline.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from proofline.cli.packet.vouching import Vouching
    from proofline.packet.gathering import Gathered

BOOK = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TOLD_EACH = 100


@click.group()
def packet() -> None:
    """All an auditor needs for one claim line, in one file that a stranger can check."""


packet.add_command(statement)


@packet.command()
@click.argument("enrollment", required=False)
@click.argument("period", required=False)
@click.argument("code", required=False)
@click.option("--all", "every", is_flag=True, help="Every billable line instead of one.")
@click.option("--evidence", type=EVIDENCE, required=True, help="Folder or DuckDB file.")
@click.option("--as-of", type=Day(), required=True, help="What was known at the end of this day.")
@clock_option
@click.option("--book", type=BOOK, help="Folder of the book, for claim, remittances, amendments.")
@click.option("--ledger", help="The ledger that vouches for it: a SQLite file or an address.")
@click.option("--log-key", type=FILE, help="The ledger's public key.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    required=True,
    help="The ZIP file; with --all the folder, where files are named by line and digest.",
)
def make(
    enrollment: str | None,
    period: str | None,
    code: str | None,
    every: bool,
    evidence: Path,
    as_of: date,
    clock: Literal["cycle", "month"],
    book: Path | None,
    ledger: str | None,
    log_key: Path | None,
    into: Path,
) -> None:
    """Make the packet of CODE for a PERIOD of an ENROLLMENT, or with --all of every billable line.

    PERIOD is the number of a cycle, a day in it, or a month such as 2026-04. The packet holds
    health data; the name of its file and all messages hold none.
    """
    if every != (code is None) or (every and enrollment is not None):
        raise WrongUse(
            "use.packet_line",
            "Say which line: ENROLLMENT PERIOD CODE, or --all.",
            "Give all three words, or --all without them.",
        )
    with vouching(ledger, log_key) as vouch:
        if every:
            _make_all(lines_of(evidence, as_of, clock, book=book), vouch, into)
            return
        assert enrollment is not None
        assert period is not None
        assert code is not None
        found = line_of((enrollment, period, code), evidence, as_of, clock, book=book)
        write(into, _archived(found, vouch))
        note(f"{into}: line {found.packet.line.line_id}")


def _make_all(found: Iterator[Gathered], vouch: Vouching, into: Path) -> None:
    """Write one packet after the other, each under the id of its line and its digest."""
    into.mkdir(parents=True, exist_ok=True)
    count = 0
    for count, one in enumerate(found, start=1):
        data = _archived(one, vouch)
        name = f"{one.packet.line.line_id}-{sha256(data).hexdigest()[:12]}.zip"
        write(into / name, data)
        if count % _TOLD_EACH == 0 and sys.stderr.isatty():
            click.echo(f"\r{count:,} packets", nl=False, err=True)
    if sys.stderr.isatty():
        click.echo("\r", nl=False, err=True)
    note(f"{count:,} packets in {into}")


def _archived(one: Gathered, vouch: Vouching) -> bytes:
    from proofline.packet.archive import archived  # noqa: PLC0415

    return archived(one.packet, one.grounds, vouch(one.packet))


@packet.command()
@click.argument("file", type=FILE)
@click.option("--key", default="", help="The ledger's public key, or its file, got another way.")
def verify(file: Path, key: str) -> None:
    """Check a packet FILE: every byte, the counts, and the ledger's proofs.

    The same program lies in the packet as verify.py and needs nothing of Proofline.
    """
    from proofline.packet import verify as verifier  # noqa: PLC0415

    if key and "+" not in key:
        from proofline.cli.ledger.heads import public  # noqa: PLC0415

        key = str(public(Path(key)))
    words = [str(file), *(("--key", key) if key else ())]
    sys.exit(verifier.main(words))
