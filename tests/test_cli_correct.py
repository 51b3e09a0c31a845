"""`proofline claims correct`, `appeal`, `give-up`, `lists` and `remits settle` at the terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

import made_up_payer as payer
from at_the_terminal import typed
from made_up_claims import ACT, claim, line, sent
from proofline.claims.answers.acknowledged import Sent, acknowledge
from proofline.claims.answers.posting import post
from proofline.claims.book import Book, decided
from proofline.claims.book.log import Entry, Log
from proofline.claims.claim import Claim, Coverage, Payer
from proofline.claims.correcting import attempt, carrying, drawn_anew, new_claim
from proofline.claims.trouble import ClaimsError
from proofline.claims.x12.reading import segments

if TYPE_CHECKING:
    from click.testing import Result

SUPPLY, TIME = line("99454"), line("99457", charge=10_000)
PARTIES = """\
[sender]
id = "SENDER1"
name = "Made-up Practice"
contact = "Sam Sample"
phone = "2175550100"

[receiver]
id = "RECEIVER1"
name = "Made-up Clearinghouse"
"""
DAY = "2026-06-01"


def answered(folder: Path, kind: str, verdicts: dict[str, payer.Verdict]) -> tuple[Book, Claim]:
    """Open a book with a claim that its payer answered."""
    one = claim(SUPPLY, TIME)
    asked = structs.replace(
        one.coverages[0], payer=Payer("77777", "Made-up Health", kind, "CI"), member_id="X1"
    )
    if kind != "medicare_ffs":
        one = structs.replace(one, coverages=(asked,))
    book = Book(folder / "book")
    book.draw([one], ACT)
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    cents = sum(each[0] for each in verdicts.values())
    post(book, payer.remittance(payer.claim_of(one, verdicts), cents=cents), ACT)
    (folder / "parties.toml").write_text(PARTIES)
    return book, one


DENIED = {"99454": payer.paid(SUPPLY), "99457": payer.refused(TIME, "16", "MA130")}


def correct(folder: Path, way: str, *more: str) -> Result:
    book = ("--book", folder / "book", "--as-of", DAY)
    return typed("claims", "correct", *more, *book, "--as", way, "--why", "a made-up fault")


def written(folder: Path) -> list[list[str]]:
    """Write and submit, and give CLM, REF*F8 and SV1 of the file."""
    out = folder / "out"
    parties = ("--parties", folder / "parties.toml")
    book = ("--book", folder / "book", "--into", out)
    done = typed("claims", "write", *book, "--as", "837p", "--submit", *parties)
    assert done.exit_code == 0, done.output
    (path,) = out.iterdir()
    found = [one for one in segments(path.read_bytes()) if one.tag in {"CLM", "REF", "SV1"}]
    return [[one.tag, *one.elements] for one in found]


def test_a_denied_line_goes_out_in_a_new_claim_alone(tmp_path: Path) -> None:
    book, one = answered(tmp_path, "medicare_ffs", DENIED)
    done = correct(tmp_path, "new", TIME.line_id)
    assert done.exit_code == 0, done.output
    sent = written(tmp_path)
    (clm,) = [each for each in sent if each[0] == "CLM"]
    assert clm[1] != one.claim_id
    assert clm[5].split(":")[-1] == "1"
    assert [each[1].split(":")[1] for each in sent if each[0] == "SV1"] == ["99457"]
    book.refresh()
    assert book.lines[TIME.line_id].state == "submitted"
    assert book.lines[SUPPLY.line_id].state == "paid"
    again = correct(tmp_path, "new", SUPPLY.line_id)
    assert (again.exit_code, "was paid meanwhile" in again.output) == (1, False)
    assert "nothing was corrected" in again.output, "the edits name the line that was paid"


@pytest.mark.parametrize(("way", "frequency"), [("replacement", "7"), ("void", "8")])
def test_a_whole_claim_is_replaced_or_voided_with_the_payers_number(
    tmp_path: Path, way: str, frequency: str
) -> None:
    book, one = answered(tmp_path, "commercial", DENIED)
    assert correct(tmp_path, way, TIME.line_id).exit_code == 0
    sent = written(tmp_path)
    (clm,) = [each for each in sent if each[0] == "CLM"]
    assert clm[5].split(":")[-1] == frequency
    assert ["REF", "F8", f"PAYER{one.claim_id}"] in sent
    assert len([each for each in sent if each[0] == "SV1"]) == 2
    book.refresh()
    states = {each.state for each in book.lines.values()}
    assert states == {"voided" if way == "void" else "submitted"}
    (path,) = (tmp_path / "out").iterdir()
    (tmp_path / "drop").mkdir()
    sends = ("claims", "send", path, "--book", tmp_path / "book", "--folder", tmp_path / "drop")
    assert "delivered to" in typed(*sends).stdout


def test_a_correction_is_drawn_anew_with_what_was_mended(tmp_path: Path) -> None:
    book, one = answered(tmp_path, "medicare_ffs", DENIED)
    mended = structs.replace(one, diagnoses=("I50.9",), claim_id="PCANEW")
    found = drawn_anew(one, [TIME.line_id], [mended])
    assert (found.diagnoses, [each.code for each in found.lines]) == (("I50.9",), ["99457"])
    for drawn in ([], [structs.replace(mended, lines=(SUPPLY,))], [mended, mended]):
        with pytest.raises(ClaimsError, match="drawn from these decisions") as refused:
            drawn_anew(one, [TIME.line_id], drawn)
        assert refused.value.code == "claims.correct_undrawn"
    anew = new_claim(found, [TIME.line_id], attempt=attempt(book, one))
    late = decided([], date(2026, 5, 4))
    book.draw([], ACT, decided=decided([], date(2026, 5, 5)))
    with pytest.raises(ClaimsError, match="drawn from those of 2026-05-05"):
        book.correct(anew, ACT, late)
    book.correct(anew, ACT, decided([], date(2026, 5, 6)))
    basis = book.lines[TIME.line_id].basis
    assert basis is not None
    assert basis.as_of == date(2026, 5, 6)
    assert carrying(book, [TIME.line_id]) == anew
    with pytest.raises(ClaimsError, match="of 2 claims"):
        carrying(book, [TIME.line_id, SUPPLY.line_id])


def test_evidence_goes_with_charges_and_not_with_a_void(tmp_path: Path) -> None:
    answered(tmp_path, "commercial", DENIED)
    for way, more in (("new", ()), ("void", ("--charges", str(tmp_path / "parties.toml")))):
        refused = correct(tmp_path, way, TIME.line_id, "--evidence", str(tmp_path), *more)
        assert refused.exit_code == 2


def test_what_the_payer_does_not_take_is_refused_with_the_other_way(tmp_path: Path) -> None:
    answered(tmp_path, "medicare_ffs", DENIED)
    refused = correct(tmp_path, "replacement", TIME.line_id)
    assert refused.exit_code == 1
    assert "(claims.frequency)" in refused.stderr
    assert "send a new claim" in refused.stderr
    assert "(claims.no_line)" in correct(tmp_path, "new", "NOBODY").stderr


def test_lines_are_appealed_and_given_up_with_a_reason(tmp_path: Path) -> None:
    book, _ = answered(tmp_path, "medicare_ffs", DENIED)
    where = ("--book", tmp_path / "book")
    assert typed("claims", "appeal", TIME.line_id, *where, "--why", " ").exit_code == 1
    assert typed("claims", "appeal", TIME.line_id, *where, "--why", "a log").exit_code == 0
    book.refresh()
    assert book.lines[TIME.line_id].state == "appealed"
    body = payer.claim_of(
        book.current("paid", "appealed")[0], {"99457": (0, DENIED["99457"][1], "")}
    )
    post(book, payer.remittance(body, cents=0, trace="AGAIN"), ACT)
    assert typed("claims", "give-up", TIME.line_id, *where, "--why", "lost").exit_code == 0
    book.refresh()
    assert book.lines[TIME.line_id].state == "voided"
    assert typed("claims", "give-up", SUPPLY.line_id, *where, "--why", "no").exit_code == 1


def test_a_lost_appeal_is_given_up_and_leaves_the_line_as_answered(tmp_path: Path) -> None:
    part = {"99457": (5_000, "CAS*CO*151*50.00", ""), "99454": payer.refused(SUPPLY, "50")}
    book, _ = answered(tmp_path, "medicare_ffs", part)
    where = ("--book", tmp_path / "book", "--why", "the contractor wrote that it is lost")
    lines = (TIME.line_id, SUPPLY.line_id)
    assert typed("claims", "appeal", *lines, *where).exit_code == 0
    lost = typed("claims", "give-up", *lines, *where)
    assert lost.exit_code == 0, lost.output
    assert f"{TIME.line_id} is partly_paid again" in lost.stdout
    book.refresh()
    assert [book.lines[one].state for one in lines] == ["partly_paid", "denied"]
    assert book.paid(TIME.line_id) == 5_000
    assert typed("claims", "give-up", SUPPLY.line_id, *where).exit_code == 0
    book.refresh()
    assert book.lines[SUPPLY.line_id].state == "voided"


def test_an_appeal_that_is_won_meanwhile_is_not_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another process wrote before ours could counts: the payment stays."""
    _, one = answered(tmp_path, "medicare_ffs", DENIED)
    where = ("--book", tmp_path / "book", "--why", "it takes too long")
    assert typed("claims", "appeal", TIME.line_id, *where).exit_code == 0
    writing = Log.writing

    def after_another(log: Log[Entry]) -> AbstractContextManager[None]:
        monkeypatch.setattr(Log, "writing", writing)
        won = payer.claim_of(one, {"99457": payer.paid(TIME)})
        cents = payer.paid(TIME)[0]
        post(Book(tmp_path / "book"), payer.remittance(won, cents=cents, trace="WON"), ACT)
        return writing(log)

    monkeypatch.setattr(Log, "writing", after_another)
    refused = typed("claims", "give-up", TIME.line_id, *where)
    assert (refused.exit_code, "is paid and cannot become voided" in refused.stderr) == (1, True)
    assert Book(tmp_path / "book").lines[TIME.line_id].state == "paid"


