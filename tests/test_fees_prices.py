"""What codes bring, to the cent, against amounts typed from CMS's own files and the final rules.

The values and amounts of 2026 are of PPRRVU2026_Jul_nonQPP (RVU26C), those of 2025 of
PPRRVU2025_Oct (RVU25D), the conversion factors of the CY 2024 to 2026 final rules and the
Consolidated Appropriations Act, 2024. The files are made up around them, in CMS's layouts; where
the real ones lie beside the repository, they are read too.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up_fees import gpci, put, relative_values, value
from proofline.claims.fees.contracts import read as read_contracts
from proofline.claims.fees.loading import Said, load
from proofline.claims.fees.pricing import Asked, dollars, price, unit_amount
from proofline.claims.fees.shelf import Shelf
from proofline.claims.fees.trouble import FeesError

SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "cms"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="CMS's own files do not lie here")

# code | work, office, facility, malpractice | office non-QP | facility non-QP | office QP
OF_2026 = """
99453 | 0.00 0.63 NA 0.02 | 21.71 | NA | 21.82
99454 | 0.00 1.55 NA 0.01 | 52.11 | NA | 52.37
99445 | 0.00 1.55 NA 0.01 | 52.11 | NA | 52.37
99457 | 0.61 0.90 0.14 0.04 | 51.77 | 26.39 | 52.03
99458 | 0.61 0.59 0.14 0.04 | 41.42 | 26.39 | 41.62
99470 | 0.31 0.45 0.07 0.02 | 26.05 | 13.36 | 26.18
99091 | 1.10 0.49 0.25 0.07 | 55.45 | 47.43 | 55.72
99473 | 0.00 0.45 NA 0.01 | 15.36 | NA | 15.44
99474 | 0.18 0.36 0.05 0.01 | 18.37 | 8.02 | 18.46
98975 | 0.00 0.63 NA 0.02 | 21.71 | NA | 21.82
98976 | 0.00 1.55 NA 0.01 | 52.11 | NA | 52.37
98984 | 0.00 1.55 NA 0.01 | 52.11 | NA | 52.37
98977 | 0.00 1.53 NA 0.01 | 51.44 | NA | 51.69
98985 | 0.00 1.53 NA 0.01 | 51.44 | NA | 51.69
98979 | 0.31 0.47 0.02 0.01 | 26.39 | 11.36 | 26.52
98980 | 0.62 0.97 0.12 0.03 | 54.11 | 25.72 | 54.38
98981 | 0.61 0.60 0.12 0.03 | 41.42 | 25.38 | 41.62
99490 | 1.00 0.91 0.24 0.07 | 66.13 | 43.76 | 66.46
99439 | 0.70 0.76 0.17 0.05 | 50.44 | 30.73 | 50.69
99487 | 1.81 2.38 0.43 0.13 | 144.29 | 79.16 | 145.01
99489 | 1.00 1.27 0.24 0.07 | 78.16 | 43.76 | 78.55
99491 | 1.50 1.08 0.37 0.09 | 89.18 | 65.47 | 89.63
99437 | 1.00 0.82 0.24 0.07 | 63.13 | 43.76 | 63.44
99424 | 1.45 1.06 0.38 0.11 | 87.51 | 64.80 | 87.95
99425 | 1.00 0.77 0.25 0.07 | 61.46 | 44.09 | 61.76
99426 | 1.00 0.96 0.25 0.07 | 67.80 | 44.09 | 68.14
99427 | 0.71 0.86 0.18 0.05 | 54.11 | 31.40 | 54.38
99484 | 0.93 0.73 0.17 0.06 | 57.45 | 38.75 | 57.74
99495 | 2.78 3.62 0.69 0.19 | 220.11 | 122.25 | 221.21
99496 | 3.79 4.91 0.95 0.24 | 298.60 | 166.34 | 300.09
"""

# code | total outside a facility | amount
OF_2025 = """
99453 | 0.61 | 19.73
99454 | 1.33 | 43.02
99457 | 1.48 | 47.87
99458 | 1.19 | 38.49
99091 | 1.60 | 51.75
99473 | 0.43 | 13.91
99474 | 0.51 | 16.50
98975 | 0.61 | 19.73
98976 | 1.33 | 43.02
98977 | 1.33 | 43.02
98980 | 1.55 | 50.14
98981 | 1.21 | 39.14
99490 | 1.87 | 60.49
99439 | 1.42 | 45.93
99487 | 4.07 | 131.65
99489 | 2.18 | 70.52
99491 | 2.54 | 82.16
99437 | 1.78 | 57.58
99424 | 2.50 | 80.87
99425 | 1.82 | 58.87
99426 | 1.91 | 61.78
99427 | 1.56 | 50.46
99484 | 1.64 | 53.05
99495 | 6.22 | 201.20
99496 | 8.43 | 272.68
G0556 | 0.47 | 15.20
G0557 | 1.51 | 48.84
G0558 | 3.31 | 107.07
"""
NOT_IN_THE_SAMPLE = {"99473", "99474", "99437", "99484", "99495", "99496"}

# code | total | to 8 March 2024 | from 9 March 2024
OF_2024 = """
99453 | 0.60 | 19.65 | 19.97
99454 | 1.42 | 46.50 | 47.27
99457 | 1.47 | 48.13 | 48.93
99458 | 1.18 | 38.64 | 39.28
99091 | 1.61 | 52.72 | 53.59
"""


def table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def of_total(total: str) -> str:
    """Share a total out as practice and malpractice; nationally only the sum counts."""
    return f"0.00 {float(total) - 0.01:.2f} NA 0.01"


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load files of 2024 to 2026, made up around the typed values, and one of indices."""
    raw, into = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("fees")
    files = []
    for factor, whose in (("33.4009", "nonQPP"), ("33.5675", "QPP")):
        rows = [value(code, parts, factor=factor) for code, parts, *_ in table(OF_2026)]
        rows.append(value("98978", "0.00 0.00 0.00 0.00", factor=factor, status="C"))
        content = relative_values(rows, year=2026, release="July")
        files.append(put(raw, f"PPRRVU2026_Jul_{whose}.csv", content))
    rows = [value(code, of_total(total), factor="32.3465") for code, total, _ in table(OF_2025)]
    content = relative_values(rows, year=2025, release="October")
    files.append(put(raw, "PPRRVU2025_Oct.csv", content))
    for factor, where in (("32.7442", "first"), ("33.2875", "second")):
        rows = [value(code, of_total(total), factor=factor) for code, total, *_ in table(OF_2024)]
        content = relative_values(rows, year=2024, release="January")
        files.append(put(raw / where, "PPRRVU24_JAN.csv", content))
    indices = [("10112", "AL", "00", "MADE-UP ALABAMA", "1", "0.869", "0.575")]
    files.append(put(raw, "GPCI2025.csv", gpci(indices, year=2025)))
    load(files, into)
    return into


