"""A little evidence in SQLite: the rows, the troubles and the counts are those of DuckDB."""

from __future__ import annotations

import random
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from evidence_rows import AS_OF, READING, lay
from evidence_strategies import Tables, folders, write
from proofline.decide import Asked, opened
from proofline.evidence import RELATIONS, Memory, Trouble, open_evidence
from proofline.evidence.cells import read_cell
from proofline.evidence.connecting import is_little
from proofline.evidence.contract import Column, Kind
from proofline.evidence.database import Database, insert_rows
from proofline.evidence.folder import find_tables
from proofline.evidence.sqlite import Small, in_memory
from sampling import examples

THOROUGH = examples(6, 15)
TIME = "entry_id,enrollment_id,performer_id,activity,started_at,ended_at\n"

Told = tuple[dict[str, list[tuple[Any, ...]]], dict[str, tuple[int, int]], list[Trouble]]

TRAPS: dict[str, str | bytes] = {
    "devices.csv": "device_id,kind,fda_basis\n"
    "DEV-NY,blood_pressure,\nDEV-NY,,510k\nD2,scale,none\nD2,cuff,none\n,scale,\nD3,scale,x\n",
    "readings.csv": READING.replace("entry", "received_at,entry")
    + "R1,DEV-NY,,M,1,2026-03-08T02:30:00,,automatic\n"  # an hour that the clock skips
    "R2,DEV-NY,PAT-NY,M,1,2026-11-01T01:30:00,,automatic\n"  # one that it shows twice
    "R3,DEV-AZ,,M,1,2026-03-01T12:00:00.1234567+05:30,,automatic\n"
    "R4,NOBODYS,,M,1,2026-03-01T12:00:00,,automatic\n"  # nobody's clock
    "R5,DEV-NY,PAT-NY,M,1,2026-02-29T12:00:00Z,,automatic\n"
    "R6,DEV-NY,PAT-NY,M,1.5e3,2026-02-27T12:00:00Z,,automatic\n"
    "R7,DEV-NY,PAT-NY,M,1,2026-02-27T12:00:00Z,2026-03-01T00:00:00Z,automatic\n"
    "R7,DEV-NY,PAT-NY,M,2,2026-02-27T12:00:00Z,2026-03-02T00:00:00Z,automatic\n"
    "R8,DEV-NY,PAT-NY,M,1,2026-02-27T12:00:00Z,2026-03-01T00:00:00Z,automatic\n"
    "R8,DEV-NY,PAT-NY,M,1,2026-02-27T13:00:00Z,2026-03-01T00:00:00Z,automatic\n"
    "R9,DEV-NY,PAT-NY,M,1,2026-02-27T12:00:00Z, \t,Automatic\n"
    "R9,DEV-NY,PAT-NY,M,1,2026-02-27T12:00:00Z,,automatic\n"
    "R9,DEV-NY,PAT-NY,M,1,2026-02-27T12:00:00Z,,automatic\n",
    "time_entries.csv": TIME + "T1,ENR-NY,PER-1,review,2026-11-01T01:50:00,2026-11-01T01:10:00\n"
    "T2,ENR-NY,PER-1,review,2026-03-01T12:10:00,2026-03-01T12:00:00\n"
    "T3,ENR-NY,PER-1,review,2026-03-01T12:00:00-05:00,2026-03-01T12:10:00\n",
    "stays.ndjson": '{"stay_id": "S", "patient_id": "PAT-NY", "kind": "prison"}\nnot JSON\n'
    '{"stay_id": "S2", "patient_id": "PAT-NY", "kind": "inpatient", "from_date": "2026-03-01"}\n',
}


def told(folder: Path, as_of: date, enrollment_id: str | None, *, few: bool) -> Told:
    """Give all rows of every relation, the counts and the troubles."""
    how = {"enrollment_id": enrollment_id, "memory": Memory(few=few)}
    with open_evidence(folder, as_of=as_of, **how) as evidence:  # type: ignore[arg-type]
        assert isinstance(evidence.connection, Small) is few
        found = {
            name: evidence.connection.execute(f"SELECT * FROM {name}").fetchall()
            for name in RELATIONS
        }
        rows = {name: sorted(of, key=_placed) for name, of in found.items()}
        return rows, evidence.counts, evidence.troubles


