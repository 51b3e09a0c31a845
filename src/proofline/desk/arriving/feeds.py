"""Feeds: the ways in of a practice; nobody guesses their addresses, and secrets can change."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from proofline.desk.arriving.proof.proving import (
    NEEDS_SECRET,
    Proofs,
    fitting,
    proofs,
    scheme_of,
    schemes,
    usable,
)
from proofline.desk.arriving.proof.sealing import Seal
from proofline.desk.ids import new_id
from proofline.desk.roles import may, permit
from proofline.intake import source
from proofline.store.act import Act
from proofline.store.book import Book
from proofline.store.feeding import feeds
from proofline.store.feeding.feeds import Heard, KeptFeed
from proofline.store.trouble import not_visible

SILENT = timedelta(hours=24)
"""After so long without a message a feed is silent, unless it was opened with another time."""

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said of a new feed. Blank `scheme`: the vendor's own; no `secrets`: one is made.

    `mapping` (TOML) says what the columns of files of no known vendor mean.
    """

    source: str
    scheme: str = ""
    secrets: tuple[str, ...] = ()
    header: str = ""
    id_header: str = ""
    silent_after: timedelta = SILENT
    mapping: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Made:
    """A feed that was opened or changed: its address and its newest secret, told only now.

    `proof` says what its messages have to show, in English; `header` in which header, blank: none.
    """

    feed_id: str
    path: str
    secret: str
    proof: str
    header: str

    def way(self, home: Path) -> str:
        """Tell where messages go: an address below the service's, a folder, or what listens."""
        if self.path.startswith("drop/"):
            return f"{home / self.path}/"
        if self.path.startswith("mllp "):
            return f"proofline intake listen --feed {self.feed_id}"
        return self.path


@dataclass(frozen=True, slots=True)
class Health:
    """How a feed does. `state` is open, silent, quiet (nothing came yet) or closed."""

    feed: KeptFeed
    heard: Heard
    state: str


class _Sealed(msgspec.Struct):
    secrets: list[str]
    header: str
    id_header: str


@dataclass(frozen=True, slots=True, repr=False)
class Feed:
    """An open feed, ready to let messages in."""

    feed_id: str
    tenant_id: str
    source: str
    version: int
    proofs: Proofs
    mapping: str = ""


