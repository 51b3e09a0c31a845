"""The short version of tests/fuzz/intake.py: some thousand damaged payloads, always the same."""

from __future__ import annotations

import pytest

from fuzz import intake as fuzz
from proofline.intake import source_names

PAYLOADS = 200


@pytest.mark.slow
@pytest.mark.parametrize("name", source_names())
def test_no_damaged_payload_raises_hangs_or_comes_out_broken(name: str) -> None:
    among = fuzz.samples(name)
    found = [fuzz.try_one(1, number, among)[2] for number in range(PAYLOADS)]
    assert [what for what in found if what] == []


@pytest.mark.slow
def test_what_raises_or_hangs_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_sample: fuzz.Sample, data: bytes) -> list[int]:
        if b"\0" in data:
            while True:
                pass
        return [int(data)]

    monkeypatch.setattr(fuzz, "through", broken)
    monkeypatch.setattr(fuzz, "LONGEST_SECONDS", 0.05)
    among = fuzz.samples("tenovi")
    found = {fuzz.try_one(1, number, among)[2].partition(":")[0] for number in range(200)}
    assert found == {"ValueError", "TooSlowError"}
