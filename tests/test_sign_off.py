"""A sign-off pins the evidence it attests: it stands while that is the same, and is stale after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import scenarios
from proofline.decide import decide
from storybook import as_csv, tell

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "days = 1..16; 25 min on 2026-03-10; call on 2026-03-10; by cycle"


def first_line(story: str, code: str, folder: Path) -> dict[str, Any]:
    """Decide a story and give the line of a code of the first cycle."""
    told = tell(story)
    tables = {name: as_csv(rows) for name, rows in told.tables().items() if rows}
    evidence = scenarios.write(tables, folder)
    made = decide(evidence, as_of=told.day_of_knowledge(), clock=told.clock, engine="sqlite")
    return dict(next(line for line in made if line["code"] == code))


def findings(line: dict[str, Any]) -> dict[str, str]:
    return {finding["requirement"]: finding["status"] for finding in line["findings"]}


@pytest.mark.parametrize("code", ["99454", "99457"])
def test_what_was_signed_still_stands(code: str, tmp_path: Path) -> None:
    digest = first_line(GOOD, code, tmp_path / "before")["evidence_digest"]
    pinned = f"{GOOD}; sign_offs.evidence_digest = {digest}"
    line = first_line(pinned, code, tmp_path / "after")
    assert line["outcome"] == "billable"
    assert line["evidence_digest"] == digest
    assert findings(line)["sign_off_pinned"] == "met"


@pytest.mark.parametrize(
    "later",
    ["days = 17", "1 min on 2026-03-20", "call on 2026-03-21", "consents.text_version = v2"],
)
def test_evidence_that_comes_later_makes_it_stale(later: str, tmp_path: Path) -> None:
    digest = first_line(GOOD, "99457", tmp_path / "before")["evidence_digest"]
    pinned = f"{GOOD}; every sign_offs.evidence_digest = {digest}; {later}"
    line = first_line(pinned, "99457", tmp_path / "after")
    assert line["outcome"] == "held"
    assert line["evidence_digest"] != digest
    assert findings(line)["signed_off"] == "unmet"
    assert findings(line)["no_stale_sign_off"] == "unmet"


def test_a_blank_digest_pins_nothing_and_is_said(tmp_path: Path) -> None:
    line = first_line(GOOD, "99454", tmp_path)
    assert line["outcome"] == "billable"
    assert findings(line)["sign_off_pinned"] == "unmet"
