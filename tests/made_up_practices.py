"""What tests of the service share: two practices, a person of each role, the time of day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from proofline.desk.people import open_practice
from proofline.store.book import Book, visible_to
from proofline.store.people import ROLES, join, make_account

START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


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
    tenant_id = open_practice(f"Made-up {name}", f"{name}-first", "a made-up password", START)
    people = {
        role: make_account(f"{name}-{role}", "a made-up password", f"{name.upper()}-{role.upper()}")
        for role in ROLES
    }
    for role, person in people.items():
        join(tenant_id, person, role, START)

    def opened(role: str) -> Book:
        return stack.enter_context(visible_to(people[role], tenant_id, START))

    return Practice(tenant_id, opened)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as entered:
        yield entered


@pytest.fixture
def practice(db: None, stack: ExitStack) -> Practice:  # noqa: ARG001 - the database
    return made_up_practice("north", stack)


@pytest.fixture
def other_practice(db: None, stack: ExitStack) -> Practice:  # noqa: ARG001 - the database
    return made_up_practice("south", stack)
