"""What others, other programs and other episodes have to do with a period."""

from __future__ import annotations

from datetime import date

from .book import FAR_AHEAD, HAPPENED, LONG_AGO, Case, Row, day, flag, month_of, span, text
from .kinds import kind_of, tells
from .papers import biller
from .span import begins, ends, stay_days

SET_UP = {"RPM": {"99453"}, "RTM": {"98975"}}
SUPPLY = {
    "RPM": {"99454", "99445"},
    "RTM": {"98976", "98977", "98978", "98984", "98985", "98986"},
}
MANAGEMENT = {
    "RPM": {"99457", "99458", "99470"},
    "RTM": {"98979", "98980", "98981"},
    "CCM": {"99490", "99439", "99487", "99489", "99491", "99437", "G2058"},
    "PCM": {"99424", "99425", "99426", "99427", "G2064", "G2065"},
    "BHI": {"99484", "99492", "99493", "99494"},
    "APCM": {"G0556", "G0557", "G0558"},
}
RIVALS = {
    "RPM": {"RTM"},
    "RTM": {"RPM"},
    "APCM": {"CCM", "PCM"},
    "CCM": {"APCM", "PCM"},
    "PCM": {"APCM", "CCM"},
}
MADE_FOR = (
    ({"glucose"}, {"95249", "95250", "95251"}),
    ({"ecg", "heart_rate"}, {"93294", "93295", "93296", "93297", "93298"}),
)
NEAR = 29
CLINICS_OWN_CODES = date(2025, 10, 1)
MONTH_BETWEEN = 30


def family(program: str | None) -> set[str]:
    """Give all codes of a program."""
    name = program or ""
    return SET_UP.get(name, set()) | SUPPLY.get(name, set()) | MANAGEMENT.get(name, set())


def services(case: Case, codes: set[str]) -> list[Row]:
    """Give the patient's services of these codes that were not denied."""
    listed = case.book.rows("other_services", patient_id=case.patient_id)
    return [row for row in listed if row["code"] in codes and row.get("status") != "denied"]


def window(row: Row) -> tuple[date, date]:
    """Give the days of a service; one date alone is one day (E8)."""
    first, last = span(row)
    return first, last if row.get("to_date") else first


def ours(case: Case, row: Row) -> bool | None:
    """Say whether this practice reports the service, or None where either NPI is unknown.

    So it is where nobody knows for which practice she works whose number it is.
    """
    npi, home = row.get("billing_npi"), text(biller(case), "practice_id")
    people = case.book.rows("performers", practice_id=home) if home else []
    places = case.book.rows("practices", practice_id=home) if home else []
    known = {entry["npi"] for entry in people + places if entry.get("npi")}
    if npi and npi in known | {text(biller(case), "npi")}:
        return True
    homeless = case.book.rows("performers", practice_id=None, npi=npi)
    return False if npi and known and not homeless else None


def theirs(case: Case, row: Row) -> bool | None:
    """Say whether another practice reports the service, or None where nobody wrote who does."""
    answer = ours(case, row)
    return None if answer is None else not answer


def tally(rows: list[tuple[Row, bool | None]]) -> tuple[int, int]:
    """Count services: billed or paid ones that are meant for sure, then all that may be."""
    sure = {row["service_id"] for row, meant in rows if meant and row.get("status") in HAPPENED}
    return len(sure), len({row["service_id"] for row, meant in rows if meant is not False})


def touching(case: Case, codes: set[str]) -> list[Row]:
    """Give the services of these codes that share a day with the period."""
    return [row for row in services(case, codes) if case.touches(*window(row))]


def other_practice_services(case: Case) -> tuple[int, int]:
    """Count another practice's services of the family in the period (R-ONE-1)."""
    rows = touching(case, family(case.program))
    return tally([(row, theirs(case, row)) for row in rows])


def other_practice_services_near(case: Case) -> int:
    """Count another practice's supply codes close to the period (E8)."""
    near = set()
    for row in services(case, SUPPLY.get(case.program or "", set())):
        first, last = window(row)
        gap = max((case.start - last).days, (first - case.end).days)
        if ours(case, row) is False and 1 <= gap <= NEAR:
            near.add(row["service_id"])
    return len(near)


