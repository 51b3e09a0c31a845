"""What the edits let pass, the writer takes and a referee accepts."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, event, given, settings
from msgspec import structs

import claim_strategies
from made_up_claims import claim
from proofline.claims.claim import Claim
from proofline.claims.edits import Setting, blocking, edits
from proofline.claims.out.professional import professional
from proofline.claims.x12.trouble import X12Refused
from test_claims_edits import STOPPED, Changed

LATER = Setting(date(2027, 1, 1))
OF_CHANCE = {"line.base"}


def ours(chance: Claim) -> Claim:
    """Give a claim by chance our ids, one unit where there is one, and a payer that is known."""
    names = {one.line_id: f"L{number}" for number, one in enumerate(chance.lines)}
    lines = [
        structs.replace(
            one,
            line_id=names[one.line_id],
            units=one.units if one.code == "99458" else 1,
            charge=one.charge or 1,
        )
        for one in chance.lines
    ]
    first, *others = chance.coverages
    payer = structs.replace(first.payer, kind="medicaid", filing_code="MC")
    asked = structs.replace(first, payer=payer, sequence="P")
    later = [structs.replace(one, sequence=mark) for one, mark in zip(others, "ST", strict=False)]
    unasked = [structs.replace(o, paid=None, paid_on=None, lines=(), adjustments=()) for o in later]
    return structs.replace(chance, claim_id="C1", lines=tuple(lines), coverages=(asked, *unasked))


@pytest.mark.slow
@settings(suppress_health_check=list(HealthCheck))
@given(claim_strategies.claims())
def test_claims_by_chance_that_pass_are_written(chance: Claim) -> None:
    found = edits(ours(chance), LATER)
    assert {one.code for one in found if one.severity == "block"} <= OF_CHANCE
    if not blocking(found):
        event("passes")
        assert professional([ours(chance)], claim_strategies.ENVELOPE)


@pytest.mark.parametrize(("code", "changed"), STOPPED)
def test_what_the_writer_refuses_the_edits_stop(code: str, changed: Changed) -> None:
    one = changed(claim())
    with suppress(X12Refused, TypeError, ValueError):
        professional([one], claim_strategies.ENVELOPE)
        return
    assert code in {found.code for found in edits(one, LATER)}


@pytest.mark.slow
def test_a_claim_that_passes_is_accepted_by_the_referee_and_says_who_is_insured() -> None:
    one = claim()
    assert edits(one, LATER) == []
    data = professional([one], claim_strategies.ENVELOPE)
    assert claim_strategies.accepted(data)[0]
    assert b"SBR*P*18*******MB~" in data
