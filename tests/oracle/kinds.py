"""What devices watch, by their kinds, and whether that is data of a program (R-RTM-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .book import Book, Case, Row, span, text
from .span import cycles

if TYPE_CHECKING:
    from datetime import date

SYSTEMS = {
    "respiratory": {
        *("spirometer", "inhaler", "peak_flow", "peak_flow_meter", "nebulizer", "respiratory"),
    },
    "musculoskeletal": {"motion", "motion_sensor", "goniometer", "musculoskeletal"},
    "cognitive_behavioral": {"cognitive_behavioral", "cbt_app"},
}
OF_THE_BODY = {"blood_pressure", "glucose", "weight", "thermometer", "ecg", "heart_rate"}
OF_THE_BREATH = {"pulse_oximeter", "respiration"}
OF_THE_BODY_TOO = {"spirometer", "peak_flow", "peak_flow_meter", "respiratory"}


def kind_of(device: Row | None) -> str:
    """Give the word for what a device measures; capitals, spaces and hyphens tell nothing."""
    word = (text(device, "kind") or "").strip(" ").lower()
    return word.replace(" ", "_").replace("-", "_")


def system_of(kind: str) -> str | None:
    """Give the system that a therapy followed by such a device is for."""
    return next((system for system, group in SYSTEMS.items() if kind in group), None)


def tells(kind: str) -> bool:
    """Say whether a kind tells what the device watches."""
    return system_of(kind) is not None or kind in OF_THE_BODY | OF_THE_BREATH | OF_THE_BODY_TOO


def as_data(book: Book, enrollment: Row, kind: str, today: date) -> str:
    """Say whether what such a device sends on a day is data of the enrollment: yes, no or maybe.

    A therapy is followed by instruments of therapy. Whether it is by anything else, nobody wrote
    down; it is not where she had such an instrument in that cycle, but the breath may be followed
    beside one of respiratory therapy, and a kind that says nothing may be anything.
    """
    if enrollment["program"] == "RPM":
        return "no" if system_of(kind) and kind not in OF_THE_BODY_TOO else "yes"
    if system_of(kind):
        return "yes"
    begun = cycles(book, enrollment)
    if not begun:
        return "yes"
    first, last = next((one[1:] for one in reversed(begun) if one[1] <= today), begun[0][1:])
    followed = therapies(book, enrollment["patient_id"], first, last)
    return "maybe" if not followed else beside(kind, followed)


def beside(kind: str, followed: set[str]) -> str:
    """Say whether such a device is part of one of these therapies: no, or maybe."""
    if kind in OF_THE_BODY:
        return "no"
    return "no" if kind in OF_THE_BREATH and "respiratory" not in followed else "maybe"


def therapies(book: Book, patient_id: str | None, first: date, last: date) -> set[str]:
    """Give the systems for which the patient had an instrument of therapy on these days."""
    given = [
        row
        for row in book.rows("assignments", patient_id=patient_id)
        if span(row)[0] <= min(last, book.as_of) and span(row)[1] >= first
    ]
    kinds = [kind_of(book.one("devices", device_id=row["device_id"])) for row in given]
    return {system for kind in kinds if (system := system_of(kind))}


def nothing_rests_on(case: Case, device: Row | None) -> bool:
    """Say whether no day of the period can be one of a reading of this device."""
    kind = kind_of(device)
    if case.program == "RPM":
        return bool(system_of(kind)) and kind not in OF_THE_BODY_TOO
    followed = therapies(case.book, case.patient_id, case.start, case.end)
    of_therapy = case.program != "RTM" or system_of(kind) or not followed
    return not of_therapy and beside(kind, followed) == "no"
