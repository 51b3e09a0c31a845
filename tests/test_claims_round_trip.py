"""From the demo practice to the payer and back: what the README of the claims room shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import made_up_back as made
import made_up_payer as payer
from at_the_terminal import follow, readme, typed
from proofline import claims
from proofline.claims.answers.explaining import explain
from proofline.claims.book import Book
from proofline.cli.claims.explaining import decided_anew
from proofline.packet import verify

if TYPE_CHECKING:
    from proofline.claims.claim import ClaimLine

REFUSED = {
    "DEMO-UTC-FLIP-UP-RPM cycle 2026-01-02 99457": ("151", "N362"),
    "DEMO-UTC-FLIP-UP-RPM cycle 2026-02-01 99454": ("119", "N640"),
    "DEMO-UTC-FLIP-UP-RPM cycle 2026-03-03 99454": ("50", ""),
    "DEMO-UTC-FLIP-UP-RPM cycle 2026-03-03 99457": ("27", ""),
}
"""Reason and remark by decision; everything else is paid."""
OPENS = {
    "151": {"minutes_20", "month_minutes_20"},
    "119": {"supply_once", "one_practice"},
    "50": {"condition_named", "order_on_file"},
    "27": set(),
}
"""Requirements that each reason must open: what rules on them, by hand from the table."""


def verdict(line: ClaimLine) -> payer.Verdict:
    refused = REFUSED.get(line.decision_key)
    return payer.refused(line, *refused) if refused else payer.paid(line)


def answers() -> None:
    """Let the payer read what was dropped, and answer it."""
    (dropped,) = Path("drop").iterdir()
    sent = Book(Path("BOOK")).current("submitted")
    data = dropped.read_bytes()
    assert [one.claim_id.encode() in data for one in sent] == [True] * len(sent) != []
    bodies, cents = [], 0
    for one in sent:
        verdicts = [verdict(line) for line in one.lines]
        told = [payer.line_of(*each) for each in zip(one.lines, verdicts, strict=True)]
        paid = sum(each[0] for each in verdicts)
        money = f"{payer.dollars(one.total)}*{payer.dollars(paid)}*"
        bodies.append(made.claim(one.claim_id, "1", money, *(seg for each in told for seg in each)))
        cents += paid
    (payee,) = {payer.payee_of(one) for one in sent}
    Path("took.999").write_bytes(payer.taken_in(data))
    Path("status.277").write_bytes(payer.status(sent))
    Path("paid.835").write_bytes(payer.remittance(*bodies, cents=cents, payee=payee))


@pytest.mark.slow
def test_the_readme_leads_to_the_payer_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("drop").mkdir()
    follow(readme(claims), after=answered_when_sent)
    every_denial_opens_what_it_questions(Book(Path("BOOK")))
    a_stranger_verifies_the_whole_way()


def answered_when_sent(command: str) -> None:
    if "claims send" in command:
        answers()


def every_denial_opens_what_it_questions(book: Book) -> None:
    lines = {line.decision_key: line for one in book.claims.values() for line in one.lines}
    states = {key: book.lines[line.line_id].state for key, line in lines.items()}
    assert {key for key, state in states.items() if state == "denied"} == set(REFUSED)
    assert {state for key, state in states.items() if key not in REFUSED} == {"paid"}
    for key, (reason, _) in REFUSED.items():
        line_id = lines[key].line_id
        asked = (date(2026, 4, 20), "cycle")
        decision, _ = decided_anew(book, line_id, Path("demo-practice"), asked)  # type: ignore[arg-type]
        told = explain(book, line_id, decision)
        (cause,) = told.causes
        assert cause.code == reason
        opened = {one.requirement for one in cause.questioned}
        assert opened >= OPENS[reason]
        assert bool(opened) == bool(OPENS[reason])
        assert cause.answered == bool(opened)
        assert (cause.on_file == "nothing on file answers this") == (not opened)
        assert all(one.needs and one.cite for one in cause.questioned)
        assert not told.overtaken


def a_stranger_verifies_the_whole_way() -> None:
    """Keep in a ledger what was decided, sent, noted and answered, and check packets of it."""
    evidence = ("demo-practice", "--as-of", "2026-04-20")
    ledger = ("--ledger", "ledger.db", "--log-key", "log.key.pub")
    into = ("--into", "ledger.db", "--name", "ledger.example/made-up")
    for words in (
        ("decide", *evidence, "--keep", "RECORDS"),
        ("ledger", "keep", "demo-practice", "--records", "RECORDS", "--book", "BOOK", *into),
        ("ledger", "key", "ledger.example/made-up", "--into", "log.key"),
        ("ledger", "checkpoint", "ledger.db", "--key", "log.key", "--into", "outside"),
    ):
        assert typed(*words).exit_code == 0
    for line in ("1 99445", "1 99457", "2 99454"):  # paid, and two that were refused
        named = ("DEMO-UTC-FLIP-UP-RPM", *line.split(), "--evidence", *evidence)
        made_so = typed("packet", "make", *named, "--book", "BOOK", *ledger, "--into", "it.zip")
        assert made_so.exit_code == 0, made_so.output
        told = verify.checked(Path("it.zip").read_bytes(), "")
        assert not [one for one in told if one.startswith("LACKS")], told
        assert any("entries proven" in one for one in told), told
        Path("it.zip").unlink()
