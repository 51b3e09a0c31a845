"""The quick suite in parts: together they are all of it, and they are much the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import in_parts


@pytest.mark.parametrize("parts", [1, 2, 3, 8])
def test_every_file_is_in_one_part(parts: int) -> None:
    shares = [in_parts.files_of(part, parts) for part in range(1, parts + 1)]
    assert sum(map(len, shares)) == len(frozenset().union(*shares))
    in_a_browser = {*in_parts.BROWSER.rglob("*.py")}
    assert frozenset().union(*shares) == {*in_parts.TESTS.rglob("test_*.py")} - in_a_browser
    sizes = [sum(file.stat().st_size for file in share) for share in shares]
    assert max(sizes) < 1.2 * min(sizes)


def test_each_of_two_processors_runs_what_the_other_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    script = tmp_path / "stands_for_pytest"
    script.write_text("#!/bin/sh\necho part $PROOFLINE_PART of $3\nexit ${PROOFLINE_PART%/2}\n")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert in_parts.run(["all"]) == 2
    assert capfdbinary.readouterr().out == b"part 1/2 of all\npart 2/2 of all\n"


@pytest.mark.parametrize(("ends", "status"), [("5", 5), ("$((5 * (2 - ${PROOFLINE_PART%/2})))", 0)])
def test_a_part_without_tests_is_no_failure_unless_all_are(
    ends: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "stands_for_pytest"
    script.write_text(f"#!/bin/sh\nexit {ends}\n")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert in_parts.run([]) == status
