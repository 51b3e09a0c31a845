"""What a notice announced is fetched from the vendor, and taken in as its own message.

The notice names a person at the vendor and a time. Who may be asked, and how, stands here and never
in the notice. Withings hands out its tokens by person; they are secrets of the feed, written
`USERID:TOKEN`. Renewing them is not done here: a token that has run out parks the job.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode

import msgspec

from proofline.desk.arriving.feeds import by_id
from proofline.desk.arriving.fetching.outbound import NotFetched, Outbound
from proofline.desk.arriving.messages import Sent, id_of
from proofline.desk.arriving.proof.sealing import Seal
from proofline.desk.arriving.taking import take
from proofline.store.book import Book
from proofline.store.feeding import messages

HOSTS = frozenset({"wbsapi.withings.net"})
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 50
_DIGITS = 12


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """What is to be asked of a vendor, for which feed, and with what to prove that we may ask."""

    source: str
    feed_id: str
    asked: bytes
    token: str


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
    secrets = by_id(book, notice.feed_id, seal).proofs.secrets
    tokens = dict(one.split(":", 1) for one in secrets if ":" in one)
    token = tokens.get(said.get("userid", ""))
    if not token:
        raise NotFetched(
            "fetch.no_token",
            f"The feed {notice.feed_id} has no token for the person of the notice.",
            "Add it with `proofline feeds rotate --secret USERID:TOKEN`.",
        )
    asked = {"action": "getmeas", "category": "1"}
    asked |= {name: said[name] for name in ("startdate", "enddate") if _is_time(said.get(name, ""))}
    return Notice(notice.source, notice.feed_id, urlencode(asked).encode(), token)


def fetch(notice: Notice, by: Outbound) -> Fetched:
    """Ask the vendor; to be called outside of any transaction. Errors: NotFetched."""
    headers = {"Authorization": f"Bearer {notice.token}", "Content-Type": _FORM}
    body = by.post("wbsapi.withings.net", "/measure", notice.asked, headers)
    if _status(body):
        raise NotFetched("fetch.refused", "Withings refused.", "Renew the token of this person.")
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
