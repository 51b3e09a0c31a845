"""An act at the terminal: what was typed, read as the API reads it; the book; the desk.

The account is believed, as by every command that acts on a book: whoever has the machine has the
book. A second factor it does not show, so what needs one is refused here and done elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from proofline.api.answers import written
from proofline.api.problems import ApiError, wrong
from proofline.api.route import Asked, Route
from proofline.desk.trouble import DeskError
from proofline.errors import ProoflineError, WrongUse
from proofline.site.acting.asking import place_in
from proofline.site.acting.naming import name_of
from proofline.site.acting.reading import read_body, read_ids, read_place, read_query
from proofline.store.book import Book
from proofline.store.opening import opened_as

_MISTYPED = (400, 415, 422)
"""What an API answers to a request that was put together wrongly."""

_FACTOR = "desk.second_factor"


@dataclass(frozen=True, slots=True)
class Typed:
    """Who acts for which practice (blank: the only one), and each part of the request."""

    account: str
    practice: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes | None


def act_on(route: Route, typed: Typed) -> bytes:
    """Do an act; give its answer as JSON.

    Errors: whatever the desk refuses; WrongUse with the option for what was mistyped; DeskError
    for what needs a second factor.
    """
    try:
        return _acted(route, typed)
    except ApiError as error:
        raise _at_the_terminal(route, error) from error
    except DeskError as error:
        if error.code != _FACTOR:
            raise
        raise _no_factor_here() from error


def _acted(route: Route, typed: Typed) -> bytes:
    now = datetime.now(UTC)
    if route.writes and settings.READ_ONLY:
        raise wrong(
            503, "api.frozen", "The book is frozen: it can be read.", "Try again when it is open."
        )
    read_ids(typed.ids)
    with opened_as(typed.account, typed.practice, now) as book:
        return written(route, route.do(_asked(route, book, now, typed)))


def _asked(route: Route, book: Book, at: datetime, typed: Typed) -> Asked:
    query, body = read_query(route, typed.query), read_body(route, typed.body or b"")
    return Asked(book, at, typed.ids, body, typed.query, read_place(route, query))


def _at_the_terminal(route: Route, error: ApiError) -> ProoflineError:
    """Say in the same words what is wrong, at which option, and where its cure stands here."""
    problem = error.problem
    place = place_in(route, problem.where) if problem.where else ""
    message = f"{problem.message} ({place})" if place else problem.message
    remedy = problem.remedy
    if problem.code in {"api.body", "api.not_json"}:
        remedy = f"See `proofline act {name_of(route)} --help`."
    kind = WrongUse if error.status in _MISTYPED else ProoflineError
    return kind(problem.code, message, remedy)


def _no_factor_here() -> DeskError:
    return DeskError(
        _FACTOR,
        "A signature needs the second factor anew, and a terminal cannot show it.",
        "Sign in the browser, under Sign-off, or by the API in a session.",
    )
