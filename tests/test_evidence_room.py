"""The door of the room: what is found, what is refused, what is written out."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evidence_rows import AS_OF, BOOK, READING, lay, open_rows, rows
from proofline.evidence import (
    RELATIONS,
    TABLES,
    EvidenceRefused,
    EvidenceUnreadable,
    Memory,
    Trouble,
    open_evidence,
)

if TYPE_CHECKING:
    from proofline.evidence.database import Database

BAD: dict[str, str | bytes] = {
    "devices.csv": "device_id,kind,fda_basis\nD1,scale,secret-cell\nD2,scale,none\n,,x\n",
    "stays.csv": "stay_id,patient_id,kind,from_date\nS,P,prison,2026-03-01\n",
}


SUPERSEDED = "readings JOIN superseded_readings USING (row_no)"


def test_every_relation_is_there_even_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "stays.csv").touch()
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert all(rows(evidence, relation, "*") == [] for relation in RELATIONS)
        assert evidence.counts == {table.name: (0, 0) for table in TABLES}


@pytest.mark.slow
def test_relations_have_exactly_the_columns_of_the_contract(tmp_path: Path) -> None:
    sent: dict[str, str | bytes] = {f"{t.name}.csv": f"{t.names[0]},more\n" for t in TABLES}
    with open_rows(tmp_path, sent) as evidence:
        for table in TABLES:
            shape = evidence.connection.execute(f"SELECT * FROM {table.name}").description
            numbered = ["row_no"] if table.name == "readings" else []
            assert [name for name, *_ in shape or ()] == [*table.names, *numbered]


@pytest.mark.slow
def test_types_are_the_same_however_the_rows_came(tmp_path: Path) -> None:
    (tmp_path / "stays.csv").touch()
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        absent = {table.name: types_of(evidence.connection, table.name) for table in TABLES}
    headers: dict[str, str | bytes] = {f"{t.name}.csv": ",".join(t.names) for t in TABLES}
    with open_rows(tmp_path, headers) as evidence:
        sent = {table.name: types_of(evidence.connection, table.name) for table in TABLES}
        evidence.stage_to_parquet(tmp_path / "staged")
    assert sent == absent


def types_of(connection: Database, relation: str) -> list[tuple[str, str]]:
    described = connection.execute(f"DESCRIBE {relation}").fetchall()
    return [(name, kind) for name, kind, *_ in described]


@pytest.mark.slow
def test_a_misspelt_file_is_warned_of(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "patiens.csv": "x\n",
        "Readings.CSV": "x\n",
        "stays.csv": "stay_id,patient_id,kind,from_date\n",
        "stays.ndjson": "",
        "zebra.parquet": b"",
        "notes.txt": "x",
        "rejected.ndjson": "",
        "consents.csv.gz": b"",
        "stays.jsonl": "",
    }
    (tmp_path / "readings").mkdir()
    with open_rows(tmp_path, files) as evidence:
        assert sorted(evidence.warnings) == [
            "Readings.CSV is not read: no table is called so; did you mean readings?",
            "consents.csv.gz is not read: a table is one file, consents.csv, .parquet or .ndjson",
            "patiens.csv is not read: no table is called so; did you mean patients?",
            "readings is not read: a table is one file, readings.csv, .parquet or .ndjson",
            "stays.jsonl is not read: a table is one file, stays.csv, .parquet or .ndjson",
            "stays.ndjson is not read: stays.csv holds the same table",
            "zebra.parquet is not read: no table is called so",
        ]


@pytest.mark.parametrize("name", ["nowhere", "of-notes"])
def test_a_folder_without_evidence_is_told_with_a_remedy(name: str, tmp_path: Path) -> None:
    (tmp_path / "of-notes").mkdir()
    (tmp_path / "of-notes" / "patiens.csv").touch()
    with pytest.raises(EvidenceUnreadable, match=name) as caught:
        open_evidence(tmp_path / name, as_of=AS_OF)
    assert caught.value.code == "evidence.not_found"
    assert caught.value.remedy
    assert caught.value.exit_status == 1


def test_a_folder_named_like_a_table_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "stays.csv").mkdir()
    with pytest.raises(EvidenceUnreadable, match=r"stays\.csv cannot be read"):
        open_evidence(tmp_path, as_of=AS_OF)


@pytest.mark.slow
def test_strict_refuses_and_says_how_many_and_where_but_not_what(tmp_path: Path) -> None:
    with pytest.raises(EvidenceRefused, match="3 rows cannot be used") as caught:
        open_rows(tmp_path, BAD, strict=True)
    assert caught.value.exit_status == 3
    assert "devices.csv:2: fda_basis" in caught.value.message
    assert "stays.csv:2: kind" in caught.value.message  # the last as well as the first
    assert "secret-cell" not in str(caught.value)


@pytest.mark.slow
def test_strict_takes_good_evidence(tmp_path: Path) -> None:
    with open_rows(tmp_path, {}, strict=True) as evidence:
        assert evidence.counts["patients"] == (2, 0)


@pytest.mark.slow
def test_rejected_rows_are_written_one_trouble_a_line(tmp_path: Path) -> None:
    target = tmp_path / "rejected.ndjson"
    with open_rows(tmp_path, BAD) as evidence:
        assert evidence.write_rejected(target) == 5
        assert evidence.counts["devices"] == (1, 2)
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [(line["table"], line["line"], line["column"]) for line in lines] == [
        ("devices", 2, "fda_basis"),
        ("devices", 4, "device_id"),
        ("devices", 4, "fda_basis"),
        ("devices", 4, "kind"),
        ("stays", 2, "kind"),
    ]
    assert lines[0]["value"] == "secret-cell"
    assert lines[0]["row"] == {"device_id": "D1", "kind": "scale", "fda_basis": "secret-cell"}
    assert set(lines[0]) == {*Trouble.__dataclass_fields__}


def test_nothing_is_written_when_nothing_is_rejected(tmp_path: Path) -> None:
    with open_rows(tmp_path, {}) as evidence:
        assert evidence.write_rejected(tmp_path / "rejected.ndjson") == 0
    assert not (tmp_path / "rejected.ndjson").exists()


@pytest.mark.slow
def test_what_was_sent_is_not_shown_by_repr(tmp_path: Path) -> None:
    with open_rows(tmp_path, BAD) as evidence:
        assert "secret-cell" not in repr(evidence.troubles) + str(evidence.troubles[0])


@pytest.mark.slow
def test_the_order_of_rows_and_their_repetition_are_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - a shuffle, not a secret
    readings = [
        f"R{n % 40},DEV-NY,,M,{100 + n % 60},2026-03-{1 + n % 9:02}T12:00:00Z,automatic\n"
        for n in range(120)
    ]
    seen = set()
    for _ in range(4):
        chance.shuffle(readings)
        lines = "".join(readings + readings[:30])
        with open_rows(tmp_path, {"readings.csv": READING + lines}) as evidence:
            staged = [rows(evidence, name, "*") for name in RELATIONS if "readings" not in name]
            versions = [rows(evidence, n, "* EXCLUDE (row_no)") for n in ("readings", SUPERSEDED)]
            seen.add(repr((staged, versions, evidence.counts)))
    assert len(seen) == 1


CORRECTED = READING + (
    "R1,DEV-NY,,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R2,DEV-AZ,PAT-NY,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R3,DEV-AZ,,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R4,DEV-AZ,PAT-AZ,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R5,DEV-NY,PAT-NY,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R5,DEV-AZ,PAT-AZ,M,1,2026-03-01T12:00:00Z,manual\n"
)


@pytest.mark.slow
def test_staged_relations_travel_as_parquet(tmp_path: Path) -> None:
    target = tmp_path / "staged"
    with open_rows(tmp_path, {"readings.csv": CORRECTED}) as evidence:
        evidence.stage_to_parquet(target)
        for relation in RELATIONS:
            file = f"read_parquet('{target / relation}.parquet')"
            assert rows(evidence, file, "*") == rows(evidence, relation, "*")


def test_memory_and_spill_are_passed_on(tmp_path: Path) -> None:
    spill = tmp_path / "spill's"
    with open_rows(tmp_path, {}, memory=Memory("512MiB", spill)) as evidence:
        asked = "SELECT current_setting('memory_limit'), current_setting('temp_directory')"
        assert evidence.connection.execute(asked).fetchone() == ("512.0 MiB", str(spill))


@pytest.mark.slow
def test_the_connection_reads_no_clock_of_the_machine(tmp_path: Path) -> None:
    with open_rows(tmp_path, {}) as evidence:
        setting = evidence.connection.execute("SELECT current_setting('TimeZone')").fetchone()
        assert setting == ("UTC",)


@pytest.mark.slow
def test_a_refused_folder_leaves_no_lock_behind(tmp_path: Path) -> None:
    lay(tmp_path, {**BOOK, **BAD})
    for _ in range(2):
        with pytest.raises(EvidenceRefused):
            open_evidence(tmp_path, as_of=AS_OF, strict=True)
