"""What happens to a patient, for Hypothesis: readings, consents, work, calls and the rest."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

Row = dict[str, str]

NPIS = ["9000000001", "9000000002", "9000000003"]
STAYS = ["inpatient", "snf", "hospice", "global_surgery", "access_model"]
READING_QUIRKS: list[Row] = [
    *({} for _ in range(8)),
    {"entry": "manual"},
    {"entry": "memory"},
    {"entry": "unknown"},
    {"value": "", "value_2": ""},
    {"test": "true"},
    {"ambiguous_person": "true"},
    {"patient_id": ""},
    {"patient_id": "PAT-1"},
    {"device_id": "D-2"},
    {"device_id": "D-ghost"},
    {"received_at": ""},
    {"late": "40"},
]
CONTRADICTIONS: list[Row] = [
    {"value": "150"},
    {"entry": "manual"},
    {"test": "true"},
    {"measured_at": "2026-03-01T12:00:00Z"},
]
WORK_QUIRKS: list[Row] = [
    *({} for _ in range(5)),
    {"activity": "communication", "supervision": "general"},
    {"activity": "setup_education"},
    {"activity": "attempt"},
    {"activity": ""},
    {"activity": "care_plan", "supervision": "direct"},
    {"performer_id": "P-npp"},
    {"performer_id": "P-physician"},
    {"performer_id": "P-auxiliary"},
    {"performer_id": "P-therapist"},
    {"performer_id": "P-ghost"},
    {"entered_at": ""},
    {"late": "40"},
]
CALL_QUIRKS: list[Row] = [
    *({} for _ in range(5)),
    {"channel": "video", "reached": "caregiver"},
    {"channel": "sms"},
    {"reached": ""},
    {"reached": "nobody"},
    {"performer_id": ""},
    {"performer_id": "P-therapist"},
]
CODES = [
    *("99453", "99454", "99445", "99457", "99458", "99470", "99091", "99474", "99214"),
    *("95250", "93298"),
    *("98975", "98977", "98980", "99490", "99426", "G0557", "99484"),
    *("G0511", "G0511 99490", "g0511-cg 99454"),
]


def blank_or(*words: str) -> SearchStrategy[str]:
    """Draw one of the words, seldom a blank."""
    return st.sampled_from([*words, *words, ""])


@st.composite
def readings(draw: DrawFn, patient_id: str, zone: str, anchor: date) -> list[Row]:
    """Draw a run of days, then single readings with something about them."""
    run = range(draw(st.sampled_from([0, 2, 14, 15, 16, 17])))
    start = draw(st.sampled_from([0, 0, 0, 14, 29, 30]))
    plain: list[tuple[int, str, Row]] = [(start + n, "08:30", {}) for n in run]
    odd = st.tuples(
        st.integers(-2, 65),
        st.sampled_from(["00:00", "00:30", "01:30", "02:30", "12:00", "21:30", "23:59:59.9"]),
        st.sampled_from(READING_QUIRKS),
    )
    found: list[Row] = []
    for offset, hour, quirk in plain + draw(st.lists(odd, max_size=8)):
        stamp, later = stamps(zone, anchor + timedelta(days=offset), hour, quirk)
        row = {
            "reading_id": f"{patient_id}-R{len(found)}",
            "device_id": f"{patient_id}-cuff",
            "patient_id": patient_id,
            "metric": "85354-9",
            "value": "128",
            "value_2": "79",
            "measured_at": stamp,
            "received_at": later,
            "entry": "automatic",
        }
        found.append(row | {key: cell for key, cell in quirk.items() if key != "late"})
    again = draw(st.booleans())
    if found and again:
        found += draw(repeats(found))
    return found


@st.composite
def repeats(draw: DrawFn, found: list[Row]) -> list[Row]:
    """Draw a copy, the same under another id, corrections that came later, or at one moment."""
    row = draw(st.sampled_from(found))
    later = (datetime.fromisoformat(row["measured_at"]) + timedelta(days=3)).isoformat()
    return [
        dict(row),
        row | {"reading_id": row["reading_id"] + "x"},
        row | {"value": draw(st.sampled_from(["140", ""])), "received_at": later},
        row | draw(st.sampled_from(CONTRADICTIONS)) | {"received_at": later},
    ][: draw(st.integers(1, 4))]


@st.composite
def consents(draw: DrawFn, row: Row, zone: str, anchor: date) -> list[Row]:
    """Draw no consent, one, or one withdrawn and another given."""
    found = []
    given = draw(st.sampled_from([[-5], [-5], [-5], [-5], [], [4], [-5, 20], [-5, 40], [40]]))
    for offset in given:
        begins = anchor + timedelta(days=offset)
        withdrawn = draw(st.sampled_from([None, None, None, 7, 15, 38]))
        captured = draw(st.sampled_from([0, 0, 0, 3, 30]))
        found.append(
            {
                "patient_id": row["patient_id"],
                "program": draw(st.sampled_from([row["program"]] * 9 + ["CCM"])),
                "text_version": draw(blank_or("v1")),
                "modality": draw(blank_or("verbal")),
                "given_at": at(zone, begins, "09:30"),
                "captured_at": draw(
                    st.sampled_from([at(zone, begins + timedelta(days=captured), "09:40"), ""])
                ),
                "cost_share_disclosed": draw(blank_or("true", "false")),
                "revoked_at": ""
                if withdrawn is None
                else at(zone, begins + timedelta(days=withdrawn), "10:10"),
            }
        )
    return found


@st.composite
def work(draw: DrawFn, row: Row, zone: str, begins: tuple[date, int]) -> list[Row]:
    """Draw stretches of work, some that overlap or cross midnight, some begun within a second."""
    anchor, hour = begins
    stretch = st.tuples(
        st.integers(-1, 62),
        st.integers(0, 90),
        st.sampled_from([61, 299, 600, 601, 720, 1199, 1199.1, 1200, 1200.9, 1500, 2400, 2700]),
        st.sampled_from(WORK_QUIRKS),
    )
    two: list[tuple[int, int, float, Row]] = [(5, 0, 2400, {}), (6, 10, 600, {})]
    usual = st.sampled_from([two[:1], two, []])
    found = []
    for offset, minute, seconds, quirk in draw(usual) + draw(st.lists(stretch, max_size=4)):
        today = anchor + timedelta(days=offset)
        late = minute > 80 and hour > 12  # only the afternoon's enrollment works at night
        clock = f"23:{minute - 35}" if late else f"{hour + minute // 60:02}:{minute % 60:02}"
        first, _ = stamps(zone, today, clock, {})
        if seconds % 1:
            first = (datetime.fromisoformat(first) + timedelta(seconds=0.9)).isoformat()
        ends = datetime.fromisoformat(first) + timedelta(seconds=seconds)
        entered = ends + timedelta(days=int(quirk.get("late", "0")))
        entry = {
            "enrollment_id": row["enrollment_id"],
            "performer_id": "P-clinical_staff",
            "started_at": first,
            "ended_at": ends.isoformat(),
            "activity": "review",
            "supervision": "",
            "entered_at": entered.isoformat(),
        }
        found.append(entry | {key: cell for key, cell in quirk.items() if key != "late"})
    return found


@st.composite
def calls(draw: DrawFn, row: Row, zone: str, anchor: date) -> list[Row]:
    """Draw attempts to communicate."""
    call = st.tuples(st.integers(-1, 62), st.sampled_from(CALL_QUIRKS))
    two: list[tuple[int, Row]] = [(5, {}), (35, {})]
    usual = draw(st.sampled_from([two[:1], two, []]))
    return [
        {
            "enrollment_id": row["enrollment_id"],
            "performer_id": "P-clinical_staff",
            "channel": "phone",
            "reached": "patient",
            "started_at": at(zone, anchor + timedelta(days=offset), "10:00"),
        }
        | quirk
        for offset, quirk in usual + draw(st.lists(call, max_size=2))
    ]


@st.composite
def sign_offs(draw: DrawFn, row: Row) -> list[Row]:
    """Draw whether cycles and months are signed, by whom and when."""
    text = row["anchor_date"] or row["setup_date"]
    if not text:
        return []
    anchor = date.fromisoformat(text)
    spans = [(anchor + timedelta(days=n), anchor + timedelta(days=n + 29)) for n in (0, 30, 60)]
    for n in (0, 31, 62):
        first = (anchor.replace(day=1) + timedelta(days=n)).replace(day=1)
        spans.append((first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)))
    signed = []
    for first, last in spans:
        quirk = draw(st.sampled_from(["", "", "", "", "other", "short", "early", "stale", "none"]))
        signed.append(
            {
                "enrollment_id": row["enrollment_id"],
                "period_start": f"{first + timedelta(days=quirk == 'short')}",
                "period_end": f"{last}",
                "performer_id": "P-other" if quirk == "other" else row["billing_performer_id"],
                "signed_at": f"{last + timedelta(days=0 if quirk == 'early' else 9)}T17:00:00Z",
                "evidence_digest": "sha256:00" if quirk == "stale" else "",
            }
        )
    return [entry for entry in signed if entry["evidence_digest"] or draw(st.integers(0, 7))]


@st.composite
def other_services(draw: DrawFn, patient_id: str, anchor: date) -> list[Row]:
    """Draw what others and we ourselves report."""
    found = []
    for code in draw(st.lists(st.sampled_from(CODES), max_size=3)):
        first = anchor + timedelta(days=draw(st.sampled_from([-40, -20, -1, 0, 5, 29, 30, 59, 75])))
        length = draw(st.sampled_from([None, None, 0, 29]))
        found.append(
            {
                "patient_id": patient_id,
                "code": code,
                "from_date": f"{first}",
                "to_date": "" if length is None else f"{first + timedelta(days=length)}",
                "billing_npi": draw(blank_or(*NPIS)),
                "performer_id": draw(blank_or("P-npp", "P-physician")),
                "status": draw(st.sampled_from(["billed", "paid", "planned", "denied", ""])),
            }
        )
    return found


@st.composite
def stays(draw: DrawFn, patient_id: str, anchor: date) -> list[Row]:
    """Draw where monitoring pauses or stops."""
    found = []
    for kind in draw(st.sampled_from([[], [], [], *([word] for word in STAYS)])):
        first = anchor + timedelta(days=draw(st.integers(-10, 50)))
        length = draw(st.sampled_from([None, 0, 3, 20]))
        found.append(
            {
                "patient_id": patient_id,
                "kind": kind,
                "from_date": f"{first}",
                "to_date": "" if length is None else f"{first + timedelta(days=length)}",
                "performer_id": draw(blank_or("P-npp", "P-physician", "P-other")),
                "related": draw(blank_or("true", "false")),
            }
        )
    return found


def at(zone: str, today: date, clock: str) -> str:
    """Write an instant of the patient's clock in UTC."""
    local = datetime.combine(today, time.fromisoformat(clock), tzinfo=ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC")).isoformat()


def stamps(zone: str, today: date, clock: str, quirk: Row) -> tuple[str, str]:
    """Give when something was measured and when it came in, a minute or `late` days after."""
    measured = datetime.fromisoformat(at(zone, today, clock))
    later = measured + timedelta(minutes=1, days=int(quirk.get("late", "0")))
    return measured.isoformat(), later.isoformat()
