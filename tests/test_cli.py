"""The terminal door: what goes where, with which exit status, in which form."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet
import pytest

from at_the_terminal import typed
from proofline import __version__
from proofline.cli import COMMANDS
from proofline.cli.demo import make_practice
from scenarios import write
from storybook import as_csv, tell

if TYPE_CHECKING:
    from click.testing import Result

AS_OF = "2026-04-20"
DECIDED = ["--as-of", AS_OF]
NDJSON = [*DECIDED, "--format", "ndjson"]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the synthetic practice once."""
    folder: Path = tmp_path_factory.mktemp("practice")
    make_practice(folder, seed=7)
    return folder


@pytest.fixture(scope="module")
def decided(practice: Path) -> Result:
    """Decide the practice once, as NDJSON; rows set aside go to a file beside it."""
    return Asker()("decide", practice, *NDJSON, "--rejected", practice.with_name("aside.ndjson"))


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asker:
    """Give the command line, called in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return Asker()


class Asker:
    """Calls `proofline` in process."""

    def __call__(self, *words: str | Path) -> Result:
        return typed(*words)


def test_the_entry_point_is_installed_and_knows_its_version() -> None:
    program = Path(sys.executable).with_name("proofline")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout == f"proofline, version {__version__}\n"


COMPLETED = """
eval "$(_PROOFLINE_COMPLETE=bash_source proofline)"
COMP_WORDS=({words}) COMP_CWORD={place}
_proofline_completion proofline
echo "${{COMPREPLY[*]}}"
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["d"], "demo decide devices"),
        (["decide", "--fo"], "--format"),
        (["decide", "--format", ""], "table ndjson json csv parquet"),
        (["packs", ""], "diff list on show"),
    ],
    ids=" ".join,
)
def test_bash_completes_as_the_readme_says(words: list[str], offered: str) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    assert COMPLETED.splitlines()[1] in readme
    typed = " ".join(f"'{word}'" for word in ["proofline", *words])
    script = COMPLETED.format(words=typed, place=len(words))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    said = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
        check=True,
    )
    assert said.stdout.strip() == offered


@pytest.mark.slow
def test_help_lists_every_command_and_every_exit_status(ask: Asker) -> None:
    said = ask("--help").stdout
    assert all(re.search(rf"^  {command}\b", said, re.MULTILINE) for command in COMMANDS)
    assert "Exit status:" in said


@pytest.mark.slow
def test_ndjson_is_one_decision_a_line_in_the_fixed_order_and_nothing_else(decided: Result) -> None:
    lines = [json.loads(line) for line in decided.stdout.splitlines()]
    order = [(one["enrollment_id"], one["period"]["start"], one["code"]) for one in lines]
    assert decided.exit_code == 0
    assert len(lines) > 1000
    assert order == sorted(order)


def test_a_folder_is_decided_and_tells_what_it_set_aside(ask: Asker, tmp_path: Path) -> None:
    tables = tell("days = 1..16").tables()
    tables["readings"][0]["value"] = "many"
    write({name: as_csv(rows) for name, rows in tables.items() if rows}, tmp_path)
    said = ask("decide", tmp_path, *NDJSON, "--rejected", tmp_path / "aside")
    made = {(one["code"], one["outcome"]) for one in map(json.loads, said.stdout.splitlines())}
    assert {("99445", "billable"), ("99454", "not_billable")} <= made  # 15 days are left
    assert (said.exit_code, "readings: 1 of 16" in said.stderr) == (0, True)
    aside = json.loads((tmp_path / "aside").read_text("utf-8"))
    assert (aside["file"], aside["line"], aside["column"]) == ("readings.csv", 2, "value")


@pytest.mark.slow
def test_set_aside_rows_are_counted_beside_and_kept_with_their_cure(
    decided: Result, practice: Path
) -> None:
    aside = practice.with_name("aside.ndjson").read_text("utf-8")
    kept = [json.loads(line) for line in aside.splitlines()]
    assert "readings: 2 of" in decided.stderr
    assert {one["column"] for one in kept} == {"measured_at", "entry"}
    assert all(one["file"] == "readings.csv" and one["cure"] for one in kept)


