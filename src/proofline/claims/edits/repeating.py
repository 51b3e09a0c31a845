"""Once in a period, add-ons beside their base, and units: over all claims of the patient."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from proofline.claims.claim import Claim
from proofline.claims.edits.finding import Found, wrong
from proofline.claims.edits.setting import Billed, Setting


class Once(Struct, frozen=True, forbid_unknown_fields=True):
    """Codes of which one line may stand in a period: so many days, a month, an enrollment."""

    name: str
    codes: tuple[str, ...]
    per: Literal["days", "month", "enrollment"]
    cite: str
    days: int = 0

    def same_period(self, one: Billed, other: Billed) -> bool:
        """Whether two lines of these codes stand in one period, by their last days."""
        first, second = one.line.last_day, other.line.last_day
        if self.per == "days":
            return abs((first - second).days) < self.days
        if self.per == "month":
            return _month(first) == _month(second)
        return one.enrollment == other.enrollment


class AddOn(Struct, frozen=True, forbid_unknown_fields=True):
    """A code that stands only beside one of its bases, in the same calendar month."""

    code: str
    bases: tuple[str, ...]
    cite: str


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of `once.toml`."""

    once: tuple[Once, ...]
    add_on: tuple[AddOn, ...]

    @property
    def add_ons(self) -> frozenset[str]:
        """The codes that may have more than one unit."""
        return frozenset(one.code for one in self.add_on)


@cache
def rules() -> Rules:
    """Read the rules."""
    text = (Path(__file__).parent / "once.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Rules)


def repeating(claim: Claim, setting: Setting) -> Found:
    """Check units, repetition and add-ons of a claim, beside the patient's lines on other claims.

    A void takes lines back and is not checked.
    """
    if claim.frequency == "8":
        return
    own = [Billed(claim.patient_id, line) for line in claim.lines]
    others = setting.beside(claim)
    for number, one in enumerate(own):
        place = f"line {number + 1}"
        yield from _units(one, place)
        yield from _once(one, place, [*own[:number], *others])
        yield from _base(one, place, [*own, *others])


def _units(one: Billed, place: str) -> Found:
    first_codes = {code for rule in rules().once for code in rule.codes}
    if one.line.units != 1 and one.line.code in first_codes:
        yield wrong(
            "line.units_over",
            place,
            f"{one.line.code} has one unit in its period; more time is its add-on's (CARC 151).",
            "Draft the line again from its decision.",
        )


def _once(one: Billed, place: str, others: list[Billed]) -> Found:
    for rule in rules().once:
        if one.line.code not in rule.codes:
            continue
        taken = [o for o in others if o.line.code in rule.codes and rule.same_period(one, o)]
        if taken:
            yield wrong(
                "line.repeated",
                place,
                f"There can be {rule.name}, and {taken[0].line.code} of {taken[0].line.last_day}"
                f" has it (CARC 119). {rule.cite}.",
                "Keep the line that the evidence proves; hold or void the other.",
            )


def _base(one: Billed, place: str, others: list[Billed]) -> Found:
    bases = {base for rule in rules().add_on if rule.code == one.line.code for base in rule.bases}
    month = _month(one.line.last_day)
    beside = any(o.line.code in bases and _month(o.line.last_day) == month for o in others)
    if bases and not beside:
        yield wrong(
            "line.base",
            place,
            f"{one.line.code} is paid only beside {' or '.join(sorted(bases))} (CARC B15).",
            "Settle what holds the base code, and draft both together.",
        )


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
