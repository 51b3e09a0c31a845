"""The engine in process keeps the parts of a statement, and nothing of what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from proofline.decide.engines import duckdb as house
from proofline.decide.engines.duckdb import DuckDBEngine

if TYPE_CHECKING:
    import pytest


def engine_over(number: int) -> DuckDBEngine:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE evidence AS SELECT {number} AS number")
    return DuckDBEngine(connection)


def test_a_statement_known_already_is_asked_anew_of_every_evidence() -> None:
    for number in (1, 2):
        engine = engine_over(number)
        engine.keep("kept", "SELECT number FROM evidence")
        engine.define("defined", "SELECT number FROM evidence")
        assert list(engine.rows("SELECT * FROM kept JOIN defined USING (number)")) == [
            {"number": number}
        ]


def test_only_so_many_statements_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "_PARSED_MOST", 3)
    monkeypatch.setattr(house, "_parsed", {})
    engine = engine_over(1)
    for number in range(9):
        engine.keep("kept", f"SELECT number + {number} AS more FROM evidence")
        assert list(engine.rows("SELECT * FROM kept")) == [{"more": number + 1}]
        assert len(house._parsed) <= 3  # noqa: SLF001 - what is kept is told to nobody
