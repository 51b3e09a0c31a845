"""Books in places of their own, worked on by processes of their own, as in the field.

A test's own connection cannot be killed, and rows that are only added cannot be flushed away; so
each of these books is a fresh file or database, copied from one that was made once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from textwrap import dedent
from urllib.parse import urlsplit

import pytest

from made_by_one import in_turn

SRC = Path(__file__).parents[1] / "src"
ON_POSTGRESQL = os.environ.get("PROOFLINE_TEST_DATABASE") == "postgresql"
on_sqlite_only = pytest.mark.skipif(
    ON_POSTGRESQL,
    reason="it has books of its own, on SQLite, whatever the database of the tests",
)
BEGIN = """
import django
django.setup()
from datetime import UTC, date, datetime, timedelta
from proofline.store.book import at_one_instant, by_ourselves, tenants
AT = datetime.now(UTC)
[TENANT] = tenants()
"""
_NUMBERS = count()


@dataclass(frozen=True)
class Place:
    """Where one book is: its home folder and, on PostgreSQL, its database."""

    home: Path
    database: str = ""

    @property
    def env(self) -> dict[str, str]:
        """The environment of a process that works on it."""
        told = {k: v for k, v in os.environ.items() if not k.startswith("PROOFLINE_")}
        told |= {"PROOFLINE_HOME": str(self.home), "PYTHONPATH": str(SRC), "PROOFLINE_TLS": "no"}
        told |= {
            "DJANGO_SETTINGS_MODULE": "proofline.site.settings",
            "PROOFLINE_LOG_LEVEL": "ERROR",
        }
        return told | ({"PROOFLINE_DATABASE": self.database} if self.database else {})

    def start(self, code: str, *args: object) -> subprocess.Popen[str]:
        """Start a process that runs a piece of code on the book."""
        words = [sys.executable, "-c", BEGIN + dedent(code), *map(str, args)]
        return subprocess.Popen(
            words, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, code: str, *args: object) -> str:
        """Run a piece of code on the book and give what it prints."""
        with self.start(code, *args) as process:
            out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out.strip()

    def command(self, *words: object, **env: str) -> subprocess.CompletedProcess[str]:
        """Run `proofline` with these words."""
        code = "from proofline.cli import main; main()"
        told = {k: v for k, v in self.env.items() if k != "DJANGO_SETTINGS_MODULE"} | env
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, words)],
            env=told, text=True, capture_output=True, timeout=120, check=False,
        )  # fmt: skip


def fresh_database(template: str = "") -> str:
    """Make a database on the test's server, of its own or as a copy; give its address."""
    import psycopg  # noqa: PLC0415 - on PostgreSQL only

    server, name = os.environ["PROOFLINE_DATABASE"], f"book_{os.getpid()}_{next(_NUMBERS)}"
    copied = f" TEMPLATE {urlsplit(template).path.strip('/')}" if template else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{copied}")
    return server.replace(urlsplit(server).path, f"/{name}", 1)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A book with one practice, as `proofline init` makes it."""
    with in_turn(tmp_path_factory, "made-once") as folder:
        home, where = folder / "home", folder / "database"
        if not where.exists():
            home.mkdir()
            place = Place(home, fresh_database() if ON_POSTGRESQL else "")
            practice = ("--practice", "Made-up", "--administrator", "first", "--password", "x" * 12)
            made = place.command("init", *practice)
            assert made.returncode == 0, made.stderr
            where.write_text(place.database, "utf-8")
        return Place(home, where.read_text("utf-8"))


@pytest.fixture
def new_place(tmp_path: Path) -> Callable[[], Place]:
    """Make places without any book."""
    numbers = count()

    def made() -> Place:
        home = tmp_path / f"home-{next(numbers)}"
        home.mkdir()
        return Place(home, fresh_database() if ON_POSTGRESQL else "")

    return made


@pytest.fixture
def place(made_once: Place, tmp_path: Path) -> Place:
    """A book of one's own with one practice."""
    home = tmp_path / "home"
    shutil.copytree(made_once.home, home)
    return Place(home, fresh_database(made_once.database) if ON_POSTGRESQL else "")