@pytest.mark.parametrize("brought", [False, True], ids=["loaded", "brought along"])
@pytest.mark.parametrize("row", table(OF_2026), ids=lambda row: row[0])
def test_every_amount_of_2026(row: list[str], loaded: Path, *, brought: bool) -> None:
    code, _, office, facility, qualifying = row
    shelf, on = Shelf(None if brought else loaded), date(2026, 8, 1)
    assert dollars(price(shelf, Asked(code, on)).unit) == office
    assert dollars(price(shelf, Asked(code, on, qp=True)).unit) == qualifying
    inside = Asked(code, on, facility=True)
    if facility == "NA":
        with pytest.raises(FeesError, match="the file has NA there") as refused:
            price(shelf, inside)
        assert refused.value.code == "fees.not_here"
    else:
        assert dollars(price(shelf, inside).unit) == facility


@pytest.mark.parametrize(("code", "total", "amount"), table(OF_2025))
def test_every_amount_of_2025(code: str, total: str, amount: str, loaded: Path) -> None:
    del total
    on = date(2025, 10, 1)
    assert dollars(price(Shelf(loaded), Asked(code, on)).unit) == amount
    if code not in NOT_IN_THE_SAMPLE:
        assert dollars(price(Shelf(), Asked(code, on)).unit) == amount