def test_a_line_that_was_never_sent_is_held_not_given_up(tmp_path: Path) -> None:
    book = Book(tmp_path / "book")
    book.draw([claim(SUPPLY)], ACT)
    where = ("--book", tmp_path / "book", "--why", "no")
    refused = typed("claims", "give-up", SUPPLY.line_id, *where)
    assert (refused.exit_code, "Hold it" in refused.stderr) == (1, True)


def test_what_waits_is_settled_by_its_key(tmp_path: Path) -> None:
    book, one = answered(tmp_path, "medicare_ffs", DENIED)
    again = payer.claim_of(one, {"99454": payer.paid(SUPPLY)})
    where = ("--book", tmp_path / "book")
    keys = []
    for trace in ("SECOND", "THIRD"):
        path = tmp_path / f"{trace}.835"
        path.write_bytes(payer.remittance(again, cents=11_000, trace=trace))
        (told,) = [
            x for x in typed("remits", "match", path, *where).stdout.splitlines() if "waiting:" in x
        ]
        keys.append(told.split()[1].strip(","))
    assert typed("remits", "settle", keys[0], *where, "--why", "x").exit_code == 2
    done = typed(
        "remits", "settle", keys[0], *where, "--why", "paid twice", "--line", SUPPLY.line_id
    )
    assert "in all 220.00  by a person" in done.stdout, done.output
    aside = typed("remits", "settle", keys[1], *where, "--why", "sent back", "--aside")
    assert "110.00" in aside.stdout
    last = typed("remits", "match", *where).stdout
    assert "waiting:" not in last
    assert "1 set aside before" in last
    assert typed("remits", "settle", keys[1], *where, "--why", "x", "--aside").exit_code == 1
    book.refresh()
    assert book.paid(SUPPLY.line_id) == 22_000
    assert typed("remits", "detach", keys[0], *where).exit_code == 2, "it needs a reason"
    off = typed("remits", "detach", keys[0], *where, "--why", "paid once after all")
    assert off.stdout == (
        f"{keys[0]} is taken off: {SUPPLY.line_id}  paid  110.00 less, in all 110.00\n"
    ), off.output
    assert "a person took it off line" in typed("remits", "match", *where).stdout
    assert typed("remits", "detach", keys[0], *where, "--why", "x").exit_code == 1
    book.refresh()
    assert book.paid(SUPPLY.line_id) == 11_000


