"""What tests of the service share: two practices, a person of each role, the time of day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction

from proofline.desk.arriving import standing
from proofline.desk.people import open_practice
from proofline.store.book import Book, visible_to
from proofline.store.models import Membership, Person
from proofline.store.people import ROLES

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

PASSWORD = "a made-up password"  # noqa: S105 - made up
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


EACH_ROLE = [
    pytest.param(role, marks=[pytest.mark.slow] * (role not in {"biller", "administrator"}))
    for role in ROLES
]
"""All roles, for what each may; the quick round asks who bills and who administers."""

People = tuple[str, dict[str, Person]]
"""A tenant's id, and its people by their roles."""


class Clock:
    """The time, which goes on when it is told to."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def after(self, **length: float) -> datetime:
        self.at += timedelta(**length)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass(frozen=True)
class Practice:
    """A made-up practice, and how to open its book in a role."""

    tenant_id: str
    opened: Callable[[str], Book]


def made_up_practice(name: str, stack: ExitStack) -> Practice:
    """Make a practice with one person of each role, called by practice and role."""
    return _open(people_of(name), stack)


def people_of(name: str) -> People:
    """Make a practice with one person of each role; give its tenant and them."""
    tenant_id = open_practice(f"Made-up {name}", f"{name}-first", PASSWORD, START)
    return tenant_id, _with_roles(tenant_id, name)


def _open(people: People, stack: ExitStack) -> Practice:
    tenant_id, by_role = people
    standing._BOOKS.clear()  # noqa: SLF001 - of earlier tests

    def opened(role: str) -> Book:
        return stack.enter_context(visible_to(by_role[role], tenant_id, START))

    return Practice(tenant_id, opened)


def _with_roles(tenant_id: str, name: str) -> dict[str, Person]:
    """Make a person of each role, all at once: account by account most tests would pay for it."""
    password = _hashed(PASSWORD)
    people = Person.objects.bulk_create(
        Person(username=f"{name}-{role}", password=password, performer_id=f"{name}-{role}".upper())
        for role in ROLES
    )
    held = zip(ROLES, people, strict=True)
    Membership.objects.bulk_create(
        Membership(tenant_id=tenant_id, person=person, role=role, since=START)
        for role, person in held
    )
    return dict(zip(ROLES, people, strict=True))


_hashed = cache(make_password)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as entered:
        yield entered


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 - the empty book, to which this adds
    django_db_blocker: DjangoDbBlocker,
) -> dict[str, People]:
    """Make two practices once; what a test adds to them is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        return {name: people_of(name) for name in ("north", "south")}


@pytest.fixture
def practice(django_db_setup: dict[str, People], db: None, stack: ExitStack) -> Practice:  # noqa: ARG001 - the database
    return _open(deepcopy(django_db_setup["north"]), stack)


@pytest.fixture
def other_practice(django_db_setup: dict[str, People], db: None, stack: ExitStack) -> Practice:  # noqa: ARG001 - the database
    return _open(deepcopy(django_db_setup["south"]), stack)
