"""What people are called where it is told who did something."""

from __future__ import annotations

from collections.abc import Collection

from proofline.store.models import Membership, Person


def names_of(tenant_id: str, people: Collection[int]) -> dict[int, str]:
    """Give the account names of people who work or worked for a tenant, by number."""
    theirs = Membership.objects.filter(tenant_id=tenant_id, person_id__in=people)
    found = Person.objects.filter(pk__in=theirs.values("person_id"))
    return dict(found.values_list("pk", "username"))


def people_of(tenant_id: str) -> list[tuple[int, str]]:
    """Give everybody who works or ever worked for a tenant: number and account name."""
    theirs = Membership.objects.filter(tenant_id=tenant_id).values("person_id")
    return [
        *Person.objects.filter(pk__in=theirs).order_by("username").values_list("pk", "username")
    ]
