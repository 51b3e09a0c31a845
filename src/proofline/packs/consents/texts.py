"""The consent texts on the shelf, word for word, with what each part tells and rests on.

A version is known by its id alone (`rpm-en-1`); a file is named by it (`rpm/en-1.toml`). `root` is
the folder of texts, this one unless a practice brings its own.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import msgspec

from proofline.packs import reading
from proofline.packs.errors import PackError

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent

About = Literal[
    "service",
    "cost_share",
    "one_practitioner",
    "one_kind",
    "right_to_stop",
    "data_sharing",
    "specialists",
    "own_use",
    "not_emergency",
    "asked",
]


class Saying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One paragraph as it is read: what it tells of, its words, and the source that it serves."""

    about: About
    text: str
    cite: str


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a text of a program has to tell of, and what says so."""

    program: str
    about: About
    cite: str


class ConsentText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of what is read to the patient, in one language.

    `effective` and `until` are the first and last day on which it may be read; `until` is None
    while it is in use. `law` names the page it was written from. `file_digest` is that of the file.
    """

    version: str
    program: str
    language: str
    effective: date
    law: str
    title: str
    says: tuple[Saying, ...]
    until: date | None = None
    file_digest: str = ""

    @property
    def words(self) -> str:
        """Give what is read to the patient, exactly: the title and each paragraph."""
        return "\n\n".join([self.title, *(one.text for one in self.says)]) + "\n"

    @property
    def digest(self) -> str:
        """Name these exact words: "sha256:" and the hash of `words` as UTF-8."""
        return "sha256:" + hashlib.sha256(self.words.encode()).hexdigest()

    @property
    def citations(self) -> tuple[str, ...]:
        """Give what the paragraphs rest on, each once, as keys of `sources.toml` with a place."""
        return tuple(dict.fromkeys(one.cite for one in self.says))

    def tells_of(self, about: str) -> bool:
        """Tell whether some paragraph is about this."""
        return any(one.about == about for one in self.says)

    def in_force(self, day: date) -> bool:
        """Tell whether it might be read to a patient on that day."""
        return self.effective <= day and (self.until is None or day <= self.until)


@cache
def texts(*, root: Path = ROOT) -> Mapping[str, ConsentText]:
    """Read every text of a folder by its version, in order; raises `PackError` for a broken one."""
    found = (_read(path) for path in sorted(root.glob("*/*.toml")))
    return MappingProxyType({text.version: text for text in found})


def text_of(version: str, *, root: Path = ROOT) -> ConsentText:
    """Give one version; raises `PackError` when there is none such."""
    known = texts(root=root)
    if version not in known:
        remedy = "There are: " + ", ".join(known) + "."
        message = f"There is no consent text {version}."
        raise PackError("pack.no_consent_text", message, remedy)
    return known[version]


@cache
def duties() -> tuple[Duty, ...]:
    """Read what a text of each program has to tell of."""
    raw = reading.parse((ROOT / "duties.toml").read_bytes(), "consents/duties.toml")
    return tuple(msgspec.convert(raw["duty"], list[Duty]))


def missing(text: ConsentText) -> tuple[Duty, ...]:
    """Give what a text of its program has to tell of, and does not."""
    return tuple(
        one for one in duties() if one.program == text.program and not text.tells_of(one.about)
    )


def _read(path: Path) -> ConsentText:
    content = path.read_bytes()
    file = f"{path.parent.name}/{path.name}"
    raw = reading.parse(content, file)
    try:
        text = msgspec.convert(raw, ConsentText)
    except msgspec.ValidationError as trouble:
        remedy = "Its form is told in packs/consents/README.md."
        raise PackError("pack.consent_text_broken", f"{file}: {trouble}.", remedy) from trouble
    named = f"{path.parent.name}-{path.stem}"
    if text.version != named or raw.get("file_digest"):
        message = f"{file} is not named by its version {text.version}, or gives its own digest."
        raise PackError("pack.consent_text_broken", message, f"Call the version {named}.")
    return msgspec.structs.replace(text, file_digest=reading.fingerprint(content))
