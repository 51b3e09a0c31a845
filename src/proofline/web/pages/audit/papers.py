"""What can be taken along of a line: its packet as ZIP and PDF, and the patient's statement."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from proofline.desk.packets import Paper, packet_file, packet_pages, patient_statement
from proofline.ledger.audit.vouching import Heads
from proofline.packet.statement import LANGUAGES
from proofline.store.book import Book
from proofline.store.decided import Line
from proofline.store.safekeeping.heads import Keyring
from proofline.web.screens import screen


@screen
def packet(request: HttpRequest, book: Book, at: datetime, line: Line) -> HttpResponse:  # noqa: ARG001 - a view
    """Give the packet, which checks itself."""
    return _file(packet_file(book, line, at, _heads()), "application/zip")


@screen
def pages(request: HttpRequest, book: Book, at: datetime, line: Line) -> HttpResponse:  # noqa: ARG001 - a view
    """Give the packet's pages for people."""
    return _file(packet_pages(book, line, at, _heads()), "application/pdf")


@screen
def statement(request: HttpRequest, book: Book, at: datetime, line: Line) -> HttpResponse:
    """Give the patient's statement, in the language that the address names."""
    asked = request.GET.get("language", "")
    language = asked if asked in LANGUAGES else LANGUAGES[0]
    return _file(patient_statement(book, line, language, at), "application/pdf")


def _heads() -> Heads:
    """Give the signed heads that lie outside of the database."""
    return Keyring(settings.CHECKPOINTS).heads()


def _file(paper: Paper, kind: str) -> HttpResponse:
    answer = HttpResponse(paper.data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{paper.name}"'
    answer["Cache-Control"] = "no-store"
    return answer
