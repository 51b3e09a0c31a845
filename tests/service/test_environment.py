"""What an operator sets: what is heard, and what is refused by the name of its setting."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection

from proofline.cli.running import setting_up
from proofline.errors import WrongUse
from proofline.site.environment import Environment
from proofline.site.home import kept_private
from proofline.store.safekeeping.heads import Keyring
from proofline.store.trouble import StoreError
from service_places import Place, on_sqlite_only

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("word", ["4/2", "a/b", "a#b", "a?b", "a?b=c"])
def test_an_address_whose_password_ends_it_too_early_is_refused_without_it(word: str) -> None:
    address = f"postgresql://made-up:{word}@database/book"
    with pytest.raises(WrongUse) as refused:
        Environment({"PROOFLINE_DATABASE": address}).database()
    told = f"{refused.value} {refused.value.remedy}"
    assert "%2F" in told
    assert word not in told


def test_what_the_driver_is_told_in_the_address_reaches_it() -> None:
    address = "postgresql://made-up:a%2Fb%40c@db.example.org:5433/book?sslmode=verify-full"
    said = Environment({"PROOFLINE_DATABASE": address}).database()
    assert (said["PASSWORD"], said["HOST"], said["PORT"]) == ("a/b@c", "db.example.org", "5433")
    assert said["OPTIONS"] == {"sslmode": "verify-full"}
    plus = "postgresql://made-up@db.example.org/book?sslrootcert=/made-up/a+b.pem"
    assert Environment({"PROOFLINE_DATABASE": plus}).database()["OPTIONS"] == {
        "sslrootcert": "/made-up/a+b.pem"
    }
    socket = "postgresql://made-up:@/book?host=/run/made-up"
    said = Environment({"PROOFLINE_DATABASE": socket}).database()
    assert (said["HOST"], said["OPTIONS"]) == ("/run/made-up", {})


@pytest.mark.parametrize(
    ("address", "cure"),
    [
        ("postgresql://made-up@database/book?sslmod=require", "sslmode"),
        ("postgresql://made-up@database/book?host=/run/made-up", "once"),
        ("postgresql://made-up@database:5433/book?port=5434", "once"),
        ("postgresql://made-up:word@database/book?password=other", "once"),
        ("postgresql://made-up@database/book?dbname=other", "once"),
        ("postgresql://made-up@database/book?sslmode=require&sslmode=disable", "once"),
    ],
)
def test_what_nobody_would_heed_in_an_address_is_refused(address: str, cure: str) -> None:
    with pytest.raises(WrongUse) as refused:
        Environment({"PROOFLINE_DATABASE": address}).database()
    assert cure in refused.value.remedy
    assert "made-up" not in str(refused.value)
    assert "require" not in str(refused.value)


def test_who_is_named_after_the_question_mark_alone_is_heard() -> None:
    said = Environment({"PROOFLINE_DATABASE": "postgresql:///book?user=made-up&port=5433"})
    heard = said.database()
    assert (heard["USER"], heard["PORT"], heard["OPTIONS"]) == ("made-up", "5433", {})


@pytest.mark.parametrize(
    ("name", "value", "ask"),
    [
        ("PROOFLINE_LOG_LEVEL", "loud", Environment.level),
        ("PROOFLINE_SECRET_KEY", "short", Environment.key),
    ],
)
def test_a_setting_that_would_not_do_is_refused_by_name(
    name: str, value: str, ask: Callable[[Environment], str]
) -> None:
    with pytest.raises(WrongUse, match=name) as refused:
        ask(Environment({name: value}))
    assert value not in str(refused.value)


@pytest.mark.parametrize(("told", "idle", "whole"), [("10", 600, 36_000), ("30", 900, 43_200)])
def test_a_session_may_be_made_shorter_and_never_longer(told: str, idle: int, whole: int) -> None:
    asked = {"PROOFLINE_IDLE_MINUTES": told, "PROOFLINE_SESSION_HOURS": told}
    tried = "import proofline.site.settings as of; print(of.IDLE_SECONDS, of.SESSION_COOKIE_AGE)"
    found = subprocess.run(
        [sys.executable, "-c", tried],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == [str(idle), str(whole)]


def test_a_look_at_its_health_needs_no_name_of_its_own() -> None:
    told = {"PROOFLINE_HOSTS": "rpm.example.org, .example.net"}
    wanted = ["rpm.example.org", ".example.net", "localhost", "127.0.0.1"]
    assert Environment(told).hosts() == wanted


@pytest.mark.parametrize("told", ["https://rpm.example.org", "rpm.example.org:443", "*", "a b"])
def test_names_that_nothing_could_match_are_refused(told: str) -> None:
    with pytest.raises(WrongUse, match="PROOFLINE_HOSTS"):
        Environment({"PROOFLINE_HOSTS": told}).hosts()


@pytest.mark.django_db
def test_a_home_that_is_no_folder_is_refused_by_the_name_of_its_setting(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(WrongUse, match="PROOFLINE_HOME"):
        kept_private(file)
    with pytest.raises(StoreError, match="checkpoints"):
        Keyring(file).make(bytes(32))


def test_a_book_that_is_not_there_is_not_made_by_looking_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setitem(connection.settings_dict, "NAME", tmp_path / "book.sqlite3")
    setting_up.set_up()
    assert list(tmp_path.iterdir()) == []  # as `restore` wants it


def test_a_database_that_does_not_answer_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("connection refused")

    file = tmp_path / "book.sqlite3"
    file.touch()
    monkeypatch.setitem(connection.settings_dict, "NAME", file)
    monkeypatch.setattr(connection, "ensure_connection", fail)
    with pytest.raises(StoreError, match="connection refused") as told:
        setting_up.set_up()
    assert told.value.code == "store.no_database"


@on_sqlite_only
@pytest.mark.parametrize(
    "kept",
    [
        b"made up, no book " * 400,
        pytest.param(b"SQLite format 3\0" + bytes(9), marks=pytest.mark.slow),
    ],
)
def test_a_file_that_is_no_book_is_told_in_words(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "book.sqlite3").write_bytes(kept)
    said = Place(tmp_path).command("verify")
    assert said.returncode == 1
    assert "The database cannot be opened" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.slow
@on_sqlite_only
def test_an_option_that_the_driver_refuses_is_told_without_its_value(tmp_path: Path) -> None:
    address = "postgresql://made-up:word@127.0.0.1:9/book?connect_timeout=quince"
    said = Place(tmp_path, address).command("verify")
    assert said.returncode == 1
    assert "The database cannot be opened" in said.stderr
    assert "Traceback" not in said.stderr
    assert "quince" not in said.stderr
    assert "word" not in said.stderr


def test_what_speaks_to_the_database_is_missed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(WrongUse) as refused:
        Environment({"PROOFLINE_DATABASE": "postgresql://made-up:word@database/book"}).database()
    assert refused.value.code == "site.no_driver"
