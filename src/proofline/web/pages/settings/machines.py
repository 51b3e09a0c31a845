"""Keys of machines and webhooks; what opens anything is shown once, on the page that made it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from proofline.desk.machines import keys
from proofline.desk.machines.keys import Registration, Secret
from proofline.desk.showing.settings.machines import machines_page
from proofline.desk.telling import events
from proofline.desk.telling.events import KINDS, Subscribed, Wish
from proofline.store.book import Book
from proofline.web.screens import act, done, screen, shown


def _page(request: HttpRequest, book: Book, at: datetime, of: str = "") -> HttpResponse:  # noqa: ARG001 - acts name a key
    return shown(request, book, at, "pages/settings/machines.html", machines_page(book))


machines = screen(_page)


@never_cache
@act(_page)
def add_key(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Make a key of a machine, and show its secret."""
    said = request.POST
    scopes = tuple(said.getlist("scope"))
    who = Registration(
        said.get("name", "").strip(),
        said.get("role", ""),
        scopes,
        performer_id=said.get("performer_id", "").strip(),
    )
    return _secret(request, book, at, keys.register(book, who, at))


@never_cache
@act(_page)
def rotate_key(request: HttpRequest, book: Book, at: datetime, of: str) -> HttpResponse:
    """Give a key another secret; the former one is good for a while."""
    return _secret(request, book, at, keys.rotate(book, of, at))


@act(_page)
def revoke_key(request: HttpRequest, book: Book, at: datetime, of: str) -> HttpResponse:
    """Take a key away."""
    keys.revoke(book, of, at)
    return done(request, _("The key opens nothing any more."), "settings_machines")


@never_cache
@act(_page)
def add_webhook(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Begin to tell a system, and show the keys by which it can check who tells it."""
    wanted = request.POST.getlist("kind")
    kinds = tuple(kind for kind in KINDS if kind in wanted)
    wish = Wish(request.POST.get("url", "").strip(), kinds)
    return _keys(request, book, at, events.subscribe(book, wish, at))


@never_cache
@act(_page)
def rotate_webhook(request: HttpRequest, book: Book, at: datetime, of: str) -> HttpResponse:
    """Sign by other keys from now on."""
    return _keys(request, book, at, events.rotate(book, of, at))


@act(_page)
def end_webhook(request: HttpRequest, book: Book, at: datetime, of: str) -> HttpResponse:
    """Tell a system nothing more."""
    events.end(book, of, at)
    return done(request, _("Nothing more is told to that address."), "settings_machines")


def _secret(request: HttpRequest, book: Book, at: datetime, made: Secret) -> HttpResponse:
    told = {_("Client"): made.client_id, _("Secret"): made.client_secret}
    return shown(request, book, at, "pages/settings/made.html", told)


def _keys(request: HttpRequest, book: Book, at: datetime, made: Subscribed) -> HttpResponse:
    told = {
        _("Subscription"): made.subscription_id,
        _("Public key"): made.keys.public_key,
        _("or shared secret"): made.keys.secret,
    }
    return shown(request, book, at, "pages/settings/made.html", told)
