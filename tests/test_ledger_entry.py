"""Entries as bytes: one form only, and nothing in them that says whose they are."""

from __future__ import annotations

import hmac
import json
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up_ledger import AT
from proofline.ledger.entry import (
    Entry,
    Link,
    Pseudonyms,
    canonical,
    entry_from,
    payload_hash,
    utc,
)

ENTRY = Entry(
    seq=7,
    kind="readings",
    tenant="ledger.example/made-up",
    subject="ab",
    item="cd",
    actor="intake",
    recorded_at=AT,
    occurred_at=datetime(2026, 3, 1, 7, 12, tzinfo=timezone(timedelta(hours=-6))),
    payload_hash=bytes(range(32)),
    links=(Link("corrects", 3),),
)
WRITTEN = (
    b'{"actor":"intake","engine":"","item":"cd","kind":"readings",'
    b'"links":[{"role":"corrects","seq":3}],"occurred_at":"2026-03-01T13:12:00.000000Z","pack":"",'
    b'"payload_hash":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
    b'"recorded_at":"2026-03-01T12:00:00.000000Z","schema":"proofline.entry/1","seq":7,'
    b'"subject":"ab","tenant":"ledger.example/made-up"}'
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


def test_an_entry_is_written_in_one_way_and_read_back() -> None:
    assert ENTRY.to_bytes() == WRITTEN
    assert entry_from(WRITTEN) == ENTRY


@pytest.mark.slow
@given(VALUES)
def test_canonical_bytes_are_what_python_writes_sorted_and_tight(value: Any) -> None:  # noqa: ANN401
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical(value) == text.encode()


@pytest.mark.parametrize(
    "value", [1.0, [float("nan")], {"a": b""}, {1: "a"}, {"a": {"b": 2.5}}, (("a",), (2.5,))]
)
def test_what_has_no_one_form_is_refused(value: Any) -> None:  # noqa: ANN401 - of every kind
    with pytest.raises(TypeError):
        canonical(value)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        canonical("\ud800")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":7', b'"seq":7.0'),
        (b'"seq":7', b'"seq":"7"'),
        (b'"seq":7', b'"seq":true'),
        (b'"seq":7', b'"seq":-7'),
        (b'"seq":7', b'"seq":7,"seq":7'),
        (b'"seq":7', b'"seq": 7'),
        (b'"seq":7', b'"seq":7,"more":1'),
        (b'"pack":"",', b""),
        (b'"pack":"",', b'"pack":null,'),
        (b'"ab"', b'"\\u0061b"'),
        (b"12:00:00.000000Z", b"12:00:00Z"),
        (b"12:00:00.000000Z", b"12:00:00.000000+00:00"),
        (b"12:00:00.000000Z", b"12:00:00.000000"),
        (b"proofline.entry/1", b"proofline.entry/2"),
        (b'[{"role"', b'[{"x":1,"role"'),
        (b'[{"role":"corrects","seq":3}]', b'"corrects"'),
        (b"1d1e1f", b"1D1E1F"),
        (WRITTEN, b""),
        (WRITTEN, b"[]"),
        (WRITTEN, b"7"),
        (WRITTEN, b"[" * 100_000),
        (b"}", b"}\n"),
        (b"intake", b"\xff"),
    ],
)
def test_bytes_in_another_form_are_no_entry(old: bytes, new: bytes) -> None:
    assert old in WRITTEN
    with pytest.raises(ValueError, match="not an entry"):
        entry_from(WRITTEN.replace(old, new))


def test_a_payload_is_committed_to_with_its_nonce() -> None:
    nonce = bytes(range(16))
    assert payload_hash(nonce, b"120") == sha256(nonce + b"120").digest()
    with pytest.raises(ValueError, match="16 bytes"):
        payload_hash(nonce[:-1], b"120")


@pytest.mark.slow
@given(
    st.binary(min_size=1, max_size=64),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)
def test_a_pseudonym_is_half_of_an_hmac_as_python_computes_it(secret: bytes, name: str) -> None:
    made = hmac.new(secret, b"item\0" + name.encode(), "sha256").hexdigest()
    assert Pseudonyms(secret).of("item", name) == made[:32]


def test_a_pseudonym_needs_the_secret_and_keeps_its_parts_apart() -> None:
    ours = Pseudonyms(b"a")
    assert ours.of("item", "r-1") != Pseudonyms(b"b").of("item", "r-1")
    assert ours.of("item", "r-1") != ours.of("itemr", "-1")
    with pytest.raises(ValueError, match="NUL"):
        ours.of("item\0r", "1")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        utc(datetime(2026, 3, 1))  # noqa: DTZ001 - that is the point
