"""The directory of a practice: what claims need and evidence has no room for, as one TOML file.

[payer.PAYER_ID]            as in evidence; id (NM109), name, and terms that differ from its kind
[practitioner.PERFORMER_ID] family_name, given_name, taxonomy
[coverage.COVERAGE_ID]      sequence, insurance_type, group, relationship; [….insured] who it is
[practice.PRACTICE_ID]      taxonomy, phone, paper_name
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct, field, structs

from proofline.claims.claim import Payer
from proofline.claims.payers.terms import Terms, terms_of
from proofline.claims.trouble import ClaimsError


class PayerEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A payer: its name, its identifier for claims, and where it differs from its kind."""

    id: str = ""
    name: str = ""
    filing_code: str | None = None
    span_codes: tuple[str, ...] | None = None
    replacement: bool | None = None
    void: bool | None = None
    filing_months: int | None = None
    filing_days: int | None = None
    refused_places: tuple[str, ...] | None = None
    appeal_days: int | None = None

    def over(self, terms: Terms) -> Terms:
        """Give terms with what this payer has of its own put over them."""
        asked = {n: v for n, v in structs.asdict(self).items() if n in Terms.__struct_fields__}
        own = {n: v for n, v in asked.items() if v is not None}
        cite = {n: said for n, said in terms.cite.items() if n not in own}
        return structs.replace(terms, **own, cite=cite)


class PractitionerEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A practitioner's name in its two parts, and the taxonomy code."""

    family_name: str = ""
    given_name: str = ""
    taxonomy: str = ""


class PracticeEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A practice's taxonomy code, its telephone, and its name where a form has little room."""

    taxonomy: str = ""
    phone: str = ""
    paper_name: str = ""


class InsuredEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody through whom a patient is insured."""

    family_name: str = ""
    given_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    address_line: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


class CoverageEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A coverage's place among several, and why Medicare is not the first payer (SBR05).

    `relationship` is the patient's to the insured, as in PAT01; left out, he is the insured.
    """

    sequence: str = ""
    insurance_type: str = ""
    relationship: str = "18"
    insured: InsuredEntry | None = None
    group: str = ""


class Directory(Struct, frozen=True, forbid_unknown_fields=True):
    """All entries, by the ids of evidence."""

    payer: dict[str, PayerEntry] = field(default_factory=dict)
    practitioner: dict[str, PractitionerEntry] = field(default_factory=dict)
    practice: dict[str, PracticeEntry] = field(default_factory=dict)
    coverage: dict[str, CoverageEntry] = field(default_factory=dict)

    def terms(self, payer: Payer) -> Terms:
        """Give the terms of the payer on a claim: those of its kind, and its own over them."""
        named = [one for one in self.payer.values() if one.id and one.id == payer.id]
        return named[0].over(terms_of(payer.kind)) if named else terms_of(payer.kind)


def read_directory(path: Path) -> Directory:
    """Read a directory. Errors: ClaimsError if it is no TOML or holds what has no place in it."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Directory)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        why = "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise ClaimsError(
            "claims.directory",
            f"{path.name} cannot be used as a directory ({why}).",
            "Write tables [payer.ID], [practitioner.ID] and [practice.ID]; docs/claims.md names"
            " their keys.",
        ) from error
