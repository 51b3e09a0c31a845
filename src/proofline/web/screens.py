"""What every screen shares: whose book is open, at which instant, and how trouble is told.

A view takes (request, book, at, ...) and calls the desk; this module opens the book of the practice
that the person chose, at the instant of the request, and puts the frame around what is shown. An
act that the desk refuses shows the page it came from again, with the refusal and what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from proofline.desk.people import practices_of
from proofline.desk.roles import NotAllowed
from proofline.errors import ProoflineError, is_full
from proofline.store.book import Book, visible_to
from proofline.store.trouble import NotVisible
from proofline.web import frame
from proofline.web.watching.ended import typed_before
from proofline.web.watching.practice import PracticeEnded, worked_for

P = ParamSpec("P")
Row = TypeVar("Row")
Place = TypeVar("Place")
Opened = Callable[Concatenate[HttpRequest, Book, datetime, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def screen(view: Opened[P]) -> View[P]:
    """Make a view of one that wants an open book; what the desk refuses is told on a page."""

    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        """Open the book and call the view."""
        at = datetime.now(UTC)
        try:
            with _book(request, at) as book:
                return view(request, book, at, *args, **kwargs)
        except ProoflineError as error:
            return refused(request, error)

    return cast("View[P]", opened)


def act(page: Callable[..., HttpResponseBase]) -> Callable[[Opened[P]], View[P]]:
    """Make a view of an act, posted from a page; refused, that page comes again and says why.

    The page takes what the act takes, whether or not it makes use of it.
    """

    def acting(view: Opened[P]) -> View[P]:
        """Make the view of one act."""

        @wraps(view)
        def tried(
            request: HttpRequest, book: Book, at: datetime, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            """Act, or show the page again with the refusal; what is not posted is only shown."""
            if request.method != "POST":
                if typed := typed_before(request):
                    request.POST = typed  # type: ignore[assignment]  # the page shows it
                return page(request, book, at, *args, **kwargs)
            try:
                return _tried(view, request, book, at, *args, **kwargs)
            except (NotAllowed, NotVisible):
                raise
            except ProoflineError as error:
                request.trouble = error  # type: ignore[attr-defined]  # the frame shows it
                again = page(request, book, at, *args, **kwargs)
                again.status_code = STATUS.get(type(error), 422)
                return again

        made = screen(tried)
        made.comes_again = True  # type: ignore[attr-defined]  # what was typed can be shown there
        return made

    return acting


def _tried(
    view: Opened[P],
    request: HttpRequest,
    book: Book,
    at: datetime,
    *args: P.args,
    **kwargs: P.kwargs,
) -> HttpResponseBase:
    """Act; a full disk is a refusal like others, so that the page comes with what was typed."""
    try:
        return view(request, book, at, *args, **kwargs)
    except (DatabaseError, OSError) as error:
        if not is_full(error):
            raise
        raise NoRoom(
            "store.full",
            _("The disk is full, so nothing was written."),
            _("Tell whoever runs the service, and do the same again when there is room."),
        ) from error


class NoRoom(ProoflineError):
    """An act that a full disk did not let through."""


def shown(
    request: HttpRequest, book: Book, at: datetime, template: str, page: object
) -> HttpResponse:
    """Render a page within its frame, while the book is open."""
    around = frame.around(request, book, at)
    return render(request, template, {"page": page, "frame": around})


def done(request: HttpRequest, words: str, address: str, *args: object) -> HttpResponse:
    """Say what was done, and go on to a page by its name."""
    messages.success(request, words)
    return HttpResponseRedirect(reverse(address, args=args), status=303)


def every(
    request: HttpRequest,
    at: datetime,
    begin: Place,
    part: Callable[[Book, Place], tuple[Iterable[Row], Place | None]],
) -> Iterator[Row]:
    """Yield all rows of a list from page to page, in a book that stays open until the last one.

    `part` gives the rows of the page at a place, and the place of the next one; None: it was all.
    """
    with _book(request, at) as book:
        place: Place | None = begin
        while place is not None:
            rows, place = part(book, place)
            yield from rows


STATUS: dict[type[ProoflineError], int] = {
    NotAllowed: 403,
    NotVisible: 404,
    NoRoom: 503,
    PracticeEnded: 403,
}
"""The HTTP status of a refusal; any other kind is 422: understood, and not done."""


def refused(request: HttpRequest, error: ProoflineError) -> HttpResponse:
    """Tell what was refused on a page of its own."""
    status = STATUS.get(type(error), 422)
    return render(request, "web/refused.html", {"trouble": error}, status=status)


@contextmanager
def _book(request: HttpRequest, at: datetime) -> Iterator[Book]:
    """Open the practice that the session works for."""
    person = request.user
    assert person.is_authenticated, "LoginRequiredMiddleware lets nobody else in"
    theirs = practices_of(person, at)
    request.several = len(theirs) > 1  # type: ignore[attr-defined]  # the frame names the practice
    with visible_to(person, worked_for(request, theirs), at) as book:
        yield book
