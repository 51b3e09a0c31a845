"""What came into a table since somebody last looked, a portion at a time."""

from __future__ import annotations

from django.db import connection

from proofline.evidence.provenance import EVERY_TABLE
from proofline.store.models import Watched

Cells = dict[str, str | None]


def new_rows(tenant_id: str, table: str, most: int) -> tuple[int, list[Cells], bool]:
    """Give the next rows that nobody has looked at yet, and the number of the last of them first.

    Withdrawn rows are passed over; the number is 0 where nothing is new. The last says whether
    there may be more.
    """
    names = EVERY_TABLE[table].names
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = Watched.objects.filter(tenant_id=tenant_id, name=table)
    mark = marks.values_list("row_no", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row_no, withdrawn, {quoted} FROM evidence_{table} WHERE row_no > %s"
            " AND tenant_id = %s ORDER BY row_no LIMIT %s",
            [mark, tenant_id, most],
        )
        found = cursor.fetchall()
    rows = [dict(zip(names, row[2:], strict=True)) for row in found if not row[1]]
    return (found[-1][0] if found else 0), rows, len(found) == most


def looked_at(tenant_id: str, table: str, row_no: int) -> None:
    """Note that somebody looked at all rows up to a number, in the transaction of what follows."""
    Watched.objects.update_or_create(tenant_id=tenant_id, name=table, defaults={"row_no": row_no})
