"""`proofline ledger verify`: was anything changed, which entry, and since which checkpoint?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.ledger.heads import FILE, not_a_checkpoint, public
from proofline.cli.trouble import note
from proofline.errors import ProoflineError, WrongUse

if TYPE_CHECKING:
    from proofline.ledger.audit.verifying import Fault
    from proofline.ledger.checkpoint import SignedCheckpoint
    from proofline.ledger.note import PublicKey

SHOWN = 50
"""So many faults are shown; all are counted."""

LONG = 100_000
"""From so many entries on a look takes long enough to tell how far it is."""


@click.command()
@click.argument("place", metavar="LEDGER")
@click.option("--checkpoint", "files", multiple=True, type=FILE, help="Kept elsewhere; repeatable.")
@click.option("--log-key", type=FILE, help="The ledger's public key.")
@click.option(
    "--witness-key", "witnesses", multiple=True, type=FILE, help="Of a witness you trust."
)
def verify(
    place: str, files: tuple[Path, ...], log_key: Path | None, witnesses: tuple[Path, ...]
) -> None:
    """Compute everything anew and tell what is not as it was recorded. Exits 1 if anything is.

    Without a checkpoint from elsewhere a ledger can only be held against itself: a tail that was
    cut, or a history that was rebuilt from the beginning, does not show.
    """
    from proofline.cli.ledger.opening import opened  # noqa: PLC0415
    from proofline.ledger.audit.verifying import Verification  # noqa: PLC0415
    from proofline.ledger.audit.vouching import Heads  # noqa: PLC0415
    from proofline.ledger.kept.connection import transaction  # noqa: PLC0415
    from proofline.ledger.kept.log import none_there  # noqa: PLC0415
    from proofline.ledger.kept.tables import ALL, exists  # noqa: PLC0415

    if files and log_key is None:
        message = "--checkpoint needs --log-key, or anybody could have signed it."
        raise WrongUse("ledger.no_log_key", message, "Give the file NAME.pub of the ledger.")
    key = None if log_key is None else public(log_key)
    others = tuple(public(file) for file in witnesses)
    outside = [] if key is None else [_signed(file, key, others) for file in files]
    with opened(place) as database:
        cursor = database.connection.cursor()
        if not any(exists(cursor, database.dialect, table) for table in ALL):
            raise none_there()
        heads = Heads(outside, key)
        looking = Verification(
            database.connection, database.dialect, heads, _progress(), database.errors
        )
        count = 0
        with transaction(database.connection, database.dialect, reading=True):
            for fault in looking.faults():
                count += 1
                if count <= SHOWN:
                    click.echo(_told(fault))
    if count > SHOWN:
        click.echo(f"... and {count - SHOWN:,} more")
    click.echo(
        f"{looking.size:,} entries, {looking.destroyed:,} payloads destroyed by authority,"
        f" root {looking.root.hex() or 'unknown'}"
    )
    click.echo(f"{heads.compared:,} checkpoints compared, {len(outside):,} of them from elsewhere")
    if not outside:
        note("note: no checkpoint from elsewhere; a cut tail or a rebuilt history would not show")
    if count:
        message = f"{count:,} things are not as they were recorded."
        remedy = "Keep the database as it is, and compare it with the newest sound backup."
        raise ProoflineError("ledger.changed", message, remedy)
    click.secho("Nothing was changed.", fg="green")


def _signed(file: Path, key: PublicKey, others: tuple[PublicKey, ...]) -> SignedCheckpoint:
    from proofline.ledger.checkpoint import open_checkpoint  # noqa: PLC0415
    from proofline.ledger.note import BadNote  # noqa: PLC0415

    try:
        found = open_checkpoint(file.read_text("utf-8"), key, *others)
    except (BadNote, UnicodeDecodeError) as problem:
        raise not_a_checkpoint(file, problem) from problem
    for other in others:
        if other.key not in {one.key.key for one in found.signed}:
            note(f"note: {file} does not bear the signature of {other.name}")
    return found


def _told(fault: Fault) -> str:
    where = "ledger" if fault.seq is None else f"entry {fault.seq}"
    since = f" (changed after {fault.vouched} was signed)" if fault.vouched else ""
    return f"{where}: {fault.what}{since}"


def _progress() -> Callable[[int, int], None]:
    """Tell every tenth of a long look."""
    told = 0

    def tell(done: int, whole: int) -> None:
        """Say how far the look is."""
        nonlocal told
        tenth = 10 * done // whole
        if whole > LONG and tenth > told:
            told = tenth
            note(f"{done:,} of {whole:,} entries")

    return tell