def test_the_lists_at_the_terminal(tmp_path: Path) -> None:
    book, _ = answered(tmp_path, "medicare_ffs", DENIED)
    where = ("--book", tmp_path / "book")
    told = typed("claims", "lists", "aging", *where, "--as-of", "2026-06-30").stdout
    assert f"{TIME.line_id}  denied  92 days  charged 100.00" in told
    assert "up to 120 days: 1 lines, 100.00" in told
    records = typed("claims", "lists", "aging", *where, "--as-of", "2026-06-30", "--form", "ndjson")
    assert json.loads(records.stdout)["days"] == 92
    short = typed("claims", "lists", "underpaid", *where)
    assert "0 lines, 0.00 short" in short.stdout
    assert "1 paid lines have no expected amount" in short.stderr, "unknown is not nothing"
    assert {one.state for one in book.lines.values()} == {"paid", "denied"}


def test_a_rejected_void_brings_its_lines_back_and_is_not_drawn_as_an_original(
    tmp_path: Path,
) -> None:
    book, one = answered(tmp_path, "commercial", DENIED)
    assert correct(tmp_path, "void", TIME.line_id).exit_code == 0
    written(tmp_path)
    book.refresh()
    (void,) = [each for each in book.claims.values() if each.frequency == "8"]
    path = tmp_path / "one.277"
    path.write_bytes(payer.status([void], [void.claim_id]))
    told = typed("acks", "post", path, "--book", tmp_path / "book").stdout
    assert "2 lines rejected" in told
    assert book.draw([one], ACT) is None
    assert {each.state for each in book.lines.values()} == {"rejected"}
    assert correct(tmp_path, "void", TIME.line_id).exit_code == 0


