"""Accounts, and in which role their people work for a tenant."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from proofline.store.models import Membership, Person, Tenant
from proofline.store.trouble import StoreError

_COUNTS_LAST = 2 * 3600
"""Seconds; longer than any count of tries at codes, so that none is there when this is gone."""

ROLES: tuple[str, ...] = tuple(Membership.Role.values)


def open_tenant(tenant_id: str, name: str, at: datetime) -> None:
    """Make a tenant without people."""
    Tenant.objects.create(tenant_id=tenant_id, name=name, opened_at=at)


def make_account(username: str, password: str, performer_id: str = "") -> Person:
    """Make an account.

    Errors: StoreError if there is one of this name, or if the password is too easily guessed.
    """
    _refuse_weak(password, Person(username=username))
    try:
        with transaction.atomic():
            return Person.objects.create_user(
                username=username, password=password, performer_id=performer_id
            )
    except IntegrityError as error:
        raise StoreError(
            "store.name_taken", "There is an account of this name.", "Choose another name."
        ) from error


def make_alike(performers: Mapping[str, str], password: str) -> list[Person]:
    """Make made-up accounts of one password, by name with who each is in the evidence.

    A password takes a quarter of a second to be hashed on purpose; theirs is told to everybody, so
    one hash serves all. Errors: StoreError as for `make_account`.
    """
    names = [*performers]
    first = make_account(names[0], password, performers[names[0]])
    with transaction.atomic():
        others = [
            Person.objects.create(username=name, password=first.password, performer_id=performer)
            for name, performer in [*performers.items()][1:]
        ]
    return [first, *others]


def make_machine(name: str, performer_id: str) -> Person:
    """Make the account of a machine: without a password, so that it cannot sign in as people do."""
    made = Person.objects.create_user(
        username=name, password=None, machine=True, performer_id=performer_id
    )
    assert isinstance(made, Person)
    return made


def account(username: str) -> Person | None:
    """Find an account by the name that it signs in with; None: there is none."""
    return Person.objects.filter(username=username).first()


def counted_as(name: str) -> str:
    """Give the name under which guesses count: one for an account, however it is written.

    Accounts are found without regard to case, by the database's upper case. Counted as written,
    each way to write a name would have five guesses of its own, from one address.
    """
    return name.upper().lower()


def tries_of(person: Person) -> str:
    """Give the name under which tries at codes count: one for an account, until it is let in again.

    Where the word of that is lost, the older counts hold, if they still last.
    """
    return f"{person.pk} {cache.get(_let_in(person), '')}"


def begin_again(person: Person, password: str) -> None:
    """Let an account in again: a new password, no second factor yet, no lock and no session.

    What was counted of tries at codes, from wherever, counts no more.

    Errors: StoreError if the password is too easily guessed.
    """
    _refuse_weak(password, person)
    with transaction.atomic():
        person.set_password(password)
        person.is_active = True
        person.save(update_fields=["password", "is_active"])
        Authenticator.objects.filter(user_id=person.pk).delete()
        cache.set(_let_in(person), secrets.token_hex(8), _COUNTS_LAST)
        # Whoever was locked out by wrong guesses guesses no more; the password is another.
        AccessAttempt.objects.filter(username=counted_as(person.username)).delete()
        end_sessions(person)


def join(tenant_id: str, person: Person, role: str, at: datetime) -> None:
    """Give a person a role from an instant on; one that they have already stays as it is."""
    Membership.objects.get_or_create(
        tenant_id=tenant_id, person=person, role=role, until=None, defaults={"since": at}
    )


def tenants_of(person: Person, at: datetime) -> list[str]:
    """Give the tenants that a person works for at an instant, by their ids."""
    holds = Q(until__isnull=True) | Q(until__gt=at)
    ours = Membership.objects.filter(holds, person=person, since__lte=at)
    return sorted(set(ours.values_list("tenant_id", flat=True)))


def belongs(tenant_id: str, person: Person, *, now: bool) -> bool:
    """Whether a person works for a tenant; unless asked for `now`, also whether they did."""
    ours = Membership.objects.filter(tenant_id=tenant_id, person=person)
    return (ours.filter(until=None) if now else ours).exists()


def works_for(person: Person, at: datetime) -> dict[str, tuple[str, ...]]:
    """Give a person's roles at an instant, by tenant."""
    holds = Q(until__isnull=True) | Q(until__gt=at)
    found: dict[str, tuple[str, ...]] = {}
    for one in Membership.objects.filter(holds, person=person, since__lte=at).order_by("role"):
        found[one.tenant_id] = (*found.get(one.tenant_id, ()), one.role)
    return found


def works_elsewhere(tenant_id: str, person: Person) -> bool:
    """Whether a person works for another tenant now."""
    held = Membership.objects.filter(person=person, until=None)
    return held.exclude(tenant_id=tenant_id).exists()


def others(tenant_id: str, person: Person, role: str) -> int:
    """Count the other people who hold a role now and can sign in."""
    holding = Membership.objects.filter(tenant_id=tenant_id, role=role, until=None)
    return holding.filter(person__is_active=True).exclude(person=person).count()


def leave(tenant_id: str, person: Person, at: datetime, role: str = "") -> None:
    """End a person's role, or all of their roles, at an instant."""
    ours = Membership.objects.filter(tenant_id=tenant_id, person=person, until=None)
    (ours.filter(role=role) if role else ours).update(until=at)


def end_access(person: Person) -> None:
    """Let the account in no more, and end every session of it, in one transaction."""
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(is_active=False)
        end_sessions(person)


def end_sessions(person: Person) -> None:
    """End every session of an account."""
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def drop_expired_sessions(at: datetime) -> None:
    """Drop sessions whose time was over at an instant; nothing else would before they are shown."""
    Session.objects.filter(expire_date__lt=at).delete()


def _let_in(person: Person) -> str:
    return f"let-in-{person.pk}"


def _refuse_weak(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise StoreError(
            "store.weak_password",
            f"The password cannot be used. {' '.join(error.messages)}",
            "Choose a longer one, such as four words that have nothing to do with each other.",
        ) from error
