"""Who stands on the claim: billing, rendering, ordering, patient, payers and their numbers."""

from __future__ import annotations

import re

from proofline.claims.claim import Address, Claim, Coverage, Practitioner
from proofline.claims.edits.finding import Found, missing, wrong
from proofline.claims.edits.setting import Setting
from proofline.claims.out.persons import RELATIONSHIPS, SELF
from proofline.evidence.identifiers import is_npi, mbi

_STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI UM FM MH PW AA AE AP
"""
STATES = frozenset(_STATES.split())
"""States, territories, freely associated states and military post (USPS Publication 28, B)."""

_ZIP_9 = re.compile(r"\d{9}", re.ASCII)
_ZIP = re.compile(r"\d{5}(\d{4})?", re.ASCII)
_TAX_ID = re.compile(r"\d{9}", re.ASCII)
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X", re.ASCII)
_MEDICARE = frozenset({"MA", "MB"})
_PO_BOX = re.compile(r"\b(?:p\.?\s*o\.?\s*box|post office box|lock\s?box)\b", re.IGNORECASE)


def billing(claim: Claim) -> Found:
    """Check the billing provider (2010AA): name, NPI, tax number, street, nine-digit ZIP."""
    who, place = claim.billing, "billing"
    if not who.name:
        yield missing("billing.name", place, "The practice's name", "practices.name")
    yield from _npi(who.npi, ("billing.npi", place, "practices.npi"))
    if not who.tax_id:
        yield missing("billing.tax_id", place, "The practice's tax number", "practices.tax_id")
    elif not _TAX_ID.fullmatch(who.tax_id.replace("-", "")):
        yield wrong("billing.tax_id", place, "The tax number has not nine digits.", "Mend it.")
    yield from _address(who.address, ("billing", place, "practices"))
    zip_code = who.address.postal_code
    if zip_code and not _ZIP_9.fullmatch(zip_code):
        yield wrong(
            "billing.zip",
            place,
            "The billing address needs a ZIP code of nine digits.",
            "Look up ZIP+4 at USPS and put it into practices.postal_code.",
        )
    if _PO_BOX.search(who.address.line):
        yield wrong(
            "billing.po_box",
            place,
            "The billing address is a post office box; 5010 wants the street.",
            "Put the street into practices.address_line.",
        )
    yield from _taxonomy(who.taxonomy, ("billing.taxonomy", place))


def practitioners(claim: Claim) -> Found:
    """Check who rendered (2310B) and who ordered (2420E): name, NPI, taxonomy."""
    yield from _practitioner(claim.rendering, "rendering")
    ordering = dict.fromkeys(line.ordering for line in claim.lines if line.ordering)
    for who in ordering:
        yield from _practitioner(who, "ordering")


def _practitioner(who: Practitioner, place: str) -> Found:
    if not (who.family_name or who.organization):
        yield missing(f"{place}.name", place, "The name", "performers.name, or the directory")
    yield from _npi(who.npi, (f"{place}.npi", place, "performers.npi"))
    yield from _taxonomy(who.taxonomy, (f"{place}.taxonomy", place))


def patient(claim: Claim) -> Found:
    """Check the patient, who is the subscriber: name, address (N3, N4), birth and sex (DMG)."""
    who, place = claim.patient, "patient"
    if not who.family_name:
        yield missing("patient.name", place, "The family name", "patients.family_name")
    if who.birth_date is None:
        yield missing("patient.birth_date", place, "The day of birth", "patients.birth_date")
    elif any(line.first_day < who.birth_date for line in claim.lines):
        yield wrong("patient.birth_date", place, "It is after a service.", "Mend birth_date.")
    if who.sex not in {"F", "M", "U"}:
        yield missing("patient.sex", place, "The sex as the payer knows it", "patients.sex")
    yield from _address(who.address, ("patient", place, "patients"))
    if who.address.postal_code and not _ZIP.fullmatch(who.address.postal_code):
        yield wrong("patient.zip", place, "The ZIP code has not 5 or 9 digits.", "Mend it.")


def payers(claim: Claim, setting: Setting) -> Found:
    """Check the payers: name, identifier, kind, member number, and their sequence."""
    if not claim.coverages:
        yield missing("payer.none", "payer", "Who pays", "coverages")
    for number, one in enumerate(claim.coverages, 1):
        place = f"payer {number}"
        if not one.payer.name:
            yield missing("payer.name", place, "The payer's name", "[payer] of the directory")
        if not one.payer.id:
            cure = "[payer] of the directory: the id that your clearinghouse lists for it"
            yield missing("payer.id", place, "The payer's identifier", cure)
        if not one.payer.kind or not one.payer.filing_code:
            yield missing("payer.kind", place, "The kind of payer", "coverages.kind")
        if not one.member_id:
            yield missing("payer.member", place, "The member's number", "coverages.member_id")
        elif setting.directory.terms(one.payer).member_number == "mbi" and not mbi(one.member_id):
            yield wrong(
                "payer.mbi",
                place,
                "The number is no Medicare Beneficiary Identifier; Medicare rejects any other.",
                "Copy it from the red, white and blue card into coverages.member_id.",
            )
        yield from _insured(one, place)
    yield from _sequence(claim)


def _insured(coverage: Coverage, place: str) -> Found:
    """Check through whom a patient is insured who is not the insured himself."""
    if coverage.relationship == SELF:
        return
    cure = "Mend [coverage] relationship and insured of the directory; 18 is the patient himself."
    if coverage.payer.filing_code in _MEDICARE:
        yield wrong("payer.insured", place, "Medicare knows no dependents.", cure)
    elif coverage.relationship not in RELATIONSHIPS:
        yield wrong("payer.insured", place, "There is no such relationship (PAT01).", cure)
    elif coverage.insured is None or not coverage.insured.family_name:
        yield missing(
            "payer.insured", place, "The insured", "[coverage.ID.insured] of the directory"
        )


def _sequence(claim: Claim) -> Found:
    named = [one.sequence for one in claim.coverages]
    if any(one not in {"P", "S", "T"} for one in named) or (
        len(set(named)) < len(named) or (named and "P" not in named)
    ):
        yield wrong(
            "payer.sequence",
            "payers",
            "One payer comes first, and each has a place of its own: P, S, T.",
            "Settle with the patient who pays first, and end the coverages that are over.",
        )
    asked = claim.coverages[0].sequence if claim.coverages else "P"
    for number, one in enumerate(claim.coverages, 1):
        place = f"payer {number}"
        if one.sequence != "P" and one.payer.filing_code in _MEDICARE and not one.insurance_type:
            yield missing(
                "payer.insurance_type",
                place,
                "Why Medicare is not the first payer (SBR05, such as 12 for the working aged)",
                "[coverage] insurance_type of the directory",
            )
        if number > 1 and "PST".find(one.sequence) < "PST".find(asked) and one.paid is None:
            yield wrong(
                "payer.before",
                place,
                "A payer who comes before the one asked has not said what it paid.",
                "Wait for its remittance, and bill the next payer with it.",
            )
        if not _adds_up(claim, one):
            yield wrong(
                "payer.prior",
                place,
                "What this payer paid and adjusted does not make up the charges.",
                "Take payment, day and every adjustment from its remittance.",
            )


def _adds_up(claim: Claim, one: Coverage) -> bool:
    """Whether a prior payment balances: line for line where lines are told, else as a whole."""
    adjusted = sum(part.amount for part in one.adjustments)
    if one.paid is None:
        return not (one.lines or one.adjustments or one.paid_on)
    if one.paid_on is None:
        return False
    if not one.lines:
        return one.paid + adjusted == claim.total
    told = [(it.line_id, it.paid + sum(a.amount for a in it.adjustments)) for it in one.lines]
    charged = [(line.line_id, line.charge) for line in claim.lines]
    return sorted(told) == sorted(charged) and (
        sum(it.paid for it in one.lines) - adjusted == one.paid
    )


def _npi(npi: str, named: tuple[str, str, str]) -> Found:
    code, place, where = named
    if not npi:
        yield missing(code, place, "The NPI", where)
    elif not is_npi(npi):
        yield wrong(code, place, "This is no NPI: length or check digit fails.", f"Mend {where}.")


def _taxonomy(taxonomy: str, named: tuple[str, str]) -> Found:
    if taxonomy and not _TAXONOMY.fullmatch(taxonomy):
        yield wrong(
            *named,
            "A taxonomy code has nine digits or capitals and an X.",
            "Copy it from NPPES into the directory.",
        )


def _address(address: Address, named: tuple[str, str, str]) -> Found:
    code, place, table = named
    if not (address.line and address.city and address.state and address.postal_code):
        what = "Street, city, state or ZIP code"
        yield missing(f"{code}.address", place, what, f"the address columns of {table}")
    if address.state and address.state not in STATES:
        yield wrong(f"{code}.state", place, "There is no such state code.", f"Mend {table}.state.")