def test_what_was_rejected_is_drafted_anew_not_corrected(tmp_path: Path) -> None:
    book, one = sent(tmp_path / "book")
    acknowledge(book, payer.status([one], [one.claim_id]), ACT, Sent())
    refused = correct(tmp_path, "new", SUPPLY.line_id)
    assert (refused.exit_code, "Draft it anew" in refused.stderr) == (1, True)
    book.draw([one], ACT)
    (again,) = book.current("drawn")
    assert again.claim_id != one.claim_id
    book.make_ready([again.claim_id], ACT)
    book.submit([again.claim_id], ACT)
    acknowledge(book, payer.status([one], [one.claim_id]), ACT, Sent())
    assert {each.state for each in book.lines.values()} == {"submitted"}, "that was the first claim"


def test_a_given_up_line_stays_given_up_when_it_is_rejected_again(tmp_path: Path) -> None:
    book, one = answered(tmp_path, "medicare_ffs", DENIED)
    where = ("--book", tmp_path / "book")
    assert typed("claims", "give-up", TIME.line_id, *where, "--why", "small").exit_code == 0
    path = tmp_path / "one.277"
    path.write_bytes(payer.status([one], [one.claim_id]))
    typed("acks", "post", path, *where)
    book.refresh()
    assert book.lines[TIME.line_id].state == "voided"


