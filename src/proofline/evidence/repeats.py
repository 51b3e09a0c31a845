"""Which ids come more than once.

Tens of millions of ids are told apart by sorting their hashes, which costs a quarter of grouping by
id. A collision does no harm: what is found is always compared by id and content afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

PLAIN_SQL_ROWS = 2_000_000
"""Up to so many rows grouping is faster than bringing numpy in."""


def repeated(connection: duckdb.DuckDBPyConnection, relation: str, key: tuple[str, ...]) -> str:
    """SQL that holds for the rows of `relation` whose `key` comes more than once; blank if none."""
    (count,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)
    if count < 2:  # noqa: PLR2004 - one row repeats nothing
        return ""
    names = ", ".join(f'"{name}"' for name in key)
    hashed = f"hash({names})"
    search = _few if count <= PLAIN_SQL_ROWS else _many
    found = search(connection, relation, hashed)
    return f"{hashed} IN (SELECT h FROM {found})" if found else ""


def _few(connection: duckdb.DuckDBPyConnection, relation: str, hashed: str) -> str:
    name = _kept(relation)
    twice = f"SELECT {hashed} AS h FROM {relation} GROUP BY 1 HAVING count(*) > 1"
    if connection.execute(f"{twice} LIMIT 1").fetchone() is None:
        return ""
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS {twice}")
    return name


def _many(connection: duckdb.DuckDBPyConnection, relation: str, hashed: str) -> str:
    import numpy as np  # noqa: PLC0415 - its import costs more than small evidence takes to open

    hashes = connection.execute(f"SELECT {hashed} AS h FROM {relation}").fetchnumpy()["h"]
    hashes.sort()
    twice = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    if not len(twice):
        return ""
    connection.register("repeated_hashes", {"h": twice})
    connection.execute(
        f"CREATE OR REPLACE TABLE {_kept(relation)} AS SELECT h FROM repeated_hashes"
    )
    connection.unregister("repeated_hashes")
    return _kept(relation)


def _kept(relation: str) -> str:
    return f"parsed.repeated_{relation.rpartition('.')[2]}"
