"""`proofline verify`, `backup`, `backup-key` and `restore`: the book proved, copied, put back."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.running.kept.keys import (
    no_key_by_the_way,
    tell_of_keys_to_seal,
    tell_what_is_missing,
)
from proofline.cli.running.kept.writing import write_new, write_sealed
from proofline.cli.running.setting_up import (
    bring_up_to_date,
    name_what_was_kept_before,
    set_up,
)
from proofline.cli.trouble import note
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from proofline.store.safekeeping.heads import Keyring

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
SHOWN = 100


def keyring() -> Keyring:
    """Give the folder of keys and checkpoints that the settings name."""
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.store.safekeeping.heads import Keyring  # noqa: PLC0415

    return Keyring(settings.CHECKPOINTS)


@click.command()
def verify() -> None:
    """Compute the service's book anew: every hash of the ledger, every row that it vouches for.

    Held against the checkpoints in PROOFLINE_CHECKPOINTS. Exits 1 if anything is not as recorded.
    """
    set_up()
    from proofline.store.opening import refuse_other_tables  # noqa: PLC0415 - after set_up
    from proofline.store.safekeeping.verifying import faults  # noqa: PLC0415
    from proofline.store.vouching import ledger  # noqa: PLC0415

    refuse_other_tables()
    heads = keyring().heads()
    if heads.earlier:
        note(
            f"checkpoints of up to {heads.earlier:,} entries were signed by a key that was lost;"
            " they are compared without it"
        )
    count = 0
    for fault in faults(heads, note):
        count += 1
        if count <= SHOWN:
            click.echo(fault)
    click.echo(f"{ledger().size():,} entries, {heads.compared:,} checkpoints compared")
    if count:
        raise ProoflineError(
            "ledger.changed",
            f"{count:,} things are not as they were recorded.",
            "Keep the database as it is, and compare it with the newest sound backup.",
        )
    click.secho("Nothing was changed.", fg="green")


@click.command()
@click.argument("into", metavar="FILE", type=NEW_FILE)
def backup_key(into: Path) -> None:
    """Make a pair of keys for backups: FILE, which is secret, and FILE.pub.

    Take the secret one away from the machine: it opens backups; making them needs FILE.pub only.
    """
    from proofline.store.safekeeping.sealed.sealing import key_pair  # noqa: PLC0415

    secret, public = key_pair(os.urandom(32))
    write_new(into, secret.encode())
    into.with_name(f"{into.name}.pub").write_text(public, "ascii")
    click.echo(public, nl=False)


@click.command()
@click.option("--into", required=True, type=NEW_FILE, help="File of the backup; must be new.")
@click.option("--key", required=True, type=FILE, help="Public key, of proofline backup-key.")
def backup(into: Path, key: Path) -> None:
    """Copy the whole book into a file that only the holder of the secret key can open.

    The service goes on meanwhile. The copy is proved by its ledger before it is written. The keys
    of the home folder are not in it: see proofline keys.
    """
    set_up()
    from django.conf import settings  # noqa: PLC0415 - after set_up

    from proofline.store.opening import refuse_no_book  # noqa: PLC0415
    from proofline.store.safekeeping.copying import copied  # noqa: PLC0415
    from proofline.store.safekeeping.sealed.sealing import key_from  # noqa: PLC0415
    from proofline.store.safekeeping.vitals import BACKED_UP  # noqa: PLC0415

    refuse_no_book()
    public = key_from(key.read_text("ascii", errors="replace"), "public")
    write_sealed(into, copied(settings.HOME), public)
    (settings.HOME / BACKED_UP).touch()
    note(f"the book is in {into}, {into.stat().st_size:,} bytes; its ledger was proved")
    tell_of_keys_to_seal()


@click.command()
@click.argument("source", metavar="BACKUP", type=FILE)
@click.option("--key", required=True, type=FILE, help="The secret key that opens the backup.")
@click.option(
    "--accept-loss", is_flag=True, help="Go on with a book that is older than what was signed for."
)
def restore(source: Path, key: Path, *, accept_loss: bool) -> None:
    """Put a backup into an empty place, and prove it before anybody uses it.

    The place is what PROOFLINE_HOME or PROOFLINE_DATABASE name. A book that ends before the last
    head that was signed is refused: entries that were acknowledged would be gone. At its end
    it names the keys that are missing, and what does not work without them.
    """
    set_up()
    with no_key_by_the_way():
        size = _put_back(source, key)
        note(f"put back {size:,} ledger entries; looking whether all is as it was recorded")
        lost = keyring().accept_loss(datetime.now(UTC)) if accept_loss else 0
        _prove(lost=lost)
        tell_what_is_missing()
    if lost:
        note(
            f"entries {size:,} to {lost - 1:,} were signed for and are lost; the signs of"
            " them lie aside in the folder of checkpoints"
        )
    click.secho("Nothing was changed.", fg="green")


def _put_back(source: Path, key: Path) -> int:
    """Put the copy into its place; give the number of its ledger entries.

    It is read to its end first: one that was cut or changed leaves the place as empty as it was, so
    that another copy can go there.
    """
    from proofline.store.safekeeping.copying import put_back  # noqa: PLC0415 - after set_up
    from proofline.store.safekeeping.sealed.sealing import key_from, opened  # noqa: PLC0415
    from proofline.store.safekeeping.stream import Stream  # noqa: PLC0415

    secret = key_from(key.read_text("ascii", errors="replace"), "secret")
    with source.open("rb") as sealed:
        if sealed.seekable():  # what comes through a pipe comes once
            for _ in opened(sealed, secret):
                pass
            sealed.seek(0)
        return put_back(Stream(opened(sealed, secret)), bring_up_to_date).size


def _prove(*, lost: int) -> None:
    """Look at the whole book; one from which something is `lost` is shorter than was signed for."""
    from proofline.store.safekeeping.verifying import faults  # noqa: PLC0415 - after set_up

    ring = keyring()
    found = [] if lost else [*_refused_older(ring)]
    if not found:
        name_what_was_kept_before()
    found += [*faults(ring.heads(), note)]
    for fault in found[:SHOWN]:
        click.echo(fault)
    if found:
        raise ProoflineError(
            "store.restored_unsound",
            f"The book is put back, but {len(found):,} things are not as they were recorded.",
            "Do not serve it. Take another backup, or say --accept-loss in another empty place.",
        )


def _refused_older(ring: Keyring) -> list[str]:
    try:
        ring.refuse_an_older_book()
    except ProoflineError as trouble:
        return [trouble.message]
    return []
