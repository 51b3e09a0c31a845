"""How long an answer to a denial may take, by kind of payer."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct


class Deadline(Struct, frozen=True, forbid_unknown_fields=True):
    """Days from the day of the remittance. `unsourced`: a policy of ours that no source says."""

    days: int
    what: str
    unsourced: bool = False
    why: str = ""
    cite: str = ""

    def last_day(self, remitted: date) -> date:
        """Give the last day on which it may arrive."""
        return remitted + timedelta(days=self.days)


def deadline_of(payer_kind: str) -> Deadline | None:
    """Give the deadline for appeals of a kind of payer; None is unknown, not unlimited."""
    return _deadlines().get(payer_kind)


@cache
def _deadlines() -> dict[str, Deadline]:
    text = (Path(__file__).parent / "deadlines.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Deadline])
