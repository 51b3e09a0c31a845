"""Days and minutes where clocks and calendars turn, each reasoned by hand.

Every instant is written in UTC, so that the only one to find the local day is the engine. All
patients lie in one folder and are decided once by each clock; their ids keep them apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from proofline.decide import Clock, decide
from storybook import KEYS, Row, as_csv, tell

AS_OF = date(2026, 11, 21)
LAW_2025, LAW_2026 = "medicare-rpm/2025-10-01", "medicare-rpm/2026-01-01"
EMERGENCY, AFTERWARDS = "medicare-rpm/2023-01-01", "medicare-rpm/2023-05-12"
NEW_YORK = "America/New_York"

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ENOUGH = timedelta(days=80)  # nobody is asked about the years after
ASKED: dict[Clock, set[str]] = {"cycle": {"99454", "99445"}, "month": {"99457"}}

Facts = dict[str, Any]


@dataclass(frozen=True)
class Edge:
    """What was sent of one patient, and the facts that must come out by the first day of a period.

    `readings` are instants, `work` stretches as `from/to`; `expected` is of cycles and, for a start
    written as a month (`2026-03`), of calendar months.
    """

    name: str
    zone: str
    setup: str
    expected: Mapping[str, Facts]
    readings: str = ""
    work: str = ""
    covid: str = "-"

    def tables(self) -> dict[str, list[Row]]:
        """Give the evidence of a plain good patient, with these readings and this work."""
        readings = [f"measured_at={at}, received_at={at}" for at in self.readings.split()]
        work = [re.sub(r"(.*)/(.*)", r"started_at=\1, ended_at=\2", on) for on in self.work.split()]
        words = [
            f"zone = {self.zone}; setup = {self.setup}; enrollments.covid = {self.covid}",
            f"enrollments.end_date = {date.fromisoformat(self.setup) + ENOUGH}",
            *(f"at {self.setup} with {cells}" for cells in readings),
            *(f"1 min on {self.setup} with {cells}" for cells in work),
        ]
        story = tell("; ".join(words))
        return {
            table: [
                {column: self.own(column, cell) for column, cell in row.items()} for row in rows
            ]
            for table, rows in story.tables().items()
            if table != "sign_offs"
        }

    def own(self, column: str, cell: str) -> str:
        """Make an id the patient's own."""
        is_id = column in KEYS.values() or column.endswith("performer_id")
        return f"{self.name}: {cell}" if is_id else cell


# Days of 23, 24 and 25 hours ----------------------------------------------------------------------
#
# The day is the last of a first cycle. Readings come in the last second before it, in its first and
# in its last second, and in the first second after it: two days for the first cycle, one for the
# second. A count by UTC date, on which nothing rests, comes to other days. Somebody works from
# seven minutes before the day until thirteen after it.
#
# zone              8 March begins and ends     2 November begins and ends  hours UTC days of the
#                   2026, in UTC                2025, in UTC                of each two cycles
DAYS_OF_CHANGE = """
America/New_York    2026-03-08T05 2026-03-09T04 2025-11-02T04 2025-11-03T05 23 25 1 1
America/Chicago     2026-03-08T06 2026-03-09T05 2025-11-02T05 2025-11-03T06 23 25 1 1
America/Denver      2026-03-08T07 2026-03-09T06 2025-11-02T06 2025-11-03T07 23 25 1 1
America/Phoenix     2026-03-08T07 2026-03-09T07 2025-11-02T07 2025-11-03T07 24 24 1 1
America/Los_Angeles 2026-03-08T08 2026-03-09T07 2025-11-02T07 2025-11-03T08 23 25 1 1
America/Anchorage   2026-03-08T09 2026-03-09T08 2025-11-02T08 2025-11-03T09 23 25 1 1
Pacific/Honolulu    2026-03-08T10 2026-03-09T10 2025-11-02T10 2025-11-03T10 24 24 1 1
America/Puerto_Rico 2026-03-08T04 2026-03-09T04 2025-11-02T04 2025-11-03T04 24 24 1 1
Pacific/Guam        2026-03-07T14 2026-03-08T14 2025-11-01T14 2025-11-02T14 24 24 2 0
Pacific/Pago_Pago   2026-03-08T11 2026-03-09T11 2025-11-02T11 2025-11-03T11 24 24 1 1
"""


def days_of_change() -> Iterator[Edge]:
    """Give a patient for each zone and each of the two days."""
    for row in DAYS_OF_CHANGE.strip().splitlines():
        zone, *hours, short, long, utc, later_utc = row.split()
        spring, autumn = ("2026-02-07", "2026-03-09"), ("2025-10-04", "2025-11-03")
        for (setup, second), day, length in (
            (spring, hours[:2], int(short)),
            (autumn, hours[2:], int(long)),
        ):
            begins, ends = (datetime.fromisoformat(f"{hour}:00+00:00") for hour in day)
            counts = {"transmission_days": 2, "utc_days": int(utc)}
            later = {"transmission_days": 1, "utc_days": int(later_utc)}
            yield Edge(
                name=f"{zone} until {second}",
                zone=zone,
                setup=setup,
                readings=stamps(begins - SECOND, begins, ends - SECOND, ends).replace("/", " "),
                work=stamps(begins - 7 * MINUTE, ends + 13 * MINUTE),
                expected={
                    setup: counts | {"treatment_minutes": 7 + length * 60},
                    second: later | {"treatment_minutes": 13},
                },
            )


