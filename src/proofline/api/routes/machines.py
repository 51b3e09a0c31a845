"""Keys of machines, and webhooks to other systems."""

from __future__ import annotations

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done
from proofline.desk.machines import keys
from proofline.desk.machines.keys import Registration, Secret
from proofline.desk.requests.lists import Page
from proofline.desk.telling import events
from proofline.desk.telling.events import Subscribed, Wish
from proofline.store.outside.keys import Key
from proofline.store.outside.subscriptions import Attempt, Listener


@route("GET machines", "", "key.manage", of=Key, gives="list")
def list_machines(asked: Asked) -> object:
    """Keys of machines, revoked ones too."""
    return keys.registered(asked.book)


@route("POST machines", "", "key.manage", of=Secret, body=Registration, status=201, secret=True)
def register_machine(asked: Asked) -> object:
    """Make a key; its secret is shown once."""
    return keys.register(asked.book, asked.body, asked.at)


@route("POST machines/{client_id}/rotate", "", "key.manage", of=Secret, secret=True)
def rotate_machine(asked: Asked) -> object:
    """Change a secret; the former one has a day."""
    return keys.rotate(asked.book, asked.ids["client_id"], asked.at)


@route("POST machines/{client_id}/revoke", "", "key.manage", of=Done)
def revoke_machine(asked: Asked) -> object:
    """Take a key and its tokens away at once."""
    keys.revoke(asked.book, asked.ids["client_id"], asked.at)
    return Done()


@route("GET subscriptions", "read:subscriptions", "subscription.see", of=Listener, gives="list")
def list_subscriptions(asked: Asked) -> object:
    """Who is told of what."""
    return events.subscribed(asked.book)


@route(
    "POST subscriptions",
    "write:subscriptions",
    "subscription.manage",
    of=Subscribed,
    body=Wish,
    status=201,
    secret=True,
)
def subscribe(asked: Asked) -> object:
    """Begin to tell a system by signed webhooks."""
    return events.subscribe(asked.book, asked.body, asked.at)


@route(
    "POST subscriptions/{subscription_id}/rotate",
    "write:subscriptions",
    "subscription.manage",
    of=Subscribed,
    secret=True,
)
def rotate_subscription(asked: Asked) -> object:
    """Sign by new keys."""
    return events.rotate(asked.book, asked.ids["subscription_id"], asked.at)


@route(
    "POST subscriptions/{subscription_id}/end",
    "write:subscriptions",
    "subscription.manage",
    of=Done,
)
def end_subscription(asked: Asked) -> object:
    """Tell no more."""
    events.end(asked.book, asked.ids["subscription_id"], asked.at)
    return Done()


@route(
    "GET subscriptions/{subscription_id}/deliveries",
    "read:subscriptions",
    "subscription.see",
    of=Attempt,
    gives="page",
)
def list_deliveries(asked: Asked) -> object:
    """Every attempt to tell."""
    found = events.deliveries(asked.book, asked.ids["subscription_id"], asked.place)
    return Page([attempt for _, attempt in found.items], found.after)


MACHINES = (
    list_machines,
    register_machine,
    rotate_machine,
    revoke_machine,
    list_subscriptions,
    subscribe,
    rotate_subscription,
    end_subscription,
    list_deliveries,
)
