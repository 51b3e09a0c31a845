"""What is written has one form, can be read again, and holds nothing that would part it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claim_strategies import LATIN_LETTERS
from proofline.claims.x12.folding import folded, identifier, required
from proofline.claims.x12.trouble import X12Refused
from proofline.claims.x12.writing import day, days, money, segment


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        *[(0, "0"), (4, ".04"), (50, ".5"), (100, "1"), (4370, "43.7"), (4327, "43.27")],
        *[(-1005, "-10.05"), (-5, "-.05"), (9_999_999_999, "99999999.99")],
    ],
)
def test_money_has_no_zero_too_many(cents: int, text: str) -> None:
    assert money(cents) == text


@given(st.integers(-9_999_999_999, 9_999_999_999))
def test_money_comes_back_to_the_cent(cents: int) -> None:
    assert Decimal(money(cents)) * 100 == cents


def test_money_beyond_ten_digits_is_refused() -> None:
    with pytest.raises(X12Refused, match="ten digits"):
        money(10_000_000_000)


def test_one_day_and_a_span_are_told_apart() -> None:
    first, last = date(2026, 1, 1), date(2026, 1, 30)
    assert day(first) == "20260101"
    assert days(first, first) == ("D8", "20260101")
    assert days(first, last) == ("RD8", "20260101-20260130")
    with pytest.raises(X12Refused, match="before its first"):
        days(last, first)


def test_a_segment_ends_with_its_last_value() -> None:
    assert segment("SBR", "P", "18", "", "", "", "", "", "", "MB") == "SBR*P*18*******MB"
    assert segment("NM1", "85", "2", "EXAMPLE", "", "") == "NM1*85*2*EXAMPLE"
    assert segment("SV1", ("HC", "99454", "95"), "43.7") == "SV1*HC:99454:95*43.7"


@pytest.mark.parametrize("value", ["A*B", "A:B", "A^B", "A~B", "A\nB", "É", " A", "A ", "A\x00"])
def test_what_would_part_or_break_a_segment_is_refused(value: str) -> None:
    for element in (value, ("HC", value)):
        with pytest.raises(X12Refused) as caught:
            segment("NM1", "85", "GOOD NAME", element, "Z")
        assert (caught.value.place.tag, caught.value.place.element) == ("NM1", 3)
        assert caught.value.code == "claims.x12_characters"


@pytest.mark.parametrize(
    ("name", "folded_to"),
    [
        ("José Ñandú", "JOSE NANDU"),
        ("Nguyễn Thị Hồng", "NGUYEN THI HONG"),
        ("Łukasz Źdźbło", "LUKASZ ZDZBLO"),
        ("Weiß", "WEISS"),
        ("Þór Ægisson", "THOR AEGISSON"),
        ("Øystein Åberg", "OYSTEIN ABERG"),
        ("I\u015f\u0131k", "ISIK"),
        ("O\u2019Example\u2013Smith", "O'EXAMPLE-SMITH"),
        ("  Pat   Example\t", "PAT EXAMPLE"),
        ("\uff26\uff35\uff2c\uff2c", "FULL"),
        ("Gal·la", "GALLA"),
        ("Jo\u200dhn", "JOHN"),
        ("", ""),
    ],
)
def test_names_are_folded(name: str, folded_to: str) -> None:
    assert folded(name, "The name", most=60) == folded_to


@pytest.mark.parametrize("name", ["\u0301\u0302", "☃", "Ivan ☃", "\U0001f600", "\ue000", "\ud800"])
def test_what_has_no_latin_form_is_refused_with_a_cure(name: str) -> None:
    with pytest.raises(X12Refused) as caught:
        folded(name, "The patient's name", most=60)
    assert caught.value.code == "claims.x12_characters"
    assert "Latin letters" in caught.value.remedy
    assert name not in str(caught.value)


@pytest.mark.parametrize("name", ["A*B", "A:B", "A^B", "A~B", "A\uff0aB"])
def test_delimiters_in_names_are_refused(name: str) -> None:
    with pytest.raises(X12Refused) as caught:
        folded(name, "The name", most=60)
    assert caught.value.code == "claims.x12_delimiter"


def test_what_does_not_fit_is_not_cut_off() -> None:
    with pytest.raises(X12Refused, match="35 characters"):
        folded("A" * 36, "The name", most=35)
    with pytest.raises(X12Refused, match="20 characters"):
        identifier("A" * 21, "The id", most=20)


def test_ids_are_left_as_they_are() -> None:
    assert identifier("c-1/a b", "The id", most=20) == "c-1/a b"
    for bad in ("", " c", "c ", "ç", "a*b"):
        with pytest.raises(X12Refused):
            identifier(bad, "The id", most=20)
    with pytest.raises(X12Refused, match="is not there"):
        required("", "The name", most=20)


@given(st.text(LATIN_LETTERS, min_size=1, max_size=20))
def test_every_latin_letter_folds_and_folding_twice_changes_nothing(name: str) -> None:
    once = folded(name, "The name", most=60)
    assert once.isascii()
    assert folded(once, "The name", most=60) == once


@pytest.mark.slow
@given(st.text())
def test_any_text_is_folded_to_what_a_segment_takes_or_refused(name: str) -> None:
    try:
        text = folded(name, "The name", most=60)
    except X12Refused:
        return
    assert segment("NM1", "85", text, "X") == f"NM1*85*{text}*X"
