"""From the demonstration practice to claims that can be sent, at the terminal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from at_the_terminal import typed
from proofline.claims.book import Book
from proofline.cli.demo import make_practice
from proofline.cli.demo.plan import AS_OF
from proofline.decide import decide

if TYPE_CHECKING:
    from click.testing import Result

CHARGES = """\
code,charge,from_date
99453,50.00,
99454,110.00,2020-01-01
99454,120.00,2026-01-01
99445,120,
99457,100.00,
99458,90.00,
99470,60.00,
98975,50,
98976,120,
98977,120,
98980,100,
98981,90,
99490,150,
"""

DIRECTORY = """\
[payer.DEMO-MEDICARE]
id = "99999"
name = "Made-up Medicare"
"""


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("claims")
    make_practice(folder / "demo", seed=2026)
    (folder / "charges.csv").write_text(CHARGES, "utf-8")
    return folder


def draft(folder: Path, book: Path, *more: object) -> Result:
    charges = folder / "charges.csv"
    asked = ("--as-of", AS_OF, "--book", book, "--charges", charges, "--by", "Made-up Biller")
    return typed("claims", "draft", folder / "demo", *asked, *more)


@pytest.mark.slow
def test_the_demonstration_is_drafted_line_for_line(practice: Path, tmp_path: Path) -> None:
    done = draft(practice, tmp_path)
    assert done.exit_code == 0, done.output
    book = Book(tmp_path)
    keys = {
        line.decision_key: line.units for claim in book.current("drawn") for line in claim.lines
    }
    charged = {row.split(",")[0] for row in CHARGES.splitlines()}
    wanted = {
        f"{one['enrollment_id']} {one['period']['kind']} {one['period']['start']} {one['code']}": (
            one["units"]
        )
        for one in decide(practice / "demo", as_of=AS_OF)
        if one["outcome"] == "billable" and one["code"] in charged
    }
    assert wanted
    assert keys == wanted


@pytest.mark.slow
def test_drafting_twice_draws_nothing_new(practice: Path, tmp_path: Path) -> None:
    draft(practice, tmp_path)
    before = (tmp_path / "book.ndjson").read_bytes()
    again = draft(practice, tmp_path)
    assert again.stdout.startswith("0 lines drawn")
    assert (tmp_path / "book.ndjson").read_bytes() == before


@pytest.mark.slow
def test_an_enrollment_that_left_the_evidence_takes_its_unsent_lines_along(
    practice: Path, tmp_path: Path
) -> None:
    shutil.copytree(practice / "demo", tmp_path / "demo")
    shutil.copy(practice / "charges.csv", tmp_path)
    draft(tmp_path, tmp_path / "book")
    book = Book(tmp_path / "book")
    gone = next(iter(book.lines))
    enrollment = line_of(book, gone).split(" ")[0]
    path = tmp_path / "demo" / "enrollments.csv"
    rows = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not row.startswith(f"{enrollment},")))
    older = draft(tmp_path, tmp_path / "book", "--as-of", "2026-04-01")
    assert (older.exit_code, "claims.older_decisions" in older.output) == (1, True)
    done = draft(tmp_path, tmp_path / "book")
    assert done.exit_code == 0, done.output
    book.refresh()
    given_up = {one.line_id for one in book.lines.values() if one.state == "voided"}
    wanted = {one for one in book.lines if line_of(book, one).split(" ")[0] == enrollment}
    assert given_up == wanted
    assert f"{len(wanted)} lines given up" in done.output


def line_of(book: Book, line_id: str) -> str:
    """Give the decision key of a line."""
    carried = book.claims[book.lines[line_id].claim_id].lines
    return next(one.decision_key for one in carried if one.line_id == line_id)


@pytest.mark.slow
def test_what_the_demonstration_lacks_blocks_its_claims(practice: Path, tmp_path: Path) -> None:
    draft(practice, tmp_path)
    done = typed("claims", "check", "--book", tmp_path, "--as-of", AS_OF, "--form", "ndjson")
    assert done.exit_code == 0, done.output
    codes = {json.loads(told)["code"] for told in done.stdout.splitlines()}
    assert {"payer.id", "payer.name"} <= codes
    assert not {"line.repeated", "line.base", "line.units_over", "line.late"} & codes
    assert "0 of" in done.stderr
    shown = typed("claims", "check", "--book", tmp_path, "--as-of", AS_OF)
    assert "payer.id" in shown.output


@pytest.mark.slow
def test_a_practice_with_its_papers_has_claims_that_can_be_sent(tmp_path: Path) -> None:
    folder = tmp_path / "practice"
    make_practice(folder / "demo", seed=2026)
    (folder / "charges.csv").write_text(CHARGES, "utf-8")
    address = {"address_line": "1 Sample St", "city": "Springfield", "state": "IL"}
    fill(
        folder / "demo/practices.csv",
        address | {"tax_id": "12-3456789", "postal_code": "62701-0001"},
    )
    fill(folder / "demo/patients.csv", address | {"postal_code": "62701"})
    fill(folder / "demo/coverages.csv", {"member_id": "1EG4-TE5-MK73", "kind": "medicare_ffs"})
    directory = folder / "directory.toml"
    directory.write_text(
        '[payer.DEMO-MEDICARE]\nid = "99999"\nname = "Made-up Medicare"\n', "utf-8"
    )
    draft(folder, tmp_path / "book", "--directory", directory)
    book = ("--book", tmp_path / "book")
    asked = (*book, "--as-of", AS_OF, "--directory", directory, "--by", "Made-up Biller")
    done = typed("claims", "check", *asked, "--ready")
    kept = Book(tmp_path / "book")
    ready = kept.current("ready")
    assert f"{len(ready)} made ready" in done.output, done.output
    assert len(ready) > 50
    line_id = ready[0].lines[0].line_id
    assert typed("claims", "hold", line_id, *book, "--why", "made up").exit_code == 0
    assert "held: made up" in typed("claims", "lines", *book).output
    beside = typed("claims", "check", *asked, "--ready")
    assert beside.exit_code == 0
    assert f"1 have held lines, {ready[0].claim_id} first" in beside.output
    assert "made ready" not in beside.output
    assert typed("claims", "release", line_id, *book, "--why", "settled").exit_code == 0
    assert "no such line" in typed("claims", "lines", "NOBODY", *book).output
    story = typed("claims", "lines", line_id, *book).output.splitlines()
    assert [told.split()[-1] for told in story[-2:]] == ["up", "settled"]
    assert "1 made ready" in typed("claims", "check", *asked, "--ready").output
    kept.refresh()
    assert kept.current("ready") == ready


def fill(path: Path, cells: dict[str, str]) -> None:
    """Write the same value into a column of every row."""
    head, *rows = path.read_text("utf-8").splitlines()
    names = head.split(",")
    more = [name for name in cells if name not in names]
    lines = [",".join([*names, *more])]
    for row in rows:
        sent = row.split(",")
        values = [cells.get(name, old) for name, old in zip(names, sent, strict=True)]
        lines.append(",".join([*values, *(cells[name] for name in more)]))
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("code;charge\n99454;120,00\n", "has semicolons between its columns"),
        ("code\n99454\n", "lacks the column charge"),
        ("code,charge\n99454,\n", "line 2"),
        ("code,charge\n99454,0.00\n", "line 2"),
        ("code,charge\n99454,-120.00\n", "line 2"),
        ("code,charge\n99454,120.005\n", "line 2"),
        ("code,charge\n99454,1.2e2\n", "line 2"),
        ("code,charge\n,120.00\n", "line 2"),
        ("code,charge,from_date\n99454,120.00,yesterday\n", "line 2"),
        ("code,charge\n99454,120.00\n99454,110.00\n", "two charges"),
        ('code,charge\n"99454,120.00\n', "no line of CSV"),
        ("code,charge\n99454\n", "line 2"),
    ],
)
def test_a_charge_list_is_refused_whole(
    practice: Path, tmp_path: Path, text: str, said: str
) -> None:
    charges = tmp_path / "wrong.csv"
    charges.write_text(text, "utf-8")
    asked = ("--as-of", AS_OF, "--book", tmp_path / "book", "--charges", charges)
    done = typed("claims", "draft", practice / "demo", *asked)
    assert done.exit_code == 1
    assert said in done.output
    assert not (tmp_path / "book/book.ndjson").exists()


@pytest.mark.parametrize(
    "text", ["[payer", '[payer.X]\nnames = "Made-up"\n', "[payer.X]\nname = 1\n", "payer = 1\n"]
)
def test_a_directory_is_refused_whole(practice: Path, tmp_path: Path, text: str) -> None:
    directory = tmp_path / "wrong.toml"
    directory.write_text(text, "utf-8")
    done = draft(practice, tmp_path / "book", "--directory", directory)
    assert done.exit_code == 1
    assert "claims.directory" in done.output


def test_a_file_in_the_place_of_the_book_is_told_of(practice: Path, tmp_path: Path) -> None:
    (tmp_path / "book").write_text("no folder", "utf-8")
    done = draft(practice, tmp_path / "book" / "inner")
    assert done.exit_code == 1
    assert "claims.book_unusable" in done.output
