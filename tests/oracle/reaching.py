"""Supply that is reported, or may be, for days of a period: by us, and by cycles cut short."""

from __future__ import annotations

from datetime import timedelta

from .book import Case
from .days import transmission_days
from .others import NEAR, RIVALS, SUPPLY, ours, tally, touching
from .span import cycles

FEWEST_DAYS = 2


def supply_already_reported(case: Case) -> tuple[int, int]:
    """Count our own supply codes in the period (R-ONE-1, R-MULTI-1).

    Supply of an earlier cycle that was cut short may stand for days of this one (R-PER-1).
    """
    rows = touching(case, SUPPLY.get(case.program or "", set()))
    sure, could = tally([(row, ours(case, row)) for row in rows])
    return sure, could + reaching_cycles(case)


def reaching_cycles(case: Case) -> int:
    """Count the patient's other cycles cut short whose 30 days reach into this period.

    One of the same program reaches if two days may be data; one of the other kind of monitoring
    if two are for sure.
    """
    found = 0
    rivals = RIVALS.get(case.program or "", set())
    for row in case.book.rows("enrollments", patient_id=case.patient_id):
        same = row["program"] == case.program
        own = row["enrollment_id"] == case.enrollment["enrollment_id"]
        if own or not (same or row["program"] in rivals & SUPPLY.keys()):
            continue
        for _, first, last in cycles(case.book, row):
            cut = (last - first).days < NEAR and last < case.start <= first + timedelta(days=NEAR)
            sure, could = transmission_days(Case(case.book, row, first, last, last, last))
            found += cut and (could if same else sure) >= FEWEST_DAYS
    return found
