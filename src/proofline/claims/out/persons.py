"""Who is insured, and who the patient is: loops 2010BA, 2000C and 2330A of 005010X222A1.

Where the patient is the insured, or has a member number of his own, he stands as the subscriber
with address and birth. Else the insured stands there by name and number, and the patient follows
as a dependent, with his relationship to the insured (PAT01). Medicare knows no dependents.
"""

from __future__ import annotations

from collections.abc import Iterator

from proofline.claims.claim import Address, Claim, Coverage, Person
from proofline.claims.x12.folding import folded, identifier, required
from proofline.claims.x12.trouble import X12Refused
from proofline.claims.x12.writing import day, segment

SELF = "18"
"""The patient is the insured (SBR02)."""

RELATIONSHIPS = frozenset({"01", "19", "20", "21", "39", "40", "53", "G8"})
"""PAT01: spouse, child, employee, unknown, organ donor, cadaver donor, life partner, other."""

_MEDICARE = frozenset({"MA", "MB"})


def is_dependent(claim: Claim) -> bool:
    """Tell whether the patient is insured through somebody else with the payer asked."""
    return bool(claim.coverages) and claim.coverages[0].relationship != SELF


def subscriber(claim: Claim) -> Iterator[str]:
    """Write loop 2010BA: the insured, whole where he is the patient, else name and number."""
    asked = claim.coverages[0]
    if asked.relationship == SELF:
        yield from insured(claim, asked)
        yield _birth(claim.patient)
    else:
        yield _name(through(asked), asked.member_id, "The insured's")


def insured(claim: Claim, coverage: Coverage) -> tuple[str, ...]:
    """Write NM1, N3 and N4 of the insured of a coverage; an address only where it is on file."""
    if coverage.relationship == SELF:
        name = _name(claim.patient, coverage.member_id, "The patient's")
        return (name, *address(claim.patient.address, "The patient's"))
    person = through(coverage)
    name = _name(person, coverage.member_id, "The insured's")
    known = person.address != Address()
    return (name, *(address(person.address, "The insured's") if known else ()))


def dependent(claim: Claim, level: int) -> Iterator[str]:
    """Write loops 2000C and 2010CA: the patient below the insured, who is at `level`."""
    yield f"HL*{level + 1}*{level}*23*0"
    yield segment("PAT", claim.coverages[0].relationship)
    patient = claim.patient
    family = required(patient.family_name, "The patient's family name", most=60)
    given = folded(patient.given_name, "The patient's given name", most=35)
    yield segment("NM1", "QC", "1", family, given)
    yield from address(patient.address, "The patient's")
    yield _birth(patient)


def through(coverage: Coverage) -> Person:
    """Give the insured who is not the patient.

    Raises `X12Refused` if nobody is named, the relationship is unknown, or the payer is Medicare.
    """
    if coverage.payer.filing_code in _MEDICARE:
        reason = "Medicare insures the patient himself, never through somebody else."
        raise X12Refused("claims.x12_insured", reason, "Mend the relationship in the directory.")
    if coverage.relationship not in RELATIONSHIPS or coverage.insured is None:
        reason = "The patient is not the insured, and it is not on file who is, or how related."
        cure = "Put relationship and insured into the directory: [coverage.ID]."
        raise X12Refused("claims.x12_insured", reason, cure)
    return coverage.insured


def address(one: Address, whose: str) -> tuple[str, str]:
    """Write N3 and N4; all four parts are needed."""
    street = required(one.line, f"{whose} street address", most=55)
    city = required(one.city, f"{whose} city", most=30)
    state = required(one.state, f"{whose} state", most=2)
    postal_code = digits(one.postal_code, f"{whose} postal code")
    return segment("N3", street), segment("N4", city, state, postal_code)


def digits(value: str, what: str) -> str:
    """Keep the digits of a number that people write with dashes, spaces and brackets."""
    kept = "".join(c for c in value if c not in "-() .+/")
    if kept and not (kept.isascii() and kept.isdecimal()):
        reason = f"{what} holds something other than digits."
        raise X12Refused("claims.x12_characters", reason, "Write it in digits.")
    return identifier(kept, what, most=50)


def _name(person: Person, member_id: str, whose: str) -> str:
    """Write NM1*IL."""
    family = required(person.family_name, f"{whose} family name", most=60)
    given = folded(person.given_name, f"{whose} given name", most=35)
    member = identifier(member_id, "The patient's member number", most=80)
    return segment("NM1", "IL", "1", family, given, "", "", "", "MI", member)


def _birth(person: Person) -> str:
    """Write DMG; a sex that is not on file is U, unknown."""
    born = person.birth_date
    if born is None:
        identifier("", "The patient's date of birth", most=8)
    return segment("DMG", "D8", day(born) if born else "", person.sex or "U")
