"""Kept decisions come out again to the byte, and whatever was tampered with is found and named."""

from __future__ import annotations

import csv
import gzip
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from at_the_terminal import typed
from kept_records import AS_OF, STORY, keep, kept, mine, write
from on_spark import on_java
from proofline.decide import Asked, decide, opened
from proofline.decide.records import keeping, law, recorded
from proofline.decide.records.canonical import canonical
from proofline.ledger.entry import canonical as ledgers_canonical
from proofline.packs import shelf
from sampling import tried
from storybook import as_csv

if TYPE_CHECKING:
    from proofline.decide.asked import Clock

__all__ = ["kept", "mine"]

DAY = re.compile(r"\d{4}-\d\d-\d\d")
CORPUS = [0, 13, 26, 52, 78, 104, 130, 156]
"""How many fortnights earlier the demonstration is set, so that every year's pages rule it."""
PRACTICES = tried("PROBE_PRACTICES", 3, len(CORPUS))
"""So many of them Spark replays: every older page is more to plan, which takes its time."""
YEARS = ("2020", "2021", "2022", "2023", "2024", "2025", "2026")


def some_years(practice: Path, corpus: list[int], folder: Path) -> Path:
    """Lay copies of a practice, each set in another year and ended with it, into one folder."""
    together: dict[str, list[dict[str, str]]] = {}
    for fortnights in corpus:
        for path in practice.glob("*.csv"):
            for row in csv.DictReader(path.read_text("utf-8").splitlines()):
                if path.stem == "enrollments" and fortnights:
                    row["end_date"] = row["end_date"] or str(AS_OF)
                other = {name: set_apart(name, cell, fortnights) for name, cell in row.items()}
                together.setdefault(path.stem, []).append(other)
    folder.mkdir()
    for name, rows in together.items():
        (folder / f"{name}.csv").write_text(as_csv(rows), "utf-8")
    return folder


def set_apart(name: str, cell: str, fortnights: int) -> str:
    """Give an id that no other copy has, or a cell with its days so much earlier."""
    if cell and name.endswith("_id") and name != "payer_id":
        return f"{cell}~{fortnights}"
    return DAY.sub(lambda found: earlier(found[0], fortnights), cell)


def earlier(day: str, fortnights: int) -> str:
    """Write a day so much earlier; a trap of the demonstration that is none stays as it is."""
    try:
        return str(date.fromisoformat(day) - timedelta(days=14 * fortnights))
    except ValueError:
        return day


@pytest.mark.slow
def test_a_record_is_the_decision_as_printed_with_all_facts(practice: Path) -> None:
    printed = {canonical(line) for line in decide(practice, as_of=AS_OF)}
    with opened(practice, Asked(AS_OF)) as (run, _):
        for sheet, records in recorded(run):
            for record in records:
                printed.remove(canonical(record.decision))
                assert record.sheet == sheet.digest
                facts = sheet.facts(record.line)
                assert record.decision["facts"].items() <= facts.items()
                assert facts["evidence_digest"] == record.decision["evidence_digest"]
                assert len(facts) > 80
    assert printed == set()


@pytest.mark.slow
def test_one_patient_alone_has_the_same_records(practice: Path) -> None:
    with opened(practice, Asked(AS_OF)) as (run, _):
        every = {sheet.patient_id: (sheet, records) for sheet, records in recorded(run)}
        alone = {
            sheet.patient_id: (sheet, records)
            for sheet, records in recorded(run, "DEMO-UTC-FLIP-UP")
        }
    assert alone == {"DEMO-UTC-FLIP-UP": every["DEMO-UTC-FLIP-UP"]}
    with opened(practice, Asked(AS_OF, enrollment_id="DEMO-UTC-FLIP-UP-RPM")) as (run, _):
        (narrowed,) = recorded(run)
    assert narrowed[0].content == alone["DEMO-UTC-FLIP-UP"][0].content
    assert [r.content for r in narrowed[1]] == [r.content for r in alone["DEMO-UTC-FLIP-UP"][1]]


def test_the_same_run_is_kept_once(kept: Path, mine: Path) -> None:
    (before,) = mine.glob("*.records.gz")
    assert keep(kept.parent / "evidence", mine) == before
    assert list(mine.glob("*.records.gz")) == [before]


