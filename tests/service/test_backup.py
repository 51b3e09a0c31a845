"""Proof and copies: whatever is changed by SQL is named; a copy is the book, under load as well."""

from __future__ import annotations

import base64
import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from proofline.store.safekeeping.sealed.sealing import CHUNK, key_from, key_pair, opened, seal
from proofline.store.trouble import StoreError
from service_places import Place, made_once, new_place, place

__all__ = ["made_once", "new_place", "place"]

FILLED = """
from proofline.store.decided import keep
with by_ourselves(TENANT) as book:
    with book.act("test", AT) as act:
        act.add("patients", [
            {"patient_id": "P-1", "time_zone": "America/Chicago", "family_name": "Made-Up"},
            {"patient_id": "P-2", "time_zone": "America/Denver"},
        ])
    with book.act("test", AT, "made up twice") as act:
        act.withdraw("patients", [{"patient_id": "P-2", "time_zone": "America/Denver"}])
    with book.act("decision", AT) as act:
        keep(act, [{
            "enrollment_id": "E-1", "patient_id": "P-1", "program": "RPM", "code": "99454",
            "period": {"kind": "cycle", "start": "2026-01-02", "end": "2026-01-31"},
            "units": 1, "outcome": "billable", "service_date": "2026-01-31",
        }], date(2026, 3, 1))
"""
DROPPED = """
import sys
from django.db import connection, transaction
with transaction.atomic(), by_ourselves(TENANT), connection.cursor() as cursor:
    table = sys.argv[1].split()[2 if sys.argv[1].startswith(("DELETE", "INSERT")) else 1]
    if connection.vendor == "postgresql":
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    else:
        named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        cursor.execute(named, [table])
        for name in [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"DROP TRIGGER {name}")
    cursor.execute(sys.argv[1])
"""
NOW = "'2026-01-01 00:00:00+00:00'"
ADDED = """
INSERT INTO evidence_patients
(tenant_id, recorded_at, vouched_by, withdrawn, reason, patient_id, time_zone)
SELECT tenant_id, recorded_at, vouched_by, withdrawn, reason, 'P-9', 'UTC'
FROM evidence_patients WHERE row_no = 3
"""
PATIENTS = "UPDATE evidence_patients SET"
EDITS = [
    (f"{PATIENTS} time_zone = 'UTC' WHERE row_no = 1", "evidence_patients row 1: time_zone"),
    (f"{PATIENTS} family_name = NULL WHERE row_no = 1", "row 1: family_name"),
    (f"{PATIENTS} recorded_at = {NOW} WHERE row_no = 2", "row 2: recorded_at"),
    (f"{PATIENTS} recorded_by_id = 1 WHERE row_no = 2", "row 2: recorded_by_id"),
    (f"{PATIENTS} withdrawn = NOT withdrawn WHERE row_no = 3", "row 3: withdrawn"),
    (f"{PATIENTS} reason = 'another' WHERE row_no = 3", "row 3: reason"),
    (f"{PATIENTS} vouched_by = 4 WHERE row_no = 1", "evidence_patients row 1"),
    ("DELETE FROM evidence_patients WHERE row_no = 2", "for 2 rows, and there are 1"),
    (ADDED.strip(), "vouches for 1 rows, and there are 2"),
    ("UPDATE store_decision SET outcome = 'held'", "store_decision row 1: outcome"),
    ("UPDATE store_decision SET units = 2", "store_decision row 1: units"),
    ("UPDATE store_decision SET digest = 'sha256:0'", "store_decision row 1: digest"),
    ("DELETE FROM store_decision", "1 decisions of entry"),
]


@pytest.mark.slow
def test_a_sound_book_is_told_to_be_sound(place: Place) -> None:
    place.run(FILLED)
    sound = place.command("verify")
    assert (sound.returncode, "Nothing was changed." in sound.stdout) == (0, True), sound.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("sql", "told"), EDITS)
def test_an_edit_is_named_without_what_the_row_holds(place: Place, sql: str, told: str) -> None:
    place.run(FILLED)
    place.run(DROPPED, sql)
    found = place.command("verify")
    assert found.returncode == 1
    assert told in found.stdout
    assert "Made-Up" not in found.stdout + found.stderr


@pytest.mark.slow
def test_an_edit_of_each_kind_is_found_at_once(place: Place) -> None:
    """The quick form: an edited cell, an edited decision and a removed row in one look."""
    place.run(FILLED)
    for sql in (EDITS[0][0], EDITS[7][0], EDITS[9][0]):
        place.run(DROPPED, sql)
    found = place.command("verify").stdout
    assert [told in found for _, told in (EDITS[0], EDITS[7], EDITS[9])] == [True, True, True]


def keys(folder: Path) -> tuple[Path, Path]:
    made = Place(folder).command("backup-key", folder / "key")
    assert made.returncode == 0, made.stderr
    return folder / "key", folder / "key.pub"


LOAD = """
import sys
print("on", flush=True)
number = 0
while True:
    with by_ourselves(TENANT) as book, book.act("load", datetime.now(UTC)) as act:
        act.add("patients", [{"patient_id": f"L-{number}", "time_zone": "UTC"}])
    number += 1
"""
COUNTED = """
with by_ourselves(TENANT) as book:
    print(len(book.shelf.rows("patients")))
"""


