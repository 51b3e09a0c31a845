"""A real server on a book of its own, with two practices, signed-in people and a machine.

Run as a script it fills the book in PROOFLINE_HOME and prints how to call it, as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src"


@dataclass(frozen=True)
class Live:
    """A server that answers: where, its practice, session cookies by role, a machine's secret."""

    url: str
    tenant_id: str
    enrollment_id: str
    sessions: dict[str, str]
    client_id: str
    client_secret: str
    log: Path

    def headers(self, role: str) -> dict[str, str]:
        """Give what a browser sends in which somebody of a role has signed in."""
        sent = {"Cookie": f"session={self.sessions[role]}"}
        asked = urllib.request.Request(f"{self.url}/api/me", headers=sent)  # noqa: S310 - our own
        with urllib.request.urlopen(asked) as got:  # noqa: S310 - our own
            token = json.load(got)["csrf_token"]
            cookie = got.headers["Set-Cookie"].partition(";")[0]
        return {"Cookie": f"{sent['Cookie']}; {cookie}", "X-CSRFToken": token}

    def command(self, *words: str) -> str:
        """Run `proofline` on its book, and give what it says."""
        code = "from proofline.cli import main; main()"
        told = [sys.executable, "-c", code, *words]
        done = subprocess.run(told, env=_told(self.log.parent), check=True, capture_output=True)
        return done.stdout.decode()


@dataclass(frozen=True)
class Filled:
    """A book that was filled, in a home of its own, and how to call it: copies of it are served."""

    home: Path
    said: dict[str, Any]


def fill(home: Path) -> Filled:
    """Fill a book."""
    words = [sys.executable, __file__]
    made = subprocess.run(words, env=_told(home), check=True, capture_output=True)
    return Filled(home, json.loads(made.stdout.splitlines()[-1]))


def _told(home: Path) -> dict[str, str]:
    told = os.environ | {
        "PROOFLINE_HOME": str(home),
        "PROOFLINE_TLS": "no",
        "PYTHONPATH": f"{SOURCE}:{TESTS}",
        "DJANGO_SETTINGS_MODULE": "proofline.site.settings",
    }
    told.pop("PROOFLINE_DATABASE", None)
    return told


@contextmanager
def serving(filled: Filled, home: Path) -> Iterator[Live]:
    """Serve a copy of a book from a home that is not there yet, for the time of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    shutil.copytree(filled.home, home)
    told, log = _told(home) | {"PROOFLINE_BIND": bind}, home / "server.log"
    command = [sys.executable, "-m", "gunicorn", "--config", "python:proofline.site.gunicorn"]
    with log.open("wb") as file:
        server = subprocess.Popen(
            [*command, "proofline.site.wsgi:application"], env=told, stdout=file, stderr=file
        )
    try:
        _wait(f"http://{bind}/healthz")
        yield Live(f"http://{bind}", log=log, **filled.said)
    finally:
        server.terminate()
        server.wait()


def _wait(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url):  # noqa: S310 - our own
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


def _filled() -> dict[str, Any]:
    """Fill the book: two practices, a patient with readings, a machine, sessions."""
    import django  # noqa: PLC0415 - it is made ready here

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from django.conf import settings  # noqa: PLC0415

    from api_callers import registered, signed_in  # noqa: PLC0415
    from made_up_people import enrolled, put, reading, with_patients  # noqa: PLC0415
    from made_up_practices import made_up_practice  # noqa: PLC0415
    from proofline.store.people.accounts import ROLES  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
    with ExitStack() as stack:
        practice = with_patients(made_up_practice("north", stack))
        made_up_practice("south", stack)
        enrollment_id = enrolled(practice)
        now = datetime.now(UTC)
        for number in range(3):
            name, at = f"r-{number}", now - timedelta(days=number)
            put(practice.opened("coordinator"), "readings", reading(name, "120", at))
        secret = registered(practice, role="clinician")
        sessions = {role: str(signed_in(f"north-{role}").session.session_key) for role in ROLES}
    return {
        "tenant_id": practice.tenant_id,
        "enrollment_id": enrollment_id,
        "sessions": sessions,
        "client_id": secret.client_id,
        "client_secret": secret.client_secret,
    }


if __name__ == "__main__":
    print(json.dumps(_filled()))  # noqa: T201 - read by whoever started it
