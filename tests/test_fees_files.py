"""Official fee files, read by their headings: any order of columns, and nothing that is broken."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from at_the_terminal import typed
from made_up_fees import (
    COUNTIES,
    DESCRIPTOR,
    LAYOUT_2025,
    LAYOUT_2026,
    PLACE,
    counties,
    gpci,
    put,
    value,
)
from made_up_fees import relative_values as written
from proofline.claims.fees.facts import RelativeValue
from proofline.claims.fees.loading import Said, load
from proofline.claims.fees.medicare import CODES
from proofline.claims.fees.relative_values import read
from proofline.claims.fees.shelf import Shelf
from proofline.claims.fees.tables import LONGEST_LINE, Text
from proofline.claims.fees.trouble import FeesError
from proofline.packs import shelf as packs

ROWS = [
    value("99454", "0.00 1.55 NA 0.01", factor="33.4009"),
    value("99457", "0.61 0.90 0.14 0.04", factor="33.4009"),
    value("12345", "9.00 9.00 9.00 9.00", factor="33.4009"),
]
FACTS = [
    RelativeValue("99454", "A", Decimal(0), Decimal("1.55"), None, Decimal("0.01")),
    RelativeValue("99457", "A", Decimal("0.61"), Decimal("0.90"), Decimal("0.14"), Decimal("0.04")),
]
NAME = "PPRRVU2026_Jul_nonQPP.csv"
FILE = written(ROWS, year=2026, release="July")


def refusal(call: Callable[[], object]) -> FeesError:
    with pytest.raises(FeesError) as refused:
        call()
    return refused.value


@pytest.mark.slow
@given(st.sampled_from([LAYOUT_2025, LAYOUT_2026]).flatmap(st.permutations))
def test_columns_are_found_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, layout: list[str]
) -> None:
    content = written(ROWS, year=2026, release="July", layout=layout)
    found = read(Text(put(tmp_path_factory.mktemp("raw"), NAME, content)), CODES)
    assert found.facts == FACTS
    assert found[1:] == (Decimal("33.4009"), 2026, date(2026, 7, 1), False)


def test_one_line_of_heading_is_enough(tmp_path: Path) -> None:
    content = (
        b"2023 National Physician Fee Schedule Relative Value File\n"
        b"HCPCS,MOD,DESCRIPTION,STATUS CODE,WORK RVU,NON-FAC PE RVU,NON-FAC NA INDICATOR,"
        b"FACILITY PE RVU,FACILITY NA INDICATOR,MP RVU,NON-FACILITY TOTAL,FACILITY TOTAL,"
        b"CONV FACTOR\n99454,,Words,A,0.00,1.55,,1.55,NA,.01,1.56,1.56,33.8872\n"
    )
    found = read(Text(put(tmp_path, "PPRRVU23_OCT.csv", content)), CODES)
    assert (found.facts, found.quarter) == (FACTS[:1], date(2023, 10, 1))


def test_no_descriptor_is_kept(tmp_path: Path) -> None:
    assert DESCRIPTOR.encode() in FILE
    load([put(tmp_path, NAME, FILE)], tmp_path / "fees")
    (kept,) = (tmp_path / "fees").iterdir()
    assert kept.name == "rvu-nonqpp-2026-07-01-to-2026-09-30.facts"
    text = kept.read_text("utf-8")
    assert DESCRIPTOR not in text
    assert "12345" not in text
    assert hashlib.sha256(FILE).hexdigest() in text


def test_a_code_that_is_asked_for_is_kept_too(tmp_path: Path) -> None:
    path = put(tmp_path, NAME, FILE)
    load([path], tmp_path / "fees")
    on = date(2026, 7, 1)
    missing = refusal(lambda: Shelf(tmp_path / "fees").relative_value("12345", on))
    assert missing.code == "fees.no_code"
    load([path], tmp_path / "fees", Said(codes=frozenset({"12345"})))
    assert Shelf(tmp_path / "fees").relative_value("12345", on)[0].work == 9


def test_every_code_of_the_rule_pages_is_kept() -> None:
    pages = [page for pack in packs.packs() for page in packs.pages(pack)]
    assert {code for page in pages for code in (*page.codes, *page.absents)} <= CODES


def change(old: str, new: str, *, count: int = 1) -> bytes:
    text = FILE.decode("latin-1")
    assert old in text
    return text.replace(old, new, count).encode("latin-1")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (change("WORK", "LABOR"), "line 7, column WORK RVU: the heading has no such column"),
        (change("TEAM", "WORK").replace(b"SURG", b"RVU"), "column WORK RVU: the heading has more"),
        (change("1.55,", "1.5x,"), "line 8, column NON-FAC PE RVU: there is no number"),
        (change("1.55,", "-1.55,"), "line 8, column NON-FAC PE RVU: there is no number"),
        (change("1.55,", ","), "line 8, column NON-FAC PE RVU: there is no number"),
        (change("1.55,", "1.54,"), "line 8, column NON-FACILITY TOTAL: it is not the sum"),
        (change(",NA,0.01", ",N/A,0.01"), "line 8, column FACILITY NA INDICATOR: there is neither"),
        (change(",A,,0.00", ",,,0.00"), "line 8, column STATUS CODE: there is no status"),
        (change("99457", "99454"), "line 9, column HCPCS: the code stands there twice"),
        (change("12345", "1234"), "line 10, column HCPCS: there is no HCPCS code"),
        (change("33.4009", "33.5675"), "column CONV FACTOR: the factors differ"),
        (change("\r\n12345", ",extra\r\n12345"), "line 9: the row is wider than the heading"),
        (FILE[: FILE.index(b"99454")], "column CONV FACTOR: it has none of the codes"),
        (change("July Release", "April Release"), "its title and its name speak of different"),
        (change("2026 National", "2025 National"), "its title and its name speak of different"),
        (change("99457,,", '99457,"'), "line 9: its quotes do not close"),
        (change("99457", "99\x00457"), "line 9: it is no text file"),
        (FILE + b"9" * (LONGEST_LINE + 1), "line 11: it is no text file"),
        (change("HCPCS", "CODE"), "no heading in it is one of the files that are read"),
        (b"", "no heading in it is one of the files that are read"),
        (b"HDR CPT CODES\r\n99454   0.00   1.55\r\n", "no heading in it is one of the files"),
        (b"PK\x03\x04" + b"\0" * 300, "it is packed"),
    ],
)
def test_what_is_broken_is_refused_whole(content: bytes, where: str, tmp_path: Path) -> None:
    broken = put(tmp_path, NAME, content)
    whole = put(tmp_path, "GPCI2026.csv", gpci([PLACE], year=2026))
    error = refusal(lambda: load([whole, broken], tmp_path / "fees"))
    assert error.code == "fees.file"
    assert NAME in error.message
    assert where in error.message
    assert error.remedy
    assert DESCRIPTOR not in str(error)
    assert not (tmp_path / "fees").exists()


def test_a_real_archive_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "rvu26c.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(NAME, FILE)
    assert "Unpack the .zip" in refusal(lambda: load([path], tmp_path / "fees")).remedy


def test_whose_factor_must_be_said(tmp_path: Path) -> None:
    plain = put(tmp_path, "PPRRVU2026_Jul.csv", FILE)
    assert "--qp or --non-qp" in refusal(lambda: load([plain], tmp_path / "fees")).remedy
    (source,) = load([plain], tmp_path / "fees", Said(qp=True))
    assert source.qp is True
    named = put(tmp_path, NAME, FILE)
    contrary = refusal(lambda: load([named], tmp_path / "fees", Said(qp=True)))
    assert "says the contrary" in contrary.message


def test_days_must_be_said(tmp_path: Path) -> None:
    content = change(" July Release", "")
    plain = put(tmp_path, "values_nonQPP.csv", content)
    error = refusal(lambda: load([plain], tmp_path / "fees"))
    assert "does not say for which days" in error.message
    said = Said(first=date(2026, 2, 1), last=date(2026, 2, 28))
    (source,) = load([plain], tmp_path / "fees", said)
    assert (source.first, source.last) == (said.first, said.last)
    backwards = Said(first=date(2026, 3, 1), last=date(2026, 2, 28))
    assert "is after" in refusal(lambda: load([plain], tmp_path / "fees", backwards)).message
    nameless = put(tmp_path, "x.csv", content.replace(b"2026 National", b"A National"))
    error = refusal(lambda: load([nameless], tmp_path / "fees", said))
    assert "of which year" in error.message


def test_two_files_for_one_day_are_refused_and_the_same_days_replaced(tmp_path: Path) -> None:
    path, into = put(tmp_path, NAME, FILE), tmp_path / "fees"
    load([path], into)
    mended = put(tmp_path / "mended", NAME, change("33.4009", "33.4100", count=3))
    load([mended], into)
    shelf = Shelf(into)
    on = date(2026, 9, 30)
    assert shelf.relative_value("99454", on)[1].conversion_factor == Decimal("33.4100")
    longer = Said(last=date(2026, 10, 31))
    error = refusal(lambda: load([path], into, longer))
    assert "speaks for some of the same days" in error.message
    assert len(list(into.iterdir())) == 1
    load([path], into, Said(first=date(2026, 10, 1), last=date(2026, 10, 31)))
    assert Shelf(into).relative_value("99454", date(2026, 10, 31))[1].file == NAME


def test_what_the_practice_loaded_comes_before_what_is_brought_along(tmp_path: Path) -> None:
    rows = [value("99454", "0.00 2.00 NA 0.01", factor="33.4009")]
    path = put(tmp_path, NAME, written(rows, year=2026, release="July"))
    load([path], tmp_path / "fees")
    shelf = Shelf(tmp_path / "fees")
    assert shelf.relative_value("99454", date(2026, 7, 1))[0].office == 2
    # the folder speaks for the day, and its file has no 99457: that of the product is not asked
    missing = refusal(lambda: shelf.relative_value("99457", date(2026, 7, 1)))
    assert missing.code == "fees.no_code"
    assert shelf.relative_value("99454", date(2026, 7, 1), qp=True)[0].office == Decimal("1.55")


@pytest.mark.parametrize("harm", ["cut", "line", "head", "gone"])
def test_a_folder_that_was_tampered_with_is_refused(harm: str, tmp_path: Path) -> None:
    into = tmp_path / "fees"
    load([put(tmp_path, NAME, FILE)], into)
    (path,) = into.iterdir()
    lines = path.read_bytes().splitlines(keepends=True)
    harmed = {
        "cut": lines[:-1],
        "line": [*lines[:2], lines[2].replace(b'"work"', b'"word"')],
        "head": [b"{}\n", *lines[1:]],
        "gone": [],
    }
    path.write_bytes(b"".join(harmed[harm]))
    error = refusal(lambda: Shelf(into).relative_value("99454", date(2026, 7, 1)))
    assert "it is no file of facts as written" in error.message
    assert error.message.startswith(f"{path.name}, line {3 if harm in {'cut', 'line'} else 1}")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(lambda: Shelf(tmp_path / "none")).code == "fees.folder"
    taken = put(tmp_path, "taken", b"")
    assert refusal(lambda: load([put(tmp_path, NAME, FILE)], taken)).code == "fees.folder"


def test_a_schedule_says_which_codes_there_are_on_its_days(tmp_path: Path) -> None:
    files = [put(tmp_path, NAME, FILE)]
    load(files, tmp_path / "fees")
    shelf, on = Shelf(tmp_path / "fees"), date(2026, 7, 1)
    assert shelf.lists("99457", on)
    assert not shelf.lists("99470", on), "looked for, and not in this file"
    error = refusal(lambda: shelf.lists("0001U", on))
    assert "without looking for 0001U" in error.message
    assert refusal(lambda: shelf.lists("99457", date(2026, 4, 1))).code == "fees.no_file"


def test_a_file_in_the_place_of_another_says_so(tmp_path: Path) -> None:
    into = tmp_path / "fees"
    first = put(tmp_path, "GPCI2026.csv", gpci([PLACE], year=2026))
    assert "in the place of" not in typed("fees", "load", first, "--into", into).output
    assert "in the place of" not in typed("fees", "load", first, "--into", into).output, (
        "the same again"
    )
    other = put(
        tmp_path / "later", "GPCI2026.csv", gpci([PLACE, (*PLACE[:2], "99", *PLACE[3:])], year=2026)
    )
    told = typed("fees", "load", other, "--into", into).output
    assert "in the place of GPCI2026.csv, 1 row, SHA-256" in told


def test_the_command(tmp_path: Path) -> None:
    into = tmp_path / "fees"
    files = [put(tmp_path, NAME, FILE), put(tmp_path, "GPCI2026.csv", gpci([PLACE], year=2026)),
             put(tmp_path, "26LOCCO.csv", counties(COUNTIES, year=2026))]  # fmt: skip
    loaded = typed("fees", "load", *files, "--into", into)
    assert loaded.exit_code == 0, loaded.output
    assert f"{NAME}: 2 rows for 2026-07-01 to 2026-09-30" in loaded.output
    assert hashlib.sha256(FILE).hexdigest() in loaded.output

    asked = ("price", "99457", "--on", "2026-08-01", "--fees", into)
    told = typed("fees", *asked, "--units", "2").output
    assert told.startswith("99457 on 2026-08-01, 2 units: 103.54")  # twice 51.77
    assert "Medicare pays                81.17" in told  # 103.54 - 20.71 - 1.66
    # (0.61 + 0.90 x 0.869 + 0.04 x 0.575) x 33.4009
    assert typed("fees", *asked, "--county", "ALABAMA/MOBILE").stdout.startswith(
        "99457 on 2026-08-01, 1 unit: 47.27"
    )
    assert (
        typed("fees", *asked, "--locality", "AL 00").stdout
        == typed("fees", *asked, "--county", "ALABAMA/X").stdout
    )
    assert typed("fees", *asked, "--qp").stdout.startswith("99457 on 2026-08-01, 1 unit: 52.03")
    rates = put(tmp_path, "rates.toml", b'[[rate]]\npayer = "P"\ncodes = ["99457"]\n'
                b"from = 2026-01-01\ncents = 6000\n")  # fmt: skip
    agreed = typed("fees", *asked, "--contracts", rates, "--payer", "P").output
    assert agreed == "99457 on 2026-08-01, 1 unit: 60.00\n  60.00 a unit, as agreed with P\n"


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("price", "99454", "--on", "2026-08-01", "--facility"), 1, "fees.not_here"),
        (("price", "99454", "--on", "2026-12-01"), 1, "fees.no_file"),
        (("price", "99454", "--on", "2026-08-01", "--payer", "P"), 2, "use.contract"),
        (
            ("price", "99454", "--on", "2026-08-01", "--county", "A/B", "--locality", "AL 00"),
            2,
            "use.locality",
        ),
        (("price", "99454", "--on", "2026-08-01", "--fees", "/nowhere/at/all"), 1, "fees.folder"),
        (("price", "99454", "--on", "2026-08-01", "--locality", "AL 00"), 1, "fees.no_file"),
    ],
)
def test_the_command_refuses(words: tuple[str, ...], status: int, code: str) -> None:
    refused = typed("fees", *words)
    assert refused.exit_code == status
    assert f"({code})" in refused.output
    assert "What to do:" in refused.output
