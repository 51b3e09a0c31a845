"""Parquet and DuckDB: physical types are read as they are, text as strictly as in CSV."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evidence_rows import AS_OF, BOOK, column, lay, open_rows, rows, told
from proofline.evidence import EvidenceUnreadable, open_evidence

Staged: TypeAlias = str | int | bool | None

NOON_US = 1772366400000000  # 2026-03-01T12:00:00Z


def parquet(folder: Path, table: str, select: str) -> None:
    """Write the rows of a SELECT as NAME.parquet beside the book."""
    lay(folder, {})
    (folder / f"{table}.csv").unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({select}) TO '{folder / table}.parquet' (FORMAT parquet)")


def reading(**cells: str) -> str:
    """A SELECT of one reading; a cell is SQL."""
    plain = {
        "reading_id": "'R1'",
        "device_id": "'DEV-NY'",
        "patient_id": "'PAT-NY'",
        "metric": "'M'",
        "value": "'120'",
        "measured_at": "'2026-03-01T12:00:00Z'",
        "entry": "'automatic'",
    }
    spelled = (f'{sql} AS "{name}"' for name, sql in {**plain, **cells}.items() if sql)
    return f"SELECT {', '.join(spelled)}"


# A column of readings in SQL | what is staged; None is unknown, a bar: the row is set aside
PHYSICAL: list[tuple[str, str, Staged]] = [
    ("measured_at", "TIMESTAMPTZ '2026-03-01 12:00:00+00'", NOON_US),
    ("measured_at", "TIMESTAMPTZ '2026-03-01 07:00:00.000001-05'", NOON_US + 1),
    ("measured_at", "TIMESTAMP '2026-03-01 07:00:00'", NOON_US),
    ("measured_at", "TIMESTAMP_MS '2026-03-01 07:00:00'", NOON_US),
    ("measured_at", "TIMESTAMP_NS '2026-03-01 07:00:00'", NOON_US),
    ("measured_at", "TIMESTAMP_S '2026-03-01 07:00:00'", NOON_US),
    ("measured_at", "'2026-03-01 07:00:00-05'::TIMESTAMPTZ_NS", NOON_US),
    ("measured_at", "'2026-03-01 12:00:00.000001999+00'::TIMESTAMPTZ_NS", NOON_US + 1),
    ("measured_at", "'2026-03-01 06:59:59.999999999'::TIMESTAMP_NS", NOON_US - 1),
    ("measured_at", "NULL::TIMESTAMPTZ_NS", "|"),
    ("measured_at", "'2026-03-01 07:00:00'", NOON_US),
    ("measured_at", "DATE '2026-03-01'", "|"),
    ("measured_at", "NULL::TIMESTAMPTZ", "|"),
    ("measured_at", "'infinity'::TIMESTAMPTZ", "|"),
    ("measured_at", "'-infinity'::TIMESTAMP", "|"),
    ("measured_at", "TIMESTAMP '2200-01-01'", "|"),
    ("measured_at", "1772366400", "|"),
    ("value", "120.50::DECIMAL(9,2)", "120.50"),
    ("value", "98.6::DOUBLE", "98.6"),
    ("value", "98.6::FLOAT", "98.6"),
    ("value", "120::INTEGER", "120"),
    ("value", "0::DOUBLE", "0.0"),
    ("value", "NULL::DOUBLE", None),
    ("value", "'NaN'::DOUBLE", "|"),
    ("value", "'-inf'::DOUBLE", "|"),
    ("value", "1e-7::DOUBLE", "|"),
    ("value", "1e18::DOUBLE", "|"),
    ("value", "1000000000000000000::HUGEINT", "|"),
    ("value", "'12O'", "|"),
    ("value", "''", None),
    ("value", "' '", None),
    ("test", "true", True),
    ("test", "'false'", False),
    ("test", "1", "|"),
    ("reading_id", "7", "7"),
    ("reading_id", "9000000001::DOUBLE", "9000000001"),
    ("reading_id", "7.5::DOUBLE", "7.5"),
    ("reading_id", "''", "|"),
    ("reading_id", "' '", "|"),
    ("reading_id", "NULL::VARCHAR", "|"),
    ("reading_id", "{'a': 1}", "|"),
    ("patient_id", "['P']", "|"),
    ("unit", "MAP {'a': 1}", "|"),
    ("unit", "NULL::STRUCT(a INTEGER)", None),
    ("patient_id", "' '", None),
    ("unit", "''", None),
    ("entry", "'auto'", "|"),
    ("entry", "'manual'::ENUM('manual')", "manual"),
    ("received_at", "NULL::TIMESTAMP", None),
]


ASKED_QUICKLY = {
    (name, staged == "|"): sql
    for name, sql, staged in reversed(PHYSICAL)
    if name in {"measured_at", "value"}
}
"""Of an instant and a number one case that is read and one that is set aside."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sql", "staged"),
    [
        pytest.param(name, sql, staged, marks=[pytest.mark.slow] * (sql != quickly))
        for name, sql, staged in PHYSICAL
        for quickly in [ASKED_QUICKLY.get((name, staged == "|"))]
    ],
)
def test_a_column_is_read_by_its_type(name: str, sql: str, staged: Staged, tmp_path: Path) -> None:
    parquet(tmp_path, "readings", reading(**{name: sql}))
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert column(evidence, "readings", name) == ([] if staged == "|" else [staged])
        assert told(evidence) == ([("readings.parquet", 1, name)] if staged == "|" else [])
        assert evidence.counts["readings"] == ((0, 1) if staged == "|" else (1, 0))


