"""People and roles, for administrators; the glass, for those who break it and those who review."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from proofline.desk import people as desk
from proofline.desk.people import Newcomer
from proofline.desk.showing.settings.people import glass_page, people_page
from proofline.store.book import Book
from proofline.web.screens import act, done, screen, shown


def _people(request: HttpRequest, book: Book, at: datetime, number: int = 0) -> HttpResponse:  # noqa: ARG001 - acts name a person
    return shown(request, book, at, "pages/settings/people.html", people_page(book))


people = screen(_people)


@act(_people)
def add(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Make an account with its first role."""
    said = request.POST
    who = Newcomer(
        said.get("username", "").strip(),
        said.get("password", ""),
        said.get("role", ""),
        said.get("performer_id", "").strip(),
    )
    desk.add_person(book, who, at)
    words = _("%(name)s can sign in with the password that you chose.") % {"name": who.username}
    return done(request, words, "settings_people")


@act(_people)
def give(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:
    """Give somebody a role."""
    desk.give_role(book, desk.person_here(book, number), request.POST.get("role", ""), at)
    return done(request, _("The role holds from now on."), "settings_people")


@act(_people)
def take(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:
    """End a role of somebody's."""
    desk.take_role(book, desk.person_here(book, number), request.POST.get("role", ""), at)
    return done(request, _("The role has ended."), "settings_people")


@act(_people)
def disable(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:
    """End somebody's access at once."""
    desk.disable(book, desk.person_here(book, number), at)
    return done(request, _("Their access has ended, and every session with it."), "settings_people")


@act(_people)
def let_in(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:
    """Let somebody in again with a new password; the second factor is set up anew."""
    desk.let_back_in(book, desk.person_here(book, number), request.POST.get("password", ""), at)
    words = _("They can sign in with the new password, and set up a second factor again.")
    return done(request, words, "settings_people")


def _glass(request: HttpRequest, book: Book, at: datetime, number: int = 0) -> HttpResponse:  # noqa: ARG001 - a review names an event
    return shown(request, book, at, "pages/settings/glass.html", glass_page(book))


glass = screen(_glass)


@act(_glass)
def break_it(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Open for a while what the role keeps closed."""
    desk.break_glass(book, request.POST.get("reason", ""), at)
    words = _("The glass is broken. Everything you look at is on record, and will be reviewed.")
    return done(request, words, "settings_glass")


@act(_glass)
def review(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:
    """Say what came of looking at a time that the glass was broken."""
    desk.review_glass(book, number, request.POST.get("finding", ""), at)
    return done(request, _("The review is on record."), "settings_glass")
