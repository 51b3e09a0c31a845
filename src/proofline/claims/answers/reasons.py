"""Reason codes (CARC) and remark codes (RARC) as causes, and the requirements they question."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, field

Do = Literal["mend", "appeal", "send", "check", "post"]
"""What a denial asks for: mend and send anew, appeal, send records, check coverage; or nothing."""

NOTHING = "nothing on file answers this"


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """What a reason code comes to in monitoring.

    `requirements` are names of the packs, with `*` for any end; `evidence` are tables of the
    evidence. `denial` is false for what was agreed, or is the patient's own share.
    """

    means: str
    cause: str = ""
    requirements: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    do: Do = "post"
    answer: str = ""
    denial: bool = True


class Remark(Struct, frozen=True, forbid_unknown_fields=True):
    """What a remark code adds; `final` means that no appeal is open, but a new claim is."""

    means: str
    requirements: tuple[str, ...] = ()
    final: bool = False


class Reasons(Struct, frozen=True, forbid_unknown_fields=True):
    """The table. `grade` K is knowledge that no source was read for; `sure` is H, M or L."""

    grade: str
    sure: str
    reason: dict[str, Reason]
    remark: dict[str, Remark] = field(default_factory=dict)

    def denies(self, code: str) -> bool:
        """Whether a reason is a denial; one that is not on file is taken for one, to be looked at.

        Nothing that a payer took off is ever passed over because we do not know its code.
        """
        known = self.reason.get(code)
        return known is None or known.denial

    def questioned(self, code: str, remarks: Iterable[str]) -> tuple[str, ...]:
        """Give the requirements that a reason and its remarks question, in order, each once."""
        known = self.reason.get(code)
        names = list(known.requirements if known else ())
        for remark in remarks:
            if remark in self.remark:
                names += self.remark[remark].requirements
        return tuple(dict.fromkeys(names))


@lru_cache(4096)
def named(requirement: str, patterns: tuple[str, ...]) -> bool:
    """Whether a requirement is among names that may end in `*`."""
    return any(fnmatchcase(requirement, pattern) for pattern in patterns)


@cache
def reasons() -> Reasons:
    """Read the table."""
    text = (Path(__file__).parent / "carc.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Reasons)
