"""Feeds: opened, given another secret, closed. A secret is shown once, on the page that made it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from proofline.desk.arriving import feeds
from proofline.desk.arriving.feeds import Change, Made, Wanted
from proofline.desk.arriving.fetching import granting
from proofline.desk.arriving.proof.sealing import seal_of, seal_there
from proofline.desk.showing.intake.feeding import feeds_page
from proofline.store.book import Book
from proofline.web import typed
from proofline.web.screens import act, done, screen, shown


def _page(request: HttpRequest, book: Book, at: datetime, feed_id: str = "") -> HttpResponse:  # noqa: ARG001 - acts name their feed
    return shown(
        request,
        book,
        at,
        "pages/intake/feeds.html",
        feeds_page(book, at, seal_there(settings.HOME)),
    )


@screen
def intake(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show every feed with its health."""
    return _page(request, book, at)


@never_cache
@act(_page)
def add(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Open a feed, and show its address and secret."""
    said = request.POST
    hours = said.get("hours", "")
    wanted = Wanted(
        source=said.get("source", ""),
        scheme=said.get("scheme", ""),
        secrets=(said["secret"],) if said.get("secret") else (),
        header=said.get("header", ""),
        id_header=said.get("id_header", ""),
        silent_after=timedelta(hours=int(hours)) if hours.isdecimal() else feeds.SILENT,
        mapping=said.get("mapping", "").strip(),
    )
    return _once(request, book, at, feeds.add(book, wanted, seal_of(settings.HOME), at))


@never_cache
@act(_page)
def rotate(request: HttpRequest, book: Book, at: datetime, feed_id: str) -> HttpResponse:
    """Give a feed another secret, and another address if that was asked for."""
    said = request.POST
    change = Change(said.get("secret", ""), bool(said.get("address")), bool(said.get("key_lost")))
    seal = seal_of(settings.HOME)
    made = feeds.rotate(book, feed_id, at, seal=seal, change=change)
    return _once(request, book, at, made)


@act(_page)
def grant(request: HttpRequest, book: Book, at: datetime, feed_id: str) -> HttpResponse:
    """Keep what a person allowed at the vendor; the token is nowhere shown again."""
    said = typed.text(request, "person"), typed.text(request, "token")
    granting.grant(book, feed_id, said, at, seal=seal_of(settings.HOME))
    return done(request, _("The token is kept; what the vendor announces is fetched."), "intake")


@act(_page)
def close(request: HttpRequest, book: Book, at: datetime, feed_id: str) -> HttpResponse:
    """Take nothing more from a feed."""
    feeds.close(book, feed_id, at)
    return done(request, _("The feed is closed; nothing more comes in by it."), "intake")


def _once(request: HttpRequest, book: Book, at: datetime, made: Made) -> HttpResponse:
    address = made.way(settings.HOME)
    if made.path.startswith("/") and not address.endswith("TOKEN"):
        address = request.build_absolute_uri(address)
    page = {"made": made, "address": "" if address.endswith("TOKEN") else address}
    return shown(request, book, at, "pages/intake/made.html", page)
