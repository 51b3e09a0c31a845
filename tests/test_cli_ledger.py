"""The ledger's commands, from keeping a folder to catching whoever changed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from pysqlite3 import dbapi2

from at_the_terminal import typed

NAME = "ledger.example/made-up"
PATIENTS = "patient_id,time_zone,birth_date\nP-1,America/Chicago,1950-01-01\nP-2,America/Denver,\n"
READINGS = (
    "reading_id,patient_id,device_id,metric,value,unit,measured_at\n"
    "r-1,P-1,D-1,weight,80.0,kg,2026-03-01T07:12:00-06:00\n"
    "r-2,P-1,D-1,weight,80.5,kg,2026-03-02T07:12:00-06:00\n"
)

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make evidence and stand in the folder above it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "patients.csv").write_text(PATIENTS)
    (tmp_path / "evidence" / "readings.csv").write_text(READINGS)
    return tmp_path


def run(*words: str, status: int = 0) -> Result:
    done = typed("ledger", *words)
    assert done.exit_code == status, done.output
    return done


def kept(folder: Path) -> None:
    run("keep", "evidence", "--into", "l.db", "--name", NAME)
    run("key", NAME, "--into", "log.key")
    run("checkpoint", "l.db", "--key", "log.key", "--into", "out")
    assert (folder / "out" / "latest.checkpoint").is_file()


def verify(*words: str, status: int = 0) -> str:
    told = ("--checkpoint", "out/latest.checkpoint", "--log-key", "log.key.pub")
    return run("verify", "l.db", *told, *words, status=status).output


def test_each_row_is_kept_once_and_another_content_is_a_correction(folder: Path) -> None:
    first = run("keep", "evidence", "--into", "l.db", "--name", NAME)
    assert "4 rows kept, of which 0 corrections; 0 on record before" in first.output
    assert "The ledger has 5 entries." in first.output
    assert (
        "0 rows kept, of which 0 corrections; 4 on record"
        in run("keep", "evidence", "--into", "l.db").output
    )
    (folder / "evidence" / "readings.csv").write_text(READINGS.replace("80.5", "81.5"))
    third = run("keep", "evidence", "--into", "l.db")
    assert "1 row kept, of which 1 correction; 3 on record before" in third.output
    proof = json.loads(run("prove", "l.db", "--row", "readings", "r-2", "--payload").stdout)
    entry = json.loads(proof["entry"])
    assert entry["links"] == [{"role": "corrects", "seq": 4}]
    assert json.loads(proof["payload"])["row"]["value"] == "81.5"
    assert entry["occurred_at"] == "2026-03-02T13:12:00.000000Z"  # 07:12 at -06:00


def test_a_proof_can_be_checked_with_sha_256_and_nothing_else(folder: Path) -> None:
    kept(folder)
    proof = json.loads(run("prove", "l.db", "--row", "readings", "r-1", "--payload").stdout)
    entry = proof["entry"].encode()

    def sha(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    committed = sha(bytes.fromhex(proof["nonce"]) + proof["payload"].encode()).hex()
    assert json.loads(entry)["payload_hash"] == committed
    # Five entries; r-1 is number 3. Its path: 2, then (0, 1), then the lone 4 at the right.
    one, two, three = (bytes.fromhex(text) for text in proof["hashes"])
    low = sha(b"\1" + one + sha(b"\0" + entry))
    root = sha(b"\1" + sha(b"\1" + two + low) + three)
    assert (proof["index"], proof["size"]) == (3, 5)
    assert root.hex() == proof["root"]
    assert "P-1" not in proof["entry"]
    assert "payload" not in json.loads(run("prove", "l.db", "--entry", "3").stdout)["entry"][:20]


def test_a_sound_ledger_is_said_to_be_sound(folder: Path) -> None:
    kept(folder)
    output = verify()
    assert "Nothing was changed." in output
    assert "2 checkpoints compared, 1 of them from elsewhere" in output
    assert "no checkpoint from elsewhere" in run("verify", "l.db").output


def test_an_edit_by_sql_exits_1_and_names_entry_and_checkpoint(folder: Path) -> None:
    kept(folder)
    with dbapi2.connect("l.db") as connection:
        connection.execute("DROP TRIGGER ledger_entry_update")
        connection.execute(
            "UPDATE ledger_entry SET payload = CAST(replace(payload, '80.0', '95.0') AS blob)"
            " WHERE seq = 3"
        )
    connection.close()
    output = verify(status=1)
    assert "entry 3: the payload is not the one that was recorded (changed after the" in output
    assert "the trigger ledger_entry_update is gone" in output
    assert "(ledger.changed)" in output
    assert "95.0" not in output


def test_another_history_is_not_signed_and_does_not_verify(folder: Path) -> None:
    kept(folder)
    (folder / "l.db").unlink()
    (folder / "evidence" / "readings.csv").write_text(READINGS.replace("80.0", "95.0"))
    run("keep", "evidence", "--into", "l.db", "--name", NAME)
    told = run("checkpoint", "l.db", "--key", "log.key", "--into", "out", status=1)
    assert "(ledger.forked)" in told.output
    assert "the first 5 entries are not those of" in verify(status=1)


def test_a_shorter_history_is_not_signed_either(folder: Path) -> None:
    kept(folder)
    (folder / "l.db").unlink()
    (folder / "evidence" / "readings.csv").unlink()
    run("keep", "evidence", "--into", "l.db", "--name", NAME)
    told = run("checkpoint", "l.db", "--key", "log.key", "--into", "out", status=1)
    assert "The ledger has 3 entries, and 5 were signed for." in told.output
    assert "the tail is cut: 3 entries are there" in verify(status=1)


def test_a_witness_cosigns_what_only_grew(folder: Path) -> None:
    kept(folder)
    run("key", "witness.example/1", "--into", "w.key")
    words = ("witness", "out/latest.checkpoint", "--log-key", "log.key.pub", "--key", "w.key")
    assert "taken as it is" in run(*words).output
    (folder / "evidence" / "readings.csv").write_text(READINGS.replace("80.5", "81.5"))
    run("keep", "evidence", "--into", "l.db")
    run("checkpoint", "l.db", "--key", "log.key", "--into", "out")
    assert "There is no proof from 5 entries to 6." in run(*words, status=1).output
    (folder / "proof.json").write_text(run("prove", "l.db", "--from", "5").stdout)
    assert "witness.example/1" in run(*words, "--proof", "proof.json").output
    assert "does not bear" not in verify("--witness-key", "w.key.pub")
    # The same witness is shown another history of seven entries, signed by the same log.
    (folder / "l.db").unlink()
    (folder / "evidence" / "more.csv").unlink(missing_ok=True)
    (folder / "evidence" / "readings.csv").write_text(
        READINGS + READINGS.splitlines()[1].replace("r-1", "r-3") + "\n"
    )
    run("keep", "evidence", "--into", "l.db", "--name", NAME)
    (folder / "log.key.last").unlink()
    run("checkpoint", "l.db", "--key", "log.key", "--into", "out")
    (folder / "proof.json").write_text(run("prove", "l.db", "--from", "6").stdout)
    assert "(ledger.forked)" in run(*words, "--proof", "proof.json", status=1).output


def test_a_destroyed_payload_stays_destroyed(folder: Path) -> None:
    kept(folder)
    words = ("destroy", "l.db", "--entry", "3", "--authority", "made-up order 7", "--actor", "o")
    assert "1 payload destroyed; entry 5 says so." in run(*words, "--yes").output
    assert "1 row not kept: destroyed before" in run("keep", "evidence", "--into", "l.db").output
    assert "1 payload" in verify()
    assert b"80.0" not in (folder / "l.db").read_bytes()
    assert "(ledger.destroyed)" in run(*words, "--yes", status=1).output


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("keep", "evidence", "--into", "new.db"), 2, "ledger.no_name"),
        (("keep", "evidence", "--into", "l.db", "--name", "a.example/b"), 1, "ledger.other_name"),
        (("keep", "evidence", "--into", "new.db", "--name", "a b"), 1, "ledger.origin"),
        (("verify", "none.db"), 1, "ledger.none"),
        (("verify", "log.key"), 1, "ledger.unreadable"),
        (("verify", "l.db", "--checkpoint", "log.key"), 2, "ledger.no_log_key"),
        (
            ("verify", "l.db", "--checkpoint", "log.key", "--log-key", "log.key.pub"),
            1,
            "ledger.not_a_checkpoint",
        ),
        (("verify", "l.db", "--log-key", "l.db"), 1, "ledger.not_a_key"),
        (("verify", "postgresql://u:made-up-pw@127.0.0.1:1/none"), 1, "ledger.unreachable"),
        (("key", "a b", "--into", "x.key"), 1, "ledger.key_name"),
        (("key", NAME, "--into", "log.key"), 1, "ledger.key_exists"),
        (("checkpoint", "l.db", "--key", "log.key.pub", "--into", "o"), 1, "ledger.not_a_key"),
        (("checkpoint", "l.db", "--key", "other.key", "--into", "o"), 1, "ledger.other_key"),
        (("prove", "l.db"), 2, "ledger.prove_what"),
        (("prove", "l.db", "--entry", "99"), 1, "ledger.no_entry"),
        (("prove", "l.db", "--row", "readings", "r-9"), 1, "ledger.no_row"),
        (("prove", "l.db", "--from", "99"), 1, "ledger.sizes"),
    ],
)
def test_what_goes_wrong_is_told_with_its_code(
    folder: Path, words: tuple[str, ...], status: int, code: str
) -> None:
    kept(folder)
    run("key", "ledger.example/other", "--into", "other.key")
    told = run(*words, status=status).output
    assert f"({code})" in told
    assert "made-up-pw" not in told


def test_nobody_else_may_read_the_ledger_or_the_key(folder: Path) -> None:
    kept(folder)
    assert (folder / "l.db").stat().st_mode & 0o077 == 0
    assert (folder / "log.key").stat().st_mode & 0o077 == 0


def test_other_formats_of_a_table_are_kept_as_sent(folder: Path) -> None:
    import duckdb  # noqa: PLC0415

    evidence = folder / "evidence"
    (evidence / "patients.csv").unlink()
    (evidence / "patients.ndjson").write_text('{"patient_id":"P-1","time_zone":"America/Denver"}\n')
    with duckdb.connect() as connection:
        connection.execute("COPY (SELECT 'D-1' AS device_id, 7 AS x) TO 'evidence/devices.parquet'")
    (evidence / "readings.csv").write_text(READINGS + 'r-3,"P-1,D-1\n')
    output = run("keep", "evidence", "--into", "l.db", "--name", NAME).output
    assert "4 rows kept" in output
    assert "1 row not kept: `proofline check` says why" in output
    shown = run("prove", "l.db", "--row", "devices", "D-1", "--payload").stdout
    assert json.loads(json.loads(shown)["payload"])["row"] == {"device_id": "D-1", "x": "7"}


@pytest.mark.slow
def test_the_commands_work_on_postgresql(folder: Path, postgres: str) -> None:
    run("keep", "evidence", "--into", postgres, "--name", NAME)
    run("key", NAME, "--into", "log.key")
    run("checkpoint", postgres, "--key", "log.key", "--into", "out")
    words = ("--checkpoint", "out/latest.checkpoint", "--log-key", "log.key.pub")
    assert "Nothing was changed." in run("verify", postgres, *words).output
    run("destroy", postgres, "--entry", "3", "--authority", "order 7", "--actor", "o", "--yes")
    assert "Nothing was changed." in run("verify", postgres, *words).output
    import psycopg  # noqa: PLC0415

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ALL")
        connection.execute("UPDATE ledger_entry SET payload = '\\x00' WHERE seq = 2")
    told = run("verify", postgres, *words, status=1).output
    assert "entry 2: the payload is not the one that was recorded" in told
    assert folder.is_dir()
