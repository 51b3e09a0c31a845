"""What the operator of the machine can do for an administrator whom nobody else can help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from proofline.desk.roles import may
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import by_ourselves, visible_to
from proofline.store.models import Person
from proofline.store.people import accounts, let_in, names

KIND = "person.let_in_by_operator"
"""The kind of its ledger entries; their actor is the service, since the operator has no account."""


def let_in_by_operator(account: str, password: str, reason: str, at: datetime) -> None:
    """Let an administrator in again who lost password or second factor: both are set up anew.

    It is on record in every practice that the account works for. Errors: DeskError without a
    reason, or if the account administers no practice; StoreError for a password that is easily
    guessed, or while the service is read-only.
    """
    refuse_silence(reason, "Letting somebody in")
    person = accounts.account(account)
    roles = accounts.works_for(person, at) if person else {}
    if person is None or not any("administrator" in held for held in roles.values()):
        raise DeskError(
            "desk.no_administrator",
            "No account of this name administers a practice.",
            "Look at the name. All others are let in again by an administrator, under Settings,"
            " People and roles.",
        )
    with transaction.atomic():
        for tenant_id in roles:
            with by_ourselves(tenant_id) as book, book.act(KIND, at, reason) as act:
                act.vouch(KIND, {"person": person.pk})
                let_in.write(book, person, act.at, reason)
        accounts.begin_again(person, password)


@dataclass(frozen=True, slots=True)
class Told:
    """That the operator let an account in; `own`: it is the account of whoever is told."""

    username: str
    at: datetime
    own: bool


def let_in_since(person: Person, since: datetime | None, at: datetime) -> list[Told]:
    """Tell whoever signs in what the operator did since they last signed in (None: never).

    Their own account is everybody's to know of, others' are for those who see the people.
    """
    found: dict[tuple[int, datetime], Told] = {}
    for tenant_id in accounts.tenants_of(person, at):
        with visible_to(person, tenant_id, at) as book:
            for one in let_in.let_in(tenant_id):
                own = one.person_id == person.pk
                new = one.at > since if since else own
                if new and (own or may(book, "people.see")):
                    called = names.names_of(tenant_id, [one.person_id])
                    told = Told(called.get(one.person_id, ""), one.at, own)
                    found.setdefault((one.person_id, one.at), told)
    return sorted(found.values(), key=lambda told: told.at)
