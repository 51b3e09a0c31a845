"""Charges, units and days of the lines, and how long the payer can be asked."""

from __future__ import annotations

from proofline.claims.book.standing import HOLD
from proofline.claims.claim import Claim, ClaimLine
from proofline.claims.drawing import told_before
from proofline.claims.edits.finding import Found, doubtful, missing, wrong
from proofline.claims.edits.setting import Setting

MOST_CENTS = 9_999_999_999
"""Monetary amounts have at most ten digits (005010 guides, appendix B)."""
MOST_UNITS = 9_999


def charges(claim: Claim) -> Found:
    """Check amounts and units: whole, above nothing, and a total (CLM02) that is their sum."""
    if not claim.lines:
        yield missing("claim.lines", "claim", "Any line", "draft the claim again")
    for place, line in _places(claim):
        if not _whole(line.charge) or not 0 < line.charge <= MOST_CENTS:
            yield wrong(
                "line.charge",
                place,
                "The charge is no amount of whole cents above nothing.",
                "Mend the charge list and draft again.",
            )
        if not _whole(line.units) or not 0 < line.units <= MOST_UNITS:
            yield wrong(
                "line.units",
                place,
                "Units of these codes are whole and at least 1.",
                "Draft the line again from its decision.",
            )
    amounts = [line.charge for line in claim.lines]
    if claim.total != sum(amounts) or not 0 <= claim.total <= MOST_CENTS:
        yield wrong(
            "claim.total",
            "claim",
            "The total is not the sum of the lines, or below nothing, or too large.",
            "Draft the claim again.",
        )


def days(claim: Claim, setting: Setting) -> Found:
    """Check the days of each line: in order, not to come, and not too late for the payer."""
    terms = setting.directory.terms(claim.coverages[0].payer) if claim.coverages else None
    for place, line in _places(claim):
        if line.first_day > line.last_day:
            yield wrong(
                "line.days",
                place,
                "The first day is after the last.",
                "Draft the line again from its decision.",
            )
        if line.last_day > setting.as_of:
            yield wrong(
                "line.future",
                place,
                "The service is on a day to come; it would be denied (CARC 110).",
                "Send it after that day.",
            )
        if terms is not None and claim.frequency == "1":
            last = terms.last_filing_day(line.first_day)
            if last is None:
                yield doubtful(
                    "line.filing_unknown",
                    place,
                    "How long this payer can be asked is not on file, so it was not checked.",
                    "Put filing_months or filing_days of the contract into the directory.",
                )
            elif setting.as_of > last:
                yield wrong(
                    "line.late",
                    place,
                    f"The payer takes this line until {last} only (CARC 29).",
                    "Write it off, or document the exception that the payer grants.",
                )


_PAID_STANDS = (
    "What was paid stands: send no new claim of it, and give its correction up if one is written"
    " down."
)


def paid_meanwhile(claim: Claim, setting: Setting) -> Found:
    """Check that nothing is asked anew that was paid: a late answer to an earlier claim."""
    for place, line in _places(claim):
        paid = setting.paid.get(line.line_id)
        if claim.frequency != "1" or paid is None:
            continue
        told = told_before(claim, line.line_id)
        if paid > (told or 0):
            yield wrong(
                "line.paid_meanwhile",
                place,
                "A remittance paid this line meanwhile; to send it anew would bill it twice.",
                _PAID_STANDS if line.line_id in setting.corrected else HOLD,
            )
        elif told is None and line.line_id not in setting.corrected:
            yield doubtful(
                "line.denied_meanwhile",
                place,
                "A remittance answered an earlier claim of this line, so it was adjudicated.",
                "See proofline remits explain; a new claim may come back as duplicate (CARC 18).",
            )


def places_of_service(claim: Claim, setting: Setting) -> Found:
    """Check the place of service of each line: two digits, and one that the payer pays."""
    terms = setting.directory.terms(claim.coverages[0].payer) if claim.coverages else None
    for place, line in _places(claim):
        named = line.place_of_service
        if len(named) != 2 or not (named.isascii() and named.isdigit()):  # noqa: PLR2004
            yield wrong(
                "line.place",
                place,
                "A place of service has two digits.",
                "Mend enrollments.place_of_service; 11 is the office.",
            )
        elif terms is not None and named in terms.refused_places:
            yield wrong(
                "line.place",
                place,
                f"This payer denies place of service {named} for these services (CARC 5, 58).",
                "Mend enrollments.place_of_service; 11 is the office.",
            )


def _whole(value: object) -> bool:
    """Whether this is an int; a float, a Decimal or a bool is none."""
    return type(value) is int


def _places(claim: Claim) -> list[tuple[str, ClaimLine]]:
    return [(f"line {number}", line) for number, line in enumerate(claim.lines, 1)]
