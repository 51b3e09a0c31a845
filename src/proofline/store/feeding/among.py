"""How rows of evidence are asked for by ids, so that the narrow indexes of readings are used.

What an index says of each row is most of what a reading costs, so those over readings leave out the
practice, and the one over ids holds but the end of an id. Which rows are meant is asked in full.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Func

_END = "coalesce(unhex(substr({0}, -16)), {0})"
"""The last 16 digits as eight bytes, where an id ends in a digest, as of most senders; else all."""

_NARROW = {("readings", "reading_id"), ("readings", "device_id")}


class IdEnd(Func):
    """What the index over the ids of readings holds; on PostgreSQL, which has `unhex` not, all."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **said: Any) -> Any:  # noqa: ANN401 - Django's shapes
        """Write it in SQLite's words."""
        return self.as_sql(compiler, connection, template=_END.format("%(expressions)s"), **said)


def ours(alias: str = "") -> str:
    """Write whose a row is, where it is found by an index that does not say so.

    The plus changes nothing but SQLite's plan: it takes one practice for fewer rows than some ids.
    """
    plus = "+" if connection.vendor == "sqlite" else ""
    return f"{plus}{alias}tenant_id"


def among(
    tenant_id: str, table: str, of: tuple[str, Collection[str]], alias: str = ""
) -> tuple[str, list[str]]:
    """Write the condition that rows are a tenant's and hold one of some ids; and its values.

    `of` is the column, and the ids that are wanted in it.
    """
    column, ids = of
    marks = ", ".join(["%s"] * len(ids))
    narrow = (table, column) in _NARROW
    where = f"{ours(alias) if narrow else f'{alias}tenant_id'} = %s"
    where += f' AND {alias}"{column}" IN ({marks})'
    if not narrow or column == "device_id" or connection.vendor != "sqlite":
        return where, [tenant_id, *ids]
    end, wanted = _END.format(f'{alias}"{column}"'), _END.format("value")
    where += f" AND {end} IN (SELECT {wanted} FROM json_each(%s))"
    return where, [tenant_id, *ids, json.dumps([*ids])]
