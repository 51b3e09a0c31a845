"""Keys of machines: made by an administrator, shown once, changed without a gap, taken away.

A machine acts by an account of its own in one role of the practice, and its scopes narrow that. It
has no password and cannot sign in as people do.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from proofline.desk.ids import new_id
from proofline.desk.machines.public_keys import usable
from proofline.desk.machines.scopes import scopes
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.errors import ProoflineError
from proofline.store.book import Book
from proofline.store.outside import keys
from proofline.store.outside.keys import Caller, Key
from proofline.store.people import accounts
from proofline.store.trouble import not_visible

LIFE = timedelta(minutes=10)
"""How long a token is good."""

CHANGING = timedelta(hours=24)
"""How long the former secret is good beside the new one."""

FOR_PEOPLE = ("billing_practitioner", "administrator")
"""Roles that no machine has: a signature and the rights of others are a person's."""

_SECRET_BYTES = 32


class BadKey(ProoflineError):
    """What was shown opens nothing. Which part of it was wrong is not said."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A machine that is to come in: its name, the role it acts in, its scopes, its public keys.

    `public_keys` are JWKs (RFC 7517) for signed assertions; nothing is ever fetched. `performer_id`
    is as whom its entries count in the evidence, blank for a machine that enters none.
    """

    name: str
    role: str
    scopes: tuple[str, ...]
    public_keys: tuple[dict[str, str], ...] = ()
    performer_id: str = ""


@dataclass(frozen=True, slots=True)
class Secret:
    """What is shown once: the client's id and its secret."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Granted:
    """A token, how many seconds it is good, and for which scopes."""

    access_token: str
    expires_in: int
    scope: str
    token_type: str = "Bearer"  # noqa: S105 - the word of RFC 6750


def register(book: Book, who: Registration, at: datetime) -> Secret:
    """Make a key; give its secret, which nobody can see again.

    Errors: NotAllowed; DeskError for a role or scope that no machine can have.
    """
    permit(book, "key.manage")
    _refuse_unusual(who)
    client_id, secret = new_id("mch", at), secrets.token_urlsafe(_SECRET_BYTES)
    key = Key(client_id, who.name, tuple(sorted(set(who.scopes))), at, None, None)
    with book.act("key.register", at) as act:
        person = accounts.make_machine(client_id, who.performer_id)
        accounts.join(book.tenant_id, person, who.role, at)
        keys.make(book, person, key, secret, public_keys=who.public_keys)
        told: dict[str, object] = {"client": client_id, "role": who.role}
        act.vouch("key.register", {**told, "scopes": " ".join(key.scopes)})  # type: ignore[dict-item]
    return Secret(client_id, secret)


def registered(book: Book) -> list[Key]:
    """Give the keys of the practice. Errors: NotAllowed."""
    permit(book, "key.manage")
    return keys.keys_of(book.tenant_id)


def rotate(book: Book, client_id: str, at: datetime) -> Secret:
    """Give a key another secret; the former is good for a day. Errors: NotAllowed; NotVisible."""
    permit(book, "key.manage")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with book.act("key.rotate", at) as act:
        if not keys.change_secret(book.tenant_id, client_id, secret, at + CHANGING):
            raise not_visible()
        act.vouch("key.rotate", {"client": client_id})
    return Secret(client_id, secret)


def revoke(book: Book, client_id: str, at: datetime) -> None:
    """Take a key away: nothing opens by it from now on. Errors: NotAllowed; NotVisible."""
    permit(book, "key.manage")
    with book.act("key.revoke", at) as act:
        person = keys.revoke(book.tenant_id, client_id, at)
        if person is None:
            raise not_visible()
        accounts.end_access(person)
        accounts.leave(book.tenant_id, person, at)
        act.vouch("key.revoke", {"client": client_id})


def grant_for_secret(client_id: str, secret: str, wanted: str, at: datetime) -> Granted:
    """Give a token for a secret. Errors: BadKey; WrongScope as `granted`."""
    key = keys.by_secret(client_id, secret, at)
    if key is None:
        raise bad_key()
    return granted(key, wanted, at)


def granted(key: Key, wanted: str, at: datetime) -> Granted:
    """Give a token for some of a key's scopes; blank: for all of them. Errors: DeskError."""
    asked = wanted.split() or list(key.scopes)
    if not set(asked) <= set(key.scopes):
        raise DeskError(
            "desk.scope_beyond",
            "The key does not have all of the scopes that were asked for.",
            "Ask for fewer, or register a key that has them.",
        )
    token = secrets.token_urlsafe(_SECRET_BYTES)
    keys.give_token(key.client_id, token, asked, at + LIFE)
    return Granted(token, int(LIFE.total_seconds()), " ".join(asked))


def bad_key() -> BadKey:
    """Give the one answer for every key that opens nothing."""
    return BadKey(
        "desk.bad_key",
        "The key or the assertion opens nothing.",
        "Check client id, secret, and that the key was not revoked.",
    )


def _refuse_unusual(who: Registration) -> None:
    roles = [one for one in accounts.ROLES if one not in FOR_PEOPLE]
    unknown: Sequence[str] = sorted(set(who.scopes) - set(scopes()))
    if who.role not in roles or unknown or not who.scopes or not who.name.strip():
        raise DeskError(
            "desk.key_unusual",
            "A key needs a name, a role that machines can have, and scopes that there are.",
            f"Roles: {', '.join(roles)}. Scopes: {', '.join(scopes())}.",
        )
    named = [one.get("kid") for one in who.public_keys]
    if not all(map(usable, who.public_keys)) or len(set(named)) < len(named):
        raise DeskError(
            "desk.key_unusable",
            "One of the public keys is none by which an assertion could be checked.",
            "Each is the public half alone, RSA of 2048 bits or more or EC on P-384, with a kid of"
            " its own.",
        )


def who_shows(token: str, at: datetime) -> Caller | None:
    """Give the machine that shows a token which is good now; None for any other."""
    return keys.caller(token, at)
