"""An Observation becomes a readings row, or a reason why it is none.

Decisions, each for want of a rule that says it:

* `measured_at` is effectiveDateTime or effectiveInstant; of an effectivePeriod the start (its end
  if no start was sent), as HL7 v2 takes OBR-7 for when an observation was made.
* `received_at` is meta.lastUpdated, when a server is known to have had it, else `issued`, else
  blank, which is unknown. A later export can only make it later, never too early.
* `reading_id` is the server's id. In a transaction that asks a server to create it, the id is good
  for that message only: there an identifier serves, else a digest of what was measured.
* `time_quality` is `estimated` if the coincident time stamp shows a faulted device clock, `device`
  if it shows a working one, else blank.
* `test` and `ambiguous_person` are set only by what says so; FHIR has nothing that denies them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from proofline.intake.report import Trouble
from proofline.intake.sources.fhir.entry import (
    DeviceSign,
    Signs,
    entry_of,
    is_noted_by_hand,
    is_passed_on,
    method_token,
)
from proofline.intake.sources.fhir.files import decoded, is_test
from proofline.intake.sources.fhir.measured import Measured, measured
from proofline.intake.sources.fhir.primitives import day, eui_64, instant, is_sent
from proofline.intake.sources.fhir.references import Directory, Target, token
from proofline.intake.sources.fhir.shapes import Observation
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from proofline.intake.report import Place
    from proofline.intake.sources.fhir.files import Found

_RESULTS = frozenset({"preliminary", "final", "amended", "corrected"})
_COINCIDENT = "http://hl7.org/fhir/uv/phd/StructureDefinition/CoincidentTimeStampReference"
_DIGEST_LENGTH = 32  # hex digits: 128 bits


class Surroundings(Struct):
    """What must be known around an Observation to read it.

    `devices`: by id, what naming one shows; `clocks`: whether the device clock was faulted, by our
    id of a coincident time stamp.
    """

    directory: Directory
    devices: dict[str, DeviceSign]
    clocks: dict[str, bool]


class Reading(Struct):
    """What an Observation came to: a row or none, the troubles, and what was withdrawn."""

    row: dict[str, str] | None = None
    troubles: list[Trouble] = []
    withdrawn_id: str = ""


def read(found: Found, around: Surroundings) -> Reading:
    """Read one Observation; all that is wrong with it comes back in the troubles."""
    observation = decoded(found.body, Observation, found.place)
    if isinstance(observation, Trouble):
        return Reading(troubles=[observation])
    subject = around.directory.leads_to(observation.subject, found, "Patient")
    refused = _why_none(observation, subject, found.place)
    if refused:
        withdrawn = found.stable_id if refused.code == "withdrawn" else ""
        return Reading(troubles=[refused], withdrawn_id=withdrawn)
    what, said = measured(observation, found.place)
    if what is None:
        return Reading(troubles=said)
    measured_at, untimed = _measured_at(observation, found.place)
    if untimed:
        return Reading(troubles=[*said, untimed])
    device = around.directory.leads_to(observation.device, found, "Device")
    said += _said_of_device(device, subject, found.place, around)
    if not (device.id or subject.id):
        return Reading(troubles=said)
    row = _row(what, measured_at, subject=subject, device=device)
    row |= _told(observation, found, around, device)
    row["received_at"] = _received_at(observation, found.place, said)
    row["source_message_id"] = found.message.id or found.stable_id
    row["reading_id"] = _reading_id(observation, found, row)
    return Reading(row, said)


def _why_none(observation: Observation, subject: Target, place: Place) -> Trouble | None:
    if subject.type in {"Device", "DeviceMetric"}:
        return trouble(place, "of_a_device", "subject")
    if observation.status == "entered-in-error":
        return trouble(place, "withdrawn", "status")
    if observation.status not in _RESULTS:
        return trouble(place, "not_a_result", "status", observation.status or "missing")
    if subject.type not in {"", "Patient"}:
        return trouble(place, "not_of_a_patient", "subject")
    return None


def _said_of_device(
    device: Target, subject: Target, place: Place, around: Surroundings
) -> list[Trouble]:
    if not device.id:
        return [trouble(place, "no_device" if subject.id else "about_nobody", "device")]
    if device.id not in around.devices:
        return [trouble(place, "device_unknown", "device")]
    return []


def _row(what: Measured, measured_at: str, *, subject: Target, device: Target) -> dict[str, str]:
    return {
        "reading_id": "",
        "device_id": device.id or f"not-named:{subject.id}",
        "patient_id": subject.id,
        "metric": what.metric,
        "value": what.value,
        "value_2": what.value_2,
        "unit": what.unit,
        "measured_at": measured_at,
        "received_at": "",
        "entry": "",
        "time_quality": "",
        "test": "",
        "source": "fhir",
        "source_message_id": "",
        "authenticity": "file",
    }


def _measured_at(observation: Observation, place: Place) -> tuple[str, Trouble | None]:
    path, sent = _effective(observation)
    if not sent:
        if is_sent(observation.effective_timing):
            return "", trouble(place, "schedule", "effectiveTiming")
        return "", trouble(place, "no_time", "effective")
    kept = instant(sent)
    if kept is None:
        return "", trouble(place, "date_only" if day(sent) else "bad_time", path)
    return kept, None


def _effective(observation: Observation) -> tuple[str, str]:
    if observation.effective_date_time:
        return "effectiveDateTime", observation.effective_date_time
    if observation.effective_instant:
        return "effectiveInstant", observation.effective_instant
    period = observation.effective_period
    if period and period.start:
        return "effectivePeriod.start", period.start
    return "effectivePeriod.end", period.end if period else ""


def _received_at(observation: Observation, place: Place, said: list[Trouble]) -> str:
    sent = observation.meta.last_updated or observation.issued
    kept = instant(sent) if sent else ""
    if kept is None:
        path = "meta.lastUpdated" if observation.meta.last_updated else "issued"
        said.append(trouble(place, "bad_received", path))
        return ""
    return kept


def _told(
    observation: Observation, found: Found, around: Surroundings, device: Target
) -> dict[str, str]:
    """Say what the fields around the value tell: entry, time quality, test."""
    performers = [
        around.directory.leads_to(one, found, "Patient").type for one in observation.performer
    ]
    signs = Signs(
        method=method_token(observation),
        by_hand=is_noted_by_hand(observation),
        device=_device_sign(device, around),
        passed_on=is_passed_on(observation),
        performers=frozenset(performers),
    )
    test = found.message.test or is_test(observation)
    return {
        "entry": entry_of(signs),
        "time_quality": _time_quality(observation, found, around),
        "test": "true" if test else "",
    }


def _device_sign(device: Target, around: Surroundings) -> DeviceSign:
    if not device.id:
        return "none"
    return around.devices.get(device.id) or ("proven" if eui_64(device.id) else "named")


def _time_quality(observation: Observation, found: Found, around: Surroundings) -> str:
    for one in observation.extension:
        if one.url == _COINCIDENT:
            stamp = around.directory.leads_to(one.value_reference, found, "Observation")
            faulted = around.clocks.get(stamp.id)
            return "" if faulted is None else "estimated" if faulted else "device"
    return ""


def _reading_id(observation: Observation, found: Found, row: dict[str, str]) -> str:
    named = found.stable_id or next(filter(None, map(token, observation.identifier)), "")
    if named:
        return named
    columns = ("patient_id", "device_id", "metric", "value", "value_2", "unit", "measured_at")
    content = msgspec.json.encode([row[column] for column in columns])
    return f"sha256-{hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]}"
