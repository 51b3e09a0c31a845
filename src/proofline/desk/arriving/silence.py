"""Devices that a patient has, and feeds, that say nothing any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from proofline.desk.arriving.feeds import health
from proofline.desk.cells import instant
from proofline.desk.roles import permit
from proofline.desk.trouble import refuse_silence
from proofline.store.book import Book
from proofline.store.trouble import not_visible
from proofline.store.work import alerts
from proofline.store.work.alerts import Waiting
from proofline.store.work.silence import Worn, worn

FEED_SILENT = "feed_silent"
"""The kind of an alert that is about a feed, and about no patient."""

SILENT = timedelta(days=3)
"""Policy of ours, no source found: a device that should be used daily, and was not for so long."""


def silent_devices(book: Book, at: datetime) -> list[Worn]:
    """Give the devices that are with a patient now and have been silent. Errors: NotAllowed."""
    permit(book, "message.release")
    border = (at - SILENT).astimezone(UTC)
    day = border.date().isoformat()
    return [
        one
        for one in worn(book.tenant_id)
        if one.since < day and (one.last is None or one.last < border)
    ]


def listen_to_feeds(book: Book, at: datetime) -> int:
    """Raise an alert for each open feed that has been silent for longer than it was opened for.

    Gives how many are new; a silence is one alert, however often this is asked. Errors: NotAllowed.
    """
    permit(book, "alert.raise")
    found = 0
    for one in health(book, at):
        if one.state == "silent":
            since = one.heard.last or one.feed.opened_at
            subject = f"{one.feed.feed_id} since {instant(since)}"
            found += alerts.raise_alert(book, "", FEED_SILENT, subject, at=at)
    return found


def feed_alerts(book: Book) -> list[Waiting]:
    """Give the alerts about feeds that nobody has closed, the oldest first. Errors: NotAllowed."""
    permit(book, "message.release")
    return alerts.waiting(book.tenant_id, (FEED_SILENT,))


def close_feed_alert(book: Book, alert_id: int, outcome: str, at: datetime) -> None:
    """Close an alert about a feed with what was done.

    Errors: NotAllowed; NotVisible if none such is open; DeskError without words.
    """
    permit(book, "message.release")
    refuse_silence(outcome, "Closing an alert")
    with book.act("alert.close", at, outcome) as act:
        if alert_id not in {one.alert_id for one in feed_alerts(book)}:
            raise not_visible()
        alerts.close(book, alert_id, outcome, at)
        act.vouch("alert.close", {"alert": alert_id})
