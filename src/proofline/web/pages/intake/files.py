"""Files brought by hand: a vendor's sample to be judged, or an export to be taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from proofline.desk.arriving.brought import LARGEST, Sample, bring, hold_against
from proofline.desk.arriving.messages import Outcome
from proofline.desk.roles import permit
from proofline.desk.showing.intake.feeding import Kind, kinds
from proofline.intake.options import DateOrder, Options
from proofline.store.book import Book
from proofline.web.screens import act, shown

ORDERS: dict[str, DateOrder] = {"ymd": "ymd", "dmy": "dmy", "mdy": "mdy"}


@dataclass(frozen=True, slots=True)
class FilesPage:
    """The sources to choose from, and what came of what was brought, if anything was."""

    kinds: tuple[Kind, ...]
    samples: tuple[Sample, ...] = ()
    outcome: Outcome | None = None


def _samples(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    permit(book, "message.release")
    return shown(request, book, at, "pages/intake/sample.html", FilesPage(kinds(mapped=True)))


@act(_samples)
def sample(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Judge a sample that was pasted or chosen; nothing of it is kept."""
    said = request.POST
    options = Options(
        date_order=ORDERS.get(said.get("order", ""), ""), mapping=said.get("mapping", "")
    )
    samples = hold_against(book, said.get("source", ""), _brought(request), options)
    page = FilesPage(kinds(mapped=True), tuple(samples))
    return shown(request, book, at, "pages/intake/sample.html", page)


def _files(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    permit(book, "reading.take")
    return shown(request, book, at, "pages/intake/files.html", FilesPage(kinds()))


@act(_files)
def upload(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Take in a file that somebody brought, as one that lies in the folder of a feed."""
    outcome = bring(book, request.POST.get("source", ""), _brought(request), at)
    page = FilesPage(kinds(), outcome=outcome)
    return shown(request, book, at, "pages/intake/files.html", page)


def _brought(request: HttpRequest) -> bytes:
    """Give the bytes of the file that was chosen, or of what was pasted."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "").encode()
    return bytes(file.read(LARGEST + 1))