@pytest.mark.parametrize(("code", "total", "before", "after"), table(OF_2024))
def test_the_factor_changed_in_march_2024(
    code: str, total: str, before: str, after: str, loaded: Path
) -> None:
    del total
    shelf = Shelf(loaded)
    days = {date(2024, 1, 1): before, date(2024, 3, 8): before, date(2024, 3, 9): after}
    for on, amount in (days | {date(2024, 3, 31): after}).items():
        assert dollars(price(shelf, Asked(code, on)).unit) == amount


@pytest.mark.parametrize("code", ["98978"])
def test_what_the_contractor_prices_has_no_amount(code: str, loaded: Path) -> None:
    with pytest.raises(FeesError, match="status C is priced by the Medicare contractor") as refused:
        price(Shelf(loaded), Asked(code, date(2026, 8, 1)))
    assert refused.value.code == "fees.not_priced"


@pytest.mark.parametrize("on", [date(2023, 12, 31), date(2024, 4, 1), date(2025, 9, 30),
                                date(2026, 6, 30), date(2026, 10, 1)])  # fmt: skip
def test_a_day_without_a_file_is_refused(on: date, loaded: Path) -> None:
    with pytest.raises(FeesError, match=f"for {on} is loaded") as refused:
        price(Shelf(loaded), Asked("99457", on))
    assert refused.value.code == "fees.no_file"


def test_the_shares_of_patient_and_sequester(loaded: Path) -> None:
    # 3 x 41.42 = 124.26; 20 % 24.85; of the other 99.41 2 % are 1.99; 97.42 are paid
    found = price(Shelf(loaded), Asked("99458", date(2026, 8, 1), units=3))
    told = (found.unit, found.allowed, found.coinsurance, found.sequestrated, found.paid)
    assert told == (4142, 12426, 2485, 199, 9742)


def test_units_multiply_the_rounded_amount(loaded: Path) -> None:
    # 0.79 x 33.5675 = 26.518325: three units are 79.56 from cents, and would be 79.55 unrounded
    asked = Asked("99458", date(2026, 8, 1), units=3, facility=True, qp=True)
    assert price(Shelf(loaded), asked).allowed == 7956


@pytest.mark.parametrize(("on", "kept"), [(date(2020, 4, 30), "0.02"), (date(2020, 5, 1), "0"),
    (date(2022, 3, 31), "0"), (date(2022, 4, 1), "0.01"), (date(2022, 6, 30), "0.01"),
    (date(2022, 7, 1), "0.02"), (date(2026, 8, 1), "0.02"), (date(2013, 3, 31), "0")])  # fmt: skip
def test_sequestration_by_day(on: date, kept: str) -> None:
    from proofline.claims.fees.medicare import sequestration  # noqa: PLC0415

    assert sequestration(on) == Decimal(kept)


def test_no_units_are_refused(loaded: Path) -> None:
    with pytest.raises(FeesError) as refused:
        price(Shelf(loaded), Asked("99458", date(2026, 8, 1), units=0))
    assert refused.value.code == "fees.units"


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load CMS's own files of 2025."""
    into = tmp_path_factory.mktemp("real")
    names = ("PPRRVU2025_Oct_rpm_excerpt.csv", "GPCI2025.csv", "25LOCCO.csv")
    load([SAMPLES / name for name in names], into)
    return into


@needs_samples
@pytest.mark.parametrize(("code", "total", "amount"), table(OF_2025))
def test_every_amount_of_2025_from_the_real_file(
    code: str, total: str, amount: str, real: Path
) -> None:
    if code in NOT_IN_THE_SAMPLE:
        with pytest.raises(FeesError, match=f"has no {code}"):
            price(Shelf(real), Asked(code, date(2025, 10, 1)))
        return
    assert dollars(price(Shelf(real), Asked(code, date(2025, 10, 1))).unit) == amount
    values, _ = Shelf(real).relative_value(code, date(2025, 10, 1))
    assert values.work + (values.office or 0) + values.malpractice == Decimal(total)


