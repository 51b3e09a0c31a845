"""A sign-off pins the evidence it attests: it stands while that is the same, and is stale after."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from many_patients import lay
from proofline.decide import decide
from storybook import tell

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.decide.decision import Decision

GOOD = "days = 1..16; 25 min on 2026-03-10; call on 2026-03-10; by cycle"
AS_OF = date(2026, 12, 31)
LATER = ["days = 17", "1 min on 2026-03-20", "call on 2026-03-21", "consents.text_version = v2"]
STORIES = ["99454", "99457", *LATER]
"""Whoever signs for the digest of a line of a code, or of 99457 before something comes later."""


def first_lines(stories: list[str], folder: Path) -> list[dict[str, Decision]]:
    """Decide stories, each of a patient of its own; give the lines of each first cycle by code."""
    lay([tell(story).tables() for story in stories], folder)
    found: list[dict[str, Decision]] = [{} for _ in stories]
    for line in decide(folder, as_of=AS_OF, clock="cycle", engine="sqlite"):
        if line["period"]["number"] == 1:
            found[int(line["enrollment_id"].rpartition("~")[2])][line["code"]] = line
    return found


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the digest that each would sign."""
    lines = first_lines([GOOD for _ in STORIES], tmp_path_factory.mktemp("signed") / "e")
    codes = [code if code in lines[0] else "99457" for code in STORIES]
    return {
        story: line[code]["evidence_digest"]
        for story, code, line in zip(STORIES, codes, lines, strict=True)
    }


@pytest.fixture(scope="module")
def signed(
    digests: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Decision]]:
    """Decide everybody again, signed for that digest, with what came later."""
    pinned = [
        f"{GOOD}; sign_offs.evidence_digest = {digests[story]}"
        if story not in LATER
        else f"{GOOD}; every sign_offs.evidence_digest = {digests[story]}; {story}"
        for story in STORIES
    ]
    lines = first_lines(pinned, tmp_path_factory.mktemp("pinned") / "e")
    return dict(zip(STORIES, lines, strict=True))


def findings(line: Decision) -> dict[str, str]:
    return {finding["requirement"]: finding["status"] for finding in line["findings"]}


@pytest.mark.parametrize("code", ["99454", "99457"])
def test_what_was_signed_still_stands(
    code: str, digests: dict[str, str], signed: dict[str, dict[str, Decision]]
) -> None:
    line = signed[code][code]
    assert line["outcome"] == "billable"
    assert line["evidence_digest"] == digests[code]
    assert findings(line)["sign_off_pinned"] == "met"


@pytest.mark.parametrize("later", LATER)
def test_evidence_that_comes_later_makes_it_stale(
    later: str, digests: dict[str, str], signed: dict[str, dict[str, Decision]]
) -> None:
    line = signed[later]["99457"]
    assert line["outcome"] == "held"
    assert line["evidence_digest"] != digests[later]
    assert findings(line)["signed_off"] == "unmet"
    assert findings(line)["no_stale_sign_off"] == "unmet"


@pytest.mark.slow
def test_a_blank_digest_pins_nothing_and_is_said(tmp_path: Path) -> None:
    line = first_lines([GOOD], tmp_path / "e")[0]["99454"]
    assert line["outcome"] == "billable"
    assert findings(line)["sign_off_pinned"] == "unmet"
