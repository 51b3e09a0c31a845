"""Kept decisions come out again to the byte, and whatever was tampered with is found and named."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from proofline.cli import main
from proofline.cli.demo import make_practice
from proofline.decide import Asked, decide, opened
from proofline.decide.records import keeping, law, recorded
from proofline.decide.records.canonical import canonical, digest_of
from proofline.ledger.entry import canonical as ledgers_canonical
from proofline.packs import shelf
from storybook import as_csv, tell

if TYPE_CHECKING:
    from click.testing import Result

    from proofline.decide.asked import Clock

AS_OF = date(2026, 4, 20)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
CORPUS = [0, 13, 26, 52, 78, 104, 130, 156]
"""How many fortnights earlier the demonstration is set, so that each year's pages rule it."""
TWO = "; + patients patient_id=PAT-2; + enrollments patient_id=PAT-2"
STORY = "days = 1..16; 25 min on 2026-03-10; call on 2026-03-10; by cycle; as of 2026-04-20"


def ask(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="proofline")


def write(story: str, folder: Path) -> Path:
    """Write a story as an evidence folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tell(story).tables().items():
        (folder / f"{name}.csv").write_text(as_csv(rows) if rows else "", "utf-8")
        if not rows:
            (folder / f"{name}.csv").unlink()
    return folder


def keep(evidence: Path, into: Path, asked: Asked | None = None, engine: str = "duckdb") -> Path:
    """Decide a folder and keep the records; give the file."""
    with opened(evidence, asked or Asked(AS_OF), engine=engine) as (run, _):
        return keeping.keep(run, into).path


def earlier(practice: Path, fortnights: int, folder: Path) -> date:
    """Copy a practice to an earlier time, every date in it by as much; give its as-of day."""
    back = timedelta(days=14 * fortnights)
    folder.mkdir()
    for path in practice.glob("*.csv"):
        text = path.read_text("utf-8")
        (folder / path.name).write_text(DAY.sub(lambda day: moved(day[0], back), text), "utf-8")
    return AS_OF - back


def moved(day: str, back: timedelta) -> str:
    """Write a day so much earlier; a trap of the demonstration that is none stays as it is."""
    try:
        return str(date.fromisoformat(day) - back)
    except ValueError:
        return day


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "practice"
    make_practice(folder, seed=2026)
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of records of two patients; tests that alter it copy it."""
    folder = tmp_path_factory.mktemp("kept")
    keep(write(STORY + TWO, folder / "evidence"), folder / "records")
    return folder / "records"


@pytest.fixture
def mine(kept: Path, tmp_path: Path) -> Path:
    """Give a copy of the records that may be altered."""
    return Path(shutil.copytree(kept, tmp_path / "records"))


def lines(folder: Path) -> list[bytes]:
    """Give the lines of the only file of records in a folder."""
    (path,) = folder.glob("*.records.gz")
    return gzip.decompress(path.read_bytes()).splitlines()


def rewrite(folder: Path, altered: list[bytes], *, seal: bool = False) -> None:
    """Put altered lines in the place of the file's, with a seal that holds if asked."""
    (path,) = folder.glob("*.records.gz")
    if seal:
        hashed = digest_of(b"".join(line + b"\n" for line in altered[:-1]))
        altered[-1] = canonical(msgspec.json.decode(altered[-1]) | {"seal": hashed})
    path.write_bytes(gzip.compress(b"".join(line + b"\n" for line in altered)))


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


@pytest.mark.parametrize("clock", ["cycle", "month"])
def test_the_whole_demonstration_replays_to_the_byte(
    clock: Clock, practice: Path, tmp_path: Path
) -> None:
    keep(practice, tmp_path / "kept", Asked(AS_OF, clock))
    told = ask("replay", tmp_path / "kept", "--evidence", practice, "--today", AS_OF)
    assert told.exit_code == 0, told.output
    assert "from the facts and pages kept: 0 differ" in told.stdout
    assert "from the evidence as it was known on 2026-04-20: 0 differ" in told.stdout
    assert "on the evidence and the law of 2026-04-20: 0 differ" in told.stdout


@pytest.mark.slow
def test_ten_thousand_decisions_of_seven_years_replay_to_the_byte(
    practice: Path, tmp_path: Path
) -> None:
    pages, decided = set(), 0
    for fortnights in CORPUS:
        as_of = earlier(practice, fortnights, tmp_path / f"{fortnights}")
        keep(tmp_path / f"{fortnights}", tmp_path / "kept", Asked(as_of))
    for path in keeping.files(tmp_path / "kept"):
        for leaf in keeping.leaves(path):
            decided += len(leaf.records)
            pages |= {record.decision["pack"] for record in leaf.records}
    assert decided >= 10_000
    years = {re.search(r"/(\d{4})-", page)[1] for page in pages if "medicare-rpm" in page}  # type: ignore[index]
    assert {"2020", "2021", "2022", "2023", "2024", "2025", "2026"} <= years
    told = ask("replay", tmp_path / "kept")
    assert told.exit_code == 0, told.output
    assert told.stdout.count("from the facts and pages kept: 0 differ") == len(CORPUS)