@needs_samples
@pytest.mark.parametrize("name", ["AL 00", "10112 00", "1011200", "al-00"])
def test_alabama_from_the_real_files(name: str, real: Path) -> None:
    # (0.61 x 1 + 0.83 x 0.869 + 0.04 x 0.575) x 32.3465
    found = price(Shelf(real), Asked("99457", date(2025, 10, 1), locality=name))
    assert dollars(found.unit) == "43.81"
    assert [source.file for source in found.sources][1] == "GPCI2025.csv"
    assert all(len(source.sha256) == 64 for source in found.sources)


@needs_samples
def test_what_is_brought_along_is_what_the_real_file_says(real: Path) -> None:
    on, codes = date(2025, 12, 31), [code for code, *_ in table(OF_2025)]
    for code in sorted(set(codes) - NOT_IN_THE_SAMPLE):
        ours, theirs = Shelf().relative_value(code, on), Shelf(real).relative_value(code, on)
        assert ours[0] == theirs[0]
        assert ours[1].conversion_factor == theirs[1].conversion_factor


@needs_samples
def test_the_places_brought_along_are_those_of_the_real_files(real: Path) -> None:
    on, own, theirs = date(2025, 12, 31), Shelf(), Shelf(real)
    assert own.localities(on)[0] == theirs.localities(on)[0]
    assert own.areas(on)[0] == theirs.areas(on)[0]
    assert own.localities(on)[1].sha256 == theirs.localities(on)[1].sha256


def test_a_locality_of_a_made_up_file(loaded: Path) -> None:
    # (0.00 x 1 + 1.47 x 0.869 + 0.01 x 0.575) x 32.3465, by hand: 41.50669...
    found = price(Shelf(loaded), Asked("99457", date(2025, 10, 1), locality="AL 00"))
    assert dollars(found.unit) == "41.51"
    with pytest.raises(FeesError, match="Locality AK 01 is not in the file"):
        price(Shelf(loaded), Asked("99457", date(2025, 10, 1), locality="AK 01"))


units = st.decimals(0, 400, places=2)
indices = st.decimals(Decimal("0.3"), Decimal("2.5"), places=3)


@pytest.mark.slow
@given(
    st.tuples(units, units, units),
    st.tuples(indices, indices, indices),
    st.decimals(Decimal(20), Decimal(99), places=4),
)
def test_the_formula_is_exact_and_rounds_once(
    values: tuple[Decimal, Decimal, Decimal],
    places: tuple[Decimal, Decimal, Decimal],
    factor: Decimal,
) -> None:
    exact = sum(Fraction(a) * Fraction(b) for a, b in zip(values, places, strict=True))
    cents = exact * Fraction(factor) * 100
    assert unit_amount(values, places, factor) == (2 * cents + 1) // 2  # half a cent goes up


@given(st.integers(0, 10**9), st.integers(1, 40))
def test_shares_make_up_the_whole(cents: int, count: int) -> None:
    from proofline.claims.fees.pricing import _share  # noqa: PLC0415

    allowed = cents * count
    patient = _share(allowed, Decimal("0.20"))
    kept = _share(allowed - patient, Decimal("0.02"))
    assert abs(Fraction(patient) - Fraction(allowed, 5)) <= Fraction(1, 2)
    assert patient + kept <= allowed


CONTRACT = """
[[rate]]
payer = "made-up-plan"
codes = ["99454", "99445"]
from = 2026-01-01
to = 2026-08-31
percent = "112.5"

[[rate]]
payer = "made-up-plan"
codes = ["99454"]
from = 2026-09-01
cents = 5000
"""


