"""The setting of a decision: what besides the evidence it followed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from proofline import __version__
from proofline.decide.asked import Asked
from proofline.decide.records.law import law_on
from proofline.decide.records.texts import engine_text
from proofline.evidence.zones import TZDATA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from proofline.decide.asked import Clock


@dataclass(frozen=True, slots=True)
class Setting:
    """When and under what it was decided.

    `as_of` is the day at whose end things were known, `program` the one alone asked for, if any.
    `engine` names the edition and `engine_text` is the digest of its text, `law` the digest of the
    list of pages (see `law`), `tzdata` the edition of the time zone database.
    """

    as_of: date
    clock: Clock
    program: str | None
    engine: str
    engine_text: str
    law: str
    tzdata: str

    @classmethod
    def of(cls, asked: Asked) -> Setting:
        """Give the setting of what this edition decides when it is asked so."""
        return cls(
            as_of=asked.as_of,
            clock=asked.clock,
            program=asked.program,
            engine=f"proofline-{__version__}",
            engine_text=engine_text(),
            law=law_on(asked.law).digest,
            tzdata=TZDATA_VERSION,
        )

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Setting:
        """Read what `written` gave; raises KeyError, TypeError or ValueError where it is not so."""
        return cls(**{**written, "as_of": date.fromisoformat(written["as_of"])})

    def asked(self, law: Path) -> Asked:
        """Give what was asked, of a law that was put back in a folder."""
        return Asked(self.as_of, self.clock, self.program, law=law)

    def written(self) -> dict[str, str | None]:
        """Give the setting as a record holds it."""
        return {
            "as_of": self.as_of.isoformat(),
            "clock": self.clock,
            "program": self.program,
            "engine": self.engine,
            "engine_text": self.engine_text,
            "law": self.law,
            "tzdata": self.tzdata,
        }
