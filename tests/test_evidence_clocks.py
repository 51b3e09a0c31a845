"""Zones and instants: spans partition all time, and a stamp without an offset is the patient's."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata  # type: ignore[import-untyped]

from evidence_rows import BOOK, READING, column, open_rows, rows, told
from oracle.book import stretch
from proofline.evidence.tables import TABLE
from proofline.evidence.zones import FIRST_US, LAST_US, TZDATA_VERSION, zone_names, zone_spans

ZONES = [
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"),
    *("America/Los_Angeles", "America/Anchorage", "America/Adak", "Pacific/Honolulu"),
    *("America/Puerto_Rico", "Pacific/Guam", "Pacific/Pago_Pago", "America/Boise"),
    *("Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"),
]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def us(text: str) -> int:
    """Microseconds since 1970 of an instant with its offset."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize("zone", ZONES)
def test_spans_partition_all_time(zone: str) -> None:
    spans = zone_spans(zone)
    assert (spans[0][0], spans[-1][1]) == (FIRST_US, LAST_US)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert all(before[2] != after[2] for before, after in pairwise(spans))


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_offsets_agree_with_zoneinfo_hour_by_hour(zone: str) -> None:
    with (Path(tzdata.__file__).parent / "zoneinfo" / zone).open("rb") as file:
        known = ZoneInfo.from_file(file)  # the machine's own edition may be another
    spans = iter(zone_spans(zone))
    _, until, offset = next(spans)
    for hour in range(30 * 8766, 62 * 8766):  # 2000 to 2032
        while hour * 3_600_000_000 >= until:
            _, until, offset = next(spans)
        shown = datetime.fromtimestamp(hour * 3600, known).utcoffset()
        assert shown == timedelta(microseconds=offset), hour


# The days on which the clocks of the United States changed, by the published dates.
CHANGES = {
    "America/New_York": ["2026-03-08T02:00:00-05:00", "2026-11-01T02:00:00-04:00"],
    "America/Los_Angeles": ["2026-03-08T02:00:00-08:00", "2026-11-01T02:00:00-07:00"],
    "America/Adak": ["2026-03-08T02:00:00-10:00", "2026-11-01T02:00:00-09:00"],
    "America/Phoenix": [],
    "Pacific/Honolulu": [],
    "America/Puerto_Rico": [],
    "Pacific/Guam": [],
}


@pytest.mark.parametrize("zone", CHANGES)
def test_changes_are_exact_to_the_second(zone: str) -> None:
    year = (us("2026-01-01T00:00:00Z"), us("2027-01-01T00:00:00Z"))
    starts = [start for start, _, _ in zone_spans(zone) if year[0] <= start < year[1]]
    assert starts == [us(text) for text in CHANGES[zone]]


def test_a_week_of_summer_time_is_found() -> None:
    """In October 2000 Pernambuco put its clocks forward, and back after a week."""
    turned = [us("2000-10-08T00:00:00-03:00"), us("2000-10-15T00:00:00-02:00")]
    assert [start for start, _, _ in zone_spans("America/Recife")][2:4] == turned


