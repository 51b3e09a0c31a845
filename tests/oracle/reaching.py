"""Supply that is reported, or may be, for days of a period: by us, and by cycles cut short."""

from __future__ import annotations

from datetime import date, timedelta

from .book import LONG_AGO, Case, day, flag, span
from .days import SIXTEEN, days_that, transmission_days
from .others import (
    NEAR,
    RIVALS,
    SUPPLY,
    other_practice_services,
    ours,
    rival_services,
    tally,
    touching,
)
from .papers import EMERGENCY, biller_bills_em, biller_role, established, order_on_file
from .span import begins, cycles

FEWEST_DAYS = 2
SHORT_CODES = date(2026, 1, 1)
MAY_BILL = {"RPM": {"physician", "npp"}, "RTM": {"physician", "npp", "therapist"}}


def supply_already_reported(case: Case) -> tuple[int, int]:
    """Count our own supply codes in the period (R-ONE-1, R-MULTI-1).

    Supply of an earlier cycle that was cut short may stand for days of this one (R-PER-1).
    """
    rows = touching(case, SUPPLY.get(case.program or "", set()))
    sure, could = tally([(row, ours(case, row)) for row in rows])
    return sure, could + reaching_cycles(case)


def reaching_cycles(case: Case) -> int:
    """Count the patient's other cycles cut short whose 30 days reach into this period.

    One enrollment of which nobody knows its days may have had such a cycle before its end.
    """
    found = 0
    programs = {case.program, *RIVALS.get(case.program or "", set())} & SUPPLY.keys()
    for row in case.book.rows("enrollments", patient_id=case.patient_id):
        same = row["enrollment_id"] == case.enrollment["enrollment_id"]
        if same or row["program"] not in programs:
            continue
        ended = day(row, "end_date")
        if begins(row) is None and ended:
            whole = Case(case.book, row, ended - timedelta(days=NEAR - 1), ended, ended, ended)
            found += may_have_earned(whole, case.start)
        for _, first, last in cycles(case.book, row):
            cut = (last - first).days < NEAR and last < case.start <= first + timedelta(days=NEAR)
            found += cut and earned(Case(case.book, row, first, last, last, SHORT_CODES))
    return found


def earned(cut: Case) -> bool:
    """Say whether such a cycle may carry supply by the page of its last day.

    Sixteen days earn it on every page. Fewer do in 2026, of which two lie in that year (R-YEAR-1),
    and in the emergency with COVID-19 (R-PHE-1). What is refused for sure reaches nowhere.
    """
    could = days_that(cut, "counts", "unsettled")
    young = [today for today in could if today >= SHORT_CODES]
    short = len(young) >= FEWEST_DAYS or (eased(cut) and len(could) >= FEWEST_DAYS)
    return (transmission_days(cut)[1] >= SIXTEEN or short) and not refused(cut)


def refused(cut: Case) -> bool:
    """Say whether supply of the cycle is refused by its papers or by what others report."""
    role, emergency = biller_role(cut), EMERGENCY[0] <= cut.end <= EMERGENCY[1]
    papers = cut.program == "RPM" and (
        order_on_file(cut) is False
        or biller_bills_em(cut) is False
        or (established(cut) is False and not emergency)
    )
    others = other_practice_services(cut)[0] or rival_services(cut)[0]
    return bool(papers or others or (role and role not in MAY_BILL[cut.program or ""]))


def eased(cut: Case) -> bool:
    """Say whether two days may be enough, ending in the emergency (R-PHE-1)."""
    asked = cut.program == "RPM" and flag(cut.enrollment, "covid") is not False
    return asked and EMERGENCY[0] <= cut.end <= EMERGENCY[1]


def may_have_earned(whole: Case, start: date) -> bool:
    """Say whether an enrollment without a beginning may have ended with supply that reaches so far.

    As late as it can be, its last cycle began with as many days left as earn supply. Who had no
    device on the last days of it earned none.
    """
    ended = whole.end
    two = eased(whole) or ended > SHORT_CODES
    latest = ended - timedelta(days=(FEWEST_DAYS if two else SIXTEEN) - 1)
    ordered = day(whole.enrollment, "order_date") or LONG_AGO
    given = whole.book.rows("assignments", patient_id=whole.patient_id)
    if not any(whole.touches(*span(row)) for row in given):
        return False
    return ordered <= latest and ended < start <= latest + timedelta(days=NEAR)
