"""What CMS's loaded tables, and the age of decisions, say of a claim before it is sent."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from made_up_claims import ACT, claim, decision, line
from proofline.claims.book import Book, decided
from proofline.claims.claim import Claim, ClaimLine, Coverage, Payer
from proofline.claims.drawing import identity
from proofline.claims.edits import Billed, Edit, Setting, blocking, edits
from proofline.claims.edits.setting import decided_on
from proofline.claims.fees.facts import AddOn, CodePair, UnitLimit
from proofline.claims.fees.trouble import FeesError

TODAY = date(2026, 5, 4)


def codes(found: list[Edit], severity: str = "block") -> set[str]:
    return {one.code for one in found if one.severity == severity}


def of(code: str, day: date, start: str, **other: object) -> ClaimLine:
    """Make the line of another period."""
    period = {"kind": "cycle", "start": start, "end": start, "number": 2}
    line_id, key = identity(decision(code, period=period))
    dated = {"first_day": day, "last_day": day, "line_id": line_id, "decision_key": key}
    return line(code, **(dated | other))


def to(one: Claim, payer: Payer, member_id: str = "X1") -> Claim:
    """Send a claim to another payer."""
    return structs.replace(one, coverages=(Coverage(payer, member_id),))


class Tables:
    """Made-up tables: at most three units of 99458 a day, and one pair."""

    def __init__(self, indicator: int = 3, *, modifier: bool = True) -> None:
        self.indicator, self.modifier = indicator, modifier
        self.open_lists: tuple[AddOn, ...] = ()

    def lists(self, code: str, on: date) -> bool:
        return code != "99470" or on.year >= 2026  # the code began with 2026

    def unit_limit(self, code: str, on: date) -> UnitLimit | None:
        if on.year != 2026:
            raise FeesError("fees.no_file", "No table for that day is loaded.", "Load one.")
        return UnitLimit(code, 3, self.indicator) if code == "99458" else None

    def pair(self, one: str, other: str, on: date) -> CodePair | None:
        if {one, other} != {"99457", "99091"} or on.year != 2026:
            return None
        return CodePair("99457", "99091", date(2020, 1, 1), self.modifier)

    def primaries(self, code: str, on: date) -> list[AddOn]:
        if code != "99439" or on.year < 2021:
            return []
        return [AddOn("99439", "99490", 1, date(2021, 1, 1)), *self.open_lists]


@pytest.mark.parametrize(
    ("beside", "open_lists", "stopped"),
    [
        ("99454", (), True),
        ("99490", (), False),
        ("99454", (AddOn("99439", "", 2, date(2021, 1, 1)),), False),  # the contractor may take it
    ],
)
def test_an_add_on_of_a_closed_list_needs_its_primary(
    beside: str, open_lists: tuple[AddOn, ...], *, stopped: bool
) -> None:
    tables = Tables()
    tables.open_lists = open_lists
    found = edits(claim(line("99439"), line(beside)), Setting(TODAY, official=tables))
    assert ("ncci.add_on" in codes(found)) is stopped


def test_an_add_on_stands_beside_a_primary_of_another_claim_in_its_month() -> None:
    one = claim(line("99439"), line("99454"))
    for day, stopped in [(date(2026, 3, 2), False), (date(2026, 4, 2), True)]:
        other = Billed("MADEUP-P1", of("99490", day, day.isoformat()))
        setting = Setting(TODAY, others={"MADEUP-P1": [other]}, official=Tables())
        assert ("ncci.add_on" in codes(edits(one, setting))) is stopped


@pytest.mark.parametrize(("units", "stopped"), [(3, False), (4, True)])
def test_units_above_the_mue_are_stopped(units: int, stopped: bool) -> None:
    one = claim(line("99457"), line("99458", units=units))
    found = edits(one, Setting(TODAY, official=Tables()))
    assert ("ncci.mue" in codes(found)) is stopped


@pytest.mark.parametrize(("indicator", "stopped"), [(1, False), (2, True), (3, True)])
def test_units_of_a_day_count_together_unless_the_limit_is_by_line(
    indicator: int, stopped: bool
) -> None:
    more = of("99458", date(2026, 3, 30), "2026-03-02", units=2)
    one = claim(line("99457"), line("99458", units=2), more)
    found = edits(one, Setting(TODAY, official=Tables(indicator)))
    assert ("ncci.mue" in codes(found)) is stopped


@pytest.mark.parametrize(
    ("modifiers", "allowed", "stopped"),
    [((), True, True), (("59",), True, False), (("59",), False, True), (("GP",), True, True)],
)
def test_a_bundled_pair_is_stopped(
    modifiers: tuple[str, ...], allowed: bool, stopped: bool
) -> None:
    one = claim(line("99091", modifiers=modifiers), line("99457"))
    found = edits(one, Setting(TODAY, official=Tables(modifier=allowed)))
    assert ("ncci.pair" in codes(found)) is stopped


def test_a_pair_on_two_days_is_no_pair() -> None:
    one = claim(line("99091", last_day=date(2026, 3, 29)), line("99457"))
    assert "ncci.pair" not in codes(edits(one, Setting(TODAY, official=Tables())))


def test_to_other_payers_ncci_is_a_warning() -> None:
    plan = Payer("77777", "Made-up Plan", "commercial", "CI")
    one = to(claim(line("99457"), line("99458", units=4)), plan)
    found = edits(one, Setting(TODAY, official=Tables()))
    assert "ncci.mue" in codes(found, "warn")
    assert not blocking(found)


def test_a_day_without_loaded_tables_is_told_of() -> None:
    served = date(2025, 12, 1)
    one = claim(line("99454", first_day=served, last_day=served))
    found = edits(one, Setting(date(2026, 1, 4), official=Tables()))
    assert codes(found, "warn") == {"ncci.mue_unchecked"}


@pytest.mark.parametrize(
    ("kind", "served", "severity"),
    [
        ("medicare_ffs", date(2025, 12, 31), "block"),
        ("commercial", date(2025, 12, 31), "warn"),
        ("medicare_ffs", date(2026, 1, 1), None),
    ],
)
def test_a_code_that_the_schedule_of_its_day_has_not_is_stopped(
    kind: str, served: date, severity: str | None
) -> None:
    one = claim(line("99470", first_day=served, last_day=served))
    if kind == "commercial":
        one = to(one, Payer("77777", "Made-up Plan", kind, "CI"))
    found = edits(one, Setting(date(2026, 1, 30), official=Tables()))
    assert [each.severity for each in found if each.code == "line.code_unknown"] == (
        [severity] if severity else []
    )


@pytest.mark.parametrize(("days", "told"), [(14, False), (15, True)])
def test_a_decision_of_weeks_ago_is_told_of_and_blocks_nothing(days: int, *, told: bool) -> None:
    one = claim()
    on = TODAY - timedelta(days=days)
    found = edits(one, Setting(TODAY, decided={line.line_id: on for line in one.lines}))
    assert codes(found, "warn") == ({"line.decision_old"} if told else set())
    assert not blocking(found)
    assert all(f"{days} days ago" in each.reason for each in found)


def test_the_book_says_from_which_decisions_its_lines_are(tmp_path: Path) -> None:
    book, one = Book(tmp_path), claim()
    book.draw([one], ACT, decided=decided([decision("99454")], date(2026, 4, 1)))
    ids = {line.line_id for line in one.lines}
    assert decided_on(book) == dict.fromkeys(ids, date(2026, 4, 1))
    void = structs.replace(one, frequency="8", original_reference="MADEUP1")
    setting = Setting(TODAY, decided=decided_on(book))
    assert "line.decision_old" in codes(edits(one, setting), "warn")
    assert "line.decision_old" not in codes(edits(void, setting), "warn")
