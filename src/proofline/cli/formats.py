"""Decisions written out: JSON for programs, CSV for spreadsheets, a table for the eye.

Every form gives the same bytes for the same decisions. Parquet is written by the engine itself.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.table import Table

Decision = dict[str, Any]

CSV_COLUMNS = (
    *("enrollment_id", "patient_id", "program", "period_kind", "period_start", "period_end"),
    *("period_number", "code", "outcome", "units", "service_date", "reasons"),
    *("evidence_digest", "pack", "pack_digest", "engine"),
)
OUTCOME_STYLE = {"billable": "green", "held": "yellow", "not_billable": "dim", "open": "cyan"}


def against(decision: Decision) -> list[dict[str, Any]]:
    """Give the findings that keep a line from being billed, in the order of the page."""
    return [f for f in decision["findings"] if f["status"] != "met" and f["level"] != "warn"]


def ndjson(decisions: Iterable[Decision]) -> Iterator[bytes]:
    """Yield one JSON object a line."""
    from msgspec import json  # noqa: PLC0415

    encoder = json.Encoder()
    for decision in decisions:
        yield encoder.encode(decision) + b"\n"


def json_list(decisions: Iterable[Decision]) -> Iterator[bytes]:
    """Yield one JSON list of all, one decision a line so that it can be compared by line."""
    opening = b"[\n"
    for line in ndjson(decisions):
        yield opening + line.rstrip(b"\n")
        opening = b",\n"
    yield b"[]\n" if opening == b"[\n" else b"\n]\n"


def csv_lines(decisions: Iterable[Decision]) -> Iterator[bytes]:
    """Yield a header and one line for each decision; the reasons against it in one cell."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for decision in decisions:
        flat = decision | {f"period_{name}": value for name, value in decision["period"].items()}
        flat["reasons"] = "; ".join(f"{f['requirement']} {f['status']}" for f in against(decision))
        writer.writerow(flat[column] for column in CSV_COLUMNS)
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


FORMS: dict[str, Callable[[Iterable[Decision]], Iterator[bytes]]] = {
    "ndjson": ndjson,
    "json": json_list,
    "csv": csv_lines,
}


def counted(decisions: Iterable[Decision], outcomes: Counter[str]) -> Iterator[Decision]:
    """Pass decisions on and count their outcomes on the way."""
    for decision in decisions:
        outcomes[decision["outcome"]] += 1
        yield decision


def write_table(decisions: Iterable[Decision], file: IO[str] | None) -> None:
    """Print a table of decisions to a terminal or file, with the first reason against each."""
    from proofline.cli.screen import console  # noqa: PLC0415

    console(file).print(table_of(decisions))


def table_of(decisions: Iterable[Decision]) -> Table:
    """Lay decisions out, one a row: what, when, whether, and the first reason against it."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for head in ("enrollment", "period", "code", "outcome", "units", "service date", "why"):
        table.add_column(head, no_wrap=head != "why")
    for one in decisions:
        period, outcome = one["period"], one["outcome"]
        table.add_row(
            one["enrollment_id"],
            f"{period['kind']} {period['start']}",
            one["code"],
            Text(outcome.replace("_", " "), style=OUTCOME_STYLE[outcome]),
            str(one["units"]),
            one["service_date"],
            first_reason(one),
        )
    return table


def first_reason(decision: Decision) -> str:
    """Say the first finding against a line: the fact, its value, and what is needed."""
    found = against(decision)
    if not found:
        return ""
    first = found[0]
    value = "unknown" if first["value"] is None else first["value"]
    return f"{first['requirement']}: {first['fact']} is {value}, needs {first['needs']}"
