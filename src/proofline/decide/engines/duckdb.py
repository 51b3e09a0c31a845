"""The models on DuckDB, in process: for one patient on a page and for a million from Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from errno import EIO
from os import strerror
from pathlib import Path
from typing import TYPE_CHECKING, Any

import _duckdb as duckdb

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PARSED_MOST = 1000
_parsed: dict[str, duckdb.Statement] = {}
"""Statements taken apart: a process that decides again pays for parsing the models once."""
_BATCH = 2048
_PARQUET = "FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 2000, WRITE_BLOOM_FILTER false"
"""A dictionary of ids that come once or twice costs much and saves nothing."""


class DuckDBEngine:
    """The engine around the connection that already holds the staged evidence."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        """Take the connection over; whoever opened it closes it."""
        self.name = f"duckdb-{duckdb.__version__}"
        self._connection = connection
        connection.execute("SET enable_progress_bar = false")

    def define(self, relation: str, sql: str) -> None:
        """Name a query as a temporary view."""
        self._made(f"CREATE OR REPLACE TEMP VIEW {relation} AS {sql}")

    def keep(self, relation: str, sql: str) -> None:
        """Run a query once into a temporary table."""
        self._made(f"CREATE OR REPLACE TEMP TABLE {relation} AS {sql}")

    def _made(self, sql: str) -> None:
        statement = _parsed.get(sql)
        if statement is None:
            if len(_parsed) >= _PARSED_MOST:
                _parsed.clear()
            (statement,) = self._connection.extract_statements(sql)
            _parsed[sql] = statement
        self._connection.execute(statement)

    def rows(self, sql: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query, fetched in batches."""
        cursor = self._connection.execute(sql)
        names = [column[0] for column in cursor.description]
        while batch := cursor.fetchmany(_BATCH):
            yield from (dict(zip(names, row, strict=True)) for row in batch)

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of a query to a Parquet file; an OSError where it cannot be written."""
        target = str(path).replace("'", "''")
        try:
            self._connection.execute(f"COPY ({sql}) TO '{target}' ({_PARQUET})")
        except duckdb.IOException as error:
            raise OSError(EIO, strerror(EIO), path) from error
