"""Evidence from a few words: a plain good patient, and what is different about this one.

The plain good patient lives in New York, has an order, a visit, a consent, a cleared cuff of the
practice and Medicare, is set up on 1 March 2026, has set-up billed, and every cycle and calendar
month is signed 14 days after it ended. Nothing is read and nobody works until a story says so.

A story is a list of phrases with semicolons between them:

    days = 1..14, 16            a reading at 08:30 on these days after the anchor, day 1 first
    days = 3 with entry=manual  the same, with other cells
    at 2026-03-30T21:00         a reading at that instant of the patient's clock
    20 min on 2026-04-06        a stretch of review from 10:00 by the nurse; also `19:59.2 min`
    20 min on … with activity=scheduling, at 23:50
    call on 2026-04-06          a phone call that reached the patient; `with channel=sms`
    setup = 2026-02-03          another set-up day; order, visit and consent move along
    zone = America/Phoenix      another zone
    as of 2026-04-01; by cycle  else: the end of the year, by month
    devices.kind = …            another cell in the first row of a table; `-` empties it
    every sign_offs.… = …       the same in all its rows
    + stays kind=snf, …         one more row, like the first of its table where there is one
    no consents                 a table left empty
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Clock = Literal["cycle", "month"]
Row = dict[str, str]
Tables = dict[str, list[Row]]

OURS, OTHERS = "9000000001", "9000000002"
ONE_DAY = timedelta(days=1)
KEYS = {
    "patients": "patient_id",
    "performers": "performer_id",
    "practices": "practice_id",
    "enrollments": "enrollment_id",
    "devices": "device_id",
    "consents": "consent_id",
    "readings": "reading_id",
    "time_entries": "entry_id",
    "interactions": "interaction_id",
    "other_services": "service_id",
    "stays": "stay_id",
    "coverages": "coverage_id",
    "sign_offs": "sign_off_id",
}
PHRASES = [
    (r"as of (?P<as_of>\S+)", "set_as_of"),
    (r"by (?P<clock>cycle|month)", "set_clock"),
    (r"setup = (?P<day>\S+)", "set_up"),
    (r"zone = (?P<zone>\S+)", "set_zone"),
    (r"days = (?P<numbers>[\d., ]+?)(?: with (?P<cells>.*))?", "read_on_days"),
    (r"at (?P<stamp>\d\S+)(?: with (?P<cells>.*))?", "read_at"),
    (r"(?P<length>[\d:.]+) min on (?P<day>\S+)(?: with (?P<cells>.*))?", "work"),
    (r"call on (?P<day>\S+)(?: with (?P<cells>.*))?", "call"),
    (r"no (?P<table>\w+)", "empty"),
    (r"\+ (?P<table>\w+) ?(?P<cells>.*)", "add"),
    (r"(?P<every>every )?(?P<table>\w+)\.(?P<column>\w+) = (?P<value>.+)", "change"),
]


@dataclass
class Story:
    """What the phrases said; `tables` gives the evidence."""

    anchor: date = date(2026, 3, 1)
    zone: str = "America/New_York"
    clock: Clock = "month"
    as_of: date | None = None
    left_empty: set[str] = field(default_factory=set)
    readings: list[tuple[datetime, Row]] = field(default_factory=list)
    stretches: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    changes: list[tuple[bool, str, str, str]] = field(default_factory=list)
    added: list[tuple[str, Row]] = field(default_factory=list)

    def set_as_of(self, as_of: str) -> None:
        """Take another day of knowledge."""
        self.as_of = date.fromisoformat(as_of)

    def set_clock(self, clock: str) -> None:
        """Take another clock."""
        self.clock = "cycle" if clock == "cycle" else "month"

    def set_up(self, day: str) -> None:
        """Begin on another day."""
        self.anchor = date.fromisoformat(day)

    def set_zone(self, zone: str) -> None:
        """Live elsewhere."""
        self.zone = zone

    def read_on_days(self, numbers: str, cells: str | None) -> None:
        """Read at 08:30 on days counted from the anchor; `at=21:00` reads at another hour."""
        row = cells_of(cells)
        hour = time.fromisoformat(row.pop("at", "08:30"))
        for part in numbers.split(","):
            first, _, last = part.strip().partition("..")
            for number in range(int(first), int(last or first) + 1):
                today = self.anchor + (number - 1) * ONE_DAY
                self.readings.append((datetime.combine(today, hour), row))

    def read_at(self, stamp: str, cells: str | None) -> None:
        """Read at an instant of the patient's clock."""
        self.readings.append((datetime.fromisoformat(stamp), cells_of(cells)))

    def work(self, length: str, day: str, cells: str | None) -> None:
        """Work for so many minutes, or minutes and seconds, from ten o'clock or from `at`."""
        row = cells_of(cells)
        begins = datetime.fromisoformat(f"{day}T{row.pop('at', '10:00')}")
        minutes, _, seconds = length.partition(":")
        lasted = timedelta(minutes=int(minutes), seconds=float(seconds or 0))
        times = {"started_at": self.stamp(begins), "ended_at": self.stamp(begins, lasted)}
        self.stretches.append(times | row)

    def call(self, day: str, cells: str | None) -> None:
        """Speak for five minutes from ten o'clock or from `at`."""
        row = cells_of(cells)
        begins = datetime.fromisoformat(f"{day}T{row.pop('at', '10:00')}")
        self.calls.append({"started_at": self.stamp(begins)} | row)

    def empty(self, table: str) -> None:
        """Leave a table empty."""
        self.left_empty.add(table)

    def add(self, table: str, cells: str) -> None:
        """Add a row."""
        self.added.append((table, cells_of(cells)))

    def change(self, every: str | None, table: str, column: str, value: str) -> None:
        """Change a cell of the first row, or of every row."""
        self.changes.append((bool(every), table, column, cell(value)))

    def stamp(self, local: datetime, later: timedelta = timedelta()) -> str:
        """Write an instant of the patient's clock with its offset, or one so much later."""
        begins = local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(ZoneInfo("UTC"))
        return (begins + later).isoformat().replace("+00:00", "Z")

    def day_of_knowledge(self) -> date:
        """Give the as-of day: the end of the year of the fifth cycle unless the story says."""
        return self.as_of or date((self.anchor + 130 * ONE_DAY).year, 12, 31)

    def tables(self) -> Tables:
        """Give the evidence."""
        tables = plain(self.anchor, self.zone)
        self.edit(tables)
        stamps = [(self.stamp(local), row) for local, row in self.readings]
        tables["readings"] = [reading(f"RDG-{n}", *read) for n, read in enumerate(stamps, 1)]
        tables["time_entries"] = [
            STRETCH | {"entry_id": f"TIM-{n}", "entered_at": row["ended_at"]} | row
            for n, row in enumerate(self.stretches, 1)
        ]
        tables["interactions"] = [
            CALL | {"interaction_id": f"INT-{n}"} | row for n, row in enumerate(self.calls, 1)
        ]
        tables["sign_offs"] = signed(tables["enrollments"], self.day_of_knowledge())
        self.edit({"sign_offs": tables["sign_offs"]})
        return {name: rows for name, rows in tables.items() if name not in self.left_empty}

    def edit(self, tables: Tables) -> None:
        """Change cells of and add rows to those tables that are there."""
        for every, table, column, value in self.changes:
            for row in tables.get(table, [])[: None if every else 1]:
                row[column] = value
        for table, row in self.added:
            rows = tables.get(table, [])
            key = KEYS.get(table, "device_id")
            alike = (rows[0] if rows else {"patient_id": "PAT-1"}) | {key: f"NEW-{len(rows) + 1}"}
            rows.append(alike | row)


