"""What is taken along of a line: its evidence packet, and the patient's statement."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from proofline.api.problems import REFUSED, wrong
from proofline.api.route import Asked, route
from proofline.api.routes.made import Given
from proofline.desk import packets
from proofline.desk.packets import Paper
from proofline.ledger.audit.vouching import Heads
from proofline.packet.statement import LANGUAGES
from proofline.store.decided import Line
from proofline.store.safekeeping.heads import Keyring
from proofline.store.trouble import not_visible

_LINE = "lines/{enrollment_id}/{period_kind}/{period_start}/{code}"


@route(f"GET {_LINE}/packet", "read:packets", "packet.see", of=Given)
def get_packet(asked: Asked) -> object:
    """The evidence packet of a line as ZIP, which checks itself."""
    made = packets.packet_file(asked.book, _line(asked), asked.at, _heads())
    return _given(made, "application/zip")


@route(f"GET {_LINE}/packet-pages", "read:packets", "packet.see", of=Given)
def get_packet_pages(asked: Asked) -> object:
    """The packet's pages for people as PDF."""
    made = packets.packet_pages(asked.book, _line(asked), asked.at, _heads())
    return _given(made, "application/pdf")


@route(
    f"GET {_LINE}/statement",
    "read:packets",
    "line.see",
    of=Given,
    query={"language": "Of the letter: en (if it is left out) or es."},
)
def get_statement(asked: Asked) -> object:
    """The patient's statement of a line as PDF."""
    language = asked.query.get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        raise wrong(
            REFUSED,
            "api.parameter",
            "There is no statement in this language.",
            f"Choose one of {', '.join(LANGUAGES)}.",
            where="language",
        )
    made = packets.patient_statement(asked.book, _line(asked), language, asked.at)
    return _given(made, "application/pdf")


def _line(asked: Asked) -> Line:
    said = asked.ids
    try:
        first = date.fromisoformat(said["period_start"]).isoformat()
    except ValueError as error:
        raise not_visible() from error
    return (said["enrollment_id"], said["period_kind"], first, said["code"])


def _heads() -> Heads:
    """Give the signed heads that lie outside of the database."""
    return Keyring(settings.CHECKPOINTS).heads()


def _given(paper: Paper, kind: str) -> Given:
    return Given(paper.name, kind, paper.data)


PACKETS = (get_packet, get_packet_pages, get_statement)
