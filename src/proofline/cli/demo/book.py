"""The sheets of the synthetic practice: rows by table, who works when, and the CSV files."""

from __future__ import annotations

import csv
from bisect import bisect_left
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

Row: TypeAlias = dict[str, str]

PRACTICE_NPI = "2000010019"
ELSEWHERE_NPI = "2000099998"
BILLER = "DEMO-NP-ADA"
OTHER_BILLER = "DEMO-DR-BO"
ROTA = ("DEMO-RN-CY", "DEMO-RN-DI", "DEMO-RN-ED", "DEMO-RN-FAY")
TRAP_NURSES = ("DEMO-RN-IDA", "DEMO-RN-JO")  # work only where a trap says so
NURSES = (*ROTA, *TRAP_NURSES)


class Book:
    """All rows of the practice while it is being made, in the order in which they were added."""

    def __init__(self) -> None:
        """Open the book with the practice and its people."""
        self.tables: dict[str, list[Row]] = {}
        self._busy: dict[str, list[tuple[float, float]]] = {nurse: [] for nurse in ROTA}
        self._add_people()

    def add(self, table: str, **cells: str) -> None:
        """Add a row; the column names are those of the evidence contract."""
        self.tables.setdefault(table, []).append(cells)

    def free_nurse(self, start: datetime, seconds: int) -> tuple[datetime, str]:
        """Book the first nurse who is free from that time on, or from a little later.

        Two patients must not claim one minute of one nurse by accident: that is a trap of its own.
        """
        while True:
            begin = start.timestamp()
            end = begin + seconds
            for nurse in ROTA:
                busy = self._busy[nurse]  # by time, and none on another: the last before is enough
                place = bisect_left(busy, (end, begin))
                if place == 0 or busy[place - 1][1] <= begin:
                    busy.insert(place, (begin, end))
                    return start, nurse
            start = later(start, 300)

    def leave_work_after(self, instant: datetime) -> None:
        """Leave out the stretches of work and the calls that end later."""
        for table in ("time_entries", "interactions"):
            rows = self.tables.get(table, [])
            ended = [datetime.fromisoformat(row["ended_at"]) for row in rows]
            kept = zip(rows, ended, strict=True)
            self.tables[table] = [row for row, end in kept if end <= instant]

    def leave_readings_after(self, instant: datetime) -> None:
        """Leave out the readings that arrive later; those without a time that can be read stay."""
        rows = self.tables.get("readings", [])
        self.tables["readings"] = [row for row in rows if not _arrives_after(row, instant)]

    def write(self, folder: Path) -> None:
        """Write every table as CSV, with the columns that its rows use."""
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in self.tables.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)

    def _add_people(self) -> None:
        practice = "DEMO-PRACTICE"
        self.add(
            "practices",
            practice_id=practice,
            name="Demonstration Practice (made up)",
            npi=PRACTICE_NPI,
            kind="practice",
            qualifying_apm="false",
            tax_id="123456789",
            address_line="2 Sample Street",
            city="Springfield",
            state="IL",
            postal_code="627010002",
        )
        roles = {BILLER: "npp", OTHER_BILLER: "physician"}
        npis = {BILLER: "2000020000", OTHER_BILLER: "2000020018"}
        for name in (BILLER, OTHER_BILLER, *NURSES):
            self.add(
                "performers",
                performer_id=name,
                role=roles.get(name, "clinical_staff"),
                name=f"Made-up {name.removeprefix('DEMO-').title()}",
                npi=npis.get(name, ""),
                practice_id=practice,
                bills_em="true" if name in roles else "false",
                employment="employed",
            )


def instant(moment: datetime) -> str:
    """Write an instant as RFC 3339 with the offset of its zone."""
    return moment.isoformat()


def later(moment: datetime, seconds: int) -> datetime:
    """Give the instant so many real seconds after another, across changes of the clock as well."""
    zone = moment.tzinfo
    assert zone is not None, "instants of the demonstration are aware"
    return datetime.fromtimestamp(moment.timestamp() + seconds, zone)


def day_after(moment: datetime, days: int) -> datetime:
    """Give the same hour on the wall so many days later."""
    return moment + timedelta(days=days)


def _arrives_after(reading: Row, instant: datetime) -> bool:
    try:
        return datetime.fromisoformat(reading["received_at"]) > instant
    except (KeyError, ValueError):
        return False
