"""Accounts, and in which role their people work for a tenant."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from proofline.store.book import Book
from proofline.store.models import BreakGlass, Membership, Person, Tenant
from proofline.store.trouble import StoreError

ROLES: tuple[str, ...] = tuple(Membership.Role.values)


def open_tenant(tenant_id: str, name: str, at: datetime) -> None:
    """Make a tenant without people."""
    Tenant.objects.create(tenant_id=tenant_id, name=name, opened_at=at)


def make_account(username: str, password: str, performer_id: str = "") -> Person:
    """Make an account. Errors: StoreError if there is one of this name."""
    if Person.objects.filter(username=username).exists():
        raise StoreError(
            "store.name_taken", "There is an account of this name.", "Choose another name."
        )
    return Person.objects.create_user(
        username=username, password=password, performer_id=performer_id
    )


def join(tenant_id: str, person: Person, role: str, at: datetime) -> None:
    """Give a person a role from an instant on; one that they have already stays as it is."""
    Membership.objects.get_or_create(
        tenant_id=tenant_id, person=person, role=role, until=None, defaults={"since": at}
    )


def others(tenant_id: str, person: Person, role: str) -> int:
    """Count the other people who hold a role now."""
    holding = Membership.objects.filter(tenant_id=tenant_id, role=role, until=None)
    return holding.exclude(person=person).count()


def leave(tenant_id: str, person: Person, at: datetime, role: str = "") -> None:
    """End a person's role, or all of their roles, at an instant."""
    ours = Membership.objects.filter(tenant_id=tenant_id, person=person, until=None)
    (ours.filter(role=role) if role else ours).update(until=at)


def end_access(person: Person) -> None:
    """Let the account in no more, and end every session of it, in one transaction."""
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(is_active=False)
        for session in Session.objects.all():
            if session.get_decoded().get("_auth_user_id") == str(person.pk):
                session.delete()


def break_glass(book: Book, reason: str, since: datetime, until: datetime) -> None:
    """Record that somebody opened, for a while, what their role keeps closed."""
    BreakGlass.objects.create(
        tenant_id=book.tenant_id, person_id=book.person, reason=reason, since=since, until=until
    )
