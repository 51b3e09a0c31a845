"""The README of the amendments room, command by command."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import made_up_back as made
import made_up_payer as payer
from at_the_terminal import follow, readme
from made_up_claims import ACT
from proofline.claims import amending
from proofline.claims.amending.register import Register
from proofline.claims.answers.posting import post
from proofline.claims.book import Book

if TYPE_CHECKING:
    from proofline.claims.claim import Claim

BOOK = Path("BOOK")


def leave_and_be_paid() -> None:
    book = Book(BOOK)
    ids = [one.claim_id for one in book.current("drawn")]
    book.make_ready(ids, ACT)
    book.submit(ids, ACT)
    bodies, cents = [], 0
    for one in book.current("submitted"):
        cents += sum(payer.paid(line)[0] for line in one.lines)
        bodies.append(answer(one))
    whole = payer.remittance(*bodies, cents=cents, payee=payer.payee_of(one))
    posted = post(book, whole, ACT)
    assert posted.waiting == ()


def answer(claim: Claim) -> list[str]:
    """Answer a claim line by line, for a code may be on it twice."""
    told = [payer.line_of(line, payer.paid(line)) for line in claim.lines]
    paid = sum(payer.paid(line)[0] for line in claim.lines)
    money = f"{payer.dollars(claim.total)}*{payer.dollars(paid)}*"
    return made.claim(claim.claim_id, "1", money, *(each for one in told for each in one))


def named(line: str) -> str:
    """Put the ids in that nobody can know before, and the day."""
    if "CASE" not in line and "AMENDMENT" not in line:
        return line
    case = next(one for one in Register(BOOK).cases.values() if one.paid == 11_000)
    today = date.today().isoformat()  # noqa: DTZ011 - the day on which the command finds it
    line = line.replace("AMENDMENT", case.amendment_id).replace("CASE", case.case_id)
    return line.replace("TODAY", today)


@pytest.mark.slow
def test_the_readme_leads_from_what_is_learned_to_what_is_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    follow(readme(amending), lay=lay, after=paid_when_drafted, named=named)


def lay(name: str, text: str) -> None:
    """Lay a file; what is learned later comes to the rows that are there."""
    if name == "later.csv":
        with Path("demo-practice/other_services.csv").open("a", encoding="utf-8") as file:
            file.write(text)
    else:
        Path(name).write_text(text, "utf-8")


def paid_when_drafted(command: str) -> None:
    if "claims draft" in command:
        leave_and_be_paid()
