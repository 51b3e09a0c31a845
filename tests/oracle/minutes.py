"""Which stretches of work count, and which conversations were live."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from .book import (
    FAR_AHEAD,
    HAPPENED,
    ONE_DAY,
    Book,
    Case,
    Row,
    instant,
    month_of,
    span,
    split_at_midnight,
    stretch,
    text,
)
from .moments import Moments, Stretch, moments, together
from .span import agreed, agreed_spans, begins, died_before, outside, paused

COUNTED = {"review", "care_plan", "communication", "coordination", "documentation"}
NEVER = {"setup_education", "scheduling", "device_logistics", "attempt", "automated"}
IN_PERSON = {"physician", "npp"}
LIVE = {"phone", "video", "in_person"}
PERSONS = {"patient", "caregiver"}
MINUTE = 60_000_000
"""A minute in microseconds: nothing is rounded before the floor to whole minutes (R-TIME-5)."""

Span = tuple[date, date]
Call = tuple[date, str | None, str]


def team(program: str | None) -> set[str]:
    """Give the roles whose work counts to the program's management."""
    staff = IN_PERSON | {"clinical_staff"}
    return staff | {"therapist"} if program == "RTM" else staff


def role(book: Book, performer_id: str | None) -> str | None:
    """Give the performer's role, or None where nobody knows who that was."""
    return text(book.one("performers", performer_id=performer_id), "role")


def elsewhere(book: Book, enrollment: Row, performer_id: str | None) -> bool:
    """Say whether the performer works for another practice and is hired by none (R-TIME-8)."""
    performer = book.one("performers", performer_id=performer_id)
    biller = book.one("performers", performer_id=enrollment["billing_performer_id"])
    home, here = text(performer, "practice_id"), text(biller, "practice_id")
    hired = text(performer, "employment") == "contracted"
    return bool(home and here and home != here and not hired)


def claimed(book: Book, patient_id: str | None, row: Row) -> Moments:
    """Give the time an entry claims."""
    return moments([stretch(row, book.zone(patient_id))])


def entries(book: Book, enrollment: Row) -> list[Row]:
    """Give the enrollment's time entries that are known on the as-of day."""
    patient = enrollment["patient_id"]
    worked = book.rows("time_entries", enrollment_id=enrollment["enrollment_id"])
    return [row for row in worked if book.known(patient, row.get("entered_at"), row["ended_at"])]


def visit_days(book: Book, patient_id: str | None) -> list[tuple[Span, Row]]:
    """Give the days of the patient's visits, and what is reported of each (R-TIME-9)."""
    listed = book.rows("other_services", patient_id=patient_id)
    visits = [row for row in listed if is_visit(row["code"])]
    return [(_window(row), row) for row in visits if row.get("status") != "denied"]


def seen_by(book: Book, visit: Row, performer_id: str | None) -> str:
    """Say whether the visit was the performer's own: yes, no, or maybe."""
    if visit.get("performer_id"):
        return "yes" if visit["performer_id"] == performer_id else "no"
    performer = book.one("performers", performer_id=performer_id)
    npi = (visit.get("billing_npi") or "").strip()
    if npi and (text(performer, "npi") or "").strip() == npi:
        return "yes"
    own, all_numbers = numbers(book, text(performer, "practice_id"))
    return "maybe" if not npi or not all_numbers or npi == own else "no"


def numbers(book: Book, practice_id: str | None) -> tuple[str, set[str]]:
    """Give the number of a practice, and all under which it bills; none where nobody knows."""
    if practice_id is None:
        return "", set()
    places = book.rows("practices", practice_id=practice_id)
    people = book.rows("performers", practice_id=practice_id)
    found = [(row.get("npi") or "").strip() for row in [*places, *people]]
    return found[0] if places else "", {npi for npi in found if npi}


def is_visit(code: str | None) -> bool:
    """Say whether the code is an evaluation and management visit, Medicare's own among them."""
    if not code or not str(code).isdigit():
        return code in {"G0402", "G0438", "G0439", "G0463", "G0466", "G0467", "G0468"}
    spans = ((98000, 98016), (99201, 99350), (99381, 99397), (99441, 99443), (99483, 99483))
    return any(first <= int(str(code)) <= last for first, last in spans)


def kind_of_work(book: Book, enrollment: Row, row: Row) -> str:
    """Say of an entry as a whole: counts, unsettled, or no."""
    activity, who = row.get("activity"), role(book, row["performer_id"])
    if activity in NEVER or (who and who not in team(enrollment["program"])):
        return "no"
    sure = activity in COUNTED and who and not elsewhere(book, enrollment, row["performer_id"])
    return "counts" if sure else "unsettled"


