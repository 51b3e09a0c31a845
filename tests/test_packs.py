"""The law: the pages on the shelf hold, they say what the rules of each date say, and are found."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from pathlib import Path

import pytest

import proofline
from proofline.packs import check, examples, shelf
from proofline.packs.errors import PackError
from proofline.packs.examples import Between, Bill
from proofline.packs.page import Requirement
from proofline.packs.sources import sources

HOUSE = Path(proofline.__file__).parent
CATALOG = tomllib.loads((HOUSE / "facts" / "catalog.toml").read_text("utf-8"))
RPM = "medicare-rpm"


@pytest.mark.slow
@pytest.mark.parametrize("pack", shelf.packs())
def test_every_guard_holds_for_every_page(pack: str) -> None:
    assert [str(problem) for problem in check.pack_problems(pack, CATALOG)] == []


def test_published_pages_are_as_they_were_published() -> None:
    assert [str(problem) for problem in check.published()] == []


@pytest.mark.slow
def test_every_code_of_every_example_page_is_billed_somewhere() -> None:
    for page in shelf.pages(RPM):
        beside = shelf.ROOT / RPM / f"{page.effective}.md"
        rows = examples.read(beside, page)
        assert {code for row in rows for code in row.bills} == set(page.codes), page.name


# What the rules of each date say, one line per thing that moved -----------------------------------


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2019, 7, 31), {"99453", "99454", "99457"}),
        (date(2020, 1, 31), {"99453", "99454", "99457", "99458"}),
        (date(2025, 12, 31), {"99453", "99454", "99457", "99458"}),
        (date(2026, 1, 1), {"99453", "99454", "99457", "99458", "99445", "99470"}),
    ],
)
def test_the_codes_of_a_date(day: date, codes: set[str]) -> None:
    page = shelf.on(RPM, day)
    assert set(page.codes) == codes
    assert set(page.absents) == {"99445", "99470", "99458"} - codes


@pytest.mark.parametrize(
    ("day", "code", "fact", "least"),
    [
        (date(2019, 7, 31), "99454", "transmission_days", 16),
        (date(2020, 2, 29), "99453", "transmission_days", 16),
        (date(2020, 3, 1), "99453", "phe_transmission_days", 16),
        (date(2023, 5, 11), "99454", "phe_transmission_days", 16),
        (date(2023, 5, 12), "99454", "transmission_days", 16),
        (date(2025, 12, 31), "99453", "transmission_days", 16),
        (date(2026, 1, 1), "99453", "transmission_days", 2),
        (date(2026, 1, 1), "99454", "transmission_days", 16),
        (date(2026, 1, 1), "99445", "transmission_days", 2),
        (date(2026, 1, 1), "99445", "transmission_days_in_force", 2),
        (date(2019, 7, 31), "99457", "direct_minutes", 20),
        (date(2020, 1, 1), "99457", "treatment_minutes", 20),
        (date(2020, 1, 1), "99458", "treatment_minutes", 40),
        (date(2026, 1, 1), "99470", "treatment_minutes", 10),
    ],
)
def test_the_least_that_a_code_asks_for(day: date, code: str, fact: str, least: int) -> None:
    gates = gates_of(day, code)
    assert [gate.min for gate in gates if gate.fact == fact] == [least]


def test_the_time_codes_ask_for_no_sixteen_days_on_any_date() -> None:
    for page in shelf.pages(RPM):
        for code in {"99457", "99458", "99470"} & page.codes.keys():
            days = [r for r in needed(page.effective, code) if r.fact.endswith("transmission_days")]
            assert [(r.min, r.level) for r in days] == [(1, "hold")], (page.name, code)


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (date(2020, 2, 29), True),
        (date(2020, 3, 1), False),
        (date(2023, 5, 11), False),
        (date(2023, 5, 12), True),
        (date(2026, 6, 1), True),
    ],
)
def test_new_patients_may_begin_in_the_emergency_only(day: date, *, asked: bool) -> None:
    for code in shelf.on(RPM, day).codes:
        assert ("established" in {gate.fact for gate in gates_of(day, code)}) is asked


@pytest.mark.parametrize(
    ("day", "level", "number"),
    [
        (date(2023, 12, 31), "gate", "all-inclusive"),
        (date(2024, 5, 1), "gate", "G0511"),
        (date(2025, 9, 30), "warn", "G0511"),
        (date(2025, 10, 1), None, ""),
    ],
)
def test_how_clinics_bill_it(day: date, level: str | None, number: str) -> None:
    clinic = [r for r in needed(day, "99454") if r.fact == "practice_kind"]
    assert [r.level for r in clinic] == ([level] if level else [])
    assert all(number in r.text for r in clinic)


def test_therapeutic_monitoring_is_a_rival_from_2022() -> None:
    for page in shelf.pages(RPM):
        rivals = {r.fact for r in page.requirements.values()} & {"rival_services"}
        assert bool(rivals) == (page.effective >= date(2022, 1, 1)), page.name


def test_an_add_on_pays_each_complete_twenty_minutes_three_times() -> None:
    for page in shelf.pages(RPM):
        units = page.codes["99458"].units if "99458" in page.codes else None
        if units is not None:
            assert (units.fact, units.after, units.each, units.cap) == (
                "treatment_minutes",
                20,
                20,
                3,
            )


def test_ladders_begin_with_the_highest_code() -> None:
    ladders = shelf.on(RPM, date(2026, 1, 1)).exclusives
    assert [ladder.codes for ladder in ladders.values()] == [
        ("99454", "99445"),
        ("99457", "99470"),
    ]


def needed(day: date, code: str) -> list[Requirement]:
    """Give what a code asks for on a day, without the second test of the cycle clock."""
    page = shelf.on(RPM, day)
    return [page.requirements[name] for name in page.codes[code].requires]


def gates_of(day: date, code: str) -> list[Requirement]:
    """Give those of them without which the code is not billable."""
    return [requirement for requirement in needed(day, code) if requirement.level == "gate"]


# Finding a page -----------------------------------------------------------------------------------


def test_a_page_rules_from_its_date_to_the_day_before_the_next() -> None:
    assert shelf.on(RPM, date(2025, 12, 31)).name == "medicare-rpm/2025-10-01"
    assert shelf.on(RPM, date(2026, 1, 1)).name == "medicare-rpm/2026-01-01"
    assert shelf.on(RPM, date(2031, 1, 1)).name == "medicare-rpm/2026-01-01"


def test_a_date_before_the_first_page_is_refused_and_told_the_first() -> None:
    with pytest.raises(PackError, match=r"no law on file for 2018-12-31.*2019-01-01") as refusal:
        shelf.on(RPM, date(2018, 12, 31))
    assert refusal.value.code == "pack.before_first_page"


def test_what_is_not_on_the_shelf_is_refused_with_what_is() -> None:
    with pytest.raises(PackError, match=r"no rule pack medicare-xyz.*medicare-rpm"):
        shelf.effective_dates("medicare-xyz")
    with pytest.raises(PackError, match=r"no page 2026-01-02.*2026-01-01"):
        shelf.load(RPM, date(2026, 1, 2))
    with pytest.raises(PackError, match=r"No pack decides XYZ.*RPM"):
        shelf.base_pack("XYZ")


def test_packs_are_named_by_program_or_payer() -> None:
    assert shelf.base_pack("RPM") == RPM
    assert RPM not in shelf.payer_packs()
    assert set(shelf.payer_packs()) < set(shelf.packs())


def test_dates_are_known_without_reading_a_page(tmp_path: Path) -> None:
    (tmp_path / RPM).mkdir()
    (tmp_path / RPM / "2026-01-01.toml").write_text("this is no TOML")
    assert shelf.effective_dates(RPM, root=tmp_path) == (date(2026, 1, 1),)
    with pytest.raises(PackError, match=r"medicare-rpm/2026-01-01.toml: .*line 1"):
        shelf.on(RPM, date(2026, 5, 1), root=tmp_path)


def test_a_page_not_named_by_a_date_is_refused(tmp_path: Path) -> None:
    (tmp_path / RPM).mkdir()
    (tmp_path / RPM / "from-july-2026.toml").write_text("")
    with pytest.raises(PackError, match=r"from-july-2026.toml is not named by a date"):
        shelf.effective_dates(RPM, root=tmp_path)


def test_a_digest_is_the_hash_of_the_file() -> None:
    content = (shelf.ROOT / RPM / "2026-01-01.toml").read_bytes()
    wanted = "sha256:" + hashlib.sha256(content).hexdigest()
    assert shelf.on(RPM, date(2026, 1, 1)).digest == wanted


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("days_16_to_30", ">= 16"),
        ("days_2_to_15", ">= 2 and <= 15"),
        ("one_practice", "<= 0"),
        ("signed_off", "yes"),
        ("biller_role", "one of physician, npp"),
    ],
)
def test_a_bound_is_told_in_few_words(name: str, needs: str) -> None:
    assert shelf.on(RPM, date(2026, 1, 1)).requirements[name].needs == needs


def test_no_source_of_a_page_is_graded_higher_than_what_was_read() -> None:
    for source in sources().values():
        if source.read.startswith(("not itself", "citation only", "nothing", "no source")):
            assert source.grade != "A", source.key


# Reading examples ---------------------------------------------------------------------------------

TABLES = """
Prose | with a bar is no table.

