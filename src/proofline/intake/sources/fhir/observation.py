"""An Observation becomes a readings row, or a reason why it is none.

Decisions, each for want of a rule that says it:

* `measured_at` is effectiveDateTime or effectiveInstant; of an effectivePeriod the start (its end
  if no start was sent), as HL7 v2 takes OBR-7 for when an observation was made.
* `received_at` is meta.lastUpdated, when a server is known to have had it, else `issued`, else
  blank, which is unknown. A later export can only make it later, never too early.
* `reading_id` is the server's id. In a transaction that asks a server to create it, the id is good
  for that message only: there an identifier serves, else a digest of what was measured.
* What is told around the value is in `circumstances`, the value itself in `measured`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from proofline.intake.sources.fhir.circumstances import Told
from proofline.intake.sources.fhir.decoding import element, elements
from proofline.intake.sources.fhir.files import stable
from proofline.intake.sources.fhir.measured import Measurements, What
from proofline.intake.sources.fhir.primitives import Instant, day, is_sent, told_instant
from proofline.intake.sources.fhir.references import token
from proofline.intake.sources.fhir.shapes import ABSENT, Identifier, Period

if TYPE_CHECKING:
    from proofline.intake.sources.fhir.files import Message
    from proofline.intake.sources.fhir.shapes import Observation
    from proofline.intake.sources.fhir.words import Why

Row = dict[str, str]
_RESULTS = frozenset({"preliminary", "final", "amended", "corrected"})
_WITHDRAWN = "entered-in-error"
_NOTHING = frozenset({b"[]", b"null"})
_DIGEST_LENGTH = 32  # hex digits: 128 bits


class Origin(Struct, frozen=True, gc=False):
    """Where an Observation came from: the cells that its provenance has of it, and the message.

    `posted`: the sender asked a server to create it, so its id is only for this message.
    """

    payload: Row
    message: Message
    posted: bool = False


class Reading(Struct, gc=False):
    """A reading as its two rows, and the kind of device that makes such."""

    row: Row
    provenance: Row
    kind: str


class Came(Struct, gc=False):
    """What an Observation came to: readings, and why none or what is to be known of them."""

    readings: list[Reading]
    said: tuple[Why, ...] = ()


class Readings:
    """Reads Observations; what repeats in them is interpreted once."""

    def __init__(self) -> None:
        self._measurements = Measurements()

    def read(self, sent: Observation, told: Told, origin: Origin, where: str) -> Came:
        """Read one Observation whose circumstances are told; `where` it stood in its file.

        Errors: Unreadable if an element is not as FHIR has it.
        """
        if sent.status not in _RESULTS or told.of_device or told.refused:
            return Came([], (_why_none(sent, told),))
        measured = self._measurements.of(sent)
        if measured.refused:
            return Came([], (measured.refused,))
        path, measured_sent = _effective(sent)
        measured_at = told_instant(measured_sent)
        if measured_at is None:
            return Came([], (_untimed(sent, path, measured_sent),))
        said = told.notes
        for what in measured.what:
            said = what.notes + said
        received_sent = sent.meta.last_updated or sent.issued
        received_at = told_instant(received_sent) if received_sent else _UNKNOWN
        if received_at is None:
            received_at = _UNKNOWN
            said += (("bad_received", "meta.lastUpdated" if sent.meta.last_updated else "issued"),)
        readings = []
        for what in measured.what:
            cells = {
                **told.reading,
                **what.reading,
                "measured_at": measured_at.text,
            }
            reading_id, message_id = _ids(sent, cells, what, origin)
            row = {"reading_id": reading_id, **cells}
            provenance = {
                "reading_id": reading_id,
                **origin.payload,
                **told.provenance,
                **what.provenance,
                "measured_sent": measured_sent,
            }
            if where:
                provenance["payload_place"] = where
            if measured_at.offset_minutes:
                provenance["offset_minutes"] = measured_at.offset_minutes
            if received_at.text:
                row["received_at"] = provenance["received_at"] = received_at.text
            if message_id:
                row["source_message_id"] = provenance["message_id"] = message_id
            readings.append(Reading(row, provenance, what.kind))
        return Came(readings, said)


_UNKNOWN = Instant("", "")


def withdrawn_id(sent: Observation, origin: Origin) -> str:
    """Give the id of a reading that its sender takes back, or a blank."""
    return stable(sent.id, posted=origin.posted) if sent.status == _WITHDRAWN else ""


def _why_none(sent: Observation, told: Told) -> Why:
    if told.of_device:
        return "of_a_device", "subject"
    if sent.status == _WITHDRAWN:
        return "withdrawn", "status"
    if sent.status not in _RESULTS:
        return "not_a_result", "status", sent.status or "missing"
    return told.refused


def _effective(sent: Observation) -> tuple[str, str]:
    """Give the time of measurement as sent, and in which field; blanks if there is none."""
    if sent.effective_period is sent.effective_timing is ABSENT:
        if sent.effective_date_time and not sent.effective_instant:
            return "effectiveDateTime", sent.effective_date_time
        if sent.effective_instant and not sent.effective_date_time:
            return "effectiveInstant", sent.effective_instant
    if sent.effective_date_time or sent.effective_instant or is_sent(sent.effective_timing):
        return "effective[x]", ""
    period = element(bytes(sent.effective_period), Period, "effectivePeriod") or Period()
    return (
        ("effectivePeriod.start", period.start)
        if period.start
        else (
            "effectivePeriod.end",
            period.end,
        )
    )


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


def _ids(sent: Observation, cells: Row, what: What, origin: Origin) -> tuple[str, str]:
    """Give the id of the reading and that of the message that brought it."""
    own_id = sent.id
    if origin.posted:
        own_id = stable(own_id, posted=True)
    message_id = origin.message.id or own_id
    if not own_id:
        identifiers = elements(bytes(sent.identifier), Identifier, "identifier")
        own_id = next(filter(None, map(token, identifiers)), "")
    if own_id:
        return f"{own_id}#{what.part}" if what.part else own_id, message_id
    columns = ("patient_id", "device_id", "metric", "value", "value_2", "unit", "measured_at")
    content = msgspec.json.encode([cells.get(column, "") for column in columns])
    return f"sha256-{hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]}", message_id
