"""Localities and counties, from files in CMS's layouts and from the real ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from made_up_fees import COUNTIES, PLACE, counties, gpci, put
from proofline.claims.fees.loading import load
from proofline.claims.fees.pricing import Asked, dollars, price
from proofline.claims.fees.shelf import Shelf
from proofline.claims.fees.trouble import FeesError
from proofline.claims.fees.where import area_of

SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "cms"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="CMS's own files do not lie here")


def refusal(call: Callable[[], object]) -> FeesError:
    with pytest.raises(FeesError) as refused:
        call()
    return refused.value


@pytest.mark.parametrize("floors", ["with", "without", "both"])
def test_indices_with_and_without_the_floor(floors: str, tmp_path: Path) -> None:
    works = {"with": ["1"], "without": ["0.95"], "both": ["0.95", "1"]}[floors]
    row = [*PLACE[:4], *works, *PLACE[5:]]
    load([put(tmp_path, "GPCI.csv", gpci([row], year=2026, floors=floors))], tmp_path / "fees")
    ((one,), source) = Shelf(tmp_path / "fees").localities(date(2026, 12, 31))
    assert (one.mac, one.state, one.number, one.name) == ("10112", "AL", "00", "MADE UP")
    assert one.work == (None if floors == "without" else 1)
    assert one.work_without_floor == (None if floors == "with" else Decimal("0.95"))
    assert (source.first, source.last) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("2026 PE", "2025 PE", "its columns are not of one year"),
        ("2026 PE GPCI", "2026 P GPCI", "column PE GPCI: the heading has no such column"),
        ("PW GPCI (with 1.0 Floor)", "PW GPCI (with 1.1 Floor)", "column PW GPCI"),
        ("10112", "1O112", "column MAC: there is no contractor number"),
        (",00,", ",A,", "column LOCALITY NUMBER: there is no locality number"),
        ("0.575", "none", "column 2026 MP GPCI: there is no number"),
        ("10112,AL,00,MADE UP**,1,0.869,0.575\r\n", "", "it has no locality"),
        ("\r\n\r\n*A", "\r\n10112,AL,0,TWICE,1,0.869,0.575\r\n*A", "stands there twice"),
    ],
)
def test_indices_that_are_broken(old: str, new: str, where: str, tmp_path: Path) -> None:
    text = gpci([PLACE], year=2026).decode()
    assert old in text
    path = put(tmp_path, "GPCI2026.csv", text.replace(old, new).encode())
    assert where in refusal(lambda: load([path], tmp_path / "fees")).message


@pytest.fixture(name="areas")
def _areas(tmp_path: Path) -> Shelf:
    load([put(tmp_path, "26LOCCO.csv", counties(COUNTIES, year=2026))], tmp_path / "fees")
    return Shelf(tmp_path / "fees")


@pytest.mark.parametrize(
    ("state", "county", "mac", "number"),
    [
        ("Alabama", "Mobile", "10112", "00"),
        ("MARYLAND", "Baltimore County", "02102", "01"),
        ("maryland", "saint mary's", "02102", "01"),
        ("MARYLAND", "MONTGOMERY", "12202", "01"),
        ("VIRGINIA", "FAIRFAX", "12202", "01"),
        ("DISTRICT OF COLUMBIA", "DISTRICT OF COLUMBIA", "12202", "01"),
    ],
)
def test_a_county_that_is_named_is_found(
    state: str, county: str, mac: str, number: str, areas: Shelf
) -> None:
    found = area_of(state, county, areas.areas(date(2026, 5, 5))[0])
    assert (found.mac, found.number) == (mac, number)


@pytest.mark.parametrize(
    ("state", "county", "cure"),
    [
        ("MARYLAND", "CALVERT", "02102 99 REST OF STATE"),
        ("VIRGINIA", "HENRICO", "11302 00 STATEWIDE"),
        ("MARYLAND", "BALTIMOER", "02102 01 BALTIMORE"),
        ("MD", "BALTIMORE", "Write the state in full"),
    ],
)
def test_a_county_that_is_not_named_is_not_guessed(
    state: str, county: str, cure: str, areas: Shelf
) -> None:
    listed = areas.areas(date(2026, 5, 5))[0]
    error = refusal(lambda: area_of(state, county, listed))
    assert error.code == "fees.county"
    assert cure in error.remedy


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("IN 2026 LOC", "IN LOC", "its title does not say of which year"),
        ("ALABAMA ,STATEWIDE ", ",STATEWIDE ", "column State: no state was named yet"),
        ("2102,99", "2102,999", "there is no locality number"),
        ("Locality Number", "Number", "column Locality Number: the heading has no such"),
    ],
)
def test_counties_that_are_broken(old: str, new: str, where: str, tmp_path: Path) -> None:
    text = counties(COUNTIES, year=2026).decode()
    assert old in text
    path = put(tmp_path, "26LOCCO.csv", text.replace(old, new, 1).encode())
    assert where in refusal(lambda: load([path], tmp_path / "fees")).message


@needs_samples
def test_the_real_localities(tmp_path: Path) -> None:
    load([SAMPLES / "GPCI2025.csv", SAMPLES / "25LOCCO.csv"], tmp_path / "fees")
    shelf, on = Shelf(tmp_path / "fees"), date(2025, 7, 4)
    places = {(one.mac, one.number): one for one in shelf.localities(on)[0]}
    areas = shelf.areas(on)[0]
    assert len(places) == len(areas) == 109
    assert {(one.mac, one.number) for one in areas} == set(places)
    alaska = places["02102", "01"]
    assert (alaska.name, alaska.work) == ("ALASKA", Decimal("1.5"))
    for state, county, number in (
        ("NEW YORK", "Kings", "02"),
        ("TEXAS", "Harris", "18"),
        ("VIRGINIA", "Arlington", "01"),
        ("OHIO", "Lucas", "00"),
    ):
        assert area_of(state, county, areas).number == number
    # Orange is misspelled in the file: it is not taken for one of the rest of California
    assert refusal(lambda: area_of("CALIFORNIA", "Orange", areas)).code == "fees.county"


@needs_samples
@pytest.mark.parametrize("name", ["GPCI2025.txt", "25LOCCO.txt", "PPRRVU2025_Oct_rpm_excerpt.txt"])
def test_the_real_files_without_a_heading_are_refused(name: str, tmp_path: Path) -> None:
    error = refusal(lambda: load([SAMPLES / name], tmp_path / "fees"))
    assert "no heading in it" in error.message


def test_alabama_without_any_file_loaded() -> None:
    # (0.00 x 1 + 1.32 x 0.869 + 0.01 x 0.575) x 32.3465 = 1.15283 x 32.3465 = 37.29001...
    found = price(Shelf(), Asked("99454", date(2025, 10, 1), locality="AL 00"))
    assert dollars(found.unit) == "37.29"
    with pytest.raises(FeesError) as caught:
        price(Shelf(), Asked("99454", date(2026, 7, 1), locality="AL 00"))
    assert caught.value.code == "fees.no_file"
    assert "cms.gov" in caught.value.remedy
