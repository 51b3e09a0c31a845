"""What things are called on paper: outcomes, measures, roles, the codes' marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from proofline.intake.measurements import metrics

if TYPE_CHECKING:
    from datetime import date, datetime

    from proofline.packet.packet import Packet, Row

MEASURED = {
    metrics.BLOOD_PRESSURE: "Blood pressure",
    metrics.WEIGHT: "Body weight",
    metrics.OXYGEN_SATURATION: "Oxygen saturation",
    "2708-6": "Oxygen saturation",
    metrics.SYSTOLIC: "Systolic pressure",
    metrics.DIASTOLIC: "Diastolic pressure",
    metrics.HEART_RATE: "Heart rate",
    metrics.RESPIRATION: "Breathing rate",
    metrics.TEMPERATURE: "Body temperature",
    metrics.PEAK_FLOW: "Peak flow",
    metrics.FEV1: "FEV1",
    **dict.fromkeys(metrics.GLUCOSE_CAPILLARY.values(), "Glucose, finger prick"),
    **dict.fromkeys(metrics.GLUCOSE_BLOOD.values(), "Glucose in blood"),
    **dict.fromkeys(metrics.GLUCOSE_SENSOR.values(), "Glucose, worn sensor"),
}
"""Our words for LOINC codes; the code always stands beside them."""

ROLES = {
    "physician": "physician",
    "npp": "non-physician practitioner",
    "clinical_staff": "clinical staff",
    "auxiliary": "auxiliary personnel",
    "therapist": "therapist",
}
BASES = {
    "cleared": "510(k) cleared",
    "exempt": "exempt from 510(k)",
    "de_novo": "De Novo",
    "eua": "emergency use authorization",
    "none": "no medical device",
}

ABBREVIATIONS = (
    ("CPT", "Current Procedural Terminology, the code set of the American Medical Association"),
    ("RPM, RTM", "remote physiologic monitoring, remote therapeutic monitoring"),
    ("CCM, PCM, BHI, APCM", "chronic, principal, behavioral and advanced primary care management"),
    ("FDA, 510(k), UDI-DI", "Food and Drug Administration, its clearance, a device's identifier"),
    ("NPI", "National Provider Identifier"),
    ("UTC", "coordinated universal time; a local day is the patient's own"),
    ("LOINC, UCUM", "codes of what is measured, and of its units"),
    ("SHA-256, digest", "a number of 64 signs that changes when any byte of a file changes"),
    (
        "gate, hold, warn",
        "a requirement that refuses, one that waits for a person, one that only tells",
    ),
    (
        "grade A, B, C, K",
        "official text read; seen through its readers; a vendor alone; remembered",
    ),
)


def measured(metric: str) -> str:
    """Name a measure with its LOINC code."""
    name = MEASURED.get(metric)
    return f"{name}, LOINC {metric}" if name else f"LOINC {metric}"


def value(first: str | None, second: str | None) -> str:
    """Write a value, of a blood pressure both."""
    if first is None:
        return "no value"
    return first if second is None else f"{first}/{second}"


def at(instant: datetime | None) -> str:
    """Write an instant in the time it is given in, with its offset; nothing for an unknown one."""
    if instant is None:
        return ""
    text = instant.isoformat(sep=" ", timespec="seconds")
    return text.replace("+00:00", "Z")


def local(instant: datetime | None, packet: Packet) -> str:
    """Write an instant on the patient's clock, with its offset; nothing for an unknown one."""
    return "" if instant is None else at(instant.astimezone(ZoneInfo(packet.time_zone)))


def day(one: date | None) -> str:
    """Write a day; nothing for an unknown one."""
    return "" if one is None else one.isoformat()


def yes(one: bool | None) -> str:  # noqa: FBT001 - it is a cell
    """Write yes or no; nothing for unknown."""
    return "" if one is None else ("yes" if one else "no")


def plain(one: Any) -> str:  # noqa: ANN401 - a fact is a number, a word, yes or no, or unknown
    """Write a fact as people say it."""
    if one is None:
        return "unknown"
    return yes(one) if isinstance(one, bool) else str(one)


def person(row: Row, otherwise: str | None) -> str:
    """Name somebody who works or bills, with the NPI where there is one."""
    name = row.get("name") or otherwise or ""
    return f"{name}, NPI {row['npi']}" if row.get("npi") else name


def patient(row: Row) -> str:
    """Name the patient; the id where no name is on file."""
    names = ", ".join(filter(None, (row["family_name"], row["given_name"])))
    return names or f"id {row['patient_id']}"


def outcome(word: str) -> str:
    """Write an outcome as people say it."""
    return word.replace("_", " ")
