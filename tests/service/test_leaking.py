"""Lines that leak have an amount: what the loaded fees would make of them, and never nothing."""

from __future__ import annotations

import pytest

from made_up_billing import (
    AS_OF,
    CHARGES,
    DIRECTORY,
    NOW,
    PAPERS,
    PATIENT,
    decided_practice,
    decisions_of_one,
)
from made_up_practices import Practice
from proofline.claims.claim import Cents, ClaimLine, Coverage
from proofline.claims.expecting import Expecting
from proofline.claims.fees.shelf import Shelf
from proofline.claims.sheets.people import Row
from proofline.desk.billing.drafting import Papers, draft
from proofline.desk.showing.billing.stands import stands
from proofline.desk.showing.practice import behind, money
from proofline.desk.showing.practice.behind import Asked
from proofline.store.book import by_ourselves
from proofline.store.counting import anew
from proofline.store.decided import keep
from proofline.store.models import Job

__all__ = ["decided_practice"]

BILLABLE = "billable"


class Loaded(Expecting, frozen=True):
    """Fees of which one code is loaded: each unit of it brings 43 dollars and 21 cents."""

    def __call__(self, line: ClaimLine, coverage: Coverage, practice: Row) -> Cents | None:
        del coverage, practice
        return 4321 * line.units if line.code == "99454" else None


def turned(practice: Practice, outcome: str) -> int:
    """Have what is billable turn to an outcome; give how many lines of 99454 that are."""
    found = [one | {"outcome": outcome} for one in decisions_of_one() if one["outcome"] == BILLABLE]
    with by_ourselves(practice.tenant_id) as book, book.act("decision", NOW) as act:
        keep(act, found, AS_OF)
    return sum(one["code"] == "99454" for one in found)


def leaking(practice: Practice) -> tuple[int, int, int]:
    found = money.money(practice.opened("owner"), NOW).sums[4]
    return found.lines, found.cents, found.unpriced


@pytest.mark.slow
def test_leaking_lines_are_worth_what_the_loaded_fees_make_of_them(
    decided_practice: Practice,
) -> None:
    priced = turned(decided_practice, "held")
    biller, loaded = decided_practice.opened("biller"), Loaded(Shelf(None))
    assert priced
    lines, *told = leaking(decided_practice)
    assert told == [0, lines], "no fee is loaded, and that is not nothing"
    for _ in range(2):  # told twice, counted once
        draft(biller, {PATIENT}, Papers(CHARGES, DIRECTORY, loaded), NOW)
        assert leaking(decided_practice) == (lines, 4321 * priced, lines - priced)
        (held, *_) = stands(decided_practice.opened("biller")).parts
        assert (held.sum.cents, held.sum.unpriced) == (4321 * priced, lines - priced)
    rows = behind.lines(decided_practice.opened("owner"), Asked("leaking"), NOW).rows
    assert {row.expected for row in rows if row.code == "99454"} == {4321}
    assert {row.expected for row in rows if row.code != "99454"} == {None}
    draft(biller, {PATIENT}, PAPERS, NOW)
    assert leaking(decided_practice) == (lines, 0, lines), "the fees were taken away again"


def test_a_line_that_is_cured_leaks_no_more(decided_practice: Practice) -> None:
    before = leaking(decided_practice)
    turned(decided_practice, "held")
    papers = Papers(CHARGES, DIRECTORY, Loaded(Shelf(None)))
    draft(decided_practice.opened("biller"), {PATIENT}, papers, NOW)
    assert leaking(decided_practice) > before
    turned(decided_practice, BILLABLE)
    held = [one["code"] for one in decisions_of_one() if one["outcome"] == "held"]
    cents = 4321 * held.count("99454")
    assert leaking(decided_practice) == (len(held), cents, len(held) - held.count("99454"))


def test_lists_made_anew_have_held_lines_priced_again(decided_practice: Practice) -> None:
    turned(decided_practice, "held")
    tenant_id = decided_practice.tenant_id
    with by_ourselves(tenant_id):
        anew.lay_down(tenant_id, NOW)
        assert Job.objects.filter(tenant_id=tenant_id, kind="bill", subject=PATIENT).exists()