@pytest.mark.slow
def test_a_copy_under_load_is_put_back_whole(
    place: Place, new_place: Callable[[], Place], tmp_path: Path
) -> None:
    secret, public = keys(tmp_path)
    place.run(FILLED)
    with place.start(LOAD) as load:
        assert load.stdout is not None
        load.stdout.readline()
        time.sleep(0.3)
        made = place.command("backup", "--into", tmp_path / "copy", "--key", public)
        load.kill()
    assert made.returncode == 0, made.stderr
    assert b"Made-Up" not in (tmp_path / "copy").read_bytes()
    assert list(place.home.glob("backup-*")) == []
    there = new_place()
    for words in (("serve",), ("feeds", "list", "--as", "first")):
        looked = there.command(*words, PROOFLINE_READ_ONLY="yes")
        assert looked.returncode == 1, looked.stderr
        assert "There is no book here yet" in looked.stderr
    whole = (tmp_path / "copy").read_bytes()
    for number, harmed in enumerate((whole[:-7], whole[:-40] + b"x" + whole[-39:])):
        (tmp_path / f"harmed-{number}").write_bytes(harmed)
        refused = there.command("restore", tmp_path / f"harmed-{number}", "--key", secret)
        assert "(store.backup_broken)" in refused.stderr
    assert not list(there.home.glob("book*")), "and nothing of it stands in the way of another"
    back = there.command("restore", tmp_path / "copy", "--key", secret)
    assert back.returncode == 0, back.stderr + back.stdout
    assert 1 <= int(there.run(COUNTED)) <= int(place.run(COUNTED))
    there.run(FILLED.replace("P-", "Q-").replace("E-1", "E-2"))  # it goes on from there
    assert there.command("verify").returncode == 0
    assert (
        "is a book here already"
        in there.command("restore", tmp_path / "copy", "--key", secret).stderr
    )


SIGNED = """
import os
from django.conf import settings
from proofline.store.safekeeping.heads import Keyring
ring = Keyring(settings.CHECKPOINTS)
ring.make(os.urandom(32))
note = ring.sign(AT)
print(note.text if note else "nothing new")
"""


@pytest.mark.slow
def test_yesterdays_book_is_not_put_beside_todays_checkpoints(
    place: Place, new_place: Callable[[], Place], tmp_path: Path
) -> None:
    secret, public = keys(tmp_path)
    place.run(SIGNED)
    assert place.run(SIGNED) == "nothing new"
    assert place.command("backup", "--into", tmp_path / "old", "--key", public).returncode == 0
    place.run(FILLED)
    place.run(SIGNED)
    assert place.command("verify").returncode == 0
    elsewhere = {"PROOFLINE_CHECKPOINTS": str(tmp_path / "of another machine")}
    keyless = place.command("work", "--until-done", **elsewhere)
    assert (keyless.returncode, "(store.no_key)" in keyless.stderr) == (1, True)
    assert place.command("work", "--until-done").returncode == 0
    beside = {"PROOFLINE_CHECKPOINTS": str(place.home / "checkpoints")}
    words = ("restore", tmp_path / "old", "--key", secret)
    refused = new_place().command(*words, **beside)
    assert refused.returncode == 1
    assert "were signed for" in refused.stdout
    there = new_place()
    told = there.command(*words, "--accept-loss", **beside)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "are lost" in told.stderr


def sealed(data: bytes, public: bytes) -> bytes:
    out = io.BytesIO()
    seal([data], public, os.urandom(32), out.write)
    return out.getvalue()


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_what_is_sealed_is_opened_by_its_key_only(length: int) -> None:
    secret, public = (
        key_from(text, kind)
        for text, kind in zip(key_pair(os.urandom(32)), ("secret", "public"), strict=True)
    )
    data = os.urandom(length)
    shut = sealed(data, public)
    assert b"".join(opened(io.BytesIO(shut), secret)) == data
    with pytest.raises(StoreError):
        list(opened(io.BytesIO(shut), os.urandom(32)))


@pytest.mark.parametrize("harm", ["flip", "cut", "chunk", "swap", "add"])
def test_a_sealed_stream_that_was_harmed_does_not_open(harm: str) -> None:
    texts = key_pair(os.urandom(32))
    secret, public = key_from(texts[0], "secret"), key_from(texts[1], "public")
    shut = sealed(bytes(2 * CHUNK + 9), public)
    head, size = 19 + 32, 4 + CHUNK + 16
    first, second, rest = (
        shut[head : head + size],
        shut[head + size : head + 2 * size],
        shut[head + 2 * size :],
    )
    harmed = {
        "flip": shut[:-1] + bytes([shut[-1] ^ 1]),
        "cut": shut[: head + 2 * size],
        "chunk": shut[:head] + second + rest,
        "swap": shut[:head] + second + first + rest,
        "add": shut + b"x",
    }[harm]
    with pytest.raises(StoreError):
        list(opened(io.BytesIO(harmed), secret))


def test_a_key_of_the_other_kind_is_none() -> None:
    secret, public = key_pair(bytes(range(32)))
    assert base64.b64decode(secret.strip().partition(":")[2]) == bytes(range(32))
    for text, kind in ((secret, "public"), (public, "secret"), ("x", "secret")):
        with pytest.raises(StoreError):
            key_from(text, kind)
