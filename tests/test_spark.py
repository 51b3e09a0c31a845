"""Spark says what DuckDB says, to the byte: one run for each clock over much evidence at once."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, Phase, given, settings

import proofline
import scenarios
from evidence_strategies import Tables, folders, write
from on_spark import on_java
from proofline.cli import formats
from proofline.decide import Asked, Clock, decide, opened
from proofline.decide.bulk import write_tables
from proofline.decide.decision import decisions
from proofline.decide.engines import spark
from proofline.decide.engines.spark import SparkUnavailable, on_spark, translated
from proofline.errors import WrongUse
from proofline.evidence import open_evidence
from sampling import tried

AS_OF = date(2026, 5, 10)  # in the middle of most stories: periods are open, evidence not yet known
GENERATED = 50
CLOCKS = ("cycle", "month")[: tried("PROBE_CLOCKS", 1, 2)]
"""By which clocks Spark decides everything; test_replay.py has it keep a few lines by either."""
MODELS = sorted(Path(proofline.__file__).parent.rglob("*.sql"))


@dataclass(frozen=True)
class Told:
    """What an engine told of the evidence: its decisions as NDJSON and its three tables."""

    lines: list[bytes]
    tables: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def all_evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay every scenario and generated chart into one folder."""
    everything = merged(scenarios.given() + scenarios.own(), [tables for tables, _ in generated()])
    return write(everything, tmp_path_factory.mktemp("all"))


def merged(stories: Sequence[scenarios.Scenario], charts: list[Tables]) -> Tables:
    found: Tables = {}
    for story in stories:
        for name, text in story.evidence.items():
            found.setdefault(name, []).extend(csv.DictReader(io.StringIO(text)))
    for number, tables in enumerate(charts):
        for name, rows in tables.items():
            found.setdefault(name, []).extend(set_apart(row, f"GEN{number}-") for row in rows)
    return found


def generated() -> list[tuple[Tables, date]]:
    """Draw the same folders every time."""
    found: list[tuple[Tables, date]] = []

    @settings(
        max_examples=GENERATED,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(folders())
    def draw(folder: tuple[Tables, date]) -> None:
        found.append(folder)

    draw()
    return found


def set_apart(row: dict[str, str], prefix: str) -> dict[str, str]:
    """Give a row ids that no other folder has; payers are the same for everybody."""
    return {
        name: prefix + cell if name.endswith("_id") and name != "payer_id" and cell else cell
        for name, cell in row.items()
    }


def told_by(engine: str, evidence: Path, asked: Asked, folder: Path) -> Told:
    with opened(evidence, asked, engine=engine) as (run, _):
        lines = list(formats.ndjson(decisions(run)))
        write_tables(run, folder)
    return Told(lines, {path.stem: read_rows(path) for path in folder.iterdir()})


def read_rows(path: Path) -> list[tuple[Any, ...]]:
    """Read a Parquet file or a folder of parts: names, types, and the rows sorted by all cells."""
    parts = str(path / "*.parquet") if path.is_dir() else str(path)
    with duckdb.connect() as connection:
        found = connection.execute("FROM read_parquet(?) ORDER BY ALL", [parts])
        heads = [tuple(map(str, column[:2])) for column in found.description]
        return [*heads, *found.fetchall()]


@on_java
@pytest.mark.slow
@pytest.mark.parametrize("clock", CLOCKS)
def test_both_engines_tell_the_same_of_everything(
    clock: Clock, all_evidence: Path, tmp_path: Path
) -> None:
    assert_the_same(Asked(AS_OF, clock), all_evidence, tmp_path, at_least=10000)


def assert_the_same(asked: Asked, evidence: Path, folder: Path, *, at_least: int) -> None:
    theirs = told_by("spark", evidence, asked, folder / "spark")
    ours = told_by("duckdb", evidence, asked, folder / "duckdb")
    assert len(ours.lines) >= at_least
    assert [pair for pair in zip(theirs.lines, ours.lines, strict=True) if pair[0] != pair[1]] == []
    assert theirs.tables.keys() == ours.tables.keys() == {"decisions", "facts", "requirements"}
    for name, rows in ours.tables.items():
        assert theirs.tables[name] == rows, name


@on_java
def test_a_session_that_runs_already_is_used_and_left_as_it_was(tmp_path: Path) -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    try:
        session.conf.set("spark.sql.session.timeZone", "Pacific/Guam")
        write({"patients": [{"patient_id": "PAT-1", "time_zone": "Pacific/Guam"}]}, tmp_path)
        with open_evidence(tmp_path, as_of=AS_OF) as staged, on_spark(staged) as engine:
            assert [row["patient_id"] for row in engine.rows("FROM patients")] == ["PAT-1"]
        assert session.conf.get("spark.sql.session.timeZone") == "Pacific/Guam"
        assert session.catalog.listTables() == []
    finally:
        session.stop()


@pytest.mark.slow
def test_no_model_calls_anything_that_the_translator_does_not_know() -> None:
    unknown = {
        model.stem: [
            call.name
            for call in sqlglot.parse_one(
                translated(model.read_text(encoding="utf-8")), read="spark"
            ).find_all(sqlglot.exp.Anonymous)
        ]
        for model in MODELS
    }
    assert len(unknown) > 30
    assert {model: calls for model, calls in unknown.items() if calls} == {}


@pytest.fixture
def somebody(tmp_path: Path) -> Path:
    """Give the smallest folder of evidence."""
    return write({"patients": [{"patient_id": "PAT-1", "time_zone": "UTC"}]}, tmp_path)


@pytest.mark.slow
def test_without_java_the_operator_is_told(somebody: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SparkUnavailable, match="Java"):
        next(decide(somebody, as_of=AS_OF, engine="spark"))


@pytest.mark.parametrize("package", ["pyspark", "sqlglot"])
def test_without_the_extra_the_operator_is_told(
    package: str, somebody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(spark, "find_spec", lambda name: None if name == package else found(name))
    with pytest.raises(SparkUnavailable, match=f"{package} is missing") as told:
        next(decide(somebody, as_of=AS_OF, engine="spark"))
    assert (told.value.code, told.value.remedy) == (
        "spark.not_installed",
        'Install "proofline[spark]".',
    )


def test_the_extra_is_what_the_package_says() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    extra = project["project"]["optional-dependencies"]["spark"]
    assert [re.split(r"[^a-z]", line)[0] for line in extra] == list(spark.EXTRA)


def test_an_engine_that_does_not_exist_is_wrong_use(somebody: Path) -> None:
    with pytest.raises(WrongUse, match="sparc"):
        next(decide(somebody, as_of=AS_OF, engine="sparc"))
