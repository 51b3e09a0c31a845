"""Keys of machines, and the systems that are told what happened, with the last attempts to tell."""

from __future__ import annotations

from dataclasses import dataclass

from proofline.desk.machines.keys import CHANGING, FOR_PEOPLE, LIFE, registered
from proofline.desk.machines.scopes import scopes
from proofline.desk.roles import may, permit
from proofline.desk.telling.events import KINDS, subscribed
from proofline.store.book import Book
from proofline.store.outside import subscriptions
from proofline.store.outside.keys import Key
from proofline.store.outside.subscriptions import Attempt, Listener
from proofline.store.people import ROLES

_ATTEMPTS = 50
"""Attempts that the page names, the latest first."""


@dataclass(frozen=True, slots=True)
class Told:
    """A system that is told, and the last attempts to tell it."""

    listener: Listener
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class MachinesPage:
    """Keys (None for those who may not manage them), and who is told what.

    `minutes` is how long a token is good, `hours` how long a former secret is.
    """

    keys: tuple[Key, ...] | None
    roles: tuple[str, ...]
    scopes: tuple[tuple[str, str], ...]
    told: tuple[Told, ...]
    kinds: tuple[str, ...]
    minutes: int
    hours: int


def machines_page(book: Book) -> MachinesPage:
    """Lay out keys and subscriptions. Errors: NotAllowed."""
    permit(book, "subscription.see")
    tried = subscriptions.latest(book.tenant_id, _ATTEMPTS)
    return MachinesPage(
        keys=tuple(registered(book)) if may(book, "key.manage") else None,
        roles=tuple(role for role in ROLES if role not in FOR_PEOPLE),
        scopes=tuple(scopes().items()),
        told=tuple(
            Told(one, tuple(attempt for name, attempt in tried if name == one.subscription_id))
            for one in subscribed(book)
        ),
        kinds=KINDS,
        minutes=int(LIFE.total_seconds()) // 60,
        hours=int(CHANGING.total_seconds()) // 3600,
    )