@pytest.mark.slow
@pytest.mark.parametrize("clock", ["cycle", "month"])
def test_the_whole_demonstration_replays_to_the_byte(
    clock: Clock, practice: Path, tmp_path: Path
) -> None:
    keep(practice, tmp_path / "kept", Asked(AS_OF, clock), engine="duckdb")
    told = typed("replay", tmp_path / "kept", "--evidence", practice, "--today", AS_OF)
    assert told.exit_code == 0, told.output
    assert "from the facts and pages kept: 0 differ" in told.stdout
    assert "from the evidence as it was known on 2026-04-20: 0 differ" in told.stdout
    assert "on the evidence and the law of 2026-04-20: 0 differ" in told.stdout


def replay_years(engine: str, practice: Path, corpus: list[int], folder: Path) -> set[str]:
    """Replay the demonstration of so many years; give the years of the pages that rule it."""
    path = keep(some_years(practice, corpus, folder / "e"), folder / "kept", engine="duckdb")
    kept = [record.decision for leaf in keeping.leaves(path) for record in leaf.records]
    assert len(kept) >= 1_250 * len(corpus)
    told = typed("replay", path, "--engine", engine)
    assert told.exit_code == 0, told.output
    assert f"{len(kept):,} decisions from the facts and pages kept: 0 differ" in told.stdout
    rpm = (one["pack"].partition("/") for one in kept)
    return {page[:4] for pack, _, page in rpm if pack == "medicare-rpm"}


@pytest.mark.slow
def test_ten_thousand_decisions_of_seven_years_replay_to_the_byte(
    practice: Path, tmp_path: Path
) -> None:
    assert replay_years("duckdb", practice, CORPUS, tmp_path) >= set(YEARS)


