"""SQLite says what DuckDB says, to the byte, and spells the models for itself."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from sqlite3 import OperationalError
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import scenarios
from evidence_strategies import Tables, folders, write
from proofline.cli import formats
from proofline.decide import Asked, Clock, opened
from proofline.decide.bulk import write_tables
from proofline.decide.decision import decisions
from proofline.decide.engines.calendar import LENT
from proofline.decide.engines.sqlite import SQLiteEngine
from proofline.decide.records.canonical import canonical
from proofline.decide.run import Run
from proofline.errors import WrongUse
from proofline.evidence.sqlite import in_memory
from proofline.evidence.sqlite.dialect import translated
from proofline.facts import sql
from proofline.packet.gathering import gathered
from sampling import BY_CHANCE, examples, tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from proofline.packet.archive import Grounds

AS_OF = date(2026, 5, 10)  # in the middle of most stories: periods are open, evidence not yet known
THOROUGH = examples(0, 200)
PACKED = tried("PROBE_PACKETS", 12, 2)
"""Of so many enrollments one is packed by each clock; of two, together they pack all."""
CLOCKS: st.SearchStrategy[Clock] = st.sampled_from(["cycle", "month"])


def folders_tried(most: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try so many folders, the same in every run unless chance is asked for by their number."""
    return settings(
        max_examples=most,
        derandomize=not BY_CHANCE,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def told_by(engine: str, evidence: Path, asked: Asked) -> list[bytes]:
    with opened(evidence, asked, engine=engine) as (run, _):
        assert run.engine.name.startswith(engine)
        return list(formats.ndjson(decisions(run)))


def differences(evidence: Path, asked: Asked) -> tuple[int, list[tuple[bytes, bytes]]]:
    """Give how many lines there are, and those that the engines tell differently."""
    ours, theirs = (told_by(engine, evidence, asked) for engine in ("sqlite", "duckdb"))
    return len(ours), [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]


@pytest.mark.slow
def test_both_engines_tell_the_same(tmp_path: Path) -> None:
    some = (scenarios.given() + scenarios.own())[::30]
    folder = scenarios.write(scenarios.together(some), tmp_path)
    told, different = differences(folder, Asked(AS_OF))
    assert told > 100
    assert different == []


def told_and_packed_by(
    engine: str, evidence: Path, asked: Asked, packed: slice
) -> tuple[list[bytes], list[tuple[bytes, Grounds]]]:
    """Give every line, and some enrollments' packets with their records, facts and snapshots."""
    with opened(evidence, asked, engine=engine) as (run, _):
        told = list(formats.ndjson(decisions(run)))
        ids = [row["enrollment_id"] for row in run.engine.rows("SELECT enrollment_id FROM charts")]
        found = list(gathered(run, sorted(ids)[packed], lambda _: True))
    return told, [(canonical(one.packet), one.grounds) for one in found]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("clock", "packed"), [("cycle", slice(0, None, PACKED)), ("month", slice(1, None, PACKED))]
)
def test_both_engines_tell_and_pack_everything_the_same(
    clock: Clock, packed: slice, tmp_path: Path
) -> None:
    """Neither clock packs an enrollment that the other packs."""
    folder = scenarios.write(scenarios.together(scenarios.given() + scenarios.own()), tmp_path)
    (ours, by_us), (theirs, by_them) = (
        told_and_packed_by(name, folder, Asked(AS_OF, clock), packed)
        for name in ("sqlite", "duckdb")
    )
    assert len(ours) > 5000
    assert [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]] == []
    assert len(by_us) > 4_000 // PACKED
    assert by_us == by_them


