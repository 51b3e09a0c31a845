"""People and their roles, one's own practices, and times that the glass was broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.desk.people.glass import GLASS, broken
from proofline.desk.roles import acts, may, permit
from proofline.store.book import Book
from proofline.store.people import ROLES, let_in, roster
from proofline.store.people.glass import Broken
from proofline.store.people.let_in import LetIn
from proofline.store.people.roster import Member


@dataclass(frozen=True, slots=True)
class RoleTold:
    """A role, and the acts that it includes, by their names in roles.toml."""

    name: str
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everybody who works here now, who did before, and what each role may do.

    `let_in` names whom the operator of the machine let in again, when and why, the latest first.
    """

    working: tuple[Member, ...]
    gone: tuple[Member, ...]
    roles: tuple[RoleTold, ...]
    own: int | None
    let_in: tuple[tuple[str, LetIn], ...]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What somebody may know of their own account: their roles, and the practices they work for."""

    roles: tuple[RoleTold, ...]
    performer_id: str
    practices: tuple[tuple[str, str], ...]
    here: str


@dataclass(frozen=True, slots=True)
class Event:
    """One time that the glass was broken: by whom, and whether whoever looks may review it."""

    broken: Broken
    who: str
    reviewer: str
    reviewable: bool


@dataclass(frozen=True, slots=True)
class GlassPage:
    """Times that the glass was broken, the latest first; None for those who may not review.

    `minutes` is how long it stays open; `open` tells that it is, for whoever looks.
    """

    events: tuple[Event, ...] | None
    minutes: int
    open: bool


def own_page(book: Book, at: datetime) -> OwnPage:
    """Tell somebody of their own account."""
    theirs = roster.practices(book.person, at)
    return OwnPage(
        tuple(_told(role) for role in ROLES if role in book.roles),
        book.performer_id,
        tuple(theirs),
        book.tenant_id,
    )


def people_page(book: Book) -> PeoplePage:
    """Lay out people and roles. Errors: NotAllowed."""
    permit(book, "people.see")
    found = roster.roster(book.tenant_id)
    names = {one.number: one.username for one in found}
    return PeoplePage(
        tuple(one for one in found if one.roles),
        tuple(one for one in found if not one.roles),
        tuple(map(_told, ROLES)),
        book.person_id,
        tuple((names.get(one.person_id, ""), one) for one in let_in.let_in(book.tenant_id)),
    )


def glass_page(book: Book) -> GlassPage:
    """Tell of broken glass: what one may do oneself, and the list to whoever reviews."""
    reviews = may(book, "glass.review")
    events = _events(book) if reviews else None
    return GlassPage(events, int(GLASS.total_seconds()) // 60, "break_glass" in book.roles)


def _events(book: Book) -> tuple[Event, ...]:
    names = {one.number: one.username for one in roster.roster(book.tenant_id)}
    return tuple(
        Event(
            one,
            names.get(one.person_id, ""),
            names.get(one.reviewed_by, "") if one.reviewed_by else "",
            one.reviewed_by is None and one.person_id != book.person_id,
        )
        for one in broken(book)
    )


def _told(role: str) -> RoleTold:
    return RoleTold(role, tuple(name for name, who in acts().items() if role in who))
