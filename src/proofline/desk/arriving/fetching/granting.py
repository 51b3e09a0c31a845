"""What a person allowed us at a vendor: the tokens of OAuth 2.0 (RFC 6749), granted and renewed.

Withings, whose guide says: a token to ask with holds three hours; with each new one comes another
token to renew it by, and the former ends as soon as the new one is used, or after eight hours. So
what was renewed is on the disk before it is used. Whoever stops in between has lost nothing: the
former still renews. One worker at a time renews for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import msgspec

from proofline.desk.arriving.feeds import Feed, by_id
from proofline.desk.arriving.fetching.outbound import FORM, NotFetched, Outbound
from proofline.desk.arriving.proof.sealing import Seal
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.feeding import grants
from proofline.store.feeding.grants import KeptGrant

HOST, PATH = "wbsapi.withings.net", "/v2/oauth2"
SOURCE = "withings"
"""The vendor that announces readings and is asked for them."""
MARGIN = timedelta(minutes=10)
"""A token that ends sooner is renewed before it is used."""

_ALONE = timedelta(minutes=1)
"""So long a worker that stops keeps others from renewing: longer than it waits for the vendor."""

_NEVER = datetime.min.replace(tzinfo=UTC)
_LONGEST_ID = 60


class Tokens(msgspec.Struct, frozen=True):
    """What is sealed: the token to renew by, and the one to ask with, blank before the first."""

    refresh: str
    access: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """A grant, opened: its tokens, and the `application` (CLIENT_ID:CLIENT_SECRET) they are for."""

    kept: KeptGrant
    tokens: Tokens
    application: str

    def lasts(self, at: datetime) -> bool:
        """Whether the vendor can be asked with it now, and for a while."""
        return bool(self.tokens.access) and self.kept.good_until > at + MARGIN


class _Given(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str
    expires_in: int


class _Answer(msgspec.Struct, frozen=True):
    status: int
    body: _Given | None = None


def grant(book: Book, feed_id: str, said: tuple[str, str], at: datetime, *, seal: Seal) -> None:
    """Keep what a person granted: `said` are their id at the vendor and the token to renew by.

    Errors: NotAllowed; NotVisible; DeskError if the feed is of no vendor that is asked, or one of
    the two is none.
    """
    permit(book, "feed.manage")
    holder, refresh = (one.strip() for one in said)
    if by_id(book, feed_id, seal).source != SOURCE:
        raise _no_grant("Nothing is fetched for this feed.", "Name a feed of Withings.")
    if not (holder.isascii() and holder.isdigit() and len(holder) <= _LONGEST_ID and refresh):
        raise _no_grant("The id of the person or the token is none.", "Give both, as Withings did.")
    sealed = _sealed(seal, feed_id, holder, Tokens(refresh))
    with book.act("feed.grant", at) as act:
        grants.put(book.tenant_id, KeptGrant(feed_id, holder, sealed, 1, _NEVER))
        act.vouch("feed.grant", {"feed": feed_id})


def access_of(book: Book, feed: Feed, holder: str, seal: Seal) -> Access:
    """Open the grant of a person. Errors: NotFetched if there is none, or no application."""
    kept = grants.of_holder(book.tenant_id, feed.feed_id, holder) if holder else None
    if kept is None:
        raise NotFetched(
            "fetch.no_token",
            f"The feed {feed.feed_id} has no token for the person of the notice.",
            "Add it with `proofline feeds grant`.",
        )
    application = next((one for one in feed.proofs.secrets if ":" in one), "")
    if not application:
        raise NotFetched(
            "fetch.no_application",
            f"The feed {feed.feed_id} does not say for which application tokens are renewed.",
            "Give it with `proofline feeds rotate --secret CLIENT_ID:CLIENT_SECRET`.",
        )
    opened = seal.open(_place(feed.feed_id, holder), kept.sealed)
    return Access(kept, msgspec.json.decode(opened, type=Tokens), application)


def take_to_renew(book: Book, access: Access, at: datetime) -> None:
    """Take a grant to oneself, to be committed at once. Errors: NotFetched if another has it."""
    if not grants.take_to_renew(book.tenant_id, access.kept, at, at + _ALONE):
        raise _changed()


def give_back(book: Book, access: Access) -> None:
    """Let others renew a grant that was taken in vain."""
    grants.give_back(book.tenant_id, access.kept)


@dataclass(frozen=True, slots=True, repr=False)
class Renewed:
    """New tokens in the place of those of an access, and until when one can ask with them."""

    before: Access
    tokens: Tokens
    good_until: datetime


def renew(access: Access, by: Outbound, at: datetime) -> Renewed:
    """Ask the vendor for new tokens, outside of any transaction. Errors: NotFetched."""
    client_id, _, client_secret = access.application.partition(":")
    asked = {
        "action": "requesttoken",
        "grant_type": "refresh_token",
        "client_id": client_id,
        "client_secret": client_secret,
        "refresh_token": access.tokens.refresh,
    }
    said = by.post(HOST, PATH, urlencode(asked).encode(), {"Content-Type": FORM})
    try:
        answer = msgspec.json.decode(said, type=_Answer)
    except msgspec.MsgspecError:
        answer = _Answer(-1)
    given = answer.body
    if answer.status or given is None or not (given.access_token and given.refresh_token):
        raise NotFetched(
            "fetch.not_renewed",
            f"Withings did not renew the token of a person (status {answer.status}).",
            "If it goes on, have the person connect again and give the new token: feeds grant.",
        )
    good_until = at + timedelta(seconds=given.expires_in)
    return Renewed(access, Tokens(given.refresh_token, given.access_token), good_until)


def keep(book: Book, renewed: Renewed, seal: Seal) -> None:
    """Keep new tokens, to be committed before they are used.

    Errors: NotFetched if somebody put others there meanwhile; those hold.
    """
    kept = renewed.before.kept
    sealed = _sealed(seal, kept.feed_id, kept.holder, renewed.tokens)
    if not grants.replace(book.tenant_id, kept, sealed, renewed.good_until):
        raise _changed()


def distrust(book: Book, access: Access, at: datetime) -> None:
    """Note that the vendor took the token no more; it is renewed before the next use."""
    grants.distrust(book.tenant_id, access.kept, at)


def _sealed(seal: Seal, feed_id: str, holder: str, tokens: Tokens) -> bytes:
    return seal.close(_place(feed_id, holder), msgspec.json.encode(tokens))


def _place(feed_id: str, holder: str) -> str:
    """What tokens are sealed for: those of one person open in no other's place."""
    return f"{feed_id} {holder}"


def _changed() -> NotFetched:
    return NotFetched(
        "fetch.renewing",
        "The token of this person is being renewed, or was given anew.",
        "Nothing; it is tried again in a moment.",
    )


def _no_grant(message: str, remedy: str) -> DeskError:
    return DeskError("desk.no_grant", message, remedy)