STRETCH = {
    "enrollment_id": "ENR-1",
    "performer_id": "NURSE",
    "activity": "review",
    "method": "timer",
}
CALL = {
    "enrollment_id": "ENR-1",
    "performer_id": "NURSE",
    "channel": "phone",
    "reached": "patient",
}


def tell(words: str) -> Story:
    """Read a story; a phrase that nobody knows is a mistake in the test."""
    story = Story()
    for phrase in filter(None, (part.strip() for part in words.split(";"))):
        matches = ((re.fullmatch(pattern, phrase), name) for pattern, name in PHRASES)
        match, name = next(((m, name) for m, name in matches if m), (None, ""))
        assert match, f"unknown phrase: {phrase}"
        getattr(story, name)(**match.groupdict())
    return story


def cells_of(words: str | None) -> Row:
    """Read `status=billed, to_date=-`; a dash is an empty cell, `ours` and `others` are NPIs."""
    pairs = (part.strip().partition("=") for part in (words or "").split(",") if part.strip())
    return {name: cell(value) for name, _, value in pairs}


def cell(word: str) -> str:
    """Read one cell; `&` stands for the sign that lists are separated by, which tables need."""
    return {"-": "", "ours": OURS, "others": OTHERS}.get(word, word.replace("&", "|"))