def test_a_threshold_changed_in_the_page_kept_is_found(mine: Path) -> None:
    page = "medicare-rpm/2026-01-01.toml"
    digest = keeping.head(keeping.files(mine)[0]).law.files[page]
    path = mine / "law" / f"{digest.removeprefix('sha256:')}.toml"
    path.write_text(path.read_text("utf-8").replace("min = 16", "min = 12"), "utf-8")
    told = ask("replay", mine, "--most", 500)
    assert told.exit_code == 1
    assert f"the law kept: {page} was altered" in told.stdout
    assert "findings.days_16_to_30.needs: kept >= 16, now >= 12" in told.stdout
    assert "pack_digest: kept sha256:" in told.stdout
    path.unlink()
    missing = ask("replay", mine)
    assert missing.exit_code == 1
    assert f"{page} is missing" in missing.stdout


@pytest.mark.parametrize("seal", [False, True], ids=["as it was sealed", "sealed anew"])
def test_a_changed_fact_is_found_in_its_decisions(seal: bool, mine: Path) -> None:
    altered = lines(mine)
    place = next(n for n, line in enumerate(altered) if b'"PAT-1"' in line)
    sheet = msgspec.json.decode(altered[place])
    column = sheet["columns"].index("transmission_days")
    assert sheet["lines"][0][column] == 16
    sheet["lines"][0][column] = 15
    altered[place] = canonical(sheet)
    rewrite(mine, altered, seal=seal)
    told = ask("replay", mine)
    assert told.exit_code == 1
    assert ("bytes of the file were changed" in told.stdout) is not seal
    assert "99454 of ENR-1, cycle from 2026-03-01" in told.stdout
    assert "facts.transmission_days: kept 16, now 15" in told.stdout
    assert "of NEW-2" not in told.stdout


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("outcome", "held", "outcome: kept held, now billable"),
        ("units", 9, "units: kept 9, now "),
        ("evidence_digest", "sha256:00", "evidence_digest: kept sha256:00, now sha256:"),
        ("engine", "proofline-9", "engine: kept proofline-9, now proofline-"),
        ("extra", 1, "extra: kept 1, now unknown"),
    ],
)
def test_a_changed_decision_is_named_with_its_field(
    field: str, value: object, words: str, mine: Path
) -> None:
    altered = lines(mine)
    place = next(n for n, line in enumerate(altered) if b'"outcome":"billable"' in line)
    record = msgspec.json.decode(altered[place])
    record["decision"][field] = value
    altered[place] = canonical(record)
    rewrite(mine, altered, seal=True)
    told = ask("replay", mine)
    assert told.exit_code == 1
    assert f"{record['decision']['code']} of {record['decision']['enrollment_id']}" in told.stdout
    assert words in told.stdout
    count = sum(b'"record"' in line for line in altered)
    assert f"{count} decisions from the facts and pages kept: 1 differs" in told.stdout


def test_a_decision_left_out_or_told_twice_is_named(mine: Path) -> None:
    whole = lines(mine)
    place = next(n for n, line in enumerate(whole) if b'"record"' in line)
    rewrite(mine, whole[:place] + whole[place + 1 :], seal=True)
    assert "decision: kept none, now decided" in ask("replay", mine).stdout
    rewrite(mine, [*whole[: place + 1], *whole[place:]], seal=True)
    told = ask("replay", mine)
    assert told.exit_code == 1
    assert "decision: kept kept, now none" in told.stdout


