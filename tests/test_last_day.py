"""The last day as of which anything is decided: its cycle ends with the calendar of the facts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from evidence_rows import lay
from proofline.decide import Asked, opened
from proofline.decide.asked import LAST_DAY, day_number
from proofline.errors import WrongUse

if TYPE_CHECKING:
    from pathlib import Path


def test_a_cycle_that_begins_on_the_last_day_is_decided_to_its_end(tmp_path: Path) -> None:
    enrolled = (
        "enrollment_id,patient_id,program,billing_performer_id,anchor_date\n"
        f"ENR-NY,PAT-NY,RPM,PER-1,{LAST_DAY}\n"
    )
    lay(tmp_path, {"enrollments.csv": enrolled})
    with opened(tmp_path, Asked(LAST_DAY), engine="sqlite") as (run, _):
        found = [(row["kind"], row["last_day"]) for row in run.engine.rows("SELECT * FROM periods")]
    assert found == [("cycle", day_number(LAST_DAY) + 29)]


def test_a_day_after_it_is_refused() -> None:
    later = LAST_DAY + timedelta(days=1)
    with pytest.raises(WrongUse, match="after 2049-12-02") as refused:
        Asked(later)
    assert refused.value.code == "use.as_of_after"