def add(book: Book, wanted: Wanted, seal: Seal, at: datetime) -> Made:
    """Open a feed.

    Errors: NotAllowed; WrongUse for a source, scheme, key or mapping that is not one.
    """
    permit(book, "feed.manage")
    source(wanted.source)
    scheme = wanted.scheme or scheme_of(wanted.source)
    fitting(wanted.source, scheme, wanted.mapping)
    given = wanted.secrets or ((_new_secret(scheme),) if scheme in NEEDS_SECRET else ())
    usable(scheme, given)
    made = proofs(scheme, given, wanted.header, wanted.id_header)
    feed_id, token = new_id("fed", at), secrets.token_urlsafe(_SECRET_BYTES)
    feed = KeptFeed(
        feed_id=feed_id,
        tenant_id=book.tenant_id,
        source=wanted.source,
        scheme=scheme,
        sealed=_sealed(seal, feed_id, made),
        version=1,
        opened_at=at,
        closed_at=None,
        silent_minutes=max(1, int(wanted.silent_after.total_seconds()) // 60),
        mapping=wanted.mapping,
    )
    with book.act("feed.add", at) as act:
        feeds.add(feed, _digest(token))
        _tell(act, "feed.add", feed, **({"mapping": feed.mapping} if feed.mapping else {}))
    secret = _told(feed, token, given[0] if given else "")
    return Made(feed_id, path_of(feed, token), secret, schemes()[scheme].title, made.header)


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """What a feed gets: another secret (made by us where it is blank), another address.

    `key_lost` says that the key is gone which sealed what the feed asked for until now.
    """

    secret: str = ""
    address: bool = False
    key_lost: bool = False


def rotate(book: Book, feed_id: str, at: datetime, *, seal: Seal, change: Change) -> Made:
    """Give a feed a new secret beside its last one, so that the sender can change over.

    Told again, the oldest of the two goes. A new address is the only one at once. Where the key
    that sealed the last one is lost, the new one is the only one. Errors: NotAllowed; NotVisible;
    WrongUse; DeskError where the last one does not open and nobody says that its key is lost.
    """
    permit(book, "feed.manage")
    with book.act("feed.rotate", at) as act:
        feed = _one(book, feed_id)
        before = _before(feed, seal, lost=change.key_lost)
        made = change.secret or (_new_secret(feed.scheme) if feed.scheme in NEEDS_SECRET else "")
        usable(feed.scheme, (made,))
        held = (made, *before.secrets[:1]) if made else before.secrets
        now = proofs(feed.scheme, held, before.header, before.id_header)
        renewed = change.address or feed.scheme == "bearer"
        token = secrets.token_urlsafe(_SECRET_BYTES) if renewed else ""
        feeds.change(feed, _sealed(seal, feed_id, now), _digest(token) if token else "")
        _tell(act, "feed.rotate", feed)
    path = path_of(feed, token or "TOKEN")
    title = schemes()[feed.scheme].title
    return Made(feed_id, path, _told(feed, token, made), title, now.header)


def close(book: Book, feed_id: str, at: datetime) -> None:
    """Take nothing more from a feed. Errors: NotAllowed; NotVisible."""
    permit(book, "feed.manage")
    with book.act("feed.close", at) as act:
        feed = _one(book, feed_id)
        feeds.close(feed, at)
        _tell(act, "feed.close", feed)


def health(book: Book, at: datetime) -> list[Health]:
    """Say of every feed when it was last heard of, and whether it is silent. Errors: NotAllowed."""
    if not may(book, "alert.raise"):
        permit(book, "message.release")
    heard = feeds.heard(book.tenant_id)
    return [
        Health(feed, said, _state(feed, said, at))
        for feed in feeds.of_tenant(book.tenant_id)
        for said in [heard.get(feed.feed_id, Heard(None, None, 0))]
    ]


def by_token(token: str, seal: Seal) -> Feed | None:
    """Find the open feed of an address; None for any other token, whatever is wrong with it."""
    feed = feeds.of_token(_digest(token))
    return _ready(feed, seal) if feed else None


def by_id(book: Book, feed_id: str, seal: Seal) -> Feed:
    """Find an open feed of a practice. Errors: NotVisible."""
    feed = _one(book, feed_id)
    if feed.closed_at:
        raise not_visible()
    return _ready(feed, seal)


def of_wire(feed_id: str) -> Feed | None:
    """Find the open feed of messages over MLLP; it has no secrets, the wire proves who sends."""
    for feed in feeds.of_scheme("mllp"):
        if feed.feed_id == feed_id:
            return Feed(feed_id, feed.tenant_id, feed.source, feed.version, proofs("mllp", ()))
    return None


def path_of(feed: KeptFeed, token: str) -> str:
    """The way to a feed: an address, or a folder below that of the book."""
    if feed.scheme == "drop":
        return f"drop/{feed.feed_id}/"
    if feed.scheme == "mllp":
        return f"mllp {feed.feed_id}"
    return "/fhir" if feed.scheme == "bearer" else f"/ingest/{feed.source}/{token}"


def bearer(text: str) -> str:
    """Give the token of a bearer header, blank if it is none."""
    kind, _, token = text.partition(" ")
    return token if kind == "Bearer" else ""


def _state(feed: KeptFeed, heard: Heard, at: datetime) -> str:
    if feed.closed_at:
        return "closed"
    since = heard.last or feed.opened_at
    if at - since > timedelta(minutes=feed.silent_minutes):
        return "silent"
    return "open" if heard.last else "quiet"


def _one(book: Book, feed_id: str) -> KeptFeed:
    found = [one for one in feeds.of_tenant(book.tenant_id) if one.feed_id == feed_id]
    if not found:
        raise not_visible()
    return found[0]


def _ready(feed: KeptFeed, seal: Seal) -> Feed:
    how = _opened(feed, seal)
    return Feed(feed.feed_id, feed.tenant_id, feed.source, feed.version, how, feed.mapping)


def _opened(feed: KeptFeed, seal: Seal) -> Proofs:
    said = msgspec.json.decode(seal.open(feed.feed_id, feed.sealed), type=_Sealed)
    return proofs(feed.scheme, said.secrets, said.header, said.id_header)


def _before(feed: KeptFeed, seal: Seal, *, lost: bool) -> Proofs:
    """Give what a feed asked for until now; nothing of it where it was sealed by a lost key.

    In a wrong home folder there is another key too: what good secrets are must not end there.
    """
    if lost and not seal.opens(feed.feed_id, feed.sealed):
        return proofs(feed.scheme, ())
    return _opened(feed, seal)


def sealed_off(seal: Seal) -> int:
    """Count the open feeds that prove themselves by what was sealed under another key."""
    return sum(is_sealed_off(one, seal) for one in feeds.all_open())


def is_sealed_off(feed: KeptFeed, seal: Seal) -> bool:
    """Whether nothing comes in by a feed, since what it asks for was sealed under another key."""
    asks = not feed.closed_at and feed.scheme not in {"mllp", "drop"}
    return asks and not seal.opens(feed.feed_id, feed.sealed)


def _sealed(seal: Seal, feed_id: str, made: Proofs) -> bytes:
    said = _Sealed(list(made.secrets), made.header, made.id_header)
    return seal.close(feed_id, msgspec.json.encode(said))


def _told(feed: KeptFeed, token: str, secret: str) -> str:
    """What the sender has to be given: for a bearer the token is the secret."""
    return token if feed.scheme == "bearer" else secret


def _new_secret(scheme: str) -> str:
    if scheme == "standard":
        return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    made = secrets.token_urlsafe(_SECRET_BYTES)
    return f"proofline:{made}" if scheme == "basic" else made


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _tell(act: Act, kind: str, feed: KeptFeed, **more: str) -> None:
    said = {"feed": feed.feed_id, "source": feed.source, "scheme": feed.scheme}
    act.vouch(kind, said | more)
