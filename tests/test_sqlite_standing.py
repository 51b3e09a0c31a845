"""The database that is lent again: nothing of a patient outlives a loan, and nothing is told wrong.

What is told of a patient is decided from the rows of that moment; only empty relations and planned
statements are kept. So whatever changes is told: evidence, day, zone, and the tables there are.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import date
from sqlite3 import Error, ProgrammingError, connect
from typing import TYPE_CHECKING, Any

import pytest

import scenarios
from proofline.cli import formats
from proofline.decide import Asked, opened
from proofline.decide.decision import decisions
from proofline.evidence import sqlite
from proofline.evidence.sqlite import Small, in_memory, lent
from proofline.evidence.sqlite.standing import Standing
from proofline.packs import shelf

if TYPE_CHECKING:
    from pathlib import Path

LIKE = "made-up"
AS_OF = date(2026, 5, 10)
MONITORED = next(one for one in scenarios.given() if "readings" in one.evidence)
PATIENT = """
CREATE TEMP TABLE charts AS SELECT patient_id, length(patient_id) AS letters FROM sent.patients
"""


@pytest.fixture(autouse=True)
def nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with no database that was lent before."""
    monkeypatch.setattr(sqlite, "_IDLE", [])


def alike(*statements: str) -> list[list[Any]]:
    """Run statements in a database that is lent again and in a new one; both must tell the same."""
    told = []
    for small in (lent(LIKE), in_memory()):
        with closing(small):
            told.append([small.execute(statement).fetchall() for statement in statements])
    assert told[0] == told[1]
    return told[0]


def decide_made_up(small: Small, patient: str) -> list[Any]:
    small.execute("CREATE TABLE sent.patients(patient_id VARCHAR)")
    small.execute("INSERT INTO sent.patients VALUES (?)", [patient])
    small.execute("DROP TABLE IF EXISTS temp.charts")
    small.execute(PATIENT)
    return small.execute("SELECT * FROM charts").fetchall()


def test_nothing_of_a_patient_outlives_a_loan() -> None:
    for patient in ("PAT-FIRST", "PAT-SECOND", "PAT-THIRD"):
        with closing(lent(LIKE)) as small:
            assert decide_made_up(small, patient) == [(patient, len(patient))]
    ((_, standing),) = sqlite._IDLE  # noqa: SLF001 - what waits is what may hold something
    there = [
        (f"{schema}.{name}", sql)
        for schema in ("main", "temp")
        for name, sql in standing.raw.execute(f"SELECT name, sql FROM {schema}.sqlite_schema")
    ]
    assert {name for name, _ in there} == {"main.sent_patients", "temp.charts"}
    for name, sql in there:
        assert standing.raw.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)
        assert "PAT-" not in sql


def test_after_a_loan_nobody_asks_or_fetches() -> None:
    small = lent(LIKE)
    decide_made_up(small, "PAT-FIRST")
    small.execute("INSERT INTO sent.patients VALUES ('PAT-MORE')")
    begun = small.execute("SELECT * FROM sent.patients")
    assert begun.fetchone() == ("PAT-FIRST",)
    small.close()
    small.close()  # a second time does nothing
    with closing(lent(LIKE)) as other:
        decide_made_up(other, "PAT-SECOND")
        for asked in (begun.fetchone, lambda: small.execute("SELECT * FROM charts")):
            with pytest.raises(ProgrammingError):
                asked()


def test_two_at_once_have_a_database_each() -> None:
    with closing(lent(LIKE)) as small:
        decide_made_up(small, "PAT-FIRST")
    with closing(lent(LIKE)) as one, closing(lent(LIKE)) as other:
        assert decide_made_up(one, "PAT-ONE") == [("PAT-ONE", 7)]
        assert decide_made_up(other, "PAT-OTHER") == [("PAT-OTHER", 9)]
        assert one.execute("SELECT * FROM charts").fetchall() == [("PAT-ONE", 7)]


def test_a_loan_that_went_wrong_leaves_nothing() -> None:
    for _ in range(3):
        with closing(lent(LIKE)) as small:
            decide_made_up(small, "PAT-FIRST")
            with pytest.raises(Error):
                small.execute("CREATE TEMP TABLE charts AS SELECT 1 AS already_there")
            with pytest.raises(Error):
                small.execute("CREATE TEMP TABLE broken AS SELECT nothing FROM nowhere")
    with closing(lent(LIKE)) as small:
        assert decide_made_up(small, "PAT-SECOND") == [("PAT-SECOND", 10)]


MADE_OF = "CREATE TABLE told AS SELECT * FROM given"
SAID = "SELECT typeof(said), said, (SELECT count(*) FROM pragma_table_info('told')) FROM told"


