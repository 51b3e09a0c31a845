"""Who wants to be told of what, the events there were, and every attempt to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from proofline.store.book import Book
from proofline.store.models import Delivery, Event, Subscription


@dataclass(frozen=True, slots=True)
class Listener:
    """A subscription: its address, the kinds of events it wants, and whether it has ended."""

    subscription_id: str
    url: str
    kinds: tuple[str, ...]
    generation: int
    made_at: datetime
    ended_at: datetime | None
    ended_why: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to tell: of which event, the how-manieth, when, and what came of it."""

    event_id: str
    attempt: int
    at: datetime
    status: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the id under which it is known for ever, and its bytes."""

    event_id: str
    body: bytes


def subscribe(book: Book, listener: Listener) -> None:
    """Keep a subscription."""
    Subscription.objects.create(
        subscription_id=listener.subscription_id,
        tenant_id=book.tenant_id,
        url=listener.url,
        kinds=" ".join(listener.kinds),
        made_at=listener.made_at,
        made_by_id=book.person,
    )


def listeners(tenant_id: str) -> list[Listener]:
    """Give the subscriptions of a tenant, ended ones too, in the order in which they were made."""
    found = Subscription.objects.filter(tenant_id=tenant_id).order_by("made_at", "pk")
    return [_listener(one) for one in found]


def listener_of(tenant_id: str, subscription_id: str) -> Listener | None:
    """Give one subscription."""
    one = Subscription.objects.filter(tenant_id=tenant_id, pk=subscription_id).first()
    return _listener(one) if one else None


def end(tenant_id: str, subscription_id: str, why: str, at: datetime) -> bool:
    """End a subscription; no if there is none that goes on."""
    found = Subscription.objects.filter(tenant_id=tenant_id, pk=subscription_id, ended_at=None)
    return bool(found.update(ended_at=at, ended_why=why))


def next_generation(tenant_id: str, subscription_id: str, generation: int) -> bool:
    """Sign by other keys from now on."""
    found = Subscription.objects.filter(tenant_id=tenant_id, pk=subscription_id, ended_at=None)
    return bool(found.update(generation=generation))


def keep_event(tenant_id: str, event_id: str, kind: str, at: datetime, *, body: bytes) -> None:
    """Keep what happened, as it will be sent."""
    Event.objects.create(event_id=event_id, tenant_id=tenant_id, kind=kind, at=at, body=body)


def message(tenant_id: str, event_id: str) -> Message | None:
    """Give an event as it is sent."""
    one = Event.objects.filter(tenant_id=tenant_id, pk=event_id).first()
    return Message(one.event_id, bytes(one.body)) if one else None


def log(tenant_id: str, subscription_id: str, attempt: Attempt) -> None:
    """Keep an attempt."""
    Delivery.objects.create(
        tenant_id=tenant_id,
        subscription_id=subscription_id,
        event_id=attempt.event_id,
        attempt=attempt.attempt,
        at=attempt.at,
        status=attempt.status,
        trouble=attempt.trouble,
    )


def attempts(
    tenant_id: str, subscription_id: str, after: int, most: int
) -> list[tuple[int, Attempt]]:
    """Give attempts with their numbers, from the one after a number on, in their order."""
    found = Delivery.objects.filter(
        tenant_id=tenant_id, subscription_id=subscription_id, id__gt=after
    ).order_by("id")[:most]
    return [
        (one.pk, Attempt(one.event_id, one.attempt, one.at, one.status, one.trouble))
        for one in found
    ]


def latest(tenant_id: str, most: int) -> list[tuple[str, Attempt]]:
    """Give the last attempts, each with the id of its subscription, the latest first."""
    found = Delivery.objects.filter(tenant_id=tenant_id).order_by("-id")[:most]
    return [
        (
            one.subscription_id,
            Attempt(one.event_id, one.attempt, one.at, one.status, one.trouble),
        )
        for one in found
    ]


def event_body(kind: str, at: str, ids: Mapping[str, str]) -> bytes:
    """Write an event as Standard Webhooks says: its type, its instant, and ids as its data."""
    return msgspec.json.encode({"type": kind, "timestamp": at, "data": dict(ids)})


def _listener(one: Subscription) -> Listener:
    return Listener(
        one.subscription_id,
        one.url,
        tuple(one.kinds.split()),
        one.generation,
        one.made_at,
        one.ended_at,
        one.ended_why,
    )
