"""The books of the demonstration: lines drawn, sent and answered, as in a practice that is at work.

All of it goes through the acts of the desk, in the name of the made-up biller. Of ten claims six
are answered, two are with the payer, and the rest waits to be looked through and sent. Two answers
found no line, and wait for somebody who knows it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from importlib.resources import files

from proofline.claims.claim import Claim
from proofline.cli.demo import fees, payer
from proofline.desk.billing import answering, drafting, sending
from proofline.desk.billing.book import lines_of
from proofline.desk.billing.papers import ends_of, keep_paper, papers_of
from proofline.store.book import Book

ANSWERED, SENT = 0.6, 0.8
"""Which part of the claims is answered, and which is sent."""

ASTRAY = 2
"""Answers of which nobody knows the line: they wait for a person."""

_CHECKING = "waiting for the patient's new insurance card"


def bill(book: Book, now: Callable[[], datetime]) -> None:
    """Send and answer what was drawn and is old enough; leave the rest to be done.

    Nobody draws: the worker did, when decisions turned.
    """
    drafting.make_ready(book, papers_of(book, now()), now())
    ready = sorted(lines_of(book).current("ready"), key=lambda claim: claim.claim_id)
    answered, sent = (round(part * len(ready)) for part in (ANSWERED, SENT))
    claims = _send(book, ready[:answered], now)
    us = ends_of(book, now()).sender
    answering.post(book, payer.remitted(claims, us, now()), now())
    astray = [payer.misread(one) for one in _send(book, ready[answered:sent], now)[:ASTRAY]]
    answering.post(book, payer.remitted(astray, us, now(), number=2), now())
    sending.hold(book, [line.line_id for line in ready[-1].lines], _CHECKING, now())


def keep_papers(book: Book, first: date, last: date, now: Callable[[], datetime]) -> None:
    """Keep the made-up practice's own papers in its book, as an administrator would.

    Fees are made up for those days of the span of which the product brings none.
    """
    for kind, name in {
        "charges": "charges.csv",
        "directory": "directory.toml",
        "contracts": "contracts.toml",
        "ends": "parties.toml",
    }.items():
        data = files("proofline.cli.demo").joinpath(name).read_bytes()
        keep_paper(book, kind, data, now())
    for data in fees.made_up(first, last):
        keep_paper(book, "fees", data, now())


def _send(book: Book, claims: list[Claim], now: Callable[[], datetime]) -> list[Claim]:
    sending.submit(book, [one.claim_id for one in claims], ends_of(book, now()), now())
    return claims
