"""Made-up outlooks, for tests of the work list: what was foreseen is said, not forecast."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from made_up_people import put
from made_up_practices import START
from proofline.desk.care.aging import place_of
from proofline.desk.care.foreseeing import Ahead, keep_ahead
from proofline.insight import Outlook, Rung, Suggestion
from proofline.store.book import Book, by_ourselves

AS_OF = date(2026, 3, 2)


def outlook(
    number: int, act: str = "remind", *, days: int = 1, gain: int | None = 1000, kind: str = "more"
) -> Outlook:
    """An outlook of patient P-<number>: an act that helps for so many days, and its gain."""
    last = AS_OF + timedelta(days=days)
    said = Suggestion(kind, act, ("99454",), gain, last, f"words of {number}")  # type: ignore[arg-type]
    rung = Rung(
        *("99454", "transmission_days", 12, 0, 16, 20, 0, 0.5, gain, True),
        *(last, None, "at_risk", 0, False, (), "12 of 16 days"),
    )
    first, end = AS_OF - timedelta(days=20), AS_OF + timedelta(days=9)
    whose = f"E-{number}", f"P-{number}", "RPM"
    return Outlook(*whose, "cycle", first, end, "cycle", AS_OF, 9, (rung,), said, (said,))


def also(number: int, act: str = "call", *, days: int = 1, gain: int = 1000) -> Outlook:
    """What the same patient lacks in CCM."""
    made = outlook(number, act, days=days, gain=gain)
    return replace(made, enrollment_id=f"E-{number}-CCM", program="CCM")


def foreseen(tenant_id: str, *outlooks: Outlook) -> None:
    """Keep outlooks with a patient and an enrollment for each, as the worker would."""
    with by_ourselves(tenant_id) as book:
        for one in outlooks:
            named = {"patient_id": one.patient_id, "family_name": f"Madeup-{one.patient_id}"}
            put(book, "patients", {**named, "time_zone": "America/Chicago"})
            made = {"enrollment_id": one.enrollment_id, "patient_id": one.patient_id}
            put(book, "enrollments", {**made, "program": "RPM", "billing_performer_id": "D-1"})
        keep(book, *outlooks)


def keep(book: Book, *outlooks: Outlook) -> None:
    """Keep outlooks in an act of their own."""
    patients = frozenset(one.patient_id for one in outlooks)
    with book.act("decision", START) as act:
        places = tuple((place_of(one),) for one in outlooks)
        keep_ahead(act, Ahead(patients, outlooks, AS_OF, None, places=places))