def test_what_the_first_payer_left_goes_on_to_the_second(tmp_path: Path) -> None:
    one = claim(SUPPLY, TIME)
    second = Coverage(Payer("77777", "Made-up Health", "commercial", "CI"), "X1", sequence="S")
    one = structs.replace(one, coverages=(*one.coverages, second))
    book = Book(tmp_path / "book")
    book.draw([one], ACT)
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    where = ("--book", tmp_path / "book", "--as-of", DAY)
    early = typed("claims", "onward", SUPPLY.line_id, *where)
    assert (early.exit_code, "claims.prior_unknown" in early.stderr) == (1, True)
    share = {"99454": (8_000, "CAS*CO*45*20.00~CAS*PR*2*20.00", ""), "99457": DENIED["99457"]}
    post(book, payer.remittance(payer.claim_of(one, share), cents=8_000), ACT)
    done = typed("claims", "onward", SUPPLY.line_id, *where)
    assert done.exit_code == 0, done.output
    (tmp_path / "parties.toml").write_text(PARTIES)
    out, parties = tmp_path / "out", tmp_path / "parties.toml"
    made = ("--as", "837p", "--into", out, "--submit", "--parties", parties)
    wrote = typed("claims", "write", "--book", tmp_path / "book", *made)
    assert wrote.exit_code == 0, wrote.output
    (path,) = out.iterdir()
    told = [(each.tag, *each.elements) for each in segments(path.read_bytes())]
    assert ("SVD", "99999", "80", "HC:99454", "", "1") in told
    assert [each[1:] for each in told if each[0] == "CAS"] == [
        ("CO", "45", "20"),
        ("PR", "2", "20"),
    ]
    rest = payer.claim_of(
        next(each for each in book_of(tmp_path).values() if each.coverages[0].sequence == "S"),
        {"99454": (2_000, "CAS*OA*23*100.00", "")},
        status="2",
    )
    data = payer.remittance(rest, cents=2_000, trace="OTHER").replace(b"1999999999", b"1888888888")
    book.refresh()
    posted = post(book, data, ACT)
    assert posted.waiting == ()
    assert (book.lines[SUPPLY.line_id].state, book.paid(SUPPLY.line_id)) == ("paid", 10_000)
    assert book.lines[TIME.line_id].state == "denied"


def test_what_was_all_deductible_goes_on_too(tmp_path: Path) -> None:
    one = claim(SUPPLY)
    second = Coverage(Payer("77777", "Made-up Health", "commercial", "CI"), "X1", sequence="S")
    one = structs.replace(one, coverages=(*one.coverages, second))
    book = Book(tmp_path / "book")
    book.draw([one], ACT)
    book.make_ready([one.claim_id], ACT)
    book.submit([one.claim_id], ACT)
    body = payer.claim_of(one, {"99454": (0, "CAS*PR*1*110.00~CAS*CO*45*10.00", "")}, status="1")
    post(book, payer.remittance(body, cents=0), ACT)
    assert book.lines[SUPPLY.line_id].state == "paid"
    where = ("--book", tmp_path / "book", "--as-of", DAY)
    assert typed("claims", "onward", SUPPLY.line_id, *where).exit_code == 0
    book.refresh()
    (onward,) = book.current("corrected")
    book.submit([onward.claim_id], ACT)
    again = typed("claims", "onward", SUPPLY.line_id, *where)
    assert (again.exit_code, "claims.no_next_payer" in again.stderr) == (1, True)
    correct = ("claims", "correct", SUPPLY.line_id, *where)
    assert typed(*correct, "--as", "new", "--why", "x").exit_code == 1


def book_of(folder: Path) -> Mapping[str, Claim]:
    return Book(folder / "book").claims