@on_java
@pytest.mark.slow
def test_they_replay_to_the_byte_on_spark(practice: Path, tmp_path: Path) -> None:
    corpus = CORPUS[:: -(-len(CORPUS) // PRACTICES)]
    assert len(replay_years("spark", practice, corpus, tmp_path)) >= len(corpus)


@on_java
def test_spark_keeps_the_same_bytes_and_replays_them(kept: Path, tmp_path: Path) -> None:
    by_month = Asked(AS_OF, "month")
    before = keep(kept.parent / "evidence", tmp_path / "duckdb", by_month, engine="duckdb")
    again = keep(kept.parent / "evidence", tmp_path / "spark", by_month, engine="spark")
    assert again.name == before.name
    assert gzip.decompress(again.read_bytes()) == gzip.decompress(before.read_bytes())
    told = typed("replay", again, "--engine", "spark")
    assert told.exit_code == 0, told.output
    assert "from the facts and pages kept: 0 differ" in told.stdout


def other_law(folder: Path, old: str, new: str) -> Path:
    """Copy today's law with one line of the page of 2026 written otherwise."""
    shutil.copytree(shelf.ROOT, folder)
    page = folder / "medicare-rpm" / "2026-01-01.toml"
    text = page.read_text("utf-8")
    assert old in text
    page.write_text(text.replace(old, new), "utf-8")
    return folder


@pytest.mark.slow
def test_what_a_changed_page_turns_is_said_with_its_citation(tmp_path: Path) -> None:
    then = other_law(tmp_path / "law", "min = 16\n", "min = 10\n")
    story = STORY.replace("1..16", "1..12")
    keep(write(story, tmp_path / "e"), tmp_path / "kept", Asked(AS_OF, law=then))
    told = typed("replay", tmp_path / "kept")
    assert told.exit_code == 0, told.stdout
    now = shelf.load("medicare-rpm", date(2026, 1, 1)).requirements["days_16_to_30"]
    words = told.stdout.splitlines()
    start = words.index("99454 of ENR-1, cycle from 2026-03-01, today")
    assert words[start + 1 : start + 5] == [
        "  outcome was billable, is not billable",
        "  days_16_to_30 was met, is unmet",
        f"    the law: it needs >= 10 (gate) then, >= 16 (gate) now ({now.cite})",
        "  exclusive.device_supply was met, is unmet",
    ]


@pytest.mark.slow
def test_what_came_since_is_said_row_by_row(tmp_path: Path) -> None:
    late = "days = 1..15; days = 16 with received_at=2026-05-02T10:00:00Z"
    folder = write(STORY.replace("days = 1..16", late), tmp_path / "e")
    keep(folder, tmp_path / "kept")
    told = typed("replay", tmp_path / "kept", "--evidence", folder, "--today", "2026-05-10")
    assert told.exit_code == 0, told.stdout
    assert "from the facts and pages kept: 0 differ" in told.stdout
    assert "from the evidence as it was known on 2026-04-20: 0 differ" in told.stdout
    words = told.stdout.splitlines()
    start = words.index("99454 of ENR-1, cycle from 2026-03-01, today")
    assert words[start + 1] == "  outcome was not billable, is billable"
    assert "    the fact transmission_days was 15, is 16" in words[start:]
    assert "  since then: reading RDG-16 of 2026-03-16 came, counts" in words[start:]


@pytest.mark.slow
def test_evidence_that_was_edited_does_not_replay(tmp_path: Path) -> None:
    folder = write(STORY, tmp_path / "e")
    keep(folder, tmp_path / "kept")
    typed(
        *("snapshot", "ENR-1", "1", "--evidence", folder, "--as-of", AS_OF),
        "--into",
        tmp_path / "s",
    )
    write(STORY.replace("days = 1..16", "days = 1..15; days = 16 with entry=manual"), folder)
    words = ["replay", tmp_path / "kept", "--evidence", folder, "--today", "2026-05-10"]
    told = typed(*words)
    assert told.exit_code == 1
    assert "facts.transmission_days: kept 16, now 15" in told.stdout
    assert "the evidence of then was edited" in told.stdout
    told = typed(*words, "--snapshots", tmp_path / "s")
    changed = "reading RDG-16 of 2026-03-16 changed: entry was automatic, is manual"
    assert f"since then: {changed}, refused was nothing, is manual" in told.stdout


@pytest.mark.slow
def test_a_page_that_came_since_is_not_guessed_at(tmp_path: Path) -> None:
    then = tmp_path / "law"
    shutil.copytree(shelf.ROOT, then)
    for name in ("2026-01-01", "2025-10-01"):
        (then / "medicare-rpm" / f"{name}.toml").unlink()
    folder = write(STORY, tmp_path / "e")
    keep(folder, tmp_path / "kept", Asked(AS_OF, law=then))
    told = typed("replay", tmp_path / "kept")
    assert told.exit_code == 0, told.stdout
    assert "another page rules its dates today: give --evidence to decide it anew" in told.stdout
    told = typed("replay", tmp_path / "kept", "--evidence", folder, "--today", AS_OF)
    assert "pack was medicare-rpm/2025-01-01, is medicare-rpm/2026-01-01" in told.stdout


@pytest.mark.slow
def test_more_than_is_told_is_counted(tmp_path: Path) -> None:
    then = other_law(tmp_path / "law", "min = 16\n", "min = 10\n")
    folder = write(STORY.replace("1..16", "1..12, 31..42, 61..72"), tmp_path / "e")
    keep(folder, tmp_path / "kept", Asked(date(2026, 7, 1), law=then))
    told = typed("replay", tmp_path / "kept", "--most", "2")
    assert told.stdout.count(", today\n") == 2
    assert "… and more, which --most tells" in told.stdout


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.slow
@given(JSON)
def test_canonical_json_is_that_of_the_ledger(value: object) -> None:
    assert canonical(value) == ledgers_canonical(value)  # type: ignore[arg-type]


def test_the_law_is_kept_once_and_laid_out_again(tmp_path: Path) -> None:
    shelves = law.law_on(shelf.ROOT)
    law.keep(shelves, shelf.ROOT, tmp_path / "law")
    law.keep(shelves, shelf.ROOT, tmp_path / "law")
    assert len(list((tmp_path / "law").iterdir())) == len(set(shelves.files.values()))
    assert law.put_back(shelves, tmp_path / "law", tmp_path / "again") == []
    assert law.law_on(tmp_path / "again") == shelves


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_told_of(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    told = typed(
        *("decide", kept.parent / "evidence", "--as-of", AS_OF, "--keep", tmp_path / "file" / "in"),
        *("--format", "ndjson", "--output", tmp_path / "out"),
    )
    assert told.exit_code == 1
    assert "(records.unwritable)" in told.stderr