def test_contracts(loaded: Path, tmp_path: Path) -> None:
    contracts = read_contracts(put(tmp_path, "rates.toml", CONTRACT.encode()))
    shelf = Shelf(loaded)

    def asked(on: date, *, code: str = "99454", payer: str = "made-up-plan") -> int:
        return contracts.price(shelf, payer, Asked(code, on, units=2)).allowed

    assert asked(date(2026, 8, 31)) == 2 * 5862  # 112.5 % of 52.11 are 58.62375
    assert asked(date(2026, 9, 1)) == 10000
    assert asked(date(2027, 5, 1)) == 10000  # fixed cents need no file of Medicare's
    for wrong in (
        {"on": date(2025, 12, 31)},
        {"on": date(2026, 9, 1), "code": "99445"},
        {"on": date(2026, 9, 1), "payer": "another"},
    ):
        with pytest.raises(FeesError) as refused:
            asked(**wrong)
        assert refused.value.code == "fees.no_rate"
    with pytest.raises(FeesError, match="for 2026-05-01 is loaded"):
        asked(date(2026, 5, 1))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("cents = 5000", 'cents = 5000\npercent = "100"', "rate 2 has not just one"),
        ("cents = 5000", "", "rate 2 has not just one"),
        ("cents = 5000", "cents = 50.00", "Expected `int"),
        ("cents = 5000", "cents = -1", "rate 2 has an amount that cannot be"),
        ('"112.5"', '"NaN"', "rate 1 has an amount that cannot be"),
        ('"112.5"', '"much"', "rate 1 has an amount that cannot be"),
        ("2026-08-31", "2026-09-01", "rate 2 and rate 1 speak for the same"),
        ("to = 2026-08-31", "", "rate 2 and rate 1 speak for the same"),
        ("2026-08-31", "2025-08-31", "rate 1 names no codes, or ends before"),
        ("cents", "dollars", "unknown field `dollars`"),
        ("[[rate]]", "[[rate", "rates.toml: "),
    ],
)
def test_contracts_that_cannot_be(old: str, new: str, why: str, tmp_path: Path) -> None:
    assert old in CONTRACT
    path = put(tmp_path, "rates.toml", CONTRACT.replace(old, new).encode())
    with pytest.raises(FeesError) as refused:
        read_contracts(path)
    assert why in refused.value.message


def test_both_indices_of_work_ask_for_a_choice(loaded: Path, tmp_path: Path) -> None:
    rows = [
        ("10112", "AL", "00", "MADE UP", "0.98", "1", "0.869", "0.575"),
        ("02102", "AK", "01", "MADE UP*", "1.5", "1.5", "1.081", "0.592"),
    ]
    path = put(tmp_path / "raw", "GPCI2026.csv", gpci(rows, year=2026, floors="both"))
    load([path], tmp_path / "fees")
    shelf = Shelf(tmp_path / "fees")
    on = date(2026, 8, 1)

    def unit(locality: str, **more: str) -> int:
        return price(shelf, Asked("99457", on, locality=locality, **more)).unit  # type: ignore[arg-type]

    # (0.61 x 0.98 or 1 + 0.90 x 0.869 + 0.04 x 0.575) x 33.4009
    assert (unit("AL 00", work_floor="without"), unit("AL 00", work_floor="with")) == (4686, 4727)
    assert unit("AK 01") == 6385  # both are 1.5: (0.915 + 0.9729 + 0.02368) x 33.4009
    with pytest.raises(FeesError) as refused:
        unit("AL 00")
    assert refused.value.code == "fees.work_floor"
    del loaded


def test_a_span_is_what_the_practice_says(tmp_path: Path) -> None:
    row = value("99454", "0.00 1.00 NA 0.01", factor="40.0000")
    path = put(
        tmp_path, "PPRRVU2027_Jan_nonQPP.csv", relative_values([row], year=2027, release="January")
    )
    load([path], tmp_path / "fees", Said(last=date(2027, 12, 31)))
    assert price(Shelf(tmp_path / "fees"), Asked("99454", date(2027, 12, 31))).unit == 4040
