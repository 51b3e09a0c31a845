"""Keys of machines: made, found by what a request shows, changed, and taken away at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Q

from proofline.store.book import Book
from proofline.store.models import Assertion, Machine, Person, Token

_LIFE_KEPT = timedelta(days=1)
"""How much later than it ends a token is forgotten."""

_NOTED = timedelta(minutes=1)
"""How exactly it is kept when a key was last used: a write for each read would be too many."""


@dataclass(frozen=True, slots=True)
class Key:
    """A machine as its practice sees it: what it is called, what it may, when it was last there."""

    client_id: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who shows a good token: the account to act by, for which tenant, within which scopes."""

    person: Person
    tenant_id: str
    scopes: frozenset[str]


def make(
    book: Book, person: Person, key: Key, secret: str, *, public_keys: Sequence[object]
) -> None:
    """Keep a new key of an account."""
    Machine.objects.create(
        client_id=key.client_id,
        tenant_id=book.tenant_id,
        person=person,
        name=key.name,
        scopes=" ".join(key.scopes),
        secret=digest(secret),
        public_keys=json.dumps(list(public_keys)),
        made_at=key.made_at,
    )


def keys_of(tenant_id: str) -> list[Key]:
    """Give the keys of a tenant, those taken away too, in the order in which they were made."""
    return [_key(one) for one in Machine.objects.filter(tenant_id=tenant_id).order_by("made_at")]


def change_secret(tenant_id: str, client_id: str, secret: str, former_until: datetime) -> bool:
    """Give a key another secret; the former one is good for a while. No if there is none."""
    found = Machine.objects.filter(tenant_id=tenant_id, client_id=client_id, revoked_at=None)
    with transaction.atomic():
        one = found.select_for_update().first()
        if one is None:
            return False
        found.update(secret=digest(secret), former=one.secret, former_until=former_until)
    return True


def revoke(tenant_id: str, client_id: str, at: datetime) -> Person | None:
    """Take a key away, and every token of it; give its account, None if there is no such key."""
    found = Machine.objects.filter(tenant_id=tenant_id, client_id=client_id, revoked_at=None)
    one = found.select_related("person").first()
    if one is None:
        return None
    found.update(revoked_at=at)
    Token.objects.filter(machine=one).delete()
    return one.person


def by_secret(client_id: str, secret: str, at: datetime) -> Key | None:
    """Give the key that a secret opens."""
    shown = digest(secret)
    former = Q(former=shown, former_until__gt=at)
    found = Machine.objects.filter(Q(secret=shown) | former, client_id=client_id, revoked_at=None)
    one = found.first()
    return _key(one) if one else None


def public_keys(client_id: str) -> tuple[Key, list[dict[str, str]]] | None:
    """Give a key with the public keys that were registered for it."""
    one = Machine.objects.filter(client_id=client_id, revoked_at=None).first()
    return (_key(one), json.loads(one.public_keys)) if one else None


def use_assertion(client_id: str, jti: str, expires_at: datetime, at: datetime) -> bool:
    """Use a signed assertion up; no if it was used before."""
    Assertion.objects.filter(expires_at__lt=at).delete()
    try:
        with transaction.atomic():
            Assertion.objects.create(machine_id=client_id, jti=digest(jti), expires_at=expires_at)
    except IntegrityError:
        return False
    return True


def give_token(client_id: str, token: str, scopes: Sequence[str], expires_at: datetime) -> None:
    """Keep a token; those that are over go."""
    Token.objects.filter(machine_id=client_id, expires_at__lt=expires_at - _LIFE_KEPT).delete()
    Token.objects.create(
        sha256=digest(token),
        machine_id=client_id,
        scopes=" ".join(scopes),
        expires_at=expires_at,
    )


def caller(token: str, at: datetime) -> Caller | None:
    """Give who shows a token that is good at an instant, and note that they were there."""
    found = Token.objects.filter(
        sha256=digest(token), expires_at__gt=at, machine__revoked_at=None
    ).select_related("machine__person")
    one = found.first()
    if one is None or not one.machine.person.is_active:
        return None
    last = one.machine.used_at
    if last is None or at - last >= _NOTED:
        Machine.objects.filter(pk=one.machine_id).update(used_at=at)
    return Caller(one.machine.person, one.machine.tenant_id, frozenset(one.scopes.split()))


def digest(secret: str) -> str:
    """Give what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def _key(one: Machine) -> Key:
    scopes = tuple(one.scopes.split())
    return Key(one.client_id, one.name, scopes, one.made_at, one.used_at, one.revoked_at)