def stamps(*instants: datetime) -> str:
    """Write instants as the contract does, with strokes between them."""
    return "/".join(instant.isoformat().replace("+00:00", "Z") for instant in instants)


# A new month on the day on which summer time ends, and a new year ---------------------------------
#
# Somebody works from seven minutes before local midnight until thirteen after it.

# zone              1 November 2026 1 January 2026, in UTC
MIDNIGHTS = """
America/New_York    2026-11-01T04   2026-01-01T05
America/Chicago     2026-11-01T05   2026-01-01T06
America/Denver      2026-11-01T06   2026-01-01T07
America/Phoenix     2026-11-01T07   2026-01-01T07
America/Los_Angeles 2026-11-01T07   2026-01-01T08
America/Anchorage   2026-11-01T08   2026-01-01T09
Pacific/Honolulu    2026-11-01T10   2026-01-01T10
America/Puerto_Rico 2026-11-01T04   2026-01-01T04
Pacific/Guam        2026-10-31T14   2025-12-31T14
Pacific/Pago_Pago   2026-11-01T11   2026-01-01T11
"""


def midnights() -> Iterator[Edge]:
    """Give a patient for each zone and each of the two midnights."""
    for row in MIDNIGHTS.strip().splitlines():
        zone, *hours = row.split()
        autumn = ("2026-10-03", ("2026-10", LAW_2026), ("2026-11", LAW_2026))
        winter = ("2025-12-03", ("2025-12", LAW_2025), ("2026-01", LAW_2026))
        for (setup, before, after), hour in zip((autumn, winter), hours, strict=True):
            midnight = datetime.fromisoformat(f"{hour}:00+00:00")
            yield Edge(
                name=f"{zone} into {after[0]}",
                zone=zone,
                setup=setup,
                work=stamps(midnight - 7 * MINUTE, midnight + 13 * MINUTE),
                expected={
                    before[0]: {"treatment_minutes": 7, "pack": before[1]},
                    after[0]: {"treatment_minutes": 13, "pack": after[1]},
                },
            )


# Leap days, the turn of the year, the end of the emergency ----------------------------------------

CALENDARS = [
    Edge(
        "leap February: the thirtieth day is 1 March",
        NEW_YORK,
        "2024-02-01",
        readings="2024-02-28T12:00:00Z 2024-02-29T12:00:00Z "
        "2024-03-01T12:00:00Z 2024-03-02T12:00:00Z",
        work="2024-02-29T12:00:00Z/2024-02-29T12:20:00Z 2024-03-01T04:53:00Z/2024-03-01T05:13:00Z",
        expected={
            "2024-02-01": {"end": "2024-03-01", "transmission_days": 3, "utc_days": 3},
            "2024-03-02": {"end": "2024-03-31", "transmission_days": 1, "utc_days": 1},
            "2024-02": {"end": "2024-02-29", "treatment_minutes": 27},
            "2024-03": {"end": "2024-03-31", "treatment_minutes": 13},
        },
    ),
    Edge(
        "another February: it is 2 March",
        NEW_YORK,
        "2023-02-01",
        readings="2023-02-28T12:00:00Z 2023-03-01T12:00:00Z "
        "2023-03-02T12:00:00Z 2023-03-03T12:00:00Z",
        work="2023-02-28T12:00:00Z/2023-02-28T12:20:00Z 2023-03-01T04:53:00Z/2023-03-01T05:13:00Z",
        expected={
            "2023-02-01": {"end": "2023-03-02", "transmission_days": 3, "utc_days": 3},
            "2023-03-03": {"end": "2023-04-01", "transmission_days": 1, "utc_days": 1},
            "2023-02": {"end": "2023-02-28", "treatment_minutes": 27},
            "2023-03": {"end": "2023-03-31", "treatment_minutes": 13},
        },
    ),
    Edge(
        "set up on a leap day",
        NEW_YORK,
        "2024-02-29",
        # Half past eleven on the evening of 28 March is half past three of the 29th in UTC.
        readings="2024-02-29T12:00:00Z 2024-03-29T03:30:00Z "
        "2024-03-29T12:00:00Z 2024-03-30T12:00:00Z",
        expected={
            "2024-02-29": {"end": "2024-03-29", "transmission_days": 3, "utc_days": 2},
            "2024-03-30": {"end": "2024-04-28", "transmission_days": 1, "utc_days": 1},
        },
    ),
    Edge(
        "the cycle ends on New Year's Day in New York",
        NEW_YORK,
        "2025-12-03",
        # The last second of 31 December, the first and the last of 1 January, the first of the 2nd.
        readings="2026-01-01T04:59:59Z 2026-01-01T05:00:00Z "
        "2026-01-02T04:59:59Z 2026-01-02T05:00:00Z",
        expected={
            "2025-12-03": {
                "pack": LAW_2026,
                "transmission_days": 2,
                "transmission_days_in_force": 1,
                "utc_days": 1,
            },
            "2026-01-02": {"pack": LAW_2026, "transmission_days": 1, "utc_days": 1},
        },
    ),
    Edge(
        "the cycle ends on New Year's Day on Guam",
        "Pacific/Guam",
        "2025-12-03",
        readings="2025-12-31T13:59:59Z 2025-12-31T14:00:00Z "
        "2026-01-01T13:59:59Z 2026-01-01T14:00:00Z",
        expected={
            "2025-12-03": {
                "pack": LAW_2026,
                "transmission_days": 2,
                "transmission_days_in_force": 1,
                "utc_days": 2,
            },
            "2026-01-02": {"pack": LAW_2026, "transmission_days": 1, "utc_days": 0},
        },
    ),
    Edge(
        "the cycle ends on New Year's Eve",
        NEW_YORK,
        "2025-12-02",
        readings="2026-01-01T04:59:59Z 2026-01-01T05:00:00Z "
        "2026-01-02T04:59:59Z 2026-01-02T05:00:00Z",
        expected={
            "2025-12-02": {"pack": LAW_2025, "transmission_days": 1, "utc_days": 0},
            "2026-01-01": {
                "pack": LAW_2026,
                "transmission_days": 2,
                "transmission_days_in_force": 2,
                "utc_days": 2,
            },
        },
    ),
]