def management_already_reported(case: Case) -> tuple[int, int]:
    """Count our own management codes in the period (R-ONE-1)."""
    rows = touching(case, MANAGEMENT[case.program or ""])
    return tally([(row, ours(case, row)) for row in rows])


def month_claims(case: Case) -> tuple[int, int]:
    """Count what would stand against a line of the month, on days outside the cycle (E13)."""
    first, last = month_of(case.service_date)
    program, rivals = case.program or "", RIVALS.get(case.program or "", set())
    foreign = set().union({"99091", "99473", "99474"}, *(family(name) for name in rivals))
    general = {"G0511"} if of_a_clinic(case) else set()
    found: list[tuple[Row, bool | None]] = []
    for row in services(case, family(program) | foreign | general):
        begins_on, ends_on = window(row)
        if begins_on > last or ends_on < first or case.touches(begins_on, ends_on):
            continue
        if row["code"] in foreign:
            found.append((row, True))
        elif row["code"] in general:
            found.append((row, ours(case, row)))
        elif row["code"] in MANAGEMENT[program] or not ours(case, row):
            found.append((row, None if ours(case, row) is None else True))
    sure, could = tally(found)
    beside = running_between(case, rivals, (first, last))
    certain, barred = tally_stays(barring(case, first, last))
    return sure + certain, could + len(beside) + barred


def setup_claims(case: Case) -> tuple[int, int]:
    """Count what stands against set-up on days from its own on, before the cycle (E11, E12)."""
    begun = day(case.enrollment, "setup_date") or begins(case.enrollment) or FAR_AHEAD
    program, rivals = case.program or "", RIVALS.get(case.program or "", set())
    if program not in SET_UP or begun >= case.start:
        return 0, 0
    foreign = set().union(*(family(name) for name in rivals))
    foreign |= {"99473", "99474"} if program == "RPM" else set()
    general = {"G0511"} if of_a_clinic(case) else set()
    found: list[tuple[Row, bool | None]] = []
    for row in services(case, family(program) | foreign | general):
        if begun <= window(row)[1] < case.start:
            whose = ours(case, row) if row["code"] in general else theirs(case, row)
            found.append((row, True if row["code"] in foreign else whose))
    sure, could = tally(found)
    before = case.book.rows("stays", patient_id=case.patient_id)
    stays = [(row, bars(case, row)) for row in before if begun <= span(row)[1] < case.start]
    certain, barred = tally_stays(stays)
    return sure + certain, could + barred + len(ended_between(case, {program, *rivals}, begun))


def ended_between(case: Case, programs: set[str], begun: date) -> list[Row]:
    """Give the patient's other enrollments that ended from a day on and before the period."""
    found = []
    for row in case.book.rows("enrollments", patient_id=case.patient_id):
        first, last = begins(row) or FAR_AHEAD, ends(case.book, row)
        other = row["enrollment_id"] != case.enrollment["enrollment_id"]
        if other and row["program"] in programs and first <= last and begun <= last < case.start:
            found.append(row)
    return found


def of_a_clinic(case: Case) -> bool:
    """Say whether the biller's practice is a clinic or health center, or may be (R-CLINIC-1)."""
    home = case.book.one("practices", practice_id=text(biller(case), "practice_id"))
    return text(home, "kind") != "practice"


def running_between(case: Case, programs: set[str], days: tuple[date, date]) -> list[Row]:
    """Give the patient's enrollments that run on these days, or may, and on none of the cycle."""
    within = {row["enrollment_id"] for row in running(case, programs)}
    wider = Case(case.book, case.enrollment, *days, case.service_date, case.in_force)
    return [row for row in running(wider, programs) if row["enrollment_id"] not in within]


def rival_services(case: Case) -> tuple[int, int]:
    """Count services of a family that excludes this one (R-CON-1)."""
    codes = set().union(*(family(name) for name in RIVALS.get(case.program or "", set())))
    return tally([(row, True) for row in touching(case, codes)])


def interpretation_services(case: Case) -> tuple[int, int]:
    """Count reports of 99091 (R-99091-1)."""
    return tally([(row, True) for row in touching(case, {"99091"})])


def self_measured_services(case: Case) -> tuple[int, int]:
    """Count reports of self-measured blood pressure (R-SMBP-1)."""
    return tally([(row, True) for row in touching(case, {"99473", "99474"})])


