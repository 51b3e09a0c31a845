"""The one door to what is kept: who may look at which tenant, and every act as one transaction.

    with visible_to(person, "tnt_1", now) as book:
        book.shelf.rows("consents", patient_id={"p-1"})
        with book.act("consent.captured", now) as act:
            act.add("consents", [row])

An act is there whole or not at all: its rows, the ledger entry that vouches for them and the jobs
that follow from it are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from proofline.store.act import Act
from proofline.store.models import BreakGlass, Membership, Person, Tenant
from proofline.store.people import looks
from proofline.store.people.looks import Seen
from proofline.store.rows import Shelf
from proofline.store.trouble import not_visible


@dataclass(frozen=True, slots=True)
class Book:
    """What one person, or a machine of ours (None), may see and do for one tenant.

    `roles` are the words of `Membership.Role`; `performer_id` is who the person is in the evidence,
    blank for somebody who neither works for patients nor bills.
    """

    tenant_id: str
    person_id: int | None
    performer_id: str
    roles: frozenset[str]
    _looks: list[Seen] = field(default_factory=list, compare=False, repr=False)

    @property
    def person(self) -> int:
        """The number of the person; asking this of a machine's book is a mistake of ours."""
        assert self.person_id is not None, "a machine has no timer and breaks no glass"
        return self.person_id

    @property
    def shelf(self) -> Shelf:
        """The evidence as it is known now."""
        return Shelf(self.tenant_id)

    def look(self, seen: Seen) -> None:
        """Put on record that somebody saw a patient, or was refused."""
        self.look_at_all([seen])

    def look_at_all(self, seen: Sequence[Seen]) -> None:
        """Put several looks on record in one statement."""
        looks.write(self.tenant_id, seen)
        self._looks.extend(seen)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Make all acts of the block one transaction; its looks stay on record if it fails."""
        before = len(self._looks)
        try:
            with transaction.atomic(durable=not connection.in_atomic_block):
                wall(self.tenant_id)
                yield
        except BaseException:
            looks.write(self.tenant_id, self._looks[before:])
            raise

    @contextmanager
    def act(self, kind: str, at: datetime, why: str = "") -> Iterator[Act]:
        """Do something as one transaction, at an aware instant; `why` where a reason is owed."""
        with transaction.atomic(durable=not connection.in_atomic_block):
            wall(self.tenant_id)
            act = Act(self.tenant_id, self.person_id, kind, at, why)
            act.begin()
            yield act
            act.finish()


@contextmanager
def visible_to(person: Person, tenant_id: str, at: datetime) -> Iterator[Book]:
    """Open the book of a tenant for a person who works for it, for the time of the block.

    Errors: NotVisible if there is no such tenant or the person does not work for it at that time.
    """
    seen: list[Seen] = []
    try:
        with _walled(tenant_id):
            yield _opened(person, tenant_id, at, seen)
    except BaseException:
        _keep_looks(tenant_id, seen)
        raise


def _opened(person: Person, tenant_id: str, at: datetime, seen: list[Seen]) -> Book:
    roles = _roles(person, tenant_id, at)
    if not person.is_active or not roles:
        raise not_visible()
    return Book(tenant_id, person.pk, person.performer_id, frozenset(roles), seen)


def _keep_looks(tenant_id: str, seen: Sequence[Seen]) -> None:
    """Write looks once more where the failure of a request took them back."""
    if seen and connection.vendor == "postgresql":
        with _walled(tenant_id):
            looks.write(tenant_id, seen)


@contextmanager
def by_ourselves(tenant_id: str) -> Iterator[Book]:
    """Open the book of a tenant for work that no person asked for, such as deciding at night."""
    with _walled(tenant_id):
        yield Book(tenant_id, None, "", frozenset({"machine"}))


@contextmanager
def at_one_instant(tenant_id: str) -> Iterator[Book]:
    """Open the book for our own reading: all that is read is of one instant, and writers go on."""
    with one_instant():
        wall(tenant_id)
        yield Book(tenant_id, None, "", frozenset({"machine"}))


@contextmanager
def one_instant() -> Iterator[None]:
    """Read without keeping writers out; inside of a transaction it is that one's own reading."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:  # Django's own BEGIN would take the lock of writers
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def tenants() -> list[str]:
    """Give the ids of all tenants, for what the service does for each."""
    return [*Tenant.objects.order_by("tenant_id").values_list("tenant_id", flat=True)]


def _roles(person: Person, tenant_id: str, at: datetime) -> Sequence[str]:
    holds = Q(until__isnull=True) | Q(until__gt=at)
    found = Membership.objects.filter(holds, person=person, tenant_id=tenant_id, since__lte=at)
    roles = [*found.values_list("role", flat=True)]
    broken = BreakGlass.objects.filter(
        person=person, tenant_id=tenant_id, since__lte=at, until__gt=at
    )
    return [*roles, "break_glass"] if roles and broken.exists() else roles


@contextmanager
def _walled(tenant_id: str) -> Iterator[None]:
    """On PostgreSQL, show no rows but the tenant's; the wall stands for one transaction.

    SQLite has no such wall, and a transaction there would keep writers out, so there is none.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        wall(tenant_id)
        yield


def wall(tenant_id: str) -> None:
    """Let PostgreSQL show the rows of a tenant until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('proofline.tenant', %s, true)", [tenant_id])
