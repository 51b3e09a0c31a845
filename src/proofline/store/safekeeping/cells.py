"""Whether a cell is what an entry of the ledger says, in the form in which a database keeps it."""

from __future__ import annotations

from datetime import UTC, date, datetime


def same(cell: object, wanted: object) -> bool:
    """Tell whether a cell is what is wanted, in the form in which the database keeps it.

    Days are text in a record and days in a column of PostgreSQL. SQLite keeps truth as 0 and 1, and
    instants as text, with the offset of UTC or without: only these two are what we wrote.
    """
    if isinstance(wanted, datetime) and isinstance(cell, str):
        bare = wanted.astimezone(UTC).replace(tzinfo=None)
        return cell in {f"{bare}", f"{bare}+00:00"}
    if isinstance(wanted, bool):
        return type(cell) in {bool, int} and cell == wanted
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat() == wanted
    return cell == wanted and isinstance(cell, bool) == isinstance(wanted, bool)
