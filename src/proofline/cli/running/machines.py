"""What the machines of the demonstration send: feeds that do well, one gone silent, what is broken.

All of it is taken in as what comes by a door is. Cuffs send once more in the evening of a day on
which they sent already, so that no day counts that did not; what has no patient counts for nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from proofline.desk.arriving import feeds
from proofline.desk.arriving.feeds import Feed, Wanted
from proofline.desk.arriving.messages import Sent
from proofline.desk.arriving.proof.sealing import seal_of
from proofline.desk.arriving.taking import take
from proofline.store.book import Book, by_ourselves

Row = dict[str, str]

DAYS, CUFFS = 12, 8
"""Days back to which messages reach, and how many patients' cuffs send a second time."""

EVENING = timedelta(hours=11)
"""After the reading of the morning; of those who measure at seven it is the same day everywhere."""

ORDINARY = "ORDINARY"
"""In the id of a cuff of somebody who is no trap: what traps show hangs on each reading."""

STRAY_CUFF, STRAY_SCALE = "MADE-UP-CUFF-404", 100100000404
"""Devices that nobody has."""


def send(book: Book, readings: Iterable[Row], home: Path, now: datetime) -> None:
    """Open feeds in the name of the made-up integrator, and let machines send by them."""
    seal = seal_of(home)
    wanted = (
        Wanted("tenovi", scheme="standard"),
        Wanted("bodytrace", silent_after=timedelta(hours=48)),
        Wanted("libreview"),
    )
    opened = [feeds.add(book, one, seal, now).feed_id for one in wanted]
    hub, scale, _ = (feeds.by_id(book, feed_id, seal) for feed_id in opened)
    with by_ourselves(book.tenant_id) as ours:
        take(ours, [*_of_hub(hub, readings, now), *_of_scale(scale, now)], now)


def _of_hub(feed: Feed, readings: Iterable[Row], now: datetime) -> Iterator[Sent]:
    since = now - timedelta(days=DAYS)
    usual = (row for row in readings if ORDINARY in row["device_id"])
    recent = [row for row in usual if datetime.fromisoformat(row["measured_at"]) > since]
    cuffs = sorted({row["device_id"] for row in recent})[:CUFFS]
    for row in recent:
        measured = datetime.fromisoformat(row["measured_at"]) + EVENING
        if row["device_id"] in cuffs and measured < now:
            yield _sent(feed, f"evening-{row['reading_id']}", _pressure(row["device_id"], measured))
    for days in range(1, 4):
        measured = now - timedelta(days=days)
        yield _sent(feed, f"stray-{days}", _pressure(STRAY_CUFF, measured))
    yield from _broken(feed, now)


def _broken(feed: Feed, now: datetime) -> Iterator[Sent]:
    """Give what waits in quarantine, each for another reason."""
    first, second, third = (now - timedelta(hours=hours) for hours in (30, 20, 3))
    whole = msgspec.json.encode([_pressure(STRAY_CUFF, first)[0]])
    yield _message(feed, "torn", whole[: len(whole) // 2], first)
    timeless = _pressure(STRAY_CUFF, second)[0]
    del timeless["timestamp"]
    yield _message(feed, "timeless", msgspec.json.encode([timeless]), second)
    other = _pressure(STRAY_CUFF, third)[0] | {"value_1": "141"}
    yield _message(feed, "stray-1", msgspec.json.encode([other]), third)


def _of_scale(feed: Feed, now: datetime) -> Iterator[Sent]:
    """Give weights of a scale that nobody has, from a vendor that has sent nothing since."""
    for days in range(5, DAYS):
        measured = now - timedelta(days=days)
        said = {
            "deviceId": STRAY_SCALE,
            "ts": int(measured.timestamp()) * 1000,
            "batteryVoltage": 5294,
            "values": {"unit": 1, "weight": 81_000 + 100 * days},
        }
        yield _message(feed, f"weight-{days}", msgspec.json.encode(said), measured)


def _pressure(device: str, measured: datetime) -> tuple[Row, datetime]:
    sent = {
        "metric": "blood_pressure",
        "device_name": "Made-up cuff",
        "hwi_device_id": device,
        "hardware_uuid": f"MADE-UP-{device}",
        "sensor_code": "10",
        "value_1": str(118 + measured.day % 11),
        "value_2": str(72 + measured.day % 7),
        "timestamp": measured.isoformat(timespec="seconds"),
    }
    return sent, measured


def _sent(feed: Feed, name: str, told: tuple[Row, datetime]) -> Sent:
    sent, measured = told
    return _message(feed, name, msgspec.json.encode([sent]), measured)


def _message(feed: Feed, name: str, body: bytes, measured: datetime) -> Sent:
    """Give a message as its door hands it over, 40 seconds after it was measured."""
    received = measured + timedelta(seconds=40)
    by = feed.proofs.authenticity
    return Sent(feed.source, name, body, by, received, feed_id=feed.feed_id)