| fact | value |
|------|-------|
| transmission_days | 20 |
| place_of_service | 11 |

| example | transmission_days | signed_off | bills | because |
|---------|------------------:|------------|-------|---------|
| first | 16 | yes | 99454 99458x2 | |
| unknown | `?` | no | [99454] | 99454: days_16_to_30; 99457 99458: signed_off |

Clock: cycle

| example | transmission_days | bills | because |
|---|---|---|---|
| unsettled | 15..16 | - | |
"""


def read_tables(text: str) -> tuple[examples.Example, ...]:
    """Read example tables as if they stood beside the page of 2026."""
    return examples.parse(text, shelf.on(RPM, date(2026, 1, 1)), file="a.md")


def test_cells_are_counts_flags_words_spans_or_unknown() -> None:
    first, unknown, unsettled = read_tables(TABLES)
    assert first.facts == {"transmission_days": 16, "place_of_service": "11", "signed_off": True}
    assert unknown.facts == {
        "transmission_days": None,
        "place_of_service": "11",
        "signed_off": False,
    }
    assert unsettled.facts == {"transmission_days": Between(15, 16), "place_of_service": "11"}


def test_an_example_says_what_is_billed_and_why_the_rest_is_not() -> None:
    first, unknown, unsettled = read_tables(TABLES)
    assert first.bills == {"99454": Bill(1, held=False), "99458": Bill(2, held=False)}
    assert unknown.bills == {"99454": Bill(1, held=True)}
    assert unsettled.bills == {}
    assert unknown.because == (
        ("99454", "days_16_to_30"),
        ("99457", "signed_off"),
        ("99458", "signed_off"),
    )


def test_an_example_knows_its_clock_and_its_line() -> None:
    first, _, unsettled = read_tables(TABLES)
    assert (first.clock, first.place) == ("month", "a.md:11")
    assert (unsettled.clock, unsettled.place) == ("cycle", "a.md:18")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("| 99454 99458x2 |", "| 99454 twice |", "a.md:11: bills twice"),
        ("| [99454] |", "| [99454 |", r"a.md:12: bills \[99454"),
        ("| - |", "| |", "a.md:18: no bills"),
        ("| unsettled |", "| |", "a.md:18: no example"),
        ("Clock: cycle", "Clock: week", "a.md:14: no clock week"),
        ("99454: days_16_to_30;", "99454 days;", "a.md:12: because 99454 days"),
        ("| 15..16 | - | |", "| 15..16 | - |", "a.md:18: 3 cells under 4 heads"),
    ],
)
def test_a_broken_example_is_named_with_its_line(old: str, new: str, words: str) -> None:
    assert old in TABLES
    with pytest.raises(PackError, match=words):
        read_tables(TABLES.replace(old, new))
