"""Ways in: feeds opened and closed, messages that wait, files brought by hand, silent devices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from django.conf import settings

from proofline.api.problems import REFUSED, wrong
from proofline.api.route import Asked, route
from proofline.api.routes.made import Done, Reason, number_of
from proofline.desk.arriving import brought, feeds, quarantine, silence
from proofline.desk.arriving.feeds import Change, Made, Wanted
from proofline.desk.arriving.fetching import granting
from proofline.desk.arriving.messages import Outcome, Said
from proofline.desk.arriving.proof.sealing import seal_of
from proofline.desk.showing.intake import waiting
from proofline.errors import WrongUse
from proofline.intake.options import Options
from proofline.store.feeding.messages import Stored

# fmt: off
Source = Literal[
    "bodytrace", "clarity", "dexcom", "fhir", "hl7v2", "ihealth", "libreview", "mapped-csv",
    "open-mhealth", "smart-meter", "telli", "tenovi", "withings",
]
"""What can be read; a test holds it to what intake knows."""
PlainSource = Literal[
    "bodytrace", "clarity", "dexcom", "fhir", "hl7v2", "ihealth", "libreview", "open-mhealth",
    "smart-meter", "telli", "tenovi", "withings",
]
"""What says by itself what its columns mean."""
Scheme = Literal[
    "", "standard", "body_hmac", "token", "bearer", "basic", "notice", "mllp", "drop",
]
"""How messages prove whose they are; blank is the vendor's own."""
# fmt: on
_MONTHS = 24 * 366


class NewFeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a feed is of. A secret that is left out is made; it is silent after so many hours.

    `mapping` is the file (TOML) that says what the columns of mapped-csv mean.
    """

    source: Source
    scheme: Scheme = ""
    secret: str = ""
    header: str = ""
    id_header: str = ""
    silent_hours: Annotated[int, msgspec.Meta(ge=1, le=_MONTHS)] = 24
    mapping: bytes = b""


class FeedChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a feed gets: another secret (made where it is left out), another address.

    `key_lost` says that the key is gone which sealed what it asked for until now.
    """

    secret: str = ""
    address: bool = False
    key_lost: bool = False


class FeedMade(msgspec.Struct, frozen=True):
    """A feed, where its messages go, how they prove themselves, and its newest secret, told now."""

    feed_id: str
    way: str
    proof: str
    header: str
    secret: str


class VendorGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's id at the vendor, and the token to renew by; nobody sees it again."""

    person: str
    token: str


class FeedHealth(msgspec.Struct, frozen=True):
    """How a feed does: `state` is open, silent, quiet (nothing came yet) or closed."""

    feed_id: str
    source: str
    scheme: str
    state: str
    last: datetime | None
    last_good: datetime | None
    held: int


class SilentDevice(msgspec.Struct, frozen=True):
    """A device that says nothing any more. Whose it is this never says: to see that is a look.

    `since` is the day from which somebody has it, blank where nobody wrote it down; `last` is its
    last reading, null where none came yet.
    """

    device_id: str
    since: str
    last: datetime | None


class WaitingMessage(msgspec.Struct, frozen=True):
    """A message in quarantine: where it came from, why it waits, and the cure."""

    number: int
    source: str
    feed_id: str
    received_at: datetime
    sha256: str
    state: str
    held: str
    cure: str
    rows: int


class MessageSeen(WaitingMessage, frozen=True):
    """The same with what its sender was told, and its text for who may see readings, else null.

    `cut` says that there is more of it than is shown.
    """

    size: int
    told: tuple[Said, ...]
    body: str | None
    cut: bool


class FileOfReadings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a source, its bytes in base64."""

    source: PlainSource
    file: bytes


class SampleOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vendor's sample, its bytes in base64; `mapping` is one for a CSV of nobody's.

    `date_order` says how its days are written where that is not plain.
    """

    source: Source
    file: bytes
    date_order: Literal["", "ymd", "dmy", "mdy"] = ""
    mapping: bytes = b""


class PointJudged(msgspec.Struct, frozen=True):
    """One thing that evidence asks of a reading: how many say it, what the others should."""

    asked: str
    said: int
    should: str


class SampleJudged(msgspec.Struct, frozen=True):
    """What came of one payload of a sample."""

    readings: int
    points: tuple[PointJudged, ...]