def test_the_same_text_over_other_columns_makes_other_columns() -> None:
    for _ in range(2):
        for columns, row in (
            ("said VARCHAR", "'1'"),
            ("said INTEGER", "'1'"),
            ("said VARCHAR, more VARCHAR", "'1', '2'"),
        ):
            alike(
                f"CREATE TABLE given({columns})",
                f"INSERT INTO given VALUES ({row})",
                MADE_OF,
                SAID,
            )


def test_a_text_with_other_literals_gives_what_it_says() -> None:
    for given in ("IN (1)", "IN (1, 2, 3)", "IN ('1')", "= 4", "IS NULL"):
        for name in ("it''s", "O (", "x AS y"):
            alike(
                "CREATE TABLE one(n INTEGER)",
                "INSERT INTO one VALUES (1), (2), (4), (NULL)",
                f"CREATE TEMP TABLE found AS SELECT n, '{name}' AS name FROM one WHERE n {given}",
                "SELECT * FROM found",
                "DROP TABLE found",
                "CREATE TEMP TABLE found AS SELECT 5 AS n, 6 AS name",
                "SELECT * FROM found",
            )


def test_a_table_where_a_view_stood_is_a_table() -> None:
    for _ in range(3):
        alike(
            "CREATE TABLE parsed.stays(stay_id VARCHAR)",
            "INSERT INTO parsed.stays VALUES ('STAY-1')",
            "CREATE VIEW main.stays AS SELECT stay_id FROM parsed.stays WHERE TRUE",
            "CREATE TEMP TABLE pauses AS SELECT stay_id FROM stays",
            "CREATE UNIQUE INDEX pauses_stay ON pauses (stay_id)",
            "SELECT * FROM pauses",
        )
        alike(
            "CREATE TABLE main.stays(stay_id VARCHAR)",
            "CREATE TEMP TABLE pauses AS SELECT stay_id FROM stays",
            "CREATE UNIQUE INDEX pauses_stay ON pauses (stay_id)",
            "SELECT * FROM pauses",
        )


def test_what_stands_does_not_hide_what_is_attached(tmp_path: Path) -> None:
    file = tmp_path / "lent.sqlite3"
    with closing(connect(file)) as lender:
        lender.execute("CREATE TABLE calendar AS SELECT 7 AS day")
    for attached in (False, True, True):
        with closing(lent(LIKE)) as small:
            if attached:
                small.execute(f"ATTACH '{file}' AS civil")
            else:
                small.execute("CREATE TEMP TABLE calendar AS SELECT 1 AS day")
            assert small.execute("SELECT * FROM calendar").fetchall() == [(7 if attached else 1,)]


def told_by(engine: str, evidence: Path, asked: Asked) -> list[bytes]:
    with opened(evidence, asked, engine=engine) as (run, _):
        return list(formats.ndjson(decisions(run)))


def test_whatever_changes_is_told(tmp_path: Path) -> None:
    """The day, the evidence, zone and law: each in a database that decided the patient before."""
    folder = scenarios.write(MONITORED.evidence, tmp_path / "evidence")
    seen = set()

    def told(asked: Asked = Asked(AS_OF)) -> None:  # noqa: B008 - it cannot be changed
        ours = told_by("sqlite", folder, asked)
        assert ours == told_by("duckdb", folder, asked) != []
        seen.add(b"".join(ours))

    told()
    told(Asked(date(2026, 5, 20)))
    law = tmp_path / "law"
    shutil.copytree(shelf.ROOT, law)
    for page in law.rglob("*.toml"):
        said = page.read_text(encoding="utf-8")
        page.write_text(said.replace('text = "', 'text = "Made up: '), encoding="utf-8")
    told(Asked(AS_OF, law=law))
    readings = folder / "readings.csv"
    rows = readings.read_text().splitlines()
    readings.write_text("\n".join(rows[: len(rows) // 2]) + "\n")
    told()
    readings.write_text("\n".join(rows) + "\n")
    patients = folder / "patients.csv"
    sent = patients.read_text()
    patients.write_text(sent.replace("America/New_York", "Pacific/Kiritimati"))
    assert patients.read_text() != sent
    told()
    assert len(seen) == 5


def test_an_ordinary_patient_is_decided_without_making_a_relation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scenarios.write(MONITORED.evidence, tmp_path)
    ran: list[str] = []
    instead = Standing.instead

    def noted(self: Standing, text: str) -> list[str]:
        found = instead(self, text)
        ran.extend(one for one in found if one.startswith(("CREATE", "DROP", "ATTACH")))
        return found

    monkeypatch.setattr(Standing, "instead", noted)
    told_by("sqlite", folder, Asked(AS_OF))
    assert len(ran) > 50
    told_by("sqlite", folder, Asked(date(2026, 5, 11)))
    ran.clear()
    told_by("sqlite", folder, Asked(date(2026, 5, 12)))
    assert ran == []