@pytest.mark.slow
@pytest.mark.parametrize("zone", sorted(zone_names()))
def test_offsets_of_every_zone_agree_with_zoneinfo_day_by_day(zone: str) -> None:
    with (Path(tzdata.__file__).parent / "zoneinfo" / zone).open("rb") as file:
        known = ZoneInfo.from_file(file)
    days = [datetime.fromtimestamp(day * 86_400, known) for day in range(10_958, 29_220)]
    starts = [start for start, _, _ in zone_spans(zone)]
    turned = [day for day, after in pairwise(days) if day.utcoffset() != after.utcoffset()]
    assert len(turned) == len([one for one in starts if us("2000-01-01T00:00:00Z") < one])
    for start, end, offset in zone_spans(zone)[1:-1]:
        for second in (start // 1_000_000, end // 1_000_000 - 1):
            shown = datetime.fromtimestamp(second, known).utcoffset()
            assert shown == timedelta(microseconds=offset), second


@pytest.mark.slow
def test_every_zone_of_the_database_has_spans_and_they_are_quick() -> None:
    names = sorted(zone_names() - set(ZONES))
    assert len(names) > 400
    zone_spans.cache_clear()
    began = time.process_time()
    assert all(zone_spans(name) for name in names)
    assert time.process_time() - began < 0.01 * len(names)


def test_the_edition_of_the_zones_is_told() -> None:
    assert TZDATA_VERSION >= "2026a"


# zone | as written | the instant meant
NAIVE = [
    ("America/Phoenix", "2026-07-01T23:30:00", "2026-07-01T23:30:00-07:00"),
    ("Pacific/Honolulu", "2026-03-08T02:30:00", "2026-03-08T02:30:00-10:00"),
    ("America/Puerto_Rico", "2026-03-08 02:30:00", "2026-03-08T02:30:00-04:00"),
    ("America/New_York", "2026-03-08T01:59:59.999999", "2026-03-08T01:59:59.999999-05:00"),
    ("America/New_York", "2026-03-08T02:30:00", "2026-03-08T03:30:00-04:00"),  # never shown
    ("America/New_York", "2026-03-08T03:00:00", "2026-03-08T03:00:00-04:00"),
    ("America/New_York", "2026-11-01T00:59:59", "2026-11-01T00:59:59-04:00"),
    ("America/New_York", "2026-11-01T01:30:00", "2026-11-01T01:30:00-04:00"),  # shown twice
    ("America/New_York", "2026-11-01T02:00:00", "2026-11-01T02:00:00-05:00"),
    ("America/New_York", "2026-11-01T02:00:00Z", "2026-11-01T02:00:00Z"),
    ("Pacific/Guam", "2026-01-01T00:00:00", "2026-01-01T00:00:00+10:00"),
]


INSTANTS = {
    "readings": "measured_at",
    "consents": "given_at",
    "time_entries": "started_at",
    "interactions": "started_at",
    "sign_offs": "signed_at",
}


@pytest.fixture(scope="module")
def meant_by_all(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, int]]]:
    """Read every stamp in every table, each of a patient, a device and an enrollment of its own."""
    files = dict(BOOK)
    files["patients.csv"] += "PAT-FAR,Asia/Tokyo\n"
    files |= {
        "readings.csv": READING,
        "consents.csv": "consent_id,patient_id,program,given_at\n",
        "time_entries.csv": "entry_id,enrollment_id,performer_id,started_at,ended_at\n",
        "interactions.csv": "interaction_id,enrollment_id,channel,started_at\n",
        "sign_offs.csv": "sign_off_id,enrollment_id,period_start,period_end,performer_id,"
        "signed_at\n",
    }
    for n, (zone, written, _) in enumerate(NAIVE):
        files["patients.csv"] += f"PAT-{n},{zone}\n"
        files["enrollments.csv"] += f"ENR-{n},PAT-{n},RPM,PER-1\n"
        files["assignments.csv"] += f"DEV-{n},PAT-{n},2025-12-01,\n"
        files["readings.csv"] += f"{n},DEV-{n},PAT-{n},M,1,{written},automatic\n"
        files["readings.csv"] += f"{n}-unnamed,DEV-{n},,M,1,{written},automatic\n"
        files["consents.csv"] += f"{n},PAT-{n},RPM,{written}\n"
        files["time_entries.csv"] += f"{n},ENR-{n},PER-1,{written},2027-01-01T00:00:00\n"
        files["interactions.csv"] += f"{n},ENR-{n},phone,{written}\n"
        files["sign_offs.csv"] += f"{n},ENR-{n},2026-01-01,2026-01-30,PER-1,{written}\n"
    with open_rows(tmp_path_factory.mktemp("stamps"), dict(files)) as evidence:
        assert told(evidence) == []
        return {
            table: rows(evidence, table, f"{TABLE[table].key[0]}, {name}")
            for table, name in INSTANTS.items()
        }


