"""Evidence opened beside: what is raised, what is left behind, and whether it is ahead at all."""

from __future__ import annotations

import gc
import sys
from sqlite3 import ProgrammingError
from typing import TYPE_CHECKING

import pytest

from evidence_rows import AS_OF, lay
from proofline.cli.ahead import opening
from proofline.decide import Asked, decided_in
from proofline.decide.engines.calendar import LENT, make_calendar
from proofline.decide.engines.sqlite import spell_models
from proofline.evidence import EvidenceUnreadable
from proofline.evidence.sqlite.dialect import translated
from proofline.facts import STORY

if TYPE_CHECKING:
    from pathlib import Path


def test_what_opening_raises_is_raised_where_it_is_waited_for(tmp_path: Path) -> None:
    with (
        opening(tmp_path / "nothing", AS_OF, "ENR-NY") as read,
        pytest.raises(EvidenceUnreadable, match="no folder"),
    ):
        read()


def test_afterwards_all_is_as_before_and_the_evidence_closed(tmp_path: Path) -> None:
    lay(tmp_path, {})
    before = gc.isenabled(), sys.getswitchinterval()
    with opening(tmp_path, AS_OF, "ENR-NY") as read:
        evidence = read()
        assert evidence.counts["enrollments"] == (1, 0)
    assert (gc.isenabled(), sys.getswitchinterval()) == before
    with pytest.raises(ProgrammingError, match="closed"):
        evidence.connection.execute("SELECT 1")


def test_models_spelled_ahead_are_those_that_run(tmp_path: Path) -> None:
    lay(tmp_path, {})
    make_calendar()  # once a process, by whoever comes first
    translated.cache_clear()
    spell_models()
    ahead = translated.cache_info()
    with opening(tmp_path, AS_OF, "ENR-NY") as read:
        found_before = translated.cache_info().hits
        with decided_in(read(), Asked(AS_OF, enrollment_id="ENR-NY")):
            found = translated.cache_info().hits - found_before
    # Digests are asked for by another text, and the calendar is not made for each run.
    assert ahead.misses == len(STORY) - 1 - len(LENT)
    assert found >= ahead.misses
