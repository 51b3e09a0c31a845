"""The running timer of whoever is signed in, and a call that was logged by mistake."""

from __future__ import annotations

from datetime import datetime

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done, Reason
from proofline.desk.care import calling
from proofline.desk.hours import timing
from proofline.desk.roles import permit
from proofline.store.work import timers


class TimerNow(msgspec.Struct, frozen=True):
    """The timer that runs, and when its person was last seen at it; null where none runs."""

    enrollment_id: str | None
    activity: str | None
    started_at: datetime | None
    seen_at: datetime | None


class TimerGone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which enrollment the timer runs, and why its time is not logged."""

    enrollment_id: str
    reason: str


@route("GET timer", "", "time.log", of=TimerNow)
def get_timer(asked: Asked) -> object:
    """The timer of whoever is signed in."""
    permit(asked.book, "time.log")
    now = timers.running(asked.book)
    if now is None:
        return TimerNow(None, None, None, None)
    return TimerNow(now.enrollment_id, now.activity, now.started_at, now.seen_at)


@route("POST timer/alive", "", "time.log", of=Done)
def keep_timer_alive(asked: Asked) -> object:
    """Say that one is at it still; a timer without a word ends at the last one."""
    permit(asked.book, "time.log")
    timing.sign_of_life(asked.book, asked.at)
    return Done()


@route("POST timer/discard", "", "time.log", of=Done, body=TimerGone)
def discard_timer(asked: Asked) -> object:
    """Let one's timer go; its time is not logged."""
    said: TimerGone = asked.body
    timing.discard(asked.book, said.enrollment_id, said.reason, asked.at)
    return Done()


@route("POST calls/{call_id}/withdraw", "write:calls", "call.log", of=Done, body=Reason)
def withdraw_call(asked: Asked) -> object:
    """Say that a call of one's own was logged by mistake."""
    calling.withdraw(asked.book, asked.ids["call_id"], asked.body.reason, asked.at)
    return Done()


HOURS = (get_timer, keep_timer_alive, discard_timer, withdraw_call)
