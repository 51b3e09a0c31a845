"""`proofline ledger keep` and `destroy`: what goes on record, and how it may be taken off."""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.asking import EVIDENCE
from proofline.cli.counting import counted
from proofline.cli.trouble import note
from proofline.errors import ProoflineError, WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.cli.ledger.opening import Opened
    from proofline.evidence.trouble import BadRow
    from proofline.ledger.kept.keeping import Sent
    from proofline.ledger.kept.log import Log

BOOK = click.Path(exists=True, file_okay=False, path_type=Path)
BATCH = 2_000
"""Rows of one transaction: few enough to wait for, enough that the disk is asked seldom."""


@click.command()
@click.argument("evidence", type=EVIDENCE, required=False)
@click.option("--records", type=EVIDENCE, help="Decisions, as `decide --keep` made them.")
@click.option("--book", type=BOOK, help="Folder of a book: every step of its lines.")
@click.option("--into", "place", required=True, help="The ledger; begun if there is none.")
@click.option(
    "--name", default="", help="Of a new ledger: like a web address, such as a.example/b."
)
@click.option("--actor", default="proofline ledger keep", show_default=True, help="Who keeps it.")
def keep(
    evidence: Path | None,
    records: Path | None,
    book: Path | None,
    place: str,
    name: str,
    actor: str,
) -> None:
    """Put on record what is not yet: rows of an EVIDENCE folder, decisions, steps of claim lines.

    Every row is kept as it was sent. Another content under the key of a row is kept as a correction
    that links to the row before it. What was destroyed does not come in again.
    """
    from proofline.cli.ledger.opening import SCHEMES, now, opened  # noqa: PLC0415
    from proofline.evidence.trouble import BadRow  # noqa: PLC0415
    from proofline.ledger.kept.connection import transaction  # noqa: PLC0415
    from proofline.ledger.kept.keeping import Tally  # noqa: PLC0415
    from proofline.ledger.kept.keeping import keep as take  # noqa: PLC0415

    if evidence is None and records is None and book is None:
        message = "There is nothing to keep."
        raise WrongUse("use.ledger_keep", message, "Name EVIDENCE, --records or --book.")
    if not (name or place.startswith(SCHEMES) or Path(place).exists()):
        raise _nameless()
    sums: Counter[str] = Counter()
    with opened(place, new=True) as database:
        log = _begun(database, name, actor)
        rows = _sent(evidence, records, book)
        while batch := list(islice(rows, BATCH)):
            good = [row for row in batch if not isinstance(row, BadRow)]
            with transaction(database.connection, database.dialect):
                tally: Tally = take(log, good, now(), actor)
            for field in Tally.__slots__:
                sums[field] += getattr(tally, field)
            sums["bad"] += len(batch) - len(good)
            sums["seen"] += len(batch)
            if sums["seen"] % (50 * BATCH) == 0:
                note(f"{counted(sums['seen'], 'row')} so far")
        click.echo(
            f"{counted(sums['new'], 'row')} kept,"
            f" of which {counted(sums['corrections'], 'correction')};"
            f" {sums['known']:,} on record before. The ledger has {log.size():,} entries."
        )
    if sums["destroyed"]:
        note(f"note: {counted(sums['destroyed'], 'row')} not kept: destroyed before")
    if sums["bad"]:
        note(f"note: {counted(sums['bad'], 'row')} not kept: `proofline check` says why")


def _sent(
    evidence: Path | None, records: Path | None, book: Path | None
) -> Iterator[Sent | BadRow]:
    """Give what was named, one after the other."""
    from proofline.cli.ledger.decided import sent_records, sent_steps  # noqa: PLC0415
    from proofline.cli.ledger.rows import sent_rows  # noqa: PLC0415

    if evidence is not None:
        yield from sent_rows(evidence)
    if records is not None:
        yield from sent_records(records)
    if book is not None:
        yield from sent_steps(book)


@click.command()
@click.argument("place", metavar="LEDGER")
@click.option("--entry", "seqs", multiple=True, required=True, type=int, help="May be repeated.")
@click.option("--authority", required=True, help="Why it may be destroyed, such as a court order.")
@click.option("--actor", required=True, help="Who does it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def destroy(place: str, seqs: tuple[int, ...], authority: str, actor: str, yes: bool) -> None:
    """Destroy the payloads of entries with their nonces, openly and for ever.

    The entries stay, and so do all proofs; a new entry names the authority. Backups and copies of
    the database are not touched: destroy them as your retention plan says.
    """
    from proofline.cli.ledger.opening import now, opened  # noqa: PLC0415
    from proofline.ledger.kept.connection import transaction  # noqa: PLC0415
    from proofline.ledger.kept.log import Log  # noqa: PLC0415
    from proofline.ledger.kept.sqlite import wipe  # noqa: PLC0415

    with opened(place) as database:
        log = Log(database.connection, database.dialect, os.urandom)
        if not yes:
            click.confirm(f"Destroy {counted(len(set(seqs)), 'payload')} for ever?", abort=True)
        with transaction(database.connection, database.dialect):
            by = log.destroy(seqs, authority, actor, now())
        if database.dialect.arrays:
            database.connection.execute("VACUUM ledger_entry")
        else:
            wipe(database.connection)
        click.echo(f"{counted(len(set(seqs)), 'payload')} destroyed; entry {by} says so.")


def _begun(database: Opened, name: str, actor: str) -> Log:
    """Take up the ledger that is there, or begin one under this name."""
    from proofline.cli.ledger.opening import now  # noqa: PLC0415
    from proofline.ledger.entry import SECRET_BYTES  # noqa: PLC0415
    from proofline.ledger.kept import tables  # noqa: PLC0415
    from proofline.ledger.kept.connection import transaction  # noqa: PLC0415
    from proofline.ledger.kept.log import Log, Opening, create  # noqa: PLC0415

    if tables.exists(database.connection.cursor(), database.dialect):
        log = Log(database.connection, database.dialect, os.urandom)
        if name not in {"", log.origin}:
            message = f"The ledger is called {log.origin}, not {name}."
            raise ProoflineError("ledger.other_name", message, "Leave --name out, or name another.")
        return log
    if not name:
        raise _nameless()
    opening = Opening(name, os.urandom(SECRET_BYTES), actor, now())
    with transaction(database.connection, database.dialect):
        return create(database.connection, database.dialect, opening, os.urandom)


def _nameless() -> WrongUse:
    message = "A new ledger needs a name."
    return WrongUse("ledger.no_name", message, "Give --name, such as ledger.example/practice.")