def of_generated(tables: Tables, as_of: date, clock: Clock) -> list[tuple[bytes, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        return differences(write(tables, Path(folder)), Asked(as_of, clock))[1]


@pytest.mark.slow
@given(folders(), CLOCKS)
@folders_tried(3)
def test_both_engines_tell_the_same_of_anything(
    evidence: tuple[Tables, date], clock: Clock
) -> None:
    assert of_generated(*evidence, clock) == []


@pytest.mark.slow
@pytest.mark.skipif(
    not THOROUGH, reason="many by chance: set PROOFLINE_EXAMPLES to a number, or PROBE_ALL"
)
@given(folders(), CLOCKS)
@folders_tried(THOROUGH or 1)
def test_both_engines_tell_the_same_of_anything_many_times(
    evidence: tuple[Tables, date], clock: Clock
) -> None:
    assert of_generated(*evidence, clock) == []


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("SELECT a // b, '1 // 2' FROM t -- a // b", "SELECT a / b, '1 // 2' FROM t "),
        ("SELECT * FROM a JOIN b ON TRUE", "SELECT * FROM a CROSS JOIN b ON TRUE"),
        ("SELECT * FROM a LEFT JOIN b ON TRUE", "SELECT * FROM a LEFT JOIN b ON TRUE"),
        (
            "SELECT string_agg(a, ', ' ORDER BY b) FROM t ORDER BY c",
            "SELECT string_agg(a, ', ' , b) FROM t ORDER BY c",
        ),
        (
            "(SELECT n + unnest(f(a // 2)) FROM t WHERE n)",
            "(SELECT n + each_of.value FROM t  CROSS JOIN json_each(f(a / 2)) AS each_of WHERE n)",
        ),
        (
            "list_transform([a, '[b]'], lambda x: replace(x, ',', a // b))",
            (
                "(SELECT json_group_array(replace(x, ',', a / b)) FROM"
                " (SELECT value AS x FROM json_each(json_array(a, '[b]'))))"
            ),
        ),
        (
            "SELECT bool_or(epoch_us(TRY_CAST(upper(a) AS TIMESTAMPTZ)) > 0) FROM sent.readings",
            "SELECT max((instant_of(upper(a))) > 0) FROM sent_readings",
        ),
        (
            "TRY_CAST(a AS DATE) - DATE '1970-01-02' IN (SELECT 'parsed.b' FROM parsed.b)",
            "day_of(a) - 1 IN (SELECT 'parsed.b' FROM parsed_b)",
        ),
    ],
)
def test_the_text_is_spelled_otherwise(asked: str, written: str) -> None:
    assert translated(asked) == written


WORDS = [
    "array_to_string(list_transform(['a', NULL, 'c'], lambda x: coalesce(upper(x), '-')), ', ')",
    "array_to_string(['a', NULL, 'c'], ', ')",
    "greatest(1, NULL, 3)",
    "least(NULL, 2, 1)",
    "greatest(NULL, NULL)",
    "bit_count(11)",
    "bit_count(NULL)",
    "chr(26)",
    "concat('a', NULL, 'b')",
    "concat_ws('-', 'a', NULL, 'b')",
    "lpad('7', 4, '0')",
    "regexp_matches('I50.1', '(^|[|]) *(I50|I11[.]?0)')",
    "regexp_matches(NULL, 'I50')",
    "sha256('blood pressure')",
    "regexp_full_match('2026-03-01\n', '[0-9-]+')",
    "regexp_matches('2026-03-01Z\n', 'Z$')",
    "regexp_full_match('\u0662', '\\d')",
    "hash('a', NULL) = hash('a', NULL) AND hash('a', 'b') <> hash('ab', NULL)",
    """(SELECT max(n) FROM (
        SELECT unnest(from_json('["a","b"]', '["VARCHAR"]')) AS n FROM (SELECT 1) AS t) AS t)""",
    "upper('\u013150 \ufb01')",
    "-7 // 2",
    "'SUPPLY' LIKE '%supply'",
    "(SELECT bit_or(n) FROM (SELECT 5 AS n UNION ALL SELECT 3 UNION ALL SELECT NULL) AS t)",
    "(SELECT bit_or(n) FROM (SELECT 5 AS n WHERE 1 = 0) AS t)",
    "(SELECT bool_or(n = 5) FROM (SELECT 5 AS n UNION ALL SELECT NULL) AS t)",
    "(SELECT bool_or(n = 5) FROM (SELECT 4 AS n UNION ALL SELECT NULL) AS t)",
    "(SELECT arg_max(n, -n) FROM (SELECT 5 AS n UNION ALL SELECT 3) AS t)",
    "(SELECT arg_min(n, -n) FROM (SELECT 5 AS n UNION ALL SELECT 3) AS t)",
    "(SELECT string_agg(n, '+' ORDER BY n) FROM (SELECT 'b' AS n UNION ALL SELECT 'a') AS t)",
    "(SELECT string_agg(n, '+' ORDER BY n) FROM (SELECT 'b' AS n WHERE 1 = 0) AS t)",
    "(SELECT sum(n) FROM (SELECT unnest(generate_series(2, 4)) AS n FROM (SELECT 1) AS t) AS t)",
    "(SELECT count(*) FROM (SELECT unnest(generate_series(4, 2)) AS n FROM (SELECT 1) AS t) AS t)",
    "(SELECT max(n) FROM (SELECT unnest(string_split('a b', ' ')) AS n FROM (SELECT 1) AS t) AS t)",
]