def plain(anchor: date, zone: str) -> Tables:
    """Give the plain good patient, without readings, work, calls and sign-offs."""
    consent = f"{anchor - 5 * ONE_DAY}T09:30:00"
    return {
        "patients": [{"patient_id": "PAT-1", "time_zone": zone, "family_name": "Made-Up"}],
        "practices": [
            {"practice_id": "PRA-1", "npi": OURS, "kind": "practice"},
            {"practice_id": "PRA-2", "npi": OTHERS, "kind": "practice"},
        ],
        "performers": [
            performer("NP", "npp", "true", "PRA-1"),
            performer("NURSE", "clinical_staff", "false", "PRA-1"),
            performer("DOCTOR", "physician", "true", "PRA-1"),
            performer("HELPER", "auxiliary", "false", "PRA-1"),
            performer("THERAPIST", "therapist", "false", "PRA-1"),
            performer("STRANGER", "physician", "true", "PRA-2"),
        ],
        "enrollments": [
            {
                "enrollment_id": "ENR-1",
                "patient_id": "PAT-1",
                "program": "RPM",
                "billing_performer_id": "NP",
                "order_date": f"{anchor - 7 * ONE_DAY}",
                "ordering_performer_id": "NP",
                "order_kind": "order",
                "setup_date": f"{anchor}",
                "setup_performer_id": "NURSE",
                "diagnoses": "I10",
                "established_on": f"{anchor - 90 * ONE_DAY}",
                "place_of_service": "11",
            }
        ],
        "devices": [
            {
                "device_id": "DEV-1",
                "kind": "blood_pressure",
                "fda_basis": "cleared",
                "fda_reference": "K000000",
            }
        ],
        "assignments": [
            {
                "device_id": "DEV-1",
                "patient_id": "PAT-1",
                "from_date": f"{anchor}",
                "owner": "practice",
            }
        ],
        "consents": [
            {
                "consent_id": "CON-1",
                "patient_id": "PAT-1",
                "program": "RPM",
                "text_version": "v1",
                "modality": "verbal",
                "given_at": consent,
                "captured_at": consent,
                "cost_share_disclosed": "true",
            }
        ],
        "other_services": [
            {
                "service_id": "SVC-1",
                "patient_id": "PAT-1",
                "code": "99453",
                "from_date": f"{anchor}",
                "billing_npi": OURS,
                "performer_id": "NP",
                "status": "billed",
            }
        ],
        "coverages": [
            {
                "coverage_id": "COV-1",
                "patient_id": "PAT-1",
                "payer_id": "MEDICARE",
                "kind": "medicare_ffs",
                "from_date": "2015-01-01",
            }
        ],
        "stays": [],
    }


def performer(key: str, role: str, bills_em: str, practice: str) -> Row:
    """Give somebody who works or bills."""
    return {"performer_id": key, "role": role, "bills_em": bills_em, "practice_id": practice}


def reading(key: str, stamp: str, cells: Row) -> Row:
    """Give a reading of the cuff that came by itself a minute later."""
    usual = {
        "reading_id": key,
        "device_id": "DEV-1",
        "patient_id": "PAT-1",
        "metric": "85354-9",
        "value": "128",
        "value_2": "79",
        "measured_at": stamp,
        "received_at": stamp,
        "entry": "automatic",
    }
    return usual | cells


def signed(enrollments: list[Row], as_of: date) -> list[Row]:
    """Sign every cycle and calendar month, whole, 14 days after it ended."""
    found: list[Row] = []
    for row in enrollments:
        days = (row.get(name) for name in ("anchor_date", "setup_date", "order_date"))
        anchor = date.fromisoformat(next(filter(None, days), f"{as_of}"))
        spans = [(anchor + n * ONE_DAY, anchor + (n + 29) * ONE_DAY) for n in range(0, 400, 30)]
        month = anchor.replace(day=1)
        while month <= as_of:
            following = (month + 31 * ONE_DAY).replace(day=1)
            spans.append((month, following - ONE_DAY))
            month = following
        for first, last in spans:
            found.append(
                {
                    "sign_off_id": f"SIG-{len(found) + 1}",
                    "enrollment_id": row["enrollment_id"],
                    "period_start": f"{first}",
                    "period_end": f"{last}",
                    "performer_id": row["billing_performer_id"],
                    "signed_at": f"{last + 14 * ONE_DAY}T17:00:00Z",
                }
            )
    return found


def as_csv(rows: list[Row]) -> str:
    """Write rows as CSV with every column that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return out.getvalue()
