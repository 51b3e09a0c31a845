"""Which rows have an id that comes more than once.

Tens of millions of ids are told apart by sorting their hashes, which costs a quarter of grouping by
id. A collision does no harm: what is found is always compared by id and content afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.evidence.sqlite import Small

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import numpy as np
    from numpy.typing import NDArray

    from proofline.evidence.database import Connection, Database

    Numbers = NDArray[np.uint32]

PLAIN_SQL_ROWS = 2_000_000
"""Up to so many rows grouping is faster than bringing numpy in."""

_SLICE = 1 << 22
"""So many rows are fetched at a time: what fetching needs besides is as little."""

_SIEVE = (1 << 26) - 1
"""The part of a hash by which most that come once are passed over."""


def repeated(connection: Connection, relation: str, key: tuple[str, ...], number: str) -> str:
    """Name a relation with the `row_no` of each row whose `key` comes more than once; "" if none.

    `number` is the column of `relation` that numbers its rows. A row whose key comes once may be
    among them by chance.
    """
    asked = f"SELECT count(*), coalesce(max({number}), 0) FROM {relation}"
    count, last = connection.execute(asked).fetchone() or (0, 0)
    if count < 2:  # noqa: PLR2004 - one row repeats nothing
        return ""
    names = ", ".join(f'"{name}"' for name in key)
    hashed = f"SELECT hash({names}) AS h, {number} AS row_no FROM {relation}"
    kept = f"parsed.repeated_{relation.rpartition('.')[2]}"
    if isinstance(connection, Small) or count <= PLAIN_SQL_ROWS:
        return kept if _few(connection, hashed, kept) else ""
    return kept if _many(connection, hashed, kept, (count, last)) else ""


def _few(connection: Database, hashed: str, kept: str) -> bool:
    twice = f"SELECT h FROM ({hashed}) GROUP BY h HAVING count(*) > 1"
    if connection.execute(f"{twice} LIMIT 1").fetchone() is None:
        return False
    connection.execute(f"DROP TABLE IF EXISTS {kept}")
    connection.execute(f"CREATE TABLE {kept} AS SELECT row_no FROM ({hashed}) WHERE h IN ({twice})")
    return True


def _many(
    connection: duckdb.DuckDBPyConnection, hashed: str, kept: str, extent: tuple[int, int]
) -> bool:
    import numpy as np  # noqa: PLC0415 - its import costs more than small evidence takes to open

    count, last = extent
    hashes, rows = np.empty(count, np.uint32), np.empty(count, np.uint32)
    filled = 0
    for h, row_no in _slices(connection, hashed, last):
        hashes[filled : filled + len(h)], rows[filled : filled + len(h)] = h, row_no
        filled += len(h)
    twice = rows[_coming_twice(hashes)]
    if not twice.size:
        return False
    connection.register("repeated_rows", {"row_no": twice})
    connection.execute(f"CREATE OR REPLACE TABLE {kept} AS SELECT row_no FROM repeated_rows")
    connection.unregister("repeated_rows")
    return True


def _slices(
    connection: duckdb.DuckDBPyConnection, hashed: str, last: int
) -> Iterator[tuple[Numbers, Numbers]]:
    """Half of each hash, and the number of its row, a few million rows at a time."""
    short = "CAST(h & 4294967295 AS UINTEGER) AS h, CAST(row_no AS UINTEGER) AS row_no"
    for first in range(0, last + 1, _SLICE):
        within = f"row_no >= {first} AND row_no < {first + _SLICE}"
        query = f"SELECT {short} FROM ({hashed}) WHERE {within}"
        fetched = connection.execute(query).fetchnumpy()
        yield fetched["h"], fetched["row_no"]


def _coming_twice(hashes: Numbers) -> NDArray[np.intp]:
    """The places of the hashes that come more than once."""
    import numpy as np  # noqa: PLC0415 - as above

    ordered = np.sort(hashes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    del ordered
    sieve = np.zeros(_SIEVE + 1, dtype=bool)
    sieve[twice & _SIEVE] = True
    near = np.concatenate(
        [
            first + np.flatnonzero(sieve[hashes[first : first + _SLICE] & _SIEVE])
            for first in range(0, len(hashes), _SLICE)
        ]
    )
    return near[np.isin(hashes[near], twice)]