def test_a_word_means_what_it_means_in_duckdb() -> None:
    with closing(in_memory()) as small, duckdb.connect() as connection:
        engine = SQLiteEngine(small)
        for word in WORDS:
            (ours,) = engine.rows(f"SELECT {word} AS said")
            (theirs,) = connection.execute(f"SELECT {word} AS said").fetchall()
            assert (ours["said"],) == theirs, word


@pytest.mark.slow
def test_many_rows_are_not_written_by_the_engine_for_one(tmp_path: Path) -> None:
    folder = scenarios.write(scenarios.given()[0].evidence, tmp_path)
    with (
        opened(folder, Asked(AS_OF), engine="sqlite") as (run, _),
        pytest.raises(WrongUse, match="writes no tables"),
    ):
        write_tables(run, tmp_path / "tables")


FEW = ("evidence.connecting.FEW_BYTES", "evidence.copying.FEW_ROWS", "decide.deciding.FEW_ROWS")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("alone", "set_to", "engine"),
    [
        (False, {}, "duckdb"),
        (True, {}, "sqlite"),
        (True, {"evidence.connecting.FEW_BYTES": -1}, "sqlite"),
        (True, dict.fromkeys(FEW, -1), "duckdb"),
        (True, {"evidence.sqlite.ABLE": False, "decide.deciding.ABLE": False}, "duckdb"),
    ],
)
def test_the_engine_fits_what_there_is(
    alone: bool,
    set_to: dict[str, int],
    engine: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in set_to.items():
        monkeypatch.setattr(f"proofline.{name}", value)
    # Nothing has to be decided to see who would have.
    monkeypatch.setattr(
        "proofline.decide.deciding.run", lambda engine, asked, _: Run(engine, asked)
    )
    scenario = scenarios.given()[0]
    folder = scenarios.write(scenario.evidence, tmp_path)
    asked = Asked(AS_OF, enrollment_id=scenario.lines[0].enrollment_id if alone else None)
    with opened(folder, asked) as (run, _):
        assert run.engine.name.startswith(engine)


def test_the_calendar_that_is_lent_is_the_one_that_duckdb_makes() -> None:
    with closing(in_memory()) as small, duckdb.connect() as connection:
        engine = SQLiteEngine(small)
        connection.execute("CREATE TABLE asked AS SELECT 1 AS once")
        for relation, column in LENT.items():
            connection.execute(f"CREATE TABLE {relation} AS {sql(relation)}")
            rows = f"SELECT * FROM {relation} ORDER BY {column}"
            ours = [tuple(row.values()) for row in engine.rows(rows)]
            assert ours == connection.execute(rows).fetchall()
            assert len(ours) > 700


def test_nothing_can_be_written_into_the_calendar_that_others_read() -> None:
    with closing(in_memory()) as small:
        SQLiteEngine(small)
        with pytest.raises(OperationalError, match="readonly"):
            small.execute("DELETE FROM calendar")


def test_without_a_place_for_it_each_run_makes_its_calendar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scenarios.write(scenarios.given()[0].evidence, tmp_path)
    lent = told_by("sqlite", folder, Asked(AS_OF))
    monkeypatch.setattr("proofline.evidence.sqlite._IDLE", [])  # as in a process of its own
    monkeypatch.setattr("proofline.decide.engines.sqlite.lend_calendar", lambda _: False)
    assert told_by("sqlite", folder, Asked(AS_OF)) == lent != []
