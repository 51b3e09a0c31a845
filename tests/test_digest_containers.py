"""The same evidence has one digest, whichever container it came in, however it spells numbers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from proofline.decide import decide
from scenarios import write
from storybook import as_csv, tell

if TYPE_CHECKING:
    from pathlib import Path

STORY = tell(
    "by cycle; days = 1 with value=72.5; days = 2 with value=128, value_2=80.0;"
    " days = 3 with value=0.30; days = 4 with value=100, value_2=-; days = 5 with value=98.60;"
    " 25 min on 2026-03-10"
)
SENT = "read_csv('{}/readings.csv', all_varchar = true)"
AS = "SELECT * REPLACE (CAST(value AS {0}) AS value, CAST(value_2 AS {0}) AS value_2) FROM " + SENT
KEPT = {
    "doubles": ("parquet", AS.replace("{0}", "DOUBLE")),
    "floats": ("parquet", AS.replace("{0}", "FLOAT")),
    "decimals": ("parquet", AS.replace("{0}", "DECIMAL(9, 3)")),
    "words": ("parquet", "SELECT * FROM " + SENT),
    "json numbers": ("json", AS.replace("{0}", "DOUBLE")),
    "json words": ("json", "SELECT * FROM " + SENT),
}


def digests(folder: Path) -> dict[str, str]:
    """Give the digest of each line of the first cycle."""
    lines = decide(folder, as_of=date(2026, 12, 31), clock="cycle", engine="sqlite")
    return {
        line["code"]: line["evidence_digest"] for line in lines if line["period"]["number"] == 1
    }


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the evidence as CSV."""
    evidence = {name: as_csv(rows) for name, rows in STORY.tables().items() if rows}
    return write(evidence, tmp_path_factory.mktemp("sent") / "csv")


@pytest.mark.slow
@pytest.mark.parametrize("kept", KEPT)
def test_a_number_is_the_same_in_every_container(kept: str, sent: Path, tmp_path: Path) -> None:
    form, rows = KEPT[kept]
    for table in sent.glob("*.csv"):
        (tmp_path / table.name).write_bytes(table.read_bytes())
    (tmp_path / "readings.csv").unlink()
    target = tmp_path / f"readings.{form.replace('json', 'ndjson')}"
    duckdb.sql(f"COPY ({rows.format(sent)}) TO '{target}' (FORMAT {form})")
    assert digests(tmp_path) == digests(sent)


def test_another_number_is_other_evidence(sent: Path, tmp_path: Path) -> None:
    for table in sent.glob("*.csv"):
        told = table.read_text(encoding="utf-8").replace(",100,", ",10,")
        (tmp_path / table.name).write_text(told, encoding="utf-8")
    assert set(digests(tmp_path).values()).isdisjoint(digests(sent).values())