DATES: list[tuple[str, Staged]] = [
    ("DATE '1950-01-01'", -7305),
    ("TIMESTAMP '1950-01-01'", -7305),
    ("TIMESTAMP '1950-01-01 00:00:01'", "|"),
    ("TIMESTAMP_NS '1950-01-01'", -7305),
    ("TIMESTAMP_NS '1950-01-01 23:59:59.999999999'", "|"),
    ("'1950-01-01 00:00:00+00'::TIMESTAMPTZ_NS", "|"),
    ("'1950-01-01'", -7305),
    ("'infinity'::DATE", "|"),
    ("DATE '0044-03-15 (BC)'", "|"),
    ("NULL", None),
]


@pytest.mark.slow
@pytest.mark.parametrize(("sql", "staged"), DATES)
def test_a_date_is_a_day_number(sql: str, staged: Staged, tmp_path: Path) -> None:
    parquet(
        tmp_path, "patients", f"SELECT 'P' AS patient_id, 'UTC' AS time_zone, {sql} AS birth_date"
    )
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert column(evidence, "patients", "birth_date") == ([] if staged == "|" else [staged])


@pytest.mark.slow
def test_lists_of_strings_are_lists(tmp_path: Path) -> None:
    sql = (
        "SELECT 'E' || i AS enrollment_id, 'PAT-NY' AS patient_id, 'RPM' AS program,"
        " 'PER-1' AS billing_performer_id, CASE i WHEN 0 THEN ['I10', 'E11.9'] WHEN 1 THEN [] END"
        " AS diagnoses FROM range(3) t(i)"
    )
    parquet(tmp_path, "enrollments", sql)
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        found = rows(evidence, "enrollments", "enrollment_id, diagnoses")
        assert found == [("E0", "I10|E11.9"), ("E1", None), ("E2", None)]
    parquet(tmp_path, "enrollments", sql.replace("['I10', 'E11.9']", "[{'code': 'I10'}]"))
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert told(evidence) == [("enrollments.parquet", 1, "diagnoses")]


@pytest.mark.slow
def test_readings_stay_in_their_file_and_small_tables_do_not(tmp_path: Path) -> None:
    parquet(tmp_path, "readings", reading())
    parquet(tmp_path, "devices", "SELECT 'D' AS device_id, 'scale' AS kind")
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        kinds = dict(
            evidence.connection.execute(
                "SELECT table_name, table_type FROM information_schema.tables"
                " WHERE table_schema = 'parsed'"
            ).fetchall()
        )
        assert kinds["readings"] == "VIEW"
        assert kinds["devices"] == "BASE TABLE"


@pytest.mark.slow
def test_bad_rows_of_a_large_file_are_told_by_number_and_passed_over(tmp_path: Path) -> None:
    sql = (
        reading(
            reading_id="'R' || i",
            entry="CASE WHEN i % 1000 = 7 THEN 'auto' ELSE 'automatic' END",
            value="CASE WHEN i % 1000 = 8 THEN 'x' ELSE '1' END",
        )
        + " FROM range(5000) t(i)"
    )
    parquet(tmp_path, "readings", sql)
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert evidence.counts["readings"] == (4990, 10)
        places = {(line % 1000, name) for _, line, name in told(evidence)}
        assert places == {(8, "entry"), (9, "value")}
        assert json.loads(evidence.troubles[0].row)["reading_id"] == "R7"