def visited(book: Book, enrollment: Row, row: Row, today: date) -> str:
    """Say whether the practitioner who worked saw the patient that day: yes, no, or maybe.

    A visit that is planned, or of which nobody says what became of it, may take place (E8).
    """
    if role(book, row["performer_id"]) not in IN_PERSON:
        return "no"
    said = {
        (seen_by(book, visit, row["performer_id"]), visit.get("status") in HAPPENED)
        for (first, last), visit in visit_days(book, enrollment["patient_id"])
        if first <= today <= last
    }
    if ("yes", True) in said:
        return "yes"
    return "maybe" if any(seen != "no" for seen, _ in said) else "no"


def pieces(book: Book, enrollment: Row, row: Row) -> list[tuple[date, Moments]]:
    """Give an entry's time by local day, without those on which nothing counts."""
    patient, zone = enrollment["patient_id"], book.zone(enrollment["patient_id"])
    first, after = stretch(row, zone)
    return [
        (today, _under_consent(book, enrollment, piece))
        for today, piece in split_at_midnight(first, after, zone)
        if not paused(book, patient, today)
        and not died_before(book, patient, today)
        and not outside(book, enrollment, today)
        and visited(book, enrollment, row, today) != "yes"
    ]


def claims(book: Book) -> list[tuple[str | None, str | None, str | None, Moments]]:
    """Give patient, program, performer and time of every entry that says it should count."""
    if "claims" not in book.memory:
        book.memory["claims"] = [
            (
                enrollment["patient_id"],
                enrollment["program"],
                row["performer_id"],
                claimed(book, enrollment["patient_id"], row),
            )
            for enrollment in book.tables.get("enrollments", [])
            for row in entries(book, enrollment)
            if row.get("activity") not in NEVER
        ] + for_nobody(book)
    return book.memory["claims"]  # type: ignore[return-value]


def for_nobody(book: Book) -> list[tuple[str | None, str | None, str | None, Moments]]:
    """Give the same of work for an enrollment that is not on file.

    Its patient may be any, anywhere: it is known when the as-of day is over in the last zone there
    is, 12 hours after UTC's.
    """
    over = datetime.combine(book.as_of + ONE_DAY, time(12), UTC)
    return [
        (None, None, row["performer_id"], claimed(book, None, row))
        for row in book.tables.get("time_entries", [])
        if book.one("enrollments", enrollment_id=row["enrollment_id"]) is None
        and instant(row.get("entered_at") or row["ended_at"] or "", book.zone(None)) < over
        and row.get("activity") not in NEVER
    ]


def contested(book: Book, patient_id: str | None) -> Moments:
    """Give the patient's time claimed twice (R-OVL-1)."""
    key = ("contested", patient_id)
    if key in book.memory:
        return book.memory[key]  # type: ignore[return-value]
    twice = Moments()
    for patient, program, performer, spent in claims(book):
        for other, other_program, other_performer, other_spent in claims(book):
            two_programs = patient == other and program != other_program
            two_patients = patient != other and performer == other_performer
            if patient == patient_id and (two_programs or two_patients):
                twice |= spent & other_spent
    book.memory[key] = twice
    return twice


def worked(case: Case, enrollment: Row) -> list[tuple[date, Moments, Row, str]]:
    """Give day, time, entry and judgement of all work of the enrollment that could count."""
    key = ("worked", enrollment["enrollment_id"])
    if key not in case.book.memory:
        case.book.memory[key] = [
            (today, spent, row, said)
            for row in entries(case.book, enrollment)
            if kind_of_work(case.book, enrollment, row) != "no"
            for today, spent in pieces(case.book, enrollment, row)
            for said in [judgement(case.book, enrollment, row, today)]
            if spent
        ]
    return case.book.memory[key]  # type: ignore[return-value]


def judgement(book: Book, enrollment: Row, row: Row, today: date) -> str:
    """Say of an entry's work on a day that is not refused: counts, or unsettled."""
    if visited(book, enrollment, row, today) == "maybe":
        return "unsettled"
    return kind_of_work(book, enrollment, row)


def in_period(case: Case) -> list[tuple[date, Moments, Row, str]]:
    """Give that work for the period."""
    return [piece for piece in worked(case, case.enrollment) if case.has(piece[0])]


def minutes(case: Case, sure: list[Moments], could: list[Moments]) -> tuple[int, int]:
    """Give whole minutes of both unions; what is contested is in the second alone."""
    certain = together(sure) - contested(case.book, case.patient_id)
    possible = together([*sure, *could])
    return certain.microseconds // MINUTE, possible.microseconds // MINUTE


