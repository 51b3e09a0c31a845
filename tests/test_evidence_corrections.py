"""One id with different content is a correction: the version received last holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evidence_rows import lay, rows
from proofline.evidence import open_evidence, repeats

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


def content(versions: str, *, patient: str = "PAT-NY") -> str:
    lines = []
    for version in versions.split():
        value, _, hour = version.partition("@")
        received = f"2026-03-{hour}:00:00Z" if hour else ""
        lines.append(f"R1,DEV-NY,{patient},M,{value},2026-03-01T12:00:00Z,{received},automatic\n")
    return HEAD + "R0,DEV-NY,,M,1,2026-03-01T12:00:00Z,,automatic\n" + "".join(lines)


SUPERSEDED = "readings JOIN superseded_readings USING (row_no)"

SPELLED = """coalesce(value, '') || '@' || coalesce(strftime(
    make_timestamp(received_at), '%dT%H'), '')"""


@pytest.mark.parametrize("patient", ["PAT-NY", ""])
@pytest.mark.parametrize(("as_of", "versions", "superseded"), CASES)
def test_the_version_received_last_holds(
    as_of: str, versions: str, superseded: str, patient: str, tmp_path: Path
) -> None:
    lay(tmp_path, {"readings.csv": content(versions, patient=patient)})
    with open_evidence(tmp_path, as_of=date.fromisoformat(as_of)) as evidence:
        found = rows(evidence, SUPERSEDED, f"reading_id, {SPELLED}")
        assert found == [("R1", version) for version in superseded.split()]
        assert evidence.counts["readings"] == (1 + len(set(versions.split())), 0)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("device_id", "DEV-NY", "DEV-AZ"),
        ("patient_id", "PAT-NY", "PAT-AZ"),
        ("measured_at", "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"),
        ("entry", "automatic", "manual"),
        ("value_2", "", "80"),
        ("test", "false", "true"),
        ("ambiguous_person", "true", ""),
    ],
)
def test_any_cell_that_changes_a_count_makes_a_version(
    name: str, first: str, second: str, tmp_path: Path
) -> None:
    row = {
        "reading_id": "R1",
        "device_id": "DEV-NY",
        "patient_id": "PAT-NY",
        "metric": "M",
        "value": "120",
        "measured_at": "2026-03-01T12:00:00Z",
        "entry": "automatic",
    }
    older = {**row, name: first, "received_at": "2026-03-05T12:00:00Z"}
    newer = {**row, name: second, "received_at": "2026-03-06T12:00:00Z"}
    names = [*row, *({name, "received_at"} - row.keys())]
    lines = [",".join(version[key] for key in names) for version in (newer, older)]
    lay(tmp_path, {"readings.csv": "\n".join([",".join(names), *lines, ""])})
    with open_evidence(tmp_path, as_of=date(2026, 12, 31)) as evidence:
        (found,) = rows(evidence, SUPERSEDED, "received_at")
        assert found == (1772712000000000,)  # 2026-03-05T12:00:00Z


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


def version(word: str) -> str:
    """Write a version as a row; `source_message_id` keeps how it is called here."""
    said, _, hour = word.partition("@")
    row = {"measured_at": "2026-03-01T12:00:00Z", "value": "120", "entry": "automatic", "test": ""}
    row |= OTHERWISE[said]
    received = f"2026-03-05T{hour}:00:00Z" if hour else ""
    return f"R1,DEV-NY,PAT-NY,M,{','.join(row.values())},{received},{word}\n"


@pytest.mark.parametrize(("versions", "superseded", "contradicted"), AT_ONE_MOMENT)
def test_of_versions_of_one_moment_none_is_preferred_if_they_would_count_differently(
    versions: str, superseded: str, contradicted: str, tmp_path: Path
) -> None:
    names = "measured_at,value,entry,test,received_at,source_message_id"
    for order in (1, -1):
        lines = "".join(version(word) for word in versions.split()[::order])
        head = f"reading_id,device_id,patient_id,metric,{names}\n"
        lay(tmp_path, {"readings.csv": head + lines})
        with open_evidence(tmp_path, as_of=date(2026, 12, 31)) as evidence:
            found = rows(evidence, SUPERSEDED, "source_message_id, contradicted")
        assert [word for word, at_odds in found if not at_odds] == superseded.split()
        assert [word for word, at_odds in found if at_odds] == contradicted.split()


def test_a_cell_that_changes_no_count_makes_none(tmp_path: Path) -> None:
    lines = "".join(
        f"R1,DEV-NY,PAT-NY,M,120,2026-03-01T12:00:00Z,2026-03-0{day}T12:00:00Z,automatic,m{day}\n"
        for day in (5, 6)
    )
    head = HEAD.replace("entry", "entry,source_message_id")
    lay(tmp_path, {"readings.csv": head + lines})
    with open_evidence(tmp_path, as_of=date(2026, 12, 31)) as evidence:
        assert rows(evidence, "superseded_readings", "*") == []


def test_ids_of_millions_are_told_apart_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "PLAIN_SQL_ROWS", 0)
    lay(tmp_path, {"readings.csv": content("120@05T12 130@06T12 130@06T12")})
    with open_evidence(tmp_path, as_of=date(2026, 12, 31)) as evidence:
        assert rows(evidence, SUPERSEDED, SPELLED) == [("120@05T12",)]
    lay(tmp_path, {"readings.csv": content("120@05T12")})
    with open_evidence(tmp_path, as_of=date(2026, 12, 31)) as evidence:
        assert rows(evidence, SUPERSEDED, SPELLED) == []
