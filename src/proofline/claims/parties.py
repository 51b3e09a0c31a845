"""Who stands on a claim: patient, payers, practice, practitioners, as evidence and directory say.

Nothing is made up for what is not on file: it stays blank, and the edits block the claim.
"""

from __future__ import annotations

import re
from datetime import date

from msgspec import structs

from proofline.claims.claim import Address, BillingProvider, Coverage, Payer, Person, Practitioner
from proofline.claims.payers.terms import terms_of
from proofline.claims.sheets.directory import (
    CoverageEntry,
    Directory,
    InsuredEntry,
    PayerEntry,
    PracticeEntry,
    PractitionerEntry,
)
from proofline.claims.sheets.people import People, Row, day_of
from proofline.evidence.identifiers import mbi

MEDICARE = "medicare_ffs"
_SEQUENCE = "PST"
_SEXES = {"f": "F", "female": "F", "m": "M", "male": "M", "u": "U", "unknown": "U", "other": "U"}
_CREDENTIAL = re.compile(
    r"(?:dr|mr|ms|mrs|md|do|np|pa|pac|rn|fnp|aprn|dnp|phd|cns|cnm)\.?", re.IGNORECASE
)


class Parties:
    """Looks up who is named, once for each id."""

    def __init__(self, people: People, directory: Directory) -> None:
        """Take the sheets that are looked up in."""
        self._people = people
        self._directory = directory
        self._known: dict[str, Practitioner] = {}

    def patient(self, patient_id: str) -> Person:
        """Give the patient as a person on a claim."""
        row = self._people.patients.get(patient_id, {})
        return Person(
            family_name=_text(row, "family_name"),
            given_name=_text(row, "given_name"),
            birth_date=day_of(row.get("birth_date")),
            sex=_SEXES.get(_text(row, "sex").lower(), ""),
            address=_address(row),
        )

    def practitioner(self, performer_id: str) -> Practitioner:
        """Give a performer as a practitioner: the directory's name before that of evidence."""
        if performer_id not in self._known:
            row = self._people.performers.get(performer_id, {})
            entry = self._directory.practitioner.get(performer_id, PractitionerEntry())
            family, given = parted_name(_text(row, "name"))
            self._known[performer_id] = Practitioner(
                npi=_text(row, "npi"),
                family_name=entry.family_name or family,
                given_name=entry.given_name or given,
                taxonomy=entry.taxonomy,
            )
        return self._known[performer_id]

    def billing(self, performer_id: str) -> BillingProvider:
        """Give the practice that a performer bills for."""
        row = self._people.practice_of(performer_id)
        entry = self._directory.practice.get(_text(row, "practice_id"), PracticeEntry())
        return BillingProvider(
            name=_text(row, "name"),
            npi=_text(row, "npi"),
            tax_id=_text(row, "tax_id").replace("-", ""),
            address=_address(row),
            taxonomy=entry.taxonomy,
            phone=entry.phone,
            paper_name=entry.paper_name,
        )


def payers_on(enrollment: Row, day: date, sheets: tuple[People, Directory]) -> tuple[Coverage, ...]:
    """Give who is asked on a day, the first payer first (evidence contract, rule 10).

    The coverage of the day, else the payer of the enrollment, else Medicare fee for service. Of
    several, whom the directory puts first is asked first. The number is that of the coverage, else
    of the patient.
    """
    people, directory = sheets
    held = people.coverages_on(enrollment["patient_id"], day)
    own = _text(people.patients.get(enrollment["patient_id"], {}), "member_id")
    if not held:
        payer_id = enrollment["payer_id"] or "medicare"
        kind = _kind_known(enrollment, people) if enrollment["payer_id"] else MEDICARE
        held = [{"payer_id": payer_id, "kind": kind, "coverage_id": ""}]
    told = [directory.coverage.get(row["coverage_id"], CoverageEntry()) for row in held]
    named = [one.sequence or _SEQUENCE[min(place, 2)] for place, one in enumerate(told)]
    ranked = sorted(zip(named, held, strict=True), key=lambda one: one[0])
    return tuple(
        _coverage(row, directory, sequence, own if place == 0 else "")
        for place, (sequence, row) in enumerate(ranked)
    )


def _kind_known(enrollment: Row, people: People) -> str:
    """Give the kind of the enrollment's payer where any coverage on file tells it, else blank."""
    kinds = {
        _text(row, "kind")
        for rows in people.coverages.values()
        for row in rows
        if row["payer_id"] == enrollment["payer_id"]
    }
    return kinds.pop() if len(kinds) == 1 else ""


def _coverage(row: Row, directory: Directory, sequence: str, own_number: str) -> Coverage:
    kind = _text(row, "kind")
    payer = directory.payer.get(row["payer_id"], PayerEntry())
    entry = directory.coverage.get(row["coverage_id"], CoverageEntry())
    number = _text(row, "member_id") or own_number
    terms = payer.over(terms_of(kind))
    if terms.member_number == "mbi":
        number = mbi(number) or number
    return Coverage(
        Payer(payer.id, payer.name, kind, terms.filing_code),
        number,
        sequence,
        insurance_type=entry.insurance_type,
        relationship=entry.relationship,
        insured=_insured(entry.insured),
        group=entry.group,
    )


def _insured(entry: InsuredEntry | None) -> Person | None:
    if entry is None:
        return None
    sex = _SEXES.get(entry.sex.lower(), "")
    home = _address(structs.asdict(entry))
    return Person(entry.family_name, entry.given_name, entry.birth_date, sex, home)


def parted_name(name: str) -> tuple[str, str]:
    """Part a name into family and given name; titles and degrees are left out (named policy).

    `Roe, Jane` is read by its comma, `Jane Q. Roe MD` by its last word. What is after a second
    comma is a degree.
    """
    family, comma, rest = name.partition(",")
    if comma and (given := _plain(rest.split(",")[0])):
        return " ".join(_plain(family)), " ".join(given)
    words = _plain(family)
    return (words[-1], " ".join(words[:-1])) if words else ("", "")


def _plain(text: str) -> list[str]:
    words = text.split()
    return [word for word in words if not _CREDENTIAL.fullmatch(word.replace("-", ""))]


def _address(row: Row) -> Address:
    return Address(
        line=_text(row, "address_line"),
        city=_text(row, "city"),
        state=_text(row, "state").upper(),
        postal_code=_text(row, "postal_code").replace("-", "").replace(" ", ""),
    )


def _text(row: Row, column: str) -> str:
    return (row.get(column) or "").strip()
