"""Whole evidence folders for Hypothesis, messy on purpose.

One to three patients with one or two enrollments each, between 2019 and 2026, in zones with and
without summer time: readings that come late, twice, corrected, by hand or from nowhere; stretches
of work that overlap each other, midnight and the clocks' changes; consents given late and
withdrawn; stays, other people's services, and blanks wherever the contract allows one.

What the contract leaves open is left out: stretches of two enrollments in one program at the same
hour.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from happening_strategies import (
    NPIS,
    blank_or,
    calls,
    consents,
    other_services,
    readings,
    sign_offs,
    stays,
    work,
)

if TYPE_CHECKING:
    from pathlib import Path

    from hypothesis.strategies import DrawFn

Row = dict[str, str]
Tables = dict[str, list[Row]]

LATER = timedelta(days=29)
ZONES = [
    *("America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu"),
    *("America/Puerto_Rico", "America/Anchorage", "Pacific/Guam", "America/Chicago"),
]
# Days around which the law, the clocks or the calendar change.
TURNS = [
    *(date(2019, 7, 10), date(2020, 2, 10), date(2021, 5, 1), date(2023, 4, 13)),
    *(date(2023, 10, 15), date(2024, 2, 1), date(2024, 6, 1), date(2025, 9, 10)),
    *(date(2025, 10, 20), date(2025, 12, 5), date(2025, 12, 20), date(2026, 1, 31)),
    *(date(2026, 2, 20), date(2026, 3, 1), date(2026, 4, 10), date(2026, 7, 1)),
]
BEGUN = {"RPM": 2019, "RTM": 2022, "CCM": 2020, "PCM": 2022, "BHI": 2020, "APCM": 2025}
PERFORMERS = ["P-npp", "P-physician", "P-clinical_staff", "P-auxiliary", "P-therapist", "P-other"]
CUFFS = ["PAT-1-cuff", "PAT-2-cuff", "PAT-3-cuff"]

WORDS = {
    "role": ["npp", "physician", "clinical_staff", "auxiliary", "therapist"],
    "kind": [
        *("blood_pressure", "weight", "spirometer", "goniometer", "pulse_oximeter", "Peak Flow"),
        *("inhaler", "cbt-app", "ecg", "glucose", "other"),
    ],
    "basis": ["cleared", "cleared", "exempt", "de_novo", "eua", "none", ""],
    "practice": ["practice", "practice", "fqhc", "rhc", ""],
    "payer": ["medicare_ffs", "medicare_advantage", "commercial", ""],
}


@st.composite
def folders(draw: DrawFn) -> tuple[Tables, date]:
    """Draw the tables of a folder and an as-of day."""
    anchor = draw(st.sampled_from(TURNS)) + timedelta(days=draw(st.integers(0, 12)))
    as_of = anchor + timedelta(days=draw(st.sampled_from([20, 29, 30, 45, 75, 110, 140])))
    tables: Tables = {"practices": draw(practices()), "performers": draw(performers())}
    tables["devices"] = draw(devices())
    for n in range(1, draw(st.integers(1, 3)) + 1):
        for name, rows in draw(charts(f"PAT-{n}", anchor)).items():
            tables.setdefault(name, []).extend(rows)
    return {name: numbered(name, rows) for name, rows in tables.items()}, as_of


def numbered(name: str, rows: list[Row]) -> list[Row]:
    """Give each row that has none yet an id."""
    keys = {
        "consents": "consent_id",
        "readings": "reading_id",
        "time_entries": "entry_id",
        "interactions": "interaction_id",
        "sign_offs": "sign_off_id",
        "other_services": "service_id",
        "stays": "stay_id",
        "coverages": "coverage_id",
    }
    key = keys.get(name)
    return [{key: f"{name}-{n}"} | row if key else row for n, row in enumerate(rows)]


@st.composite
def practices(draw: DrawFn) -> list[Row]:
    """Draw our practice and another."""
    npi, kind = draw(blank_or(NPIS[0])), draw(st.sampled_from(WORDS["practice"]))
    ours = {"practice_id": "PRA-1", "npi": npi, "kind": kind}
    return [ours, {"practice_id": "PRA-2", "npi": NPIS[1], "kind": "practice"}]


@st.composite
def performers(draw: DrawFn) -> list[Row]:
    """Draw one performer of each role in our practice, and one elsewhere."""
    home = draw(st.sampled_from(["PRA-1", "PRA-1", "PRA-1", ""]))
    found = [
        {
            "performer_id": f"P-{role}",
            "role": role,
            "practice_id": home,
            "bills_em": "true" if role in {"npp", "physician"} else "false",
            "npi": NPIS[2] if role == "npp" else "",
        }
        for role in WORDS["role"]
    ]
    found[0]["bills_em"] = draw(st.sampled_from(["true", "true", "true", "false", ""]))
    other = {"performer_id": "P-other", "role": "physician", "practice_id": "PRA-2"}
    return [*found, other | {"bills_em": "true", "npi": ""}]


@st.composite
def devices(draw: DrawFn) -> list[Row]:
    """Draw a cuff for each patient, mostly in order, and two devices that go around."""
    return [
        {
            "device_id": key,
            "kind": draw(st.sampled_from(WORDS["kind"])),
            "fda_basis": draw(st.sampled_from([*usual, *WORDS["basis"]])),
            "fda_reference": draw(blank_or("K000000")),
        }
        for key, usual in [*((cuff, ["cleared"] * 20) for cuff in CUFFS), ("D-2", []), ("D-3", [])]
    ]


@st.composite
def charts(draw: DrawFn, patient_id: str, anchor: date) -> Tables:
    """Draw all rows of one patient."""
    zone = draw(st.sampled_from(ZONES))
    died = draw(st.sampled_from([None, None, None, None, 12, 30, 47]))
    patient = {"patient_id": patient_id, "time_zone": zone, "family_name": "Made-Up"}
    patient["death_date"] = "" if died is None else f"{anchor + timedelta(days=died)}"
    enrolled = draw(enrollments(patient_id, anchor))
    tables: Tables = {
        "patients": [patient],
        "enrollments": enrolled,
        "assignments": draw(assignments(patient_id, anchor)),
        "readings": draw(readings(patient_id, zone, anchor)),
        "other_services": draw(other_services(patient_id, anchor)),
        "stays": draw(stays(patient_id, anchor)),
        "coverages": draw(coverages(patient_id, anchor)),
    }
    for name in ("consents", "time_entries", "interactions", "sign_offs"):
        tables[name] = []
    for n, row in enumerate(enrolled):
        tables["consents"] += draw(consents(row, zone, anchor))
        tables["time_entries"] += draw(work(row, zone, (anchor, 9 if n == 0 else 14)))
        tables["interactions"] += draw(calls(row, zone, anchor))
        tables["sign_offs"] += draw(sign_offs(row))
    return tables


@st.composite
def enrollments(draw: DrawFn, patient_id: str, anchor: date) -> list[Row]:
    """Draw one enrollment, seldom two: another program, or a second episode."""
    programs = [name for name, year in BEGUN.items() if anchor.year >= year]
    first = draw(enrollment(patient_id, anchor, "RPM"))
    others = draw(st.sampled_from([[], [], ["again"], *([name] for name in programs)]))
    found = [first]
    for other in others:
        later = anchor + timedelta(days=draw(st.sampled_from([0, 3, 35, 61])))
        if first["end_date"] and (other in {"again", "RPM"} or draw(st.booleans())):
            later = date.fromisoformat(first["end_date"]) + timedelta(days=draw(st.integers(1, 40)))
        program = "RPM" if other == "again" else other
        found.append(draw(enrollment(patient_id, later, program)) | {"setup_performer_id": ""})
    for n, row in enumerate(found, 1):
        row["enrollment_id"] = f"{patient_id}-E{n}"
    return found


@st.composite
def enrollment(draw: DrawFn, patient_id: str, anchor: date, program: str) -> Row:
    """Draw an episode that begins about the anchor."""
    ends = draw(st.sampled_from([None, None, None, 10, 33]))
    setup = anchor + timedelta(days=draw(st.sampled_from([0, 0, 0, 2, -3])))
    row = {
        "patient_id": patient_id,
        "program": program,
        "billing_performer_id": draw(
            st.sampled_from(["P-npp", "P-npp", "P-npp", "P-physician", "P-therapist", "P-ghost"])
        ),
        "order_date": draw(blank_or(f"{anchor - timedelta(days=5)}", f"{anchor}")),
        "order_kind": draw(st.sampled_from(["order", "order", "plan_entry", "none", ""])),
        "ordering_performer_id": draw(
            st.sampled_from(["", "P-npp", "P-npp", "P-therapist", "P-auxiliary", "P-ghost"])
        ),
        "setup_date": draw(st.sampled_from([f"{setup}", f"{setup}", f"{setup}", ""])),
        "anchor_date": draw(st.sampled_from(["", "", f"{anchor}", f"{setup + LATER}"])),
        "diagnoses": draw(blank_or("I10", "I50.9|E11.9", "O14.1", "I10|i10 |", "|")),
        "established_on": draw(
            blank_or(f"{anchor - timedelta(days=90)}", f"{anchor - timedelta(days=1200)}")
        ),
        "established": draw(st.sampled_from(["", "", "", "false"])),
        "place_of_service": draw(blank_or("11", "02")),
        "payer_id": draw(blank_or("MEDICARE")),
        "covid": draw(st.sampled_from(["true", "false", ""])),
        "end_date": "" if ends is None else f"{anchor + timedelta(days=ends)}",
        "end_reason": draw(blank_or("moved away")) if ends else "",
    }
    if draw(st.integers(0, 3)):
        row |= {"established": "", "established_on": f"{anchor - timedelta(days=90)}"}
        row |= {"order_kind": "order", "order_date": f"{anchor - timedelta(days=5)}"}
        row |= {"billing_performer_id": "P-npp"}
    return row


@st.composite
def assignments(draw: DrawFn, patient_id: str, anchor: date) -> list[Row]:
    """Draw who had which device when."""
    cuff = f"{patient_id}-cuff"
    found = []
    for key in draw(st.sampled_from([[cuff], [cuff], [cuff, "D-2"], [cuff, "D-2", "D-3"], []])):
        returned = draw(st.sampled_from([None, None, 14, 40]))
        begins = draw(st.sampled_from([0, 0, 0, 4] if key == cuff else [0, 4, 14, 30, 40]))
        found.append(
            {
                "device_id": key,
                "patient_id": patient_id,
                "from_date": f"{anchor + timedelta(days=begins)}",
                "to_date": ""
                if returned is None
                else f"{anchor + timedelta(days=max(begins, returned))}",
                "owner": draw(st.sampled_from(["practice"] * 5 + ["patient", ""])),
            }
        )
    return found


@st.composite
def coverages(draw: DrawFn, patient_id: str, anchor: date) -> list[Row]:
    """Draw no coverage, one, or one after the other."""
    begins = draw(st.sampled_from([[], [-400], [-400], [-400, 20]]))
    return [
        {
            "patient_id": patient_id,
            "payer_id": draw(st.sampled_from(["MEDICARE", "UHC"])),
            "kind": draw(st.sampled_from(WORDS["payer"])),
            "from_date": f"{anchor + timedelta(days=offset)}",
            "to_date": "",
        }
        for offset in begins
    ]


def write(tables: Tables, folder: Path) -> Path:
    """Write the tables as CSV files and give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if rows:
            columns = list(dict.fromkeys(key for row in rows for key in row))
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns, restval="")
                writer.writeheader()
                writer.writerows(rows)
    return folder
