"""`proofline ledger key`, `checkpoint` and `witness`: signed heads, outside of the database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proofline.cli.trouble import note
from proofline.errors import ProoflineError

if TYPE_CHECKING:
    from proofline.ledger.note import PublicKey, SigningKey

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("name")
@click.option("--into", required=True, type=NEW_FILE, help="File for the secret key; must be new.")
def key(name: str, into: Path) -> None:
    """Make a key to sign heads with. NAME is that of the ledger, or the witness's own.

    The secret key goes to the file, which only you can read; the public one beside it, to FILE.pub,
    and to standard output. Keep the secret key off the machine that holds the database.
    """
    from proofline.ledger.keys import written  # noqa: PLC0415
    from proofline.ledger.note import Algorithm, SigningKey, is_name  # noqa: PLC0415
    from proofline.ledger.witness import writing  # noqa: PLC0415

    if not is_name(name):
        message = f"{name!r} cannot name a key."
        raise ProoflineError("ledger.key_name", message, "Leave out spaces and plus.")
    made = SigningKey(name, os.urandom(32))
    public = made.public(Algorithm.ED25519)
    with writing(into):
        try:
            handle = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as problem:
            message = f"{into} is there already."
            raise ProoflineError("ledger.key_exists", message, "Name another file.") from problem
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(written(made))
        into.with_name(f"{into.name}.pub").write_text(f"{public}\n", "utf-8")
    click.echo(str(public))


@click.command()
@click.argument("place", metavar="LEDGER")
@click.option("--key", "secret", required=True, type=FILE, help="The ledger's secret key.")
@click.option("--into", required=True, type=FOLDER, help="Where checkpoints are written.")
@click.option("--memory", type=NEW_FILE, help="The last head signed; without it KEY.last.")
def checkpoint(place: str, secret: Path, into: Path, memory: Path | None) -> None:
    """Sign the head of a ledger, and write it outside of the database.

    A head that does not extend the last one signed with this key is refused. The checkpoint goes to
    SIZE.checkpoint and to latest.checkpoint. Give copies away: to the practice, to a witness, with
    every packet. What lies only beside the database can vanish with it.
    """
    from proofline.cli.ledger.opening import now, opened  # noqa: PLC0415
    from proofline.ledger.kept.connection import transaction  # noqa: PLC0415
    from proofline.ledger.kept.log import Log  # noqa: PLC0415
    from proofline.ledger.witness import Signer, forked, write_durably, writing  # noqa: PLC0415

    signer = Signer(_secret(secret), memory or secret.with_name(f"{secret.name}.last"))
    with opened(place) as database:
        log = Log(database.connection, database.dialect, os.urandom)
        if signer.key.name != log.origin:
            message = f"The key is that of {signer.key.name}, the ledger is {log.origin}."
            raise ProoflineError("ledger.other_key", message, "Give the key of this ledger.")
        last, head = signer.last(), log.head()
        if last is not None and last.size > head.size:
            raise forked(f"The ledger has {head.size} entries, and {last.size} were signed for.")
        proof = None if last is None else log.consistency(last.size, head.size)
        with writing(into):
            into.mkdir(parents=True, exist_ok=True)
        signed = signer.sign(head, proof, now())
        for name in (f"{head.size}.checkpoint", "latest.checkpoint"):
            write_durably(into / name, str(signed))
        with transaction(database.connection, database.dialect):
            log.see(signed)
    click.echo(str(signed), nl=False)


@click.command()
@click.argument("file", metavar="CHECKPOINT", type=FILE)
@click.option("--log-key", required=True, type=FILE, help="The ledger's public key.")
@click.option("--key", "secret", required=True, type=FILE, help="The witness's own secret key.")
@click.option("--proof", type=FILE, help="From `ledger prove --from`, since the last checkpoint.")
@click.option("--memory", type=NEW_FILE, help="The last head seen; without it KEY.last.")
def witness(
    file: Path, log_key: Path, secret: Path, proof: Path | None, memory: Path | None
) -> None:
    """Cosign a CHECKPOINT, if the ledger has only grown since the last one seen.

    Needs no access to the ledger. The first checkpoint is taken as it is; from then on each must
    come with a proof that it extends the one before. The cosignature is added to the file.
    """
    from proofline.cli.ledger.opening import now  # noqa: PLC0415
    from proofline.ledger.checkpoint import open_checkpoint  # noqa: PLC0415
    from proofline.ledger.exchange import consistency_from  # noqa: PLC0415
    from proofline.ledger.note import BadNote  # noqa: PLC0415
    from proofline.ledger.witness import Signer, write_durably  # noqa: PLC0415

    signer = Signer(_secret(secret), memory or secret.with_name(f"{secret.name}.last"))
    try:
        signed = open_checkpoint(file.read_text("utf-8"), public(log_key))
    except (BadNote, UnicodeDecodeError) as problem:
        raise not_a_checkpoint(file, problem) from problem
    shown = None if proof is None else consistency_from(proof.read_bytes()).proof()
    if signer.last() is None:
        note("note: the first checkpoint of this ledger seen here; it is taken as it is")
    done = signer.cosign(signed.note, shown, now())
    write_durably(file, str(done))
    click.echo(str(done), nl=False)


def public(file: Path) -> PublicKey:
    """Read a public key from its file. Raises ProoflineError where it is none."""
    from proofline.ledger.note import BadNote, public_key_from  # noqa: PLC0415

    try:
        return public_key_from(file.read_text("utf-8"))
    except (BadNote, OSError, UnicodeDecodeError) as problem:
        message = f"{file} is no public key: {problem}."
        raise ProoflineError("ledger.not_a_key", message, "Give the file NAME.pub.") from problem


def not_a_checkpoint(file: Path, problem: Exception) -> ProoflineError:
    """Say that a file is no checkpoint that the ledger signed."""
    message = f"{file} is no checkpoint of the ledger: {problem}."
    return ProoflineError("ledger.not_a_checkpoint", message, "Check the file and the key.")


def _secret(file: Path) -> SigningKey:
    from proofline.ledger.keys import secret_key_from  # noqa: PLC0415
    from proofline.ledger.note import BadNote  # noqa: PLC0415

    try:
        return secret_key_from(file.read_text("utf-8"))
    except (BadNote, UnicodeDecodeError) as problem:
        message = f"{file} is no secret key."
        remedy = "Give a file that `proofline ledger key` made."
        raise ProoflineError("ledger.not_a_key", message, remedy) from problem
