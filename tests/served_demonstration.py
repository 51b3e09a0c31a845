"""The demonstration practice, served by a process of its own as a newcomer starts it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from made_by_one import in_turn

PATIENCE = 240
"""Seconds until the demonstration has to be there, on a busy machine."""


def served_anew(folders: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a demonstration practice that nobody else uses; give its address.

    It is made once for all that tests start, in whichever process, and copied for each of them.
    PROOFLINE_SERVED names one that runs already, for whoever writes a test and tries it often.
    """
    if running := os.environ.get("PROOFLINE_SERVED"):
        yield running
        return
    home = folders.mktemp("served")
    with in_turn(folders, "demonstration") as made:
        if not (done := made / "done").exists():
            shutil.rmtree(made / "home", ignore_errors=True)  # half a one, where somebody gave up
            with _serving(made):
                done.touch()
        shutil.copytree(made / "home", home / "home")
    with _serving(home) as address:
        yield address


@contextmanager
def _serving(home: Path) -> Iterator[str]:
    """Serve the demonstration at `home/home`, which is made where there is none."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = os.environ | {"PROOFLINE_HOME": str(home / "home")}
    said.pop("DJANGO_SETTINGS_MODULE", None)
    command = "from proofline.cli import main; main()"
    arguments = ["serve", "--demo", "--bind", f"127.0.0.1:{port}"]
    with (home / "log").open("wb") as log:
        serving = subprocess.Popen(
            [sys.executable, "-c", command, *arguments], env=said, cwd=home, stdout=log, stderr=log
        )
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", serving, home / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            serving.terminate()
            serving.wait(30)


def _wait(address: str, serving: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and serving.poll() is None:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    pytest.fail(f"the demonstration is not there: {log.read_text()[-2000:]}")
