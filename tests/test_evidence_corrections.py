"""One id with different content is a correction: the version received last holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from evidence_rows import column, lay, rows
from proofline.evidence import open_evidence, repeats
from storybook import as_csv

HEAD = "reading_id,device_id,patient_id,metric,value,measured_at,received_at,entry\n"

# A version: value @ received (day and hour of March 2026, Z), a blank after @ is no received_at.
# as of (New York) | versions of one id | those superseded
CASES = [
    ("2026-12-31", "120@05T12", ""),
    ("2026-12-31", "120@05T12 120@05T12", ""),
    ("2026-12-31", "120@05T12 130@06T12", "120@05T12"),
    ("2026-12-31", "130@06T12 120@05T12", "120@05T12"),
    ("2026-12-31", "120@05T12 130@06T12 125@07T12", "120@05T12 130@06T12"),
    ("2026-12-31", "120@05T12 130@06T12 120@07T12", "130@06T12"),
    ("2026-12-31", "120@05T12 120@06T12", ""),
    ("2026-12-31", "120@05T12 130@05T12", "120@05T12"),
    ("2026-12-31", "130@05T12 120@05T12", "120@05T12"),
    ("2026-12-31", "120@ 130@05T12", "120@"),
    ("2026-12-31", "120@ 130@", "120@"),
    ("2026-12-31", "@05T12 130@06T12", "@05T12"),
    ("2026-12-31", "130@05T12 @06T12", "130@05T12"),
    ("2026-03-05", "120@05T12 130@06T12", ""),
    ("2026-03-06", "120@05T12 130@06T12", "120@05T12"),
    ("2026-03-05", "120@05T12 130@06T03", "120@05T12"),  # still the 5th in New York
    ("2026-03-05", "120@05T12 130@06T05", ""),  # midnight there
    ("2026-03-05", "120@05T12 130@06T12 125@06T13", ""),
    ("2026-03-01", "120@ 130@05T12", ""),
]


PATIENTS = ["PAT-NY", ""]
NUMBERED = dict(enumerate((case, patient) for case in CASES for patient in PATIENTS))
"""Every case under the number of its reading, so that all can lie in one folder."""


def content(versions: str, *, patient: str = "PAT-NY", number: int = 1) -> str:
    lines = []
    for version in versions.split():
        value, _, hour = version.partition("@")
        received = f"2026-03-{hour}:00:00Z" if hour else ""
        lines.append(
            f"R{number},DEV-NY,{patient},M,{value},2026-03-01T12:00:00Z,{received},automatic\n"
        )
    return "".join(lines)


LONE = "LONE,DEV-NY,,M,1,2026-03-01T12:00:00Z,,automatic\n"
SUPERSEDED = "readings JOIN superseded_readings USING (row_no)"

SPELLED = """coalesce(value, '') || '@' || coalesce(strftime(
    make_timestamp(received_at), '%dT%H'), '')"""
Known = dict[str, tuple[dict[str, list[str]], Counter[str]]]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """Tell, as of each day, the superseded versions of every reading, and how many versions it has.

    As of each day all cases are read, and each is looked at as of its own.
    """
    folder = tmp_path_factory.mktemp("versions")
    lines = [
        content(case[1], patient=patient, number=number)
        for number, (case, patient) in NUMBERED.items()
    ]
    lay(folder, {"readings.csv": HEAD + LONE + "".join(lines)})
    return {day: _known(folder, date.fromisoformat(day)) for day in {case[0] for case in CASES}}


def _known(folder: Path, as_of: date) -> tuple[dict[str, list[str]], Counter[str]]:
    with open_evidence(folder, as_of=as_of) as evidence:
        found: dict[str, list[str]] = defaultdict(list)
        for name, version in rows(evidence, SUPERSEDED, f"reading_id, {SPELLED}"):
            found[name].append(version)
        return found, Counter(column(evidence, "readings", "reading_id"))


@pytest.mark.parametrize("number", NUMBERED, ids=lambda number: " ".join(NUMBERED[number][0]))
def test_the_version_received_last_holds(number: int, known: Known) -> None:
    (as_of, versions, superseded), _ = NUMBERED[number]
    found, taken = known[as_of]
    assert found.get(f"R{number}", []) == superseded.split()
    assert taken[f"R{number}"] == len(set(versions.split()))


def test_a_reading_of_one_version_is_never_superseded(known: Known) -> None:
    assert all("LONE" not in found and taken["LONE"] == 1 for found, taken in known.values())


OTHER_CELLS = [
    ("device_id", "DEV-NY", "DEV-AZ"),
    ("patient_id", "PAT-NY", "PAT-AZ"),
    ("measured_at", "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"),
    ("entry", "automatic", "manual"),
    ("value_2", "", "80"),
    ("test", "false", "true"),
    ("ambiguous_person", "true", ""),
]


@pytest.mark.slow
def test_any_cell_that_changes_a_count_makes_a_version(tmp_path: Path) -> None:
    row = {
        "device_id": "DEV-NY",
        "patient_id": "PAT-NY",
        "metric": "M",
        "value": "120",
        "measured_at": "2026-03-01T12:00:00Z",
        "entry": "automatic",
    }
    sent = []
    for name, first, second in OTHER_CELLS:
        own = {**row, "reading_id": name}
        newer = {**own, name: second, "received_at": "2026-03-06T12:00:00Z"}
        older = {**own, name: first, "received_at": "2026-03-05T12:00:00Z"}
        sent += [newer, older]
    lay(tmp_path, {"readings.csv": as_csv(sent)})
    with open_evidence(tmp_path, as_of=date(2026, 12, 31)) as evidence:
        assert rows(evidence, SUPERSEDED, "reading_id, received_at") == sorted(
            (name, 1772712000000000)
            for name, *_ in OTHER_CELLS  # 2026-03-05T12:00:00Z
        )


# Versions of one id, each as what it says otherwise @ the hour received; which of them are
# superseded, and which contradict each other.
AT_ONE_MOMENT = [
    ("plain@12 lower@12", "lower@12", ""),  # either would count alike, and the greater one holds
    ("plain@12 manual@12", "", "manual@12 plain@12"),
    ("plain@12 blank@12", "", "blank@12 plain@12"),
    ("plain@12 test@12", "", "plain@12 test@12"),
    ("plain@12 moved@12", "", "moved@12 plain@12"),
    ("plain@ manual@", "", "manual@ plain@"),
    ("plain@11 plain@12 manual@12", "plain@11", "manual@12 plain@12"),
    ("plain@12 manual@12 lower@13", "manual@12 plain@12", ""),
    ("plain@12 lower@12 manual@12", "", "lower@12 manual@12 plain@12"),
]
OTHERWISE = {
    "plain": {},
    "lower": {"value": "110"},
    "blank": {"value": ""},
    "manual": {"entry": "manual"},
    "test": {"test": "true"},
    "moved": {"measured_at": "2026-03-02T12:00:00Z"},
}


def version(number: int, word: str) -> str:
    """Write a version as a row; `source_message_id` keeps how it is called here."""
    said, _, hour = word.partition("@")
    row = {"measured_at": "2026-03-01T12:00:00Z", "value": "120", "entry": "automatic", "test": ""}
    row |= OTHERWISE[said]
    received = f"2026-03-05T{hour}:00:00Z" if hour else ""
    return f"R{number},DEV-NY,PAT-NY,M,{','.join(row.values())},{received},{word}\n"


@pytest.fixture(scope="module", params=[1, -1], ids=["as they are", "the other way round"])
def at_odds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[str, bool]]]:
    """Tell of each reading its superseded versions, and whether they contradict each other."""
    names = "measured_at,value,entry,test,received_at,source_message_id"
    lines = (
        version(number, word)
        for number, (versions, _, _) in enumerate(AT_ONE_MOMENT)
        for word in versions.split()[:: request.param]
    )
    head = f"reading_id,device_id,patient_id,metric,{names}\n"
    folder = lay(tmp_path_factory.mktemp("moment"), {"readings.csv": head + "".join(lines)})
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    with open_evidence(folder, as_of=date(2026, 12, 31)) as evidence:
        told = rows(evidence, SUPERSEDED, "reading_id, source_message_id, contradicted")
    for name, word, contradicted in told:
        found[name].append((word, contradicted))
    return found


@pytest.mark.parametrize("number", range(len(AT_ONE_MOMENT)))
def test_of_versions_of_one_moment_none_is_preferred_if_they_would_count_differently(
    number: int, at_odds: dict[str, list[tuple[str, bool]]]
) -> None:
    _, superseded, contradicted = AT_ONE_MOMENT[number]
    found = at_odds.get(f"R{number}", [])
    assert [word for word, at_odds in found if not at_odds] == superseded.split()
    assert [word for word, at_odds in found if at_odds] == contradicted.split()


@pytest.mark.slow
def test_a_cell_that_changes_no_count_makes_none(tmp_path: Path) -> None:
    lines = "".join(
        f"R1,DEV-NY,PAT-NY,M,120,2026-03-01T12:00:00Z,2026-03-0{day}T12:00:00Z,automatic,m{day}\n"
        for day in (5, 6)
    )
    head = HEAD.replace("entry", "entry,source_message_id")
    lay(tmp_path, {"readings.csv": head + lines})
    with open_evidence(tmp_path, as_of=date(2026, 12, 31)) as evidence:
        assert rows(evidence, "superseded_readings", "*") == []


@pytest.mark.slow
def test_ids_of_millions_are_told_apart_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "PLAIN_SQL_ROWS", 0)
    lay(tmp_path, {"readings.csv": HEAD + LONE + content("120@05T12 130@06T12 130@06T12")})
    with open_evidence(tmp_path, as_of=date(2026, 12, 31)) as evidence:
        assert rows(evidence, SUPERSEDED, SPELLED) == [("120@05T12",)]
    lay(tmp_path, {"readings.csv": HEAD + LONE + content("120@05T12")})
    with open_evidence(tmp_path, as_of=date(2026, 12, 31)) as evidence:
        assert rows(evidence, SUPERSEDED, SPELLED) == []
