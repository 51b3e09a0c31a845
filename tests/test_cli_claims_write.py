"""`proofline claims write`: files for every receiver, each whole or not at all, none sent twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from at_the_terminal import typed
from made_up_claims import ACT, claim, drawn, line, sent
from proofline.claims.book import Book
from proofline.claims.x12.reading import segments

if TYPE_CHECKING:
    from click.testing import Result

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
KINDS = {"fhir": [".ndjson"], "cms1500": [".pdf", ".txt"], "charges": [".csv"]}


def write(tmp: Path, kind: str, *more: str, into: str = "out") -> Result:
    """Give the command."""
    (tmp / "parties.toml").write_text(PARTIES)
    if kind == "837p":
        more = (*more, "--parties", str(tmp / "parties.toml"))
    words = ["claims", "write", "--book", str(tmp / "book"), "--as", kind, "--by", "Sam"]
    return typed(*words, "--into", str(tmp / into), *more)


def ready(tmp: Path) -> Book:
    """Open a book with one claim that is ready."""
    book, one = drawn(tmp / "book")
    book.make_ready([one.claim_id], ACT)
    return book


@pytest.mark.parametrize("kind", KINDS)
def test_ready_claims_are_written_and_stay_ready(kind: str, tmp_path: Path) -> None:
    book = ready(tmp_path)
    told = write(tmp_path, kind)
    assert told.exit_code == 0, told.output
    files = sorted((tmp_path / "out").iterdir())
    assert [path.suffix for path in files] == KINDS[kind]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files)
    book.refresh()
    assert len(book.current("ready")) == 1
    (one,) = book.current("ready")
    if kind == "fhir":
        assert json.loads(files[0].read_bytes())["id"] == one.claim_id
    if kind == "charges":
        assert files[0].read_text().count("\n") == 1 + len(one.lines)


def test_an_837p_is_a_test_until_it_is_submitted(tmp_path: Path) -> None:
    book = ready(tmp_path)
    assert write(tmp_path, "837p").exit_code == 0
    assert write(tmp_path, "837p", "--submit").exit_code == 0
    first, second = sorted((tmp_path / "out").iterdir())
    assert (first.name, second.name) == ("837p-000000001-test.x12", "837p-000000002.x12")
    usage = [next(iter(segments(path.read_bytes()))).elements[14] for path in (first, second)]
    assert usage == ["T", "P"]
    book.refresh()
    assert {one.state for one in book.lines.values()} == {"submitted"}
    again = write(tmp_path, "837p", "--submit")
    assert (again.exit_code, "claims.form_empty" in again.output) == (1, True)


def test_a_submission_can_be_written_again_but_is_not_sent_again(tmp_path: Path) -> None:
    book = ready(tmp_path)
    told = write(tmp_path, "charges", "--submit")
    number = told.output.split("submission ")[1].split(";")[0]
    again = write(tmp_path, "837p", "--submission", number)
    assert again.exit_code == 0, again.output
    book.refresh()
    assert {one.sent for one in book.lines.values()} == {1}
    wrong = write(tmp_path, "837p", "--submission", "1")
    assert (wrong.exit_code, "claims.form_empty" in wrong.output) == (1, True)


def test_a_file_that_was_lost_is_made_again_to_the_byte(tmp_path: Path) -> None:
    ready(tmp_path)
    told = write(tmp_path, "837p", "--submit")
    number = told.output.split("submission ")[1].split(";")[0]
    assert write(tmp_path, "837p", "--submission", number, into="again").exit_code == 0
    (first,), (second,) = ((tmp_path / at).iterdir() for at in ("out", "again"))
    assert (first.name, first.read_bytes()) == (second.name, second.read_bytes())
    taken = write(tmp_path, "837p", "--submission", number)
    assert (taken.exit_code, "claims.write_exists" in taken.output) == (1, True)


def test_no_superbill_tells_of_a_held_line(tmp_path: Path) -> None:
    book, one = drawn(tmp_path / "book")
    book.hold([one.lines[0].line_id], ACT)
    refused = write(tmp_path, "superbill")
    assert refused.exit_code == 1
    assert "(claims.form_empty)" in refused.stderr


def test_a_superbill_may_be_written_of_drawn_claims_but_not_submitted(tmp_path: Path) -> None:
    drawn(tmp_path / "book")
    assert write(tmp_path, "superbill").exit_code == 0
    assert next((tmp_path / "out").iterdir()).read_bytes().startswith(b"%PDF-")
    assert write(tmp_path, "superbill", "--submit").exit_code == 2
    assert write(tmp_path, "fhir").exit_code == 1


def test_what_cannot_be_written_is_not_submitted(tmp_path: Path) -> None:
    book, one = Book(tmp_path / "book"), claim()
    odd = replace(one, patient=replace(one.patient, family_name="Sample \u2665"))
    book.draw([odd], ACT)
    book.make_ready([odd.claim_id], ACT)
    for kind in ("837p", "cms1500"):
        told = write(tmp_path, kind, "--submit")
        assert told.exit_code == 1
        assert "Sample" not in told.output
        assert not (tmp_path / "out").exists()
    book.refresh()
    assert len(book.current("ready")) == 1


def test_a_folder_that_cannot_be_used_is_told_before_anything_is_submitted(tmp_path: Path) -> None:
    book = ready(tmp_path)
    (tmp_path / "blocked").write_text("")
    told = write(tmp_path, "charges", "--submit", into="blocked/out")
    assert (told.exit_code, "claims.write_folder" in told.output) == (1, True)
    book.refresh()
    assert len(book.current("ready")) == 1


def test_only_the_claims_that_are_named(tmp_path: Path) -> None:
    book = ready(tmp_path)
    (one,) = book.current("ready")
    assert write(tmp_path, "fhir", "--claim", one.claim_id).exit_code == 0
    told = write(tmp_path, "fhir", "--claim", "NOBODYS")
    assert (told.exit_code, "NOBODYS" in told.output) == (1, True)


def test_a_book_with_nothing_ready_writes_nothing(tmp_path: Path) -> None:
    sent(tmp_path / "book")
    for kind in (*KINDS, "superbill", "837p"):
        told = write(tmp_path, kind)
        assert (told.exit_code, "claims.form_empty" in told.output) == (1, True)


BAD_PARTIES = {
    "= 1": "cannot be used",
    "[sender]\nid = 'A'\nname = 'B'": "no table [receiver]",
    PARTIES + "town = 'x'": "[receiver] has no key town",
    "[sender]\nid = 'A'\n[receiver]\nid = 'B'\nname = 'C'": "cannot be used",
    "sender = 1": "cannot be used",
}


@pytest.mark.parametrize("text", BAD_PARTIES)
def test_bad_parties_are_refused_with_their_place(text: str, tmp_path: Path) -> None:
    ready(tmp_path)
    path = tmp_path / "bad.toml"
    path.write_text(text)
    words = ["claims", "write", "--book", str(tmp_path / "book"), "--as", "837p"]
    words += ["--into", str(tmp_path / "other"), "--parties", str(path)]
    told = typed(*words)
    assert (told.exit_code, BAD_PARTIES[text] in told.output) == (1, True), told.output
    assert "claims.write_parties" in told.output


def test_an_837p_needs_parties(tmp_path: Path) -> None:
    ready(tmp_path)
    words = ["claims", "write", "--book", str(tmp_path / "book"), "--as", "837p"]
    told = typed(*words, "--into", str(tmp_path / "out"))
    assert (told.exit_code, "claims.write_parties" in told.output) == (1, True)


def test_a_layout_of_the_practices_own_and_a_shifted_form(tmp_path: Path) -> None:
    ready(tmp_path)
    own = tmp_path / "own.toml"
    own.write_text('[[column]]\nname = "Code"\nvalue = "line.code"\n')
    assert write(tmp_path, "charges", "--layout", str(own)).exit_code == 0
    assert next((tmp_path / "out").iterdir()).read_bytes() == b"Code\r\n99454\r\n99457\r\n"
    assert write(tmp_path, "charges", "--layout", "nowhere.toml", into="b").exit_code == 1
    assert write(tmp_path, "cms1500", "--shift", "3", "-2", into="c").exit_code == 0


def test_what_does_not_fit_onto_a_form_is_told_and_the_others_are_printed(tmp_path: Path) -> None:
    book = Book(tmp_path / "book")
    long = "Made-up Practice Of A Very Long Name"
    fits, not_fits = claim(line("99454")), claim(line("99457"))
    not_fits = replace(not_fits, billing=replace(not_fits.billing, name=long))
    book.draw([fits, not_fits], ACT)
    book.make_ready([fits.claim_id, not_fits.claim_id], ACT)
    told = write(tmp_path, "cms1500")
    assert told.exit_code == 0, told.output
    assert f"Claim {not_fits.claim_id}, item 33 (Billing provider)" in told.output
    assert "paper_name" in told.output
    (text,) = (tmp_path / "out").glob("*.txt")
    assert fits.claim_id in text.read_text()
    assert not_fits.claim_id not in text.read_text()
    alone = write(tmp_path, "cms1500", "--claim", not_fits.claim_id, into="other")
    assert alone.exit_code == 1
    assert not (tmp_path / "other").exists()
