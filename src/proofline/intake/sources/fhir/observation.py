"""An Observation becomes a readings row, or a reason why it is none.

Decisions, each for want of a rule that says it:

* `measured_at` is effectiveDateTime or effectiveInstant, or the one event of an effectiveTiming; of
  an effectivePeriod the start (its end if no start was sent), as HL7 v2 takes OBR-7 for when an
  observation was made. A period of a day or more is no reading's (see `moments`).
* `received_at` is meta.lastUpdated, when a server is known to have had it, else `issued`, else
  blank, which is unknown. A later export can only make it later, never too early.
* `reading_id` is the server's id. In a transaction that asks a server to create it, the id is good
  for that message only: there an identifier serves, else a digest of what was measured.
* `preliminary`: see the policy of that name. What the device itself says is no measurement (in
  `interpretation`, by the Personal Health Device guide) is none.
* What is told around the value is in `circumstances`, the value itself in `measured`.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import msgspec
from msgspec import Struct

from proofline.intake.additions import CleanRow
from proofline.intake.measurements.measurement import Said
from proofline.intake.measurements.moments import SUMMED_UP, lasted
from proofline.intake.measurements.preliminary import until_final
from proofline.intake.sources.fhir import codes
from proofline.intake.sources.fhir.circumstances import Told
from proofline.intake.sources.fhir.decoding import element, elements
from proofline.intake.sources.fhir.files import stable
from proofline.intake.sources.fhir.measured import Measurements, What
from proofline.intake.sources.fhir.primitives import day, instant, is_sent, told_instant
from proofline.intake.sources.fhir.references import token
from proofline.intake.sources.fhir.shapes import ABSENT, Concept, Identifier, Period, Timing

if TYPE_CHECKING:
    from proofline.intake.measurements.measurement import Entry
    from proofline.intake.report import Place
    from proofline.intake.sources.fhir.files import Message
    from proofline.intake.sources.fhir.shapes import Observation
    from proofline.intake.sources.fhir.words import Why

Row = dict[str, str]
_PRELIMINARY = "preliminary"
FINAL = frozenset({"final", "amended", "corrected"})
_WITHDRAWN = "entered-in-error"
_TAKEN_BACK = frozenset({_WITHDRAWN, "cancelled"})
_NOTHING = frozenset({b"[]", b"null"})
_DIGEST_LENGTH = 32  # hex digits: 128 bits


class Origin(Struct, frozen=True, gc=False):
    """Where an Observation came from: the cells that its provenance has of it, and the message.

    `posted`: the sender asked a server to create it, so its id is only for this message.
    """

    payload: Row
    message: Message
    posted: bool = False


class Came(Struct, gc=False):
    """What an Observation came to: rows, what they measure, and what is to be said of it."""

    rows: list[CleanRow] = []
    what: tuple[What, ...] = ()
    said: tuple[Why, ...] = ()


class _Times(Struct, gc=False):
    """When it was measured, as sent and as kept, with the offset; when it arrived, if known."""

    sent: str
    measured_at: str
    offset_minutes: str
    received_at: str


class Readings:
    """Reads Observations; what repeats in them is interpreted once."""

    def __init__(self) -> None:
        self.measurements = Measurements()

    def read(self, sent: Observation, told: Told, origin: Origin, place: Place) -> Came:
        """Read one Observation whose circumstances are told.

        Errors: Unreadable if an element is not as FHIR has it.
        """
        if not _is_result(sent) or told.of_device or told.refused:
            return Came(said=(_why_none(sent, told),))
        if sent.interpretation is not ABSENT and (why := _not_measured(sent)):
            return Came(said=(why,))
        measured = self.measurements.of(sent)
        if measured.refused:
            return Came(said=(measured.refused,))
        path, measured_sent = _effective(sent)
        at = told_instant(measured_sent)
        if at is None:
            return Came(said=(_untimed(sent, path, measured_sent),))
        if sent.effective_period is not ABSENT and (why := _not_at_once(sent)):
            return Came(said=(why,))
        received_sent = sent.meta.last_updated or sent.issued
        received = told_instant(received_sent) if received_sent else _UNKNOWN
        said = measured.notes + told.notes
        if sent.status == _PRELIMINARY:
            said += (("preliminary", "status", sent.status),)
        if received is None:
            received = _UNKNOWN
            said += (("bad_received", "meta.lastUpdated" if sent.meta.last_updated else "issued"),)
        times = _Times(measured_sent, at[0], at[1], received[0])
        rows: list[CleanRow] = []
        for what in measured.what:
            row = _reading(told, what, times)
            came = _provenance(told, what, times, place.where)
            _name(sent, what, origin, (row, came))
            _settle_entry(sent, what, row, came)
            rows.append(CleanRow("readings", row, place))
            rows.append(CleanRow("provenance", came, place))
        return Came(rows, measured.what, said)


_UNKNOWN = ("", "")


def _reading(told: Told, what: What, times: _Times) -> Row:
    """Fill a row whose columns are all there already: that is quicker than to make a new one."""
    row = told.reading.copy()
    row["metric"] = what.metric
    row["value"] = what.value
    row["value_2"] = what.value_2
    row["unit"] = what.unit
    row["measured_at"] = times.measured_at
    row["received_at"] = times.received_at
    for column in what.blank:
        del row[column]
    if not times.received_at:
        del row["received_at"]
    return row


def _provenance(told: Told, what: What, times: _Times, where: str) -> Row:
    row = told.provenance.copy()
    row["received_at"] = times.received_at
    row["payload_place"] = where
    row["value_sent"] = what.value_sent
    row["value_2_sent"] = what.value_2_sent
    row["unit_sent"] = what.unit_sent
    row["measured_sent"] = times.sent
    row["offset_minutes"] = times.offset_minutes
    for column in what.blank_sent:
        del row[column]
    if not (where and times.received_at and times.offset_minutes):
        for column in ("received_at", "payload_place", "offset_minutes"):
            if not row[column]:
                del row[column]
    return row


def _is_result(sent: Observation) -> bool:
    return sent.status in FINAL or sent.status == _PRELIMINARY


def _not_measured(sent: Observation) -> Why:
    said = elements(bytes(sent.interpretation), Concept, "interpretation")
    by_device = codes.not_measured(said)
    return ("not_measured", "interpretation", by_device) if by_device else ()


def _settle_entry(sent: Observation, what: What, row: Row, came: Row) -> None:
    """Have both rows say what of how it was entered the value and the status know better.

    A value that was typed was so whatever its device; of a preliminary result nobody knows yet.
    """
    if what.by_hand and row["entry"] != "manual":
        row["entry"], came["entry_said"] = "manual", what.by_hand
    if sent.status != _PRELIMINARY:
        return
    entry = Said(cast("Entry", row["entry"]), came.get("entry_said", ""))
    doubted = until_final(entry, f"status={_PRELIMINARY}")
    row["entry"] = doubted.word
    if doubted.field:
        came["entry_said"] = doubted.field


def is_withdrawn(sent: Observation) -> bool:
    """Say whether its sender takes it back."""
    return sent.status in _TAKEN_BACK


def _why_none(sent: Observation, told: Told) -> Why:
    if told.of_device:
        return "of_a_device", "subject"
    if sent.status == _WITHDRAWN:
        return "withdrawn", "status"
    if not _is_result(sent):
        return "not_a_result", "status", sent.status or "missing"
    return told.refused


def _effective(sent: Observation) -> tuple[str, str]:
    """Give the time of measurement as sent, and in which field; blanks if there is none."""
    if sent.effective_period is sent.effective_timing is ABSENT:
        if sent.effective_date_time and not sent.effective_instant:
            return "effectiveDateTime", sent.effective_date_time
        if sent.effective_instant and not sent.effective_date_time:
            return "effectiveInstant", sent.effective_instant
    if sent.effective_date_time or sent.effective_instant:
        return "effective[x]", ""
    if is_sent(sent.effective_timing):
        return "effectiveTiming.event", _only_event(sent)
    period = _period(sent)
    return (
        ("effectivePeriod.start", period.start)
        if period.start
        else (
            "effectivePeriod.end",
            period.end,
        )
    )


def _only_event(sent: Observation) -> str:
    """Give the time of a schedule that is one event and no more, else a blank."""
    timing = element(bytes(sent.effective_timing), Timing, "effectiveTiming") or Timing()
    is_one = len(timing.event) == 1 and timing.repeat is timing.code is ABSENT
    return timing.event[0] if is_one and sent.effective_period is ABSENT else ""


def _period(sent: Observation) -> Period:
    return element(bytes(sent.effective_period), Period, "effectivePeriod") or Period()


def _not_at_once(sent: Observation) -> Why:
    """Say why a value of a period is no reading's: it is too long, or runs backwards."""
    period = _period(sent)
    start, end = instant(period.start), instant(period.end)
    length = lasted(start, end) if start and end else None
    if length is None:
        return ()
    if length < timedelta(0):
        return "bad_time", "effectivePeriod.end"
    return ("summary", "effectivePeriod") if length >= SUMMED_UP else ()


