"""`proofline ledger prove`: a proof as JSON that anybody can check."""

from __future__ import annotations

import os
import sys

import click
import msgspec

from proofline.errors import ProoflineError, WrongUse


@click.command()
@click.argument("place", metavar="LEDGER")
@click.option("--entry", "seq", type=int, help="Prove that this entry is in the ledger.")
@click.option("--row", nargs=2, help="The same by table and key, such as readings r-1.")
@click.option("--from", "first", type=int, help="Prove that the ledger of this size only grew.")
@click.option("--to", "--size", "second", type=int, help="In the ledger of this size; else of now.")
@click.option("--payload", is_flag=True, help="Show the payload and its nonce too: it is PHI.")
def prove(
    place: str,
    seq: int | None,
    row: tuple[str, str] | None,
    first: int | None,
    second: int | None,
    payload: bool,
) -> None:
    """Write a proof as JSON: that an entry is in the ledger, or that the ledger only grew.

    A key of several columns is written with commas: --row assignments D-1,P-1,2026-03-01. Of a row
    with corrections the newest entry is proved.
    """
    from proofline.cli.ledger.opening import opened  # noqa: PLC0415
    from proofline.ledger.exchange import Prover  # noqa: PLC0415
    from proofline.ledger.kept.keeping import item_name  # noqa: PLC0415
    from proofline.ledger.kept.log import Log  # noqa: PLC0415

    if sum(asked is not None for asked in (seq, row, first)) != 1:
        message = "What is to be proved?"
        raise WrongUse("ledger.prove_what", message, "Give one of --entry, --row and --from.")
    with opened(place) as database:
        log = Log(database.connection, database.dialect, os.urandom)
        if row is not None:
            name = item_name(row[0], *row[1].split(","))
            kept = log.of_items([name])[name]
            if not kept:
                message = f"The ledger has no such row of {row[0]}."
                raise ProoflineError("ledger.no_row", message, "Check the table and the key.")
            seq = kept[-1][0]
        prover = Prover(log)
        found = (
            prover.consistency(first, second)
            if first is not None
            else prover.inclusion(seq or 0, second, payload=payload)
        )
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