def specific_services(case: Case) -> tuple[int, int]:
    """Count reports of codes made for what a device of the period watches (R-DEV-6)."""
    if case.program != "RPM":
        return 0, 0
    given = case.book.rows("assignments", patient_id=case.patient_id)
    held = [row["device_id"] for row in given if case.touches(*span(row))]
    kinds = [kind_of(case.book.one("devices", device_id=key)) for key in held]
    found: list[tuple[Row, bool | None]] = []
    for watching, codes in MADE_FOR:
        meant = bool(watching & set(kinds))
        if meant or not all(map(tells, kinds)):
            found += [(row, meant or None) for row in touching(case, codes)]
    return tally(found)


def clinic_services(case: Case) -> tuple[int, int]:
    """Count our own reports of G0511, the general code of clinics (R-CLINIC-1)."""
    found = touching(case, {"G0511"}) if of_a_clinic(case) else []
    return tally([(row, ours(case, row)) for row in found])


def clinic_services_crossing(case: Case) -> tuple[int, int]:
    """Count those of before October 2025 in a cycle that goes beyond, unless for what is no supply.

    What a G0511 was reported for may stand behind its code (R-CLINIC-1).
    """
    if not case.start < CLINICS_OWN_CODES <= case.end:
        return 0, 0
    unsaid = {None, *set().union(*SUPPLY.values())}
    found = touching(case, {"G0511"}) if of_a_clinic(case) else []
    asked = [row for row in found if window(row)[0] < CLINICS_OWN_CODES and row["meant"] in unsaid]
    return tally([(row, ours(case, row)) for row in asked])


def running(case: Case, programs: set[str]) -> list[Row]:
    """Give the patient's other enrollments in these programs that run in the period, or may."""
    found = []
    for row in case.book.rows("enrollments", patient_id=case.patient_id):
        if begins(row) is None and row["program"] in programs:
            ordered, ended = day(row, "order_date"), day(row, "end_date")
            if case.touches(ordered or LONG_AGO, ended or FAR_AHEAD):
                found.append(row)
            continue
        first, last = begins(row) or FAR_AHEAD, ends(case.book, row)
        other = row["enrollment_id"] != case.enrollment["enrollment_id"]
        begun = first <= min(last, case.book.as_of)
        if other and row["program"] in programs and begun and case.touches(first, last):
            found.append(row)
    return found


def rival_enrollments(case: Case) -> int:
    """Count enrollments in a program that excludes this one (R-CON-1)."""
    return len(running(case, RIVALS.get(case.program or "", set())))


def sibling_enrollments(case: Case) -> int:
    """Count other enrollments in the same program (R-ONE-1)."""
    return len(running(case, {case.program or ""}))


def earlier(case: Case) -> list[Row]:
    """Give the enrollments of patient and program that began before this one."""
    same = case.book.rows("enrollments", patient_id=case.patient_id, program=case.program)
    ours_begins = begins(case.enrollment) or LONG_AGO
    return [row for row in same if (begins(row) or FAR_AHEAD) < ours_begins]


def prior_setups(case: Case) -> tuple[int, int]:
    """Count set-ups reported for this episode (R-SETUP-1, R-SETUP-2).

    One belongs to an earlier episode if that had ended, and not before the service; another
    practice's is of its own. But whichever lies within 30 days may be paid in place of this one.
    """
    start = begins(case.enrollment) or LONG_AGO
    past = [row for row in earlier(case) if (day(row, "end_date") or FAR_AHEAD) < start]
    after = max([day(row, "end_date") or LONG_AGO for row in past], default=LONG_AGO)
    until = day(case.enrollment, "end_date") or FAR_AHEAD
    found: list[tuple[Row, bool | None]] = []
    for row in services(case, SET_UP.get(case.program or "", set())):
        first, mine = window(row)[0], ours(case, row)
        if first <= until and first > after and mine is not False:
            found.append((row, mine))
        elif first <= until and close(case, first):
            found.append((row, None))
    sure, could = tally(found)
    taught = day(case.enrollment, "setup_date")
    again = [row for row in past if taught and close(case, day(row, "setup_date") or LONG_AGO)]
    return sure, could + len(again)


def close(case: Case, other: date) -> bool:
    """Say whether a set-up lies within 30 days of this one."""
    taught = day(case.enrollment, "setup_date") or begins(case.enrollment) or FAR_AHEAD
    return abs((other - taught).days) < MONTH_BETWEEN