def _untimed(sent: Observation, path: str, measured_sent: str) -> Why:
    if measured_sent:
        return "date_only" if day(measured_sent) else "bad_time", path
    singles = [sent.effective_date_time, sent.effective_instant]
    others = [sent.effective_period, sent.effective_timing]
    if sum(map(bool, singles)) + sum(map(is_sent, others)) > 1:
        return "choice", "effective[x]", "effective[x]"
    if is_sent(sent.effective_timing):
        return "schedule", "effectiveTiming"
    return "no_time", "effective"


def _name(sent: Observation, what: What, origin: Origin, rows: tuple[Row, Row]) -> None:
    """Give both rows the id of the reading and that of the message that brought it."""
    row, came = rows
    own_id = stable(sent.id, posted=True) if origin.posted else sent.id
    message_id = origin.message.id or own_id
    if message_id:
        row["source_message_id"] = came["message_id"] = message_id
    else:
        del row["source_message_id"], came["message_id"]
    if not own_id:
        identifiers = elements(bytes(sent.identifier), Identifier, "identifier")
        own_id = next(filter(None, map(_plain, map(token, identifiers))), "")
    if own_id and what.part:
        own_id = f"{own_id}#{what.part}"
    row["reading_id"] = came["reading_id"] = own_id or _digest(row)


def _plain(identifier: str) -> str:
    """Leave out what no cell may hold; blanks stay, for readings are known by them already."""
    return identifier.replace("\0", "")


def _digest(row: Row) -> str:
    columns = ("patient_id", "device_id", "metric", "value", "value_2", "unit", "measured_at")
    content = msgspec.json.encode([row.get(column, "") for column in columns])
    return f"sha256-{hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]}"
