"""`proofline remits match` and `acks post`: what waits, what is refused, what is told apart."""

from __future__ import annotations

from pathlib import Path

import made_up_back as made
import made_up_payer as payer
from at_the_terminal import on_disk, typed
from made_up_claims import ACT, claim, line, sent
from proofline.claims.book import Book

SUPPLY = line("99454")
ONLY = {"99454": payer.paid(SUPPLY)}


def test_what_waits_is_listed_and_posted_when_its_line_is_there(tmp_path: Path) -> None:
    book, one = Book(tmp_path / "book"), claim()
    book.next_controls(ACT, interchange=1)  # a book, though without a line
    data = payer.remittance(payer.claim_of(one, ONLY), cents=11_000)
    path = on_disk(tmp_path, "early.835", data)
    first = typed("remits", "match", path, "--book", tmp_path / "book")
    assert first.exit_code == 0
    assert "early.835: 0 posted, 0 posted before, 1 waiting" in first.stdout
    assert "110.00: the book has no line of this number (REF*6R)" in first.stdout
    path.unlink()
    book.draw([one], ACT)
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    again = typed("remits", "match", "--book", tmp_path / "book")
    assert "1 posted, 0 posted before, 0 waiting" in again.stdout
    book.refresh()
    assert book.lines[SUPPLY.line_id].state == "paid"
    assert "ZZTEST" not in first.output + again.output


def test_provider_money_and_take_backs_are_told_apart(tmp_path: Path) -> None:
    _, one = sent(tmp_path / "book")
    good = on_disk(tmp_path, "a.835", payer.remittance(payer.claim_of(one, ONLY), cents=11_000))
    back = payer.claim_of(one, {"99454": (11_000, "CAS*CO*45*-10.00", "")}, status="22")
    plb = [f"PLB*{made.NPI}*20261231*L6*-1.25"]
    data = payer.remittance(back, cents=-10_875, more=plb, trace="SECOND")
    taken = on_disk(tmp_path, "b.835", data)
    told = typed("remits", "match", good, taken, "--book", tmp_path / "book").stdout
    assert "denied  paid -110.00, in all 0.00  by REF*6R  takes back an earlier answer" in told
    assert "of no line (PLB L6): 1.25" in told


def test_a_payment_that_is_not_what_its_claims_add_up_to_is_told(tmp_path: Path) -> None:
    _, one = sent(tmp_path / "book")
    path = on_disk(tmp_path, "a.835", payer.remittance(payer.claim_of(one, ONLY), cents=11_500))
    told = typed("remits", "match", path, "--book", tmp_path / "book").stdout
    assert "does not add up: segment 3, the payment: stated 115.00, explained 110.00" in told
    assert "difference 5.00" in told


def test_a_refused_or_test_file_is_told_and_the_others_are_posted(tmp_path: Path) -> None:
    _, one = sent(tmp_path / "book")
    body = payer.claim_of(one, ONLY)
    cut = on_disk(tmp_path, "cut.835", payer.remittance(body, cents=11_000)[:-30])
    test = on_disk(tmp_path, "test.835", payer.remittance(body, cents=11_000, usage="T"))
    good = on_disk(tmp_path, "good.835", payer.remittance(body, cents=11_000))
    result = typed("remits", "match", cut, test, good, "--book", tmp_path / "book")
    assert result.exit_code == 1
    assert "cut.835: refused" in result.stderr
    assert "(claims.test_file)" in result.stderr
    assert "good.835: 1 posted" in result.stdout
    assert len(list((tmp_path / "book" / "came").iterdir())) == 1


def test_acknowledgments_are_posted_and_strangers_told(tmp_path: Path) -> None:
    book, one = sent(tmp_path / "book")
    path = on_disk(tmp_path, "one.277", payer.status([one]))
    strange = on_disk(tmp_path, "two.277", made.claim_status())
    result = typed("acks", "post", path, strange, "--book", tmp_path / "book")
    assert result.exit_code == 0
    assert "2 lines accepted" in result.stdout
    assert "not in the book: claim C-1001" in result.stdout
    book.refresh()
    assert {kept.state for kept in book.lines.values()} == {"accepted"}
    bad = on_disk(tmp_path, "bad.277", path.read_bytes()[:200])
    assert typed("acks", "post", bad, "--book", tmp_path / "book").exit_code == 1
