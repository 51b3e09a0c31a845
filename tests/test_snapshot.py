"""A snapshot is what was signed: no cell of it can change unnoticed, and nothing else does."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from many_patients import AS_OF, START, lay, plainly, taken
from proofline.decide import Asked, opened
from proofline.decide.decision import decisions
from proofline.decide.snapshots import (
    BadSnapshot,
    find,
    of_period,
    read,
    signed,
    write,
)
from proofline.decide.snapshots.snapshot import shapes
from proofline.evidence.tables import TABLE
from proofline.facts import sql
from proofline.packs import shelf
from storybook import Tables, tell

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.evidence.contract import Column

STORY = (
    "days = 1..14; days = 15 with entry=manual; days = 16 with value=-; by cycle;"
    "25 min on 2026-03-10 with note=made up; call on 2026-03-10 with ended_at=2026-03-10T15:05:00Z;"
    "+ stays kind=inpatient, from_date=2026-03-20, to_date=2026-03-22, performer_id=DOCTOR;"
    "+ other_services code=99091, from_date=2026-03-12, to_date=2026-03-13"
)
# Cells of a row of the story that say nothing of the period: who somebody is, where to find him,
# who pays, what was attested, and whatever is about our own bill only.
SILENT = {
    *(("patients", name) for name in TABLE["patients"].names),
    *(("performers", name) for name in ("name", "npi", "employment")),
    *(("practices", name) for name in TABLE["practices"].names),
    *(("enrollments", name) for name in ("payer_id", "end_reason")),
    *(("other_services", name) for name in ("performer_id", "source")),
    *(("sign_offs", name) for name in TABLE["sign_offs"].names),
    *(("coverages", name) for name in TABLE["coverages"].names),
} - {
    *(("patients", name) for name in ("patient_id", "time_zone", "death_date")),
    *(("practices", name) for name in ("practice_id", "npi", "kind")),
}
# Rows that nobody in the story has to do with, and what does not matter of those that somebody has.
BYSTANDERS = {"PRA-2", "HELPER", "THERAPIST", "STRANGER"}
OF_THE_PLACE = ("performers", "practice_id")
LATER = [  # what only a later period is about, or nobody knew yet
    "days = 31, 40",
    "30 min on 2026-04-02",
    "call on 2026-04-03",
    "assignments.to_date = 2026-08-01",
    "consents.revoked_at = 2026-08-01T12:00:00Z",
    "+ consents given_at=2026-06-01T12:00:00Z, captured_at=2026-06-01T12:00:00Z",
    "+ stays kind=inpatient, from_date=2026-05-01, to_date=2026-05-04",
    "+ other_services code=99454, from_date=2026-05-20, to_date=2026-05-20",
    "+ stays kind=inpatient, from_date=2026-03-31, to_date=2026-03-31",  # bars no line
    "+ stays kind=hospice, from_date=2026-04-01, to_date=-",
    "enrollments.end_date = 2026-09-01",
    "days = 3 with received_at=2027-01-05T10:00:00Z",
    "+ enrollments program=CCM, setup_date=-, order_date=2026-06-01, anchor_date=2026-06-01",
    "sign_offs.evidence_digest = sha256:00",
    "coverages.payer_id = SOMEBODY",
]
EARLIER = [  # what came to the period, or was corrected in it
    "days = 17",
    "days = 3 with at=21:00",
    "1 min on 2026-03-20",
    "call on 2026-03-21 with reached=nobody",
    "consents.revoked_at = 2026-03-29T12:00:00Z",
    "assignments.to_date = 2026-03-30",
    "+ assignments from_date=2026-03-30, device_id=OTHER",
    "+ stays kind=hospice, from_date=2026-03-30, to_date=-",
    "+ other_services code=99454, from_date=2026-03-30, to_date=2026-03-30",
    "+ stays kind=hospice, from_date=2026-03-31, to_date=-",  # of the month of the management line
    "+ other_services code=99091, from_date=2026-03-31, to_date=2026-03-31",
    "+ enrollments program=CCM, setup_date=-, order_date=2026-03-30, anchor_date=2026-03-30",
]


def flipped(column: Column, value: str) -> str:
    """Give another value that the contract allows for a cell."""
    if column.kind in {"choice", "boolean"}:
        return next(word for word in column.choices or ("true", "false") if word != value)
    if column.kind == "date":
        return str(date.fromisoformat(value or "2026-03-25") - timedelta(days=1))
    if column.kind == "instant":
        return f"{value[:11]}08{value[13:]}" if value else "2026-03-28T12:00:00Z"
    return "Pacific/Guam" if column.name == "time_zone" else f"{value}7"


def flips() -> list[tuple[str, str, Tables]]:
    """Give every cell of the story and of the contract once with another value in it."""
    found: list[tuple[str, str, Tables]] = []
    for table, rows in tell(STORY).tables().items():
        for place, row in enumerate(rows[:16]):
            for column in TABLE[table].columns:
                other = tell(STORY).tables()
                value = flipped(column, row.get(column.name, ""))
                other[table][place] = row | {column.name: value}
                found.append((table, f"{place}.{column.name}", other))
    return found


def bears(table: str, cell: str) -> bool:
    """Say whether a cell of the story bears on its first cycle."""
    place, _, column = cell.partition(".")
    key = next(iter(tell(STORY).tables()[table][int(place)].values()))
    if (table, column) in SILENT or key in BYSTANDERS:
        return False
    if key == "DOCTOR":  # the surgeon of the stay: only whose practice he works for is asked
        return (table, column) in {OF_THE_PLACE, ("performers", "performer_id")}
    # Of whoever worked it is asked whether she is of the biller's practice, not whether she bills.
    return key != "NURSE" or (table, column) != ("performers", "bills_em")


@pytest.mark.slow
def test_every_cell_that_bears_on_a_period_is_in_its_digest_and_no_other(tmp_path: Path) -> None:
    made = flips()
    patients = [tell(STORY).tables(), *(tables for _, _, tables in made)]
    shots = taken(lay(patients, tmp_path / "e"), len(patients))
    before = plainly(shots[0], 0)
    stale = {
        (table, cell): plainly(shot, number) != before
        for number, ((table, cell, _), shot) in enumerate(zip(made, shots[1:], strict=True), 1)
    }
    assert len(stale) > 450
    wrong = {what: told for what, told in stale.items() if told != bears(*what)}
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize(("phrases", "stale"), [(LATER, False), (EARLIER, True)], ids=str)
def test_rows_of_the_period_make_it_stale_and_later_ones_do_not(
    phrases: list[str], stale: bool, tmp_path: Path
) -> None:
    patients = [tell(f"{STORY}; {phrase}").tables() for phrase in ["by cycle", *phrases]]
    shots = taken(lay(patients, tmp_path / "e"), len(patients))
    texts = [plainly(shot, number) for number, shot in enumerate(shots)]
    told = {phrase: text != texts[0] for phrase, text in zip(phrases, texts[1:], strict=True)}
    assert told == dict.fromkeys(phrases, stale)


@pytest.mark.slow
def test_order_clock_program_and_law_do_not_matter(tmp_path: Path) -> None:
    patients = [tell(STORY).tables(), tell(f"{STORY}; days = 20..25").tables()]
    usual = taken(lay(patients, tmp_path / "usual"), 2)
    assert taken(lay(patients, tmp_path / "shuffled", shuffled=7), 2) == usual
    assert taken(tmp_path / "usual", 2, Asked(AS_OF, "month", "RPM")) == usual
    law = tmp_path / "law"
    shutil.copytree(shelf.ROOT, law)
    page = law / "medicare-rpm" / "2026-01-01.toml"
    page.write_text(page.read_text("utf-8").replace("min = 16", "min = 17"), "utf-8")
    assert taken(tmp_path / "usual", 2, Asked(AS_OF, law=law)) == usual


@pytest.mark.slow
def test_its_hash_is_the_digest_that_decisions_print(tmp_path: Path) -> None:
    folder = lay([tell(STORY).tables()], tmp_path / "e")
    with opened(folder, Asked(AS_OF), engine="sqlite") as (run, _):
        printed = {line["period"]["start"]: line["evidence_digest"] for line in decisions(run)}
        for start, digest in printed.items():
            day = date.fromisoformat(start)
            shot = of_period(run.engine, "ENR-1~0000", "cycle", day)
            assert shot is not None
            path = write(shot, tmp_path / "kept")
            assert f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" == digest
            assert find(digest, tmp_path / "kept") == shot
    assert len(printed) > 5


def test_what_counts_and_what_does_not_stands_there_with_its_reason(tmp_path: Path) -> None:
    (shot,) = taken(lay([tell(STORY).tables()], tmp_path / "e"), 1)
    assert shot is not None
    readings = [row for row in shot.rows if row.kind == "reading"]
    reasons = {row.cells["reading_id"]: row.reason for row in readings}
    assert sum(row.counted for row in readings) == 14
    assert [reason for _, reason in sorted(reasons.items()) if reason] == ["manual", "no_value"]


def test_the_names_of_the_columns_are_those_of_the_model() -> None:
    model = sql("evidence_rows")
    for kind, shape in shapes().items():
        cells = model.split(f"'{kind}', ", 1)[1].split("]", 1)[0]
        assert len(split_cells(cells)) == len(shape.columns), kind
        assert set(shape.key) <= set(shape.columns)


def split_cells(text: str) -> list[str]:
    """Split a list of SQL expressions at the commas that stand in no bracket."""
    found, depth = [""], 0
    for sign in text:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [cell.strip() for cell in found]


@pytest.mark.slow
def test_seconds_that_somebody_else_claims_are_in_it(tmp_path: Path) -> None:
    story = "25 min on 2026-03-10; by cycle; + enrollments program=CCM, setup_date=-"
    twice = f"{story}; 10 min on 2026-03-10 with enrollment_id=NEW-2, at=10:05"
    (shot,) = taken(lay([tell(twice).tables()], tmp_path / "e"), 1)
    assert shot is not None
    rows = [row.cells for row in shot.rows if row.kind == "claimed_twice"]
    start = 1773151500  # 2026-03-10 10:05 in New York: 14:05 UTC
    assert rows == [{"kind": "patient", "from_s": str(start), "to_s": str(start + 600)}]


def test_an_altered_snapshot_is_refused(tmp_path: Path) -> None:
    (shot,) = taken(lay([tell(STORY).tables()], tmp_path / "e"), 1)
    assert shot is not None
    path = write(shot, tmp_path)
    assert write(shot, tmp_path) == path
    for place in range(0, len(shot.text), 97):
        altered = bytearray(shot.text)
        altered[place] ^= 1
        path.write_bytes(altered)
        with pytest.raises(BadSnapshot, match="is not what its name says"):
            read(path)


@pytest.mark.parametrize("text", [b"", b"\xff", b"reading\ta", b"beside\tb\tRPM\nbeside\ta\tRPM"])
def test_what_is_no_snapshot_is_refused(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"{hashlib.sha256(text).hexdigest()}.snapshot"
    path.write_bytes(text)
    with pytest.raises(BadSnapshot):
        read(path)


@pytest.mark.slow
def test_the_sign_offs_of_a_period_are_told_with_their_day(tmp_path: Path) -> None:
    folder = lay([tell(f"{STORY}; sign_offs.evidence_digest = sha256:00").tables()], tmp_path / "e")
    with opened(folder, Asked(AS_OF), engine="sqlite") as (run, _):
        found = list(signed(run.engine, "ENR-1~0000", "cycle", START))
    # 14 days after 30 March, the last day of the cycle, and after 31 March, that of the month
    assert [(one.digest, one.day) for one in found] == [
        ("sha256:00", date(2026, 4, 13)),
        (None, date(2026, 4, 14)),
    ]
