"""`proofline ledger timestamp`: ask for a time stamp of a checkpoint, and check the answer."""

from __future__ import annotations

from pathlib import Path

import click

from proofline.cli.ledger.heads import FILE, NEW_FILE, not_a_checkpoint
from proofline.errors import ProoflineError, WrongUse


@click.command()
@click.argument("file", metavar="CHECKPOINT", type=FILE)
@click.option("--request", type=NEW_FILE, help="Write the request for the authority here.")
@click.option("--answer", type=FILE, help="The authority's answer, to be checked.")
@click.option("--roots", type=FILE, help="Its root certificates (PEM), for --answer.")
def timestamp(file: Path, request: Path | None, answer: Path | None, roots: Path | None) -> None:
    """Ask an authority of your choice when a CHECKPOINT was there (RFC 3161), and check its answer.

    Nothing is sent: hand the request on with curl, as application/timestamp-query, and keep the
    answer beside the checkpoint.
    """
    from proofline.ledger.note import BadNote, note_from  # noqa: PLC0415
    from proofline.ledger.timestamp import request_for, stamped_at  # noqa: PLC0415
    from proofline.ledger.witness import writing  # noqa: PLC0415

    if (request is None) == (answer is None) or (answer is None) != (roots is None):
        message = "Either --request, or --answer with --roots."
        raise WrongUse("ledger.timestamp_what", message, "Give one of the two.")
    try:
        note = note_from(file.read_text("utf-8"))
    except (BadNote, UnicodeDecodeError) as problem:
        raise not_a_checkpoint(file, problem) from problem
    if request is not None:
        with writing(request):
            request.write_bytes(request_for(note))
        click.echo(f"{request}: send it to the authority as application/timestamp-query")
    elif answer is not None and roots is not None:
        try:
            at = stamped_at(note, answer.read_bytes(), roots.read_bytes())
        except BadNote as problem:
            message = f"{answer} is no sound time stamp of {file}: {problem}."
            remedy = "Check that it answers a request for this checkpoint, and whose root you gave."
            raise ProoflineError("ledger.bad_stamp", message, remedy) from problem
        click.echo(f"There on {at:%Y-%m-%d} at {at:%H:%M:%S} UTC, says the authority.")
