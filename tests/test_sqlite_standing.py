"""What was planned for one use stays for the next, and nothing else of it does."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

import scenarios
from proofline.cli import formats
from proofline.decide import Asked, opened
from proofline.decide.decision import decisions
from proofline.evidence import sqlite as small_databases
from proofline.evidence.sqlite import Small, in_memory, standing
from proofline.evidence.sqlite.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INDEX = "CREATE UNIQUE INDEX by_n ON kept"
EACH = "SELECT kept.n FROM kept ORDER BY 1"


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Standing]]:
    """Nothing waits for its next use, and what this test leaves behind is not kept."""
    waiting: list[Standing] = []
    monkeypatch.setattr(small_databases, "_IDLE", waiting)
    yield waiting
    for one in waiting:
        one.connection.close()


def rows(small: Small, asked: str = EACH) -> list[int | str]:
    return [n for (n,) in small.execute(asked).fetchall()]


def tables(connection: sqlite3.Connection) -> list[str]:
    found = [
        f'{schema}."{name}"'
        for schema in ("main", "temp")
        for (name,) in connection.execute(
            f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'"
        )
    ]
    return [name for name in found if "sqlite_" not in name]


def changes(connection: sqlite3.Connection) -> int:
    """How often a table, view or index was really made or dropped."""
    return sum(
        connection.execute(f"PRAGMA {schema}.schema_version").fetchone()[0]
        for schema in ("main", "temp")
    )


def told(scenario: scenarios.Scenario, folder: Path) -> list[bytes]:
    asked = Asked(scenario.as_of, scenario.clock)
    with opened(folder, asked, engine="sqlite") as (run, _):
        return list(formats.ndjson(decisions(run)))


def some(every: int) -> list[scenarios.Scenario]:
    return list((scenarios.given() + scenarios.own())[::every])


@pytest.mark.parametrize("every", [400, pytest.param(20, marks=pytest.mark.slow)])
def test_it_is_decided_alike_whoever_was_decided_before(
    every: int, tmp_path: Path, idle: list[Standing]
) -> None:
    chosen = some(every)
    folders = [
        scenarios.write(one.evidence, tmp_path / str(place)) for place, one in enumerate(chosen)
    ]
    alone = []
    for one, folder in zip(chosen, folders, strict=True):
        alone.append(told(one, folder))
        idle.pop().connection.close()
    assert len(alone) > 2
    assert [told(one, folder) for one, folder in zip(chosen, folders, strict=True)] == alone
    assert len(idle) == 1


def test_nobodys_rows_are_left(tmp_path: Path, idle: list[Standing]) -> None:
    scenario = scenarios.given()[0]
    assert told(scenario, scenarios.write(scenario.evidence, tmp_path))
    (left,) = idle
    names = tables(left.connection)
    assert len(names) > 60
    for name in names:
        assert left.connection.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,), name


def test_nothing_is_made_twice(tmp_path: Path, idle: list[Standing]) -> None:
    scenario = scenarios.given()[0]
    folder = scenarios.write(scenario.evidence, tmp_path)
    first = told(scenario, folder)
    before = changes(idle[0].connection)
    assert told(scenario, folder) == first
    assert changes(idle[0].connection) == before


def test_two_uses_at_once_share_nothing() -> None:
    with closing(in_memory()) as one, closing(in_memory()) as other:
        one.execute("CREATE TABLE kept AS SELECT 1 AS n")
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            other.execute(EACH)


def test_what_is_closed_answers_nobody() -> None:
    small = in_memory()
    small.execute("CREATE TABLE kept AS SELECT 1 AS n UNION ALL SELECT 2")
    unread = small.execute(EACH)
    assert unread.fetchone() == (1,)
    small.close()
    small.close()
    with closing(in_memory()) as again:
        again.execute("CREATE TABLE kept AS SELECT 1 AS n UNION ALL SELECT 2")
        with pytest.raises(sqlite3.ProgrammingError):
            unread.fetchone()
        with pytest.raises(sqlite3.ProgrammingError):
            small.execute(EACH)


@pytest.mark.parametrize(
    ("first", "then", "found"),
    [
        (["CREATE TABLE kept(n BIGINT)"], ["CREATE TABLE kept(n BIGINT)"], []),
        (
            ["CREATE TEMP TABLE kept AS SELECT 1 AS n"],
            ["CREATE TEMP TABLE kept AS SELECT 1 AS n"],
            [1],
        ),
        (
            ["CREATE TEMP TABLE kept AS SELECT 1 AS n"],
            ["CREATE TEMP TABLE kept AS SELECT 2 AS n"],
            [2],
        ),
        (["\nCREATE TABLE kept AS\nSELECT 1 AS n"], ["\nCREATE TABLE kept AS\nSELECT 1 AS n"], [1]),
        (["CREATE TABLE kept AS SELECT 1 AS m"], ["CREATE TABLE kept AS SELECT 2 AS n"], [2]),
        (["CREATE TABLE kept(n BIGINT, m BIGINT)"], ["CREATE TABLE kept AS SELECT 2 AS n"], [2]),
        (["CREATE TABLE kept(n BIGINT)"], ["CREATE TABLE kept AS SELECT 2 AS n"], [2]),
        (["CREATE TABLE kept AS SELECT 1 AS n"], ["CREATE TABLE kept(n BIGINT)"], []),
        (["CREATE TABLE kept(n BIGINT)"], ["CREATE TABLE kept AS SELECT '07' AS n"], ["07"]),
        (["CREATE TABLE kept(n VARCHAR)"], ["CREATE TABLE kept AS SELECT 7 AS n"], [7]),
        (["CREATE TEMP TABLE kept AS SELECT 1 AS n"], ["CREATE TABLE kept AS SELECT 2 AS n"], [2]),
        (["CREATE VIEW kept AS SELECT 1 AS n"], ["CREATE TEMP TABLE kept AS SELECT 2 AS n"], [2]),
        (["CREATE VIEW kept AS SELECT 1 AS n"], ["CREATE VIEW kept AS SELECT 1 AS n"], [1]),
        (["CREATE VIEW kept AS SELECT 1 AS n"], ["CREATE VIEW kept AS SELECT 2 AS n"], [2]),
        (["CREATE VIEW kept AS SELECT 1 AS n"], ["CREATE TABLE kept AS SELECT 2 AS n"], [2]),
        (["CREATE TABLE kept AS SELECT 1 AS n"], ["CREATE VIEW kept AS SELECT 2 AS n"], [2]),
        (
            ["CREATE TABLE kept AS SELECT 1 AS n", "CREATE UNIQUE INDEX by_n ON kept (n)"],
            ["CREATE TABLE kept AS SELECT 3 AS n", "CREATE UNIQUE INDEX by_n ON kept (n)"],
            [3],
        ),
        (
            ["CREATE TABLE kept AS SELECT 1 AS n", "CREATE UNIQUE INDEX by_n ON kept (n)"],
            ["CREATE TABLE kept AS SELECT 1 AS m, 3 AS n", "CREATE UNIQUE INDEX by_n ON kept (n)"],
            [3],
        ),
        *(
            (
                [f"CREATE {temp}TABLE kept AS SELECT 1 AS m, 3 AS n", f"{INDEX} (m)"],
                [f"CREATE {temp}TABLE kept AS SELECT 1 AS m, 3 AS n", f"{INDEX} (n, m)"],
                [3],
            )
            for temp in ("", "TEMP ")
        ),
        (
            ["CREATE TABLE of AS SELECT 1 AS n", "CREATE VIEW kept AS SELECT n FROM of"],
            ["CREATE TABLE of AS SELECT 2 AS m, 3 AS n", "CREATE VIEW kept AS SELECT n FROM of"],
            [3],
        ),
    ],
)
def test_what_is_made_again_is_what_was_asked_for(
    first: list[str], then: list[str], found: list[int | str]
) -> None:
    for makes in (first, then, first, then):
        with closing(in_memory()) as small:
            for one in makes:
                small.execute(one)
            if makes is then:
                assert rows(small) == found


def test_an_index_that_was_made_anew_goes_with_its_table() -> None:
    for columns in ("m", "n", "m", "n, m"):
        with closing(in_memory()) as small:
            small.execute("CREATE TABLE kept AS SELECT 1 AS m, 3 AS n")
            small.execute(f"{INDEX} ({columns})")
    with closing(in_memory()) as small:
        small.execute("CREATE TABLE kept AS SELECT 4 AS n")
        small.execute(f"{INDEX} (n)")
        assert rows(small) == [4]


def test_an_index_that_cannot_be_made_says_why_and_may_move_to_another_table() -> None:
    kept, other = (
        "CREATE TABLE kept AS SELECT 1 AS m, 3 AS n",
        "CREATE TABLE other AS SELECT 5 AS n",
    )
    twice = f"{kept} UNION ALL SELECT 1, 4"
    moved = f"{INDEX.replace('kept', 'other')} (n)"
    with closing(in_memory()) as small:
        small.execute(kept)
        small.execute(f"{INDEX} (n)")
    with closing(in_memory()) as small:
        small.execute(twice)
        with pytest.raises(sqlite3.IntegrityError):
            small.execute(f"{INDEX} (m)")
    for _ in range(2):
        with closing(in_memory()) as small:
            for one in (kept, other, moved):
                small.execute(one)
            assert rows(small) == [3]
        with closing(in_memory()) as small:
            small.execute(kept)
            small.execute(f"{INDEX} (n)")
            with pytest.raises(sqlite3.IntegrityError):
                small.execute("INSERT INTO kept VALUES (7, 3)")


@pytest.mark.parametrize("star", ["SELECT * FROM of", "SELECT o.* FROM of AS o"])
def test_all_columns_are_those_of_the_table_as_it_is_now(star: str) -> None:
    for columns in ("1 AS m, 2 AS n", "3 AS n", "4 AS n, 5 AS m", "6 AS m, 7 AS n"):
        with closing(in_memory()) as small:
            small.execute(f"CREATE TABLE of AS SELECT {columns}")
            small.execute(f"CREATE TABLE kept AS {star}")
            assert rows(small) == rows(small, "SELECT n FROM of")


def test_within_one_use_too_a_table_may_be_dropped_and_made_anew() -> None:
    with closing(in_memory()) as small:
        for n in (1, 2):
            small.execute("DROP TABLE IF EXISTS temp.kept")
            small.execute(f"CREATE TEMP TABLE kept AS SELECT {n} AS n")
            small.execute("CREATE UNIQUE INDEX by_n ON kept (n)")
            assert rows(small) == [n]
            with pytest.raises(sqlite3.IntegrityError):
                small.execute(f"INSERT INTO kept VALUES ({n})")


def test_a_table_is_not_made_over_one_that_is_there() -> None:
    with closing(in_memory()) as small:
        small.execute("CREATE TABLE kept AS SELECT 1 AS n")
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            small.execute("CREATE TABLE kept AS SELECT 1 AS n")
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            small.execute("DROP TABLE another")


def test_an_error_half_way_leaves_nothing(idle: list[Standing]) -> None:
    fails = "SELECT 1 AS n UNION ALL SELECT abs(-9223372036854775807 - 1)"
    for made_by in ("SELECT 1 AS n", fails, "SELECT 3 AS n"):
        with closing(in_memory()) as small, suppress(sqlite3.OperationalError):
            small.execute(f"CREATE TABLE kept AS {made_by}")
        (left,) = idle
        assert left.connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_what_ends_a_transaction_by_itself_is_told_and_not_kept(idle: list[Standing]) -> None:
    def use() -> None:
        with closing(in_memory()) as small:
            small.execute("CREATE TABLE kept AS SELECT 1 AS n")
            small.execute("ROLLBACK")
            small.execute(EACH)

    with pytest.raises(sqlite3.OperationalError, match="kept"):
        use()
    assert idle == []


@pytest.mark.parametrize("made", ['CREATE TABLE "a b"(n)', "create table lower(n)"])
def test_what_nobody_keeps_track_of_is_not_kept(made: str, idle: list[Standing]) -> None:
    with closing(in_memory()) as small:
        small.execute(made)
    assert idle == []


def test_a_child_neither_uses_nor_closes_what_its_parent_has(idle: list[Standing]) -> None:
    in_memory().close()
    child = os.fork()
    if child == 0:
        os._exit(len(idle))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(idle) == 1


def test_rows_of_many_are_not_kept_in_memory(
    monkeypatch: pytest.MonkeyPatch, idle: list[Standing]
) -> None:
    monkeypatch.setattr(standing, "_MOST_BYTES", 100_000)
    with closing(in_memory()) as small:
        small.execute("CREATE TABLE kept AS SELECT 1 AS n")
    assert len(idle) == 1
    with closing(in_memory()) as small:
        small.execute(
            "CREATE TABLE wide AS"
            " SELECT unnest(generate_series(1, 100000)) AS n FROM (SELECT 1) AS t"
        )
    assert idle == []