@pytest.mark.parametrize("number", range(len(NAIVE)), ids=lambda n: " ".join(NAIVE[n][:2]))
def test_a_stamp_without_an_offset_is_the_patients(
    number: int, meant_by_all: dict[str, list[tuple[str, int]]]
) -> None:
    for table, instants in meant_by_all.items():
        meant = us(NAIVE[number][2])
        if table == "time_entries" and NAIVE[number][1] == "2026-11-01T01:30:00":
            meant += 3_600_000_000  # a start that is shown twice is the second: see below
        found = {name: at for name, at in instants if name.partition("-")[0] == f"{number}"}
        several = [f"{number}", f"{number}-unnamed"] if table == "readings" else [f"{number}"]
        assert found == dict.fromkeys(several, meant), table


# start and end as written in New York, where two o'clock is one again that night | seconds between
STRETCHES = [
    ("2026-11-01T01:50:00", "2026-11-01T02:10:00", 20 * 60),
    ("2026-11-01T01:10:00", "2026-11-01T01:40:00", 30 * 60),
    ("2026-11-01T00:50:00", "2026-11-01T01:10:00", 20 * 60),
    ("2026-11-01T01:50:00", "2026-11-01T02:10:00-05:00", 20 * 60),
    ("2026-11-01T01:50:00", "2026-11-01T01:10:00-05:00", 20 * 60),  # begun before, ended after
    ("2026-11-01T01:50:00-04:00", "2026-11-01T02:10:00", 80 * 60),  # told by an offset
    ("2026-11-01T00:59:59", "2026-11-01T02:00:00", 7_201),
]


@pytest.mark.slow
def test_no_stretch_of_work_is_an_hour_longer_because_the_clock_is_put_back(tmp_path: Path) -> None:
    files = dict(BOOK)
    files["patients.csv"] += "PAT-N,America/New_York\n"
    files["enrollments.csv"] += "ENR-N,PAT-N,RPM,PER-1\n"
    files["time_entries.csv"] = "entry_id,enrollment_id,performer_id,started_at,ended_at\n"
    for n, (start, end, _) in enumerate(STRETCHES):
        files["time_entries.csv"] += f"{n},ENR-N,PER-1,{start},{end}\n"
    with open_rows(tmp_path, dict(files)) as evidence:
        assert told(evidence) == []
        found = dict(rows(evidence, "time_entries", "entry_id, ended_at - started_at"))
    wanted = {f"{n}": seconds * 1_000_000 for n, (*_, seconds) in enumerate(STRETCHES)}
    assert found == wanted
    zone = ZoneInfo("America/New_York")
    for start, end, seconds in STRETCHES:
        first, after = stretch({"started_at": start, "ended_at": end}, zone)
        assert after - first == seconds * 1_000_000


@pytest.mark.slow
def test_only_a_stamp_without_an_offset_is_marked(tmp_path: Path) -> None:
    head = READING.replace("entry", "received_at,time_quality,entry")
    lines = (
        "R1,DEV-NY,,M,1,2026-03-01T12:00:00,,device,automatic\n"
        "R2,DEV-NY,,M,1,2026-03-01T12:00:00Z,2026-03-01T07:00:00,device,automatic\n"
        "R3,DEV-NY,,M,1,2026-03-01T12:00:00Z,,,automatic\n"
    )
    with open_rows(tmp_path, {"readings.csv": head + lines}) as evidence:
        assert rows(evidence, "readings", "reading_id, time_quality, received_at") == [
            ("R1", "local-clock", None),
            ("R2", "device", us("2026-03-01T12:00:00Z")),
            ("R3", None, None),
        ]


