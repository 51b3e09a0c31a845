"""A route: an address, who may use it, what it takes and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from proofline.desk.requests.lists import Place
from proofline.store.book import Book

Method = Literal["GET", "POST"]
Gives = Literal["one", "list", "page"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a route sees it: the open book, the instant, and what was said, all checked.

    `base` is the address of the practice's part of the API, for links.
    """

    book: Book
    at: datetime
    ids: Mapping[str, str]
    body: Any
    query: Mapping[str, str]
    place: Place
    second_factor_at: datetime | None = None
    base: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address below `/api/practices/{tenant_id}/`.

    `scope` is what a machine's token needs, blank where only people may; `act` is what the person's
    role must include, as `desk/roles.toml` names it, blank where anybody of the practice may. `of`
    is what is given: a class, or the name of a table of the evidence contract. `table` names the
    one whose choices the body obeys. `secret` marks what shows a secret, which nobody sees again.
    `again` says of a file that is given where it is had again, with what was found as {0}: no such
    answer is kept for an `Idempotency-Key`.
    """

    method: Method
    path: str
    name: str
    says: str
    scope: str
    act: str
    do: Callable[[Asked], object]
    of: type[Any] | str | None = None
    gives: Gives = "one"
    body: type[Any] | None = None
    table: str = ""
    status: int = 200
    fhir: bool = False
    query: Mapping[str, str] = field(default_factory=dict)
    form: bool = False
    secret: bool = False
    again: str = ""

    @property
    def writes(self) -> bool:
        """Whether it changes anything; a search by POST does not."""
        return self.method == "POST" and not self.scope.startswith("read:")

    @property
    def paged(self) -> bool:
        """Whether its address says which page is asked for."""
        return self.gives == "page" and self.body is None and not self.fhir


Do = Callable[[Asked], object]


def route(what: str, scope: str, act: str, **more: Any) -> Callable[[Do], Route]:  # noqa: ANN401 - the further fields of a route
    """Make a function a route, by method and path; its name and docstring are the route's."""
    method, _, path = what.partition(" ")
    assert method in {"GET", "POST"}, "a route reads or writes"

    def made(do: Do) -> Route:
        """Make one function a route."""
        first, *rest = do.__name__.split("_")
        name = first + "".join(word.capitalize() for word in rest)
        says = (do.__doc__ or "").strip()
        return Route("GET" if method == "GET" else "POST", path, name, says, scope, act, do, **more)

    return made
