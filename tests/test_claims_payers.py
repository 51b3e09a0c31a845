"""What payers want of a claim stands in the packs, each term with its source or openly without."""

from __future__ import annotations

from datetime import date

import pytest

from proofline.claims.payers.terms import SHELF, Terms, terms_of
from proofline.packs.sources import key_and_place, sources

KINDS = sorted(path.stem for path in SHELF.glob("*.toml"))
NO_TERM = {"kind", "cite", "unsourced"}


def told(terms: Terms) -> set[str]:
    """Name the terms that a kind's file gives, by what differs from knowing nothing."""
    unknown = Terms()
    names = set(Terms.__struct_fields__) - NO_TERM
    given = {name for name in names if getattr(terms, name) != getattr(unknown, name)}
    return given | {"member_number", "span_codes"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_term_names_its_source_or_says_that_it_has_none(kind: str) -> None:
    terms = terms_of(kind)
    assert told(terms) == set(terms.cite) | set(terms.unsourced)
    assert not set(terms.cite) & set(terms.unsourced)
    for cite in terms.cite.values():
        source, place = key_and_place(cite)
        assert source in sources(), cite
        assert place, cite
    assert all(terms.unsourced.values())


def test_the_deadlines_of_medicare_are_those_of_the_regulation() -> None:
    """42 CFR 424.44 and 405.942: a calendar year to file, 120 days to ask for a redetermination."""
    medicare = terms_of("medicare_ffs")
    assert medicare.last_filing_day(date(2026, 3, 30)) == date(2027, 3, 30)
    assert medicare.last_filing_day(date(2024, 2, 29)) == date(2025, 2, 28)
    assert medicare.last_appeal_day(date(2026, 1, 1)) == date(2026, 5, 1)  # 30 + 28 + 31 + 30 + 1
    assert "(grade B)" in medicare.said("appeal_days")
    assert "no source found" in medicare.said("span_codes")


def test_an_unknown_deadline_is_unknown() -> None:
    for kind in ("commercial", "medicare_advantage", "somebody_else"):
        assert terms_of(kind).last_appeal_day(date(2026, 1, 1)) is None
        assert terms_of(kind).last_filing_day(date(2026, 1, 1)) is None
