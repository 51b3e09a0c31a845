"""People: who works for a practice in which role, and the end of their access."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from proofline.desk.ids import new_id
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store import people
from proofline.store.book import Book, visible_to
from proofline.store.models import Person

GLASS = timedelta(hours=1)
"""How long broken glass stays open. Policy of ours: no source states a time."""

_ADMINISTRATOR = "administrator"


def open_practice(name: str, administrator: str, password: str, at: datetime) -> str:
    """Make a tenant and its first administrator; give the tenant's id.

    Errors: StoreError if there is an account of this name.
    """
    tenant_id = new_id("tnt", at)
    with transaction.atomic():
        people.open_tenant(tenant_id, name, at)
        person = people.make_account(administrator, password)
        people.join(tenant_id, person, _ADMINISTRATOR, at)
        with visible_to(person, tenant_id, at) as book:
            _tell(book, "practice.open", person, at)
    return tenant_id


def add_person(book: Book, username: str, password: str, performer_id: str, at: datetime) -> Person:
    """Make an account without any role yet. Errors: NotAllowed; StoreError for a taken name."""
    permit(book, "person.manage")
    with transaction.atomic():
        person = people.make_account(username, password, performer_id)
        _tell(book, "person.add", person, at)
    return person


def give_role(book: Book, person: Person, role: str, at: datetime) -> None:
    """Give a person a role from now on. Errors: NotAllowed; DeskError for a role there is not."""
    permit(book, "role.manage")
    if role not in people.ROLES:
        raise DeskError(
            "desk.no_role", "There is no such role.", f"Choose one of {', '.join(people.ROLES)}."
        )
    with transaction.atomic():
        people.join(book.tenant_id, person, role, at)
        _tell(book, f"role.give.{role}", person, at)


def take_role(book: Book, person: Person, role: str, at: datetime) -> None:
    """End a role. Errors: NotAllowed; DeskError if it would leave nobody to administer."""
    permit(book, "role.manage")
    _keep_an_administrator(book, person, role)
    with transaction.atomic():
        people.leave(book.tenant_id, person, at, role)
        _tell(book, f"role.take.{role}", person, at)


def disable(book: Book, person: Person, at: datetime) -> None:
    """End a person's access at once: no new session, and every open one is over.

    Errors: NotAllowed; DeskError if it would leave nobody to administer.
    """
    permit(book, "person.manage")
    _keep_an_administrator(book, person, _ADMINISTRATOR)
    with transaction.atomic():
        people.end_access(person)
        people.leave(book.tenant_id, person, at)
        _tell(book, "person.disable", person, at)


def break_glass(book: Book, reason: str, at: datetime) -> datetime:
    """Open what the role keeps closed for a while; give until when.

    Errors: NotAllowed; DeskError without a reason.
    """
    permit(book, "glass.break")
    if not reason.strip():
        raise DeskError(
            "desk.no_reason", "Breaking the glass needs a reason.", "Say what the emergency is."
        )
    until = at + GLASS
    with book.act("glass.break", at, reason) as act:
        people.break_glass(book, reason, at, until)
        act.vouch("glass.break", {"until": until.isoformat()})
    return until


def _keep_an_administrator(book: Book, person: Person, role: str) -> None:
    if role == _ADMINISTRATOR and not people.others(book.tenant_id, person, role):
        raise DeskError(
            "desk.last_administrator",
            "Nobody would be left to administer the practice.",
            "Give the role to somebody else first.",
        )


def _tell(book: Book, kind: str, person: Person, at: datetime) -> None:
    """Put a change of rights on record."""
    with book.act(kind, at) as act:
        act.vouch(kind, {"person": person.pk})
