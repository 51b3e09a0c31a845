"""A claim without a fault, and what surrounds it; every name and number is plainly made up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from msgspec import structs

from proofline.claims.book import Act, Book
from proofline.claims.claim import (
    Address,
    BillingProvider,
    Claim,
    ClaimLine,
    Coverage,
    Payer,
    Person,
    Practitioner,
)
from proofline.claims.drawing import claim_id, identity

ACT = Act("Made-up Biller", datetime(2026, 5, 4, 9, 0, tzinfo=UTC), "a reason made up for a test")
BILLING_NPI, RENDERING_NPI = "1234567893", "1245319599"  # the published example, and one computed
MBI = "1EG4-TE5-MK73".replace("-", "")  # CMS's own specimen

HOME = Address("1 Sample St", "Springfield", "IL", "62701")


def decision(code: str = "99454", **other: object) -> dict[str, Any]:
    """Make a billable decision on the first cycle of a made-up enrollment."""
    usual: dict[str, Any] = {
        "enrollment_id": "MADEUP-E1",
        "patient_id": "MADEUP-P1",
        "program": "RPM",
        "period": {"kind": "cycle", "start": "2026-03-01", "end": "2026-03-30", "number": 1},
        "code": code,
        "units": 1,
        "outcome": "billable",
        "service_date": "2026-03-30",
    }
    return usual | other


def line(code: str = "99454", **other: object) -> ClaimLine:
    """Make the line of a decision, with other values where given."""
    line_id, key = identity(decision(code))
    usual: dict[str, Any] = {
        "line_id": line_id,
        "decision_key": key,
        "code": code,
        "units": 1,
        "charge": 12_000,
        "first_day": date(2026, 3, 30),
        "last_day": date(2026, 3, 30),
    }
    return ClaimLine(**(usual | other))


def claim(*lines: ClaimLine, **other: object) -> Claim:
    """Make a claim to Medicare that no edit has anything against."""
    carried = lines or (line("99454"), line("99457", charge=10_000))
    usual: dict[str, Any] = {
        "claim_id": claim_id(one.line_id for one in carried),
        "patient": Person(
            "Madeup",
            "Ann",
            date(1950, 1, 1),
            "F",
            Address("1 Sample St", "Springfield", "IL", "62701"),
        ),
        "coverages": (Coverage(Payer("99999", "Made-up Medicare", "medicare_ffs"), MBI),),
        "billing": BillingProvider(
            "Made-up Practice",
            BILLING_NPI,
            "123456789",
            Address("2 Sample St", "Springfield", "IL", "627010002"),
            "207Q00000X",
            "2175550100",
        ),
        "rendering": Practitioner(RENDERING_NPI, "Sample", "Bo", taxonomy="207Q00000X"),
        "diagnoses": ("I10", "E119"),
        "lines": carried,
        "patient_id": "MADEUP-P1",
    }
    return Claim(**(usual | other))


def with_line(one: Claim, **other: object) -> Claim:
    """Give a claim with other values in its first line."""
    first: ClaimLine = structs.replace(one.lines[0], **other)
    return structs.replace(one, lines=(first, *one.lines[1:]))


def drawn(folder: Path, *lines: ClaimLine) -> tuple[Book, Claim]:
    """Open a book and draw a claim into it."""
    book, one = Book(folder), claim(*lines)
    book.draw([one], ACT)
    return book, one


def sent(folder: Path, *lines: ClaimLine) -> tuple[Book, Claim]:
    """Open a book and send a claim of it."""
    book, one = drawn(folder, *lines)
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    return book, one
