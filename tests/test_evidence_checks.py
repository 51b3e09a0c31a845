"""Every rule for bad input: the row is set aside, its place told, and nothing else touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from evidence_rows import column, open_rows, rows, told

# table.column | good cells | bad cells
CELLS = """
patients.birth_date | 1950-01-01 0001-01-01 9999-12-31 2024-02-29 |
 2026-02-29 2026-13-01 01/02/2026 2026-1-1 20260101 0000-01-01 1950-01-01T00:00:00Z tomorrow
patients.time_zone | America/New_York Pacific/Guam US/Eastern UTC |
 America/Newyork EST5 america/new_york +05:00 Eastern ../../etc/passwd New_York
performers.role | physician npp clinical_staff auxiliary therapist | Physician nurse physician,npp
performers.bills_em | true false | True TRUE yes no 1 0 t
enrollments.order_kind | order plan_entry none | NONE verbal
enrollments.established | false | f
devices.fda_basis | cleared exempt de_novo eua none | 510k Cleared
assignments.owner | practice patient | clinic
readings.value | 0 120 -1 +1 98.6 0.000000000000000001 123456789012345678 |
 NaN nan inf -Infinity 1e3 1,5 12. .5 0x10 1234567890123456789 98.6F -- 1_000 ١٢
readings.entry | automatic memory manual unknown | auto
readings.time_quality | device estimated local-clock | local
readings.measured_at | 2026-03-01T07:12:00Z 2026-03-01t07:12:00z 2026-03-01T07:12:00.123456789-05:00
 2026-03-01T07:12:00+14:00 2026-03-01T07:12:00-00:00 1900-01-01T00:00:00Z 2199-12-31T23:59:59Z |
 2026-03-01 2026-03-01T07:12Z 2026-03-01T24:00:00Z 2026-03-01T07:60:00Z 2026-03-01T23:59:60Z
 2026-02-30T07:12:00Z 2026-03-01T07:12:00+0500 2026-03-01T07:12:00+5:00 2026-03-01T07:12:00.Z
 1899-12-31T23:59:59Z 9999-12-31T00:00:00Z 1772349120 2026-03-01T07:12:00EST 03/01/2026T07:12:00Z
