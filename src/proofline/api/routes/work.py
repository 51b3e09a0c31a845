"""Time, calls and sign-offs: what people did."""

from __future__ import annotations

from datetime import datetime

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done, Made, Reason
from proofline.desk.billing import signing
from proofline.desk.billing.signing import Shown
from proofline.desk.care import calling
from proofline.desk.care.calling import Call, Joined, Recorded
from proofline.desk.found import row_for
from proofline.desk.hours import correcting, timing
from proofline.desk.hours.timing import Stretch
from proofline.desk.requests import lists
from proofline.store.work.versions import Version


class TypedTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Time that no timer ran for: what, from when to when, and why it is typed."""

    enrollment_id: str
    activity: str
    started_at: datetime
    ended_at: datetime
    reason: str

    @property
    def stretch(self) -> Stretch:
        """The stretch of work itself."""
        return Stretch(self.enrollment_id, self.activity, self.started_at, self.ended_at)


class TimerStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which enrollment a timer is to run, and what is done."""

    enrollment_id: str
    activity: str


class TimerStop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done, in a few words."""

    note: str = ""


class CallRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One record of the telephone system: its id, the number that was called, when it began."""

    record_id: str
    number: str
    started_at: datetime


class CallRecords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Records of the telephone system; what became of each is told by its place, from 1 on."""

    records: tuple[CallRecord, ...]


@route(
    "GET enrollments/{enrollment_id}/time-entries",
    "read:time",
    "patient.see",
    of="time_entries",
    gives="page",
)
def list_time(asked: Asked) -> object:
    """Time logged for an enrollment."""
    which = asked.ids["enrollment_id"]
    return lists.rows_of_enrollment(asked.book, "time_entries", which, asked.place, at=asked.at)


@route("GET time-entries/{entry_id}", "read:time", "patient.see", of="time_entries")
def get_time(asked: Asked) -> object:
    """One time entry."""
    row = ("time_entries", "entry_id", asked.ids["entry_id"])
    return row_for(asked.book, "patient.see", row, asked.at)


@route("GET time-entries/{entry_id}/versions", "read:time", "patient.see", of=Version, gives="list")
def list_time_versions(asked: Asked) -> object:
    """What an entry said, and since when."""
    return correcting.history(asked.book, asked.ids["entry_id"], asked.at)


@route(
    "POST time-entries",
    "write:time",
    "time.log",
    of=Made,
    body=TypedTime,
    table="time_entries",
    status=201,
)
def type_time(asked: Asked) -> object:
    """Log time that no timer ran for."""
    said: TypedTime = asked.body
    return Made(timing.type_in(asked.book, said.stretch, said.reason, asked.at))


@route(
    "POST time-entries/{entry_id}/correct",
    "write:time",
    "time.correct",
    of=Done,
    body=TypedTime,
    table="time_entries",
)
def correct_time(asked: Asked) -> object:
    """Put an entry right, with a reason."""
    said: TypedTime = asked.body
    correcting.correct(
        asked.book, asked.ids["entry_id"], said.stretch, asked.at, reason=said.reason
    )
    return Done()


@route("POST time-entries/{entry_id}/withdraw", "write:time", "time.correct", of=Done, body=Reason)
def withdraw_time(asked: Asked) -> object:
    """Say that an entry was a mistake."""
    correcting.withdraw(asked.book, asked.ids["entry_id"], asked.body.reason, asked.at)
    return Done()


@route("POST timer/start", "", "time.log", of=Done, body=TimerStart, table="time_entries")
def start_timer(asked: Asked) -> object:
    """Start the timer of whoever is signed in."""
    timing.start(asked.book, asked.body.enrollment_id, asked.body.activity, asked.at)
    return Done()


@route("POST timer/stop", "", "time.log", of=Made, body=TimerStop)
def stop_timer(asked: Asked) -> object:
    """Stop it, and log its time."""
    return Made(timing.stop(asked.book, asked.body.note, asked.at))


@route(
    "GET enrollments/{enrollment_id}/calls",
    "read:calls",
    "patient.see",
    of="interactions",
    gives="page",
)
def list_calls(asked: Asked) -> object:
    """Calls of an enrollment."""
    which = asked.ids["enrollment_id"]
    return lists.rows_of_enrollment(asked.book, "interactions", which, asked.place, at=asked.at)


@route(
    "POST calls", "write:calls", "call.log", of=Made, body=Call, table="interactions", status=201
)
def log_call(asked: Asked) -> object:
    """Log a call when it is over."""
    return Made(calling.log(asked.book, asked.body, asked.at))


@route("POST call-records", "write:calls", "call.join", of=Joined, body=CallRecords)
def join_call_records(asked: Asked) -> object:
    """Join the telephone system's records to logged calls."""
    said: CallRecords = asked.body
    records = [
        Recorded(number, one.record_id, one.number, one.started_at)
        for number, one in enumerate(said.records, start=1)
    ]
    return calling.join(asked.book, records, asked.at)


@route(
    "GET enrollments/{enrollment_id}/sign-offs",
    "read:sign-offs",
    "patient.see",
    of="sign_offs",
    gives="page",
)
def list_sign_offs(asked: Asked) -> object:
    """Sign-offs of an enrollment."""
    which = asked.ids["enrollment_id"]
    return lists.rows_of_enrollment(asked.book, "sign_offs", which, asked.place, at=asked.at)


@route("POST sign-offs", "", "cycle.sign_off", of=Made, body=Shown, status=201)
def sign_off(asked: Asked) -> object:
    """Sign a closed period by the digest of what was shown."""
    return Made(signing.sign_off(asked.book, asked.body, asked.second_factor_at, asked.at))


WORK = (
    list_time,
    get_time,
    list_time_versions,
    type_time,
    correct_time,
    withdraw_time,
    start_timer,
    stop_timer,
    list_calls,
    log_call,
    join_call_records,
    list_sign_offs,
    sign_off,
)
