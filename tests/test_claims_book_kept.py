"""The book of lines under power cuts, full disks, other hands and other processes."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert

from made_up_claims import ACT, claim, drawn, line, sent
from proofline.claims.book import Book, Change
from proofline.claims.book.log import NAME, TORN
from proofline.claims.claim import Claim, State
from proofline.claims.trouble import ClaimsError

STATES: tuple[State, ...] = get_args(State)


def states(book: Book) -> set[State]:
    return {one.state for one in book.lines.values()}


SENDER = """
import sys
from pathlib import Path
from made_up_claims import ACT
from proofline.claims.book import Book
from proofline.claims.trouble import ClaimsError
book = Book(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
won = 0
for claim_id in sys.argv[2:]:
    try:
        book.submit([claim_id], ACT)
        won += 1
    except ClaimsError as refused:
        assert refused.code == "claims.step_refused"
print(won)
"""


@pytest.mark.slow
def test_of_several_processes_one_sends_each_line(tmp_path: Path) -> None:
    book = Book(tmp_path)
    claims = [
        claim(line(line_id=f"L{n}", decision_key=f"E{n} cycle 2026-03-01 99454")) for n in range(25)
    ]
    book.draw(claims, ACT)
    ids = [one.claim_id for one in claims]
    book.make_ready(ids, ACT)
    source = str(Path(__file__).parents[1] / "src")
    places = {**os.environ, "PYTHONPATH": f"{source}:{Path(__file__).parent}"}
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", SENDER, str(tmp_path), *ids],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=places,
        )
        for _ in range(3)
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "open\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    told = [racer.communicate()[0].strip() for racer in racers]
    assert sum(map(int, told)) == 25
    assert {one.sent for one in Book(tmp_path).lines.values()} == {1}


@pytest.mark.parametrize("kept", range(1, 200, 13))
def test_a_line_that_a_power_cut_tore_off_is_recovered(tmp_path: Path, kept: int) -> None:
    book, one = drawn(tmp_path)
    path = tmp_path / NAME
    whole = path.read_bytes()
    book.make_ready([one.claim_id], ACT)
    added = path.read_bytes()[len(whole) :]
    path.write_bytes(whole + added[:kept])
    again = Book(tmp_path)
    assert states(again) == {"drawn"}
    again.make_ready([one.claim_id], ACT)
    assert states(Book(tmp_path)) == {"ready"}
    assert (tmp_path / NAME).with_suffix(TORN).read_bytes() == added[:kept] + b"\n"


def test_blocks_that_were_never_written_are_recovered(tmp_path: Path) -> None:
    book, one = drawn(tmp_path)
    path = tmp_path / NAME
    whole = path.read_bytes()
    book.make_ready([one.claim_id], ACT)
    added = path.read_bytes()[len(whole) :]
    path.write_bytes(whole + added[:9] + bytes(len(added) - 10) + b"\n")
    again = Book(tmp_path)
    again.make_ready([one.claim_id], ACT)
    assert states(Book(tmp_path)) == {"ready"}


@pytest.mark.slow
@given(st.data())
def test_a_book_that_was_changed_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("book")
    sent(folder)
    path = folder / NAME
    lines = path.read_bytes().splitlines(keepends=True)
    change = data.draw(st.sampled_from(["drop", "swap", "edit"]))
    place = data.draw(st.integers(0, len(lines) - 2))
    if change == "drop":
        del lines[place]
    elif change == "swap":
        lines[place], lines[place + 1] = lines[place + 1], lines[place]
    else:
        at = data.draw(st.integers(0, len(lines[place]) - 2))
        mark = bytes([lines[place][at] ^ 1])
        lines[place] = (
            lines[place][:at] + (b"?" if mark == b"\n" else mark) + lines[place][at + 1 :]
        )
    path.write_bytes(b"".join(lines))
    with pytest.raises(ClaimsError) as refused:
        Book(folder)
    assert refused.value.code == "claims.book_damaged"


@pytest.mark.parametrize("broken", ["pwrite", "fsync"])
def test_what_could_not_be_written_did_not_happen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    book, one = drawn(tmp_path)
    book.make_ready([one.claim_id], ACT)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, broken, full)
        with pytest.raises(ClaimsError, match="No space left"):
            book.submit([one.claim_id], ACT)
    assert states(book) == states(Book(tmp_path)) == {"ready"}
    book.submit([one.claim_id], ACT)
    assert states(Book(tmp_path)) == {"submitted"}


def test_control_numbers_are_never_given_twice_and_outlive_the_process(tmp_path: Path) -> None:
    book, other = Book(tmp_path), Book(tmp_path)
    assert book.next_controls(ACT, interchange=1, group=1, set=3) == {
        "interchange": 1, "group": 1, "set": 1
    }  # fmt: skip
    assert other.next_controls(ACT, interchange=1, set=1) == {"interchange": 2, "set": 4}
    assert Book(tmp_path).next_controls(ACT, interchange=1, set=1) == {"interchange": 3, "set": 5}


def test_after_the_highest_control_number_comes_the_first(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.next_controls(ACT, interchange=999_999_999)
    assert book.next_controls(ACT, interchange=1) == {"interchange": 1}


def test_nobody_else_may_read_the_book(tmp_path: Path) -> None:
    drawn(tmp_path)
    assert (tmp_path / NAME).stat().st_mode & 0o077 == 0


@pytest.mark.slow
@given(
    st.lists(st.sampled_from(["draw", "ready", "submit", "hold", "release", *STATES]), max_size=12)
)
def test_whatever_is_tried_no_line_is_sent_twice_without_an_answer(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("book")
    book, first = drawn(folder)
    for one in acts:
        with suppress(ClaimsError):
            attempt(book, first, one)
    assert Book(folder).lines == book.lines
    for kept in book.lines:
        way = [told.change.to for told in book.story(kept)]
        answers = [state for state in way if state in {"submitted", "rejected"}]
        assert ("submitted", "submitted") not in pairwise(answers)


def attempt(book: Book, first: Claim, what: str) -> None:
    ids = [kept.claim_id for kept in book.current("drawn", "ready")] or [first.claim_id]
    acts: dict[str, Callable[[], object]] = {
        "draw": lambda: book.draw([first], ACT),
        "ready": lambda: book.make_ready(ids, ACT),
        "submit": lambda: book.submit(ids, ACT),
        "hold": lambda: book.hold([first.lines[0].line_id], ACT),
        "release": lambda: book.release([first.lines[0].line_id], ACT),
    }
    told = convert(what, State) if what not in acts else None
    acts.get(what, lambda: book.record([Change(kept, told) for kept in book.lines], ACT))()
