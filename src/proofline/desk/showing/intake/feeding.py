"""Every feed with its health, and how much it brought on each of the last days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from proofline.desk.arriving.feeds import Health, health, is_sealed_off
from proofline.desk.arriving.fetching import granting
from proofline.desk.arriving.proof.proving import NEEDS_MAPPING, scheme_of, schemes
from proofline.desk.arriving.proof.sealing import Seal
from proofline.desk.care.alerts import SILENT
from proofline.intake import source, source_names
from proofline.store.book import Book
from proofline.store.feeding import messages, nobodys
from proofline.store.feeding.rates import Rate, rates
from proofline.store.work import alerts

DAYS = 14
"""Days that the picture of a feed has, today last."""

MOST = 50
"""Devices that a list names; whether there are more it says."""

_TALL, _WIDE = 24, 8
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a feed, as drawn: where it stands, how tall, and of that how much waits."""

    day: date
    messages: int
    held: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed: how it does, what its source is called, and its last days.

    `fetched` is whether the vendor only announces readings, so that people grant us their tokens;
    `sealed_off`, whether nothing comes in by it, since its secret does not open.
    """

    health: Health
    title: str
    scheme: str
    bars: tuple[Bar, ...]
    week: int
    fetched: bool
    sealed_off: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A source that a feed can have: its name, its title, and how its vendor proves itself."""

    name: str
    title: str
    scheme: str


@dataclass(frozen=True, slots=True)
class FeedsPage:
    """All feeds, open ones first, what waits elsewhere, and what a new feed can be.

    `silent_devices` counts open alerts: the worker listens at night, this page only reads.
    """

    feeds: tuple[FeedRow, ...]
    silent: int
    held: int
    silent_devices: int
    nobodys: int
    more_nobodys: bool
    kinds: tuple[Kind, ...]
    schemes: tuple[tuple[str, str], ...]


def feeds_page(book: Book, at: datetime, seal: Seal) -> FeedsPage:
    """Lay out the feeds, whose secrets were sealed under a key. Errors: NotAllowed."""
    found = health(book, at)
    first = at.astimezone(UTC).date() - timedelta(days=DAYS - 1)
    by_feed: dict[str, list[Rate]] = {}
    for one in rates(book.tenant_id, datetime.combine(first, time(), UTC)):
        by_feed.setdefault(one.feed_id, []).append(one)
    rows = [
        _row(
            one, by_feed.get(one.feed.feed_id, []), first, sealed_off=is_sealed_off(one.feed, seal)
        )
        for one in found
    ]
    lost = nobodys.devices(book.tenant_id, MOST + 1)
    return FeedsPage(
        feeds=tuple(sorted(rows, key=lambda row: row.health.state == "closed")),
        silent=sum(one.state == "silent" for one in found),
        held=messages.how_many_held(book.tenant_id),
        silent_devices=alerts.how_many(book.tenant_id, SILENT),
        nobodys=len(lost[:MOST]),
        more_nobodys=len(lost) > MOST,
        kinds=kinds(mapped=True),
        schemes=tuple((name, one.title) for name, one in schemes().items()),
    )


def kinds(*, mapped: bool = False) -> tuple[Kind, ...]:
    """Give every source that says by itself what it tells, or with a mapping any, by its title."""
    names = (name for name in source_names() if mapped or name != NEEDS_MAPPING)
    found = [Kind(name, source(name).TITLE, scheme_of(name)) for name in names]
    return tuple(sorted(found, key=lambda kind: kind.title.lower()))


def _row(one: Health, brought: list[Rate], first: date, *, sealed_off: bool) -> FeedRow:
    tallest = max((rate.messages for rate in brought), default=0)
    by_day = {rate.day: rate for rate in brought}
    days = [first + timedelta(days=number) for number in range(DAYS)]
    bars = tuple(
        _bar(number, by_day.get(day) or Rate("", day, 0, 0), tallest)
        for number, day in enumerate(days)
    )
    return FeedRow(
        health=one,
        title=source(one.feed.source).TITLE,
        scheme=schemes()[one.feed.scheme].title,
        bars=bars,
        week=sum(bar.messages for bar in bars[-_WEEK:]),
        fetched=one.feed.source == granting.SOURCE,
        sealed_off=sealed_off,
    )


def _bar(number: int, rate: Rate, tallest: int) -> Bar:
    height = max(2, round(_TALL * rate.messages / tallest)) if rate.messages else 1
    return Bar(rate.day, rate.messages, rate.held, number * _WIDE, _TALL - height, height)
