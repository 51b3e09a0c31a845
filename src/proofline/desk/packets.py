"""The packet of a line from the book: the same parts and the same bytes as from a folder.

Entries of the service vouch for whole batches of rows, of other patients too, which may not leave
with one line: `disclosing` says what goes along of the ledger, and what stays closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proofline.claims.amending.register import Register
from proofline.claims.book import Book as Lines
from proofline.claims.drawing import identity
from proofline.claims.fees.shelf import Shelf
from proofline.decide import Asked
from proofline.desk.days import today
from proofline.desk.disclosing import entered
from proofline.desk.found import enrollment_for
from proofline.desk.reopening import reopened
from proofline.ledger.audit.vouching import Heads
from proofline.packet.archive import archived, packet_digest
from proofline.packet.billing import amended, billed
from proofline.packet.gathering import Gathered, gathered
from proofline.packet.making import Beside
from proofline.packet.paper.drawing import drawn
from proofline.packet.paper.letter import letter
from proofline.packet.statement import owed, statement
from proofline.store.book import Book
from proofline.store.decided import Line, line_of
from proofline.store.trouble import not_visible
from proofline.store.work.lines import amendment_log
from proofline.store.work.some_lines import SomeLines

NONE_SIGNED = Heads()
"""No checkpoint: the packet goes without its ledger, and says so."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file to hand out; the id of its line and its digest make its name, nobody's name does."""

    line_id: str
    digest: str
    ending: str
    data: bytes

    @property
    def name(self) -> str:
        """Give the file's name."""
        return f"{self.line_id}-{self.digest.removeprefix('sha256:')[:12]}.{self.ending}"


def packet_file(book: Book, line: Line, at: datetime, heads: Heads = NONE_SIGNED) -> Paper:
    """Give the packet of a line as ZIP, proven against signed heads of the ledger.

    Errors: NotAllowed; NotVisible.
    """
    found = _gathered(book, "packet.see", line, at)
    digest = packet_digest(found.packet)
    proven = entered(book.tenant_id, found.packet, line, heads)
    data = archived(found.packet, found.grounds, proven)
    return Paper(found.packet.line.line_id, digest, "zip", data)


def packet_pages(book: Book, line: Line, at: datetime, heads: Heads = NONE_SIGNED) -> Paper:
    """Give the packet's pages for people as PDF. Errors: NotAllowed; NotVisible."""
    packet = _gathered(book, "packet.see", line, at).packet
    digest = packet_digest(packet)
    proven = entered(book.tenant_id, packet, line, heads)
    return Paper(packet.line.line_id, digest, "pdf", drawn(packet, digest, proven))


def patient_statement(book: Book, line: Line, language: str, at: datetime) -> Paper:
    """Give the patient's statement of a line as PDF, in English (en) or Spanish (es).

    Errors: NotAllowed; NotVisible.
    """
    packet = _gathered(book, "line.see", line, at).packet
    said = statement(packet, owed(packet, Shelf(None)), language=language)
    digest = packet_digest(packet)
    data = letter(packet, said, digest)
    return Paper(packet.line.line_id, digest, f"{language}.pdf", data)


def _gathered(book: Book, act: str, line: Line, at: datetime) -> Gathered:
    row = enrollment_for(book, act, line[0], at)
    patient_id = row["patient_id"] or ""
    asked = Asked(today(book, patient_id, at), enrollment_id=line[0])

    def wanted(decision: dict[str, Any]) -> bool:
        """Tell whether a decision is that of the line."""
        return line_of(decision) == line

    with reopened(book.shelf, patient_id, asked) as run:
        found = next(gathered(run, [line[0]], wanted, known=_known(book, patient_id)), None)
    if found is None:
        raise not_visible()
    return found


def _known(book: Book, patient_id: str) -> Callable[[dict[str, Any]], Beside]:
    register = Register(amendment_log(book.tenant_id, patient_id))

    def known(decision: dict[str, Any]) -> Beside:
        """Give what the book of lines knows of one line, and what was to be amended."""
        line_id, _ = identity(decision)
        lines = Lines(SomeLines(book.tenant_id, {line_id}))
        return Beside(billed(lines, line_id), tuple(amended(register, line_id)))

    return known