# device | patient named | stamp | the instant meant, or none: the row is set aside
WORN = [
    ("DEV-MOVED", "", "2026-03-10T12:00:00", "2026-03-10T12:00:00-04:00"),
    ("DEV-MOVED", "", "2026-03-20T12:00:00", "2026-03-20T12:00:00-07:00"),
    ("DEV-MOVED", "PAT-NY", "2026-03-20T12:00:00", "2026-03-20T12:00:00-04:00"),
    ("DEV-MOVED", "", "2026-03-15T12:00:00", None),  # with two patients of two zones
    ("DEV-MOVED", "", "2026-03-15T12:00:00-05:00", "2026-03-15T12:00:00-05:00"),
    ("DEV-SHARED", "", "2026-03-15T12:00:00", "2026-03-15T12:00:00-04:00"),  # two of one zone
    ("DEV-NY", "", "2025-12-31T23:59:59", None),  # before anybody had it
    ("DEV-NY", "", "2026-01-01T00:00:00", "2026-01-01T00:00:00-05:00"),
    ("DEV-LOST", "", "2026-03-15T12:00:00", None),
    ("DEV-NY", "PAT-UNKNOWN", "2026-03-15T12:00:00", None),
    ("DEV-ZONELESS", "", "2026-03-15T12:00:00", None),  # the patient's row was set aside
]


@pytest.fixture(scope="module")
def worn(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], list[int]]:
    """Read all of them at once: the instant of each reading, and the lines set aside."""
    lines = (
        f"{n},{device},{patient},M,1,{written},automatic\n"
        for n, (device, patient, written, _) in enumerate(WORN)
    )
    folder: dict[str, str | bytes] = {
        "patients.csv": BOOK["patients.csv"] + "PAT-NY2,America/New_York\nPAT-BAD,Nowhere\n",
        "assignments.csv": BOOK["assignments.csv"]
        + "DEV-MOVED,PAT-NY,2026-03-01,2026-03-15\nDEV-MOVED,PAT-AZ,2026-03-15,\n"
        + "DEV-SHARED,PAT-NY,2026-03-01,\nDEV-SHARED,PAT-NY2,2026-03-01,\n"
        + "DEV-ZONELESS,PAT-BAD,2026-03-01,\n",
        "readings.csv": READING + "".join(lines),
    }
    with open_rows(tmp_path_factory.mktemp("worn"), folder) as evidence:
        aside = [place for place in told(evidence) if place[0] == "readings.csv"]
        assert {name for _, _, name in aside} == {"measured_at"}
        found = dict(rows(evidence, "readings", "reading_id, measured_at"))
        return found, [line for _, line, _ in aside]


@pytest.mark.parametrize("number", range(len(WORN)), ids=lambda n: " ".join(WORN[n][:3]))
def test_a_stamp_without_patient_or_offset_is_the_wearers(
    number: int, worn: tuple[dict[str, int], list[int]]
) -> None:
    found, aside = worn
    meant = WORN[number][3]
    assert found.get(f"{number}") == (us(meant) if meant else None)
    assert (number + 2 in aside) == (meant is None)


@pytest.mark.slow
def test_the_only_stamp_without_an_offset_may_be_in_a_bad_row(tmp_path: Path) -> None:
    lines = "R1,DEV-NY,,M,1,2026-03-01T12:00:00,auto\nR2,DEV-NY,,M,1,2026-03-01T12:00:00Z,manual\n"
    with open_rows(tmp_path, {"readings.csv": READING + lines}) as evidence:
        assert column(evidence, "readings", "reading_id") == ["R2"]
        assert told(evidence) == [("readings.csv", 2, "entry")]


@pytest.mark.slow
def test_spans_are_there_for_the_zones_in_use_only(tmp_path: Path) -> None:
    with open_rows(tmp_path, {}) as evidence:
        zones = column(evidence, "(SELECT DISTINCT time_zone FROM zone_spans)", "time_zone")
        assert zones == ["America/New_York", "America/Phoenix"]
        spans = rows(evidence, "zone_spans", "time_zone, from_us, to_us, offset_us")
        assert spans == sorted((zone, *span) for zone in zones for span in zone_spans(zone))
