"""The table of steps: which state of a line may follow which, and which of them must say why."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from proofline.claims.claim import State


class Steps(Struct, frozen=True):
    """Allowed steps by state, and what a reason for a step into a state has to say.

    `back` are those that an answer allows which is taken off its line again, or a correction that
    is given up, and nothing else.
    """

    after: dict[State, frozenset[State]]
    back: dict[State, frozenset[State]]
    reasons: dict[State, str]

    def allow(self, now: State, then: State) -> bool:
        """Whether a line may go from one state to another."""
        return then in self.after[now]

    def take_back(self, now: State, then: State) -> bool:
        """Whether a line may come to a state as an answer, or its correction, is taken off it."""
        return then in self.back.get(now, ())


@cache
def steps() -> Steps:
    """Read the table."""
    sent = tomllib.loads((Path(__file__).parent / "steps.toml").read_text("utf-8"))
    reasons = msgspec.convert(sent.pop("reasons"), dict[State, str])
    back = msgspec.convert(sent.pop("back"), dict[State, frozenset[State]])
    return Steps(msgspec.convert(sent, dict[State, frozenset[State]]), back, reasons)
