"""Records to replay: evidence of a few words or of the demonstration, decided and kept."""

from __future__ import annotations

import gzip
import shutil
from datetime import date
from pathlib import Path

import msgspec
import pytest

from proofline.decide import Asked, opened
from proofline.decide.records import keeping
from proofline.decide.records.canonical import canonical, digest_of
from storybook import as_csv, tell

AS_OF = date(2026, 4, 20)
TWO = "; + patients patient_id=PAT-2; + enrollments patient_id=PAT-2"
STORY = "days = 1..16; 25 min on 2026-03-10; call on 2026-03-10; by cycle; as of 2026-04-20"


def write(story: str, folder: Path) -> Path:
    """Write a story as an evidence folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tell(story).tables().items():
        (folder / f"{name}.csv").write_text(as_csv(rows) if rows else "", "utf-8")
        if not rows:
            (folder / f"{name}.csv").unlink()
    return folder


def keep(evidence: Path, into: Path, asked: Asked | None = None, engine: str = "sqlite") -> Path:
    """Decide a folder and keep the records; give the file."""
    with opened(evidence, asked or Asked(AS_OF), engine=engine) as (run, _):
        return keeping.keep(run, into).path


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of records of two patients; tests that alter it copy it."""
    folder = tmp_path_factory.mktemp("kept")
    keep(write(STORY + TWO, folder / "evidence"), folder / "records")
    return folder / "records"


@pytest.fixture
def mine(kept: Path, tmp_path: Path) -> Path:
    """Give a copy of the records that may be altered."""
    return Path(shutil.copytree(kept, tmp_path / "records"))


def lines(folder: Path) -> list[bytes]:
    """Give the lines of the only file of records in a folder."""
    (path,) = folder.glob("*.records.gz")
    return gzip.decompress(path.read_bytes()).splitlines()


def rewrite(folder: Path, altered: list[bytes], *, seal: bool = False) -> None:
    """Put altered lines in the place of the file's, with a seal that holds if asked."""
    (path,) = folder.glob("*.records.gz")
    if seal:
        hashed = digest_of(b"".join(line + b"\n" for line in altered[:-1]))
        altered[-1] = canonical(msgspec.json.decode(altered[-1]) | {"seal": hashed})
    path.write_bytes(gzip.compress(b"".join(line + b"\n" for line in altered)))
