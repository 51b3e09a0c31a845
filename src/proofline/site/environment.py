"""The settings that an operator makes, each an environment variable, and what each means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from proofline.errors import WrongUse
from proofline.site.postgresql import postgresql

_YES, _NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SHORTEST_KEY = 50
_HOST = re.compile(r"\.?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_HERE = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, its meaning, and what holds where it is not set.

    The value of a `secret` one is never shown.
    """

    name: str
    meaning: str
    default: str = ""
    secret: bool = False


SETTINGS = (
    Setting(
        "PROOFLINE_HOME",
        "Folder of the book: the SQLite file, keys, checkpoints and files dropped.",
        "proofline-home",
    ),
    Setting(
        "PROOFLINE_DATABASE",
        "postgresql://USER:PASSWORD@HOST:PORT/NAME; not set: book.sqlite3 in the home folder.",
        secret=True,
    ),
    Setting(
        "PROOFLINE_CHECKPOINTS",
        "Folder of the ledger's key and its signed heads, best on another disk; not set: the"
        " folder checkpoints in the home folder.",
    ),
    Setting(
        "PROOFLINE_SECRET_KEY",
        "50 or more characters by chance; not set: kept in the home.",
        secret=True,
    ),
    Setting(
        "PROOFLINE_HOSTS",
        "Names under which the service is reached, parted by commas, without https:// and port;"
        " localhost and 127.0.0.1 always are.",
        "localhost,127.0.0.1",
    ),
    Setting("PROOFLINE_TLS", "Whether people reach the service by https.", "yes"),
    Setting(
        "PROOFLINE_PROXY",
        "Whether a proxy before it sets X-Forwarded-Proto and X-Forwarded-For.",
        "no",
    ),
    Setting("PROOFLINE_READ_ONLY", "Freeze: everything can be read, nothing written.", "no"),
    Setting(
        "PROOFLINE_DEMO",
        "A made-up practice without second factor, for this machine only; set by serve --demo.",
        "no",
    ),
    Setting(
        "PROOFLINE_METRICS_TOKEN",
        "Who shows it as Authorization: Bearer may read /metrics; not set: only this machine may,"
        " and nobody where a proxy stands before the service.",
        secret=True,
    ),
    Setting("PROOFLINE_BIND", "Address and port; set by serve --bind.", "127.0.0.1:8000"),
    Setting("PROOFLINE_THREADS", "Requests that are answered at once.", "16"),
    Setting(
        "PROOFLINE_IDLE_MINUTES",
        "A session ends after so many minutes without use, 15 at most.",
        "15",
    ),
    Setting(
        "PROOFLINE_CLOCK_BEHIND",
        "Whether to go on though entries of the book are of a time to come.",
        "no",
    ),
    Setting(
        "PROOFLINE_SESSION_HOURS",
        "A session ends after so many hours in any case, 12 at most.",
        "12",
    ),
    Setting(
        "PROOFLINE_WEBHOOK_HOSTS",
        "Hosts, as NAME or NAME:PORT, that webhooks may reach though they are not public.",
    ),
    Setting("PROOFLINE_LOG_LEVEL", "DEBUG, INFO, WARNING, ERROR or CRITICAL.", "INFO"),
)


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings as they hold, read once from the variables given."""

    variables: Mapping[str, str]

    def text(self, name: str) -> str:
        """Give a setting; its default where it is not set."""
        (setting,) = (one for one in SETTINGS if one.name == name)
        return self.variables.get(name, "").strip() or setting.default

    def yes(self, name: str) -> bool:
        """Give a setting that is yes or no. Errors: WrongUse if it is neither."""
        told = self.text(name).lower()
        if told not in _YES + _NO:
            raise _wrong(name, "yes or no")
        return told in _YES

    def number(self, name: str) -> int:
        """Give a setting that is a whole number above nothing. Errors: WrongUse if it is none."""
        told = self.text(name)
        if not (told.isascii() and told.isdigit() and 0 < int(told) < 10**6):
            raise _wrong(name, "a whole number from 1 to 999999")
        return int(told)

    def hosts(self) -> list[str]:
        """Give the names under which the service is reached, this machine's own among them.

        A look at its health asks for it by the latter. Errors: WrongUse for an address or a port.
        """
        told = [one.strip() for one in self.text("PROOFLINE_HOSTS").split(",") if one.strip()]
        if not all(_HOST.fullmatch(one) for one in told):
            raise _wrong("PROOFLINE_HOSTS", "names without https:// and port, parted by commas")
        return [*told, *(one for one in _HERE if one not in told)]

    def level(self) -> str:
        """Give the level of log lines. Errors: WrongUse if it is none."""
        told = self.text("PROOFLINE_LOG_LEVEL").upper()
        if told not in _LEVELS:
            raise _wrong("PROOFLINE_LOG_LEVEL", ", ".join(_LEVELS[:-1]) + f" or {_LEVELS[-1]}")
        return told

    def key(self) -> str:
        """Give the key of sessions, blank if it is not set. Errors: WrongUse if it is short."""
        told = self.text("PROOFLINE_SECRET_KEY")
        if told and len(told) < _SHORTEST_KEY:
            raise _wrong("PROOFLINE_SECRET_KEY", f"{_SHORTEST_KEY} or more characters")
        return told

    def told(self) -> list[tuple[str, str, str]]:
        """Tell every setting: name, meaning and value; of a secret only whether it is set."""
        return [(one.name, one.meaning, self._shown(one)) for one in SETTINGS]

    def _shown(self, one: Setting) -> str:
        value = self.text(one.name)
        return ("set" if value else "not set") if one.secret else value or "not set"

    @property
    def home(self) -> Path:
        """The folder of the book."""
        return Path(self.text("PROOFLINE_HOME")).resolve()

    @property
    def checkpoints(self) -> Path:
        """The folder of the ledger's key and its signed heads."""
        said = self.text("PROOFLINE_CHECKPOINTS")
        return Path(said).resolve() if said else self.home / "checkpoints"

    def database(self) -> dict[str, object]:
        """Give the database as Django wants it said. Errors: WrongUse if the address is none."""
        address = self.text("PROOFLINE_DATABASE")
        return postgresql(address) if address else _sqlite(self.home / "book.sqlite3")


def _sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,  # to open the file and read its schema takes longer than most requests
        "OPTIONS": {
            # A writer takes its lock at the start: what it read cannot have changed when it writes.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # Readings are found by digests, which lie anywhere in their indexes. With 16 MB of
            # pages in memory, and a log of 32 MB, few pages are read or written twice.
            "init_command": (
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                " PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 8000;"
            ),
        },
    }


def _wrong(name: str, expected: str) -> WrongUse:
    return WrongUse(
        "site.setting",
        f"The environment variable {name} is not {expected}.",
        "See docs/deployment.md for every setting.",
    )
