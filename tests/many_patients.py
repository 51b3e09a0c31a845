"""Many patients in one evidence folder, each the same story but for what is different about him."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from typing import TYPE_CHECKING

from proofline.decide import Asked, opened, snapshots
from proofline.decide.asked import day_number
from proofline.evidence.tables import TABLE
from storybook import Tables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from proofline.decide.snapshots import Snapshot

START, AS_OF = date(2026, 3, 1), date(2026, 12, 31)
FEW = 30


def apart(tables: Tables, number: int) -> Tables:
    """Give every id of a patient's tables a mark of its own, so that many can share a folder."""
    mark = f"~{number:04d}"
    ids = {
        column.name for table in TABLE.values() for column in table.columns if column.kind == "id"
    }
    return {
        name: [
            {key: value + mark if key in ids and value else value for key, value in row.items()}
            for row in rows
        ]
        for name, rows in tables.items()
    }


def lay(patients: Iterable[Tables], folder: Path, *, shuffled: int | None = None) -> Path:
    """Write the tables of several patients as one evidence folder, in another order if asked."""
    folder.mkdir()
    together: Tables = {}
    for number, tables in enumerate(patients):
        for name, rows in apart(tables, number).items():
            together.setdefault(name, []).extend(rows)
    for name, rows in together.items():
        if shuffled is not None:
            random.Random(shuffled).shuffle(rows)  # noqa: S311 - an order, not a secret
        text = io.StringIO()
        columns = list(dict.fromkeys(key for row in rows for key in row))
        writer = csv.DictWriter(text, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
        (folder / f"{name}.csv").write_text(text.getvalue(), "utf-8", newline="")
    return folder


def taken(folder: Path, count: int, asked: Asked | None = None) -> list[Snapshot | None]:
    """Take everybody's snapshot of the first cycle, by the engine that is sooner done."""
    engine = "sqlite" if count <= FEW else "duckdb"
    with opened(folder, asked or Asked(AS_OF), engine=engine) as (run, _):
        rows = run.engine.rows(
            "SELECT c.enrollment_id, p.period_no FROM periods AS p"
            " JOIN charts AS c ON c.chart_no = p.chart_no"
            f" WHERE p.kind = 'cycle' AND p.first_day = {day_number(START)}"
        )
        whose = {row["period_no"]: row["enrollment_id"] for row in rows}
        shots = {whose[period_no]: shot for period_no, shot in snapshots.taken(run.engine, whose)}
    return [shots.get(f"ENR-1~{number:04d}") for number in range(count)]


def plainly(snapshot: Snapshot | None, number: int) -> bytes:
    """Give the text without the mark of whose it is; nothing where there is no such period."""
    text = b"" if snapshot is None else snapshot.text.replace(f"~{number:04d}".encode(), b"")
    return b"\n".join(sorted(text.split(b"\n")))
