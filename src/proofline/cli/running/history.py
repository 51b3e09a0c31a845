"""The books of the demonstration: lines drawn, sent and answered, as in a practice that is at work.

All of it goes through the acts of the desk, in the name of the made-up biller. Of ten claims six
are answered, two are with the payer, and the rest waits to be looked through and sent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import datetime
from importlib.resources import as_file, files

import msgspec

from proofline.claims.claim import Claim
from proofline.claims.expecting import Expecting
from proofline.claims.fees.shelf import Shelf
from proofline.claims.sheets.charges import read_charges
from proofline.claims.sheets.directory import read_directory
from proofline.cli.demo import payer
from proofline.desk.billing import answering, drafting, sending
from proofline.desk.billing.book import lines_of
from proofline.desk.billing.drafting import Papers
from proofline.desk.billing.sending import Ends
from proofline.store.book import Book

ANSWERED, SENT = 0.6, 0.8
"""Which part of the claims is answered, and which is sent."""

_CHECKING = "waiting for the patient's new insurance card"


def bill(book: Book, now: Callable[[], datetime]) -> None:
    """Draw what is billable, and send and answer what is old enough; leave the rest to be done."""
    papers = _papers()
    drafting.draft(book, book.shelf.ids("patients", "patient_id"), papers, now())
    drafting.make_ready(book, papers, now())
    ready = sorted(lines_of(book).current("ready"), key=lambda claim: claim.claim_id)
    answered, sent = (round(part * len(ready)) for part in (ANSWERED, SENT))
    claims = _send(book, ready[:answered], now)
    answering.post(book, payer.remitted(claims, _ends().sender, now()), now())
    _send(book, ready[answered:sent], now)
    sending.hold(book, [line.line_id for line in ready[-1].lines], _CHECKING, now())


def _send(book: Book, claims: list[Claim], now: Callable[[], datetime]) -> list[Claim]:
    sending.submit(book, [one.claim_id for one in claims], _ends(), now())
    return claims


def _papers() -> Papers:
    """Read the made-up practice's charges and directory; amounts are those of Medicare's files."""
    with as_file(files("proofline.cli.demo")) as folder:
        charges = read_charges(folder / "charges.csv")
        directory = read_directory(folder / "directory.toml")
    return Papers(charges, directory, Expecting(Shelf(None)))


def _ends() -> Ends:
    told = files("proofline.cli.demo").joinpath("parties.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(told), Ends)
