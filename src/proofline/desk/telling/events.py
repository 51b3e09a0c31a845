"""What there is to tell, and who asked to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings

from proofline.desk.cells import instant
from proofline.desk.ids import new_id
from proofline.desk.requests.lists import Page, Place, page
from proofline.desk.roles import permit
from proofline.desk.telling.reaching import leads_inside
from proofline.desk.telling.signing import Keys, keys_of
from proofline.desk.trouble import DeskError
from proofline.store import jobs
from proofline.store.book import Book, by_ourselves, tenants
from proofline.store.outside import subscriptions
from proofline.store.outside.subscriptions import Attempt, Listener
from proofline.store.trouble import not_visible

Kind = Literal["line.ready", "line.held", "line.denied", "device.silent"]
READY: Kind = "line.ready"
HELD: Kind = "line.held"
DENIED: Kind = "line.denied"
SILENT: Kind = "device.silent"
KINDS: tuple[Kind, ...] = (READY, HELD, DENIED, SILENT)
TELL = "tell"
"""The kind of the jobs that tell; the subject is the event, the subscription and the attempt."""

_OF_OUTCOME: dict[str, Kind] = {"billable": READY, "held": HELD}
_LONGEST_ADDRESS = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What a system wants to be told, and where: an address of https."""

    url: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A new subscription with the keys by which its messages can be checked."""

    subscription_id: str
    keys: Keys


def subscribe(book: Book, wish: Wish, at: datetime) -> Subscribed:
    """Begin to tell a system of some kinds of events.

    Errors: NotAllowed; DeskError if the address is none of https or no kind is named.
    """
    permit(book, "subscription.manage")
    _refuse_unusual(wish)
    listener_id = new_id("sub", at)
    made = Listener(listener_id, wish.url, tuple(sorted(set(wish.kinds))), 1, at, None, "")
    with book.act("subscription.make", at) as act:
        subscriptions.subscribe(book, made)
        act.vouch("subscription.make", {"subscription": listener_id, "kinds": " ".join(made.kinds)})
    return Subscribed(listener_id, keys_of(listener_id, 1))


def subscribed(book: Book) -> list[Listener]:
    """Give the subscriptions of the practice, ended ones too. Errors: NotAllowed."""
    permit(book, "subscription.see")
    return subscriptions.listeners(book.tenant_id)


def going_on() -> int:
    """Count the subscriptions of all practices that have not ended, for who runs the service."""
    count = 0
    for tenant_id in tenants():
        with by_ourselves(tenant_id):
            count += sum(one.ended_at is None for one in subscriptions.listeners(tenant_id))
    return count


def rotate(book: Book, subscription_id: str, at: datetime) -> Subscribed:
    """Sign by new keys; for messages from now on. Errors: NotAllowed; NotVisible."""
    permit(book, "subscription.manage")
    found = subscriptions.listener_of(book.tenant_id, subscription_id)
    number = found.generation + 1 if found else 0
    with book.act("subscription.rotate", at) as act:
        if not subscriptions.next_generation(book.tenant_id, subscription_id, number):
            raise not_visible()
        act.vouch("subscription.rotate", {"subscription": subscription_id})
    return Subscribed(subscription_id, keys_of(subscription_id, number))


def end(book: Book, subscription_id: str, at: datetime) -> None:
    """End a subscription. Errors: NotAllowed; NotVisible."""
    permit(book, "subscription.manage")
    with book.act("subscription.end", at) as act:
        if not subscriptions.end(book.tenant_id, subscription_id, "ended by us", at):
            raise not_visible()
        act.vouch("subscription.end", {"subscription": subscription_id})


def deliveries(book: Book, subscription_id: str, place: Place) -> Page[tuple[int, Attempt]]:
    """Give every attempt to tell a subscriber, in order. Errors: NotAllowed; NotVisible."""
    permit(book, "subscription.see")
    if subscriptions.listener_of(book.tenant_id, subscription_id) is None:
        raise not_visible()
    most = place.most + 1
    found = subscriptions.attempts(book.tenant_id, subscription_id, place.after, most)
    return page(found, place, lambda one: one[0])


def tell(book: Book, told: Iterable[tuple[Kind, Mapping[str, str]]], at: datetime) -> list[str]:
    """Tell whoever asked to be told, by jobs, inside the caller's transaction.

    Each is a kind with ids, codes and days and nothing else. Gives the ids of the events, of those
    that somebody asked for.
    """
    asked = [one for one in subscriptions.listeners(book.tenant_id) if one.ended_at is None]
    made = []
    for kind, ids in told if asked else ():
        wanted = [one.subscription_id for one in asked if kind in one.kinds]
        if wanted:
            event_id = new_id("msg", at)
            body = subscriptions.event_body(kind, instant(at) or "", ids)
            subscriptions.keep_event(book.tenant_id, event_id, kind, at, body=body)
            subjects = {f"{event_id} {one} 0" for one in wanted}
            jobs.ask(book.tenant_id, TELL, subjects, at, due=at)
            made.append(event_id)
    return made


def tell_decisions(book: Book, changed: Iterable[Mapping[str, Any]], at: datetime) -> None:
    """Tell of lines that have become billable, or are held now, inside the caller's transaction."""
    tell(
        book,
        (
            (kind, _period(one["enrollment_id"], one["period"], one["code"]))
            for one in changed
            if (kind := _OF_OUTCOME.get(one["outcome"]))
        ),
        at,
    )


def _period(enrollment_id: str, period: Mapping[str, str], code: str) -> dict[str, str]:
    return {
        "enrollment_id": enrollment_id,
        "period_kind": period["kind"],
        "period_start": period["start"],
        "code": code,
    }


def _refuse_unusual(wish: Wish) -> None:
    try:
        said = urlsplit(wish.url)
        usual = bool(said.hostname) and (said.port or 1) > 0 and not said.username
    except ValueError:
        usual = False
    plain = wish.url.isascii() and wish.url.isprintable() and " " not in wish.url
    if not (usual and plain and said.scheme == "https") or len(wish.url) > _LONGEST_ADDRESS:
        raise DeskError(
            "desk.webhook_address",
            "Webhooks go to an address of https, without a name and password in it.",
            "Give an address such as https://billing.example/hooks.",
        )
    if leads_inside(wish.url, settings.WEBHOOK_HOSTS):
        raise DeskError(
            "desk.webhook_inside",
            "The address is not a public one.",
            "Give another, or have the operator name its host in PROOFLINE_WEBHOOK_HOSTS.",
        )
    if not wish.kinds or not set(wish.kinds) <= set(KINDS):
        raise DeskError(
            "desk.webhook_kinds", "There is no such kind of event.", f"Kinds: {', '.join(KINDS)}."
        )