@pytest.mark.slow
def test_strict_refuses_with_3_and_decides_nothing(ask: Asker, practice: Path) -> None:
    result = ask("decide", practice, *DECIDED, "--strict", "--format", "ndjson")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "What to do:" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["decide"],
        ["decide", "nowhere", *DECIDED],
        ["decide", ".", "--as-of", "2026-02-30"],
        ["decide", ".", *DECIDED, "--format", "parquet"],
        ["decide", ".", *DECIDED, "--program", "XYZ"],
        ["packs", "show", "medicare-rpm/2026"],
        ["no-such-command"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_2(ask: Asker, words: list[str]) -> None:
    result = ask(*words)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_what_the_operator_must_mend_is_1(ask: Asker) -> None:
    result = ask("packs", "on", "RPM", "2018-06-01")
    assert result.exit_code == 1
    assert "no law on file for 2018-06-01" in result.stderr
    assert "(pack.before_first_page)" in result.stderr


@pytest.mark.slow
def test_every_form_tells_the_same(
    ask: Asker, decided: Result, practice: Path, tmp_path: Path
) -> None:
    said = {
        form: ask("decide", practice, *DECIDED, "--format", form).stdout for form in ("json", "csv")
    }
    ndjson = [json.loads(line) for line in decided.stdout.splitlines()]
    assert json.loads(said["json"]) == ndjson
    rows = list(csv.DictReader(io.StringIO(said["csv"])))
    assert [(row["enrollment_id"], row["code"], row["outcome"]) for row in rows] == [
        (one["enrollment_id"], one["code"], one["outcome"]) for one in ndjson
    ]
    target = tmp_path / "lines"
    ask("decide", practice, *DECIDED, "--format", "parquet", "--output", target)
    table = pyarrow.parquet.read_table(target / "decisions.parquet").to_pylist()
    assert [
        (one["enrollment_id"], one["period_start"].isoformat(), one["code"], one["outcome"])
        for one in table
    ] == [
        (one["enrollment_id"], one["period"]["start"], one["code"], one["outcome"])
        for one in ndjson
    ]
    ask("decide", practice, *DECIDED, "--format", "parquet", "--output", tmp_path / "again")
    for file in target.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


@pytest.mark.slow
def test_another_run_writes_the_same_bytes_into_a_file(
    ask: Asker, decided: Result, practice: Path, tmp_path: Path
) -> None:
    assert ask("decide", practice, *NDJSON, "--output", tmp_path / "lines").stdout == ""
    assert (tmp_path / "lines").read_bytes() == decided.stdout_bytes


@pytest.mark.slow
def test_pipes_and_devices_are_written_to_and_never_replaced(
    ask: Asker, practice: Path, decided: Result, tmp_path: Path
) -> None:
    pipes = [tmp_path / "lines", tmp_path / "aside"]
    for pipe in pipes:
        os.mkfifo(pipe)
    copy = "exec cat lines > lines.read", "exec cat aside > aside.read"
    ends = [subprocess.Popen(["sh", "-c", each], cwd=tmp_path) for each in copy]
    try:
        words = ("--output", pipes[0], "--rejected", pipes[1])
        assert ask("decide", practice, *NDJSON, *words).exit_code == 0
        assert [pipe.is_fifo() for pipe in pipes] == [True, True], "as /dev/null would be lost"
        assert [end.wait(timeout=20) for end in ends] == [0, 0]
    finally:
        for end in ends:
            end.kill()
            end.wait()
    assert (tmp_path / "lines.read").read_text() == decided.stdout
    aside = practice.with_name("aside.ndjson")
    assert (tmp_path / "aside.read").read_bytes() == aside.read_bytes()


@pytest.mark.slow
def test_a_program_narrows_the_lines(ask: Asker, practice: Path) -> None:
    result = ask("decide", practice, *DECIDED, "--format", "csv", "--program", "ccm")
    assert {row["program"] for row in csv.DictReader(io.StringIO(result.stdout))} == {"CCM"}


@pytest.mark.slow
def test_check_counts_every_table_and_names_place_and_cure(ask: Asker, practice: Path) -> None:
    result = ask("check", practice)
    assert result.exit_code == 0
    assert "measured_at: expected" in result.stdout
    assert "bluetooth" not in result.stdout
    assert ask("check", practice, "--strict").exit_code == 3


@pytest.mark.slow
def test_demo_shows_every_trap_and_where_to_go_next(ask: Asker, tmp_path: Path) -> None:
    result = ask("demo", "--into", tmp_path / "practice")
    assert result.exit_code == 0
    assert "DEMO-UTC-FLIP-UP " in result.stdout
    assert "proofline explain" in result.stdout


@pytest.mark.slow
def test_packs_list_show_and_diff(ask: Asker) -> None:
    assert "medicare-rpm/2026-01-01" in ask("packs", "list").stdout
    assert "99445" in ask("packs", "show", "medicare-rpm/2026-01-01").stdout
    changed = ask("packs", "diff", "medicare-rpm/2025-10-01", "medicare-rpm/2026-01-01").stdout
    assert "code.99470" in changed
    assert "Why:" in changed
    same = ask("packs", "diff", "medicare-rpm/2026-01-01", "medicare-rpm/2026-01-01").stdout
    assert "say the same" in same


@pytest.mark.slow
def test_packs_on_finds_the_page_of_a_date_and_of_a_payer(ask: Asker) -> None:
    assert "medicare-rpm/2025-10-01," in ask("packs", "on", "rpm", "2025-12-31").stdout
    assert "medicare-rpm/2026-01-01," in ask("packs", "on", "RPM", "2026-01-01").stdout
    of_payer = ask("packs", "on", "RPM", "2026-01-01", "--payer", "UHC").stdout
    assert "not enforced" in of_payer
    assert ask("packs", "on", "RPM", "2026-01-01", "--payer", "NOBODY").exit_code == 2


def explained(ask: Asker, practice: Path, *words: str) -> Result:
    return ask("explain", *words, "--evidence", practice, *DECIDED)


@pytest.mark.slow
def test_explain_tells_the_period_asked_for(ask: Asker, practice: Path) -> None:
    result = explained(ask, practice, "DEMO-UTC-FLIP-UP-RPM", "1")
    assert result.exit_code == 0
    assert "cycle 1: 2026-01-02 to 2026-01-31" in result.stdout
    assert "■·■·■·■·■·■·■·■·■·■·■·■·■·■·■·  15 count" in result.stdout
    assert "30 by UTC" in result.stdout
    assert "transmission days: 15, needs >= 16" in result.stdout


@pytest.mark.slow
def test_explain_takes_the_last_cycle_that_has_ended(ask: Asker, practice: Path) -> None:
    assert "cycle 3: " in explained(ask, practice, "DEMO-UTC-FLIP-UP-RPM").stdout


@pytest.mark.slow
def test_explain_shows_both_clocks(ask: Asker, practice: Path) -> None:
    said = explained(ask, practice, "DEMO-TWO-CLOCKS-RPM", "1").stdout
    assert "cycle: 22 min, 2 live" in said
    assert "January 2026: 10 min, 1 live" in said
    assert "February 2026: 12 min, 1 live" in said


@pytest.mark.slow
def test_explain_names_what_did_not_count_and_its_cure(ask: Asker, practice: Path) -> None:
    said = explained(ask, practice, "DEMO-UNKNOWN-ENTRY-DAY-16-RPM", "1").stdout
    assert "nobody recorded whether it came by itself or by hand" in said
    assert "Ask the vendor how the reading was entered." in said


@pytest.mark.slow
def test_explain_finds_the_evidence_by_the_environment(
    ask: Asker, practice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFLINE_EVIDENCE", str(practice))
    assert ask("explain", "DEMO-UTC-FLIP-UP-RPM", "1", *DECIDED).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "ndjson", "--output", "none/lines.ndjson"),
        ("--format", "csv", "--output", "."),
        ("--format", "parquet", "--output", "none.txt/tables"),
        ("--format", "parquet", "--output", "taken"),
        ("--rejected", "none/rejected.ndjson"),
    ],
    ids=" ".join,
)
@pytest.mark.slow
def test_what_cannot_be_written_is_told_with_its_cure(
    ask: Asker, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = tell("devices.kind = -; days = 1..16")
    tables = {name: as_csv(rows) for name, rows in story.tables().items() if rows}
    folder = write(tables, tmp_path / "evidence")
    (tmp_path / "none.txt").write_text("in the way", encoding="utf-8")
    (tmp_path / "taken" / "decisions.parquet").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    made = ask("decide", folder, "--as-of", "2026-12-31", *words)
    assert made.exit_code == 1
    assert "cannot be written" in made.stderr
    assert "(decide.unwritable)" in made.stderr
    assert not list(tmp_path.rglob("*.part"))


NEVER_BEGAN = "enrollments.setup_date = -; enrollments.order_date = -"
UNBEGUN = {  # where nothing is decided: how many enrollments, and how many have no day at all
    "enrollments.setup_date = -": "without a period yet: 1 enrollment, 1 without",
    f"enrollments.program = CCM; {NEVER_BEGAN}": "without a period yet: 1 enrollment, 1",
    "as of 2026-02-28": "without a period yet: 1 enrollment, 0 without",
    "enrollments.program = CCM; enrollments.setup_date = -": "",  # it begins with its order
}


ASKED_QUICKLY = {"enrollments.setup_date = -"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [pytest.param(one, marks=[pytest.mark.slow] * (one not in ASKED_QUICKLY)) for one in UNBEGUN],
)
def test_an_enrollment_that_never_began_is_told_of(ask: Asker, words: str, tmp_path: Path) -> None:
    story = tell(words)
    tables = {name: as_csv(rows) for name, rows in story.tables().items() if rows}
    folder, day = write(tables, tmp_path / "evidence"), f"{story.day_of_knowledge()}"
    told = UNBEGUN[words]
    made = ask("decide", folder, "--as-of", day, "--format", "ndjson")
    assert made.exit_code == 0
    assert bool(made.stdout) == (not told)
    assert told in made.stderr
    assert ("without a period" in made.stderr) == bool(told)
    explained = ask("explain", "ENR-1", "--evidence", folder, "--as-of", day)
    assert explained.exit_code == (2 if told else 0)
    assert ("use.no_period" in explained.stderr) == bool(told)


@pytest.mark.slow
def test_an_enrollment_of_a_patient_who_is_not_on_file_is_told_of(
    ask: Asker, tmp_path: Path
) -> None:
    story = tell("enrollments.patient_id = GHOST; days = 1..3")
    tables = {name: as_csv(rows) for name, rows in story.tables().items() if rows}
    folder = write(tables, tmp_path / "evidence")
    made = ask("decide", folder, "--as-of", "2026-12-31", "--format", "ndjson")
    assert "of a patient who is not in patients: 1 enrollment" in made.stderr
    assert "enrollments: 1 whose patient_id is not in patients" in ask("check", folder).stderr


@pytest.mark.slow
@pytest.mark.parametrize("words", [["NOBODY"], ["DEMO-UTC-FLIP-UP-RPM", "99"]], ids=" ".join)
def test_explain_of_what_is_not_there_is_wrong_use(
    ask: Asker, practice: Path, words: list[str]
) -> None:
    result = explained(ask, practice, *words)
    assert result.exit_code == 2
    assert "What to do:" in result.stderr