@pytest.mark.slow
def test_time_entries_of_one_id_with_two_contents_count_for_neither(tmp_path: Path) -> None:
    entry = "'{}' AS entry_id, 'ENR-NY' AS enrollment_id, '{}' AS performer_id"
    times = (
        "TIMESTAMPTZ '2026-03-01 12:00Z' AS started_at, TIMESTAMPTZ '2026-03-01 12:10Z' AS ended_at"
    )
    parts = [("A", "PER-1"), ("B", "PER-1"), ("B", "PER-2"), ("C", "PER-1"), ("C", "PER-1")]
    sql = " UNION ALL ".join(f"SELECT {entry.format(*part)}, {times}" for part in parts)
    parquet(tmp_path, "time_entries", sql)
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        work = evidence.connection.execute("SELECT entry_id, activity FROM time_entries").fetchall()
        assert {entry_id for entry_id, _ in work} == {"A", "B #1", "B #2", "C"}
        assert {activity for entry_id, activity in work if entry_id.startswith("B")} == {None}
        assert told(evidence) == [("time_entries.parquet", n, "entry_id") for n in (2, 3)]
        assert evidence.counts["time_entries"] == (3, 2)


@pytest.mark.slow
def test_a_large_file_without_a_required_column_is_refused(tmp_path: Path) -> None:
    parquet(tmp_path, "readings", reading(measured_at=""))
    with pytest.raises(EvidenceUnreadable, match=r"readings\.parquet has no column measured_at"):
        open_evidence(tmp_path, as_of=AS_OF)


@pytest.mark.slow
def test_unknown_columns_are_warned_of(tmp_path: Path) -> None:
    parquet(tmp_path, "readings", reading(Value_2="'80'", **{'o""dd': "1", "line": "2"}))
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert [warning.partition(" is not known")[0] for warning in evidence.warnings] == [
            "readings.parquet: the column 'Value_2'",
            "readings.parquet: the column 'o\"dd'",
            "readings.parquet: the column 'line'",
        ]
        assert column(evidence, "readings", "value_2") == [None]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1", b"a,b\n1,2\n"])
def test_what_is_no_parquet_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(EvidenceUnreadable, match=r"readings\.parquet cannot be read"):
        open_rows(tmp_path, {"readings.parquet": content})


@pytest.mark.slow
def test_a_path_is_taken_as_written(tmp_path: Path) -> None:
    folder = tmp_path / "it's [1]* year=2026"
    folder.mkdir()
    parquet(tmp_path, "readings", reading())
    lay(folder, {"readings.parquet": (tmp_path / "readings.parquet").read_bytes()})
    with open_evidence(folder, as_of=AS_OF) as evidence:
        assert evidence.counts["readings"] == (1, 0)
        assert evidence.warnings == ()


@pytest.mark.slow
def test_parts_in_a_folder_are_one_table(tmp_path: Path) -> None:
    """A correction is told from what it corrects by its row, in whichever part it lies."""
    lay(tmp_path, {})
    folder = tmp_path / "readings.parquet"
    folder.mkdir()
    (folder / "_SUCCESS").touch()
    parts = [
        [reading(), reading(reading_id="'R2'", measured_at="'2026-03-02T12:00:00Z'")],
        [reading(value="NULL", received_at="'2026-03-05T12:00:00Z'"), reading(entry="'auto'")],
    ]
    with duckdb.connect() as connection:
        for number, rows_of in enumerate(parts):
            target = folder / f"part-{number}.parquet"
            select = " UNION ALL BY NAME ".join(rows_of)
            connection.execute(f"COPY ({select}) TO '{target}' (FORMAT parquet)")
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert column(evidence, "readings", "reading_id") == ["R1", "R1", "R2"]
        assert column(evidence, "readings", "row_no") == [0, 1, 2]
        assert rows(evidence, "superseded_readings", "row_no") == [(0,)]
        assert told(evidence) == [("readings.parquet", 4, "entry")]
        assert evidence.warnings == ()


def test_a_folder_without_parts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readings.parquet").mkdir()
    with pytest.raises(EvidenceUnreadable, match=r"readings\.parquet is a folder without"):
        open_rows(tmp_path, {})


