"""The paper side of one plan: person, coverage, enrollment, consent, device and signatures."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from proofline.cli.demo.book import BILLER, Book, Row, day_after, instant, later
from proofline.cli.demo.plan import CYCLE_DAYS, Plan

MEMBER_ID = "1EG4TE5MK73"
"""The number that CMS prints on its specimen of a Medicare card; nobody has it."""


def add_papers(book: Book, plan: Plan) -> None:
    """Add who the patient is, who pays, and what was agreed, ordered and handed out."""
    book.add("patients", **patient_cells(plan))
    book.add(
        "coverages",
        **plan.cells(
            "coverages",
            coverage_id=f"{plan.patient}-COV",
            patient_id=plan.patient,
            payer_id="DEMO-MEDICARE",
            kind="medicare_ffs",
            from_date="2015-01-01",
            member_id=MEMBER_ID,
        ),
    )
    add_enrollment(book, plan)
    if plan.consented:
        add_consent(book, plan)
    add_device(book, plan, device=plan.device, kind="blood_pressure")


def patient_cells(plan: Plan) -> Row:
    """Give the row of the person, plainly made up."""
    return plan.cells(
        "patients",
        patient_id=plan.patient,
        time_zone=plan.zone,
        birth_date="1950-01-01",
        sex="F",
        death_date="",
        family_name="Madeup",
        given_name=plan.name.title(),
        address_line="1 Sample Street",
        city="Springfield",
        state="IL",
        postal_code="62701",
    )


def add_enrollment(book: Book, plan: Plan) -> None:
    """Add the enrollment, ordered and set up before its first day."""
    ended = plan.cycles is not None
    book.add(
        "enrollments",
        **plan.cells(
            "enrollments",
            enrollment_id=plan.enrollment,
            patient_id=plan.patient,
            program=plan.program,
            billing_performer_id=BILLER,
            order_date=(plan.anchor - timedelta(days=5)).isoformat(),
            ordering_performer_id=BILLER,
            order_kind="order",
            setup_date=plan.anchor.isoformat(),
            setup_performer_id="DEMO-RN-CY",
            diagnoses="I10",
            established_on=(plan.anchor - timedelta(days=60)).isoformat(),
            place_of_service="11",
            end_date=plan.last_day.isoformat() if ended else "",
            end_reason="targets reached" if ended else "",
            anchor_date="",
        ),
    )


def add_consent(book: Book, plan: Plan) -> None:
    """Add the agreement, given aloud four days before the start and written down at once."""
    given = plan.at(-3, "10:00")
    book.add(
        "consents",
        **plan.cells(
            "consents",
            consent_id=f"{plan.enrollment}-CON",
            patient_id=plan.patient,
            program=plan.program,
            text_version="demo-1",
            language="en",
            modality="verbal",
            given_at=instant(given),
            captured_at=instant(later(given, 240)),
            captured_by="DEMO-RN-CY",
            cost_share_disclosed="true",
        ),
    )


def add_device(book: Book, plan: Plan, *, device: str, kind: str) -> None:
    """Add an instrument and hand it to the patient on the first day."""
    book.add(
        "devices",
        **plan.cells(
            "devices",
            device_id=device,
            kind=kind,
            manufacturer="Made-up Instruments",
            model="DEMO-1",
            serial=f"SN-{device}",
            fda_basis="cleared",
            fda_reference="K000000",
        ),
    )
    book.add(
        "assignments",
        **plan.cells(
            "assignments",
            device_id=device,
            patient_id=plan.patient,
            from_date=plan.anchor.isoformat(),
            to_date="",
            owner="practice",
        ),
    )


def add_signatures(book: Book, plan: Plan) -> None:
    """Sign every cycle and every calendar month two days after it ends, if that is not too late."""
    spans = [
        (
            plan.anchor + timedelta(days=start),
            min(plan.anchor + timedelta(days=start + CYCLE_DAYS - 1), plan.last_day),
        )
        for start in plan.cycle_starts()
    ]
    for first, last in [*spans, *months_of(plan)]:
        signed = day_after(datetime.combine(last, time(17, 30), ZoneInfo(plan.zone)), 2)
        if last < plan.as_of and signed.date() <= plan.as_of:
            add_signature(book, plan, span=(first, last), signed_at=instant(signed))


def months_of(plan: Plan) -> list[tuple[date, date]]:
    """List the calendar months that the monitoring touches, each whole."""
    first, months = plan.anchor.replace(day=1), []
    while first <= plan.last_day:
        following = (first + timedelta(days=32)).replace(day=1)
        months.append((first, following - timedelta(days=1)))
        first = following
    return months


def add_signature(book: Book, plan: Plan, *, span: tuple[date, date], **other: str) -> None:
    """Add the billing performer's attestation for one period."""
    number = len(book.tables.get("sign_offs", ())) + 1
    usual = {
        "sign_off_id": f"DEMO-SIG-{number}",
        "enrollment_id": plan.enrollment,
        "period_start": span[0].isoformat(),
        "period_end": span[1].isoformat(),
        "performer_id": BILLER,
    }
    book.add("sign_offs", **(usual | plan.change.get("sign_offs", {}) | other))
