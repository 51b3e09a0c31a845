"""The rows of a tenant's table, a page at a time, each cell as the database keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from proofline.store.book import wall


def rows_kept(
    tenant_id: str, table: str, columns: Sequence[str], *, number: str = "id", most: int
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows in the order of their numbers: the number, then the columns asked for.

    `number` names the column that numbers them, and `most` are read at once.
    """
    # Behind a plus a cell of SQLite comes as it is kept, and not as Django would read it.
    plain = "" if connection.vendor == "postgresql" else "+"
    asked = ", ".join(f"{plain}{column}" for column in (number, *columns))
    after, last = "", list[Any]()  # whoever writes past us may number a row below nothing
    while True:
        with connection.cursor() as cursor:
            wall(tenant_id)
            cursor.execute(
                f"SELECT {asked} FROM {table} WHERE tenant_id = %s {after}"
                f" ORDER BY {number} LIMIT %s",
                [tenant_id, *last, most],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < most:
            return
        after, last = f"AND {number} > %s", [rows[-1][0]]
