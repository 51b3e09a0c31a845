"""What a notice announced is fetched from the vendor, and taken in as its own message.

The notice names a person at the vendor and a time. Who may be asked, and how, stands here and never
in the notice. Withings hands out its tokens by person (`granting`); one that runs out is renewed
and kept before the vendor is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode

import msgspec

from proofline.desk.arriving.feeds import by_id
from proofline.desk.arriving.fetching.granting import HOST, Access, access_of
from proofline.desk.arriving.fetching.outbound import FORM, NotFetched, Outbound
from proofline.desk.arriving.messages import Sent, id_of
from proofline.desk.arriving.proof.sealing import Seal
from proofline.desk.arriving.taking import take
from proofline.store.book import Book
from proofline.store.feeding import messages

HOSTS = frozenset({HOST})
_NO_TOKEN = 401
"""The status in an answer of Withings to a token that it takes no more."""

_MOST_FIELDS = 50
_DIGITS = 12


class TokenRefused(NotFetched):
    """The vendor takes the token no more, whatever was said of how long it holds."""


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """What is to be asked of a vendor, for which feed, and with what to prove that we may ask."""

    source: str
    feed_id: str
    asked: bytes
    access: Access


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of a vendor, and the feed whose notice asked for it."""

    source: str
    feed_id: str
    body: bytes


def announced(book: Book, number: int, seal: Seal) -> Notice:
    """Say what the notice of a message number asks us to fetch.

    Errors: NotFetched without a token for its person; NotVisible if the feed is closed.
    """
    notice = messages.message(book.tenant_id, number)
    if notice is None or notice.source != "withings":
        raise NotFetched("fetch.no_notice", "There is no such notice.", "Drop the job.")
    said = {name: cells[0] for name, cells in _fields(notice.body).items()}
    access = access_of(book, by_id(book, notice.feed_id, seal), said.get("userid", ""), seal)
    asked = {"action": "getmeas", "category": "1"}
    asked |= {name: said[name] for name in ("startdate", "enddate") if _is_time(said.get(name, ""))}
    return Notice(notice.source, notice.feed_id, urlencode(asked).encode(), access)


def fetch(notice: Notice, by: Outbound) -> Fetched:
    """Ask the vendor; to be called outside of any transaction.

    Errors: TokenRefused; NotFetched.
    """
    headers = {"Authorization": f"Bearer {notice.access.tokens.access}", "Content-Type": FORM}
    body = by.post(HOST, "/measure", notice.asked, headers)
    if status := _status(body):
        kind = TokenRefused if status == _NO_TOKEN else NotFetched
        raise kind("fetch.refused", f"Withings refused (status {status}).", "It is tried again.")
    return Fetched(notice.source, notice.feed_id, body)


def keep(book: Book, found: Fetched, at: datetime) -> None:
    """Take in what was fetched. Errors: as of `take`."""
    body = found.body
    take(book, [Sent(found.source, id_of(body), body, "pulled", at, feed_id=found.feed_id)], at)


def _fields(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode(), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def _status(body: bytes) -> int:
    try:
        said = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        return int(bytes(said.get("status", msgspec.Raw(b"1"))))
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError):
        return -1
