"""What is submitted: only what may be, kept beside the book, and only from a book that is there."""

from __future__ import annotations

from pathlib import Path

import made_up_payer as payer
from at_the_terminal import typed
from made_up_claims import ACT, claim, line, sent
from proofline.claims.answers.acknowledged import Sent, acknowledge
from proofline.claims.answers.posting import post
from proofline.claims.x12.reading import segments
from test_cli_claims_write import ready, write


def test_what_was_paid_meanwhile_is_told_of_and_the_rest_is_sent(tmp_path: Path) -> None:
    book, one = sent(tmp_path / "book", line("99454"))
    acknowledge(book, payer.status([one], [one.claim_id]), ACT, Sent())
    other = claim(line("99457", charge=10_000))
    book.draw([one, other], ACT)
    book.make_ready([each.claim_id for each in book.current("drawn")], ACT)
    late = payer.claim_of(one, {"99454": payer.paid(one.lines[0])})
    post(book, payer.remittance(late, cents=11_000), ACT)
    words = ["claims", "check", "--book", str(tmp_path / "book"), "--as-of", "2026-05-04"]
    assert "line.paid_meanwhile" in typed(*words).output
    for kind in ("charges", "superbill"):
        told = write(tmp_path, kind, into=kind)
        assert "was paid meanwhile" in told.stderr, "on paper it would be billed twice too"
        assert ": 1 claims" in told.output
    told = write(tmp_path, "837p", "--submit")
    assert told.exit_code == 0, told.output
    assert "was paid meanwhile" in told.stderr
    assert "Hold it" in told.stderr
    (path,) = (tmp_path / "out").iterdir()
    assert [each[1] for each in segments(path.read_bytes()) if each.tag == "CLM"] == [
        other.claim_id
    ]
    alone = write(tmp_path, "837p", "--submit", into="again")
    assert (alone.exit_code, "was paid meanwhile" in alone.output) == (1, True)


def test_what_was_denied_meanwhile_is_warned_of_and_a_remittance_settles_a_rejection(
    tmp_path: Path,
) -> None:
    book, one = sent(tmp_path / "book", line("99454"))
    acknowledge(book, payer.status([one], [one.claim_id]), ACT, Sent())
    book.draw([one], ACT)
    denied = payer.claim_of(one, {"99454": payer.refused(one.lines[0], "50")})
    post(book, payer.remittance(denied, cents=0), ACT)
    words = ["claims", "check", "--book", str(tmp_path / "book"), "--as-of", "2026-05-04"]
    assert "line.denied_meanwhile (warning)" in typed(*words).output
    other, two = sent(tmp_path / "other", line("99454"))
    acknowledge(other, payer.status([two], [two.claim_id]), ACT, Sent())
    post(other, payer.remittance(denied, cents=0), ACT)
    assert {each.state for each in other.lines.values()} == {"denied"}, "it was adjudicated"


def test_what_was_submitted_is_kept_beside_the_book_and_a_test_file_is_not(tmp_path: Path) -> None:
    ready(tmp_path)
    write(tmp_path, "837p")
    assert not (tmp_path / "book" / "went").exists()
    assert write(tmp_path, "837p", "--submit").exit_code == 0
    (kept,) = (tmp_path / "book" / "went").iterdir()
    written = tmp_path / "out" / "837p-000000002.x12"
    assert kept.read_bytes() == written.read_bytes()
    answer = tmp_path / "took.999"
    answer.write_bytes(payer.taken_in(written.read_bytes()))
    told = typed("acks", "post", str(answer), "--book", str(tmp_path / "book"))
    assert "2 lines noted" in told.output, "a file uploaded by hand finds its claims too"


def test_a_folder_that_is_no_book_is_refused(tmp_path: Path) -> None:
    for words in (["claims", "lines"], ["claims", "check", "--as-of", "2026-05-04"]):
        told = typed(*words, "--book", str(tmp_path))
        assert (told.exit_code, "claims.no_book" in told.output) == (1, True)
    assert list(tmp_path.iterdir()) == []
