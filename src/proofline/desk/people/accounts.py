"""People: who works for a practice in which role, and the end of their access."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from proofline.desk.ids import new_id
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.act import Act
from proofline.store.book import Book, visible_to
from proofline.store.counting import anew
from proofline.store.models import Person
from proofline.store.people import accounts, roster
from proofline.store.trouble import not_visible

_ADMINISTRATOR = "administrator"


def open_practice(name: str, administrator: str, password: str, at: datetime) -> str:
    """Make a tenant and its first administrator; give the tenant's id.

    Errors: StoreError if there is an account of this name.
    """
    tenant_id = new_id("tnt", at)
    with transaction.atomic():
        accounts.open_tenant(tenant_id, name, at)
        person = accounts.make_account(administrator, password)
        accounts.join(tenant_id, person, _ADMINISTRATOR, at)
        with visible_to(person, tenant_id, at) as book, _change(book, "practice.open", at) as told:
            told(person)
            anew.begin(tenant_id)
    return tenant_id


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who begins: account, first password, first role, and who they are in the evidence.

    `performer_id` is blank for those who neither work for patients nor bill.
    """

    username: str
    password: str
    role: str
    performer_id: str = ""


def add_person(book: Book, who: Newcomer, at: datetime) -> Person:
    """Make an account with its first role.

    Errors: NotAllowed; DeskError for a role there is not; StoreError for a taken name or a password
    that is easily guessed.
    """
    permit(book, "person.manage")
    _refuse_no_role(who.role)
    with _change(book, f"person.add.{who.role}", at) as told:
        person = accounts.make_account(who.username, who.password, who.performer_id)
        accounts.join(book.tenant_id, person, who.role, at)
        told(person)
    return person


def give_role(book: Book, person: Person, role: str, at: datetime) -> None:
    """Give somebody of the practice a role from now on.

    Errors: NotAllowed; NotVisible; DeskError for a role there is not.
    """
    permit(book, "role.manage")
    _refuse_no_role(role)
    _refuse_stranger(book, person)
    with _change(book, f"role.give.{role}", at) as told:
        accounts.join(book.tenant_id, person, role, at)
        told(person)


def take_role(book: Book, person: Person, role: str, at: datetime) -> None:
    """End a role. Errors: NotAllowed; DeskError if it would leave nobody to administer."""
    permit(book, "role.manage")
    _refuse_stranger(book, person)
    with _change(book, f"role.take.{role}", at) as told:
        _keep_an_administrator(book, person, role)
        accounts.leave(book.tenant_id, person, at, role)
        told(person)


def disable(book: Book, person: Person, at: datetime) -> None:
    """End a person's access at once: every session of theirs is over, here they have no role left.

    Who works for no other practice cannot sign in any more. Errors: NotAllowed; NotVisible;
    DeskError if it would leave nobody to administer.
    """
    permit(book, "person.manage")
    _refuse_stranger(book, person, now=True)
    with _change(book, "person.disable", at) as told:
        _keep_an_administrator(book, person, _ADMINISTRATOR)
        accounts.leave(book.tenant_id, person, at)
        if accounts.works_elsewhere(book.tenant_id, person):
            accounts.end_sessions(person)
        else:
            accounts.end_access(person)
        told(person)


def let_back_in(book: Book, person: Person, password: str, at: datetime) -> None:
    """Let somebody in again who lost password or second factor: both are set up anew.

    There is no reset by post: whoever reads the post of a practice would be everybody in it.
    Errors: NotAllowed; NotVisible; DeskError for oneself or for somebody who works for another
    practice as well; StoreError for a password that is easily guessed.
    """
    permit(book, "person.manage")
    _refuse_stranger(book, person, now=True)
    if person.pk == book.person_id or accounts.works_elsewhere(book.tenant_id, person):
        raise DeskError(
            "desk.not_yours_to_reset",
            "The account is your own, or works for another practice as well.",
            "Ask another administrator; for two practices, have one of them end its roles first.",
        )
    with _change(book, "person.let_back_in", at) as told:
        accounts.begin_again(person, password)
        told(person)


def person_here(book: Book, number: int) -> Person:
    """Give somebody who works here, or did. Errors: NotAllowed; NotVisible."""
    permit(book, "people.see")
    return roster.person_of(book.tenant_id, number)


def practices_of(person: Person, at: datetime) -> list[str]:
    """Give the practices that somebody signed in works for; their own to know."""
    return accounts.tenants_of(person, at)


def _refuse_no_role(role: str) -> None:
    if role not in accounts.ROLES:
        raise DeskError(
            "desk.no_role",
            "There is no such role.",
            f"Choose one of {', '.join(accounts.ROLES)}.",
        )


def _refuse_stranger(book: Book, person: Person, *, now: bool = False) -> None:
    """An administrator has no say over people of other practices, nor `now` over who left."""
    if not accounts.belongs(book.tenant_id, person, now=now):
        raise not_visible()


def _keep_an_administrator(book: Book, person: Person, role: str) -> None:
    if role == _ADMINISTRATOR and not accounts.others(book.tenant_id, person, role):
        raise DeskError(
            "desk.last_administrator",
            "Nobody would be left to administer the practice.",
            "Give the role to somebody else first.",
        )


@contextmanager
def _change(book: Book, kind: str, at: datetime) -> Iterator[Callable[[Person], None]]:
    """Change rights as one act, one at a time; what is given puts on record whose they were."""
    with book.act(kind, at) as act:
        yield lambda person: _on_record(act, kind, person)


def _on_record(act: Act, kind: str, person: Person) -> None:
    act.vouch(kind, {"person": person.pk})
