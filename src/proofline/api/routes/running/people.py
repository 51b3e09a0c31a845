"""People and their roles, broken glass and its review, who saw whom: for people alone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done, number_of
from proofline.desk import people
from proofline.desk.people import Newcomer
from proofline.desk.roles import permit
from proofline.desk.showing.settings.people import people_page
from proofline.store.people import Person
from proofline.store.people.glass import Broken
from proofline.store.people.looks import Seen
from proofline.store.people.roster import Member

# fmt: off
Role = Literal[
    "coordinator", "clinician", "billing_practitioner", "biller", "compliance", "owner",
    "integrator", "administrator",
]
# fmt: on
"""Roles of people; a test holds them to those that there are."""


class NewPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Account, first password and first role of somebody who begins.

    `performer_id` is who they are in the evidence, blank for who neither works for patients nor
    bills.
    """

    username: str
    password: str
    role: Role
    performer_id: str = ""


class PersonMade(msgspec.Struct, frozen=True):
    """The number of an account."""

    number: int


class RoleNamed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role."""

    role: Role


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new password; the second factor is set up anew."""

    password: str


class BreakingGlass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which emergency it is; it is kept, and reviewed."""

    reason: str


class GlassOpen(msgspec.Struct, frozen=True):
    """Until when the glass is open."""

    until: datetime


class GlassReviewed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of looking at a time that the glass was broken."""

    finding: str


@route("GET people", "", "people.see", of=Member, gives="list")
def list_people(asked: Asked) -> object:
    """Who works here now, then who did; with roles, and whether a second factor is set up."""
    found = people_page(asked.book)
    return [*found.working, *found.gone]


@route("POST people", "", "person.manage", of=PersonMade, body=NewPerson, status=201)
def add_person(asked: Asked) -> object:
    """Make an account with its first role."""
    said: NewPerson = asked.body
    who = Newcomer(said.username, said.password, said.role, said.performer_id)
    return PersonMade(people.add_person(asked.book, who, asked.at).pk)


@route("POST people/{number}/roles/give", "", "role.manage", of=Done, body=RoleNamed)
def give_role(asked: Asked) -> object:
    """Give somebody a role from now on."""
    people.give_role(asked.book, _person(asked, "role.manage"), asked.body.role, asked.at)
    return Done()


@route("POST people/{number}/roles/take", "", "role.manage", of=Done, body=RoleNamed)
def take_role(asked: Asked) -> object:
    """End a role of somebody's."""
    people.take_role(asked.book, _person(asked, "role.manage"), asked.body.role, asked.at)
    return Done()


@route("POST people/{number}/disable", "", "person.manage", of=Done)
def disable_person(asked: Asked) -> object:
    """End somebody's access at once, and every session of theirs."""
    people.disable(asked.book, _person(asked, "person.manage"), asked.at)
    return Done()


@route("POST people/{number}/let-in", "", "person.manage", of=Done, body=NewPassword)
def let_person_in(asked: Asked) -> object:
    """Let somebody in again who lost password or second factor; both are set up anew."""
    whose = _person(asked, "person.manage")
    people.let_back_in(asked.book, whose, asked.body.password, asked.at)
    return Done()


@route("GET glass", "", "glass.review", of=Broken, gives="list")
def list_broken_glass(asked: Asked) -> object:
    """Each time that the glass was broken, the latest first."""
    return people.broken(asked.book)


@route("POST glass", "", "glass.break", of=GlassOpen, body=BreakingGlass, status=201)
def break_glass(asked: Asked) -> object:
    """Open for an hour, in an emergency, what one's role keeps closed; compliance is told."""
    return GlassOpen(people.break_glass(asked.book, asked.body.reason, asked.at))


@route("POST glass/{number}/review", "", "glass.review", of=Done, body=GlassReviewed)
def review_glass(asked: Asked) -> object:
    """Say what came of looking at a time that somebody else broke the glass; it closes it."""
    number = number_of(asked.ids["number"])
    people.review_glass(asked.book, number, asked.body.finding, asked.at)
    return Done()


@route("GET patients/{patient_id}/looks", "", "look.see", of=Seen, gives="list")
def list_looks_at(asked: Asked) -> object:
    """Who saw a patient or was refused, the latest first."""
    return people.looks_at(asked.book, asked.ids["patient_id"], asked.at)


@route("GET people/{number}/looks", "", "look.see", of=Seen, gives="list")
def list_looks_of(asked: Asked) -> object:
    """Whom somebody saw or was refused, the latest first."""
    return people.looks_of(asked.book, number_of(asked.ids["number"]))


def _person(asked: Asked, act: str) -> Person:
    permit(asked.book, act)  # before others learn who there is
    return people.person_here(asked.book, number_of(asked.ids["number"]))


PEOPLE = (
    list_people,
    add_person,
    give_role,
    take_role,
    disable_person,
    let_person_in,
    list_broken_glass,
    break_glass,
    review_glass,
    list_looks_at,
    list_looks_of,
)
