"""The families of codes: each code of each page has its place, and who excludes whom is mutual."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from typing import Any

import pytest

from proofline.packs import shelf
from proofline.packs.page import Page

FILE: dict[str, Any] = tomllib.loads((shelf.ROOT / "families.toml").read_text("utf-8"))
RIVAL_FACTS = {"rival_services", "rival_enrollments"}
KIND_OF_PERIOD = {
    "setup": "setup",
    "cycle": "supply",
    "clock": "management",
    "month": "management",
}

Families = Mapping[str, Collection[str]]
Rivals = Mapping[str, Collection[str]]


def members(entries: Collection[str]) -> list[str]:
    """Write a family's codes out, ranges too."""
    spans = [entry.partition("-") for entry in entries]
    return [
        str(code)
        for first, _, last in spans
        for code in (range(int(first), int(last) + 1) if last else [first])
    ]


FAMILIES: Families = {name: members(entries) for name, entries in FILE["family"].items()}
OWN: Mapping[str, Families] = {
    program: {name: FAMILIES[name] for name in names} for program, names in FILE["program"].items()
}


def misplaced(page: Page, families: Families) -> list[str]:
    """Name the codes of a page, absent ones too, that are not in exactly one family."""
    places = {
        code: [name for name, codes in families.items() if code in codes]
        for code in [*page.codes, *page.absents]
    }
    return [f"{code} is in {names or 'none'}" for code, names in places.items() if len(names) != 1]


def one_sided(rivals: Rivals) -> list[str]:
    """Name the programs that exclude one which does not exclude them, or themselves."""
    return [
        f"{program} excludes {other}"
        for program, others in rivals.items()
        for other in others
        if program == other or program not in rivals.get(other, ())
    ]


@pytest.mark.parametrize("pack", shelf.packs())
def test_every_code_of_a_page_is_in_one_family_of_its_program(pack: str) -> None:
    for page in shelf.pages(pack):
        assert misplaced(page, OWN[page.program]) == [], page.name


@pytest.mark.parametrize("pack", shelf.packs())
def test_a_family_is_called_by_what_its_codes_are_for(pack: str) -> None:
    for page in shelf.pages(pack):
        for code in page.codes.values():
            family = f"{page.program.lower()}_{KIND_OF_PERIOD[code.period]}"
            assert code.code in FAMILIES[family], (page.name, code.code)


def test_no_code_is_in_two_families() -> None:
    codes = [code for family in FAMILIES.values() for code in family]
    assert sorted(code for code in set(codes) if codes.count(code) > 1) == []


def test_every_program_has_its_families_and_rivals() -> None:
    programs = {page.program for pack in shelf.packs() for page in shelf.pages(pack)}
    assert set(FILE["program"]) == set(FILE["rivals"]) == programs
    owned = [name for names in FILE["program"].values() for name in names]
    assert sorted(owned) == sorted(set(owned))


def test_programs_exclude_each_other_or_neither() -> None:
    assert one_sided(FILE["rivals"]) == []


def test_a_program_with_rivals_has_pages_that_cite_why_and_one_without_has_none() -> None:
    for program, rivals in FILE["rivals"].items():
        pack = shelf.base_pack(program)
        latest = shelf.load(pack, shelf.effective_dates(pack)[-1])
        asked = {bound.fact for bound in latest.requirements.values()} & RIVAL_FACTS
        assert asked == (RIVAL_FACTS if rivals else set()), latest.name


def test_a_code_without_a_family_or_in_two_is_named() -> None:
    pack = shelf.base_pack("RPM")
    page = shelf.load(pack, shelf.effective_dates(pack)[0])
    families = {**OWN["RPM"], "rpm_supply": ["99445"], "again": ["99453"]}
    assert misplaced(page, families) == [
        "99453 is in ['rpm_setup', 'again']",
        "99454 is in none",
    ]


def test_a_rival_that_is_not_mutual_is_named() -> None:
    rivals = {"RPM": ["RTM"], "RTM": [], "CCM": ["CCM"]}
    assert one_sided(rivals) == ["RPM excludes RTM", "CCM excludes CCM"]
