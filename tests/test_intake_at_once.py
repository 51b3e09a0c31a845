"""Entries of a list are decoded at once, or one by one where one is broken: it is all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from proofline.intake import source
from proofline.intake.arriving import Arrivals
from proofline.intake.identity import Known
from proofline.intake.options import Options
from proofline.intake.payloads.payload import Payload
from proofline.intake.report import Trouble

PUBLISHED = Path(__file__).parents[1] / "src/proofline/intake/fixtures"
# a list of each vendor, and under which names its entries lie in it
LISTS = {
    "bodytrace": ("datamessages.json", []),
    "dexcom": ("egvs.json", ["records"]),
    "ihealth": ("pressure.json", ["BPDataList"]),
    "open-mhealth": ("points.json", []),
    "smart-meter": ("readings.json", ["readings"]),
    "telli": ("v1.json", []),
    "tenovi": ("page.json", ["results"]),
    "withings": ("measures.json", ["body", "measuregrps"]),
}
BROKEN = 7  # no entry of any list is a number


def document(name: str) -> Any:  # noqa: ANN401 - JSON
    file, _ = LISTS[name]
    return json.loads((PUBLISHED / name.replace("-", "_") / file).read_bytes())


def entries(name: str, sent: Any) -> list[Any]:  # noqa: ANN401 - JSON
    for part in LISTS[name][1]:
        sent = sent[part]
    assert isinstance(sent, list)
    return sent


def told(name: str, sent: object) -> list[tuple[str, object]]:
    """What a document comes to: each row with its place, each trouble with its code and place."""
    whole = Payload("made-up.json", json.dumps(sent).encode(), "0" * 64)
    arrivals = Arrivals(name, whole, Known())
    found: list[tuple[str, object]] = []
    for said in source(name).decode(whole, Options()):
        for came in [said] if isinstance(said, Trouble) else arrivals.rows(said):
            what = came.code if isinstance(came, Trouble) else [*came.cells.items()]
            found.append((came.place.where, what))
    return found


@pytest.mark.parametrize("name", LISTS)
def test_a_broken_entry_changes_nothing_of_the_others(name: str) -> None:
    sent = document(name)
    del entries(name, sent)[2:]
    sound = told(name, sent)
    entries(name, sent).append(BROKEN)
    place, what = (others := [each for each in told(name, sent) if each not in sound])[0]
    assert (len(others), place.split()[-1], what) == (1, "3", "not_as_documented")
    assert [each for each in told(name, sent) if each in sound] == sound
    assert any(isinstance(what, list) for _, what in sound)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_with_nothing_in_it_is_said_to_be_empty(name: str) -> None:
    sent = document(name)
    entries(name, sent).clear()
    assert [what for _, what in told(name, sent)].count("nothing_there") == 1