@pytest.mark.slow
def test_the_instants_that_spark_keeps_are_of_utc(tmp_path: Path) -> None:
    """The old form says nothing of a zone, and DuckDB takes it for the time on a wall."""
    noon = pa.array([datetime(2026, 3, 1, 12, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    words = ("reading_id", "device_id", "patient_id", "metric", "value", "entry")
    cells = ("R1", "DEV-NY", "PAT-NY", "M", "120", "automatic")
    table = pa.table({name: [cell] for name, cell in zip(words, cells, strict=True)})
    table = table.append_column("measured_at", noon)
    target = tmp_path / "readings.parquet"
    pq.write_table(table, target, use_deprecated_int96_timestamps=True)
    with open_rows(tmp_path, {}) as evidence:
        assert column(evidence, "readings", "measured_at") == [NOON_US]
        assert [said.partition(" is kept")[0] for said in evidence.warnings] == [
            "readings.parquet: the column 'measured_at'"
        ]


def database(folder: Path) -> Path:
    path = folder / "practice.duckdb"
    with duckdb.connect(str(path)) as connection:
        for name, content in BOOK.items():
            (folder / name).write_text(content)
            table = name.removesuffix(".csv")
            read = f"read_csv('{folder / name}', all_varchar = true)"
            connection.execute(f"CREATE TABLE {table} AS FROM {read}")
        connection.execute(f"CREATE TABLE readings AS {reading()} UNION ALL {reading(entry='0')}")
        connection.execute("CREATE VIEW devices AS SELECT 'D' AS device_id, 'scale' AS kind")
        connection.execute("CREATE TABLE reading (i INTEGER)")
    return path


@pytest.mark.slow
def test_a_duckdb_file_is_read_like_a_folder(tmp_path: Path) -> None:
    with open_evidence(database(tmp_path), as_of=date(2026, 12, 31)) as evidence:
        assert column(evidence, "patients", "patient_id") == ["PAT-AZ", "PAT-NY"]
        assert column(evidence, "devices", "device_id") == ["D"]
        assert column(evidence, "readings", "measured_at") == [NOON_US]
        assert told(evidence) == [("practice.duckdb:readings", 2, "entry")]
        assert evidence.warnings == (
            "practice.duckdb: the table 'reading' is not read; did you mean readings?",
        )


@pytest.mark.slow
def test_a_duckdb_file_is_not_written(tmp_path: Path) -> None:
    path = database(tmp_path)
    before = path.read_bytes()
    with open_evidence(path, as_of=AS_OF) as evidence, pytest.raises(duckdb.Error):
        evidence.connection.execute("DROP TABLE given.main.readings")
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "practice.duckdb"
    path.write_text("patient_id\n")
    with pytest.raises(EvidenceUnreadable, match=r"practice\.duckdb cannot be opened"):
        open_evidence(path, as_of=AS_OF)


# What is wrong with the calls: the rows added to three | the calls that stay | what is told of
LONG = {
    "nothing": ("", ["I1", "I2", "I3"], []),
    "an identical row": (
        "UNION ALL SELECT * FROM calls WHERE interaction_id = 'I2'",
        ["I1", "I2", "I3"],
        [],
    ),
    "a bad cell": (
        "UNION ALL SELECT 'I4', 'ENR-NY', 'fax', TIMESTAMPTZ '2026-03-04 12:00:00+00'",
        ["I1", "I2", "I3"],
        [("interactions.parquet", 4, "channel")],
    ),
    "two things of one id": (
        "UNION ALL SELECT 'I3', 'ENR-NY', 'video', TIMESTAMPTZ '2026-03-04 12:00:00+00'",
        ["I1", "I2"],
        [
            ("interactions.parquet", 3, "interaction_id"),
            ("interactions.parquet", 4, "interaction_id"),
        ],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", LONG)
@pytest.mark.parametrize("copied", [0, 50_000])
def test_long_file_is_read_as_a_short_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, copied: int
) -> None:
    """Whether rows are copied or read from their file each time, the same ones stay."""
    monkeypatch.setattr("proofline.evidence.staging._COPIED_ROWS", copied)
    more, kept, troubles = LONG[wrong]
    calls = (
        "WITH calls AS (SELECT 'I' || n AS interaction_id, 'ENR-NY' AS enrollment_id,"
        " 'phone' AS channel, TIMESTAMPTZ '2026-03-01 12:00:00+00' AS started_at"
        f" FROM range(1, 4) AS r(n)) SELECT * FROM calls {more}"
    )
    parquet(tmp_path, "interactions", calls)
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert column(evidence, "interactions", "interaction_id") == kept
        assert told(evidence) == troubles
        assert evidence.counts["interactions"] == (len(kept), len(troubles))


@pytest.mark.slow
def test_long_file_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of which no row comes twice takes no memory."""
    monkeypatch.setattr("proofline.evidence.staging._COPIED_ROWS", 2)
    patients = (
        "SELECT 'PAT-' || n AS patient_id, 'America/New_York' AS time_zone FROM range({}) r(n)"
    )
    parquet(tmp_path, "patients", patients.format(3))
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        asked = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'parsed'"
        copied = {name for (name,) in evidence.connection.execute(asked).fetchall()}
        assert "performers" in copied
        assert "patients" not in copied
        assert column(evidence, "patients", "patient_id") == ["PAT-0", "PAT-1", "PAT-2"]
