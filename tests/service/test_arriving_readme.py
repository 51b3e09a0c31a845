"""What the README of arriving shows is what comes out, from the feed to the dropped message."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from proofline.desk import arriving
from service_places import on_sqlite_only

README = Path(arriving.__file__).with_name("README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def run(command: str, home: Path) -> str:
    told = {name: cell for name, cell in os.environ.items() if not name.startswith("PROOFLINE")}
    told.pop("DJANGO_SETTINGS_MODULE", None)
    told |= {"PROOFLINE_HOME": str(home), "PROOFLINE_TLS": "no", "PROOFLINE_LOG_LEVEL": "ERROR"}
    words = shlex.split(command.removeprefix("$ proofline "))
    ran = subprocess.run(
        [sys.executable, "-c", "from proofline.cli import main; main()", *words],
        env=told | {"PYTHONPATH": str(Path(arriving.__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return squeezed(ran.stdout)


@pytest.mark.slow
@on_sqlite_only
def test_the_readme_leads_from_a_feed_to_the_quarantine(tmp_path: Path) -> None:
    feed, said, ran = "", "", 0
    for kind, name, block in BLOCKS:
        if kind == "json":
            file = tmp_path / name.replace("FEED", feed)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block, "utf-8")
            os.utime(file, (0, 0))
            continue
        for line in block.splitlines():
            if line.startswith("$ proofline "):
                said, ran = run(line, tmp_path), ran + 1
                if found := re.search(r"feed (fed_\w+)", said):
                    feed = found[1]
            else:
                assert squeezed(line.replace("FEED", feed)) in said
    assert ran == README.count("\n$ proofline ") > 0
