"""Rows that name what is not on file are told of, table by table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from proofline.evidence import open_evidence
from proofline.evidence.references import unresolved
from scenarios import write
from storybook import as_csv, tell

if TYPE_CHECKING:
    from pathlib import Path


def told(words: str, folder: Path) -> list[str]:
    tables = {name: as_csv(rows) for name, rows in tell(words).tables().items() if rows}
    with open_evidence(write(tables, folder), as_of=date(2026, 12, 31)) as read:
        return list(unresolved(read.connection))


def test_a_plain_good_patient_names_nobody_unknown(tmp_path: Path) -> None:
    assert told("days = 1..3; 20 min on 2026-03-10; call on 2026-03-10", tmp_path) == []


@pytest.mark.slow
def test_whoever_is_named_and_not_on_file_is_counted(tmp_path: Path) -> None:
    words = (
        "days = 1..2; days = 3 with device_id=LOST; 20 min on 2026-03-10 with enrollment_id=GONE;"
        "enrollments.ordering_performer_id = GHOST; + stays kind=snf, patient_id=NOBODY,"
        " from_date=2026-03-01"
    )
    assert told(words, tmp_path) == [
        "enrollments: 1 whose ordering_performer_id is not in performers",
        "readings: 1 whose device_id is not in devices",
        "time_entries: 1 whose enrollment_id is not in enrollments",
        "stays: 1 whose patient_id is not in patients",
    ]
