"""Every published fixture of every source: what came of it is what was written beside it by hand.

`NAME.toml` beside `NAME.json` (or .csv, .hl7, …) lists every reading, with those of its columns and
of its provenance that matter, and every trouble by its code. Nothing may come that is not listed.
`[options]` are those of the operator.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace

from proofline.evidence.tables import TABLE
from proofline.intake import source, source_names
from proofline.intake import sources as room
from proofline.intake.arriving import Arrivals
from proofline.intake.identity import Known
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload
from proofline.intake.report import Trouble

FIXTURES = Path(room.__file__).parents[1] / "fixtures"
EXPECTED = sorted(FIXTURES.rglob("*.toml"))


Row = dict[str, str]


def came_of(name: str, file: Path, options: Options) -> tuple[list[Row], list[Row]]:
    sent = replace(payload(file.name, file.read_bytes()), patient_id=options.patient_id)
    arrivals = Arrivals(name, sent, Known())
    readings: list[Row] = []
    troubles: list[Row] = []
    for said in source(name).decode(sent, options):
        rows = [said] if isinstance(said, Trouble) else arrivals.rows(said)
        for row in rows:
            if isinstance(row, Trouble):
                troubles.append({"place": row.place.where, "code": row.code})
            elif row.table == "readings":
                readings.append({**row.cells, "place": row.place.where})
            elif row.table == "provenance":
                readings[-1] |= row.cells
    return readings, troubles


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_fixture_becomes_what_is_written_beside_it(expected: Path) -> None:
    told = tomllib.loads(expected.read_text("utf-8"))
    (file,) = (one for one in expected.parent.glob(f"{expected.stem}.*") if one != expected)
    name = expected.parent.name.replace("_", "-")
    readings, troubles = came_of(name, file, Options(**told.get("options", {})))
    wanted = told.get("reading", [])
    shown = [
        {column: one.get(column, "") for column in want}
        for one, want in zip(readings, wanted, strict=False)
    ]
    assert shown == wanted
    assert len(readings) == len(wanted), readings[len(wanted) :]
    assert troubles == told.get("trouble", [])
    for reading in readings:
        assert {column.name for column in TABLE["readings"].columns if column.required} <= set(
            reading
        )


@pytest.mark.parametrize("name", source_names())
def test_source_has_a_fixture_and_a_title(name: str) -> None:
    assert source(name).TITLE
    if not hasattr(source(name), "take_in"):
        assert [one for one in EXPECTED if one.parent.name == name.replace("-", "_")]
