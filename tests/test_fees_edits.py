"""NCCI's tables, made up in CMS's layouts: unit limits, code pairs and add-on codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up_fees import (
    add_ons,
    code_pairs,
    counties,
    gpci,
    put,
    relative_values,
    unit_limits,
    value,
)
from proofline.claims.fees.facts import AddOn, CodePair, UnitLimit
from proofline.claims.fees.loading import Said, load
from proofline.claims.fees.shelf import Shelf
from proofline.claims.fees.trouble import FeesError

ON = date(2026, 8, 1)


def refusal(call: Callable[[], object]) -> FeesError:
    with pytest.raises(FeesError) as refused:
        call()
    return refused.value


MUE = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"
LIMITS = [
    ("0001U", "1", "2 Date of Service Edit: Policy", "Made up"),
    ("99458", "3", "3 Date of Service Edit: Clinical", "Made up"),
    ("99454", "1", "2 Date of Service Edit: Policy", "Made up"),
]


def test_unit_limits(tmp_path: Path) -> None:
    (source,) = load([put(tmp_path, MUE, unit_limits(LIMITS))], tmp_path / "fees")
    assert (source.first, source.last, source.rows) == (date(2026, 7, 1), date(2026, 9, 30), 2)
    shelf = Shelf(tmp_path / "fees")
    assert shelf.unit_limit("99458", ON) == UnitLimit("99458", 3, 3)
    assert shelf.unit_limit("99457", ON) is None  # looked for, and CMS published none
    assert refusal(lambda: shelf.unit_limit("0001U", ON)).code == "fees.no_code"
    assert refusal(lambda: shelf.unit_limit("99458", date(2026, 10, 1))).code == "fees.no_file"


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (unit_limits(LIMITS, whose="Outpatient Hospital"), "Values: the heading has no such"),
        (unit_limits([("99458", "x", "3 Date", "")]), "line 5: no limit can be read"),
        (unit_limits([("99458", "3", "4 Date", "")]), "line 5: no limit can be read"),
        (unit_limits([*LIMITS, LIMITS[1]]), "line 8: no limit can be read, or it stands twice"),
    ],
)
def test_unit_limits_that_are_broken(content: bytes, where: str, tmp_path: Path) -> None:
    path = put(tmp_path, MUE, content)
    assert where in refusal(lambda: load([path], tmp_path / "fees")).message


PAIRS = [
    "99454 99445 - 20260101 * 0 made-up",
    "99457 93294 - 20200101 20260731 1 made-up",
    "99091 99457 - 20190101 20190101 9 made-up",
    "11111 22222 - 20190101 * 0 made-up",
]


def parts(folder: Path, version: str = "v322r0") -> list[Path]:
    """Put all four parts of a quarter there; the pairs are in the third."""
    texts = [["00001 00002 - 20190101 * 0 made-up"]] * 2 + [PAIRS, ["99999 99998 - 20190101 * 0 x"]]
    return [
        put(folder, f"ccipra-{version}-f{number}.TXT", code_pairs(rows))
        for number, rows in enumerate(texts, 1)
    ]


def test_code_pairs(tmp_path: Path) -> None:
    sources = load(parts(tmp_path), tmp_path / "fees")
    assert [(one.part, one.rows) for one in sources] == [(1, 0), (2, 0), (3, 2), (4, 0)]
    assert (sources[0].first, sources[0].last) == (date(2026, 7, 1), date(2026, 9, 30))
    shelf = Shelf(tmp_path / "fees")
    expected = CodePair("99454", "99445", date(2026, 1, 1), modifier_allowed=False)
    assert shelf.pair("99445", "99454", ON) == shelf.pair("99454", "99445", ON) == expected
    assert shelf.pair("99457", "99091", ON) is None  # indicator 9: never in force
    deleted = shelf.pair("93294", "99457", date(2026, 7, 31))
    assert deleted is not None
    assert deleted.modifier_allowed
    assert shelf.pair("93294", "99457", ON) is None
    assert refusal(lambda: shelf.pair("11111", "22222", ON)).code == "fees.no_file"


@pytest.mark.parametrize("missing", range(4))
def test_code_pairs_need_all_parts_of_the_quarter(missing: int, tmp_path: Path) -> None:
    files = parts(tmp_path)
    load(files[:missing] + files[missing + 1 :], tmp_path / "fees")
    error = refusal(lambda: Shelf(tmp_path / "fees").pair("99454", "99445", ON))
    assert error.code == "fees.no_file"
    load([files[missing]], tmp_path / "fees")
    assert Shelf(tmp_path / "fees").pair("99454", "99445", ON) is not None


@pytest.mark.parametrize(
    ("version", "first"),
    [
        ("v313r0", date(2025, 10, 1)),
        ("v320r1", date(2026, 1, 1)),
        ("v321r0", date(2026, 4, 1)),
        ("v323r0", date(2026, 10, 1)),
    ],
)
def test_the_version_names_the_quarter(version: str, first: date, tmp_path: Path) -> None:
    sources = load(parts(tmp_path, version), tmp_path / "fees")
    assert {one.first for one in sources} == {first}


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("9945 99445 - 20260101 * 0 x", "line 7, column COLUMN 1: there is no code"),
        ("99454 9944 - 20260101 * 0 x", "line 7, column COLUMN 2: there is no HCPCS code"),
        ("99454 99445 - 20260231 * 0 x", "line 7, column EFFECTIVE DATE: there is no date"),
        ("99454 99445 - * * 0 x", "line 7, column Effective Date: there is no date"),
        ("99454 99445 - 20260101 soon 0 x", "column DELETION DATE *=NO DATA: there is no date"),
        ("99454 99445 - 20260101 * 2 x", "line 7, column Modifier: there is no 0, 1 or 9"),
    ],
)
def test_code_pairs_that_are_broken(row: str, where: str, tmp_path: Path) -> None:
    path = put(tmp_path, "ccipra-v322r0-f1.txt", code_pairs([row]))
    assert where in refusal(lambda: load([path], tmp_path / "fees")).message


def test_code_pairs_without_rows_or_a_name(tmp_path: Path) -> None:
    empty = put(tmp_path, "ccipra-v322r0-f1.txt", code_pairs([]))
    assert "ends after its heading" in refusal(lambda: load([empty], tmp_path / "fees")).message
    nameless = put(tmp_path, "pairs.txt", code_pairs(PAIRS))
    said = Said(first=date(2026, 7, 1), last=date(2026, 9, 30))
    assert "which part" in refusal(lambda: load([nameless], tmp_path / "fees", said)).message


ADD_ONS = [
    "1 99458 - 99457 - 2020001 - -",
    "1 99458 - 99470 - 2026001 - -",
    "1 99439 - 99490 - 2021001 2026212 -",
    "2 99425 - CCCCC - 2022001 - -",
    "1 11111 - 22222 - 2022001 - -",
]


def test_add_ons(tmp_path: Path) -> None:
    path = put(tmp_path, "AOC_V2026Q3-MCR.txt", add_ons(ADD_ONS))
    (source,) = load([path], tmp_path / "fees")
    assert (source.first, source.last, source.rows) == (date(2026, 7, 1), date(2026, 9, 30), 4)
    shelf = Shelf(tmp_path / "fees")
    assert [one.primary for one in shelf.primaries("99458", ON)] == ["99457", "99470"]
    assert shelf.primaries("99425", ON) == [AddOn("99425", "", 2, date(2022, 1, 1))]
    last = date(2026, 7, 31)  # the 212th day
    assert [one.last for one in shelf.primaries("99439", last)] == [last]
    assert shelf.primaries("99439", ON) == shelf.primaries("99457", ON) == []
    assert refusal(lambda: shelf.primaries("11111", ON)).code == "fees.no_code"


@pytest.mark.parametrize(
    "row",
    [
        "4 99458 - 99457 - 2020001 - -",
        "1 99458 - 99457 - - - -",
        "1 99458 - 9945 - 2020001 - -",
        "1 99458 - 99457 - 2020367 - -",
        "1 99458 - 99457 - 9999366 - -",
        "1 9945 - 99457 - 2020001 - -",
    ],
)
def test_add_ons_that_are_broken(row: str, tmp_path: Path) -> None:
    path = put(tmp_path, "AOC_V2026Q3-MCR.txt", add_ons([row]))
    error = refusal(lambda: load([path], tmp_path / "fees"))
    assert error.message.startswith("AOC_V2026Q3-MCR.txt, line 3")


def test_other_headings_of_add_ons(tmp_path: Path) -> None:
    renamed = add_ons(ADD_ONS[:1]).replace(b"AOC_Edit_Eff_DT", b"AOC Edit EffDT (Julian)")
    load([put(tmp_path, "AOC_V2026Q3_01-MCR.txt", renamed)], tmp_path / "fees")
    assert Shelf(tmp_path / "fees").primaries("99458", ON)[0].primary == "99457"
    missing = put(tmp_path, "AOC_V2026Q4.txt", renamed.replace(b"AOC_Del_DT", b"Note"))
    assert "columns of deletion" in refusal(lambda: load([missing], tmp_path / "fees")).message


HOSTS = {
    "PPRRVU2025_Oct.csv": relative_values(
        [value("99454", "0.00 1.55 NA 0.01", factor="32.3465")], year=2025, release="October"
    ),
    "GPCI2025.csv": gpci([("10112", "AL", "00", "MADE UP", "1", "0.9", "0.5")], year=2025),
    "25LOCCO.csv": counties([("10112", "0", "ALABAMA", "STATEWIDE", "ALL COUNTIES")], year=2025),
    MUE: unit_limits(LIMITS),
    "ccipra-v322r0-f1.txt": code_pairs(PAIRS),
    "AOC_V2026Q3-MCR.txt": add_ons(ADD_ONS),
}


@pytest.mark.slow
@given(
    st.sampled_from(sorted(HOSTS)),
    st.floats(0, 1),
    st.integers(0, 40),
    st.one_of(st.binary(max_size=20), st.sampled_from([b'"', b",", b"\t", b"\r\n", b"\xff"])),
)
def test_harm_is_refused_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, name: str, where: float, gone: int, put_in: bytes
) -> None:
    content = HOSTS[name]
    at = int(where * len(content))
    folder = tmp_path_factory.mktemp("raw")
    path = put(folder, name, content[:at] + put_in + content[at + gone :])
    refused = None
    try:
        load([path], folder / "fees")
    except FeesError as error:  # harm may also be harmless
        refused = error
    if refused is not None:
        assert refused.message.startswith(name)
        assert refused.remedy
        assert not (folder / "fees").exists()
