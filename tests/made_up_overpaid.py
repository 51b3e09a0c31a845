"""A practice whose paid lines turn out not to stand: drawn, sent, paid, and then overtaken."""

from __future__ import annotations

import pytest

import made_up_payer as payer
from made_up_billing import CHARGES, DIRECTORY, ENDS, NOW, PATIENT, rows_of_one
from made_up_practices import Clock, Practice
from proofline.desk.billing import answering, drafting, sending
from proofline.desk.billing import book as billing
from proofline.desk.billing.papers import keep_paper
from proofline.desk.working import Worker

LIST = b"code,charge\n" + b"".join(
    f"{code},{listed[0][1] / 100:.2f}\n".encode() for code, listed in CHARGES.by_code.items()
)
ENTRY = DIRECTORY.payer["DEMO-MEDICARE"]
TOLD = f'[payer.DEMO-MEDICARE]\nid = "{ENTRY.id}"\nname = "{ENTRY.name}"\n'.encode()
TOLD += b'[practice.DEMO-PRACTICE]\ntaxonomy = "207Q00000X"\nphone = "2175550100"\n'


class Killed(BaseException):
    """What a killed process leaves of a round."""


def with_papers(desk: Practice) -> None:
    keep_paper(desk.opened("owner"), "charges", LIST, NOW)
    keep_paper(desk.opened("owner"), "directory", TOLD, NOW)


def rounds(clock: Clock, reached: str = "") -> None:
    def dies(step: str) -> None:
        if step == reached:
            raise Killed

    for _ in range(50):
        clock.after(seconds=90)
        if not Worker("w", clock, reached=dies).round():
            return


@pytest.fixture
def later(clock: Clock) -> Clock:
    clock.at = NOW
    return clock


def paid(desk: Practice, later: Clock) -> list[str]:
    """Let the worker draw, send all, and have all of it paid; give the lines."""
    with_papers(desk)
    rounds(later)
    biller = desk.opened("biller")
    drafting.make_ready(biller, drafting.Papers(CHARGES, DIRECTORY), later.at)
    claims = billing.lines_of(biller).current("ready")
    sending.submit(biller, [one.claim_id for one in claims], ENDS, later.at)
    for claim in claims:
        told = {one.code: payer.paid(one) for one in claim.lines}
        cents = sum(told[one.code][0] for one in claim.lines)
        payee = payer.payee_of(claim)
        data = payer.remittance(payer.claim_of(claim, told), cents=cents, payee=payee)
        posted = answering.post(biller, data, later.at)
        assert len(posted.changes) == len(claim.lines), posted.waiting
    rounds(later)
    return [line.line_id for claim in claims for line in claim.lines]


def consent_was_a_mistake(desk: Practice, later: Clock) -> None:
    consents = [row for row in rows_of_one()["consents"] if row["patient_id"] == PATIENT]
    with desk.opened("coordinator").act("test", later.at, "given by somebody else") as act:
        act.withdraw("consents", consents)
    rounds(later)