class FeedAlertClosed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done about a silent feed."""

    outcome: str


@route("GET feeds/health", "read:feeds", "message.release", of=FeedHealth, gives="list")
def list_feed_health(asked: Asked) -> object:
    """Every feed: when it was last heard of, whether it is silent, and what of it waits."""
    return [
        FeedHealth(
            *(one.feed.feed_id, one.feed.source, one.feed.scheme, one.state),
            *(one.heard.last, one.heard.last_good, one.heard.held),
        )
        for one in feeds.health(asked.book, asked.at)
    ]


@route("POST feeds", "", "feed.manage", of=FeedMade, body=NewFeed, status=201, secret=True)
def open_feed(asked: Asked) -> object:
    """Open a feed; its address and secret are shown once."""
    said: NewFeed = asked.body
    wanted = Wanted(
        *(said.source, said.scheme, (said.secret,) if said.secret else (), said.header),
        *(said.id_header, timedelta(hours=said.silent_hours)),
        _text(said.mapping),
    )
    with _as_refusal():
        return _made(feeds.add(asked.book, wanted, seal_of(settings.HOME), asked.at))


@route("POST feeds/{feed_id}/rotate", "", "feed.manage", of=FeedMade, body=FeedChange, secret=True)
def rotate_feed(asked: Asked) -> object:
    """Give a feed another secret beside its last one, and another address if that is asked for."""
    said: FeedChange = asked.body
    change, seal = Change(said.secret, said.address, said.key_lost), seal_of(settings.HOME)
    with _as_refusal():
        return _made(
            feeds.rotate(asked.book, asked.ids["feed_id"], asked.at, seal=seal, change=change)
        )


@route("POST feeds/{feed_id}/grant", "", "feed.manage", of=Done, body=VendorGrant)
def grant_feed(asked: Asked) -> object:
    """Keep what a person allowed at the vendor, so that their readings are fetched."""
    said: VendorGrant = asked.body
    told, seal = (said.person, said.token), seal_of(settings.HOME)
    granting.grant(asked.book, asked.ids["feed_id"], told, asked.at, seal=seal)
    return Done()


@route("POST feeds/{feed_id}/close", "", "feed.manage", of=Done)
def close_feed(asked: Asked) -> object:
    """Take nothing more from a feed."""
    feeds.close(asked.book, asked.ids["feed_id"], asked.at)
    return Done()


@route(
    "POST feed-alerts/{alert_id}/close",
    "write:messages",
    "message.release",
    of=Done,
    body=FeedAlertClosed,
)
def close_feed_alert(asked: Asked) -> object:
    """Close an alert about a silent feed with what was done."""
    number = number_of(asked.ids["alert_id"])
    silence.close_feed_alert(asked.book, number, asked.body.outcome, asked.at)
    return Done()


@route("GET devices/silent", "read:devices", "message.release", of=SilentDevice, gives="list")
def list_silent_devices(asked: Asked) -> object:
    """Devices that are with a patient and have sent nothing for three days."""
    silent = silence.silent_devices(asked.book, asked.at)
    return [SilentDevice(one.device_id, one.since, one.last) for one in silent]


@route("GET messages", "read:messages", "message.release", of=WaitingMessage, gives="list")
def list_waiting_messages(asked: Asked) -> object:
    """Messages in quarantine, the oldest first."""
    return [WaitingMessage(*_cells(one)) for one in quarantine.waiting(asked.book)]


@route("GET messages/{number}", "read:messages", "message.release", of=MessageSeen)
def get_message(asked: Asked) -> object:
    """One message, with its text for who may see readings."""
    found = waiting.message_page(asked.book, number_of(asked.ids["number"]), asked.at)
    return MessageSeen(*_cells(found.message), found.size, found.told, found.body, found.cut)


@route("POST messages/{number}/release", "write:messages", "message.release", of=Outcome)
def release_message(asked: Asked) -> object:
    """Read a message anew, now that its cure is applied."""
    return quarantine.release(asked.book, number_of(asked.ids["number"]), asked.at)


@route("POST messages/{number}/drop", "write:messages", "message.release", of=Done, body=Reason)
def drop_message(asked: Asked) -> object:
    """Let a message go for good; its bytes stay."""
    number = number_of(asked.ids["number"])
    quarantine.drop(asked.book, number, asked.body.reason, asked.at)
    return Done()


@route("POST readings/files", "write:readings", "reading.take", of=Outcome, body=FileOfReadings)
def bring_file(asked: Asked) -> object:
    """Take a vendor's export in, as one that lies in the folder of a feed."""
    said: FileOfReadings = asked.body
    return brought.bring(asked.book, said.source, said.file, asked.at)


@route(
    "POST readings/samples",
    "read:messages",
    "message.release",
    of=SampleJudged,
    gives="list",
    body=SampleOf,
)
def judge_sample(asked: Asked) -> object:
    """Judge a vendor's sample by what evidence asks; nothing of it is kept."""
    said: SampleOf = asked.body
    options = Options(date_order=said.date_order, mapping=_text(said.mapping))
    with _as_refusal():
        found = brought.hold_against(asked.book, said.source, said.file, options)
    return [
        SampleJudged(
            one.found.readings,
            tuple(PointJudged(point.asked, point.said, point.should) for point in one.points),
        )
        for one in found
    ]


def _text(file: bytes) -> str:
    return file.decode("utf-8", "replace").strip()


@contextmanager
def _as_refusal() -> Iterator[None]:
    """Tell what the desk calls wrong use as what makes no sense now: the body itself is one."""
    try:
        yield
    except WrongUse as error:
        raise wrong(REFUSED, error.code, error.message, error.remedy) from error


def _made(made: Made) -> FeedMade:
    way = made.way(settings.HOME)
    return FeedMade(made.feed_id, way, made.proof, made.header, made.secret)


def _cells(
    one: Stored,
) -> tuple[int, str, str, datetime, str, str, str, str, int]:
    return (
        *(one.number, one.source, one.feed_id, one.received_at, one.sha256),
        *(one.state, one.held, one.cure, one.rows),
    )


INTAKE = (
    list_feed_health,
    open_feed,
    rotate_feed,
    grant_feed,
    close_feed,
    close_feed_alert,
    list_silent_devices,
    list_waiting_messages,
    get_message,
    release_message,
    drop_message,
    bring_file,
    judge_sample,
)