def _placed(row: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return [(cell is None, cell) for cell in row]


def assert_alike(folder: Path, as_of: date, enrollment_id: str | None = None) -> Told:
    ours, theirs = (told(folder, as_of, enrollment_id, few=few) for few in (True, False))
    assert ours == theirs
    return ours


@pytest.mark.slow
@pytest.mark.parametrize("enrollment_id", [None, "ENR-NY", "nobody's"])
def test_traps_are_told_alike(enrollment_id: str | None, tmp_path: Path) -> None:
    rows, _, troubles = assert_alike(lay(tmp_path, TRAPS), AS_OF, enrollment_id)
    if enrollment_id != "nobody's":
        # R4 waits for its device; of R5 there is no such day, R6 no plain number, R9 no such word.
        wrong = {(one.table, one.line) for one in troubles}
        assert wrong >= {("readings", 6), ("readings", 7), ("readings", 12)} or enrollment_id
        assert len(rows["superseded_readings"]) == 3  # of R7 the first, of R8 both
        assert ("T2" in {row[0] for row in rows["time_entries"]}) is False


@pytest.mark.slow
@settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(folders())
def test_anything_is_told_alike(evidence: tuple[Tables, date]) -> None:
    tables, as_of = evidence
    with tempfile.TemporaryDirectory() as folder:
        assert_alike(write(tables, Path(folder)), as_of)


@pytest.mark.slow
@settings(
    max_examples=THOROUGH,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(folders())
def test_anything_is_told_alike_many_times(evidence: tuple[Tables, date]) -> None:
    tables, as_of = evidence
    with tempfile.TemporaryDirectory() as folder:
        assert_alike(write(tables, Path(folder)), as_of)
        for row in tables.get("enrollments", [])[:1]:
            assert_alike(Path(folder), as_of, row["enrollment_id"])


PARTS = (
    ("1899", "1900", "2026", "2199", "2200", "0000", "0001", "9999", "\u0662\u0660\u0662\u0666"),
    tuple(f"-{month:02}" for month in range(14)),
    tuple(f"-{day:02}" for day in range(33)),
    ("", "T", "t", " "),
    ("", "00:00:00", "07:12:59", "23:59:60", "24:00:00", "07:12"),
    ("", ".", ".5", ".999999", ".9999999", ".1234565", ".123456789012"),
    ("", "Z", "z", "+00", "-05:00", "+05:30", "+23:59", "-24:00", "Z\n", " "),
)
NUMBERS = ("1.5", "+1", "-0", "1.", ".5", "\u00bd", "1e3", "9" * 18, "9" * 19, "1." + "1" * 18)
WORDS = ("true", "True", " ", "\t\r\n", "\u00a0", "infinity", "epoch", "1." + "1" * 19)
KINDS: list[Kind] = ["instant", "date", "number", "boolean", "text"]


@pytest.mark.slow
def test_a_cell_says_the_same() -> None:
    dice = random.Random(7)  # noqa: S311 - made-up data
    stamps = ["".join(map(dice.choice, PARTS[: dice.choice([3, 7, 7])])) for _ in range(5_000)]
    rows = [(str(place), text) for place, text in enumerate([*stamps, *NUMBERS, *WORDS])]
    with closing(in_memory()) as small, duckdb.connect() as large:
        large.execute("SET TimeZone = 'UTC'")
        databases: tuple[Database, ...] = (small, large)
        for each in databases:
            each.execute("CREATE TABLE sent(place BIGINT, cell VARCHAR)")
            insert_rows(each, "sent", rows)
        for kind in KINDS:
            cell = read_cell(Column(kind, "cell", ""), "VARCHAR")
            good = f"({cell.wrong or 'FALSE'}) IS NOT TRUE"
            naive = cell.naive or "FALSE"
            asked = (
                f"SELECT cell, {cell.blank}, {good}, CASE WHEN {good} THEN {cell.value} END,"
                f" CASE WHEN {good} AND {naive} THEN {cell.local or 'NULL'} END"
                " FROM sent ORDER BY place"
            )
            ours = small.execute(asked).fetchall()
            assert ours == large.execute(asked).fetchall()
            assert any(value is not None for _, _, _, value, _ in ours)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "engine", "few"),
    [
        (Asked(AS_OF, enrollment_id="ENR-NY"), None, True),
        (Asked(AS_OF), "sqlite", True),
        (Asked(AS_OF), None, False),
        (Asked(AS_OF, enrollment_id="ENR-NY"), "duckdb", False),
    ],
)
def test_it_is_checked_where_it_is_decided(
    asked: Asked, engine: str | None, few: bool, tmp_path: Path
) -> None:
    with opened(lay(tmp_path, TRAPS), asked, engine=engine) as (run, evidence):
        assert isinstance(evidence.connection, Small) is few
        assert run.engine.name.startswith("sqlite" if few else "duckdb")


@pytest.mark.parametrize(
    "files",
    [
        {"stays.csv": ",".join(["stay_id", *(f"c{n}" for n in range(70))]) + "\n"},
        {"stays.csv": b"\xff\xfes\0"},
        {"stays.csv": "stay_id\n" + "S\n" * (1 << 20)},
    ],
    ids=["wide", "not UTF-8", "long"],
)
def test_what_does_not_fit_stands_in_duckdb(files: dict[str, str | bytes], tmp_path: Path) -> None:
    assert is_little(find_tables(lay(tmp_path, {}))[0])
    assert not is_little(find_tables(lay(tmp_path, files))[0])
