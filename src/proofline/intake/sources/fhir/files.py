"""JSON texts to resources: one by itself, or Bundles of any type, also in one another.

One broken line or entry spoils no other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw, Struct

from proofline.intake.report import Place, Trouble
from proofline.intake.sources.fhir.decoding import Unreadable, decoded, element
from proofline.intake.sources.fhir.primitives import is_id, is_sent, is_uuid
from proofline.intake.sources.fhir.references import Spot
from proofline.intake.sources.fhir.shapes import (
    Bundle,
    Coding,
    Entry,
    EntryResponse,
    Head,
    Resource,
)
from proofline.intake.sources.fhir.words import trouble
from proofline.intake.tables.labels import TEST_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST_BUNDLE = 4
_OBSERVATION = re.compile(r"(?:[^?#]*/)?Observation/([^/?#\s]{1,128})", re.ASCII)
_OBSERVATIONS = re.compile(r"(?:[^?#]*/)?Observation\b", re.ASCII)
_OF_THE_PAST = frozenset({"history", "subscription-notification"})


class Message(Struct, frozen=True):
    """What a resource came in: a Bundle or nothing; `scope` is blank outside of a Bundle.

    `test` is true if the whole message is labelled as test data; `past` if its requests are those
    that a server has carried out, so that what was created has its own id; of others `asked_at` is
    when they were made, as sent.
    """

    scope: str = ""
    id: str = ""
    test: bool = False
    past: bool = False
    depth: int = 0
    asked_at: str = ""


ALONE = Message()


class Found(Struct):
    """One resource still in its bytes, with where it stood.

    `posted`: the sender asked a server to create it, so its id is only for this message; `deleted`:
    it was deleted, at `deleted_at` as sent, and may have no bytes left.
    """

    place: Place
    type: str
    id: str
    body: Raw | bytes
    message: Message
    full_url: str = ""
    posted: bool = False
    deleted: bool = False
    deleted_at: str = ""

    @property
    def home(self) -> str:
        """Name this resource uniquely within the intake, as the scope of what it contains."""
        return f"{self.place.file}\n{self.place.where}"

    @property
    def spot(self) -> Spot:
        """Where its references are made."""
        return Spot(self.message.scope, self.home)

    @property
    def stable_id(self) -> str:
        """Give the id if it will be the same next time (a server's, or a UUID), else blank."""
        return stable(self.id, posted=self.posted)


def stable(own_id: str, *, posted: bool) -> str:
    """Give the id if it will be the same next time (a server's, or a UUID), else blank."""
    return "" if posted and not is_uuid(own_id) else own_id


def opened(body: Raw | bytes, place: Place, message: Message = ALONE) -> Iterator[Found | Trouble]:
    """Give the resources of one JSON text, each with its place; what is none comes as trouble."""
    if bytes(memoryview(body)[:1]) == b"[":
        yield trouble(place, "a_list")
        return
    head = decoded(body, Head, place)
    if isinstance(head, Trouble):
        yield head
        return
    if not head.resource_type:
        yield trouble(place, "no_resource_type", "resourceType")
        return
    named = Place(place.file, place.where, f"{head.resource_type}/{head.id}".rstrip("/"))
    if head.id and not is_id(head.id):
        yield trouble(Place(place.file, place.where), "bad_id", "id")
    elif head.resource_type == "Bundle":
        yield from _entries(body, named, message)
    else:
        yield Found(named, head.resource_type, head.id, body, message)


def _entries(body: Raw | bytes, place: Place, outer: Message) -> Iterator[Found | Trouble]:
    bundle = decoded(body, Bundle, place)
    if isinstance(bundle, Trouble):
        yield bundle
        return
    if outer.depth >= _DEEPEST_BUNDLE:
        yield trouble(place, "too_deep", "entry")
        return
    message = Message(
        scope=f"{place.file}\n{place.where}",
        id=bundle.id or outer.id,
        test=outer.test or is_test(bundle),
        past=bundle.type in _OF_THE_PAST,
        depth=outer.depth + 1,
        asked_at=""
        if bundle.type in _OF_THE_PAST
        else _told(bundle.timestamp) or bundle.meta.last_updated,
    )
    if not bundle.entry:
        yield trouble(place, "nothing_there", "entry")
    if any(link.relation == "next" for link in bundle.link):
        yield trouble(place, "more_pages", "link")
    for number, raw in enumerate(bundle.entry, 1):
        where = f"{place.where} entry {number}".strip()
        yield from _entry(raw, Place(place.file, where), message)


def _entry(raw: Raw, place: Place, message: Message) -> Iterator[Found | Trouble]:
    entry = decoded(raw, Entry, place)
    if isinstance(entry, Trouble):
        yield entry
        return
    method = entry.request.method if entry.request else ""
    deleted = method == "DELETE"
    at = (_modified(entry) or message.asked_at) if deleted else ""
    if not is_sent(entry.resource):
        yield _deleted(entry, place, message, at) if deleted else _nothing(place)
        return
    posted = method == "POST" and not message.past
    for one in opened(entry.resource, place, message):
        if isinstance(one, Found) and one.message is message:
            one.full_url, one.posted = entry.full_url, posted
            one.deleted, one.deleted_at = deleted, at
        yield one


def _nothing(place: Place) -> Trouble:
    return trouble(place, "no_resource", "entry.resource")


def _deleted(entry: Entry, place: Place, message: Message, at: str) -> Found | Trouble:
    """Give an Observation of which only its deletion is told; of others nothing rests on it."""
    url = (_told(entry.request.url) if entry.request else "") or entry.full_url
    match = _OBSERVATION.fullmatch(url)
    if match and is_id(own_id := match[1]):
        named = Place(place.file, place.where, f"Observation/{own_id}")
        return Found(named, "Observation", own_id, b"", message, deleted=True, deleted_at=at)
    if _OBSERVATIONS.match(url):
        return trouble(place, "deletes_some", "entry.request.url")
    return _nothing(place)


def _modified(entry: Entry) -> str:
    """When the server deleted it, as far as it says so."""
    try:
        response = element(bytes(entry.response), EntryResponse, "response")
    except Unreadable:
        return ""
    return response.last_modified if response else ""


def _told(raw: Raw) -> str:
    """Give the text of an element that nothing else rests on; blank for what is none."""
    try:
        return msgspec.json.decode(raw, type=str) if is_sent(raw) else ""
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def is_test(resource: Resource) -> bool:
    """Say whether a resource carries the HTEST label of test data (v3 ActReason)."""
    return is_test_label(resource.meta.security + resource.meta.tag)


def is_test_label(labels: list[Coding]) -> bool:
    """Say whether one of these labels is that of test data."""
    return any(label.code == TEST_LABEL for label in labels)
