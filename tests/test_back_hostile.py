"""Damaged answers raise nothing but a refusal, and a refusal holds nothing of a patient."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made_up_back as made
from fuzz import back as fuzz
from proofline.claims.back.parts import PART_SEGMENTS
from proofline.claims.back.remitting import remittances
from proofline.claims.x12.trouble import X12Refused

PAYLOADS = 2_000


@pytest.mark.slow
def test_no_damaged_answer_raises_anything_but_a_refusal() -> None:
    among = fuzz.samples()
    found = [fuzz.try_one(1, number, among)[1] for number in range(PAYLOADS)]
    assert [what for what in found if what] == []


@pytest.mark.slow
def test_some_damage_gets_past_the_envelope_and_some_is_read() -> None:
    among, refused = fuzz.samples(), set()
    for number in range(0, PAYLOADS, len(among)):
        data, _ = fuzz.try_one(1, number, among)
        try:
            refused.add(f"read {len(list(remittances(data))) > 0}")
        except X12Refused as trouble:
            refused.add(trouble.code)
    assert {"read True", "claims.x12_number", "claims.x12_unexpected", "claims.x12_code"} <= refused


def test_what_raises_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_data: bytes) -> None:
        raise KeyError(0)

    monkeypatch.setattr(fuzz, "read", broken)
    assert fuzz.try_one(1, 1, fuzz.samples())[1] == "KeyError: 0"


@pytest.mark.slow
@settings(max_examples=300)
@given(
    which=st.integers(0, 3),
    at=st.integers(0, 10_000),
    length=st.integers(0, 40),
    insert=st.binary(max_size=40) | st.text("*~:^0123456789AZ.- \n", max_size=40).map(str.encode),
)
def test_any_bytes_anywhere(which: int, at: int, length: int, insert: bytes) -> None:
    data = fuzz.samples()[which]
    at %= len(data)
    fuzz.read(data[:at] + insert + data[at + length :])


@pytest.mark.slow
def test_a_claim_without_end_is_refused() -> None:
    body = [*made.header("40.86"), *made.PAID, *["AMT*B6*1"] * PART_SEGMENTS]
    with pytest.raises(X12Refused) as caught:
        list(remittances(made.interchange("835", body)))
    assert caught.value.code == "claims.x12_too_many_segments"
