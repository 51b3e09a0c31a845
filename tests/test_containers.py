"""Dockerfile, .dockerignore and compose.yaml fit each other and the settings."""

from __future__ import annotations

import os
import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from proofline.site.environment import SETTINGS

HOUSE = Path(__file__).parents[1]
DOCKERFILE = (HOUSE / "Dockerfile").read_text("utf-8")
OF_THE_DATABASE = {"POSTGRES_PASSWORD", "PROOFLINE_DB_PASSWORD"}


def services() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((HOUSE / "compose.yaml").read_text("utf-8"))
    found: dict[str, Any] = told["services"]
    assert found.keys() == {"database", "service"}
    named = {one.partition(":")[0] for each in found.values() for one in each["volumes"]}
    assert {one for one in named if not one.startswith(".")} == told["volumes"].keys()
    return found


def test_all_that_the_image_copies_is_there_and_is_let_in() -> None:
    lines = (HOUSE / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copies = re.findall(r"(?m)^COPY (?!--from).*", DOCKERFILE)
    for name in (one for line in copies for one in line.split()[1:-1]):
        assert (HOUSE / name).exists(), name
        assert any(fnmatch(name.partition("/")[0], one) for one in let_in), name


def test_compose_sets_what_there_is_to_set() -> None:
    known = {one.name for one in SETTINGS} | OF_THE_DATABASE
    for service in services().values():
        assert service["environment"].keys() <= known


def test_each_container_starts_again_with_its_machine() -> None:
    assert [one["restart"] for one in services().values()] == ["unless-stopped"] * 2


def test_nothing_but_volumes_of_the_services_user_is_written_to() -> None:
    service = services()["service"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    (made,) = re.findall(r"install -d -o proofline -m 700 (.+)", DOCKERFILE)
    (kept,) = re.findall(r"(?m)^VOLUME (.+)", DOCKERFILE)
    assert {one.partition(":")[2] for one in service["volumes"]} == set(made.split())
    assert made == kept


def test_the_commands_of_the_runbook_are_found_by_their_name() -> None:
    folder = re.findall(r'(?m)^ENTRYPOINT \["(.+)/proofline"\]', DOCKERFILE)
    assert re.findall(r"\bPATH=(\S+):\$PATH", DOCKERFILE) == folder


def test_an_image_of_any_form_is_asked_whether_it_is_alive() -> None:
    for words in (DOCKERFILE, services()["service"]["healthcheck"]["test"]):
        assert "http://127.0.0.1:8000/healthz" in words


def test_what_is_put_into_the_container_is_the_services_users_own(tmp_path: Path) -> None:
    """The volumes' user has no capability: of a file that is the host's it could read nothing."""
    told = (HOUSE / "docs" / "deployment.md").read_text("utf-8")
    assert not re.findall(r"compose cp .*service:/srv/backups/", told)
    puts = re.findall(r"--rm -T --entrypoint sh service -c '(.+)' < (.+)", told)
    assert len(puts) == 2
    (tmp_path / "made").mkdir()
    given = tmp_path / "made" / "checkpoints"
    given.mkdir()
    (given / "ledger.key").write_bytes(b"made up")
    given.chmod(0o755)
    (given / "ledger.key").chmod(0o644)
    packed = subprocess.run(
        ["tar", "-C", given.parent, "-c", "checkpoints"], check=True, capture_output=True
    ).stdout
    for words, name in puts:
        (volume,) = re.findall(r"/srv/\w+", words)
        assert volume in {one.partition(":")[2] for one in services()["service"]["volumes"]}
        there = tmp_path / name
        there.mkdir()
        subprocess.run(
            ["sh", "-c", words.replace(volume, str(there))],
            check=True,
            input=packed if name.endswith(".tar") else b"made up",
            umask=0o022,
        )
        (made,) = [one for one in there.rglob("*") if one.is_file()]
        assert made.read_bytes() == b"made up"
        assert made.stat().st_mode & 0o077 == 0
        assert made.stat().st_uid == os.getuid()
