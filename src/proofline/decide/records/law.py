"""The law as it lay on the shelf: every page and the families of codes, each under its digest.

A page that was corrected afterwards, or one that was not yet written, must not change what an old
decision is replayed with. So the files are kept beside the records, each once under the hash of its
bytes, and a list says which name each one had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from proofline.decide.records.canonical import canonical, digest_of
from proofline.packs import shelf

FAMILIES = "families.toml"
SUFFIX = ".toml"
PAGE = r"\A([a-z0-9]+(-[a-z0-9]+)*/[0-9]{4}-[0-9]{2}-[0-9]{2}|families)\.toml\Z"
"""How a file of the law is called: nothing that leads out of the folder it is laid out in."""
DIGEST = r"\Asha256:[0-9a-f]{64}\Z"


@dataclass(frozen=True, slots=True)
class Law:
    """A shelf of the law: the digest of each of its files by name, as `medicare-rpm/2026-01-01`."""

    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Give the digest of the whole list: of its canonical JSON."""
        return digest_of(canonical(dict(self.files)))


@cache
def law_on(root: Path) -> Law:
    """List the files of the law in a folder of packs."""
    pages = [
        f"{pack}/{day.isoformat()}{SUFFIX}"
        for pack in shelf.packs(root=root)
        for day in shelf.effective_dates(pack, root=root)
    ]
    return Law({name: digest_of((root / name).read_bytes()) for name in sorted([*pages, FAMILIES])})


def keep(law: Law, root: Path, folder: Path) -> None:
    """Write every file of the law that is not yet there into a folder, named by its digest."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, digest in law.files.items():
        path = folder / _file(digest)
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_bytes((root / name).read_bytes())
            part.replace(path)


def put_back(law: Law, folder: Path, root: Path) -> list[str]:
    """Lay the kept files out as a folder of packs; name those that are missing or were altered.

    What was altered is laid out all the same, so that a replay can show what that does.
    """
    amiss: list[str] = []
    for name, digest in law.files.items():
        path = folder / _file(digest)
        if not path.is_file():
            amiss.append(f"{name} is missing: there is no {path.name} in {folder.name}")
            continue
        content = path.read_bytes()
        if digest_of(content) != digest:
            amiss.append(f"{name} was altered: {path.name} is not what its name says")
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return amiss


def _file(digest: str) -> str:
    return digest.removeprefix("sha256:") + SUFFIX