def earlier_episodes_open(case: Case) -> int:
    """Count earlier enrollments without an end or its reason (R-SETUP-4)."""
    same = case.book.rows("enrollments", patient_id=case.patient_id, program=case.program)
    start = begins(case.enrollment) or LONG_AGO
    perhaps = [
        row for row in same if not begins(row) and (day(row, "order_date") or start) <= start
    ]
    before = [*earlier(case), *perhaps]
    return len([row for row in before if not (row.get("end_date") and row.get("end_reason"))])


def recent_episodes(case: Case) -> int:
    """Count earlier enrollments that ended less than 30 days before (R-SETUP-4)."""
    start = begins(case.enrollment) or LONG_AGO
    gaps = [(start - end).days for row in earlier(case) if (end := day(row, "end_date"))]
    return len([gap for gap in gaps if 0 <= gap < MONTH_BETWEEN])


def hospice_days(case: Case) -> int:
    """Count the days of the period in hospice (R-CON-3)."""
    stays = stay_days(case.book, case.patient_id, {"hospice"})
    dates = range(case.start.toordinal(), case.end.toordinal() + 1)
    return len([n for n in dates if any(a.toordinal() <= n <= b.toordinal() for a, b in stays)])


def global_surgery_conflicts(case: Case) -> tuple[int, int]:
    """Count global periods of the biller's own surgery for the same problem (R-CON-4)."""
    return tally_stays([(row, paid_globally(case, row)) for row in _stays(case, "global_surgery")])


def access_conflicts(case: Case) -> tuple[int, int]:
    """Count care periods of the ACCESS model with this practice in it (R-CON-5)."""
    return tally_stays([(row, in_the_model(case, row)) for row in _stays(case, "access_model")])


def paid_globally(case: Case, row: Row) -> str:
    """Say whether the global fee covers what the biller monitors: yes, no, or maybe (R-CON-4).

    Practitioners of one practice and specialty are paid as one, and nobody records a specialty. Who
    is not on file at all works elsewhere.
    """
    surgeon, related = row.get("performer_id"), flag(row, "related")
    if related is False:
        return "no"
    if surgeon == case.enrollment["billing_performer_id"]:
        return "yes" if related else "maybe"
    known = surgeon is None or case.book.one("performers", performer_id=surgeon)
    return "maybe" if known and of_our_practice(case, surgeon) != "no" else "no"


def in_the_model(case: Case, row: Row) -> str:
    """Say whether our practice has the patient in the ACCESS model: yes, no, or maybe (R-CON-5)."""
    who = row.get("performer_id")
    own = who == case.enrollment["billing_performer_id"]
    return "yes" if own else of_our_practice(case, who)


def of_our_practice(case: Case, performer_id: str | None) -> str:
    """Say whether somebody works in the biller's practice: yes, no, or maybe."""
    member = case.book.one("performers", performer_id=performer_id) if performer_id else None
    theirs, home = text(member, "practice_id"), text(biller(case), "practice_id")
    if theirs is None or home is None:
        return "maybe"
    return "yes" if theirs == home else "no"


def barring(case: Case, first: date, last: date) -> list[tuple[Row, str]]:
    """Give the stays on these days, but none of the period's, and whether each bars a line."""
    rows = case.book.rows("stays", patient_id=case.patient_id)
    return [
        (row, bars(case, row))
        for row in rows
        if span(row)[0] <= last and span(row)[1] >= first and not case.touches(*span(row))
    ]


def bars(case: Case, row: Row) -> str:
    """Say whether a stay stands against a line of its days: yes, no, or maybe."""
    if row["kind"] == "global_surgery":
        return paid_globally(case, row)
    if row["kind"] == "access_model":
        return in_the_model(case, row)
    return "yes" if row["kind"] == "hospice" else "no"


def tally_stays(stays: list[tuple[Row, str]]) -> tuple[int, int]:
    """Count stays: those that bar a line for sure, then all that may."""
    sure = {row["stay_id"] for row, bars in stays if bars == "yes"}
    return len(sure), len({row["stay_id"] for row, bars in stays if bars != "no"})


def _stays(case: Case, kind: str) -> list[Row]:
    rows = case.book.rows("stays", patient_id=case.patient_id, kind=kind)
    return [row for row in rows if case.touches(*span(row))]
