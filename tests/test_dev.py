"""`./dev` makes its environment where Debian lacks a piece for it, or says what is missing.

Nothing is installed here: `python3` on the path is a few lines of shell that lack what is taken
away, and the environment that it makes only notes how it is called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = """\
case "$*" in
-c*) exit 0 ;;
--version) echo "Python 3.11.2" ;;
"-m venv .venv") make=yes; [ -e $HERE/ensurepip ] || failed=yes ;;
"-m venv --without-pip .venv") make=yes ;;
"-m pip --version") [ -e $HERE/pip ] || exit 1 ;;
"-m pip --python .venv/bin/python install --quiet pip") touch .venv/pip ;;
*) exit 1 ;;
esac
if [ "${make:-}" ]; then
    mkdir -p .venv/bin
    cp $HERE/made .venv/bin/python
    cp $HERE/made .venv/bin/proofline
fi
if [ "${failed:-}" ]; then
    echo "The virtual environment was not created successfully because ensurepip is not available"
    exit 1
fi
[ ! -e $HERE/ensurepip ] || touch .venv/pip
"""
MADE = """\
case "$*" in
"-m pip"*) [ -e .venv/pip ] || exit 1 ;;
esac
echo "$(basename "$0") $*" >>$HERE/called
"""
APT = """\
echo "apt-get $*" >>$HERE/called
case "$*" in *python3-venv) touch $HERE/ensurepip ;; esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Make a clone as far as `dev` needs one, and a path with nothing but our stand-ins."""
    here, folder = tmp_path / "bin", tmp_path / "clone"
    here.mkdir()
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    for name in ("dev", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for tool in ("sh", "basename", "cat", "cp", "dirname", "mkdir", "rm", "touch"):
        (here / tool).symlink_to(shutil.which(tool) or tool)
    stands_in(here, "python3", PYTHON)
    stands_in(here, "made", MADE)
    return folder


def stands_in(here: Path, name: str, script: str) -> None:
    """Put a program on the path."""
    (here / name).write_text(f"#!/bin/sh\nHERE={here}\n{script}")
    (here / name).chmod(0o755)


def dev(clone: Path, *there: str, user: int = 1000) -> subprocess.CompletedProcess[str]:
    """Run `./dev demo` as a user, with `pip` or `ensurepip` there."""
    here = clone.with_name("bin")
    stands_in(here, "id", f"echo {user}")
    for name in there:
        (here / name).touch()
    return subprocess.run(
        ["./dev", "demo"],
        cwd=clone,
        env={"PATH": str(here), "HOME": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )


def called(clone: Path) -> list[str]:
    """Give what was called, by its first three words."""
    lines = (clone.with_name("bin") / "called").read_text("utf-8").splitlines()
    return [" ".join(line.split()[:3]) for line in lines]


INSTALLED = ["python -m pip", "python -m pip", "proofline demo"]


def test_with_venv_it_installs_and_runs_and_the_second_time_only_runs(clone: Path) -> None:
    assert dev(clone, "ensurepip").returncode == 0
    assert called(clone) == INSTALLED
    assert dev(clone).returncode == 0
    assert called(clone) == [*INSTALLED, "proofline demo"]


def test_without_venv_pip_makes_up_for_it(clone: Path) -> None:
    assert dev(clone, "pip").returncode == 0
    assert called(clone) == INSTALLED


def test_without_both_root_gets_the_package(clone: Path) -> None:
    stands_in(clone.with_name("bin"), "apt-get", APT)
    assert dev(clone, user=0).returncode == 0
    assert called(clone) == ["apt-get update -qq", "apt-get install -y", *INSTALLED]


def test_without_both_anybody_else_is_told_what_to_install(clone: Path) -> None:
    stands_in(clone.with_name("bin"), "apt-get", APT)
    done = dev(clone)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("On Debian: sudo apt-get install python3-venv")
    assert not (clone / ".venv").exists()
    assert not (clone.with_name("bin") / "called").exists()


def test_an_environment_left_half_made_is_made_anew(clone: Path) -> None:
    half = clone / ".venv" / "bin"
    half.mkdir(parents=True)
    shutil.copy(clone.with_name("bin") / "made", half / "python")
    assert dev(clone, "ensurepip").returncode == 0
    assert called(clone) == INSTALLED


def test_without_a_python_it_says_which(clone: Path) -> None:
    (clone.with_name("bin") / "python3").unlink()
    done = dev(clone)
    assert done.returncode == 1
    assert "apt-get install python3 python3-venv" in done.stderr