consents.program | RPM RTM CCM PCM BHI APCM | rpm TCM
consents.modality | verbal written electronic | fax
time_entries.activity | review scheduling something_else |
time_entries.method | timer typed | guess
interactions.channel | phone video in_person secure_message sms voicemail automated | email
interactions.reached | patient caregiver nobody | spouse
other_services.status | planned billed paid denied | rejected
stays.kind | inpatient snf hospice global_surgery access_model | emergency
stays.related | true false | maybe
coverages.kind | medicare_ffs medicare_advantage medicaid commercial | medicare
"""

# A good row of each table, `column cell` by `column cell`; the first column tells rows apart.
PLAIN = {
    table: dict(cell.split(" ") for cell in cells.split(", "))
    for table, cells in {
        "patients": "patient_id P1, time_zone America/Chicago",
        "performers": "performer_id X, role npp",
        "enrollments": "enrollment_id X, patient_id PAT-NY, program RPM,"
        " billing_performer_id PER-1",
        "devices": "device_id X, kind scale",
        "assignments": "device_id X, patient_id PAT-NY, from_date 2026-01-01",
        "readings": "reading_id X, device_id DEV-NY, metric M, measured_at 2026-03-01T12:00:00Z,"
        " entry automatic",
        "consents": "consent_id X, patient_id PAT-NY, program RPM, given_at 2026-01-01T12:00:00Z",
        "time_entries": "entry_id X, enrollment_id ENR-NY, performer_id PER-1,"
        " started_at 2026-03-01T12:00:00Z, ended_at 2026-03-01T12:10:00Z",
        "interactions": "interaction_id X, enrollment_id ENR-NY, channel phone,"
        " started_at 2026-03-01T12:00:00Z",
        "sign_offs": "sign_off_id X, enrollment_id ENR-NY, period_start 2026-03-01,"
        " period_end 2026-03-30, performer_id PER-1, signed_at 2026-04-01T12:00:00Z",
        "other_services": "service_id X, patient_id PAT-NY, code 99454, from_date 2026-03-01",
        "stays": "stay_id X, patient_id PAT-NY, kind snf, from_date 2026-03-01",
        "coverages": "coverage_id X, patient_id PAT-NY, payer_id PAYER",
    }.items()
}


def cells() -> list[tuple[str, str, list[str], list[str]]]:
    """Table, column, cells that can be read, cells that cannot."""
    lines = CELLS.strip().replace("\n ", " ").splitlines()
    split = [[part.strip() for part in line.split("|")] for line in lines]
    return [
        (*place.split("."), good.split(), bad.split())  # type: ignore[misc]
        for place, good, bad in split
    ]


Row = dict[str, str]
Case = tuple[str, ...]
"""What one check is about: the table first, then what is the matter with its rows."""


@dataclass
class Came:
    """What became of the rows of a case: place, column and value of each trouble; ids in use."""

    told: list[tuple[int, str, str | None]] = field(default_factory=list)
    used: list[str] = field(default_factory=list)


def as_csv(*rows: Row) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = (",".join(f'"{row.get(name, "")}"' for name in names) for row in rows)
    return "\n".join([",".join(names), *lines, ""])


def key_of(table: str) -> str:
    return next(iter(PLAIN[table]))


def opened_together(cases: dict[Case, list[Row]], folder: Path) -> dict[Case, Came]:
    """Open the rows of all cases as one folder, with ids that no other case has."""
    sheets: dict[str, list[Row]] = {}
    sent: dict[tuple[str, int], tuple[Case, int]] = {}
    for number, (case, rows_of_case) in enumerate(cases.items()):
        table, sheet = case[0], sheets.setdefault(case[0], [])
        for place, row in enumerate(rows_of_case):
            key = row[key_of(table)]
            sheet.append(row | {key_of(table): key and f"{number}:{key}"})
            sent[f"{table}.csv", len(sheet) + 1] = case, place
    came = {case: Came() for case in cases}
    files: dict[str, str | bytes] = {
        f"{name}.csv": as_csv(*sheet) for name, sheet in sheets.items()
    }
    with open_rows(folder, files) as evidence:
        for trouble in evidence.troubles:
            case, place = sent[trouble.file, trouble.line]
            came[case].told.append((place, trouble.column, trouble.value))
        for table in sheets:
            for one in column(evidence, table, key_of(table)):
                number, _, key = one.partition(":")
                came[list(cases)[int(number)]].used.append(key)
    return came


# table: earlier column and cell, later column and cell | whether the row can be used
ORDERS = """
assignments: from_date 2026-03-02 to_date 2026-03-01 | no
assignments: from_date 2026-03-02 to_date 2026-03-02 | yes
other_services: from_date 2026-03-02 to_date 2026-03-01 | no
stays: from_date 2026-03-02 to_date 2026-03-01 | no
coverages: from_date 2026-03-02 to_date 2026-03-01 | no
sign_offs: period_start 2026-03-31 period_end 2026-03-30 | no
time_entries: started_at 2026-03-01T12:00:00Z ended_at 2026-03-01T11:59:59Z | no
time_entries: started_at 2026-03-01T12:00:00Z ended_at 2026-03-01T12:00:00Z | no
time_entries: started_at 2026-03-01T12:00:00Z ended_at 2026-03-01T07:00:01-05:00 | yes
interactions: started_at 2026-03-01T12:00:00Z ended_at 2026-03-01T11:59:59Z | no
interactions: started_at 2026-03-01T12:00:00Z ended_at 2026-03-01T12:00:00Z | yes
consents: given_at 2026-03-01T12:00:00Z revoked_at 2026-03-01T11:00:00Z | no
consents: given_at 2026-03-01T12:00:00Z revoked_at 2026-03-01T12:00:00Z | yes
"""
ENDS = ORDERS.strip().splitlines()
REQUIRED = [(table, name) for table, row in PLAIN.items() for name in row if table != "devices"]
OTHER = {
    "time_zone": "UTC",
    "role": "physician",
    "kind": "cuff",
    "billing_performer_id": "PER-2",
    "entry": "manual",
    "payer_id": "OTHER",
}
BY_ONE_ID = [name for name in PLAIN if name != "assignments"]
STAND_IN_THE_WAY = ("other_services", "stays")
"""Tables of what may forbid a line: rows that say two things are both used."""
IN_DOUBT = {"time_entries", "consents"}
"""Of what claims minutes or takes back consent: such rows are told of and stay, under new ids."""


def one_by_one() -> Iterator[tuple[Case, list[Row]]]:
    """Give rows that are sound or wrong each by itself."""
    for table, name, good, bad in cells():
        key = key_of(table)
        yield (
            (table, name, "cells"),
            [{**PLAIN[table], key: f"X{n}", name: cell} for n, cell in enumerate(good + bad)],
        )
    for table, name in REQUIRED:
        yield (table, name, "blank"), [{**PLAIN[table], name: ""}]
    for line in ENDS:
        table, _, rest = line.partition(": ")
        earlier, first, later, second, *_ = rest.split(" ")
        yield (table, line), [{**PLAIN[table], earlier: first, later: second}]


def several_of_one_id() -> Iterator[tuple[Case, list[Row]]]:
    """Give rows that say the same, and rows that say two things, of one id."""
    for table, plain in PLAIN.items():
        yield (table, "same"), [plain] * 3
    for table in BY_ONE_ID:
        plain, name = PLAIN[table], list(PLAIN[table])[-1]
        changed = {**plain, name: OTHER.get(name, plain[name].replace("2026", "2027"))}
        kept = {**plain, key_of(table): "KEPT"}
        yield (table, "two contents"), [plain, changed, kept, plain]


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> dict[Case, Came]:
    """Open two folders, since of tables without any repetition nothing has to be made once."""
    both = (dict(one_by_one()), dict(several_of_one_id()))
    first, second = (opened_together(cases, tmp_path_factory.mktemp("rows")) for cases in both)
    return first | second


@pytest.mark.parametrize(("table", "name", "good", "bad"), cells())
def test_a_cell_is_read_or_its_row_set_aside(
    table: str, name: str, good: list[str], bad: list[str], came: dict[Case, Came]
) -> None:
    found = came[table, name, "cells"]
    assert found.told == [(len(good) + n, name, cell) for n, cell in enumerate(bad)]
    assert found.used == sorted(f"X{n}" for n in range(len(good)))


@pytest.mark.parametrize(("table", "name"), REQUIRED)
def test_a_required_cell_may_not_be_blank(table: str, name: str, came: dict[Case, Came]) -> None:
    found = came[table, name, "blank"]
    assert [place[:2] for place in found.told] == [(0, name)]
    assert found.used == []


@pytest.mark.parametrize("line", ENDS)
def test_ends_do_not_come_before_beginnings(line: str, came: dict[Case, Came]) -> None:
    table, _, rest = line.partition(": ")
    later, usable = rest.split(" ")[2], line.endswith("yes")
    found = came[table, line]
    assert [place[:2] for place in found.told] == ([] if usable else [(0, later)])
    assert found.used == ["X"] * usable


@pytest.mark.parametrize("table", BY_ONE_ID)
def test_one_id_with_two_contents_is_used_for_neither_unless_it_stands_in_the_way(
    table: str, came: dict[Case, Came]
) -> None:
    found, key = came[table, "two contents"], key_of(table)
    if table == "readings" or table in STAND_IN_THE_WAY:
        assert (found.used, found.told) == (["KEPT", "X", "X"], [])
    else:
        assert found.used == ["KEPT", "X #1", "X #2"][: 3 if table in IN_DOUBT else 1]
        assert [place[:2] for place in found.told] == [(place, key) for place in (0, 1, 3)]


@pytest.mark.parametrize("table", PLAIN)
def test_identical_rows_are_one_row(table: str, came: dict[Case, Came]) -> None:
    found = came[table, "same"]
    assert (len(found.used), found.told) == (1, [])


@pytest.mark.slow
def test_all_that_is_wrong_with_a_row_is_told_and_the_row_counted_once(tmp_path: Path) -> None:
    content = (
        "patient_id,time_zone,birth_date,death_date\nP1,Mars/Olympus,1950,x\n,UTC,,\nP3,UTC,,\n"
    )
    with open_rows(tmp_path, {"patients.csv": content}) as evidence:
        assert told(evidence) == [
            ("patients.csv", 2, "birth_date"),
            ("patients.csv", 2, "death_date"),
            ("patients.csv", 2, "time_zone"),
            ("patients.csv", 3, "patient_id"),
        ]
        assert evidence.counts["patients"] == (1, 2)
        assert all(trouble.expected and trouble.cure for trouble in evidence.troubles)


@pytest.mark.slow
def test_the_same_said_in_other_words_is_identical(tmp_path: Path) -> None:
    content = (
        "consent_id,patient_id,program,given_at\n"
        "C,PAT-NY,RPM,2026-03-01T12:00:00Z\nC,PAT-NY,RPM,2026-03-01T07:00:00-05:00\n"
        "C,PAT-NY,RPM,2026-03-01 07:00:00\n"
    )
    with open_rows(tmp_path, {"consents.csv": content}) as evidence:
        assert evidence.counts["consents"] == (1, 0)


@pytest.mark.slow
def test_a_bad_row_does_not_contradict_a_good_one(tmp_path: Path) -> None:
    content = (
        "stay_id,patient_id,kind,from_date,to_date\n"
        "S,P,snf,2026-03-01,\nS,P,snf,2026-03-02,2026-03-01\n"
    )
    with open_rows(tmp_path, {"stays.csv": content}) as evidence:
        assert rows(evidence, "stays", "stay_id, to_date") == [("S", None)]
        assert told(evidence) == [("stays.csv", 3, "to_date")]


@pytest.mark.slow
def test_a_device_may_change_hands_and_owners(tmp_path: Path) -> None:
    content = (
        "device_id,patient_id,from_date,to_date,owner\n"
        "D,PAT-NY,2026-01-01,2026-02-01,practice\nD,PAT-NY,2026-01-01,,practice\n"
    )
    with open_rows(tmp_path, {"assignments.csv": content}) as evidence:
        assert evidence.counts["assignments"] == (2, 0)


@pytest.mark.slow
def test_rows_of_a_device_complete_each_other(tmp_path: Path) -> None:
    content = (
        "device_id,kind,serial,fda_basis,fda_reference\nD,weight,SN1,,\nD,weight,,exempt,FRI\n"
    )
    with open_rows(tmp_path, {"devices.csv": content}) as evidence:
        columns = "device_id, kind, serial, fda_basis, fda_reference"
        assert rows(evidence, "devices", columns) == [("D", "weight", "SN1", "exempt", "FRI")]
        assert told(evidence) == []


@pytest.mark.slow
def test_rows_of_a_device_that_say_two_things_are_none(tmp_path: Path) -> None:
    content = "device_id,kind,fda_basis\nD,weight,none\nD,weight,exempt\nE,weight,\nE,weight,\n"
    with open_rows(tmp_path, {"devices.csv": content}) as evidence:
        assert rows(evidence, "devices", "device_id") == [("E",)]
        assert told(evidence) == [("devices.csv", 2, "device_id"), ("devices.csv", 3, "device_id")]