def treatment_minutes(case: Case) -> tuple[int, int]:
    """Count the minutes of the period (R-TIME-1, R-TIME-5, R-TIME-7, R-TIME-10)."""
    work = in_period(case)
    sure = [spent for _, spent, _, said in work if said == "counts"]
    return minutes(case, sure, [spent for _, spent, _, _ in work])


def contested_minutes(case: Case) -> int:
    """Count the minutes of the period that somebody claims twice (R-OVL-1)."""
    own = together(spent for _, spent, _, _ in in_period(case))
    return (own & contested(case.book, case.patient_id)).microseconds // MINUTE


def direct_minutes(case: Case) -> tuple[int, int]:
    """Count minutes in person or under direct supervision (R-WHO-2)."""
    sure, could = [], []
    for _, spent, row, said in in_period(case):
        who, supervision = role(case.book, row["performer_id"]), row.get("supervision")
        direct = who in IN_PERSON or supervision == "direct"
        if direct and said == "counts":
            sure.append(spent)
        if direct or supervision is None or who is None:
            could.append(spent)
    return minutes(case, sure, could)


def practitioner_minutes(case: Case) -> tuple[int, int]:
    """Count minutes of physicians and non-physician practitioners (R-WHO-3)."""
    sure, could = [], []
    for _, spent, row, said in in_period(case):
        who = role(case.book, row["performer_id"])
        if who in IN_PERSON and said == "counts":
            sure.append(spent)
        if who in IN_PERSON or who is None:
            could.append(spent)
    return minutes(case, sure, could)


def last_day_worked(case: Case, first: date, last: date) -> date:
    """Give the last of these days with counted work, else with work that could count."""
    twice = contested(case.book, case.patient_id)
    work = [piece for piece in in_period(case) if first <= piece[0] <= last]
    sure = [today for today, spent, _, said in work if said == "counts" and spent - twice]
    return max(sure or [today for today, _, _, _ in work])


def live(case: Case, enrollment: Row) -> list[Call]:
    """Give day, id and judgement of the enrollment's conversations that are or may be live."""
    book, patient = case.book, enrollment["patient_id"]
    found = []
    for row in book.rows("interactions", enrollment_id=enrollment["enrollment_id"]):
        stamp = row["started_at"] or ""
        today = book.local_day(patient, stamp)
        who, reached = role(book, row.get("performer_id")), row.get("reached")
        if (
            row["channel"] in LIVE
            and (reached is None or reached in PERSONS)
            and (who is None or who in team(enrollment["program"]))
            and today <= book.as_of
            and agreed(book, enrollment, stamp)
            and not paused(book, patient, today)
            and not died_before(book, patient, today)
            and not outside(book, enrollment, today)
        ):
            away = elsewhere(book, enrollment, row.get("performer_id"))
            said = "counts" if who and reached and not away else "unsettled"
            found.append((today, row["interaction_id"], said))
    return found


def live_calls(case: Case) -> tuple[int, int]:
    """Count the live conversations of the period (R-LIVE-1, R-LIVE-5, R-LIVE-6)."""
    return _count_calls(live(case, case.enrollment), case.start, case.end)


def month_minutes(case: Case) -> tuple[int, int]:
    """Count the patient's minutes of the calendar month of the service date (E13)."""
    first, last = month_of(case.service_date)
    sure, could = [], []
    for enrollment in episodes(case):
        for today, spent, _, said in worked(case, enrollment):
            if first <= today <= last:
                could.append(spent)
                if said == "counts":
                    sure.append(spent)
    return minutes(case, sure, could)


def month_live_calls(case: Case) -> tuple[int, int]:
    """Count the patient's live conversations of that calendar month (R-LIVE-7)."""
    calls = [call for enrollment in episodes(case) for call in live(case, enrollment)]
    return _count_calls(calls, *month_of(case.service_date))


def episodes(case: Case) -> list[Row]:
    """Give all enrollments of the patient in the program that have begun by now."""
    same = case.book.rows("enrollments", patient_id=case.patient_id, program=case.program)
    return [row for row in same if (begins(row) or FAR_AHEAD) <= case.book.as_of]


def _count_calls(calls: list[Call], first: date, last: date) -> tuple[int, int]:
    within = [(call, said) for today, call, said in calls if first <= today <= last]
    sure = {call for call, said in within if said == "counts"}
    return len(sure), len({call for call, _ in within})


def _under_consent(book: Book, enrollment: Row, piece: Stretch) -> Moments:
    return moments([piece]) & moments(agreed_spans(book, enrollment))


def _window(row: Row) -> tuple[date, date]:
    first, last = span(row)
    return first, last if row.get("to_date") else first
