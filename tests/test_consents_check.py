"""Consents on file against the texts that they name: what does not fit, and what is billed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

import scenarios
from at_the_terminal import typed
from proofline.explain.consents import most_lag
from proofline.packs.consents import texts as room
from proofline.packs.consents.checking import Agreement, billed_under, remarks
from proofline.packs.consents.texts import texts
from storybook import as_csv, tell

if TYPE_CHECKING:
    from pathlib import Path

PLACE = ZoneInfo("America/New_York")
GIVEN = datetime(2026, 12, 1, 9, 30, tzinfo=PLACE)
LAG = 7
GOOD = Agreement(
    consent_id="CON-1",
    patient_id="PAT-1",
    program="RPM",
    text_version="rpm-en-1",
    language="en",
    cost_share_disclosed=True,
    given_at=GIVEN,
    captured_at=GIVEN,
    revoked_at=None,
    given_on=GIVEN.date(),
    captured_on=GIVEN.date(),
)


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, 30, tzinfo=PLACE)


TABLE = [
    ({}, set()),
    ({"language": "en-US"}, set()),
    ({"text_version": None}, {"unnamed"}),
    ({"text_version": "rpm-en-0"}, {"unknown_version"}),
    ({"text_version": "ccm-en-1"}, {"wrong_program"}),
    ({"program": "CCM"}, {"wrong_program"}),
    ({"language": "es"}, {"wrong_language"}),
    ({"language": None}, {"language_unknown"}),
    ({"text_version": "rpm-es-1"}, {"wrong_language"}),
    ({"given_on": date(2026, 11, 22), "captured_on": date(2026, 11, 29)}, set()),
    ({"given_on": date(2026, 11, 21)}, {"not_yet_in_force", "captured_late"}),
    ({"given_on": date(2026, 11, 21), "captured_on": date(2026, 11, 21)}, {"not_yet_in_force"}),
    ({"cost_share_disclosed": None}, {"cost_share_unknown"}),
    ({"cost_share_disclosed": False}, {"cost_share_contradicted"}),
    ({"captured_at": None, "captured_on": None}, {"capture_unknown"}),
    ({"captured_at": at(2026, 12, 1, 8)}, {"captured_before_given"}),
    ({"captured_at": at(2026, 12, 8), "captured_on": date(2026, 12, 8)}, set()),
    ({"captured_at": at(2026, 12, 9), "captured_on": date(2026, 12, 9)}, {"captured_late"}),
]


@pytest.mark.parametrize(("cells", "expected"), TABLE)
def test_what_does_not_fit_is_told(cells: dict[str, object], expected: set[str]) -> None:
    one = replace(GOOD, **cells)  # type: ignore[arg-type] # a table of cells by name
    assert {told.what for told in remarks(one, texts(), LAG)} == expected


def test_back_dating_shows_with_its_days() -> None:
    late = replace(GOOD, captured_at=at(2027, 1, 15), captured_on=date(2027, 1, 15))
    (told,) = remarks(late, texts(), LAG)
    assert late.lag_days == 45  # 30 days of December after the first, 15 of January
    assert "given on 2026-12-01, captured 45 days later on 2027-01-15" in told.text


def test_a_text_without_the_cost_share_is_told(tmp_path: Path) -> None:
    ours = (room.ROOT / "ccm" / "en-1.toml").read_text("utf-8")
    head, *says = ours.replace("ccm-en-1", "ccm-en-9").split("[[says]]")
    kept = [one for one in says if "cost_share" not in one]
    (tmp_path / "ccm").mkdir()
    (tmp_path / "ccm" / "en-9.toml").write_text("[[says]]".join([head, *kept]), "utf-8")
    one = replace(GOOD, program="CCM", text_version="ccm-en-9")
    told = {each.what for each in remarks(one, texts(root=tmp_path), LAG)}
    assert told == {"no_cost_share", "cost_share_contradicted"}


def test_a_text_no_longer_in_force_is_told(tmp_path: Path) -> None:
    ours = (room.ROOT / "rpm" / "en-1.toml").read_text("utf-8")
    (tmp_path / "rpm").mkdir()
    (tmp_path / "rpm" / "en-1.toml").write_text(f"until = 2026-11-30\n{ours}", "utf-8")
    (told,) = remarks(GOOD, texts(root=tmp_path), LAG)
    assert (told.what, told.text) == (
        "no_longer_in_force",
        "given on 2026-12-01, and rpm-en-1 was in force until 2026-11-30",
    )


@pytest.mark.parametrize(
    ("program", "day", "expected"),
    [("RPM", date(2026, 3, 1), 7), ("CCM", date(2025, 3, 1), 7), ("RPM", date(1999, 1, 1), None)],
)
def test_the_days_allowed_are_those_of_the_page(
    program: str, day: date, expected: int | None
) -> None:
    assert most_lag(program, day) == expected


NEWER = replace(GOOD, consent_id="CON-2", given_at=at(2027, 1, 1), given_on=date(2027, 1, 1))
ENDED = replace(GOOD, revoked_at=datetime(2027, 1, 10, 12, 0, tzinfo=PLACE))
MIDNIGHT = replace(GOOD, revoked_at=datetime(2027, 1, 10, 0, 0, tzinfo=PLACE))


@pytest.mark.parametrize(
    ("known", "day", "expected"),
    [
        ([GOOD], date(2026, 11, 30), None),
        ([GOOD], date(2026, 12, 1), "CON-1"),
        ([GOOD, NEWER], date(2026, 12, 31), "CON-1"),  # a newer text changes nothing before it
        ([GOOD, NEWER], date(2027, 1, 1), "CON-2"),
        ([ENDED], date(2027, 1, 10), "CON-1"),
        ([ENDED], date(2027, 1, 11), None),
        ([MIDNIGHT], date(2027, 1, 9), "CON-1"),
        ([MIDNIGHT], date(2027, 1, 10), None),
        ([replace(GOOD, patient_id="PAT-2"), replace(GOOD, program="CCM")], date(2027, 1, 1), None),
    ],
)
def test_the_version_billed_is_that_of_the_consent_that_holds(
    known: list[Agreement], day: date, expected: str | None
) -> None:
    assert billed_under(known, "PAT-1", "RPM", day) == expected


WORDS = (
    "setup = 2026-12-01; days = 1..16; by cycle; as of 2027-02-20;"
    " consents.text_version = rpm-en-1; consents.language = en;"
    " consents.captured_at = 2026-12-20T12:00:00Z"
)


@pytest.mark.slow
def test_the_command_tells_of_each_consent_and_what_is_billed_under_it(tmp_path: Path) -> None:
    story = tell(WORDS)
    tables = {name: as_csv(rows) for name, rows in story.tables().items() if rows}
    evidence = scenarios.write(tables, tmp_path / "evidence")
    asked = ["consents", "check", str(evidence), "--as-of", "2027-02-20"]
    done = typed(*asked)
    assert done.exit_code == 0, done.output
    assert "captured_late: given on 2026-11-26, captured 24 days later on 2026-12-20" in done.stdout
    assert "1 lines are billed under rpm-en-1" in done.stdout
    assert "1 consents, 1 with something to look at" in done.stderr
    form = typed(*asked, "--format", "ndjson")
    (record,) = map(json.loads, form.stdout.splitlines())
    assert (record["lag_days"], record["lines_billed"]) == (24, 1)
    earlier = [*asked[:-1], "2026-12-19"]
    known = typed(*earlier)
    assert "0 consents, 0 with something to look at" in known.stderr  # captured the day after


def test_texts_are_listed_and_shown_word_for_word() -> None:
    done = typed("consents", "list", "--format", "json")
    assert [one["version"] for one in json.loads(done.stdout)] == list(texts())
    shown = typed("consents", "show", "pcm-es-1")
    assert shown.stdout.startswith(texts()["pcm-es-1"].words)
    missing = typed("consents", "show", "pcm-es-0")
    assert missing.exit_code == 1
    assert "pack.no_consent_text" in missing.stderr


def test_a_version_of_ours_cannot_be_yours_too() -> None:
    asked = ["consents", "list", "--texts", str(room.ROOT)]
    done = typed(*asked)
    assert done.exit_code == 2
    assert "one of ours and one of yours" in done.stderr