def test_every_flipped_bit_breaks_the_seal(tmp_path: Path) -> None:
    keep(write(STORY, tmp_path / "e"), tmp_path / "kept")
    (path,) = keeping.files(tmp_path / "kept")
    content = gzip.decompress(path.read_bytes())
    assert keeping.broken_seal(path) is None
    for place in range(0, len(content), len(content) // 150):
        altered = bytearray(content)
        altered[place] ^= 1 << place % 8
        path.write_bytes(gzip.compress(altered, 1))
        assert keeping.broken_seal(path) is not None, place
    for end in (len(content) // 2, content.rindex(b"\n", 0, -1) + 1):
        path.write_bytes(gzip.compress(content[:end], 1))
        assert keeping.broken_seal(path) is not None


def test_a_cut_or_foreign_file_is_told_of(mine: Path, tmp_path: Path) -> None:
    (path,) = mine.glob("*.records.gz")
    path.write_bytes(path.read_bytes()[:9_000])
    assert "(records.unreadable)" in ask("replay", mine).stderr
    rewrite(mine, [b'{"records":"proofline-records/99"}'])
    assert "(records.broken)" in ask("replay", mine).stderr
    (tmp_path / "empty").mkdir()
    assert "(records.none)" in ask("replay", tmp_path / "empty").stderr


def test_an_engine_whose_text_was_changed_is_named(tmp_path: Path) -> None:
    keep(write(STORY, tmp_path / "e"), tmp_path / "kept")
    house = shelf.ROOT.parent
    shutil.copytree(house, tmp_path / "src" / "proofline")
    bounds = tmp_path / "src" / "proofline" / "decide" / "bounds.py"
    text = bounds.read_text("utf-8")
    assert text.count("{fact.highest} < {requirement.min}") == 1
    bounds.write_text(text.replace("{fact.highest} < {req", "{fact.highest} <= {req"), "utf-8")
    start = "from proofline.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", start, "replay", str(tmp_path / "kept")],
        env={"PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert "note: the engine's text is another than then: decide/bounds.py\n" in run.stdout
    # 16 days of the 16 that are needed: the changed engine wants one more
    assert "99454 of ENR-1, cycle from 2026-03-01" in run.stdout
    assert "outcome: kept billable, now not_billable" in run.stdout


def other_law(folder: Path, old: str, new: str) -> Path:
    """Copy today's law with one line of the page of 2026 written otherwise."""
    shutil.copytree(shelf.ROOT, folder)
    page = folder / "medicare-rpm" / "2026-01-01.toml"
    text = page.read_text("utf-8")
    assert old in text
    page.write_text(text.replace(old, new), "utf-8")
    return folder


def test_what_a_changed_page_turns_is_said_with_its_citation(tmp_path: Path) -> None:
    then = other_law(tmp_path / "law", "min = 16\n", "min = 10\n")
    story = STORY.replace("1..16", "1..12")
    keep(write(story, tmp_path / "e"), tmp_path / "kept", Asked(AS_OF, law=then))
    told = ask("replay", tmp_path / "kept")
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


def test_what_came_since_is_said_row_by_row(tmp_path: Path) -> None:
    late = "days = 1..15; days = 16 with received_at=2026-05-02T10:00:00Z"
    folder = write(STORY.replace("days = 1..16", late), tmp_path / "e")
    keep(folder, tmp_path / "kept")
    told = ask("replay", tmp_path / "kept", "--evidence", folder, "--today", "2026-05-10")
    assert told.exit_code == 0, told.stdout
    words = told.stdout.splitlines()
    start = words.index("99454 of ENR-1, cycle from 2026-03-01, today")
    assert words[start + 1] == "  outcome was not billable, is billable"
    assert "    the fact transmission_days was 15, is 16" in words[start:]
    assert "  since then: reading RDG-16 of 2026-03-16 came, counts" in words[start:]


def test_evidence_that_was_edited_does_not_replay(tmp_path: Path) -> None:
    folder = write(STORY, tmp_path / "e")
    keep(folder, tmp_path / "kept")
    ask(
        *("snapshot", "ENR-1", "1", "--evidence", folder, "--as-of", AS_OF),
        "--into",
        tmp_path / "s",
    )
    write(STORY.replace("days = 1..16", "days = 1..15; days = 16 with entry=manual"), folder)
    words = ["replay", tmp_path / "kept", "--evidence", folder, "--today", "2026-05-10"]
    told = ask(*words)
    assert told.exit_code == 1
    assert "facts.transmission_days: kept 16, now 15" in told.stdout
    assert "the evidence of then was edited" in told.stdout
    told = ask(*words, "--snapshots", tmp_path / "s")
    changed = "reading RDG-16 of 2026-03-16 changed: entry was automatic, is manual"
    assert f"since then: {changed}, refused was nothing, is manual" in told.stdout


def test_a_page_that_came_since_is_not_guessed_at(tmp_path: Path) -> None:
    then = tmp_path / "law"
    shutil.copytree(shelf.ROOT, then)
    for name in ("2026-01-01", "2025-10-01"):
        (then / "medicare-rpm" / f"{name}.toml").unlink()
    folder = write(STORY, tmp_path / "e")
    keep(folder, tmp_path / "kept", Asked(AS_OF, law=then))
    told = ask("replay", tmp_path / "kept")
    assert told.exit_code == 0, told.stdout
    assert "another page rules its dates today: give --evidence to decide it anew" in told.stdout
    told = ask("replay", tmp_path / "kept", "--evidence", folder, "--today", AS_OF)
    assert "pack was medicare-rpm/2025-01-01, is medicare-rpm/2026-01-01" in told.stdout


def test_more_than_is_told_is_counted(tmp_path: Path) -> None:
    then = other_law(tmp_path / "law", "min = 16\n", "min = 10\n")
    folder = write(STORY.replace("1..16", "1..12, 31..42, 61..72"), tmp_path / "e")
    keep(folder, tmp_path / "kept", Asked(date(2026, 7, 1), law=then))
    told = ask("replay", tmp_path / "kept", "--most", "2")
    assert told.stdout.count(", today\n") == 2
    assert "… and more, which --most tells" in told.stdout


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


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
