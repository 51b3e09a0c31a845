"""What everybody may see: their own account, the texts of consents, policies; and the service."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from proofline.desk.showing.settings import choices, people
from proofline.desk.showing.settings.running import Places, condition_page
from proofline.store.book import Book
from proofline.web.screens import done, screen, shown
from proofline.web.watching.practice import PRACTICE


@screen
def settings_page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show one's own account."""
    return shown(request, book, at, "pages/settings/own.html", people.own_page(book, at))


@require_POST
@screen
def choose_practice(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Work for another of one's practices from now on, in this session.

    The forms of pages that are still open are of the practice before, and are too old from now on.
    """
    chosen = request.POST.get("practice", "")
    if chosen in dict(people.own_page(book, at).practices):
        request.session[PRACTICE] = chosen
        rotate_token(request)
        return done(request, _("You work for another practice now."), "settings")
    return done(request, _("You do not work for that practice."), "settings")


@screen
def consents(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show every published text of a consent."""
    return shown(request, book, at, "pages/settings/consents.html", choices.consent_texts(at))


@screen
def policies(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show every policy that holds today."""
    return shown(request, book, at, "pages/settings/policies.html", choices.policies(at))


@screen
def service(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show how the service does."""
    places = Places(settings.HOME, settings.CHECKPOINTS, settings.READ_ONLY, settings.TOLD)
    page = condition_page(book, places, at)
    return shown(request, book, at, "pages/settings/running.html", page)
