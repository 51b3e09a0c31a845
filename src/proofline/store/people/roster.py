"""Who works for a tenant, or did: each account with its roles, and how well it is guarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q

from proofline.store.models import Membership, Person, Tenant
from proofline.store.trouble import not_visible


@dataclass(frozen=True, slots=True)
class Member:
    """One account: the roles it has now and had before, and whether it can sign in.

    `second_factor` tells whether one is set up; `seen` is when it last signed in, None if never.
    """

    number: int
    username: str
    performer_id: str
    active: bool
    roles: tuple[str, ...]
    former: tuple[str, ...]
    second_factor: bool
    seen: datetime | None


def roster(tenant_id: str) -> list[Member]:
    """Give all people who work for a tenant or did, by their names; machines are not people."""
    held: dict[int, list[tuple[str, bool]]] = {}
    ours = Membership.objects.filter(tenant_id=tenant_id).order_by("role", "since")
    for person, role, until in ours.values_list("person_id", "role", "until"):
        held.setdefault(person, []).append((role, until is None))
    people = Person.objects.filter(pk__in=held, machine=False).order_by("username")
    guarded = set(Authenticator.objects.filter(user_id__in=held).values_list("user_id", flat=True))
    return [_member(one, held[one.pk], guarded=one.pk in guarded) for one in people]


def person_of(tenant_id: str, number: int) -> Person:
    """Give an account that works for a tenant, or did. Errors: NotVisible."""
    ours = Membership.objects.filter(tenant_id=tenant_id, person_id=number)
    found = Person.objects.filter(pk=number).first() if ours.exists() else None
    if found is None:
        raise not_visible()
    return found


def name_of(tenant_id: str) -> str:
    """Give the name of a tenant."""
    return str(Tenant.objects.values_list("name", flat=True).get(pk=tenant_id))


def names_of(tenant_id: str) -> dict[str, str]:
    """Give the names of accounts by who they are in a book of lines: `person 7`."""
    ours = Membership.objects.filter(tenant_id=tenant_id).values("person_id")
    people = Person.objects.filter(pk__in=ours).values_list("pk", "username")
    return {f"person {number}": username for number, username in people}


def practices(person_id: int, at: datetime) -> list[tuple[str, str]]:
    """Give the tenants that somebody works for at an instant, with their names, by these."""
    holds = Q(until__isnull=True) | Q(until__gt=at)
    ours = Membership.objects.filter(holds, person_id=person_id, since__lte=at)
    named = Tenant.objects.filter(pk__in=ours.values("tenant_id"))
    return [*named.order_by("name", "pk").values_list("tenant_id", "name")]


def _member(one: Person, held: list[tuple[str, bool]], *, guarded: bool) -> Member:
    now = tuple(role for role, holds in held if holds)
    before = dict.fromkeys(role for role, holds in held if not holds and role not in now)
    return Member(
        number=one.pk,
        username=one.username,
        performer_id=one.performer_id,
        active=one.is_active,
        roles=now,
        former=tuple(before),
        second_factor=guarded,
        seen=one.last_login,
    )
