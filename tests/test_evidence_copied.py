"""One enrollment of Parquet, copied to SQLite and checked there: told as DuckDB tells it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidence_rows import AS_OF, lay
from proofline.evidence import Memory, open_evidence
from proofline.evidence.sqlite import Small
from test_evidence_narrowing import lay_as
from test_evidence_scanned import DATES, NOON_US, PHYSICAL, database, parquet, reading
from test_evidence_small import TRAPS, assert_alike

ENROLLMENT = (
    "SELECT 'ENR-NY' AS enrollment_id, 'PAT-NY' AS patient_id, 'RPM' AS program,"
    " 'PER-1' AS billing_performer_id"
)
BOUNDS = (
    "TIMESTAMPTZ '1900-01-01 00:00:00+00'",
    "TIMESTAMPTZ '1899-12-31 23:59:59.999999+00'",
    "TIMESTAMPTZ '2199-12-31 23:59:59.999999+00'",
    "TIMESTAMPTZ '2200-01-01 00:00:00+00'",
    "NULL",
)


def alike(folder: Path) -> list[tuple[str, int, str, str | None]]:
    """Hold both databases to the same; give the troubles with their value as sent."""
    _, _, troubles = assert_alike(folder, AS_OF, "ENR-NY")
    return [(one.table, one.line, one.column, one.value) for one in troubles]


@pytest.mark.slow
def test_rows_of_every_type_are_told_alike(tmp_path: Path) -> None:
    stamps = " UNION ALL ".join(
        f"SELECT 'R{n}', 'DEV-NY', 'PAT-NY', 'M', {number}, {stamp}, 'automatic', {test}"
        for n, (stamp, number, test) in enumerate(
            zip(
                BOUNDS,
                ("1e15", "98.60", "'nan'", "-0.0", "1e-5"),
                [1, 0, "NULL", 1, 0],
                strict=True,
            )
        )
    )
    names = "reading_id, device_id, patient_id, metric, value, measured_at, entry, test"
    types = "* REPLACE (value::DOUBLE AS value, test::BOOLEAN AS test)"
    parquet(tmp_path, "readings", f"SELECT {types} FROM ({stamps}) t({names})")
    work = ", ".join(
        f"('T{n}', 'ENR-NY', 'PER-1', TIMESTAMP '{day} 01:50:00', TIMESTAMP '{day} 02:10:00.5')"
        for n, day in enumerate(["2026-03-08", "2026-11-01"])
    )
    names = "entry_id, enrollment_id, performer_id, started_at, ended_at"
    parquet(tmp_path, "time_entries", f"SELECT * FROM (VALUES {work}) t({names})")
    diagnoses = "['I10', NULL, 'E11.9'] AS diagnoses, DATE '2026-01-01' AS order_date"
    parquet(tmp_path, "enrollments", f"{ENROLLMENT}, {diagnoses}, 7 AS payer_id, 'x' AS stray")
    stay = "7 AS stay_id, 'PAT-NY' AS patient_id, ['snf'] AS kind, 'infinity'::DATE AS from_date"
    parquet(tmp_path, "stays", f"SELECT {stay}")
    assert alike(tmp_path) == [
        ("readings", 1, "value", "1000000000000000.0"),
        ("readings", 2, "measured_at", "1899-12-31 23:59:59.999999+00"),
        ("readings", 3, "value", "nan"),
        ("readings", 4, "measured_at", "2200-01-01 00:00:00+00"),
        ("readings", 5, "measured_at", None),
        ("readings", 5, "value", "1e-05"),
        ("stays", 1, "from_date", "infinity"),
        ("stays", 1, "kind", "[snf]"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "sql"), [(name, sql) for name, sql, _ in PHYSICAL])
def test_a_column_of_any_type_is_told_alike(name: str, sql: str, tmp_path: Path) -> None:
    parquet(tmp_path, "readings", reading(**{name: sql}))
    alike(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("sql", [sql for sql, _ in DATES])
def test_a_date_of_any_type_is_told_alike(sql: str, tmp_path: Path) -> None:
    parquet(tmp_path, "enrollments", f"{ENROLLMENT}, {sql} AS setup_date")
    alike(tmp_path)


@pytest.mark.slow
def test_traps_as_text_in_parquet_are_told_alike(tmp_path: Path) -> None:
    lay_as("parquet", tmp_path, {k: str(v) for k, v in TRAPS.items() if k.endswith(".csv")})
    lay(tmp_path, {"stays.ndjson": TRAPS["stays.ndjson"]})  # a line of it is no row at all
    assert ("stays", 2) in {place[:2] for place in alike(tmp_path)}


@pytest.mark.slow
def test_a_database_is_copied_too(tmp_path: Path) -> None:
    assert alike(database(tmp_path)) == [("readings", 2, "entry", "0")]


def test_the_row_as_sent_is_told_with_its_types(tmp_path: Path) -> None:
    parquet(tmp_path, "readings", reading(value="1e20::DOUBLE", test="true"))
    how = {"enrollment_id": "ENR-NY", "memory": Memory(few=True)}
    with open_evidence(tmp_path, as_of=AS_OF, **how) as evidence:  # type: ignore[arg-type]
        (trouble,) = evidence.troubles
    sent = json.loads(trouble.row)
    assert (sent["value"], sent["test"], sent["reading_id"]) == ("1e+20", "true", "R1")


@pytest.mark.slow
def test_a_table_of_which_nothing_is_known_is_copied(tmp_path: Path) -> None:
    parquet(tmp_path, "practices", "SELECT 1 AS strange")
    assert alike(tmp_path) == [("practices", 1, "practice_id", None)]


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["'a' || chr(0) || 'b'", "chr(0)"])
def test_a_text_that_sqlite_would_cut_stays_in_duckdb(cell: str, tmp_path: Path) -> None:
    parquet(tmp_path, "readings", reading(unit=cell))
    how = {"enrollment_id": "ENR-NY", "memory": Memory(few=True)}
    with open_evidence(tmp_path, as_of=AS_OF, **how) as evidence:  # type: ignore[arg-type]
        assert not isinstance(evidence.connection, Small)
        found = evidence.connection.execute("SELECT measured_at FROM main.readings").fetchall()
    assert found == [(NOON_US,)]


def test_what_is_more_than_few_stays_in_duckdb(tmp_path: Path) -> None:
    rows = f"SELECT * REPLACE ('R' || i AS reading_id) FROM ({reading()}), range(6001) t(i)"
    parquet(tmp_path, "readings", f"SELECT * EXCLUDE (i) FROM ({rows})")
    how = {"enrollment_id": "ENR-NY", "memory": Memory(few=True)}
    with open_evidence(tmp_path, as_of=AS_OF, **how) as evidence:  # type: ignore[arg-type]
        assert not isinstance(evidence.connection, Small)
        assert evidence.counts["readings"] == (6001, 0)