# The emergency ended on 11 May 2023: the last second of 10 May, the last of 11, the first of 12.
MAY = "2023-05-11T03:59:59Z 2023-05-12T03:59:59Z 2023-05-12T04:00:00Z"
TO_THE_LAST_DAY = {"pack": EMERGENCY, "transmission_days": 2, "utc_days": 1}
THE_DAY_AFTER = {"pack": AFTERWARDS, "transmission_days": 1, "utc_days": 1}

EMERGENCIES = [
    Edge(
        f"the emergency, COVID-19 {covid}",
        NEW_YORK,
        "2023-04-12",
        readings=MAY,
        covid=covid,
        expected={"2023-04-12": TO_THE_LAST_DAY | days, "2023-05-12": THE_DAY_AFTER},
    )
    for covid, days in [
        ("true", {"phe_transmission_days": 16}),
        ("false", {"phe_transmission_days": 2}),
        ("-", {"phe_transmission_days": 2, "phe_transmission_days_possible": 16}),
    ]
] + [
    Edge(
        "the day after the emergency",
        NEW_YORK,
        "2023-04-13",
        readings=MAY,
        covid="true",
        expected={
            "2023-04-13": {
                "pack": AFTERWARDS,
                "transmission_days": 3,
                "utc_days": 2,
                "phe_transmission_days": None,
            },
        },
    )
]

# An instant without an offset is the patient's; an hour that the clock shows twice is the first.
WALLS = [
    Edge(
        "half past one until half past three, two o'clock left out",
        NEW_YORK,
        "2026-02-07",
        work="2026-03-08T01:30:00/2026-03-08T03:30:00",
        expected={"2026-02-07": {"treatment_minutes": 60}},
    ),
    Edge(
        "half past one until half past two, one o'clock shown twice",
        NEW_YORK,
        "2025-10-04",
        work="2025-11-02T01:30:00/2025-11-02T02:30:00",
        expected={"2025-10-04": {"treatment_minutes": 60}},  # never an hour longer for it
    ),
    Edge(
        "the last second of the cycle in Arizona",
        "America/Phoenix",
        "2026-02-07",
        readings="2026-03-08T23:59:59",
        expected={
            "2026-02-07": {"transmission_days": 1, "utc_days": 0},
            "2026-03-09": {"transmission_days": 0, "utc_days": 1},
        },
    ),
]

EDGES = [*days_of_change(), *midnights(), *CALENDARS, *EMERGENCIES, *WALLS]


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Facts]:
    """Decide all patients together by each clock; give the facts by patient and period."""
    tables: dict[str, list[Row]] = defaultdict(list)
    for edge in EDGES:
        for name, rows in edge.tables().items():
            tables[name] += rows
    folder = tmp_path_factory.mktemp("edges")
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(as_csv(rows), encoding="utf-8")
    found: dict[tuple[str, str], Facts] = defaultdict(dict)
    for clock, codes in ASKED.items():
        for made in decide(folder, as_of=AS_OF, clock=clock, strict=True):
            if made["code"] in codes:
                period = made["period"]
                start = period["start"] if clock == "cycle" else period["start"][:7]
                told = {"end": period["end"], "pack": made["pack"], **made["facts"]}
                found[made["patient_id"].rpartition(": ")[0], start] |= told
    return found


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.name)
def test_of_the_engine(edge: Edge, came: Mapping[tuple[str, str], Facts]) -> None:
    for start, facts in edge.expected.items():
        told = came[edge.name, start]
        assert {name: told.get(name) for name in facts} == facts, start


def test_every_zone_of_the_states_is_among_them() -> None:
    assert len({edge.zone for edge in EDGES}) == 10
    assert len({edge.name for edge in EDGES}) == len(EDGES)
