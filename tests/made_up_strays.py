"""Answers of a payer that find no line of a practice."""

from __future__ import annotations

import re

import pytest

import made_up_payer as payer
from made_up_billing import NOW, sent
from made_up_practices import Practice
from proofline.claims.claim import Claim
from proofline.desk.billing import answering

WHY = "the payer's desk named the line by telephone"


@pytest.fixture
def stray(decided_practice: Practice) -> tuple[Practice, Claim]:
    """A practice whose payer answered a line under a number that nobody knows."""
    claim, _ = sent(decided_practice)
    strange = re.sub(r"REF\*6R\*\w+", "REF*6R*PLNOBODYKNOWS", "~".join(answer_of(claim)))
    data = payer.remittance(
        strange.split("~"), cents=claim.lines[0].charge - 1000, payee=payer.payee_of(claim)
    )
    posted = answering.post(decided_practice.opened("biller"), data, NOW)
    assert len(posted.waiting) == 1
    return decided_practice, claim


def answer_of(claim: Claim) -> list[str]:
    """What a payer says of the first line of a claim, paid but for ten dollars."""
    line = claim.lines[0]
    return payer.claim_of(claim, {line.code: payer.paid(line)})
