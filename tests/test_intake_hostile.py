"""Payloads that are meant to break a reader, through every source that there is.

Two fields of one name: the last of them holds, in every source alike, and the payload is kept as it
came. What JSON does not allow (NaN, half of a surrogate pair, bytes that are no UTF-8) is no JSON.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from fuzz import intake as fuzz
from fuzz.intake import Sample, through, wrong_with
from proofline.intake.report import Trouble

ALL = fuzz.samples()
JSON = [one for one in ALL if one.data.lstrip()[:1] in {b"{", b"["}]
ENOUGH_SECONDS = 2.0


def is_utf_8(sample: Sample) -> bool:
    try:
        return "\0" not in sample.data.decode()
    except UnicodeDecodeError:
        return False


PLAIN = [one for one in ALL if is_utf_8(one)]


def named(sample: Sample) -> str:
    return f"{sample.source}-{sample.name}"


def one_of_each(samples: list[Sample]) -> list[Sample]:
    """The first sample of each source."""
    return list({one.source: one for one in reversed(samples)}.values())


def quickly_one_of_each(samples: list[Sample]) -> list[Any]:
    """All of them as parameters; the quick round asks the first of each source."""
    first = one_of_each(samples)
    return [
        pytest.param(one, id=named(one), marks=[pytest.mark.slow] * (one not in first))
        for one in samples
    ]


def outcome(sample: Sample, data: bytes) -> tuple[list[Any], list[str]]:
    """Rows and the codes of troubles, all of them sound, in a time that stops nobody."""
    before = time.process_time()
    came = list(through(sample, data))
    assert time.process_time() - before < ENOUGH_SECONDS
    assert [wrong_with(one) for one in came if wrong_with(one)] == []
    rows = [(one.table, one.cells) for one in came if not isinstance(one, Trouble)]
    return rows, [one.code for one in came if isinstance(one, Trouble)]


NO_PAYLOADS: dict[str, Callable[[], bytes]] = {  # made where they are asked for
    "nothing": lambda: b"",
    "a blank": lambda: b" \r\n\t ",
    "a NUL": lambda: b"\0",
    "NULs": lambda: bytes(10_000),
    "a mark alone": lambda: b"\xef\xbb\xbf",
    "a wide mark alone": lambda: b"\xff\xfe",
    "half a wide character": lambda: b"\xff\xfe{",
    "deep lists": lambda: b"[" * 100_000,
    "deep lists, closed": lambda: b"[" * 100_000 + b"]" * 100_000,
    "deep objects": lambda: b'{"a":' * 100_000,
    "deep in a field": lambda: b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a million fields": lambda: (
        b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(1_000_000)) + b"}"
    ),
    "a number of a million digits": lambda: b'{"id":' + b"9" * 1_000_000 + b"}",
    "an endless text": lambda: b'{"id":"' + b"x" * 1_000_000,
    "NaN": lambda: b"NaN",
    "a number": lambda: b"1e999",
    "a text": lambda: b'"text"',
    "null": lambda: b"null",
    "lists of nothing": lambda: b"[" + b"null," * 100_000 + b"null]",
    "lines of nothing": lambda: b"{}\n" * 100_000,
    "other bytes": lambda: bytes(range(256)) * 100,
    "a document of XML": lambda: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>',
    "blank lines": lambda: b"\n" * 1_000_000,
    "one long line": lambda: b"x" * 5_000_000,
    "commas": lambda: b"," * 1_000_000,
    "quotes": lambda: b'"' * 100_001,
    "bars": lambda: b"MSH|^~\\&|" + b"|" * 1_000_000,
}


ASKED_QUICKLY = ("nothing", "a NUL", "deep lists", "NaN", "other bytes", "commas")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(one, marks=[pytest.mark.slow] * (one not in ASKED_QUICKLY))
        for one in NO_PAYLOADS
    ],
)
@pytest.mark.parametrize("sample", one_of_each(ALL), ids=lambda one: one.source)
def test_what_is_no_payload_at_all_becomes_a_reason(sample: Sample, name: str) -> None:
    rows, codes = outcome(sample, NO_PAYLOADS[name]())
    assert not rows
    assert codes


@pytest.mark.parametrize("sample", one_of_each(ALL), ids=lambda one: one.source)
def test_what_repeats_for_long_is_looked_at_once(sample: Sample) -> None:
    """Time grows with what was sent, not with its square: by itself, in a text, and between."""
    half = len(sample.data) // 2
    for run in (b"{", b"[", b"{ ", b"[{", b" ", b"\\\\", b"^", b"0", b"a/"):
        long = run * (20_000 // len(run))
        outcome(sample, long)
        outcome(sample, b'{"x": "' + long + b'"}')
        outcome(sample, sample.data[:half] + long + sample.data[half:])


@pytest.mark.parametrize("sample", quickly_one_of_each(PLAIN))
def test_a_byte_order_mark_and_line_ends_of_another_system_change_nothing(sample: Sample) -> None:
    as_it_is = outcome(sample, sample.data)
    assert outcome(sample, b"\xef\xbb\xbf" + sample.data.removeprefix(b"\xef\xbb\xbf")) == as_it_is
    if b"\r" not in sample.data:
        assert outcome(sample, sample.data.replace(b"\n", b"\r\n")) == as_it_is


@pytest.mark.parametrize("sample", quickly_one_of_each(PLAIN))
def test_utf_16_is_read_where_it_says_so_and_refused_elsewhere(sample: Sample) -> None:
    text = sample.data.decode("utf-8-sig")
    rows, codes = outcome(sample, text.encode("utf-16"))
    as_it_is, _ = outcome(sample, sample.data)
    if sample.source == "fhir":  # FHIR is UTF-8 by its own rule
        assert not rows
        assert codes
    else:
        assert rows == as_it_is
    unsaid, codes = outcome(sample, text.encode("utf-16-le"))
    assert not unsaid
    assert codes


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 30, "1" + "0" * 5_000])
@pytest.mark.parametrize("sample", quickly_one_of_each(JSON))
def test_a_number_that_no_body_has_is_in_no_row(sample: Sample, number: str) -> None:
    text = sample.data.decode("utf-8-sig")
    for match in list(re.finditer(r"(?<=: )-?\d[\d.]*|(?<=:)-?\d[\d.]*", text))[:40]:
        rows, _ = outcome(sample, (text[: match.start()] + number + text[match.end() :]).encode())
        values = [cells.get("value", "") + cells.get("value_2", "") for _, cells in rows]
        assert not [one for one in values if number in one or "inf" in one.lower()]


@pytest.mark.parametrize(
    "written", [b"\\u0000", b"\\ud800", b"\\udfff\\ud800", b"\xed\xa0\x80", b"\xff", b"\\x"]
)
@pytest.mark.parametrize("sample", quickly_one_of_each(JSON))
def test_text_that_is_no_text_is_in_no_row(sample: Sample, written: bytes) -> None:
    for match in list(re.finditer(rb'(?<=")(?=[^"\n]*")', sample.data))[:60]:
        data = sample.data[: match.start()] + written + sample.data[match.start() :]
        for _, cells in outcome(sample, data)[0]:
            for cell in cells.values():
                cell.encode()  # lone surrogates cannot be
                assert "\0" not in cell


@pytest.mark.parametrize("sample", quickly_one_of_each(JSON))
def test_of_two_fields_of_one_name_the_last_holds(sample: Sample) -> None:
    def twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {f"{part}{name}": value for name, value in pairs for part in ("\x01", "")}

    def written(data: str) -> bytes:
        doubled = json.dumps(json.loads(data, object_pairs_hook=twice), ensure_ascii=False)
        return re.sub(r'"\\u0001', '"', doubled).encode()

    text = sample.data.decode("utf-8-sig")
    try:
        data = written(text)
    except json.JSONDecodeError:
        try:
            data = b"\n".join(written(line) for line in text.splitlines() if line.strip())
        except json.JSONDecodeError:
            pytest.skip("it is broken on purpose")
    rows, _ = outcome(sample, data)
    once, _ = outcome(sample, sample.data)
    assert len(rows) == len(once)
