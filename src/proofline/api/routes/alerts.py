"""Alerts: what needs somebody, who takes it, what was done, and what was closed by mistake."""

from __future__ import annotations

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done, number_of
from proofline.desk.care import alerts
from proofline.store.work.alerts import Waiting


class Taking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an alert is taken over; blank where it is nobody's yet."""

    reason: str = ""


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done about an alert."""

    outcome: str


class Reopening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an alert should not have been closed."""

    reason: str


@route("GET alerts", "read:alerts", "alert.handle", of=Waiting, gives="list")
def list_alerts(asked: Asked) -> object:
    """Alerts that are not closed, the oldest first."""
    return alerts.waiting(asked.book, asked.at)


@route("POST alerts/{alert_id}/take", "write:alerts", "alert.handle", of=Done, body=Taking)
def take_alert(asked: Asked) -> object:
    """Make an alert one's own."""
    alerts.take(asked.book, number_of(asked.ids["alert_id"]), asked.at, asked.body.reason)
    return Done()


@route("POST alerts/{alert_id}/close", "write:alerts", "alert.handle", of=Done, body=Closing)
def close_alert(asked: Asked) -> object:
    """Close an alert of one's own with what was done."""
    alerts.close(asked.book, number_of(asked.ids["alert_id"]), asked.body.outcome, asked.at)
    return Done()


@route("POST alerts/{alert_id}/reopen", "write:alerts", "alert.handle", of=Done, body=Reopening)
def reopen_alert(asked: Asked) -> object:
    """Open an alert again that was closed by mistake; it is one's own then."""
    alerts.reopen(asked.book, number_of(asked.ids["alert_id"]), asked.body.reason, asked.at)
    return Done()


ALERTS = (list_alerts, take_alert, close_alert, reopen_alert)
